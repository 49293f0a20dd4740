/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every value that a rule can have, put in place of another on some release, makes some
 * fixture fail: a rule that no fixture notices is not tested.
 */
#include "tree.h"

#include <gupsim/release.h>
#include <gupsim/scenario.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct tree fixtures;
/* Of each rule: the fixture that has noticed another value of it; NULL: none yet. */
static const char **noticed_by;

static bool fails(const char *path, const char *kernel, const char *override)
{
	struct gupsim_scenario_options options = {
		.size = sizeof(options),
		.kernels = &kernel,
		.nr_kernels = 1,
		.rules = &override,
		.nr_rules = override ? 1 : 0,
	};
	int status = gupsim_scenario_run_file(path, &options, NULL);

	if (status < 0 || status > 1)
		fail_msg("%s on %s with %s: status %d", path, kernel,
			 override ? override : "its own rules", status);
	return status == 1;
}

static void test_all_hold_as_they_are(void **state)
{
	(void)state;
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		for (size_t i = 0; i < fixtures.nr; i++)
			if (fails(fixtures.path[i], gupsim_kernel_name(k), NULL))
				fail_msg("%s fails on %s", fixtures.path[i],
					 gupsim_kernel_name(k));
}

/* Does it speak of the function that has the rule? */
static bool is_about(size_t fixture, size_t rule)
{
	const char *name = gupsim_rule_info(rule)->name;
	char function[64];

	snprintf(function, sizeof(function), "%.*s", (int)strcspn(name, "."), name);
	return strstr(fixtures.text[fixture], function);
}

/* Does any fixture fail? Those that are likely to are asked first. */
static bool some_fixture_fails(size_t kernel, size_t rule, const char *override)
{
	const char *release = gupsim_kernel_name(kernel);

	if (noticed_by[rule] && fails(noticed_by[rule], release, override))
		return true;
	for (int likely = 1; likely >= 0; likely--)
		for (size_t i = 0; i < fixtures.nr; i++) {
			const char *path = fixtures.path[i];

			if (path == noticed_by[rule] || is_about(i, rule) != likely ||
			    !fails(path, release, override))
				continue;
			noticed_by[rule] = path;
			return true;
		}
	return false;
}

/* Is @value, where a release has another, noticed on that release? */
static bool is_noticed_on(size_t kernel, size_t rule, const char *value)
{
	struct gupsim_rule_cell cell;
	char override[128];

	assert_int_equal(gupsim_rule_cell(kernel, rule, &cell), 0);
	if (!strcmp(cell.value, value))
		return false;
	snprintf(override, sizeof(override), "%s=%s", gupsim_rule_info(rule)->name,
		 value);
	return some_fixture_fails(kernel, rule, override);
}

static bool has(size_t kernel, size_t rule, const char *value)
{
	struct gupsim_rule_cell cell;

	return !gupsim_rule_cell(kernel, rule, &cell) && !strcmp(cell.value, value);
}

static bool every_release_has(size_t rule, const char *value)
{
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		if (!has(k, rule, value))
			return false;
	return true;
}

/* What fixtures cannot see; something else tests it. */
static const char *const unseen[] = {
	"__get_user_pages_locked.retries",   /* what drivers answer: unit/fault_ops */
	"__get_user_pages_locked.nothing",   /* the same */
	"hpage_pincount_available.compound", /* differs for pages of order 1 alone */
	"fixup_user_fault.retries",	     /* the same: unit/doors */
};

static bool is_unseen(const char *rule)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (!strcmp(unseen[i], rule))
			return true;
	return false;
}

/* Next to a release that has it, other rules are likely to be prepared for a value. */
static bool is_near(size_t kernel, size_t rule, const char *value)
{
	return (kernel && has(kernel - 1, rule, value)) || has(kernel + 1, rule, value);
}

/* Releases that do not come to the rule are looked at further down. */
static bool is_noticed_anywhere(size_t rule, const char *value)
{
	struct gupsim_rule_cell cell;

	for (int near = 1; near >= 0; near--)
		for (size_t k = gupsim_nr_kernels(); k-- > 0;)
			if (!gupsim_rule_cell(k, rule, &cell) && cell.reached &&
			    is_near(k, rule, value) == near &&
			    is_noticed_on(k, rule, value))
				return true;
	return false;
}

static size_t check_value(size_t rule, const char *value)
{
	if (is_unseen(gupsim_rule_info(rule)->name) || every_release_has(rule, value) ||
	    is_noticed_anywhere(rule, value))
		return 0;
	print_error("no fixture notices %s=%s on any release\n",
		    gupsim_rule_info(rule)->name, value);
	return 1;
}

static void test_every_other_value_is_noticed(void **state)
{
	size_t unnoticed = 0;

	(void)state;
	for (size_t r = 0; r < gupsim_nr_rules(); r++)
		for (const char *const *value = gupsim_rule_info(r)->values; *value;
		     value++)
			unnoticed += check_value(r, *value);
	assert_int_equal(unnoticed, 0);
}

/* What a release does not come to makes no difference there, whatever its value. */
static size_t check_unreached(size_t kernel, size_t rule)
{
	const struct gupsim_rule *info = gupsim_rule_info(rule);
	struct gupsim_rule_cell cell;
	size_t noticed = 0;

	assert_int_equal(gupsim_rule_cell(kernel, rule, &cell), 0);
	for (const char *const *value = info->values; *value && !cell.reached; value++) {
		if (!is_noticed_on(kernel, rule, *value))
			continue;
		print_error("%s=%s is noticed on %s, which does not come to it\n",
			    info->name, *value, gupsim_kernel_name(kernel));
		noticed++;
	}
	return noticed;
}

static void test_what_is_not_reached_makes_no_difference(void **state)
{
	size_t noticed = 0;

	(void)state;
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		for (size_t r = 0; r < gupsim_nr_rules(); r++)
			noticed += check_unreached(k, r);
	assert_int_equal(noticed, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_hold_as_they_are),
		cmocka_unit_test(test_every_other_value_is_noticed),
		cmocka_unit_test(test_what_is_not_reached_makes_no_difference),
	};
	int failed;

	fixtures = tree_read(argc > 1 ? argv[1] : "fixtures");
	noticed_by = calloc(gupsim_nr_rules(), sizeof(*noticed_by));
	failed = noticed_by ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
	free(noticed_by);
	tree_free(&fixtures);
	return failed != 0;
}
