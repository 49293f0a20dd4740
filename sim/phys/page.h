/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References to pages, and their bytes. Every take and drop names what it is for; what a
 * call hands out to its caller goes through try_get_page() and put_call_page().
 */
#ifndef SIM_PHYS_PAGE_H
#define SIM_PHYS_PAGE_H

#include "phys/phys.h"

#include <linux/highmem.h>
#include <linux/mm.h>

/* So many references that some of them may be a pin; or, where pins are counted, any. */
bool page_maybe_dma_pinned(const struct page *page);

static inline bool page_is_file_cache(const struct page *page)
{
	return !PageSwapBacked(page);
}

/* Without those that a lockless walk has taken and is about to give back. */
static inline int page_count_settled(const struct page *page)
{
	const struct phys *phys = page_phys(page);

	bool passing = phys->nr_passing && page >= phys->passing &&
		       page < phys->passing + phys->nr_passing;

	return page_ref_count(page) - (passing ? phys->passing_refs : 0);
}

/*
 * An anonymous page that one address space alone maps, as far as it knows. Kept on every
 * release; only some ask for it, as PG_anon_exclusive.
 */
#define PAGE_EXCLUSIVE (1UL << 49) /* page->flags, beside PAGE_ISOLATED */

/* Of a huge page's first tail: one of several pmds that mapped it has been split. */
#define PAGE_DOUBLE_MAP (1UL << 52)

/* The same: while other parts were mapped, one no longer was. It stays so. */
#define PAGE_PARTLY_MAPPED (1UL << 53)

/* Is it of a pool, as one of its frames? */
static inline bool PageHuge(const struct page *page)
{
	return compound_head(page)->flags & PAGE_HUGETLB;
}

/* A page of a pool is one address space's as a whole, or is not. */
static inline struct page *exclusive_page(const struct page *page)
{
	return (struct page *)(PageHuge(page) ? (uintptr_t)compound_head(page)
					      : (uintptr_t)page);
}

static inline bool PageAnonExclusive(const struct page *page)
{
	return exclusive_page(page)->flags & PAGE_EXCLUSIVE;
}

static inline void SetPageAnonExclusive(struct page *page)
{
	exclusive_page(page)->flags |= PAGE_EXCLUSIVE;
}

static inline void ClearPageAnonExclusive(struct page *page)
{
	exclusive_page(page)->flags &= ~PAGE_EXCLUSIVE;
}

/* Counts wrap around, as the kernel's do. */
static inline int wrapped_sum(int count, int change)
{
	return (int)((unsigned int)count + (unsigned int)change);
}

static inline void ledger_note(struct page *page, enum ref_kind kind, int change)
{
	const struct ledger *ledger = &page_phys(page)->ledger;
	int *count;

	if (likely(!ledger->chunk))
		return;
	count = &ledger_of(ledger, pfn_of_page(page))->kind[kind];
	*count = wrapped_sum(*count, change);
}

static inline void page_ref_add(struct page *page, int nr)
{
	page->_refcount = wrapped_sum(page->_refcount, nr);
}

/* Of a page that is no tail. */
static inline void get_head_refs_as(struct page *head, int nr, enum ref_kind kind)
{
	page_ref_add(head, nr);
	ledger_note(head, kind, nr);
}

static inline void get_page_refs_as(struct page *page, int nr, enum ref_kind kind)
{
	get_head_refs_as(compound_head(page), nr, kind);
}

static inline void get_page_as(struct page *page, enum ref_kind kind)
{
	get_page_refs_as(page, 1, kind);
}

/* The last reference frees the page. A pmem page is idle at 1 and never gets there. */
static inline void page_ref_dropped(struct page *page)
{
	if (unlikely(page->_refcount == 0))
		free_page(page);
}

static inline void put_head_refs_as(struct page *head, int nr, enum ref_kind kind)
{
	ledger_note(head, kind, -nr);
	page_ref_add(head, -nr);
	page_ref_dropped(head);
}

static inline void put_page_refs_as(struct page *page, int nr, enum ref_kind kind)
{
	put_head_refs_as(compound_head(page), nr, kind);
}

static inline void put_page_as(struct page *page, enum ref_kind kind)
{
	put_page_refs_as(page, 1, kind);
}

/* A reference changes hands. */
static inline void page_ref_becomes(struct page *page, enum ref_kind from,
				    enum ref_kind to)
{
	ledger_note(page, from, -1);
	ledger_note(page, to, 1);
}

