/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LRU lists, the pagevecs in front of them, isolation, and what "accessed" does. */
#include "world.h"

#include "machine/machine.h"

static const struct lru *lru_of(const struct world *w)
{
	return &w->machine->phys->lru;
}

static void hold_pagevecs(struct world *w)
{
	w->config.pagevec_hold = true;
	world_renew(w);
}

static void a_pagevec_holds_a_reference(struct world *w)
{
	hold_pagevecs(w);
	touched(w, 1);
	assert_mapped(w, HEAP, 1, "refs 2 map 1 anon active");
	assert_result(w, gupsim_drain(w->machine), 0);
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon lru active");
}

static void a_full_pagevec_is_drained(struct world *w)
{
	hold_pagevecs(w);
	anon(w, HEAP, 16, RW);
	touch(w, HEAP, 14);
	assert_mapped(w, HEAP, 14, "refs 2 map 1 anon active");
	touch(w, HEAP + 14 * PG, 1);
	assert_mapped(w, HEAP, 15, "refs 1 map 1 anon lru active");
	touch(w, HEAP + 15 * PG, 1);
	assert_mapped(w, HEAP + 15 * PG, 1, "refs 2 map 1 anon active");
}

/* The pagevec's reference is the last one: the frame is as free as any other. */
static void a_page_is_freed_out_of_its_pagevec(struct world *w)
{
	unsigned long before;
	struct file *file;

	hold_pagevecs(w);
	before = w->machine->phys->area[AREA_NORMAL].nr_free;
	file = FILE_OF("s", GUPSIM_SHMEM, .bytes = 3 * PG, .cached = true);
	assert_result(w, gupsim_ftruncate(file, 0), 0);
	assert_number(w, w->machine->phys->area[AREA_NORMAL].nr_free, before - 3);
	assert_result(w, gupsim_drain(w->machine), 0);
	assert_reports(w, "");
	assert_number(w, w->machine->phys->area[AREA_NORMAL].nr_free, before);
}

static int unmap_elsewhere(struct world *w)
{
	return gupsim_munmap(w->mm, 0x200000, PG);
}

static int drop_elsewhere(struct world *w)
{
	return gupsim_madvise(w->mm, 0x200000, PG, MADV_DONTNEED);
}

static int truncate_elsewhere(struct world *w)
{
	return gupsim_ftruncate(find_vma(w->mm, 0x200000)->vm_file, 0);
}

static int advise_elsewhere(struct world *w)
{
	return gupsim_madvise(w->mm, 0x200000, PG, MADV_RANDOM);
}

