/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel leaves to its callers: a breach is told, or ends the machine. */
#include "world.h"

/* All four doors, with nobody to make the call, or somebody of another machine. */
static void somebody_has_to_call(struct world *w)
{
	struct gupsim_machine *other;
	struct task_struct *task;

	anon(w, HEAP, 1, RW);
	down_read(&w->mm->mmap_sem);
	assert_result(w, get_user_pages_remote(NULL, NULL, HEAP, 1, 0, NULL, NULL, NULL),
		      -EINVAL);
	gupsim_set_current(NULL);
	assert_result(w, get_user_pages_remote(NULL, w->mm, HEAP, 1, 0, NULL, NULL, NULL),
		      -ESRCH);
	assert_result(w, get_user_pages(HEAP, 1, 0, NULL, NULL), -ESRCH);
	assert_result(w, get_user_pages_locked(HEAP, 1, 0, NULL, NULL), -ESRCH);
	assert_result(w, get_user_pages_unlocked(HEAP, 1, NULL, 0), -ESRCH);

	assert_result(w, gupsim_machine_create(NULL, &other), 0);
	assert_result(w, gupsim_task_create(other, "B", &task), 0);
	assert_is(w, gupsim_current(), task);
	assert_result(w, get_user_pages_remote(NULL, w->mm, HEAP, 1, 0, NULL, NULL, NULL),
		      -ESRCH);
	assert_result(w, gupsim_machine_destroy(&other), 0);
	assert_null(gupsim_current());
	assert_pte(w, HEAP, "none");
	up_read(&w->mm->mmap_sem);
}

/* What the kernel does not check itself: told, and done all the same. */
static void broken_contracts_are_told(struct world *w)
{
	int locked = 1;

	touched(w, 1);
	assert_result(
		w, get_user_pages_remote(NULL, w->mm, HEAP, 1, 0, w->taken, NULL, NULL),
		1);
	assert_reports(w, "CONTRACT get_user_pages_remote");
	assert_result(w, get_user_pages(HEAP, 1, 0, w->taken + 1, NULL), 1);
	assert_reports(w, "CONTRACT get_user_pages");
	assert_result(w, get_user_pages_locked(HEAP, 1, 0, w->taken + 2, &locked), 1);
	assert_reports(w, "CONTRACT get_user_pages_locked");
	down_read(&w->mm->mmap_sem);
	assert_result(w, get_user_pages_unlocked(HEAP, 1, w->taken + 3, 0), 1);
	assert_reports(w, "CONTRACT get_user_pages_unlocked");
	up_read(&w->mm->mmap_sem);
	w->nr_taken = 4;
	release(w);
}

/* Who dirties a page that he has put already is told so, and the next owner spared. */
static void free_pages_do_not_become_dirty(struct world *w)
{
	struct page *page = touched(w, 1);

	unmap(w, HEAP, 1);
	assert_number(w, set_page_dirty(page), 0);
	assert_reports(w, "CONTRACT set_page_dirty");
	assert_number(w, set_page_dirty_lock(page), 0);
	assert_reports(w, "CONTRACT set_page_dirty_lock");
	assert_page(w, page, "free");
}

struct dirtying {
	struct world *w;
	struct page *page;
	bool reached;
};

static void dirty(void *arg, enum gupsim_point point)
{
	struct dirtying *dirtying = arg;

	(void)point;
	assert_number(dirtying->w, set_page_dirty(dirtying->page), 0);
	assert_number(dirtying->w, set_page_dirty_lock(dirtying->page), 0);
	assert_page(dirtying->w, dirtying->page, "free");
	dirtying->reached = true;
}

/* Inside a call it is not the call that dirties it. */
static void free_pages_do_not_become_dirty_at_a_point(struct world *w)
{
	struct dirtying dirtying = {.w = w};

	touched(w, 2);
	dirtying.page = page_at(w, HEAP + PG);
	unmap(w, HEAP + PG, 1);
	gupsim_listen(w->machine, dirty, &dirtying);
	probe(w, ASK(GUP, HEAP, 1, FOLL_LONGTERM),
	      GIVES(1,
		    .reports = "CONTRACT set_page_dirty, CONTRACT set_page_dirty_lock"));
	assert_true(dirtying.reached);
	release(w);
}

static void count(void *arg, const struct gupsim_report *report)
{
	(void)report;
	++*(int *)arg;
}

/* A page that nobody holds is put, or taken: the end of the machine. */
static void a_count_of_zero_is_a_bug(struct world *w)
{
	for (int get = 0; get < 2; get++) {
		struct page *page;
		int told = 0;

		w->config.report = count;
		w->config.report_arg = &told;
		world_renew(w);
		page = touched(w, 1);
		unmap(w, HEAP, 1);
		(get ? get_page : put_page)(page);
		assert_reports(w, get ? "BUG get_page" : "BUG put_page");
		assert_number(w, told, 1);
		assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
		assert_page(w, page, "free");
	}
}

SUITE(world_test(somebody_has_to_call), world_test(broken_contracts_are_told),
      world_test(free_pages_do_not_become_dirty),
      world_test(free_pages_do_not_become_dirty_at_a_point),
      world_test(a_count_of_zero_is_a_bug))
