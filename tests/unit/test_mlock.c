/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mlock() and munlock(): ranges, who populates, and the lists pages are on. */
#include "world.h"

#include "machine/machine.h"

static void ranges_are_refused(struct world *w)
{
	static const struct {
		const char *name;
		unsigned long addr, length;
		int error;
	} rows[] = {
		{"empty", HEAP, 0, 0},
		{"a hole", 0x200000, PG, -ENOMEM},
		{"above the top", TASK_SIZE_MAX, PG, -ENOMEM},
		{"wrapping", HEAP, ~0UL - PG, -EINVAL},
		{"wrapping to nothing", PG, ~0UL - 10, 0},
		{"the same, from within a page", PG + 1, ~0UL, 0},
		{"from a hole on", HEAP - PG, 2 * PG, -ENOMEM},
	};

	anon(w, HEAP, 4, RW);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		assert_result(w, gupsim_mlock(w->mm, rows[i].addr, rows[i].length, false),
			      rows[i].error);
		assert_result(w, gupsim_munlock(w->mm, rows[i].addr, rows[i].length),
			      rows[i].error);
		assert_number(w, *gupsim_error(w->machine) != 0, rows[i].error != 0);
		assert_mapped(w, HEAP, 4, "none");
		assert_number(w, w->mm->mmap->vm_flags, 0x100073);
	}
}

static void each_page_that_is_touched_counts(struct world *w)
{
	anon(w, HEAP, 4, RW);
	assert_result(w, gupsim_mlock(w->mm, HEAP + PG - 1, 2, false), 0);
	assert_vmas(w, "100+2 rw-p, 102+2 rw-p");
	assert_mapped(w, HEAP, 2, "refs 1 map 1 anon lru mlocked unevictable referenced");
	assert_result(w, gupsim_munlock(w->mm, HEAP + 1, 1), 0);
	assert_vmas(w, "100+1 rw-p, 101+1 rw-p, 102+2 rw-p");
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon lru referenced");
	assert_mapped(w, HEAP + PG, 1,
		      "refs 1 map 1 anon lru mlocked unevictable referenced");
}

/* Whoever is current, the faults are those of a task of the mm. */
static void a_task_of_the_mm_populates(struct world *w)
{
	struct task_struct *other;

	anon(w, HEAP, 4, RW);
	assert_result(w, gupsim_task_create(w->machine, "B", &other), 0);
	assert_result(w, gupsim_set_current(other), 0);
	assert_result(w, gupsim_mlock(w->mm, HEAP, PG, false), 0);
	assert_is(w, gupsim_current(), other);
	assert_result(w, gupsim_set_current(NULL), 0);
	assert_result(w, gupsim_mlock(w->mm, HEAP + PG, PG, false), 0);
	assert_null(gupsim_current());
	assert_number(w, other->min_flt, 0);
	assert_number(w, w->task->min_flt, 2);
	assert_result(w, gupsim_set_current(w->task), 0);
}

static void exit_of(void *arg, enum gupsim_point point)
{
	if (point == GUPSIM_POINT_LOCK_DROPPED)
		assert_result(NULL, gupsim_exit(arg), 0);
}

/* Who was current may exit while another task's memory is populated. */
static void who_was_current_may_go(struct world *w)
{
	struct task_struct *other;

	map_at(w, HEAP, 1, PROT_READ, MAP_SHARED, FILE_OF("f", GUPSIM_DISK, .bytes = PG),
	       0);
	assert_result(w, gupsim_task_create(w->machine, "B", &other), 0);
	assert_result(w, gupsim_set_current(other), 0);
	gupsim_listen(w->machine, exit_of, other);
	assert_result(w, gupsim_mlock(w->mm, HEAP, PG, false), 0);
	gupsim_listen(w->machine, NULL, NULL);
	assert_null(gupsim_current());
	assert_mapped(w, HEAP, 1, "refs 2 map 1 lru mlocked unevictable referenced");
	assert_result(w, gupsim_set_current(w->task), 0);
}

static void what_waits_in_a_pagevec_is_sorted_out_later(struct world *w)
{
	w->config.pagevec_hold = true;
	world_renew(w);
	anon(w, HEAP, 1, RW);
	touch(w, HEAP, 1);
	assert_page(w, page_at(w, HEAP), "refs 2 map 1 anon active");
	assert_result(w, gupsim_mlock(w->mm, HEAP, PG, false), 0);
	assert_page(w, page_at(w, HEAP), "refs 2 map 1 anon mlocked referenced active");
	gupsim_drain(w->machine);
	assert_page(w, page_at(w, HEAP),
		    "refs 1 map 1 anon lru mlocked unevictable referenced");
	assert_result(w, gupsim_munlock(w->mm, HEAP, PG), 0);
	assert_page(w, page_at(w, HEAP), "refs 2 map 1 anon unevictable referenced");
	gupsim_drain(w->machine);
	assert_page(w, page_at(w, HEAP), "refs 1 map 1 anon lru referenced");
}

static void memory_may_run_out(struct world *w)
{
	anon(w, HEAP, 4, RW);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
	assert_result(w, gupsim_mlock(w->mm, HEAP, 4 * PG, false), -EAGAIN);
	assert_mapped(w, HEAP, 4, "none");
	/* A short count is gone on from. */
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 3);
	assert_result(w, gupsim_mlock(w->mm, HEAP, 4 * PG, false), 0);
	assert_mapped(w, HEAP, 4, "refs 1 map 1 anon lru mlocked unevictable referenced");
	assert_number(w, w->mm->mmap->vm_flags, 0x102073);
	w->fail_at = w->allocations + 1;
	assert_result(w, gupsim_mlock(w->mm, HEAP + PG, PG, true), -ENOMEM);
	w->fail_at = 0;
	assert_number(w, w->mm->mmap->vm_flags, 0x102073);
}

SUITE(world_test(ranges_are_refused), world_test(each_page_that_is_touched_counts),
      world_test(a_task_of_the_mm_populates), world_test(who_was_current_may_go),
      world_test(what_waits_in_a_pagevec_is_sorted_out_later),
      world_test(memory_may_run_out))