int ledger_take_for_call(struct page *page, int nr);
void ledger_drop_for_call(struct page *page, int nr);

/* Warn of @page's count, in the function that the release has for a pin, or for others.
 */
SIM_COLD void warn_of_bad_count(const struct page *page, bool pin);

/* @refs references for the running call's caller. False: no host memory for the ledger.
 */
static inline bool take_call_page(struct page *head, int refs)
{
	if (unlikely(page_phys(head)->ledger.chunk) && ledger_take_for_call(head, refs))
		return false;
	page_ref_add(head, refs);
	return true;
}

/* The same; false, with a WARN, if the count is bad, too. */
static inline bool try_take_call_page(struct page *page, int refs, bool pin)
{
	page = compound_head(page);
	if (unlikely(page_ref_count(page) <= 0)) {
		warn_of_bad_count(page, pin);
		return false;
	}
	return take_call_page(page, refs);
}

static inline bool try_get_page(struct page *page)
{
	return try_take_call_page(page, 1, false);
}

/* Give back what the running call has taken so. */
static inline void put_call_page_refs(struct page *page, int refs)
{
	page = compound_head(page);
	if (base_bug_on(page_phys(page)->base, page_ref_count(page) == 0, "put_page",
			"a page that has no references"))
		return;
	if (unlikely(page_phys(page)->ledger.chunk))
		ledger_drop_for_call(page, refs);
	page_ref_add(page, -refs);
	page_ref_dropped(page);
}

static inline void put_call_page(struct page *page)
{
	put_call_page_refs(page, 1);
}

/* The same for somebody outside, as many at once: @func is what he called. */
void get_page_refs(struct page *page, int refs, const char *func);
void put_page_refs(struct page *page, int refs, const char *func);

/* The rest of it is zero: so the host gave it to us, and so free_page() left it. */
static inline void init_page(struct page *page, enum gupsim_zone zone)
{
	page->flags = (unsigned long)zone << ZONE_SHIFT;
	page->_mapcount = -1;
	page->_refcount = 1;
}

static inline struct page *prep_new_page(struct page *page, const struct area *area,
					 enum ref_kind kind)
{
	init_page(page, area->zone);
	ledger_note(page, kind, 1);
	return page;
}

/* What the scope that current is in leaves of @gfp. */
SIM_COLD gfp_t current_gfp_context(const struct phys *phys, gfp_t gfp);

/* One that was given back. */
static inline struct page *take_free_page(struct area *area, enum ref_kind kind)
{
	struct page *page = list_first_entry(&area->free[0], struct page, lru);

	list_del(&page->lru);
	area->nr_free--;
	return prep_new_page(page, area, kind);
}

/* Wherever there is a frame, unless a failure is injected. */
struct page *alloc_page_anywhere(struct phys *phys, gfp_t gfp, enum ref_kind kind);

/* A zeroed frame with one reference of @kind, or NULL: no memory. */
static inline struct page *alloc_page(struct phys *phys, gfp_t gfp, enum ref_kind kind)
{
	struct area *area = phys->zonelist[gfp][0];

	if (unlikely(phys->base->memalloc_scopes | phys->fail_page_in |
		     phys->may_balance) ||
	    unlikely(!area || list_empty(&area->free[0])))
		return alloc_page_anywhere(phys, gfp, kind);
	return take_free_page(area, kind);
}

/*
 * 2^@order zeroed frames, @order at least 1, as one compound page with one reference of
 * @kind. NULL: there are not so many side by side.
 */
struct page *alloc_compound_page(struct phys *phys, gfp_t gfp, unsigned int order,
				 enum ref_kind kind);

/* Copy the bytes of a page. -ENOMEM: the host is out of memory. */
int copy_highpage(struct page *to, struct page *from);
/* Move @length bytes at @offset; what was never written reads as zeroes. */
int page_write(struct page *page, size_t offset, const void *buf, size_t length);
void page_read(const struct page *page, size_t offset, void *buf, size_t length);
void page_forget_contents(struct page *page);

static inline bool trylock_page(struct page *page)
{
	if (PageLocked(page))
		return false;
	SetPageLocked(page);
	return true;
}

static inline void unlock_page(struct page *page)
{
	ClearPageLocked(page);
}

#endif
