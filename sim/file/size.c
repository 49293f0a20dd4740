/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growing, shrinking, and the end of the last page. */
#include "file/size.h"

#include "file/dax_entry.h"
#include "file/pagecache.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

int file_reserve(struct gupsim_file *file, unsigned long nr_pages)
{
	struct heap *heap = &file->phys->base->heap;
	unsigned long *extents;
	bool *known;

	if (file->backing != GUPSIM_FSDAX || nr_pages <= file->nr_extents)
		return 0;
	known = heap_realloc(heap, file->known_holes, nr_pages * sizeof(*known));
	if (!known)
		return -ENOMEM;
	file->known_holes = known;
	extents = heap_realloc(heap, file->extents, nr_pages * sizeof(*extents));
	if (!extents)
		return -ENOMEM;
	memset(known + file->nr_extents, file->known_tail,
	       (nr_pages - file->nr_extents) * sizeof(*known));
	memset(extents + file->nr_extents, 0,
	       (nr_pages - file->nr_extents) * sizeof(*extents));
	file->extents = extents;
	file->nr_extents = nr_pages;
	return 0;
}

void file_set_size(struct gupsim_file *file, uint64_t bytes)
{
	file->inode.i_size = (long long)bytes;
	file->nr_pages = PAGE_ALIGN(bytes) >> PAGE_SHIFT;
	if (file->nr_pages < file->nr_allocated)
		file->nr_allocated = file->nr_pages;
}

static void free_extents(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	dax_delete_entries(file, first, end);
	for (pgoff_t i = first; i < end && i < file->nr_extents; i++)
		if (file->extents[i])
			file_free_block(file, i);
}

void free_disk_blocks(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	struct heap *heap = &file->phys->base->heap;
	struct disk_block *block, *next;

	HASH_ITER (hh, file->blocks, block, next) {
		if (block->index < first || block->index >= end)
			continue;
		HASH_DEL(file->blocks, block);
		heap_free(heap, block->bytes);
		heap_free(heap, block);
	}
}

/* Of a page that always had a block it is kept that it has none any more. */
static int note_holes(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	if (file->backing != GUPSIM_DISK)
		return 0;
	if (first < file->nr_allocated && file->nr_allocated <= end)
		file->nr_allocated = first;
	for (pgoff_t i = first; i < end && i < file->nr_allocated; i++)
		if (!note_block(file, i))
			return -ENOMEM;
	return 0;
}

int file_free_blocks(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	free_extents(file, first, end);
	free_disk_blocks(file, first, end);
	return note_holes(file, first, end);
}

static int zero_from(struct page *page, size_t offset)
{
	static const char zeroes[PAGE_SIZE];

	/* What has no contents is zeroes already. */
	return page->contents ? page_write(page, offset, zeroes, PAGE_SIZE - offset) : 0;
}

/* Has the page a block, or will it have one once it is written? */
static bool has_or_will_have_block(struct gupsim_file *file, const struct page *page)
{
	return PagePrivate(page) || block_is_allocated(file, page->index);
}

/*
 * The block's bytes with zeroes from @offset on: on the disk at once, which shows only
 * when the page is read, and by then it is written. The page does not become up to date.
 */
static int zero_block(struct gupsim_file *file, struct page *page, size_t offset)
{
	struct disk_block *block = find_block(file, page->index);

	if (!block)
		return 0;
	memset(block->bytes + offset, 0, PAGE_SIZE - offset);
	return PageUptodate(page) ? 0 : page_write(page, 0, block->bytes, PAGE_SIZE);
}

/* ext4 brings the page into the cache for it, and has it written. */
static int ext4_block_truncate_page(struct gupsim_file *file, pgoff_t index,
				    size_t offset)
{
	struct page *page = find_or_create_page(file, index);
	bool allocated;
	int error = 0;

	if (!page)
		return -ENOMEM;
	allocated = has_or_will_have_block(file, page);
	attach_buffers(page);
	if (allocated) {
		error = zero_block(file, page, offset);
		if (!error)
			error = zero_from(page, offset);
		SetPageDirty(page);
	}
	unlock_page(page);
	put_page_as(page, REF_KERNEL);
	return error;
}

static int shmem_zero_tail(struct gupsim_file *file, pgoff_t index, size_t offset)
{
	struct page *page = find_cached_page(&file->mapping, index);

	if (!page)
		return 0;
	set_page_dirty(page);
	return zero_from(page, offset);
}

static int dax_zero_tail(struct gupsim_file *file, pgoff_t index, size_t offset)
{
	unsigned long pfn = file->extents[index];

	return pfn ? zero_from(pfn_to_page(file->phys, pfn), offset) : 0;
}

int file_zero_tail(struct gupsim_file *file)
{
	size_t offset = file->inode.i_size % PAGE_SIZE;
	pgoff_t last = file->nr_pages - 1;

	if (!offset)
		return 0;
	switch (file->backing) {
	case GUPSIM_DISK:
		return ext4_block_truncate_page(file, last, offset);
	case GUPSIM_FSDAX:
		return dax_zero_tail(file, last, offset);
	default:
		return shmem_zero_tail(file, last, offset);
	}
}
