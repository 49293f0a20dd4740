/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Huge pages on the lockless walk. All that is asked for of one is had at once, as so
 * many references to its head, or not at all; a device's pages one by one.
 */
#include "gup/fast_walk.h"

#include "gup/follow.h"
#include "gup/seam.h"
#include "phys/compound.h"

/*
 * Up to v6.1 as the slow path takes it: what else the walk asks of a page is not asked,
 * and it has been marked and written down by then. With v6.12 it has to be held for that.
 */
static bool take_device_page(struct fast_walk *walk, struct page *page)
{
	bool slow = rule_is(DEVICE_HUGE_GRAB, DEVICE_HUGE_GRAB_SLOW);

	if (!slow && !try_grab_compound_head(walk, page, 1))
		return false;
	SetPageReferenced(page);
	walk->pages[walk->nr] = page;
	if (slow &&
	    try_grab_leaf_page(page, walk->flags & FOLL_PIN ? walk->flags : FOLL_GET))
		return false;
	walk->nr++;
	return true;
}

/* Each page is had on its own. What fails undoes what this entry gave, and no more. */
static bool __gup_device_huge(struct fast_walk *walk, const char *func, struct page *page,
			      long nr, unsigned long address)
{
	long nr_start = walk->nr;

	for (; nr; nr--, page++, address += PAGE_SIZE) {
		walk->pgmap = get_dev_pagemap(walk->phys, pfn_of_page(page), walk->pgmap);
		if (!walk->pgmap) {
			undo_dev_pagemap(walk, nr_start);
			return fast_stops(func, address,
					  "the device is going away: the huge "
					  "entry's pages go back");
		}
		if (!take_device_page(walk, page)) {
			undo_dev_pagemap(walk, nr_start);
			return fast_stops(func, address, "no reference can be had");
		}
	}
	return GO_ON;
}

/* One reference to each of @nr pages, or so many to their head. */
static bool device_has_changed(const struct fast_walk *walk, const struct page *page,
			       long nr, pte_t leaf, const pte_t *leafp,
			       unsigned long address)
{
	return PageCompound(page)
		       ? fast_has_changed(walk, compound_head(page), nr, 1, leaf, leafp,
					  address)
		       : fast_has_changed(walk, page, 1, nr, leaf, leafp, address);
}

/* __gup_device_huge_pmd() and __gup_device_huge_pud(). */
static bool gup_device_leaf(struct fast_walk *walk, const char *func, const pte_t *leafp,
			    pte_t leaf, struct page *page, long nr, unsigned long address)
{
	long nr_start = walk->nr;
	bool go_on;

	if (walk->flags & FOLL_LONGTERM)
		return fast_stops(func, address, "a device's page, for a long time");
	if (!walk->pages)
		return fast_writes_to_null(func);
	if (!fast_entry_read(walk))
		return STOP;
	go_on = __gup_device_huge(walk, func, page, nr, address);
	put_dev_pagemap(walk->pgmap);
	walk->pgmap = NULL;
	if (!go_on || !device_has_changed(walk, page, nr, leaf, leafp, address))
		return go_on;
	undo_dev_pagemap(walk, nr_start);
	return STOP;
}

/* What is found is written down before it is held. */
static void record_subpages(const struct fast_walk *walk, struct page *page, long nr)
{
	for (long i = 0; i < nr; i++)
		walk->pages[walk->nr + i] = page + i;
}

static bool gup_huge_page(struct fast_walk *walk, const char *func, const pte_t *leafp,
			  pte_t leaf, struct page *page, long nr, unsigned long address)
{
	struct page *head = compound_head(page);
	bool stays;

	if (!walk->pages)
		return fast_writes_to_null(func);
	record_subpages(walk, page, nr);
	if (!fast_entry_read(walk))
		return STOP;
	if (!try_grab_compound_head(walk, head, nr))
		return fast_stops(func, address, "no reference can be had");
	stays = !fast_has_changed(walk, head, nr, 1, leaf, leafp, address);
	if (stays && !pte_write(leaf) && gup_must_unshare(NULL, walk->flags, head))
		stays = fast_stops_by(RULE_MUST_UNSHARE,
				      "the huge page has to be the mapping's own first");
	if (!stays) {
		put_grabbed_pages(walk->pages + walk->nr, nr, walk->flags);
		return STOP;
	}
	SetPageReferenced(head);
	walk->nr += nr;
	return GO_ON;
}

/* gup_fast_pmd_leaf() and gup_fast_pud_leaf() on v6.12. */
bool gup_huge_leaf(struct fast_walk *walk, const pte_t *leafp, unsigned int shift,
		   unsigned long address, unsigned long end)
{
	const char *func = shift == PUD_SHIFT ? "gup_huge_pud" : "gup_huge_pmd";
	pte_t leaf = *leafp;
	struct page *page;
	long nr = (end - address) >> PAGE_SHIFT;

	if (!fast_permits(walk, leaf))
		return fast_not_permitted(func, leaf, address);
	page = pfn_to_page(walk->phys, leaf_pfn(leaf, shift, address));
	return pte_devmap(leaf)
		       ? gup_device_leaf(walk, func, leafp, leaf, page, nr, address)
		       : gup_huge_page(walk, func, leafp, leaf, page, nr, address);
}
