/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long-term pins of pages in CMA areas: they are moved out first, where they can be;
 * where not, the pin succeeds all the same and they stay.
 */
#include "world.h"

#define W	  FOLL_WRITE
#define L	  FOLL_LONGTERM
#define IN_CMA	  "refs 2 map 1 anon lru cma referenced active"
#define MOVED	  "refs 2 map 1 anon dirty lru referenced active"
#define ELSEWHERE "refs 2 map 1 anon lru referenced active"

/* From now on pages come from CMA blocks; in_normal() ends that. */
static void in_cma(struct world *w)
{
	if (!w->config.ram_cma) {
		w->config.ram_cma = 4 << 20;
		world_renew(w);
	}
	assert_result(gupsim_allocate_in(w->machine, GUPSIM_IN_CMA), 0);
}

static void in_normal(struct world *w)
{
	assert_result(gupsim_allocate_in(w->machine, GUPSIM_ANYWHERE), 0);
}

/* @nr touched pages in CMA blocks. */
static void cma_pages(struct world *w, unsigned long nr)
{
	in_cma(w);
	anon(w, HEAP, nr, RW);
	touch(w, HEAP, nr);
	in_normal(w);
}

/* measured v5.6 06c */
static void a_short_pin_leaves_them(void **state)
{
	struct world *w = *state;

	cma_pages(w, 4);
	probe(w, ASK(REMOTE, HEAP, 4, W), GIVES(4));
	assert_pages(w, 4, IN_CMA);
	release(w);
}

/* measured v5.6 06e, 06n; scenario 42 */
static void a_long_pin_moves_them(void **state)
{
	static const unsigned int flags[] = {W | L, L};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		struct page *old;
		char buf[4];

		w->config.ram_cma = 0;
		world_renew(w);
		cma_pages(w, 4);
		assert_result(gupsim_write(w->task, HEAP + 9, "abc", 4, NULL), 0);
		old = page_at(w, HEAP);
		probe(w, ASK(REMOTE, HEAP, 4, flags[i]), GIVES(4));
		assert_pages(w, 4, MOVED);
		assert_page(w, old, "free");
		assert_ptr_equal(w->pages[0], page_at(w, HEAP));
		assert_result(gupsim_read(w->task, HEAP + 9, buf, 4, NULL), 0);
		assert_string_equal(buf, "abc");
		release(w);
	}
}

/* v5.5 does the same where it lets FOLL_LONGTERM pass at all. */
static void so_does_v5_5_of_its_own_mm(void **state)
{
	struct world *w = *state;

	w->config.kernel = "v5.5";
	cma_pages(w, 2);
	probe(w, ASK(GUP, HEAP, 2, W | L), GIVES(2));
	assert_pages(w, 2, MOVED);
	release(w);
	probe(w, ASK(REMOTE, HEAP, 2, W | L),
	      GIVES(-EINVAL, .reports = "WARN get_user_pages_remote"));
}

/* measured v5.6 06f, scenario 43: a third party's reference keeps one of them. */
static void a_held_page_stays(void **state)
{
	struct world *w = *state;
	struct page *old[4];

	cma_pages(w, 4);
	for (int i = 0; i < 4; i++)
		old[i] = page_at(w, HEAP + i * PG);
	get_page(old[1]);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	for (int i = 0; i < 4; i++) {
		assert_int_equal(w->pages[i] == old[i], i == 1);
		assert_page(w, w->pages[i],
			    i == 1 ? "refs 3 map 1 anon dirty lru cma referenced active"
				   : MOVED);
	}
	release(w);
	put_page(old[1]);
}

/* measured v5.6 06i: off the LRU it can not be isolated, and is pinned where it is. */
static void an_isolated_page_stays(void **state)
{
	struct world *w = *state;
	struct page *page;

	cma_pages(w, 1);
	page = page_at(w, HEAP);
	assert_result(gupsim_isolate(page), 0);
	probe(w, ASK(REMOTE, HEAP, 1, W | L), GIVES(1));
	assert_ptr_equal(w->pages[0], page);
	assert_pages(w, 1, "refs 3 map 1 anon cma referenced active");
	release(w);
	assert_result(gupsim_putback(page), 0);
}

/* Scenario 45; measured v5.6 06m for the pin that is not long. */
static void only_those_in_cma_move(void **state)
{
	struct world *w = *state;

	in_cma(w);
	anon(w, HEAP, 4, RW);
	touch(w, HEAP + PG, 2);
	in_normal(w);
	touch(w, HEAP, 4);
	probe(w, ASK(REMOTE, HEAP, 4, W), GIVES(4));
	assert_page(w, w->pages[0], ELSEWHERE);
	assert_page(w, w->pages[2], IN_CMA);
	release(w);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	assert_page(w, w->pages[0], ELSEWHERE);
	assert_page(w, w->pages[1], MOVED);
	assert_page(w, w->pages[2], MOVED);
	assert_page(w, w->pages[3], ELSEWHERE);
	release(w);
}

/* measured v5.6 06r: both mms follow. */
static void a_shared_page_moves_in_both(void **state)
{
	struct world *w = *state;
	struct task_struct *b;

	cma_pages(w, 2);
	b = fork_as(w->task, "B");
	probe(w, ASK(REMOTE, HEAP, 2, L), GIVES(2));
	assert_pages(w, 2, "refs 3 map 2 anon dirty lru referenced active");
	assert_ptr_equal(gupsim_page_at(b->mm, HEAP), w->pages[0]);
	release(w);
}

/* measured v5.6 06y, scenario 148: the scope does not keep new pages out of CMA. */
static void new_pages_come_from_cma_and_leave_it(void **state)
{
	struct world *w = *state;

	in_cma(w);
	anon(w, HEAP, 4, RW);
	probe(w, ASK(GUP, HEAP, 4, W | L), GIVES(4, .min = 4));
	assert_pages(w, 4, MOVED);
	release(w);
}

