/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of huge pages, hugetlbfs: a page is there from the first access until the file is
 * cut. Invariant: what is cached is noted in the file's map of reservations, unless the
 * host had no memory for it.
 */
#ifndef SIM_FILE_HUGETLB_H
#define SIM_FILE_HUGETLB_H

#include "file/pagecache.h"
#include "file/resv_map.h"
#include "phys/hugetlb.h"

/* The host's memory for a file of the pool's pages. -ENOMEM. */
int hugetlbfs_create(struct gupsim_file *file, struct hstate *h);
/* The file goes, with its pages. */
void hugetlbfs_evict(struct gupsim_file *file);

/* How many references the cache has to a page of its own. */
int cache_refs(const struct page *page);

/* @index: of the first frame. The page is dirty then, so that nobody drops it. -ENOMEM.
 */
int hugetlb_add_to_page_cache(struct page *page, struct address_space *mapping,
			      pgoff_t index);
/* Drop the pages from @index to below @end. */
void remove_inode_hugepages(struct gupsim_file *file, pgoff_t index, pgoff_t end);
/* Nothing is spoken for any more of what is not there from @index on. */
void hugetlb_unreserve_pages(struct gupsim_file *file, pgoff_t index);

#endif
