/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Truncation, in the order in which the file systems do it. */
#include "vm/truncate.h"

#include "file/pagecache.h"
#include "file/size.h"
#include "vm/zap.h"

#include <errno.h>

static bool is_busy(const struct gupsim_file *file, unsigned long pfn)
{
	const struct page *page = pfn ? pfn_to_page(file->phys, pfn) : NULL;

	return page && page->mapping == &file->mapping && page_count_unmapped(page) > 1;
}

struct page *dax_layout_busy_page(struct gupsim_file *file)
{
	if (file->backing != GUPSIM_FSDAX || list_empty(&file->mapping.i_mmap))
		return NULL;
	unmap_mapping_pages(&file->mapping, 0, END_OF_ALL_FILES, false);
	for (pgoff_t i = 0; i < file->nr_extents; i++)
		if (is_busy(file, file->extents[i]))
			return pfn_to_page(file->phys, file->extents[i]);
	return NULL;
}

/* Buffers and dirtiness go with it, its mapping too; a read of it is waited for. */
static void truncate_page(struct page *page)
{
	get_page_as(page, REF_KERNEL);
	lock_page(page);
	delete_from_page_cache(page);
	unlock_page(page);
	put_page_as(page, REF_KERNEL);
}

static void truncate_inode_pages(struct gupsim_file *file, pgoff_t first)
{
	struct cached_page *entry, *next;

	HASH_ITER (hh, file->mapping.pages, entry, next)
		if (entry->index >= first)
			truncate_page(entry->page);
}

static void truncate_pagecache(struct gupsim_file *file)
{
	unmap_mapping_pages(&file->mapping, file->nr_pages, END_OF_ALL_FILES, true);
	truncate_inode_pages(file, file->nr_pages);
}

/* When a file grows, what lies behind its end in the last page is made zeroes. */
static bool ext4_setattr_zeroes(const struct gupsim_file *file)
{
	return file->backing == GUPSIM_DISK &&
	       base_rule(file->phys->base, RULE_EXTEND_ZEROES) == EXTEND_ZEROES_TAIL;
}

int do_truncate(struct gupsim_file *file, uint64_t bytes, struct page **busy)
{
	bool grows = bytes > (uint64_t)file->inode.i_size;
	int error = file_reserve(file, PAGE_ALIGN(bytes) >> PAGE_SHIFT);

	if (error)
		return error;
	*busy = dax_layout_busy_page(file);
	if (*busy)
		return base_error(file->phys->base, -EDEADLK,
				  "page %lu of %s is held: truncation waits for it",
				  (*busy)->index, file->name);
	if (grows && ext4_setattr_zeroes(file))
		error = file_zero_tail(file);
	if (error)
		return error;
	file_set_size(file, bytes);
	if (grows)
		return 0;
	truncate_pagecache(file);
	file_free_blocks(file, file->nr_pages);
	return file_zero_tail(file);
}
