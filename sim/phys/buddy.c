/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding, splitting and putting together blocks of free frames. */
#include "phys/buddy.h"

#include "phys/page.h"

void free_block(struct area *area, struct page *page, unsigned int order)
{
	for (unsigned long i = 0; i < 1UL << order; i++)
		page[i] = (struct page){._mapcount = -1};
	page->private = order;
	list_add(&page->lru, &area->free[order]);
	area->nr_free += 1UL << order;
}

static struct page *unlink_block(struct area *area, struct page *page)
{
	unsigned int order = page->private;

	list_del(&page->lru);
	page->private = 0;
	area->nr_free -= 1UL << order;
	return page;
}

/* The first frames of a larger block; the rest stays free, in halves. */
static struct page *split_block(struct area *area, unsigned int order)
{
	unsigned int from = order;
	struct page *page;

	while (from < NR_ORDERS && list_empty(&area->free[from]))
		from++;
	if (from == NR_ORDERS)
		return NULL;
	page = list_first_entry(&area->free[from], struct page, lru);
	unlink_block(area, page);
	while (from-- > order)
		free_block(area, page + (1UL << from), from);
	return page;
}

/* Frames that are passed over for the sake of alignment. */
static void free_fresh(struct phys *phys, struct area *area, unsigned long end)
{
	while (area->fresh < end) {
		unsigned int order = 0;

		while (order + 1 < NR_ORDERS && !(area->fresh >> order & 1) &&
		       area->fresh + (2UL << order) <= end)
			order++;
		area->nr_free -= 1UL << order;
		free_block(area, pfn_to_page(phys, area->fresh), order);
		area->fresh += 1UL << order;
	}
}

/* Frames that were never used. */
static struct page *take_fresh(struct phys *phys, struct area *area, unsigned int order)
{
	unsigned long size = 1UL << order;
	unsigned long start = (area->fresh + size - 1) & ~(size - 1);
	unsigned long end = start + size;

	if (end > area->end)
		return NULL;
	if (phys->ledger.chunk &&
	    ledger_reserve(phys->base, &phys->ledger, area->fresh, end - area->fresh))
		return NULL;
	free_fresh(phys, area, start);
	area->fresh = end;
	area->nr_free -= size;
	return pfn_to_page(phys, start);
}

static bool is_free_block(const struct page *page, unsigned int order)
{
	return !page->_refcount && page->_mapcount == -1 && !page->flags &&
	       !page->mapping && page->private <= order;
}

/* Is every frame of the block free, in whatever pieces? */
static bool all_free(const struct page *page, unsigned int order)
{
	const struct page *end = page + (1UL << order);

	while (page < end) {
		if (PageTail(page) || !is_free_block(page, order))
			return false;
		page += 1UL << page->private;
	}
	return true;
}

static struct page *gather(struct area *area, struct page *page, unsigned int order)
{
	const struct page *end = page + (1UL << order);

	for (struct page *piece = page; piece < end;) {
		unsigned long size = 1UL << piece->private;

		unlink_block(area, piece);
		piece += size;
	}
	return page;
}

/* No piece is as large as the block: what is in it is in no other. */
static struct page *gather_block(struct phys *phys, struct area *area, unsigned int order)
{
	unsigned long size = 1UL << order;
	unsigned long pfn = (area->start + size - 1) & ~(size - 1);

	for (; order && pfn + size <= area->fresh; pfn += size)
		if (all_free(pfn_to_page(phys, pfn), order))
			return gather(area, pfn_to_page(phys, pfn), order);
	return NULL;
}

struct page *take_block(struct phys *phys, struct area *area, unsigned int order)
{
	struct page *page = NULL;

	if (area->nr_free < 1UL << order)
		return NULL;
	if (!list_empty(&area->free[order]))
		return unlink_block(area, list_first_entry(&area->free[order],
							   struct page, lru));
	page = take_fresh(phys, area, order);
	if (!page)
		page = split_block(area, order);
	return page ? page : gather_block(phys, area, order);
}
