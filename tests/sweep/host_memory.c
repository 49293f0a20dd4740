/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host runs out of memory at the 1st, 2nd, 3rd … allocation of each fixture, until it
 * passes. Each time the run ends in -ENOMEM, or in an expectation that sees a call's own
 * -ENOMEM, and everything is given back.
 */
#include "tree.h"

#include <gupsim/scenario.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* No fixture allocates so often. */
#define MOST 100000

static struct tree fixtures;

/* A page of 1G is a quarter of a million frames each time; 2M go the same ways. */
static const char *const too_long[] = {"hugetlb/giga.gup", "daxhuge/devdax_1g.gup"};

static bool takes_too_long(const char *path)
{
	for (size_t i = 0; i < sizeof(too_long) / sizeof(too_long[0]); i++)
		if (strstr(path, too_long[i]))
			return true;
	return false;
}

static int run(const char *path, unsigned int fail_host)
{
	/* Where memory is taken depends on few rules: each fixture knows one of these. */
	static const char *const kernels[] = {"v5.6", "v5.10", "v6.12"};
	struct gupsim_scenario_options options = {
		.size = sizeof(options),
		.kernels = kernels,
		.nr_kernels = sizeof(kernels) / sizeof(kernels[0]),
		.fail_host = fail_host,
	};

	return gupsim_scenario_run_file(path, &options, NULL);
}

static void sweep(const char *path)
{
	unsigned int failures = 0;

	for (unsigned int nth = 1; nth < MOST; nth++) {
		int status = run(path, nth);

		if (status == 0)
			break;
		if (status != -ENOMEM && status != 1)
			fail_msg("%s: status %d when host allocation %u fails", path,
				 status, nth);
		failures++;
	}
	if (!failures)
		fail_msg("%s: the first host allocation failed unnoticed", path);
	assert_int_equal(run(path, 0), 0);
}

static void test_each_allocation_may_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < fixtures.nr; i++)
		if (!takes_too_long(fixtures.path[i]))
			sweep(fixtures.path[i]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_allocation_may_fail),
	};
	int failed;

	fixtures = tree_read(argc > 1 ? argv[1] : "fixtures");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	tree_free(&fixtures);
	return failed != 0;
}
