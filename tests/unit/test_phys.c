/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page frames: where they lie, who gets which, and what is in them. */
#include "world.h"

#include "machine/machine.h"

#include <limits.h>
#include <string.h>

#define MIB ((uint64_t)1 << 20)

/* 0 reserved, 1 zero page, then Normal, CMA, Movable, pmem. */
static void frames_lie_in_areas(struct world *w)
{
	static const struct {
		unsigned long pfn;
		enum gupsim_zone zone;
		bool cma;
	} rows[] = {
		{1, GUPSIM_ZONE_NORMAL, false},
		{2, GUPSIM_ZONE_NORMAL, false},
		{2 + 255, GUPSIM_ZONE_NORMAL, false},
		{512, GUPSIM_ZONE_NORMAL, true},
		{512 + 511, GUPSIM_ZONE_NORMAL, true},
		{1024, GUPSIM_ZONE_MOVABLE, false},
		{1024 + 127, GUPSIM_ZONE_MOVABLE, false},
		{1536, GUPSIM_ZONE_DEVICE, false},
		{1536 + 3, GUPSIM_ZONE_DEVICE, false},
	};

	w->config.ram_normal = 1 * MIB;
	w->config.ram_cma = 2 * MIB;
	w->config.ram_movable = MIB / 2;
	world_renew(w);
	make_pmem(w, GUPSIM_PMEM_FSDAX, 4);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page *page = gupsim_page_by_pfn(w->machine, rows[i].pfn);

		assert_number(w, page_to_pfn(page), rows[i].pfn);
		assert_number(w, gupsim_page_zone(page), rows[i].zone);
		assert_number(w, gupsim_page_is_cma(page), rows[i].cma);
		assert_number(w, gupsim_page_is_zero(page), rows[i].pfn == 1);
	}
	assert_null(gupsim_page_by_pfn(w->machine, 0));
	assert_null(gupsim_page_by_pfn(w->machine, 1536 + 4));
	assert_null(gupsim_page_by_pfn(NULL, 1));
}

static const char *place_of(struct world *w, unsigned long addr)
{
	const struct page *page = page_at(w, addr);

	if (!page)
		return "none";
	if (gupsim_page_is_cma(page))
		return "cma";
	return gupsim_page_zone(page) == GUPSIM_ZONE_MOVABLE ? "movable" : "normal";
}

/* Three frames of Normal, two of Movable, 512 of CMA. */
static void small_ram(struct world *w)
{
	w->config.ram_normal = 3 * PG;
	w->config.ram_movable = 2 * PG;
	w->config.ram_cma = 2 * MIB;
	world_renew(w);
	anon(w, HEAP, 600, RW);
}

/* ZONE_MOVABLE first; CMA when nothing else is left. */
static void movable_memory_has_an_order(struct world *w)
{
	static const char *const order[] = {"movable", "movable", "normal", "normal",
					    "normal",  "cma",	  "cma"};

	small_ram(w);
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		touch(w, HEAP + i * PG, 1);
		assert_text(w, place_of(w, HEAP + i * PG), order[i]);
	}
	touch(w, HEAP, 517);
	assert_result(w, gupsim_write(w->task, HEAP + 517 * PG, NULL, 1, NULL), -ENOMEM);
	unmap(w, HEAP + 4 * PG, 1);
	anon(w, HEAP + 4 * PG, 1, RW);
	touch(w, HEAP + 517 * PG, 1);
	assert_text(w, place_of(w, HEAP + 517 * PG), "normal");
}

static void a_place_can_be_chosen(struct world *w)
{
	static const struct {
		enum gupsim_place place;
		unsigned long frames;
		const char *name;
	} rows[] = {
		{GUPSIM_IN_NORMAL, 3, "normal"},
		{GUPSIM_IN_CMA, 512, "cma"},
		{GUPSIM_IN_MOVABLE, 2, "movable"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned long nr = rows[i].frames;

		small_ram(w);
		assert_result(w, gupsim_allocate_in(w->machine, rows[i].place), 0);
		touch(w, HEAP, nr);
		for (unsigned long page = 0; page < nr; page++)
			assert_text(w, place_of(w, HEAP + page * PG), rows[i].name);
		assert_result(w, gupsim_write(w->task, HEAP + nr * PG, NULL, 1, NULL),
			      -ENOMEM);
	}
	assert_result(w, gupsim_allocate_in(w->machine, GUPSIM_IN_MOVABLE + 1), -EINVAL);
}

static void kernel_memory_is_not_movable(struct world *w)
{
	struct page *page[3];

	small_ram(w);
	for (int i = 0; i < 3; i++) {
		page[i] = alloc_page(w->machine->phys, GFP_USER, REF_KERNEL);
		assert_page(w, page[i], "refs 1 map 0 nomapping");
	}
	assert_null(alloc_page(w->machine->phys, GFP_USER, REF_KERNEL));
	for (int i = 0; i < 3; i++)
		put_page_as(page[i], REF_KERNEL);
}

static void the_last_freed_is_the_next_given(struct world *w)
{
	struct page *first, *second;

	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 2);
	first = page_at(w, HEAP);
	second = page_at(w, HEAP + PG);
	unmap(w, HEAP, 1);
	unmap(w, HEAP + PG, 1);
	assert_page(w, first, "free");
	touch(w, HEAP + 2 * PG, 2);
	assert_same(w, page_at(w, HEAP + 2 * PG), second);
	assert_same(w, page_at(w, HEAP + 3 * PG), first);
}

