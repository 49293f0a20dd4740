/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rule table: every cell says what, since which commit, and how that is known. */
#include "world.h"

#include "base/release.h"

#include <string.h>

static bool is_commit(const char *commit)
{
	return commit && strlen(commit) == 12 && strspn(commit, "0123456789abcdef") == 12;
}

static bool has_value(const struct gupsim_rule *rule, const char *value)
{
	for (size_t i = 0; rule->values[i]; i++)
		if (!strcmp(rule->values[i], value))
			return true;
	return false;
}

static void check_cell(const struct gupsim_rule *rule, size_t kernel, size_t nth)
{
	struct gupsim_rule_cell cell, before;

	assert_result(gupsim_rule_cell(kernel, nth, &cell), 0);
	assert_true(has_value(rule, cell.value));
	assert_true(!strcmp(cell.evidence, "measured") ||
		    !strcmp(cell.evidence, "source") || !strcmp(cell.evidence, "memory"));
	if (cell.changed)
		assert_true(is_commit(cell.commit));
	if (kernel) {
		gupsim_rule_cell(kernel - 1, nth, &before);
		assert_int_equal(cell.changed, strcmp(before.value, cell.value) != 0);
	}
}

static void every_cell_is_filled(void **state)
{
	(void)state;
	assert_int_equal(gupsim_nr_rules(), NR_RULES);
	for (size_t r = 0; r < gupsim_nr_rules(); r++) {
		const struct gupsim_rule *rule = gupsim_rule_info(r);

		assert_non_null(strchr(rule->name, '.'));
		assert_true(*rule->meaning);
		assert_non_null(rule->values[0]);
		assert_non_null(rule->values[1]);
		for (size_t other = 0; other < r; other++)
			assert_string_not_equal(rule->name,
						gupsim_rule_info(other)->name);
		for (size_t k = 0; k < gupsim_nr_kernels(); k++)
			check_cell(rule, k, r);
	}
}

static struct gupsim_rule_cell cell_of(const char *kernel, const char *rule)
{
	struct gupsim_rule_cell cell = {.value = "no such cell"};

	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		for (size_t r = 0; r < gupsim_nr_rules(); r++)
			if (!strcmp(gupsim_kernel_name(k), kernel) &&
			    !strcmp(gupsim_rule_info(r)->name, rule))
				assert_result(gupsim_rule_cell(k, r, &cell), 0);
	return cell;
}

/* What v5.6 changed in the functions that are modelled, and what it did not. */
static void v5_6_differs_from_v5_5(void **state)
{
	static const struct {
		const char *rule, *v5_5, *v5_6, *commit;
	} rows[] = {
		{"get_user_pages_remote.longterm", "refused", "unless_locked",
		 "c4237f8b1f4f"},
		{"get_user_pages_remote.foll_pin", "ignored", "refused", "eddb1c228f79"},
		{"get_user_pages.foll_pin", "ignored", "refused", "eddb1c228f79"},
		{"__get_user_pages_locked.foll_get", "always", "unless_pin",
		 "eddb1c228f79"},
		{"follow_page_pte.get_and_pin", "allowed", "refused", "eddb1c228f79"},
		{"check_dax_vmas.fsdax", "refused", "refused", NULL},
		{"check_and_migrate_cma_pages.cma", "migrated", "migrated", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gupsim_rule_cell now = cell_of("v5.6", rows[i].rule);

		assert_text(*state, cell_of("v5.5", rows[i].rule).value, rows[i].v5_5);
		assert_text(*state, now.value, rows[i].v5_6);
		assert_int_equal(now.changed, rows[i].commit != NULL);
		if (rows[i].commit)
			assert_text(*state, now.commit, rows[i].commit);
	}
}

static void beyond_the_table_is_nothing(void **state)
{
	struct gupsim_rule_cell cell;

	(void)state;
	assert_null(gupsim_kernel_name(gupsim_nr_kernels()));
	assert_null(gupsim_rule_info(gupsim_nr_rules()));
	assert_result(gupsim_rule_cell(gupsim_nr_kernels(), 0, &cell), -EINVAL);
	assert_result(gupsim_rule_cell(0, gupsim_nr_rules(), &cell), -EINVAL);
	assert_result(gupsim_rule_cell(0, 0, NULL), -EINVAL);
	assert_null(rule_name(RULE_NONE));
	assert_null(rule_value_name(&(struct rules){{0}}, RULE_NONE));
}

static void one_rule_is_overridden(void **state)
{
	struct rules before, rules;
	const char *nearest = NULL;

	assert_result(rules_of_release("v5.6", &rules), 0);
	before = rules;
	assert_result(
		rules_override(&rules, "check_dax_vmas.fsdax", "accepted", &nearest), 0);
	for (int r = 0; r < NR_RULES; r++)
		assert_int_equal(rules.value[r] != before.value[r], r == RULE_DAX_VMAS);
	assert_text(*state, rule_value_name(&rules, RULE_DAX_VMAS), "accepted");
}

static void mistakes_get_the_nearest_name(void **state)
{
	struct rules rules = {{0}};
	const char *nearest = NULL;

	assert_result(rules_override(&rules, "check_dax_vma.fsdax", "x", &nearest),
		      -EINVAL);
	assert_text(*state, nearest, "check_dax_vmas.fsdax");
	assert_result(rules_override(&rules, "check_dax_vmas.fsdax", "acepted", &nearest),
		      -EINVAL);
	assert_text(*state, nearest, "accepted");
	nearest = NULL;
	assert_result(rules_override(&rules, "longterm", "x", &nearest), -EINVAL);
	assert_null(nearest);
	assert_result(rules_of_release("v5.7", &rules), -EINVAL);
}

/* get_user_pages_remote() lost an argument in v5.9. */
static void headers_fit_by_signature(void **state)
{
	(void)state;
	for (size_t k = 0; k < gupsim_nr_kernels(); k++) {
		const char *kernel = gupsim_kernel_name(k);

		assert_true(release_has_signatures_of(kernel,
						      GUPSIM_KERNEL_VERSION(5, 5, 0)));
		assert_true(release_has_signatures_of(kernel,
						      GUPSIM_KERNEL_VERSION(5, 8, 18)));
		assert_false(release_has_signatures_of(kernel,
						       GUPSIM_KERNEL_VERSION(5, 9, 0)));
	}
	assert_false(release_has_signatures_of("v5.10", GUPSIM_KERNEL_VERSION(5, 6, 0)));
}

SUITE(cmocka_unit_test(every_cell_is_filled), cmocka_unit_test(v5_6_differs_from_v5_5),
      cmocka_unit_test(beyond_the_table_is_nothing),
      cmocka_unit_test(one_rule_is_overridden),
      cmocka_unit_test(mistakes_get_the_nearest_name),
      cmocka_unit_test(headers_fit_by_signature))
