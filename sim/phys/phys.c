/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mem_map and the page allocator. */
#include "phys/phys.h"

#include "phys/buddy.h"
#include "phys/compound.h"
#include "phys/hugetlb.h"
#include "phys/page.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

_Static_assert(sizeof(struct page) == 64, "a page is a cache line");
_Static_assert(sizeof(struct phys) <= PHYS_HEADER, "the mem_map starts behind it");

/* Address space only: twice the span holds one that is aligned, the rest goes back. */
static struct phys *reserve(void)
{
	char *start = mmap(NULL, 2 * PHYS_SPAN, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *aligned;

	if (start == MAP_FAILED)
		return NULL;
	aligned = (char *)(((uintptr_t)start + PHYS_SPAN - 1) & ~(PHYS_SPAN - 1));
	if (aligned > start)
		munmap(start, aligned - start);
	munmap(aligned + PHYS_SPAN, start + PHYS_SPAN - aligned);
	return (struct phys *)aligned;
}

static size_t mem_map_bytes(unsigned long nr_frames)
{
	return PHYS_HEADER + nr_frames * sizeof(struct page);
}

static int set_nr_frames(struct phys *phys, unsigned long nr_frames)
{
	if (nr_frames > PHYS_MAX_FRAMES)
		return -ENOMEM;
	if (mprotect(phys, PAGE_ALIGN(mem_map_bytes(nr_frames)), PROT_READ | PROT_WRITE))
		return -ENOMEM;
	phys->nr_frames = nr_frames;
	return 0;
}

static unsigned long aligned_pfn(unsigned long pfn, unsigned long frames)
{
	return (pfn + frames - 1) & ~(frames - 1);
}

static unsigned long pageblock_start(unsigned long pfn)
{
	return aligned_pfn(pfn, HPAGE_PMD_NR);
}

static unsigned long init_area(struct area *area, enum gupsim_zone zone,
			       unsigned long start, uint64_t bytes)
{
	area->zone = zone;
	area->start = area->fresh = start;
	area->end = start + (bytes >> PAGE_SHIFT);
	area->nr_free = area->end - area->start;
	for (int order = 0; order < NR_ORDERS; order++)
		INIT_LIST_HEAD(&area->free[order]);
	return area->end;
}

static void set_zonelist(struct phys *phys, gfp_t gfp, const enum area_kind *order)
{
	struct area **zonelist = phys->zonelist[gfp];

	for (int i = 0; i < NR_AREAS && order[i] != NR_AREAS; i++) {
		struct area *area = &phys->area[order[i]];

		if (area->start < area->end)
			*zonelist++ = area;
	}
	*zonelist = NULL;
}

void phys_allocate_in(struct phys *phys, enum gupsim_place place)
{
	/* CMA blocks last, but for balance_cma(). */
	static const enum area_kind order[][NR_AREAS] = {
		[GUPSIM_ANYWHERE] = {AREA_MOVABLE, AREA_NORMAL, AREA_CMA},
		[GUPSIM_IN_NORMAL] = {AREA_NORMAL, NR_AREAS},
		[GUPSIM_IN_CMA] = {AREA_CMA, NR_AREAS},
		[GUPSIM_IN_MOVABLE] = {AREA_MOVABLE, NR_AREAS},
	};
	static const enum area_kind no_cma[] = {AREA_MOVABLE, AREA_NORMAL, NR_AREAS};

	phys->may_balance = place == GUPSIM_ANYWHERE &&
			    phys->area[AREA_CMA].start < phys->area[AREA_CMA].end;
	set_zonelist(phys, GFP_HIGHUSER_MOVABLE, order[place]);
	set_zonelist(phys, GFP_MOVABLE_NO_CMA,
		     place == GUPSIM_ANYWHERE || place == GUPSIM_IN_CMA ? no_cma
									: order[place]);
}

static void init_zero_page(struct phys *phys)
{
	init_page(zero_page(phys), GUPSIM_ZONE_NORMAL);
	SetPageReserved(zero_page(phys));
	ledger_note(zero_page(phys), REF_BASE, 1);
}

/* Any frame will do: it is never given back. */
static int init_gate_page(struct phys *phys, enum gupsim_vsyscall vsyscall)
{
	phys->vsyscall = vsyscall;
	if (vsyscall != GUPSIM_VSYSCALL_EMULATE)
		return 0;
	phys->gate_page = alloc_page(phys, GFP_USER, REF_BASE);
	if (!phys->gate_page)
		return -ENOMEM;
	SetPageReserved(phys->gate_page);
	return 0;
}

static int init_frames(struct phys *phys, const struct gupsim_config *config)
{
	unsigned long pfn = FIRST_RAM_PFN;
	int error;

	pfn = init_area(&phys->area[AREA_NORMAL], GUPSIM_ZONE_NORMAL, pfn,
			config->ram_normal);
	pfn = init_area(&phys->area[AREA_CMA], GUPSIM_ZONE_NORMAL, pageblock_start(pfn),
			config->ram_cma);
	pfn = init_area(&phys->area[AREA_MOVABLE], GUPSIM_ZONE_MOVABLE,
			pageblock_start(pfn), config->ram_movable);
	error = set_nr_frames(phys, pfn);
	if (error)
		return error;
	if (config->ledger && ledger_reserve(phys->base, &phys->ledger, 0, FIRST_RAM_PFN))
		return -ENOMEM;
	init_zero_page(phys);
	return 0;
}

int phys_create(struct base *base, const struct gupsim_config *config, struct phys **out)
{
	struct phys *phys = reserve();
	int error;

	if (!phys)
		return -ENOMEM;
	if (mprotect(phys, PHYS_HEADER, PROT_READ | PROT_WRITE)) {
		munmap(phys, PHYS_SPAN);
		return -ENOMEM;
	}
	phys->base = base;
	phys->pagevec_hold = config->pagevec_hold;
	lru_init(&phys->lru);
	error = init_frames(phys, config);
	if (error) {
		phys_destroy(phys);
		return error;
	}
	phys->zonelist[GFP_USER][0] = &phys->area[AREA_NORMAL];
	phys_allocate_in(phys, GUPSIM_ANYWHERE);
	error = hugetlb_init_pools(phys, config);
	if (!error)
		error = init_gate_page(phys, config->vsyscall);
	if (error)
		phys_destroy(phys);
	else
		*out = phys;
	return error;
}

static void forget_contents(struct phys *phys, unsigned long start, unsigned long end)
{
	for (unsigned long pfn = start; pfn < end; pfn++)
		page_forget_contents(pfn_to_page(phys, pfn));
}

void phys_destroy(struct phys *phys)
{
	const struct area *last = &phys->area[AREA_MOVABLE];

	forget_contents(phys, ZERO_PFN, ZERO_PFN + 1);
	for (int i = 0; i < NR_AREAS; i++)
		forget_contents(phys, phys->area[i].start, phys->area[i].fresh);
	forget_contents(phys, last->end, phys->nr_frames);
	ledger_destroy(phys->base, &phys->ledger);
	munmap(phys, PHYS_SPAN);
}

/* Of a compound page as memmap_init_compound(): only its head has room for the device,
 * and only its head counts. */
static void init_zone_device_page(struct page *page, struct dev_pagemap *pgmap)
{
	init_page(page, GUPSIM_ZONE_DEVICE);
	SetPageReserved(page);
	page->pgmap = pgmap;
	ledger_note(page, REF_BASE, 1);
	if (pgmap->vmemmap_shift)
		prep_compound_page(page, pgmap->vmemmap_shift);
}

int phys_add_device(struct phys *phys, struct dev_pagemap *pgmap, unsigned long nr_frames,
		    unsigned long align)
{
	unsigned long end = phys->nr_frames, start = aligned_pfn(end, align);
	int error = 0;

	if (start > PHYS_MAX_FRAMES || nr_frames > PHYS_MAX_FRAMES - start)
		return -ENOMEM;
	if (phys->ledger.chunk)
		error = ledger_reserve(phys->base, &phys->ledger, end,
				       start - end + nr_frames);
	if (!error)
		error = set_nr_frames(phys, start + nr_frames);
	if (error)
		return error;
	for (; end < start; end++) /* no memory there: nobody's, for ever */
		pfn_to_page(phys, end)->_mapcount = -1;
	pgmap->start_pfn = start;
	pgmap->nr_pages = nr_frames;
	for (unsigned long i = 0; i < nr_frames; i += 1UL << pgmap->vmemmap_shift)
		init_zone_device_page(pfn_to_page(phys, start + i), pgmap);
	return 0;
}

bool is_migrate_cma_page(const struct page *page)
{
	const struct area *cma = &page_phys(page)->area[AREA_CMA];
	unsigned long pfn = pfn_of_page(page);

	return pfn >= cma->start && pfn < cma->end;
}

struct area *balance_cma(struct phys *phys, gfp_t gfp, struct area *area)
{
	struct area *normal = &phys->area[AREA_NORMAL], *cma = &phys->area[AREA_CMA];

