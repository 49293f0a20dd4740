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
	assert_reports(w, "");
}

SUITE(world_test(what_is_pinned_is_unpinned), world_test(the_current_mm_is_pinned),
      world_test(only_what_is_clean_is_made_dirty),
      world_test(an_older_release_has_no_pins))
