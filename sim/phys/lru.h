/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LRU lists of the machine's one node, and the per-CPU pagevecs in front of them. A
 * page in a pagevec carries one reference more until the pagevec is drained.
 * Invariant: PG_lru is set exactly for the pages on a list. What is mlocked when it gets
 * to one gets to the unevictable list.
 */
#ifndef SIM_PHYS_LRU_H
#define SIM_PHYS_LRU_H

#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/page-flags.h>

#define PAGEVEC_SIZE 15
/* page->flags, beside the kernel's PG_* */
#define PAGE_ISOLATED (1UL << 48)
#define PAGE_STAYS    (1UL << 50) /* of a mapping that reclaim leaves alone */
#define PAGE_HUGETLB  (1UL << 51) /* of a pool of huge pages */

struct phys;

enum lru_list {
	LRU_INACTIVE_ANON,
	LRU_ACTIVE_ANON,
	LRU_INACTIVE_FILE,
	LRU_ACTIVE_FILE,
	LRU_UNEVICTABLE,
	NR_LRU_LISTS,
};

struct pagevec {
	unsigned int nr;
	struct page *page[PAGEVEC_SIZE];
};

struct lru {
	struct list_head list[NR_LRU_LISTS];
	unsigned long size[NR_LRU_LISTS];
	struct pagevec add, activate;
	unsigned long nr_isolated_anon, nr_isolated_file;
};

void lru_init(struct lru *lru);
/* A new page: on its way to the list that its flags name. */
void lru_cache_add(struct page *page);
/* Drain this CPU's pagevecs; the machine has one CPU. */
void lru_add_drain_all(struct phys *phys);
/* Off its list, with a reference for whoever isolates. -EBUSY if it is on none. */
int isolate_lru_page(struct page *page);
/* A page that is on no list yet, as if it had been isolated from one. */
void lru_isolate_new(struct page *page);
/* Back again; the reference of the isolation is dropped. */
void putback_lru_page(struct page *page);
/* The same for a page that goes to no list: it has moved elsewhere, or was freed. */
void lru_release_isolated(struct page *page);
/* The page is freed. */
void lru_remove(struct page *page);
/* A pagevec still knows the page. */
bool lru_has_in_pagevec(const struct lru *lru, const struct page *page);
/* Referenced while inactive, for the second time. */
void activate_referenced_page(struct page *page);
/* Referenced where nobody looks for pages to reclaim. */
void mark_unevictable_page(struct page *page);

static inline void mark_page_accessed(struct page *page)
{
	unsigned long flags;

	page = compound_head(page);
	flags = page->flags;
	if (flags & 1UL << PG_unevictable)
		mark_unevictable_page(page);
	else if (!(flags & 1UL << PG_referenced))
		page->flags = flags | 1UL << PG_referenced;
	else if (!(flags & 1UL << PG_active))
		activate_referenced_page(page);
}

#endif