static void whoever_unmaps_drains(struct world *w)
{
	static const struct {
		const char *name;
		int (*call)(struct world *w);
		const char *page;
	} rows[] = {
		{"munmap", unmap_elsewhere, "refs 1 map 1 anon lru active"},
		{"MADV_DONTNEED", drop_elsewhere, "refs 1 map 1 anon lru active"},
		{"ftruncate", truncate_elsewhere, "refs 1 map 1 anon lru active"},
		{"MADV_RANDOM", advise_elsewhere, "refs 2 map 1 anon active"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		hold_pagevecs(w);
		w->where = rows[i].name;
		map_at(w, 0x200000, 1, RW, MAP_SHARED,
		       FILE_OF("f", GUPSIM_DISK, .bytes = PG), 0);
		touched(w, 1);
		assert_result(w, rows[i].call(w), 0);
		assert_mapped(w, HEAP, 1, rows[i].page);
	}
}

static void otherwise_each_call_drains(struct world *w)
{
	touched(w, 1);
	assert_number(w, lru_of(w)->add.nr + lru_of(w)->activate.nr, 0);
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon lru active");
}

static void lists_are_counted(struct world *w)
{
	const unsigned long *size = lru_of(w)->size;

	FILE_OF("f", GUPSIM_DISK, .bytes = 3 * PG, .cached = true);
	FILE_OF("s", GUPSIM_SHMEM, .bytes = 5 * PG, .cached = true);
	touched(w, 2);
	assert_number(w, size[LRU_INACTIVE_FILE], 3);
	assert_number(w, size[LRU_INACTIVE_ANON], 5); /* shmem swaps like anon */
	assert_number(w, size[LRU_ACTIVE_ANON], 2);
	assert_number(w, size[LRU_ACTIVE_FILE], 0);
	unmap(w, HEAP, 2);
	assert_number(w, size[LRU_ACTIVE_ANON], 0);
}

static void isolation_takes_a_reference(struct world *w)
{
	struct page *page = touched(w, 1);

	assert_result(w, gupsim_putback(page), -EINVAL);
	assert_result(w, gupsim_isolate(page), 0);
	assert_page(w, page, "refs 2 map 1 anon active");
	assert_number(w, lru_of(w)->nr_isolated_anon, 1);
	assert_result(w, gupsim_isolate(page), -EBUSY);
	assert_result(w, gupsim_putback(page), 0);
	assert_page(w, page, "refs 1 map 1 anon lru active");
	assert_number(w, lru_of(w)->nr_isolated_anon, 0);
	assert_result(w, gupsim_putback(page), -EINVAL);
}

/* A page that has not got to its list yet cannot be taken off it. */
static void isolation_drains_no_pagevec(struct world *w)
{
	hold_pagevecs(w);
	touched(w, 3);
	assert_result(w, gupsim_isolate(page_at(w, HEAP)), -EBUSY);
	assert_mapped(w, HEAP, 3, "refs 2 map 1 anon active");
	assert_result(w, gupsim_drain(w->machine), 0);
	touch(w, HEAP, 3);
	anon(w, HEAP + 3 * PG, 1, RW);
	touch(w, HEAP + 3 * PG, 1);
	assert_result(w, gupsim_isolate(page_at(w, HEAP)), 0);
	assert_mapped(w, HEAP + 3 * PG, 1, "refs 2 map 1 anon active");
	assert_result(w, gupsim_putback(page_at(w, HEAP)), 0);
	assert_mapped(w, HEAP, 1, "refs 2 map 1 anon active");
}

static void an_isolated_page_survives_its_mapping(struct world *w)
{
	struct page *page = touched(w, 1);

	assert_result(w, gupsim_isolate(page), 0);
	unmap(w, HEAP, 1);
	assert_page(w, page, "refs 1 map 0 anon active");
	assert_result(w, gupsim_putback(page), 0);
	assert_page(w, page, "free");
}

static void what_is_on_no_list_is_not_isolated(struct world *w)
{
	map_at(w, HEAP, 1, RW, MAP_SHARED, fsdax_file(w, 1), 0);
	touch(w, HEAP, 1);
	assert_result(w, gupsim_isolate(page_at(w, HEAP)), -EBUSY);
	assert_result(w, gupsim_isolate(gupsim_page_by_pfn(w->machine, 1)), -EBUSY);
	assert_result(w, gupsim_isolate(gupsim_page_by_pfn(w->machine, 2)), -EBUSY);
}

/* On no LRU, PG_referenced toggles with every call and PG_active never comes. */
static void off_the_lru_referenced_toggles(struct world *w)
{
	struct page *page;

	map_at(w, HEAP, 1, RW, MAP_SHARED, fsdax_file(w, 1), 0);
	anon(w, HEAP + PG, 1, RW);
	touch(w, HEAP, 1);
	peek(w, HEAP + PG, 1);
	for (int i = 0; i < 5; i++) {
		for (int p = 0; p < 2; p++) {
			page = gupsim_page_at(w->mm, HEAP + p * PG);
			assert_number(w, PageReferenced(page), i % 2);
			assert_number(w, PageActive(page), 0);
			probe(w, ASK(GUP, HEAP + p * PG, 1, 0), GIVES(1));
			release(w);
		}
	}
}

/* A page that is still in the pagevec joins the active list. */
static void a_page_on_its_way_is_activated(struct world *w)
{
	struct file *file;

	hold_pagevecs(w);
	file = FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true);
	mark_page_accessed(gupsim_file_page(file, 0));
	assert_page(w, gupsim_file_page(file, 0), "refs 2 map 0 referenced");
	mark_page_accessed(gupsim_file_page(file, 0));
	assert_page(w, gupsim_file_page(file, 0), "refs 2 map 0 active");
	gupsim_drain(w->machine);
	assert_page(w, gupsim_file_page(file, 0), "refs 1 map 0 lru active");
	assert_number(w, lru_of(w)->size[LRU_ACTIVE_FILE], 1);
}

