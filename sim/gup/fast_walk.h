/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lockless walk, between its files. Invariant: pages[0..nr) are held, and no other.
 */
#ifndef SIM_GUP_FAST_WALK_H
#define SIM_GUP_FAST_WALK_H

#include "base/release.h"
#include "gup/gup.h"
#include "mm/pgtable.h"
#include "mm/pkey.h"

struct fast_walk {
	struct mm_struct *mm;
	struct phys *phys;
	unsigned int flags;
	struct page **pages;
	long nr;
	struct dev_pagemap *pgmap; /* of the table that the walk is in */
	u64 permitted;		   /* bits that an entry has to have */
	bool careful;		   /* more is asked than whether there is a reference */
};

/* What a step says of the walk. */
#define GO_ON true
#define STOP  false

/* fast_walk.c: why it stops, in which function. Each evaluates to STOP. */
SIM_COLD bool fast_stops(const char *func, unsigned long address, const char *words);
SIM_COLD bool fast_stops_by(enum rule rule, const char *words);
SIM_COLD bool fast_not_permitted(const char *func, pte_t entry, unsigned long address);
SIM_COLD bool fast_writes_to_null(const char *func);

/* Is the entry good for current without a fault, by its bits and by its protection key?
 */
static inline bool fast_permits(const struct fast_walk *walk, pte_t entry)
{
	return (entry.pte & walk->permitted) == walk->permitted &&
	       (likely(!pte_pkey(entry)) ||
		pte_access_permitted(entry, walk->permitted & _PAGE_RW));
}

/* Hold a page, or @nr of the same compound page. */
bool try_grab_compound_head(const struct fast_walk *walk, struct page *page, int nr);
/* Give back what came after @nr_start, of a device that goes meanwhile. */
void undo_dev_pagemap(struct fast_walk *walk, long nr_start);
/* An entry has been read: let others in. False: the machine has died of it. */
bool fast_entry_read(const struct fast_walk *walk);
/*
 * Let others in, who find @nr references to each of @pages frames from @page on as good
 * as given back. True: the entry has changed, or the machine has died.
 */
bool fast_has_changed(const struct fast_walk *walk, const struct page *page, int nr,
		      unsigned long pages, pte_t entry, const pte_t *ptep,
		      unsigned long address);

/* fast_huge.c: what a leaf of an upper level maps in [address, end). */
bool gup_huge_leaf(struct fast_walk *walk, const pte_t *leafp, unsigned int shift,
		   unsigned long address, unsigned long end);

#endif
