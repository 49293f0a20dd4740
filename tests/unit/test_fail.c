/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gupsim_fail(): a failure is pending until its allocation comes. */
#include "world.h"

static void failures_that_are_pending_are_told(struct world *w)
{
	static const enum gupsim_failure failures[] = {
		GUPSIM_FAIL_HOST,
		GUPSIM_FAIL_PAGE,
		GUPSIM_FAIL_KMALLOC,
	};

	anon(w, HEAP, 4, RW);
	for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
		assert_number(w, gupsim_fail_pending(w->machine, failures[i]), 0);
		assert_result(w, gupsim_fail(w->machine, failures[i], 7), 0);
		assert_number(w, gupsim_fail_pending(w->machine, failures[i]), 7);
		assert_result(w, gupsim_fail(w->machine, failures[i], 0), 0);
		assert_number(w, gupsim_fail_pending(w->machine, failures[i]), 0);
	}
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 3);
	touch(w, HEAP, 2);
	assert_number(w, gupsim_fail_pending(w->machine, GUPSIM_FAIL_PAGE), 1);
	assert_result(w, gupsim_write(w->task, HEAP + 2 * PG, NULL, PG, NULL), -ENOMEM);
	assert_number(w, gupsim_fail_pending(w->machine, GUPSIM_FAIL_PAGE), 0);
	assert_number(w, gupsim_fail_pending(w->machine, GUPSIM_FAIL_KMALLOC + 1), 0);
	assert_number(w, gupsim_fail_pending(NULL, GUPSIM_FAIL_PAGE), 0);
}

SUITE(world_test(failures_that_are_pending_are_told))
