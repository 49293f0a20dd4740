/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Huge pages of a pool: what is refused, and what the pool counts. */
#include "world.h"

#include "machine/machine.h"
#include "vm/hugetlb.h"

#define HUGE_2M	  (2UL << 20)
#define HUGE_HEAP 0x200000UL

static struct hstate *pool(struct world *w, unsigned long nr)
{
	w->config.hugetlb_2m = nr;
	world_renew(w);
	return size_to_hstate(w->machine->phys, HUGE_2M);
}

static int map_huge(struct world *w, unsigned long addr, unsigned long length, int flags)
{
	return gupsim_mmap(w->mm, addr, length, RW, flags | MAP_HUGETLB, NULL, 0);
}

static void what_makes_no_sense_is_refused(struct world *w)
{
	static const struct {
		const char *name;
		struct gupsim_file_spec spec;
	} rows[] = {
		{"pages of 4K",
		 {.backing = GUPSIM_HUGETLB, .bytes = HUGE_2M, .huge_page = PG}},
		{"no size of pages", {.backing = GUPSIM_HUGETLB, .bytes = HUGE_2M}},
		{"half a page",
		 {.backing = GUPSIM_HUGETLB, .bytes = PG, .huge_page = HUGE_2M}},
		{"a disk file",
		 {.backing = GUPSIM_DISK, .bytes = HUGE_2M, .huge_page = HUGE_2M}},
	};
	struct file *file;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gupsim_file_spec spec = rows[i].spec;

		w->where = spec.name = rows[i].name;
		assert_result(w, gupsim_file_create(w->machine, &spec, &file), -EINVAL);
	}
	w->where = NULL;
	assert_result(w, map_huge(w, HUGE_HEAP + PG, HUGE_2M, MAP_PRIVATE), -EINVAL);
	assert_result(w, map_huge(w, HUGE_HEAP, HUGE_2M, MAP_PRIVATE | 16 << 26),
		      -EINVAL);
}

/* The length of a mapping is in whole pages, and what is not there is not promised. */
static void reservations_come_and_go(struct world *w)
{
	struct hstate *h = pool(w, 3);

	/* There is room for the length, and none for a huge page. */
	assert_result(w, map_huge(w, TASK_SIZE_MAX + PG - HUGE_2M, PG, MAP_PRIVATE),
		      -ENOMEM);
	assert_result(w, map_huge(w, HUGE_HEAP, ~0UL, MAP_PRIVATE), -ENOMEM);
	assert_number(w, h->nr_reserved, 0);
	assert_result(w, map_huge(w, HUGE_HEAP, HUGE_2M + 1, MAP_PRIVATE), 0);
	assert_number(w, h->nr_reserved, 2);
	assert_result(w, map_huge(w, 0x1000000, 2 * HUGE_2M, MAP_PRIVATE), -ENOMEM);
	assert_result(w, map_huge(w, 0x1000000, HUGE_2M, MAP_SHARED), 0);
	assert_number(w, h->nr_reserved, 3);
	assert_result(w, gupsim_write(w->task, HUGE_HEAP, NULL, 1, NULL), 0);
	assert_number(w, h->nr_reserved, 2);
	assert_number(w, h->nr_free, 2);
	assert_result(w, gupsim_munmap(w->mm, HUGE_HEAP, HUGE_2M), 0);
	assert_number(w, h->nr_reserved, 2);
	assert_number(w, h->nr_free, 3);
	assert_result(w, gupsim_munmap(w->mm, 0x1000000, HUGE_2M), 0);
	assert_result(w, gupsim_munmap(w->mm, HUGE_HEAP + HUGE_2M, HUGE_2M), 0);
	assert_number(w, h->nr_reserved, 0);
}

/* A pinned page that its owner has unmapped comes back when it is given back. */
static void the_pool_waits_for_who_holds_a_page(struct world *w)
{
	struct hstate *h = pool(w, 1);
	struct page *page;

	assert_result(w, map_huge(w, HUGE_HEAP, HUGE_2M, MAP_PRIVATE), 0);
	probe(w, ASK(REMOTE, HUGE_HEAP, 2, FOLL_WRITE), GIVES(2));
	page = page_at(w, HUGE_HEAP);
	assert_result(w, gupsim_munmap(w->mm, HUGE_HEAP, HUGE_2M), 0);
	assert_number(w, h->nr_free, 0);
	assert_number(w, page_count(page), 2);
	assert_result(w, map_huge(w, HUGE_HEAP, HUGE_2M, MAP_PRIVATE), -ENOMEM);
	release(w);
	assert_number(w, h->nr_free, 1);
	assert_number(w, gupsim_page_is_free(page), true);
	assert_result(w, map_huge(w, HUGE_HEAP, HUGE_2M, MAP_PRIVATE), 0);
}

/* What was read of a page before it went back to the pool, nobody finds again. */
static void pages_are_cleared(struct world *w)
{
	pool(w, 1);
	assert_result(w, map_huge(w, HUGE_HEAP, HUGE_2M, MAP_PRIVATE), 0);
	put_text(w, HUGE_HEAP + 5 * PG, "secret");
	assert_result(w, gupsim_munmap(w->mm, HUGE_HEAP, HUGE_2M), 0);
	assert_result(w, map_huge(w, HUGE_HEAP, HUGE_2M, MAP_PRIVATE), 0);
	assert_bytes(w, HUGE_HEAP + 5 * PG, "");
}

/* Only whole pages go; who maps them finds new ones, as long as the pool has some. */
static void a_hole_is_of_whole_pages(struct world *w)
{
	struct hstate *h = pool(w, 3);
	struct file *file = FILE_OF("huge", GUPSIM_HUGETLB, .bytes = 3 * HUGE_2M,
				    .huge_page = HUGE_2M);
	struct gupsim_file *huge = gupsim_file(file);

	map_at(w, HUGE_HEAP, 3 * 512, RW, MAP_SHARED, file, 0);
	assert_number(w, h->nr_reserved, 3);
	put_text(w, HUGE_HEAP, "first");
	put_text(w, HUGE_HEAP + HUGE_2M, "second");
	assert_number(w, h->nr_reserved, 1);
	hugetlbfs_punch_hole(huge, 1, 512);
	hugetlbfs_punch_hole(huge, 1, 1025);
	assert_number(w, h->nr_free, 2);
	assert_number(w, h->nr_reserved, 1);
	assert_bytes(w, HUGE_HEAP, "first");
	assert_null(gupsim_file_page(file, 512));
	assert_bytes(w, HUGE_HEAP + HUGE_2M, "");
	hugetlbfs_punch_hole(huge, 1024, 1536);
	assert_number(w, h->nr_reserved, 1);
	assert_result(w, gupsim_ftruncate(file, 0), 0);
	assert_number(w, h->nr_free, 3);
	assert_number(w, h->nr_reserved, 0);
}

SUITE(world_test(what_makes_no_sense_is_refused), world_test(reservations_come_and_go),
      world_test(the_pool_waits_for_who_holds_a_page), world_test(pages_are_cleared),
      world_test(a_hole_is_of_whole_pages))
