/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rule table: every cell says what, since which commit, and how that is known. */
#include "world.h"

#include "base/release.h"

#include <string.h>

static bool is_commit(const char *commit)
{
	return commit && strlen(commit) == 12 && strspn(commit, "0123456789abcdef") == 12;
}

static bool is_evidence(const char *evidence)
{
	return !strcmp(evidence, "measured") || !strcmp(evidence, "source") ||
	       !strcmp(evidence, "memory");
}

static bool has_value(const struct gupsim_rule *rule, const char *value)
{
	for (size_t i = 0; value && rule->values[i]; i++)
		if (!strcmp(rule->values[i], value))
			return true;
	return false;
}

static void check_cell(struct world *w, size_t kernel, size_t nth)
{
	const struct gupsim_rule *rule = gupsim_rule_info(nth);
	struct gupsim_rule_cell cell, before;

	assert_result(w, gupsim_rule_cell(kernel, nth, &cell), 0);
	assert_number(w, has_value(rule, cell.value), true);
	assert_number(w, is_evidence(cell.evidence), true);
	assert_number(w, cell.asked != NULL, !strcmp(cell.evidence, "measured"));
	if (cell.changed)
		assert_number(w, !cell.commit || is_commit(cell.commit), true);
	if (gupsim_rule_cell(gupsim_kernel_before(kernel), nth, &before))
		assert_number(w, cell.changed, false);
	else
		assert_number(w, cell.changed,
			      strcmp(before.value, cell.value) != 0 ||
				      before.reached != cell.reached);
}

static void every_cell_is_filled(struct world *w)
{
	assert_number(w, gupsim_nr_rules(), NR_RULES);
	for (size_t r = 0; r < gupsim_nr_rules(); r++) {
		const struct gupsim_rule *rule = gupsim_rule_info(r);

		w->where = rule->name;
		assert_number(w, strchr(rule->name, '.') && *rule->meaning, true);
		assert_number(w, rule->values[0] && rule->values[1], true);
		for (size_t other = 0; other < r; other++)
			assert_string_not_equal(rule->name,
						gupsim_rule_info(other)->name);
		for (size_t k = 0; k < gupsim_nr_kernels(); k++)
			check_cell(w, k, r);
	}
}

static struct gupsim_rule_cell cell_of(const char *kernel, const char *rule)
{
	struct gupsim_rule_cell cell = {.value = "no such cell"};

	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		for (size_t r = 0; r < gupsim_nr_rules(); r++)
			if (!strcmp(gupsim_kernel_name(k), kernel) &&
			    !strcmp(gupsim_rule_info(r)->name, rule))
				gupsim_rule_cell(k, r, &cell);
	return cell;
}

/* What v5.6 changed in the functions that are modelled, and what it did not. */
static void v5_6_differs_from_v5_5(struct world *w)
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

		w->where = rows[i].rule;
		assert_text(w, cell_of("v5.5", rows[i].rule).value, rows[i].v5_5);
		assert_text(w, now.value, rows[i].v5_6);
		assert_number(w, now.changed, rows[i].commit != NULL);
		if (rows[i].commit)
			assert_text(w, now.commit, rows[i].commit);
	}
}

static size_t kernel_of(const char *name)
{
	size_t k = 0;

	while (strcmp(gupsim_kernel_name(k), name) != 0)
		k++;
	return k;
}

