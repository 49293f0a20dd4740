/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which releases and rules a fixture is run with, and arguments that are refused. */
#include "stories.h"

#include <errno.h>
#include <gupsim/gupsim.h>

static void releases_are_selected(void **state)
{
	const char *v55 = "v5.5", *all = "all", *none = "v5.66";
	struct gupsim_scenario_options options = {.kernels = &v55, .nr_kernels = 1};
	struct collected c = collect("kernels v5.5 v5.6\n" TASK, &options);

	(void)state;
	assert_int_equal(c.result.passed, 1);
	assert_int_equal(c.result.skipped, 0);
	collected_free(&c);

	c = collect(TASK, &options); /* it is for v5.6 */
	assert_int_equal(c.status, 0);
	assert_int_equal(c.result.passed, 0);
	assert_int_equal(c.result.skipped, 1);
	assert_string_equal(c.report, "0 passed, 1 skipped\n");
	collected_free(&c);

	options.kernels = &all;
	c = collect(TASK, &options);
	assert_int_equal(c.result.passed, 1);
	assert_int_equal(c.result.skipped, gupsim_nr_kernels() - 1);
	collected_free(&c);

	options.kernels = &none;
	c = collect(TASK, &options);
	assert_int_equal(c.status, 2);
	assert_string_equal(
		c.mistakes,
		"gupsim: unknown kernel 'v5.66': there are v5.5, v5.6, v5.7, v5.8, "
		"v5.9, v5.10, v5.10.223, v5.15, v6.1, v6.1.192, v6.12, all\n");
	collected_free(&c);
}

/* It cannot pass: nothing of it has run. */
static void a_fixture_for_no_release_is_skipped(void **state)
{
	static const char *const says[] = {
		[GUPSIM_TEXT] = "skipped t.gup: it names no release that is modelled\n"
				"0 passed, 1 skipped\n",
		[GUPSIM_KTAP] =
			"KTAP version 1\n1..1\n"
			"ok 1 t.gup # SKIP it names no release that is modelled\n",
		[GUPSIM_JSON] = "{\"tests\": [\n  {\"path\": \"t.gup\", \"verdict\": "
				"\"skipped\"}\n"
				"], \"passed\": 0, \"failed\": 0, \"skipped\": 1, "
				"\"errors\": 0}\n",
	};

	(void)state;
	for (int format = GUPSIM_TEXT; format <= GUPSIM_JSON; format++) {
		struct gupsim_scenario_options options = {.format = format};
		struct collected c = collect("kernels v5.66 v6.99\n" TASK, &options);

		assert_int_equal(c.status, 0);
		assert_string_equal(c.report, says[format]);
		assert_int_equal(c.result.skipped, 1);
		collected_free(&c);
	}
}

static void rules_are_overridden(void **state)
{
	static const char fixture[] = "rule get_user_pages_remote.longterm refused\n" TASK
				      "get_user_pages_remote(A, A.heap, 1, LONGTERM) -> "
				      "-EINVAL warn get_user_pages_remote\n";
	const char *rule = "get_user_pages_remote.longterm=unless_locked";
	const char *wrong[] = {"check_dax_vmas.fsdx=refused",
			       "check_dax_vmas.fsdax=refusd", "check_dax_vmas.fsdax"};
	struct gupsim_scenario_options options = {.rules = &rule, .nr_rules = 1};
	struct collected c = collect(fixture, NULL);

	(void)state;
	assert_int_equal(c.status, 0);
	collected_free(&c);
	c = collect(fixture, &options); /* the option has the last word */
	assert_int_equal(c.status, 1);
	collected_free(&c);

	for (size_t i = 0; i < 3; i++) {
		static const char *const says[] = {
			"gupsim: unknown rule 'check_dax_vmas.fsdx'; did you mean "
			"'check_dax_vmas.fsdax'?\n",
			"gupsim: unknown value 'refusd' of check_dax_vmas.fsdax: there "
			"are refused, accepted\n",
			"gupsim: a rule is given as NAME=VALUE, not "
			"'check_dax_vmas.fsdax'\n",
		};

		options.rules = &wrong[i];
		c = collect(TASK, &options);
		assert_int_equal(c.status, 2);
		assert_string_equal(c.mistakes, says[i]);
		collected_free(&c);
	}
}

static void wrong_arguments_are_refused(void **state)
{
	struct gupsim_scenario_options options = {.size = 0};
	const char *missing = "/nowhere/at/all.gup", *nothing = NULL;
	struct gupsim_scenario_options wrong[] = {
		{.nr_kernels = 1},
		{.kernels = &nothing, .nr_kernels = 1},
		{.nr_rules = 1},
		{.rules = &nothing, .nr_rules = 1},
		{.format = GUPSIM_JSON + 1},
	};
	struct collected c;

	(void)state;
	assert_int_equal(gupsim_scenario_run(NULL, "", 0, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run("x", NULL, 0, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run_file(NULL, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run("x", "task A\n", 7, &options, NULL),
			 -EINVAL);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		wrong[i].size = sizeof(wrong[i]);
		assert_int_equal(gupsim_scenario_run("x", "task A\n", 7, &wrong[i], NULL),
				 -EINVAL);
		assert_int_equal(gupsim_scenario_explain("x", 0, &wrong[i]), -EINVAL);
	}
	assert_int_equal(gupsim_scenario_run_files(NULL, 0, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run_files(&nothing, 1, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run_files(&nothing, 0, NULL, NULL), 0);
	assert_int_equal(gupsim_scenario_run("x", "", 0, NULL, NULL), 2);
	options.size = sizeof(options) + 1;
	assert_int_equal(gupsim_scenario_run("x", "task A\n", 7, &options, NULL),
			 -EINVAL);
	assert_int_equal(gupsim_scenario_run("x", "task A\n", 7, NULL, NULL), 0);
	assert_int_equal(gupsim_scenario_dump(missing, 0, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_verbs(NULL, false, NULL, NULL), -EINVAL);

	options = collecting(&c, NULL);
	assert_int_equal(gupsim_scenario_run_file(missing, &options, NULL), 2);
	assert_string_equal(c.mistakes,
			    "/nowhere/at/all.gup: No such file or directory\n");
	collected_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_are_selected),
		cmocka_unit_test(a_fixture_for_no_release_is_skipped),
		cmocka_unit_test(rules_are_overridden),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
