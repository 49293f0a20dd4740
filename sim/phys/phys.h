/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical memory: page frames in zones, and the mem_map that describes them.
 *
 * The mem_map is reserved sparsely at a multiple of PHYS_SPAN, right behind its struct
 * phys, so that masking a page pointer finds the machine's memory. Frame numbers:
 *   0 reserved | 1 the zero page | Normal | CMA blocks of Normal | Movable | pmem devices
 * Invariant: every frame of an area is free (on its list or never used yet), or has
 * references, or was found bad when it was freed.
 */
#ifndef SIM_PHYS_PHYS_H
#define SIM_PHYS_PHYS_H

#include "base/base.h"
#include "phys/ledger.h"
#include "phys/lru.h"

#include <gupsim/memory.h>
#include <linux/list.h>
#include <linux/memremap.h>
#include <linux/page-flags.h>

#define PHYS_SPAN	(1UL << 32)
#define PHYS_HEADER	8192UL
#define PHYS_MAX_FRAMES ((PHYS_SPAN - PHYS_HEADER) / sizeof(struct page))
#define PAGEBLOCK_SIZE	(2UL << 20)

#define HPAGE_PMD_ORDER 9
#define HPAGE_PMD_NR	(1UL << HPAGE_PMD_ORDER)
#define HPAGE_PUD_ORDER 18
#define NR_ORDERS	(HPAGE_PUD_ORDER + 1)

#define ZERO_PFN	1UL
#define FIRST_RAM_PFN	2UL
/* Areas behind the first, and devices, begin at a pageblock. */
#define AREA_GAPS (NR_AREAS * HPAGE_PMD_NR)
/* Frames of device registers, which have no struct page. */
#define DEVICE_PFN 0xfe00000UL

#define ZONE_SHIFT 62

#define GFP_USER   0u
/* Also from where pages can be moved out again: ZONE_MOVABLE and CMA blocks. */
#define GFP_HIGHUSER_MOVABLE 1u
/* The same without CMA blocks. */
#define GFP_MOVABLE_NO_CMA 2u
#define NR_GFPS		   3

enum area_kind {
	AREA_NORMAL,
	AREA_CMA,
	AREA_MOVABLE,
	NR_AREAS
};

struct area {
	enum gupsim_zone zone;
	unsigned long start, end; /* frame numbers */
	unsigned long fresh;	  /* from here on nothing was ever allocated */
	/* Below fresh: given back, last in first out, by the order of the block. */
	struct list_head free[NR_ORDERS];
	unsigned long nr_free; /* frames of both kinds */
};

/* The huge pages of one size. */
struct hstate {
	unsigned int order;
	struct list_head free;
	unsigned long nr_pages, nr_free, nr_reserved;
};

#define NR_HSTATES 2

struct phys {
	struct base *base;
	struct area area[NR_AREAS];
	struct hstate hstates[NR_HSTATES];
	enum gupsim_vsyscall vsyscall;
	struct page *gate_page;	 /* of the kernel's image; NULL: not mapped for reading */
	unsigned long nr_frames; /* in the mem_map, pmem included */
	struct area *zonelist[NR_GFPS][NR_AREAS + 1]; /* where to look, in order */
	struct page *huge_zero_page; /* NULL: nobody has asked for it yet */
	unsigned int fail_page_in;
	unsigned long nr_bad; /* frames lost to a put_page() too many */
	bool may_balance;     /* pages may come from Normal and from its CMA blocks */
	bool pagevec_hold;    /* pagevecs keep their references between calls */
	/* What a lockless walk has taken and will give back when it sees the entry gone:
	 * whoever clears that waits for it, and finds these references no more. */
	const struct page *passing; /* the first of them */
	unsigned long nr_passing;
	int passing_refs; /* to each */
	struct ledger ledger;
	struct lru lru;
};

int phys_create(struct base *base, const struct gupsim_config *config, struct phys **out);
void phys_destroy(struct phys *phys);

/*
 * Append frames of a device to the mem_map, each with the reference that it starts with.
 * The first is a multiple of @align, a power of 2.
 */
int phys_add_device(struct phys *phys, struct dev_pagemap *pgmap, unsigned long nr_frames,
		    unsigned long align);

/* A reference to the device for the length of a lookup, NULL if it is dying. */
struct dev_pagemap *get_dev_pagemap(struct phys *phys, unsigned long pfn,
				    struct dev_pagemap *pgmap);
void put_dev_pagemap(struct dev_pagemap *pgmap);

/* The pagevecs of a machine that does not hold them are empty between two calls. */
static inline void phys_end_of_call(struct phys *phys)
{
	if (!phys->pagevec_hold && phys->base->call_depth == 1)
		lru_add_drain_all(phys);
}

/* Where pages that can be moved are taken from now on. */
void phys_allocate_in(struct phys *phys, enum gupsim_place place);
/* What takes the place of @area, the first with room, since CMA blocks are not spared. */
SIM_COLD struct area *balance_cma(struct phys *phys, gfp_t gfp, struct area *area);
/* A frame that was never used, or one of a block. NULL: the host has no memory for its
 * ledger. */
SIM_COLD struct page *alloc_fresh_page(struct phys *phys, struct area *area,
				       enum ref_kind kind);
/* The last reference is gone. */
void free_page(struct page *page);

static inline struct phys *page_phys(const struct page *page)
{
	return (struct phys *)((uintptr_t)page & ~(PHYS_SPAN - 1));
}

static inline struct page *phys_mem_map(const struct phys *phys)
{
	return (struct page *)((char *)phys + PHYS_HEADER);
}

static inline struct page *pfn_to_page(const struct phys *phys, unsigned long pfn)
{
	return phys_mem_map(phys) + pfn;
}

static inline unsigned long pfn_of_page(const struct page *page)
{
	return page - phys_mem_map(page_phys(page));
}

static inline bool pfn_valid(const struct phys *phys, unsigned long pfn)
{
	return pfn > 0 && pfn < phys->nr_frames;
}

static inline bool is_zero_pfn(unsigned long pfn)
{
	return pfn == ZERO_PFN;
}

static inline struct page *zero_page(const struct phys *phys)
{
	return pfn_to_page(phys, ZERO_PFN);
}

/* Of any of its frames. */
static inline bool is_huge_zero_page(const struct page *page)
{
	return compound_head(page) == page_phys(page)->huge_zero_page;
}

static inline enum gupsim_zone page_zonenum(const struct page *page)
{
	return page->flags >> ZONE_SHIFT;
}

static inline bool is_zone_device_page(const struct page *page)
{
	/* The last zone: to ask so takes one bit. */
	return page_zonenum(page) >= GUPSIM_ZONE_DEVICE;
}

static inline bool is_pci_p2pdma_page(const struct page *page)
{
	return is_zone_device_page(page) &&
	       compound_head(page)->pgmap->type == MEMORY_DEVICE_PCI_P2PDMA;
}

/* Is it handed out, so that its last reference gives it back? */
static inline bool p2pdma_in_use(const struct page *page)
{
	return is_pci_p2pdma_page(page) && page->private;
}

bool is_migrate_cma_page(const struct page *page);

#endif