/* Who says so: only kernels that were booted can have been asked. */
static void what_is_measured_names_the_kernel(struct world *w)
{
	static const struct {
		const char *kernel, *rule, *asked;
	} rows[] = {
		{"v5.5", "check_dax_vmas.fsdax", "Linux 5.6.4 with the mm/gup.c of v5.5"},
		{"v5.5", "filemap_map_pages.last_page", NULL}, /* not in mm/gup.c */
		{"v5.6", "check_dax_vmas.fsdax", "Linux 5.6.4"},
		{"v5.10", "pin_user_pages.foll_pin", NULL},
		{"v5.10.223", "pin_user_pages.foll_pin", "Debian 5.10.223-1"},
		{"v5.10.223", "check_and_migrate_cma_pages.failure",
		 "Debian 5.10.223 built with CMA"},
		{"v6.1", "pin_user_pages.foll_pin", NULL},
		{"v6.1.192", "pin_user_pages.foll_pin", "Debian 6.1.192-1"},
		{"v6.12", "pin_user_pages.foll_pin", "Debian 6.12.117-1~deb12u1"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gupsim_rule_cell cell = cell_of(rows[i].kernel, rows[i].rule);

		w->where = rows[i].rule;
		if (rows[i].asked)
			assert_text(w, cell.asked, rows[i].asked);
		else
			assert_null(cell.asked);
	}
}

/* A rule may have lost its question: then its last release that asks is known. */
static void some_rules_are_no_longer_reached(struct world *w)
{
	static const struct {
		const char *rule, *asked, *gone, *commit, *release;
	} rows[] = {
		{"get_user_pages.foll_pin", "v5.9", "v5.10", "447f3e45c18a", "v5.10"},
		{"get_user_pages_remote.foll_pin", "v5.9", "v5.10", "447f3e45c18a",
		 "v5.10"},
		{"check_dax_vmas.fsdax", "v5.10.223", "v5.15", "52650c8b466b", "v5.11"},
		{"get_user_pages_locked.foll_pin", "v5.15", "v6.1", "73fd16d8080f",
		 "v5.18"},
		{"follow_page_pte.get_and_pin", "v6.1.192", "v6.12", "d64e2dbc33a1",
		 "v6.3"},
		{"pin_user_pages.no_pages", "v6.1.192", "v6.12", "d64e2dbc33a1", "v6.3"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gupsim_rule_cell cell = cell_of(rows[i].gone, rows[i].rule);

		w->where = rows[i].rule;
		assert_number(w, cell_of(rows[i].asked, rows[i].rule).reached, true);
		assert_number(w, cell.reached, false);
		assert_number(w, cell.changed, true);
		assert_text(w, cell.commit, rows[i].commit);
		assert_text(w, cell.first, rows[i].release);
		assert_number(w, cell_of("v6.12", rows[i].rule).reached, false);
	}
}

/* Mainline is one line, and stable trees are its branches. */
static void each_release_has_one_before(struct world *w)
{
	static const struct {
		const char *name, *before;
	} rows[] = {
		{"v5.6", "v5.5"},   {"v5.10", "v5.9"}, {"v5.10.223", "v5.10"},
		{"v5.15", "v5.10"}, {"v6.1", "v5.15"}, {"v6.1.192", "v6.1"},
		{"v6.12", "v6.1"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t before = gupsim_kernel_before(kernel_of(rows[i].name));

		w->where = rows[i].name;
		assert_text(w, gupsim_kernel_name(before), rows[i].before);
	}
	assert_number(w, gupsim_kernel_before(0), gupsim_nr_kernels());
	assert_number(w, gupsim_kernel_before(gupsim_nr_kernels()), gupsim_nr_kernels());
}

/* What mainline changed is not what its stable trees took back or had before. */
static void mainline_changes_are_told_of_mainline(struct world *w)
{
	static const struct {
		const char *kernel, *rule;
		bool changed;
		const char *commit;
	} rows[] = {
		{"v5.10.223", "copy_present_pte.pinned", true, NULL},
		{"v5.15", "copy_present_pte.pinned", false, NULL},
		{"v5.10.223", "check_and_migrate_cma_pages.failure", true,
		 "f0f4463837da"},
		{"v5.15", "check_and_migrate_cma_pages.failure", true, "f0f4463837da"},
		{"v6.1.192", "try_grab_page.zero_page", true, "c8070b787519"},
		{"v6.12", "try_grab_page.zero_page", true, "c8070b787519"},
		{"v6.12", "find_extend_vma.grow", true, "8d7071af8907"},
		{"v6.12", "collect_longterm_unpinnable_pages.drain", true, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gupsim_rule_cell cell = cell_of(rows[i].kernel, rows[i].rule);

		w->where = rows[i].rule;
		assert_number(w, cell.changed, rows[i].changed);
		if (rows[i].commit)
			assert_text(w, cell.commit, rows[i].commit);
	}
}

static void beyond_the_table_is_nothing(struct world *w)
{
	struct gupsim_rule_cell cell;

	assert_null(gupsim_kernel_name(gupsim_nr_kernels()));
	assert_null(gupsim_rule_info(gupsim_nr_rules()));
	assert_result(w, gupsim_rule_cell(gupsim_nr_kernels(), 0, &cell), -EINVAL);
	assert_result(w, gupsim_rule_cell(0, gupsim_nr_rules(), &cell), -EINVAL);
	assert_result(w, gupsim_rule_cell(0, 0, NULL), -EINVAL);
	assert_null(rule_name(RULE_NONE));
	assert_number(w, gupsim_kernel_has(gupsim_nr_kernels(), "pin_user_pages"), 0);
	assert_number(w, gupsim_kernel_has(0, NULL), 0);
	assert_null(rule_value_name(&(struct rules){.kernel = 0}, RULE_NONE));
}

static void one_rule_is_overridden(struct world *w)
{
	struct rules before, rules;
	const char *nearest = NULL;

	assert_result(w, rules_of_release("v5.6", &rules), 0);
	before = rules;
	assert_result(
		w, rules_override(&rules, "check_dax_vmas.fsdax", "accepted", &nearest),
		0);
	for (int r = 0; r < NR_RULES; r++)
		assert_number(w, rules.value[r] != before.value[r], r == RULE_DAX_VMAS);
	assert_text(w, rule_value_name(&rules, RULE_DAX_VMAS), "accepted");
}

static void mistakes_get_the_nearest_name(struct world *w)
{
	struct rules rules = {.kernel = 0};
	const char *nearest = NULL;

	assert_result(w, rules_override(&rules, "check_dax_vma.fsdax", "x", &nearest),
		      -EINVAL);
	assert_text(w, nearest, "check_dax_vmas.fsdax");
	assert_result(w,
		      rules_override(&rules, "check_dax_vmas.fsdax", "acepted", &nearest),
		      -EINVAL);
	assert_text(w, nearest, "accepted");
	nearest = NULL;
	assert_result(w, rules_override(&rules, "longterm", "x", &nearest), -EINVAL);
	assert_null(nearest);
	assert_result(w, rules_of_release("v4.20", &rules), -EINVAL);
}

/* get_user_pages_remote() lost an argument in v5.9. */
static void headers_fit_by_signature(struct world *w)
{
	static const struct {
		const char *headers;
		unsigned int version;
		bool fit;
	} rows[] = {
		{"v5.5", GUPSIM_KERNEL_VERSION(5, 5, 0), true},
		{"v5.8.18", GUPSIM_KERNEL_VERSION(5, 8, 18), true},
		{"v5.9", GUPSIM_KERNEL_VERSION(5, 9, 0), false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].headers;
		assert_number(w, release_has_signatures_of("v5.5", rows[i].version),
			      rows[i].fit);
		assert_number(w, release_has_signatures_of("v5.6", rows[i].version),
			      rows[i].fit);
	}
	assert_number(w, release_has_signatures_of("v5.10", rows[0].version), false);
}

/* Each release has headers, and flags that come and go with it. */
static void headers_and_flags_of_each_release(struct world *w)
{
	static const struct {
		const char *name;
		unsigned int version, has, lacks;
	} rows[] = {
		{"v5.5", GUPSIM_KERNEL_VERSION(5, 5, 0), GUPSIM_FOLL_SPLIT,
		 GUPSIM_FOLL_PIN},
		{"v5.6", GUPSIM_KERNEL_VERSION(5, 6, 0), 0x7ffff, GUPSIM_FOLL_FAST_ONLY},
		{"v5.7", GUPSIM_KERNEL_VERSION(5, 7, 0), 0x7ffff, GUPSIM_FOLL_FAST_ONLY},
		{"v5.8", GUPSIM_KERNEL_VERSION(5, 8, 0), 0xfffff, GUPSIM_FOLL_NOFAULT},
		{"v5.9", GUPSIM_KERNEL_VERSION(5, 9, 0), 0xfffff, GUPSIM_FOLL_NOFAULT},
		{"v5.10", GUPSIM_KERNEL_VERSION(5, 10, 0), 0xfffff, GUPSIM_FOLL_NOFAULT},
		{"v5.10.223", GUPSIM_KERNEL_VERSION(5, 10, 223), 0xfffff,
		 GUPSIM_FOLL_NOFAULT},
		{"v5.15", GUPSIM_KERNEL_VERSION(5, 15, 0),
		 GUPSIM_FOLL_MLOCK | GUPSIM_FOLL_COW, GUPSIM_FOLL_SPLIT},
		{"v6.1", GUPSIM_KERNEL_VERSION(6, 1, 0),
		 GUPSIM_FOLL_NOFAULT | GUPSIM_FOLL_MIGRATION,
		 GUPSIM_FOLL_MLOCK | GUPSIM_FOLL_NUMA},
		{"v6.1.192", GUPSIM_KERNEL_VERSION(6, 1, 192), GUPSIM_FOLL_NOFAULT,
		 GUPSIM_FOLL_COW | GUPSIM_FOLL_INTERRUPTIBLE},
		{"v6.12", GUPSIM_KERNEL_VERSION(6, 12, 0),
		 GUPSIM_FOLL_TOUCH | GUPSIM_FOLL_PCI_P2PDMA |
			 GUPSIM_FOLL_HONOR_NUMA_FAULT,
		 GUPSIM_FOLL_MIGRATION},
	};

	assert_number(w, gupsim_nr_kernels(), ARRAY_LEN(rows));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		assert_text(w, gupsim_kernel_name(i), rows[i].name);
		assert_number(w, release_has_signatures_of(rows[i].name, rows[i].version),
			      true);
		assert_number(w, gupsim_kernel_flags(i) & rows[i].has, rows[i].has);
		assert_number(w, gupsim_kernel_flags(i) & rows[i].lacks, 0);
		assert_number(w, gupsim_kernel_flags(i) & GUPSIM_FOLL_UNKNOWN, 0);
	}
	assert_number(w, gupsim_kernel_flags(gupsim_nr_kernels()), 0);
	assert_text(w, gupsim_flag_name(GUPSIM_FOLL_NOFAULT), "NOFAULT");
	assert_null(gupsim_flag_name(GUPSIM_FOLL_WRITE | GUPSIM_FOLL_GET));
	assert_null(gupsim_flag_name(GUPSIM_FOLL_UNKNOWN));
}

static void each_function_has_its_releases(struct world *w)
{
	const char *name;
	size_t nr = 0;

	for (; (name = gupsim_function_name(nr)); nr++) {
		size_t have = 0;

		w->where = name;
		for (size_t k = 0; k < gupsim_nr_kernels(); k++)
			have += gupsim_kernel_has(k, name);
		assert_at_least(w, have, 1);
	}
	assert_number(w, nr, NR_PIN_FUNCTIONS);
	assert_null(gupsim_function_name(SIZE_MAX));
}

SUITE(world_test(headers_and_flags_of_each_release),
      world_test(each_release_has_one_before),
      world_test(some_rules_are_no_longer_reached),
      world_test(what_is_measured_names_the_kernel),
      world_test(mainline_changes_are_told_of_mainline),
      world_test(each_function_has_its_releases), world_test(every_cell_is_filled),
      world_test(v5_6_differs_from_v5_5), world_test(beyond_the_table_is_nothing),
      world_test(one_rule_is_overridden), world_test(mistakes_get_the_nearest_name),
      world_test(headers_fit_by_signature))
