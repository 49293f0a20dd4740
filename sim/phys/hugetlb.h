/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools of huge pages, one for each size. Invariant: a page of a pool is compound from
 * the start to the end of the machine; without references it is on the free list, and so
 * many of the free ones are spoken for as nr_reserved says.
 */
#ifndef SIM_PHYS_HUGETLB_H
#define SIM_PHYS_HUGETLB_H

#include "phys/compound.h"

#define PAGE_RESTORES  (1UL << 52) /* page->flags: when freed it is reserved again */
#define PAGE_TEMPORARY (1UL << 53) /* the same: it does not go back to the pool */

static inline uint64_t huge_page_size(const struct hstate *h)
{
	return PAGE_SIZE << h->order;
}

static inline unsigned long huge_page_mask(const struct hstate *h)
{
	return ~(unsigned long)(huge_page_size(h) - 1);
}

static inline unsigned long pages_per_huge_page(const struct hstate *h)
{
	return 1UL << h->order;
}

/* NULL: there are no huge pages of so many bytes. */
struct hstate *size_to_hstate(struct phys *phys, uint64_t bytes);

/* Fill the pools, that of the largest pages first. -ENOMEM: there are not so many huge
 * pages, or the host's memory lacks.
 */
int hugetlb_init_pools(struct phys *phys, const struct gupsim_config *config);

/* Speak for @delta pages more, or fewer. False: there are not so many. */
bool hugetlb_acct_memory(struct hstate *h, long delta);

/*
 * A free page with a reference of @kind, of which nobody has cleared the contents' past
 * but what is on it. NULL: none is free that @gfp allows.
 */
struct page *dequeue_huge_page(struct phys *phys, struct hstate *h, gfp_t gfp,
			       enum ref_kind kind);
/* The last reference is gone: the pool has it back. */
void free_huge_page(struct page *page);

/* What a huge page moves to: with a reference of REF_KERNEL. NULL: no memory. */
struct page *alloc_huge_page_to_move(struct page *page);
/* @to has taken over from @from, which goes if @to was only borrowed. */
void move_hugetlb_state(struct page *from, struct page *to);

/* Off the active list, with a reference for whoever isolates. False: it is off already.
 */
bool isolate_huge_page(struct page *page, struct list_head *list);
void putback_active_hugepage(struct page *page);

#endif
