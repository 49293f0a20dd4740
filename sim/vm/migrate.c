/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * migrate_pages(): isolated pages move to other frames, with all that maps them.
 * Invariant: a page that did not move is mapped as before, and still isolated.
 */
#include "vm/migrate.h"

#include "file/hugetlb.h"
#include "vm/huge_memory.h"

#include <errno.h>

#define MIGRATE_PASSES 10

int expected_page_refs(struct page *page)
{
	return 1 + (page_mapping(page) ? cache_refs(page) + PagePrivate(page) : 0);
}

static void migrate_page_states(struct page *to, struct page *page)
{
	if (PageReferenced(page))
		SetPageReferenced(to);
	if (PageUptodate(page))
		SetPageUptodate(to);
	if (PageActive(page))
		SetPageActive(to);
	if (PageUnevictable(page))
		SetPageUnevictable(to);
	if (PageDirty(page))
		SetPageDirty(to);
	if (PageSwapBacked(page))
		SetPageSwapBacked(to);
	for (unsigned long i = 0; i < compound_nr(page); i++)
		if (PageAnonExclusive(page + i))
			SetPageAnonExclusive(to + i);
	if (PageHead(page))
		to[1].flags |= page[1].flags & PAGE_PARTLY_MAPPED;
}

static void move_mapping(struct page *to, struct page *page)
{
	bool buffers = PagePrivate(page);

	if (!page_mapping(page)) {
		to->mapping = page->mapping;
		to->index = page->index;
		return;
	}
	replace_page_cache_page(page, to);
	if (buffers)
		attach_buffers(to);
}

/* Only while nobody else holds the page; -EAGAIN otherwise. */
static int migrate_page_move_mapping(struct base *base, struct page *to,
				     struct page *page)
{
	if (page_count_settled(page) != expected_page_refs(page)) {
		base_decision(base, __func__, RULE_NONE,
			      "somebody else holds the page: it stays");
		return -EAGAIN;
	}
	for (unsigned long i = 0; i < compound_nr(page); i++)
		if (copy_highpage(to + i, page + i))
			return -ENOMEM;
	migrate_page_states(to, page);
	move_mapping(to, page);
	return 0;
}

static int __unmap_and_move(struct base *base, struct page *to, struct page *page,
			    bool in_vain)
{
	bool was_mapped = page_mapped(page);
	/* Once the page is unmapped, all that maps it may go. */
	struct anon_vma *anon_vma = page_get_anon_vma(page);
	int error = -EAGAIN;

	lock_page(page);
	if (was_mapped)
		try_to_unmap(page);
	base_point(base, GUPSIM_POINT_MIGRATE_UNMAPPED);
	if (!page_mapped(page) && page->mapping && !in_vain)
		error = migrate_page_move_mapping(base, to, page);
	if (was_mapped)
		remove_migration_ptes(page, error ? page : to);
	put_anon_vma(base, anon_vma);
	unlock_page(page);
	return error;
}

static void release_isolated(struct page *page)
{
	list_del(&page->lru);
	lru_release_isolated(page);
}

/* It goes back to its pool when the last reference to it does. */
static int unmap_and_move_huge_page(struct base *base, struct page *page,
				    new_page_fn get_new_page, bool in_vain)
{
	struct page *to;
	int error;

	if (page_count(page) == 1) {
		putback_active_hugepage(page);
		return 0;
	}
	to = get_new_page(page);
	if (!to)
		return -ENOMEM;
	error = __unmap_and_move(base, to, page, in_vain);
	if (!error) {
		move_hugetlb_state(page, to);
		putback_active_hugepage(page);
	}
	put_page_as(to, REF_KERNEL);
	return error;
}

static int unmap_and_move(struct base *base, struct page *page, new_page_fn get_new_page,
			  int pass)
{
	bool in_vain = !pass && base_rare(base, GUPSIM_RARE_MIGRATION);
	struct page *to;
	int error;

	if (PageHuge(page))
		return unmap_and_move_huge_page(base, page, get_new_page, in_vain);
	if (page_count(page) == 1) { /* freed while it was isolated */
		release_isolated(page);
		return 0;
	}
	to = get_new_page(page);
	if (!to)
		return -ENOMEM;
	error = __unmap_and_move(base, to, page, in_vain);
	if (!error) {
		release_isolated(page);
		lru_cache_add(to);
	}
	put_page_as(to, REF_KERNEL);
	return error;
}

