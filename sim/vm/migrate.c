/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving pages. */
#include "vm/migrate.h"

#include "file/pagecache.h"
#include "vm/rmap.h"

#include <errno.h>

#define MIGRATE_PASSES 10

int expected_page_refs(struct page *page)
{
	return 1 + (page_mapping(page) ? 1 + PagePrivate(page) : 0);
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
	if (PageAnonExclusive(page))
		SetPageAnonExclusive(to);
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
	if (page_count_unmapped(page) != expected_page_refs(page)) {
		base_decision(base, __func__, RULE_NONE,
			      "somebody else holds the page: it stays");
		return -EAGAIN;
	}
	if (copy_highpage(to, page))
		return -ENOMEM;
	migrate_page_states(to, page);
	move_mapping(to, page);
	return 0;
}

static int __unmap_and_move(struct base *base, struct page *to, struct page *page)
{
	bool was_mapped = page_mapped(page);
	int error = -EAGAIN;

	lock_page(page);
	if (was_mapped)
		try_to_unmap(page);
	if (!page_mapped(page) && page->mapping)
		error = migrate_page_move_mapping(base, to, page);
	if (was_mapped)
		remove_migration_ptes(page, error ? page : to);
	unlock_page(page);
	return error;
}

static void release_isolated(struct page *page)
{
	list_del(&page->lru);
	lru_release_isolated(page);
}

static int unmap_and_move(struct base *base, struct page *page, new_page_fn get_new_page,
			  void *arg)
{
	struct page *to;
	int error;

	if (page_count(page) == 1) { /* freed while it was isolated */
		release_isolated(page);
		return 0;
	}
	to = get_new_page(page, arg);
	if (!to)
		return -ENOMEM;
	error = __unmap_and_move(base, to, page);
	if (!error) {
		release_isolated(page);
		lru_cache_add(to);
	}
	put_page_as(to, REF_KERNEL);
	return error;
}

int migrate_pages(struct base *base, struct list_head *from, new_page_fn get_new_page,
		  void *arg)
{
	struct page *page, *next;
	int retry = 1;

	for (int pass = 0; pass < MIGRATE_PASSES && retry; pass++) {
		retry = 0;
		list_for_each_entry_safe (page, next, from, lru) {
			int error = unmap_and_move(base, page, get_new_page, arg);

			if (error == -ENOMEM)
				return error;
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
		list_del(&page->lru);
		putback_lru_page(page);
	}
}