/* Activation goes through a pagevec too, which is drained when asked, or when full. */
static void activation_waits_in_its_pagevec(struct world *w)
{
	struct file *file;

	hold_pagevecs(w);
	file = FILE_OF("f", GUPSIM_DISK, .bytes = 16 * PG, .cached = true);
	gupsim_drain(w->machine);
	for (int i = 0; i < 2; i++)
		mark_page_accessed(gupsim_file_page(file, 0));
	assert_page(w, gupsim_file_page(file, 0), "refs 2 map 0 lru");
	gupsim_drain(w->machine);
	assert_page(w, gupsim_file_page(file, 0), "refs 1 map 0 lru active");
	for (int i = 2; i < 2 * 15; i++)
		mark_page_accessed(gupsim_file_page(file, i / 2));
	assert_page(w, gupsim_file_page(file, 1), "refs 2 map 0 lru");
	for (int i = 0; i < 2; i++)
		mark_page_accessed(gupsim_file_page(file, 15));
	assert_page(w, gupsim_file_page(file, 1), "refs 1 map 0 lru active");
	assert_page(w, gupsim_file_page(file, 15), "refs 1 map 0 lru active");
}

/* One put too many ends the count while a pagevec still knows the page. */
static void a_page_freed_in_its_pagevec_is_lost(struct world *w)
{
	struct page *page;

	hold_pagevecs(w);
	anon(w, HEAP, 2, RW);
	touch(w, HEAP, 1);
	page = page_at(w, HEAP);
	put_page(page);
	unmap(w, HEAP, 1);
	assert_reports(w, "WARN bad_page");
	assert_result(w, gupsim_drain(w->machine), 0);
	touch(w, HEAP + PG, 1);
	assert_other(w, page_at(w, HEAP + PG), page);
	assert_result(w, gupsim_drain(w->machine), 0);
	assert_mapped(w, HEAP + PG, 1, "refs 1 map 1 anon lru active");
	w->findings = gupsim_audit(w->machine, NULL, NULL);
	assert_at_least(w, w->findings, 1);
}

/* Its head is what the list has. */
static void a_part_of_a_huge_page_is_not_isolated(struct world *w)
{
	const unsigned long start = PMD_SIZE;

	w->config.thp = GUPSIM_THP_ALWAYS;
	world_renew(w);
	anon(w, start, PMD_SIZE / PG, RW);
	touch(w, start, 1);
	assert_result(w, gupsim_isolate(page_at(w, start + 5 * PG)), -EINVAL);
	assert_text(w, gupsim_error(w->machine),
		    "the page is a part of a huge page, whose first page is on the list");
	assert_result(w, gupsim_isolate(page_at(w, start)), 0);
	assert_result(w, gupsim_putback(page_at(w, start + 5 * PG)), -EINVAL);
	assert_result(w, gupsim_putback(page_at(w, start)), 0);
}

SUITE(world_test(a_part_of_a_huge_page_is_not_isolated),
      world_test(a_pagevec_holds_a_reference), world_test(a_full_pagevec_is_drained),
      world_test(a_page_is_freed_out_of_its_pagevec), world_test(whoever_unmaps_drains),
      world_test(otherwise_each_call_drains), world_test(lists_are_counted),
      world_test(isolation_takes_a_reference), world_test(isolation_drains_no_pagevec),
      world_test(an_isolated_page_survives_its_mapping),
      world_test(what_is_on_no_list_is_not_isolated),
      world_test(off_the_lru_referenced_toggles),
      world_test(a_page_on_its_way_is_activated),
      world_test(activation_waits_in_its_pagevec),
      world_test(a_page_freed_in_its_pagevec_is_lost))