	if (gfp != GFP_HIGHUSER_MOVABLE || area != normal ||
	    cma->nr_free <= (normal->nr_free + cma->nr_free) / 2)
		return area;
	base_decision(phys->base, "__rmqueue", RULE_CMA_BALANCE,
		      "more than half of what is free is in CMA blocks");
	return base_rule(phys->base, RULE_CMA_BALANCE) == CMA_BLOCKS_BY_HALF ? cma : area;
}

struct page *alloc_fresh_page(struct phys *phys, struct area *area, enum ref_kind kind)
{
	struct page *page;

	if (area->fresh == area->end) {
		page = take_block(phys, area, 0);
		return page ? prep_new_page(page, area, kind) : NULL;
	}
	if (phys->ledger.chunk &&
	    ledger_reserve(phys->base, &phys->ledger, area->fresh, 1))
		return NULL;
	area->nr_free--;
	return prep_new_page(pfn_to_page(phys, area->fresh++), area, kind);
}

static struct area *area_of(struct phys *phys, unsigned long pfn)
{
	for (int i = 0; i < NR_AREAS; i++)
		if (pfn >= phys->area[i].start && pfn < phys->area[i].end)
			return &phys->area[i];
	return NULL;
}

/* What free_pages_check() refuses: the frame is lost rather than given to somebody else.
 */
static bool bad_page(const struct page *page)
{
	for (unsigned long i = 0; i < compound_nr(page); i++)
		if (page[i]._mapcount != -1)
			return true;
	return compound_mapcount(page) || PageReserved(page) ||
	       (page->mapping && !PageAnon(page)) ||
	       lru_has_in_pagevec(&page_phys(page)->lru, page);
}

/* Pages of a PCI device go back to its pool, where they have one reference each. */
static void free_zone_device_page(struct page *page)
{
	if (!is_pci_p2pdma_page(page) ||
	    base_bug_on(page_phys(page)->base, !page->private, "gen_pool_free_owner",
			"memory that is free already"))
		return;
	page->private = 0;
	page->_refcount = 1;
	ledger_note(page, REF_BASE, 1);
}

void free_page(struct page *page)
{
	struct phys *phys = page_phys(page);
	struct area *area = area_of(phys, pfn_of_page(page));

	if (is_zone_device_page(page)) {
		free_zone_device_page(page);
		return;
	}
	lru_remove(page);
	if (bad_page(page)) {
		phys->nr_bad++;
		page->private = FRAME_LOST;
		base_warn(phys->base, "bad_page",
			  "a page was freed that is still in use");
		return;
	}
	if (PageHuge(page)) {
		free_huge_page(page);
		return;
	}
	if (phys->ledger.chunk)
		ledger_forget(phys->base, &phys->ledger,
			      ledger_of(&phys->ledger, pfn_of_page(page)));
	for (unsigned long i = 0; i < compound_nr(page); i++)
		page_forget_contents(page + i);
	free_block(area, page, compound_order(page));
}