static bool is_transparent_huge(const struct page *page)
{
	return PageHead(page) && !PageHuge(page);
}

static int try_split_page(struct page *page, struct list_head *from)
{
	int error;

	lock_page(page);
	error = split_huge_page_to_list(page, from);
	unlock_page(page);
	return error;
}

/* What is not mapped as a whole any more is not moved as one. */
static bool splits_first(struct base *base, struct page *page)
{
	if (!is_transparent_huge(page) || !(page[1].flags & PAGE_PARTLY_MAPPED))
		return false;
	base_decision(base, "migrate_pages", RULE_MIGRATE_PARTLY,
		      "a part of the huge page is mapped no more");
	return base_rule(base, RULE_MIGRATE_PARTLY) == MIGRATE_PARTLY_SPLIT;
}

/* -EAGAIN with a @page that is small now: it is its turn again, and its parts come last.
 */
static int split_or_move(struct base *base, struct page *page, struct list_head *from,
			 new_page_fn get_new_page, int pass)
{
	int error;

	if (splits_first(base, page) && !try_split_page(page, from))
		return -EAGAIN;
	error = unmap_and_move(base, page, get_new_page, pass);
	if (error != -ENOMEM || !is_transparent_huge(page))
		return error;
	base_decision(base, "migrate_pages", RULE_NONE, "there is no huge page to go to");
	return try_split_page(page, from) ? error : -EAGAIN;
}

int migrate_pages(struct base *base, struct list_head *from, new_page_fn get_new_page)
{
	struct page *page, *next;
	int retry = 1;

	for (int pass = 0; pass < MIGRATE_PASSES && retry; pass++) {
		retry = 0;
		list_for_each_entry_safe (page, next, from, lru) {
			bool huge = is_transparent_huge(page);
			int error = split_or_move(base, page, from, get_new_page, pass);

			if (error == -ENOMEM)
				return error;
			if (error == -EAGAIN && huge && !PageHead(page)) {
				next = page;
				continue;
			}
			if (error)
				retry++;
		}
	}
	return retry;
}

void putback_movable_pages(struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe (page, next, list, lru) {
		if (PageHuge(page)) {
			putback_active_hugepage(page);
			continue;
		}
		list_del(&page->lru);
		putback_lru_page(page);
	}
}

struct page *alloc_migration_target(struct page *page, gfp_t gfp)
{
	struct phys *phys = page_phys(page);
	struct page *to;

	if (!PageHead(page))
		return alloc_page(phys, gfp, REF_KERNEL);
	if (PageHuge(page))
		return alloc_huge_page_to_move(page);
	to = alloc_compound_page(phys, gfp, compound_order(page), REF_KERNEL);
	if (to)
		SetPageUptodate(to);
	return to;
}

/* isolate_migratepages_range(), of one page. */
static int isolate_alone(struct page *head, struct list_head *list)
{
	int error;

	INIT_LIST_HEAD(list);
	if (PageHuge(head))
		return isolate_huge_page(head, list) ? 0 : -EBUSY;
	error = isolate_lru_page(head);
	if (!error)
		list_add(&head->lru, list);
	return error;
}

/* In the zone that it was in, but out of the CMA area. */
static struct page *alloc_in_its_zone(struct page *page)
{
	bool movable = page_zonenum(page) == GUPSIM_ZONE_MOVABLE;

	return alloc_migration_target(page, movable ? GFP_HIGHUSER_MOVABLE : GFP_USER);
}

int alloc_contig_range(struct base *base, struct page *page)
{
	struct list_head list;
	int ret;

	lru_add_drain_all(page_phys(page));
	if (!page_count(page))
		return 0;
	if (isolate_alone(compound_head(page), &list))
		return base_error(base, -EBUSY, "the page is on no LRU list");
	ret = migrate_pages(base, &list, alloc_in_its_zone);
	if (!ret)
		return 0;
	putback_movable_pages(&list);
	return ret < 0 ? ret : base_error(base, -EBUSY, "somebody holds the page");
}
