/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page cache of files of huge pages. */
#include "file/hugetlb.h"

#include <errno.h>
#include <limits.h>

int hugetlbfs_create(struct gupsim_file *file, struct hstate *h)
{
	file->hstate = h;
	file->resv_map = resv_map_alloc(file->phys->base);
	return file->resv_map ? 0 : -ENOMEM;
}

int cache_refs(const struct page *page)
{
	if (!PageHuge(page) ||
	    base_rule(page_phys(page)->base, RULE_HUGETLB_CACHE) == HUGETLB_CACHE_ONE)
		return 1;
	return (int)compound_nr(page);
}

int hugetlb_add_to_page_cache(struct page *page, struct address_space *mapping,
			      pgoff_t index)
{
	if (add_to_page_cache_locked(page, mapping, index))
		return -ENOMEM;
	unlock_page(page);
	SetPageDirty(page);
	return 0;
}

static void remove_huge_page(struct page *page)
{
	get_page_as(page, REF_KERNEL);
	ClearPageUptodate(page);
	delete_from_page_cache(page);
	put_page_as(page, REF_KERNEL);
}

void remove_inode_hugepages(struct gupsim_file *file, pgoff_t index, pgoff_t end)
{
	unsigned int order = file->hstate->order;
	struct cached_page *entry, *next;

	HASH_ITER (hh, file->mapping.pages, entry, next) {
		unsigned long nth = entry->index >> order;

		if (entry->index < index || entry->index >= end)
			continue;
		remove_huge_page(entry->page);
		resv_map_del(file->resv_map, nth, nth + 1);
	}
}

void hugetlb_unreserve_pages(struct gupsim_file *file, pgoff_t index)
{
	unsigned long first = index >> file->hstate->order;
	unsigned long noted = resv_map_count(file->resv_map, first, ULONG_MAX);

	resv_map_del(file->resv_map, first, ULONG_MAX);
	hugetlb_acct_memory(file->hstate, -(long)noted);
}

void hugetlbfs_evict(struct gupsim_file *file)
{
	if (!file->resv_map)
		return;
	remove_inode_hugepages(file, 0, ULONG_MAX);
	hugetlb_unreserve_pages(file, 0);
	resv_map_put(file->phys->base, file->resv_map);
}
