/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long-term pins of pages in CMA areas: they are moved out first, where they can be;
 * where not, the pin succeeds all the same and they stay.
 */
#include "world.h"

#define W      FOLL_WRITE
#define L      FOLL_LONGTERM
#define IN_CMA "refs 2 map 1 anon lru cma referenced active"
#define MOVED  "refs 2 map 1 anon dirty lru referenced active"

/* Another machine; from now on its pages come from CMA blocks; in_normal() ends that. */
static void in_cma(struct world *w)
{
	w->config.ram_cma = 4 << 20;
	world_renew(w);
	assert_result(w, gupsim_allocate_in(w->machine, GUPSIM_IN_CMA), 0);
}

static void in_normal(struct world *w)
{
	assert_result(w, gupsim_allocate_in(w->machine, GUPSIM_ANYWHERE), 0);
}

/* @nr touched pages in CMA blocks. */
static void cma_pages(struct world *w, unsigned long nr)
{
	in_cma(w);
	touched(w, nr);
	in_normal(w);
}

/* Off the LRU they cannot be isolated; the pagevecs are drained once for all of them. */
static void isolated_pages_stay(struct world *w)
{
	cma_pages(w, 2);
	for (int i = 0; i < 2; i++)
		assert_result(w, gupsim_isolate(page_at(w, HEAP + i * PG)), 0);
	probe(w, ASK(REMOTE, HEAP, 2, W | L), GIVES(2));
	assert_pages(w, 2, "refs 3 map 1 anon cma referenced active");
	release(w);
	for (int i = 0; i < 2; i++)
		assert_result(w, gupsim_putback(page_at(w, HEAP + i * PG)), 0);
}

/* No frame to move to: the pages stay, the call does not fail. */
static void without_a_frame_they_stay(struct world *w)
{
	struct page *old;

	cma_pages(w, 4);
	old = page_at(w, HEAP + 2 * PG);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 3);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	assert_page(w, w->pages[1], MOVED);
	assert_same(w, w->pages[2], old);
	assert_page(w, w->pages[2], IN_CMA);
	assert_page(w, w->pages[3], IN_CMA);
	release(w);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	assert_pages(w, 2, MOVED);
	assert_other(w, w->pages[2], old);
	release(w);
}

static void a_cached_page_moves_in_its_file(struct world *w)
{
	static const enum gupsim_backing backings[] = {GUPSIM_DISK, GUPSIM_SHMEM};

	for (size_t i = 0; i < ARRAY_LEN(backings); i++) {
		struct file *file;

		in_cma(w);
		file = FILE_OF("f", backings[i], .bytes = 2 * PG, .cached = true);
		in_normal(w);
		map_at(w, HEAP, 2, PROT_READ, MAP_SHARED, file, 0);
		probe(w, ASK(REMOTE, HEAP, 2, L), GIVES(2, .min = 1));
		assert_pages(w, 2, "refs 3 map 1 lru active");
		assert_same(w, gupsim_file_page(file, 1), w->pages[1]);
		release(w);
	}
}

/* One page twice in the range is isolated once, and had twice again. */
static void the_same_page_twice(struct world *w)
{
	struct file *file;

	in_cma(w);
	file = FILE_OF("f", GUPSIM_SHMEM, .bytes = PG, .cached = true);
	in_normal(w);
	map_at(w, HEAP, 1, RW, MAP_SHARED, file, 0);
	map_at(w, HEAP + PG, 1, RW, MAP_SHARED, file, 0);
	probe(w, ASK(REMOTE, HEAP, 2, L), GIVES(2, .min = 2));
	assert_same(w, w->pages[0], w->pages[1]);
	assert_false(gupsim_page_is_cma(w->pages[0]));
	assert_number(w, page_count(w->pages[0]), 5);
	release(w);
}

static void kill_once_walked(void *arg, enum gupsim_point point)
{
	struct world *w = arg;

	if (point == GUPSIM_POINT_LONGTERM_WALKED)
		gupsim_kill(w->task);
}

/* Without CMA pages there is nothing to do again: the signal comes too late. */
static void without_a_move_there_is_no_second_pin(struct world *w)
{
	touched(w, 4);
	gupsim_listen(w->machine, kill_once_walked, w);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	release(w);
}

SUITE(world_test(isolated_pages_stay), world_test(without_a_frame_they_stay),
      world_test(a_cached_page_moves_in_its_file), world_test(the_same_page_twice),
      world_test(without_a_move_there_is_no_second_pin))
