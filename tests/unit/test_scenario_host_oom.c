/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host without memory for a fixture: -ENOMEM, and what is half done is told. */
#include "stories.h"

#include <errno.h>

/* Each allocation of host memory fails once; the sanitizers see what is not given back.
 */
static void out_of_host_memory(void **state)
{
	static const char *const texts[] = {
		STORY,
		LOG "at lock.dropped: munmap A.log\n"
		    "p = get_user_pages_remote(A, A.log, 4, 0, locked=1) -> -EFAULT\n",
		TASK PIN "expect A.heap refcount 9\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct gupsim_scenario_options options = {.fail_host = 0};
		struct collected c;
		int status;

		do {
			options.fail_host++;
			c = collect(texts[i], &options);
			status = c.status;
			collected_free(&c);
		} while (status == -ENOMEM);
		c = collect(texts[i], NULL);
		assert_int_equal(status, c.status);
		assert_at_least(NULL, options.fail_host, 21);
		collected_free(&c);
	}
}

/* Is a failure told of the last statement when the host has no memory for it? */
static bool is_left_behind(const char *text, const char *what)
{
	static const char *const kernels[] = {"v5.6"};
	struct gupsim_scenario_options options = {.kernels = kernels, .nr_kernels = 1};
	bool told = false;
	struct collected c;
	int status;

	do {
		options.fail_host++;
		c = collect(text, &options);
		status = c.status;
		if (status == -ENOMEM && c.result.failed) {
			assert_has(c.report, what);
			told = true;
		}
		collected_free(&c);
	} while (status == -ENOMEM);
	return told;
}

/* What is half done then is told; what the fixture expects there is not. */
static void what_is_left_behind_is_told(void **state)
{
#define TWICE TASK PIN "drain\nput p\nput_page(p[0]) -> 0 warn bad_page\n"

	(void)state;
	assert_true(is_left_behind(
		TWICE, "  where     A.heap[0]\n  expected  every reference explained\n"));
	assert_true(is_left_behind(
		TASK "get_user_pages(A.heap, 1, WRITE) -> 1\nwrite A.heap[1] \"x\"\n",
		"  expected  given back when the host had no memory\n"));
	assert_true(is_left_behind(
		TWICE "expect audit A.heap[0] -1 by p\nx = get_page(A.heap[0])\n",
		"  actual    BUG get_page\n"));
	assert_false(is_left_behind(TWICE "expect audit A.heap[0] -1 by p\n", ""));
	assert_false(is_left_behind(STORY "put q\n", ""));
	assert_false(is_left_behind(TASK PIN "expect A.heap refcount 9\n", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(out_of_host_memory),
		cmocka_unit_test(what_is_left_behind_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
