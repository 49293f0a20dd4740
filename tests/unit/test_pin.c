/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pins, and which release has the functions. */
#include "world.h"

#define NR 3

static long pin(struct world *w, struct page **pages)
{
	long ret;

	down_read(&w->mm->mmap_sem);
	ret = gupsim_pin_user_pages_remote(w->task, w->mm, HEAP, NR, FOLL_WRITE, pages,
					   NULL, NULL);
	up_read(&w->mm->mmap_sem);
	return ret;
}

static void what_is_pinned_is_unpinned(struct world *w)
{
	struct page *pages[NR];
	struct page *first = touched(w, NR);

	assert_result(w, pin(w, pages), NR);
	assert_same(w, pages[0], first);
	assert_number(w, page_count(first), 2);
	gupsim_unpin_user_page(pages[0]);
	assert_number(w, page_count(first), 1);
	gupsim_unpin_user_pages(pages + 1, NR - 1);
	assert_mapped(w, HEAP, NR, "refs 1 map 1 anon lru referenced active");
}

static void the_current_mm_is_pinned(struct world *w)
{
	struct page *pages[NR];

	touched(w, NR);
	down_read(&w->mm->mmap_sem);
	assert_result(w, gupsim_pin_user_pages(HEAP, NR, 0, pages, NULL), NR);
	up_read(&w->mm->mmap_sem);
	gupsim_unpin_user_pages_dirty_lock(pages, NR, false);
	assert_number(w, PageDirty(pages[0]), 0);
}

static void only_what_is_clean_is_made_dirty(struct world *w)
{
	struct page *pages[NR];

	touched(w, NR);
	assert_result(w, pin(w, pages), NR);
	gupsim_unpin_user_pages_dirty_lock(pages, NR, true);
	for (int i = 0; i < NR; i++) {
		assert_number(w, PageDirty(pages[i]), 1);
		assert_number(w, page_count(pages[i]), 1);
	}
}

static void an_older_release_has_no_pins(struct world *w)
{
	struct page *pages[NR];

	w->config.kernel = "v5.5";
	world_renew(w);
	touched(w, NR);
	assert_result(w, pin(w, pages), -ENOSYS);
	assert_text(w, gupsim_error(w->machine),
		    "pin_user_pages_remote: the release has no such function");
	assert_result(w, gupsim_pin_user_pages(HEAP, NR, 0, pages, NULL), -ENOSYS);
	assert_result(w, gupsim_pin_user_pages_unlocked(HEAP, NR, pages, 0), -ENOSYS);
	assert_result(w, gupsim_pin_user_pages_locked(HEAP, NR, 0, pages, NULL), -ENOSYS);
	assert_result(w, gupsim_pin_user_pages_fast(HEAP, NR, 0, pages), -ENOSYS);
	assert_result(w, gupsim_pin_user_pages_fast_only(HEAP, NR, 0, pages), -ENOSYS);
	assert_result(w, gupsim_get_user_pages_fast_only(HEAP, NR, 0, pages), -ENOSYS);
	assert_reports(w, "");
}

/* Of a release that the kernel headers in use are not for. */
static void renew_as(struct world *w, const char *kernel)
{
	w->config.linux_version = 0;
	w->config.kernel = kernel;
	world_renew(w);
}

/* Pin what is not there yet, with or without a pages array. */
static long pin_new(struct world *w, struct page **pages, unsigned int fail_host)
{
	long ret;

	anon(w, HEAP, NR, RW);
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, fail_host);
	down_read(&w->mm->mmap_sem);
	ret = pages ? gupsim_pin_user_pages_remote(w->task, w->mm, HEAP, NR, FOLL_WRITE,
						   pages, NULL, NULL)
		    : gupsim_get_user_pages(HEAP, NR, FOLL_WRITE, NULL, NULL);
	up_read(&w->mm->mmap_sem);
	return ret;
}