static void a_new_page_reads_as_zeroes(struct world *w)
{
	struct page *page;

	anon(w, HEAP, 1, RW);
	put_text(w, HEAP + PG - 4, "abc");
	page = page_at(w, HEAP);
	assert_memory_equal((char *)kmap(page) + PG - 4, "abc", 4);
	unmap(w, HEAP, 1);
	touched(w, 1);
	assert_same(w, page_at(w, HEAP), page);
	assert_bytes(w, HEAP + PG - 4, "");
}

static void copies_keep_what_was_never_written_free(struct world *w)
{
	struct phys *phys = w->machine->phys;
	struct page *from = alloc_page(phys, GFP_USER, REF_KERNEL);
	struct page *to = alloc_page(phys, GFP_USER, REF_KERNEL);
	char buf[8];

	assert_result(w, page_write(to, 100, "old", 4), 0);
	assert_result(w, copy_highpage(to, from), 0);
	assert_null(to->contents);
	page_read(to, 100, buf, 4);
	assert_memory_equal(buf, "\0\0\0", 4);
	assert_result(w, page_write(from, PG - 4, "new", 4), 0);
	assert_result(w, copy_highpage(to, from), 0);
	page_read(to, PG - 4, buf, 4);
	assert_text(w, buf, "new");
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 1);
	page_forget_contents(to);
	assert_result(w, copy_highpage(to, from), -ENOMEM);
	put_page_as(from, REF_KERNEL);
	put_page_as(to, REF_KERNEL);
}

static void the_zero_page_is_nobodys(struct world *w)
{
	struct page *zero = gupsim_page_by_pfn(w->machine, ZERO_PFN);

	assert_page(w, zero, "refs 1 map 0 zero reserved nomapping");
	anon(w, HEAP, 3, RW);
	peek(w, HEAP, 3);
	assert_page(w, zero, "refs 1 map 0 zero reserved nomapping");
	unmap(w, HEAP, 3);
	assert_page(w, zero, "refs 1 map 0 zero reserved nomapping");
	put_page(zero); /* one too many: it is not given to anybody */
	assert_reports(w, "WARN bad_page");
	w->findings = 1;
}

/* A device's pages are born with a reference, which keeps them from being freed. */
static void pmem_frames_are_idle_at_one(struct world *w)
{
	struct gupsim_pmem *pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 2);
	struct page *page = gupsim_page_by_pfn(w->machine, pmem->pgmap.start_pfn + 1);

	assert_page(w, page, "refs 1 map 0 device reserved nomapping");
	get_page(page);
	put_page(page);
	assert_page(w, page, "refs 1 map 0 device reserved nomapping");
	put_page(page);
	assert_page(w, page, "refs 0 map 0 device reserved nomapping");
	assert_reports(w, "");
	w->findings = 1;
}

/* Close to 0 from below: soon the page would be free, and held. */
static void a_count_never_comes_round(struct world *w)
{
	struct page *page;

	w->config.ledger = false; /* where those who hold it would have to give it back */
	world_renew(w);
	page = touched(w, 1);
	get_page_refs(page, INT_MAX, "get_page");
	get_page_refs(page, INT_MAX - 126, "get_page");
	assert_number(w, page_count(page), -127);
	set_page_dirty_lock(page); /* somebody holds it */
	assert_reports(w, "");
	get_page(page);
	assert_reports(w, "BUG get_page");
	assert_number(w, page_count(page), -127);
}

/* What is still mapped when its count ends is lost, not given to somebody else. */
static void a_bad_page_is_never_given_again(struct world *w)
{
	struct page *bad;

	anon(w, HEAP, 2, RW);
	touch(w, HEAP, 1);
	bad = page_at(w, HEAP);
	put_page(bad);
	assert_reports(w, "WARN bad_page");
	assert_number(w, w->machine->phys->nr_bad, 1);
	touch(w, HEAP + PG, 1);
	assert_other(w, page_at(w, HEAP + PG), bad);
	w->findings = 1;
}

static void a_page_leads_to_its_machine(struct world *w)
{
	struct gupsim_machine *other;

	assert_result(w, gupsim_machine_create(NULL, &other), 0);
	assert_is(w, page_phys(gupsim_page_by_pfn(w->machine, 2)), w->machine->phys);
	assert_is(w, page_phys(gupsim_page_by_pfn(other, 2)), other->phys);
	assert_result(w, gupsim_machine_destroy(&other), 0);
}

SUITE(world_test(frames_lie_in_areas), world_test(movable_memory_has_an_order),
      world_test(a_place_can_be_chosen), world_test(kernel_memory_is_not_movable),
      world_test(the_last_freed_is_the_next_given),
      world_test(a_new_page_reads_as_zeroes),
      world_test(copies_keep_what_was_never_written_free),
      world_test(the_zero_page_is_nobodys), world_test(pmem_frames_are_idle_at_one),
      world_test(a_count_never_comes_round), world_test(a_bad_page_is_never_given_again),
      world_test(a_page_leads_to_its_machine))
