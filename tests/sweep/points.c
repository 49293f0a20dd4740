/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each point of the table is one that a fixture stands at, and not only perhaps: one that
 * is not reached fails the fixture.
 */
#include "tree.h"

#include <gupsim/machine.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct tree fixtures;
static const char *used_by[GUPSIM_NR_POINTS];

/* "at lock.dropped #2: ..."; "at lock.dropped ?: ..." does not say that it is reached. */
static void note(const char *path, const char *line)
{
	char name[64], rest[4];

	if (sscanf(line, "at %63[a-z_.] %3[^\n]", name, rest) < 2 || *rest == '?')
		return;
	for (int p = 0; p < GUPSIM_NR_POINTS; p++)
		if (!strcmp(gupsim_point_name(p), name) && !used_by[p])
			used_by[p] = path;
}

static void note_lines(const char *path, const char *text)
{
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
		note(path, text);
}

static void each_point_has_a_fixture(void **state)
{
	size_t unused = 0;

	(void)state;
	for (size_t i = 0; i < fixtures.nr; i++)
		note_lines(fixtures.path[i], fixtures.text[i]);
	for (int p = 0; p < GUPSIM_NR_POINTS; p++) {
		if (used_by[p])
			continue;
		print_error("no fixture stands at %s\n", gupsim_point_name(p));
		unused++;
	}
	assert_int_equal(unused, 0);
}

static void each_point_is_told_of(void **state)
{
	(void)state;
	for (int p = 0; p < GUPSIM_NR_POINTS; p++) {
		size_t length = strlen(gupsim_point_meaning(p));

		assert_in_range(length, 20, 400);
		assert_int_equal(gupsim_point_meaning(p)[length - 1], '.');
		for (int q = 0; q < p; q++)
			assert_string_not_equal(gupsim_point_name(p),
						gupsim_point_name(q));
	}
	assert_null(gupsim_point_name(GUPSIM_NR_POINTS));
	assert_null(gupsim_point_meaning(GUPSIM_NR_POINTS));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_point_has_a_fixture),
		cmocka_unit_test(each_point_is_told_of),
	};
	int failed;

	fixtures = tree_read(argc > 1 ? argv[1] : "fixtures");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	tree_free(&fixtures);
	return failed != 0;
}
