/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Huge pages, in and out of their pools. */
#include "phys/hugetlb.h"

#include <errno.h>

struct hstate *size_to_hstate(struct phys *phys, uint64_t bytes)
{
	for (int i = 0; i < NR_HSTATES; i++)
		if (huge_page_size(&phys->hstates[i]) == bytes)
			return &phys->hstates[i];
	return NULL;
}

/* The pool that a huge page is of. */
static struct hstate *page_hstate(const struct page *page)
{
	const struct page *head = compound_head(page);

	return size_to_hstate(page_phys(head), PAGE_SIZE << compound_order(head));
}

/* Those of 1G cannot be moved, so they are not where pages have to be movable. */
static gfp_t htlb_alloc_mask(const struct hstate *h)
{
	return h->order == HPAGE_PMD_ORDER ? GFP_HIGHUSER_MOVABLE : GFP_USER;
}

static struct page *alloc_fresh_huge_page(struct phys *phys, struct hstate *h, gfp_t gfp)
{
	struct page *page = alloc_compound_page(phys, gfp, h->order, REF_KERNEL);

	if (!page)
		return NULL;
	page->flags |= PAGE_HUGETLB;
	h->nr_pages++;
	return page;
}

static int fill_pool(struct phys *phys, struct hstate *h, unsigned long nr)
{
	while (nr--) {
		struct page *page = alloc_fresh_huge_page(phys, h, htlb_alloc_mask(h));

		if (!page)
			return -ENOMEM;
		put_page_as(page, REF_KERNEL);
	}
	return 0;
}

int hugetlb_init_pools(struct phys *phys, const struct gupsim_config *config)
{
	static const unsigned int orders[NR_HSTATES] = {HPAGE_PMD_ORDER, HPAGE_PUD_ORDER};
	const unsigned long nr[NR_HSTATES] = {config->hugetlb_2m, config->hugetlb_1g};
	int error = 0;

	for (int i = 0; i < NR_HSTATES; i++) {
		phys->hstates[i].order = orders[i];
		INIT_LIST_HEAD(&phys->hstates[i].free);
	}
	for (int i = NR_HSTATES; i-- && !error;)
		error = fill_pool(phys, &phys->hstates[i], nr[i]);
	return error;
}

bool hugetlb_acct_memory(struct hstate *h, long delta)
{
	if (delta > 0 && h->nr_reserved + delta > h->nr_free)
		return false;
	h->nr_reserved += delta;
	return true;
}

static bool is_allowed(const struct page *page, gfp_t gfp)
{
	if (gfp == GFP_HIGHUSER_MOVABLE)
		return true;
	if (is_migrate_cma_page(page))
		return false;
	return gfp == GFP_MOVABLE_NO_CMA || page_zonenum(page) != GUPSIM_ZONE_MOVABLE;
}

struct page *dequeue_huge_page(struct phys *phys, struct hstate *h, gfp_t gfp,
			       enum ref_kind kind)
{
	struct page *page;

	if (unlikely(phys->base->memalloc_scopes))
		gfp = current_gfp_context(phys, gfp);
	list_for_each_entry (page, &h->free, lru) {
		if (!is_allowed(page, gfp))
			continue;
		list_del(&page->lru);
		h->nr_free--;
		get_page_as(page, kind);
		return page;
	}
	return NULL;
}

static void forget(struct page *page)
{
	struct phys *phys = page_phys(page);

	if (phys->ledger.chunk)
		ledger_forget(phys->base, &phys->ledger,
			      ledger_of(&phys->ledger, pfn_of_page(page)));
	for (unsigned long i = 0; i < compound_nr(page); i++)
		page_forget_contents(page + i);
	page->mapping = NULL;
	page->index = 0;
}

/* PG_dirty and PG_referenced stay with it, and pins that were put as references. */
void free_huge_page(struct page *page)
{
	struct hstate *h = page_hstate(page);

	ClearPageAnonExclusive(page);
	forget(page);
	if (page->flags & PAGE_RESTORES)
		h->nr_reserved++;
	page->flags &= ~PAGE_RESTORES;
	if (page->flags & PAGE_TEMPORARY) {
		h->nr_pages--;
		page->flags &= ~(PAGE_TEMPORARY | PAGE_HUGETLB);
		page[1].compound_pincount = 0;
		free_page(page);
		return;
	}
	list_add(&page->lru, &h->free);
	h->nr_free++;
}

/* One that is free and not spoken for, or one that nobody else will have. */
struct page *alloc_huge_page_to_move(struct page *from)
{
	struct phys *phys = page_phys(from);
	struct hstate *h = page_hstate(from);
	struct page *page = NULL;

	if (base_rule(phys->base, RULE_HUGETLB_TARGET) == HUGETLB_TARGET_POOL &&
	    h->nr_free != h->nr_reserved)
		page = dequeue_huge_page(phys, h, GFP_USER, REF_KERNEL);
	if (page)
		return page;
	page = alloc_fresh_huge_page(phys, h, GFP_USER);
	if (page)
		page->flags |= PAGE_TEMPORARY;
	return page;
}

void move_hugetlb_state(struct page *from, struct page *to)
{
	if (!(to->flags & PAGE_TEMPORARY))
		return;
	to->flags &= ~PAGE_TEMPORARY;
	from->flags |= PAGE_TEMPORARY;
}

bool isolate_huge_page(struct page *page, struct list_head *list)
{
	if (page->flags & PAGE_ISOLATED ||
	    base_rare(page_phys(page)->base, GUPSIM_RARE_NO_ISOLATION))
		return false;
	page->flags |= PAGE_ISOLATED;
	get_page_as(page, REF_ISOLATED);
	list_add_tail(&page->lru, list);
	return true;
}

void putback_active_hugepage(struct page *page)
{
	list_del(&page->lru);
	page->flags &= ~PAGE_ISOLATED;
	put_page_as(page, REF_ISOLATED);
}
