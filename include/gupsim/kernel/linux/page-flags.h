/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PG_* bits, numbered as in v5.6 on x86-64, and the tests that go with them. */
#ifndef GUPSIM_LINUX_PAGE_FLAGS_H
#define GUPSIM_LINUX_PAGE_FLAGS_H

#include <linux/mm_types.h>

enum pageflags {
	PG_locked,
	PG_referenced,
	PG_uptodate,
	PG_dirty,
	PG_lru,
	PG_active,
	PG_workingset,
	PG_waiters,
	PG_error,
	PG_slab,
	PG_owner_priv_1,
	PG_arch_1,
	PG_reserved,
	PG_private,
	PG_private_2,
	PG_writeback,
	PG_head,
	PG_mappedtodisk,
	PG_reclaim,
	PG_swapbacked,
	PG_unevictable,
	PG_mlocked,
};

static inline bool PageTail(const struct page *page)
{
	return page->compound_head & 1;
}

/* The page whose references and flags @page shares: itself, unless it is a tail. */
static inline struct page *compound_head(const struct page *page)
{
	return (struct page *)(PageTail(page) ? page->compound_head - 1
					      : (unsigned long)page);
}

static inline bool PageHead(const struct page *page)
{
	return page->flags & (1UL << PG_head);
}

static inline bool PageCompound(const struct page *page)
{
	return PageHead(page) || PageTail(page);
}

/* Of a head, or of a page that is not compound. */
static inline unsigned int compound_order(const struct page *head)
{
	return PageHead(head) ? head[1].compound_order : 0;
}

/* The number of frames. */
static inline unsigned long compound_nr(const struct page *head)
{
	return 1UL << compound_order(head);
}

#define GUPSIM_PAGEFLAG(Name, bit)                                  \
	static inline bool Page##Name(const struct page *page)      \
	{                                                           \
		return compound_head(page)->flags & (1UL << (bit)); \
	}                                                           \
	static inline void SetPage##Name(struct page *page)         \
	{                                                           \
		compound_head(page)->flags |= 1UL << (bit);         \
	}                                                           \
	static inline void ClearPage##Name(struct page *page)       \
	{                                                           \
		compound_head(page)->flags &= ~(1UL << (bit));      \
	}

GUPSIM_PAGEFLAG(Locked, PG_locked)
GUPSIM_PAGEFLAG(Referenced, PG_referenced)
GUPSIM_PAGEFLAG(Uptodate, PG_uptodate)
GUPSIM_PAGEFLAG(Dirty, PG_dirty)
GUPSIM_PAGEFLAG(LRU, PG_lru)
GUPSIM_PAGEFLAG(Active, PG_active)
GUPSIM_PAGEFLAG(Reserved, PG_reserved)
GUPSIM_PAGEFLAG(Private, PG_private)
GUPSIM_PAGEFLAG(SwapBacked, PG_swapbacked)
GUPSIM_PAGEFLAG(Unevictable, PG_unevictable)
GUPSIM_PAGEFLAG(Mlocked, PG_mlocked)

#define PAGE_MAPPING_ANON 0x1UL

static inline bool PageAnon(const struct page *page)
{
	return (unsigned long)compound_head(page)->mapping & PAGE_MAPPING_ANON;
}

/* The references counted in this very frame: of a tail always 0. */
static inline int page_ref_count(const struct page *page)
{
	return page->_refcount;
}

/* The number of references to the page; 0 is a free page. */
static inline int page_count(const struct page *page)
{
	return page_ref_count(compound_head(page));
}

/* How often pmds and puds map all of the compound page. */
static inline int compound_mapcount(const struct page *page)
{
	return PageCompound(page) ? compound_head(page)[1].compound_mapcount + 1 : 0;
}

/*
 * The number of ptes, pmds and puds that map the page. ZONE_DEVICE pages and the zero
 * page count none.
 */
static inline int page_mapcount(const struct page *page)
{
	return page->_mapcount + 1 + compound_mapcount(page);
}

/* Does anything map any part of the compound page? */
static inline bool page_mapped(const struct page *page)
{
	const struct page *head = compound_head(page);

	for (unsigned long i = 0; i < compound_nr(head); i++)
		if (page_mapcount(head + i) > 0)
			return true;
	return false;
}

#endif
