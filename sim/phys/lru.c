/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LRU lists and pagevecs. */
#include "phys/lru.h"

#include "phys/page.h"
#include "phys/phys.h"

#include <errno.h>

void lru_init(struct lru *lru)
{
	*lru = (struct lru){0};
	for (int i = 0; i < NR_LRU_LISTS; i++)
		INIT_LIST_HEAD(&lru->list[i]);
}

/* What is on a list is no tail: its flags are its own. */
static enum lru_list page_lru(const struct page *page)
{
	unsigned int active = page->flags >> PG_active & 1;

	if (unlikely(page->flags & 1UL << PG_unevictable))
		return LRU_UNEVICTABLE;
	return page->flags & 1UL << PG_swapbacked ? LRU_INACTIVE_ANON + active
						  : LRU_INACTIVE_FILE + active;
}

static void add_to_list(struct lru *lru, struct page *page)
{
	enum lru_list list = page_lru(page);

	page->flags |= 1UL << PG_lru;
	list_add(&page->lru, &lru->list[list]);
	lru->size[list]++;
}

static void del_from_list(struct lru *lru, struct page *page)
{
	page->flags &= ~(1UL << PG_lru);
	list_del(&page->lru);
	lru->size[page_lru(page)]--;
}

/* The pagevec's reference may be the last one: then it must not know the page any more.
 */
static void pagevec_put(struct page **slot)
{
	struct page *page = *slot;

	if (unlikely(page_ref_count(page) == 1))
		*slot = NULL;
	put_head_refs_as(page, 1, REF_PAGEVEC);
}

/*
 * Generations: PG_active on the way to them says that a page comes from a fault, and so
 * belongs to the youngest; who referenced it until then is forgotten.
 */
static void enter_youngest(struct pagevec *pvec)
{
	for (unsigned int i = 0; i < pvec->nr; i++)
		if (PageActive(pvec->page[i]))
			pvec->page[i]->flags &=
				~(1UL << PG_active | 1UL << PG_referenced);
}

/* Pages in a pagevec, or isolated, may have become evictable meanwhile, or no more so. */
static void sort_out(struct page *page)
{
	if (likely(!(page->flags &
		     (1UL << PG_unevictable | 1UL << PG_mlocked | PAGE_STAYS))))
		return;
	ClearPageUnevictable(page);
	if (!(page->flags & (1UL << PG_mlocked | PAGE_STAYS)))
		return;
	ClearPageActive(page);
	SetPageUnevictable(page);
}

static void drain_add(struct phys *phys)
{
	struct pagevec *pvec = &phys->lru.add;
	struct page **end = pvec->page + pvec->nr;

	if (base_rule(phys->base, RULE_NEW_ANON_LRU) == NEW_ANON_YOUNGEST)
		enter_youngest(pvec);
	for (struct page **slot = pvec->page; slot < end; slot++) {
		sort_out(*slot);
		add_to_list(&phys->lru, *slot);
		pagevec_put(slot);
	}
	pvec->nr = 0;
}

static void activate(struct lru *lru, struct page *page)
{
	if (!PageLRU(page) || PageActive(page) || PageUnevictable(page))
		return;
	del_from_list(lru, page);
	SetPageActive(page);
	add_to_list(lru, page);
}

static void drain_activate(struct phys *phys)
{
	struct pagevec *pvec = &phys->lru.activate;
	struct page **end = pvec->page + pvec->nr;

	for (struct page **slot = pvec->page; slot < end; slot++) {
		activate(&phys->lru, *slot);
		pagevec_put(slot);
	}
	pvec->nr = 0;
}

void lru_add_drain_all(struct phys *phys)
{
	drain_add(phys);
	drain_activate(phys);
}

/* False: it is to be drained now. A compound page does not wait for others. */
static bool pagevec_add(struct pagevec *pvec, struct page *page)
{
	get_head_refs_as(page, 1, REF_PAGEVEC);
	pvec->page[pvec->nr++] = page;
	return pvec->nr < PAGEVEC_SIZE && !PageHead(page);
}

void lru_cache_add(struct page *page)
{
	struct phys *phys = page_phys(page);

	if (!pagevec_add(&phys->lru.add, page))
		drain_add(phys);
}

static unsigned long *isolated_count(struct page *page)
{
	struct lru *lru = &page_phys(page)->lru;

	return page_is_file_cache(page) ? &lru->nr_isolated_file : &lru->nr_isolated_anon;
}

void lru_isolate_new(struct page *page)
{
	get_page_as(page, REF_ISOLATED);
	page->flags |= PAGE_ISOLATED;
	++*isolated_count(page);
}

int isolate_lru_page(struct page *page)
{
	if (!PageLRU(page) || base_rare(page_phys(page)->base, GUPSIM_RARE_NO_ISOLATION))
		return -EBUSY;
	del_from_list(&page_phys(page)->lru, page);
	lru_isolate_new(page);
	return 0;
}

void lru_release_isolated(struct page *page)
{
	--*isolated_count(page);
	page->flags &= ~PAGE_ISOLATED;
	put_page_as(page, REF_ISOLATED);
}

void putback_lru_page(struct page *page)
{
	lru_cache_add(page);
	lru_release_isolated(page);
}

void lru_remove(struct page *page)
{
	if (PageLRU(page))
		del_from_list(&page_phys(page)->lru, page);
}

static void activate_page(struct page *page)
{
	struct phys *phys = page_phys(page);

	if (!pagevec_add(&phys->lru.activate, page))
		drain_activate(phys);
}

static bool in_pagevec(const struct pagevec *pvec, const struct page *page)
{
	for (unsigned int i = 0; i < pvec->nr; i++)
		if (pvec->page[i] == page)
			return true;
	return false;
}

bool lru_has_in_pagevec(const struct lru *lru, const struct page *page)
{
	return in_pagevec(&lru->add, page) || in_pagevec(&lru->activate, page);
}

/* Generations have no place for it; lists leave a mark that nothing comes of. */
void mark_unevictable_page(struct page *page)
{
	if (base_rule(page_phys(page)->base, RULE_MARK_ACCESSED) !=
	    MARK_ACCESSED_REFERENCED)
		SetPageReferenced(page);
}

/* Where generations of pages stand in for the lists, being referenced is all there is. */
void activate_referenced_page(struct page *page)
{
	const struct base *base = page_phys(page)->base;

	if (base_rule(base, RULE_MARK_ACCESSED) == MARK_ACCESSED_REFERENCED)
		return;
	if (PageLRU(page))
		activate_page(page);
	else if (in_pagevec(&page_phys(page)->lru.add, page))
		SetPageActive(page); /* it gets to its list as an active one */
	ClearPageReferenced(page);
}
