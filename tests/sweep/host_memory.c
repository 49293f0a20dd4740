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

/* Where memory is taken depends on few rules: each fixture knows one of these. */
static const char *const kernels[] = {"v5.6", "v5.10", "v6.12"};

#define NR_KERNELS (sizeof(kernels) / sizeof(kernels[0]))

static int run(const char *path, size_t kernel, unsigned int fail_host)
{
	struct gupsim_scenario_options options = {
		.size = sizeof(options),
		.kernels = &kernels[kernel],
		.nr_kernels = 1,
		.fail_host = fail_host,
	};

	return gupsim_scenario_run_file(path, &options, NULL);
}

/* One release at a time: what the first needs would be gone through again for the last.
 */
static void sweep(const char *path, size_t kernel)
{
	unsigned int failures = 0;

	for (unsigned int nth = 1; nth < MOST; nth++) {
		int status = run(path, kernel, nth);

		if (status == 0)
			break;
		if (status != -ENOMEM && status != 1)
			fail_msg("%s on %s: status %d when host allocation %u fails",
				 path, kernels[kernel], status, nth);
		failures++;
	}
	if (!failures)
		fail_msg("%s: the first host allocation failed unnoticed", path);
	assert_int_equal(run(path, kernel, 0), 0);
}

static void test_each_allocation_may_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < fixtures.nr; i++)
		for (size_t k = 0; k < NR_KERNELS && !takes_too_long(fixtures.path[i]);
		     k++)
			sweep(fixtures.path[i], k);
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
