/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports: the forms they have, and lists that are cut. */
#include "stories.h"

#include "scenario/run.h"

#include <stdio.h>
#include <unistd.h>

static void ktap_has_a_plan(void **state)
{
	struct gupsim_scenario_options options = {.format = GUPSIM_KTAP};
	struct collected c = collect("kernels v5.5 v5.6\n" TASK "expect A.heap none\n"
				     "expect A.heap young | v5.6: none\n",
				     &options);

	(void)state;
	assert_int_equal(c.status, 1);
	assert_string_equal(c.report, "KTAP version 1\n"
				      "1..2\n"
				      "  KTAP version 1\n"
				      "  1..3\n"
				      "  ok 1 line 4\n"
				      "  # A.heap[0] young\n"
				      "  # expected young\n"
				      "  # actual   young no\n"
				      "  not ok 2 line 5\n"
				      "  ok 3 end of file\n"
				      "not ok 1 t.gup@v5.5\n"
				      "  KTAP version 1\n"
				      "  1..3\n"
				      "  ok 1 line 4\n"
				      "  ok 2 line 5\n"
				      "  ok 3 end of file\n"
				      "ok 2 t.gup@v5.6\n");
	collected_free(&c);

	c = collect("task A\nfrob\n", &options);
	assert_int_equal(c.status, 2);
	assert_has(c.report, "KTAP version 1\n1..1\n# t.gup:2:1: unknown verb 'frob'");
	assert_has(c.report, "\nnot ok 1 t.gup\n");
	collected_free(&c);
}

static void json_is_one_object(void **state)
{
	struct gupsim_scenario_options options = {.format = GUPSIM_JSON};
	struct collected c = collect(TASK "expect A.heap young\n", &options);

	(void)state;
	assert_string_equal(
		c.report,
		"{\"tests\": [\n"
		"  {\"path\": \"t.gup\", \"kernel\": \"v5.6\", \"verdict\": \"failed\", "
		"\"checks\": [\n"
		"    {\"line\": 3, \"verdict\": \"failed\", \"failures\": "
		"[{\"expected\": "
		"\"young\", \"where\": \"A.heap[0] young\", \"actual\": \"young no\", "
		"\"trace\": []}]},\n"
		"    {\"line\": null, \"verdict\": \"passed\", \"failures\": []}]}\n"
		"], \"passed\": 0, \"failed\": 1, \"skipped\": 0, \"errors\": 0}\n");
	collected_free(&c);

	c = collect("task \"A\"\n", &options);
	assert_has(c.report,
		   "\"verdict\": \"error\", \"mistakes\": 1, \"first\": [\n"
		   "    {\"line\": 1, \"column\": 6, \"message\": \"expected a name, "
		   "not '\\\"A\\\"'\"}]}");
	collected_free(&c);
}

/* No result can be written that names more WARNs than a statement has room for. */
static void warns_past_the_last_are_counted(void **state)
{
	const struct gupsim_report warn = {GUPSIM_WARN, "f", "x"};
	struct result result = {.kind = RESULT_NUMBER};
	struct frame frame = {.result = &result};
	struct run run = {.frame = &frame};
	struct heap heap;
	struct pool pool;

	(void)state;
	heap_init(&heap, NULL, NULL);
	pool_init(&pool, &heap);
	for (int i = 0; i < MAX_WARNS; i++)
		run_report(&run, &warn);
	assert_string_equal(result_words(&pool, &result),
			    "0 warn f warn f warn f warn f");
	run_report(&run, &warn);
	run_report(&run, &warn);
	assert_string_equal(result_words(&pool, &result),
			    "0 warn f warn f warn f warn f and 2 more");
	pool_destroy(&pool);
}

static void warns_of_a_guest_past_the_last_fail(void **state)
{
	char path[] = "/tmp/gupsim-XXXXXX.gup", answers[256];
	const char *paths[] = {path};
	struct collected c;
	struct gupsim_scenario_options options = collecting(&c, NULL);

	(void)state;
	write_fixture(path, "kernels v5.6\ntask A -> 0 warn a warn b warn c warn d\n");
	snprintf(answers, sizeof(answers),
		 "{\"fixture\":\"%s\"}\n{\"n\":1,\"result\":0,\"signal\":0,\"min\":0,"
		 "\"maj\":0,\"warns\":\"a;b;c;d;e\"}\n{\"end\":\"%s\"}\n",
		 path, path);
	assert_int_equal(gupsim_scenario_judge(paths, 1, "v5.6", answers, &options, NULL),
			 1);
	unlink(path);
	assert_has(c.report, "0 warn a warn b warn c warn d and 1 more\n");
	collected_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ktap_has_a_plan),
		cmocka_unit_test(json_is_one_object),
		cmocka_unit_test(warns_past_the_last_are_counted),
		cmocka_unit_test(warns_of_a_guest_past_the_last_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