/* measured v5.6, movablecore: gup_remote_longterm_null, 01_remote_longterm_null_touched
 */
static void zone_movable_is_not_left(void **state)
{
	struct world *w = *state;

	w->config.ram_movable = 1 << 20;
	world_renew(w);
	anon(w, HEAP, 4, RW);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4, .min = 4));
	assert_pages(w, 4, "refs 2 map 1 anon lru movable referenced active");
	release(w);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	assert_pages(w, 4, "refs 2 map 1 anon lru movable referenced active");
	release(w);
}

static void the_zero_page_is_not_in_cma(void **state)
{
	struct world *w = *state;

	in_cma(w);
	anon(w, HEAP, 4, RW);
	probe(w, ASK(REMOTE, HEAP, 4, L), GIVES(4, .min = 4));
	assert_pages(w, 4, "refs 5 map 0 zero reserved nomapping");
	release(w);
}

/* No frame to move to: the pages stay, the call does not fail. */
static void without_a_frame_they_stay(void **state)
{
	struct world *w = *state;
	struct page *old;

	cma_pages(w, 4);
	old = page_at(w, HEAP + 2 * PG);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 3);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	assert_page(w, w->pages[1], MOVED);
	assert_ptr_equal(w->pages[2], old);
	assert_page(w, w->pages[2], IN_CMA);
	assert_page(w, w->pages[3], IN_CMA);
	release(w);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	assert_pages(w, 2, MOVED);
	assert_ptr_not_equal(w->pages[2], old);
	release(w);
}

static void a_cached_page_moves_in_its_file(void **state)
{
	static const enum gupsim_backing backings[] = {GUPSIM_DISK, GUPSIM_SHMEM};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(backings); i++) {
		struct file *file;

		w->config.ram_cma = 0;
		world_renew(w);
		in_cma(w);
		file = FILE_OF("f", backings[i], .bytes = 2 * PG, .cached = true);
		in_normal(w);
		map_at(w, HEAP, 2, PROT_READ, MAP_SHARED, file, 0);
		probe(w, ASK(REMOTE, HEAP, 2, L), GIVES(2, .min = 1));
		assert_pages(w, 2, "refs 3 map 1 lru active");
		assert_ptr_equal(gupsim_file_page(file, 1), w->pages[1]);
		release(w);
	}
}

/* One page twice in the range is isolated once, and had twice again. */
static void the_same_page_twice(void **state)
{
	struct world *w = *state;
	struct file *file;

	in_cma(w);
	file = FILE_OF("f", GUPSIM_SHMEM, .bytes = PG, .cached = true);
	in_normal(w);
	map_at(w, HEAP, 1, RW, MAP_SHARED, file, 0);
	map_at(w, HEAP + PG, 1, RW, MAP_SHARED, file, 0);
	probe(w, ASK(REMOTE, HEAP, 2, L), GIVES(2, .min = 2));
	assert_ptr_equal(w->pages[0], w->pages[1]);
	assert_false(gupsim_page_is_cma(w->pages[0]));
	assert_int_equal(page_count(w->pages[0]), 5);
	release(w);
}

/* Pagevecs are drained for it: what is on its way to the LRU can be isolated. */
static void pagevecs_are_drained_first(void **state)
{
	struct world *w = *state;

	w->config.pagevec_hold = true;
	cma_pages(w, 4);
	assert_mapped(w, HEAP, 4, "refs 2 map 1 anon cma active");
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	for (int i = 0; i < 4; i++)
		assert_false(gupsim_page_is_cma(w->pages[i]));
	release(w);
}

static void kill_once_walked(void *arg, enum gupsim_point point)
{
	struct world *w = arg;

	if (point == GUPSIM_POINT_LONGTERM_WALKED)
		gupsim_kill(w->task);
}

/* The range is pinned again after the move: if that fails, nothing is held. */
static void the_second_pin_may_fail(void **state)
{
	struct world *w = *state;
	struct page *old;

	cma_pages(w, 4);
	old = page_at(w, HEAP);
	gupsim_listen(w->machine, kill_once_walked, w);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(-ERESTARTSYS));
	assert_page(w, old, "free");
	assert_mapped(w, HEAP, 4, "refs 1 map 1 anon dirty lru referenced active");
}

/* Without CMA pages there is nothing to do again: the signal comes too late. */
static void without_a_move_there_is_no_second_pin(void **state)
{
	struct world *w = *state;

	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 4);
	gupsim_listen(w->machine, kill_once_walked, w);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	release(w);
}

static void a_kernel_that_keeps_them(void **state)
{
	struct world *w = *state;

	cma_pages(w, 4);
	assert_result(gupsim_rule_set(w->machine, "check_and_migrate_cma_pages.cma",
				      "kept"),
		      0);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	assert_pages(w, 4, IN_CMA);
	release(w);
}

SUITE(world_test(a_short_pin_leaves_them), world_test(a_long_pin_moves_them),
      world_test(so_does_v5_5_of_its_own_mm), world_test(a_held_page_stays),
      world_test(an_isolated_page_stays), world_test(only_those_in_cma_move),
      world_test(a_shared_page_moves_in_both),
      world_test(new_pages_come_from_cma_and_leave_it),
      world_test(zone_movable_is_not_left), world_test(the_zero_page_is_not_in_cma),
      world_test(without_a_frame_they_stay), world_test(a_cached_page_moves_in_its_file),
      world_test(the_same_page_twice), world_test(pagevecs_are_drained_first),
      world_test(the_second_pin_may_fail),
      world_test(without_a_move_there_is_no_second_pin),
      world_test(a_kernel_that_keeps_them))
