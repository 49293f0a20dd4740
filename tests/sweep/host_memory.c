/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host runs out of memory at the 1st, 2nd, 3rd … allocation of each fixture, until it
 * passes. Each time the run ends in -ENOMEM, and the statement that had no memory has
 * left nothing half done: what it took is given back, and the audit finds nothing.
 */
#include "tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
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

/* Is there an nth allocation that can fail? */
static bool nth_may_fail(size_t fixture, size_t kernel, unsigned int nth)
{
	const struct gupsim_scenario_options options = {
		.kernels = &kernels[kernel],
		.nr_kernels = 1,
		.fail_host = nth,
	};
	struct gupsim_scenario_result result = {0};
	char *told;
	int status = run_told(fixtures.path[fixture], fixtures.text[fixture], options,
			      &result, &told);

	if (status != 0 && (status != -ENOMEM || result.failed))
		fail_msg("%s on %s: status %d when host allocation %u fails\n%s",
			 fixtures.path[fixture], kernels[kernel], status, nth, told);
	free(told);
	return status != 0;
}

/* One release at a time: what the first needs would be gone through again for the last.
 */
static void sweep(size_t fixture, size_t kernel)
{
	unsigned int nth = 1;

	while (nth < MOST && nth_may_fail(fixture, kernel, nth))
		nth++;
	if (nth == 1)
		fail_msg("%s: the first host allocation failed unnoticed",
			 fixtures.path[fixture]);
	if (nth == MOST)
		fail_msg("%s: more than %d host allocations", fixtures.path[fixture],
			 MOST);
}

static void test_each_allocation_may_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < fixtures.nr; i++)
		for (size_t k = 0; k < NR_KERNELS && !takes_too_long(fixtures.path[i]);
		     k++)
			sweep(i, k);
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
