/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking into a fixture: the decisions of a call, the state at a line, the help. */
#include "stories.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void explain_tells_the_decisions(void **state)
{
	char path[] = "/tmp/gupsim-XXXXXX.gup";
	struct collected c;
	struct gupsim_scenario_options options = collecting(&c, NULL);

	(void)state;
	write_fixture(path, STORY);
	assert_int_equal(gupsim_scenario_explain(path, 10, &options), 0);
	assert_has(c.report, ":10: on v5.5\n    q = pin(A, A.heap, 6, WRITE|LONGTERM)");
	assert_has(c.report, "get_user_pages_remote.longterm=refused, until v5.6 made it "
			     "unless_locked (commit c4237f8b1f4f)]");
	assert_has(c.report, "get_user_pages_remote.longterm=unless_locked, since v5.6 "
			     "(commit c4237f8b1f4f)]");
	assert_has(c.report, "  check_dax_vmas: ");
	assert_has(c.report, "get_user_pages_remote: returns -> -EOPNOTSUPP\n");
	assert_int_equal(gupsim_scenario_explain(path, 3, &options), 2);
	assert_has(c.mistakes, "there is no call in this line\n");
	unlink(path);
	collected_free(&c);
}

static void explain_tells_a_call_at_a_point(void **state)
{
	char path[] = "/tmp/gupsim-XXXXXX.gup";
	struct collected c;
	struct gupsim_scenario_options options = collecting(&c, NULL);

	(void)state;
	write_fixture(path,
		      LOG "at lock.dropped: get_user_pages(0, 1, 0) -> -EFAULT\n"
			  "p = get_user_pages_locked(A.log, 1, 0, locked=1) -> 1\n");
	assert_int_equal(gupsim_scenario_explain(path, 4, &options), 0);
	assert_has(c.report, ":4: on v5.6\n    at lock.dropped: get_user_pages(0, ");
	assert_has(c.report, "returns -> -EFAULT\n");
	assert_lacks(c.report, ":5: on v5.6\n");
	collected_free(&c);
	options = collecting(&c, NULL);
	assert_int_equal(gupsim_scenario_explain(path, 5, &options), 0);
	assert_has(c.report, ":5: on v5.6\n    p = get_user_pages_locked(A.log, 1, ");
	assert_lacks(c.report, "-EFAULT");
	unlink(path);
	collected_free(&c);
}

static void dump_shows_the_state_at_a_line(void **state)
{
	char path[] = "/tmp/gupsim-XXXXXX.gup";
	struct collected c;
	struct gupsim_scenario_options options = collecting(&c, NULL);

	(void)state;
	write_fixture(path, TASK PIN "\nput p\n");
	assert_int_equal(gupsim_scenario_dump(path, 4, &options), 0); /* a blank line */
	assert_has(c.report, ":4: on v5.6\n");
	assert_has(c.report, "p = get_user_pages_remote");
	collected_free(&c);
	options = collecting(&c, NULL);
	assert_int_equal(gupsim_scenario_dump(path, 5, &options), 0);
	assert_lacks(c.report, "p = get_user_pages_remote");
	unlink(path);
	collected_free(&c);
}

static void collect_help(void *arg, const char *text)
{
	strlcat(arg, text, 32768);
}

static void verbs_have_help(void **state)
{
	static char text[32768];

	(void)state;
	text[0] = '\0';
	assert_int_equal(gupsim_scenario_verbs("munmap", false, collect_help, text), 0);
	assert_has(text, "munmap PAGES\n");
	assert_int_equal(gupsim_scenario_verbs("mumap", false, collect_help, text),
			 -EINVAL);
	text[0] = '\0';
	assert_int_equal(gupsim_scenario_verbs(NULL, true, collect_help, text), 0);
	assert_has(text, "\n### get_user_pages_remote\n");
	assert_has(text, "| a page | `refcount SUM` |");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explain_tells_the_decisions),
		cmocka_unit_test(explain_tells_a_call_at_a_point),
		cmocka_unit_test(dump_shows_the_state_at_a_line),
		cmocka_unit_test(verbs_have_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