/* Returns in how many ways the host ran out of memory: nothing is held then. */
static unsigned int fail_each(struct world *w, struct page **pages)
{
	unsigned int nth = 2; /* the first is the call's own record */
	long ret;

	do {
		ret = pin_new(w, pages, nth++);
		gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 0);
		if (ret > 0 && pages)
			gupsim_unpin_user_pages(pages, ret);
		assert_result(w, gupsim_held(w->machine, NULL, NULL), 0);
		unmap(w, HEAP, NR);
	} while (ret == -ENOMEM);
	assert_result(w, ret, NR);
	return nth - 3;
}

/* The host's memory runs out below: what was pinned is given back the way it was taken.
 */
static void nothing_is_held_when_the_host_runs_out(struct world *w)
{
	static const char *const kernels[] = {"v5.6", "v5.10", "v6.12"};

	for (size_t i = 0; i < ARRAY_LEN(kernels); i++) {
		struct page *pages[NR];

		world_row(w, kernels[i]);
		renew_as(w, kernels[i]);
		assert_in_range(fail_each(w, pages), 1, 50);
		assert_in_range(fail_each(w, NULL), 1, 50);
	}
}

/* The zero page is pinned without being counted since v6.5; the next page can't be had.
 */
static void the_zero_page_gives_nothing_back(struct world *w)
{
	struct page *pages[2];

	renew_as(w, "v6.12");
	anon(w, HEAP, 1, RW);
	shared(w, HEAP + PG, 1, RW);
	peek(w, HEAP, 1);
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 2);
	assert_result(w, gupsim_pin_user_pages_unlocked(HEAP, 2, pages, 0), -ENOMEM);
	assert_page(w, page_at(w, HEAP), "refs 1 map 0 zero reserved nomapping");
}

/* Nobody knows which of the pages it has brought in: the error is told as it is. */
static void populating_runs_out_of_host_memory(struct world *w)
{
	anon(w, HEAP, NR, RW);
	down_read(&w->mm->mmap_sem);
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 2);
	assert_result(w,
		      gupsim_get_user_pages(HEAP, NR,
					    FOLL_WRITE | FOLL_MLOCK | FOLL_POPULATE, NULL,
					    NULL),
		      -ENOMEM);
	up_read(&w->mm->mmap_sem);
}

/* Nobody has told it where the pages are that it is to look at. */
static void a_long_pin_looks_for_its_pages(struct world *w)
{
	renew_as(w, "v5.15");
	gupsim_rule_set(w->machine, "get_user_pages.args", "own_checks");
	touched(w, NR);
	down_read(&w->mm->mmap_sem);
	assert_result(w, gupsim_get_user_pages(HEAP, NR, FOLL_LONGTERM, NULL, NULL),
		      -EIO);
	assert_reports(w, "CONTRACT __gup_longterm_locked");
	w->mm->mmap_sem.readers = 0;
}

static void some_flags_are_not_for_pins(struct world *w)
{
	struct page *pages[NR];
	int locked = 1;

	renew_as(w, "v5.15");
	touched(w, NR);
	assert_result(w, gupsim_pin_user_pages_unlocked(HEAP, NR, pages, FOLL_GET),
		      -EINVAL);
	assert_reports(w, "WARN pin_user_pages_unlocked");
	down_read(&w->mm->mmap_sem);
	assert_result(w, gupsim_pin_user_pages(HEAP, NR, FOLL_GET, pages, NULL), -EINVAL);
	assert_result(w, gupsim_pin_user_pages_locked(HEAP, NR, FOLL_GET, pages, &locked),
		      -EINVAL);
	up_read(&w->mm->mmap_sem);
}

SUITE(world_test(what_is_pinned_is_unpinned), world_test(the_current_mm_is_pinned),
      world_test(only_what_is_clean_is_made_dirty),
      world_test(an_older_release_has_no_pins),
      world_test(nothing_is_held_when_the_host_runs_out),
      world_test(the_zero_page_gives_nothing_back),
      world_test(populating_runs_out_of_host_memory),
      world_test(a_long_pin_looks_for_its_pages), world_test(some_flags_are_not_for_pins))
