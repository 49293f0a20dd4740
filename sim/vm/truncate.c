/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Truncation and holes, in the order in which the file systems do it. */
#include "vm/truncate.h"

#include "file/holes.h"
#include "file/pagecache.h"
#include "file/size.h"
#include "vm/hugetlb.h"
#include "vm/zap.h"

#include <errno.h>
#include <linux/sched/signal.h>

static bool is_busy(const struct gupsim_file *file, unsigned long pfn)
{
	const struct page *page = pfn ? pfn_to_page(file->phys, pfn) : NULL;

	return page && page->mapping == &file->mapping && page_count_settled(page) > 1;
}

/*
 * A page of an fsdax file that somebody holds, NULL if none is to be waited for: then the
 * file system may move its blocks. All of the file is unmapped first, private copies
 * excepted; a file that nothing maps is not looked at.
 */
static struct page *dax_layout_busy_page(struct gupsim_file *file)
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

static void truncate_inode_pages_range(struct gupsim_file *file, pgoff_t first,
				       pgoff_t end)
{
	struct cached_page *entry, *next;

	HASH_ITER (hh, file->mapping.pages, entry, next)
		if (entry->index >= first && entry->index < end)
			truncate_page(entry->page);
}

/* unmap_mapping_range() and truncate_inode_pages(). */
static void truncate_pagecache(struct gupsim_file *file)
{
	unmap_mapping_pages(&file->mapping, file->nr_pages, END_OF_ALL_FILES, true);
	truncate_inode_pages_range(file, file->nr_pages, END_OF_ALL_FILES);
}

void truncate_pagecache_range(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	unmap_mapping_pages(&file->mapping, first, end, false);
	truncate_inode_pages_range(file, first, end);
}

static int tell_who_holds(struct gupsim_file *file, struct page *busy, int error)
{
	char words[160] = "";

	if (file->phys->ledger.chunk)
		ledger_holders(ledger_of(&file->phys->ledger, pfn_of_page(busy)), words,
			       sizeof(words));
	return base_error(file->phys->base, error, "page %lu of %s is held%s%s%s",
			  busy->index, file->name, *words ? " by " : "", words,
			  error == -EINTR ? ", and there is a signal" : "");
}

/*
 * Nobody can sleep here: whoever would has it done again once the page is idle, or once
 * there is a signal.
 */
static int break_layouts(struct gupsim_file *file)
{
	struct page *busy = dax_layout_busy_page(file);

	if (!busy)
		return 0;
	if (current && signal_pending(current))
		return tell_who_holds(file, busy, -EINTR);
	file->vfs->awaited = busy;
	return tell_who_holds(file, busy, -EDEADLK);
}

/* When a file grows, what lies behind its end in the last page is made zeroes. */
static bool ext4_setattr_zeroes(const struct gupsim_file *file)
{
	return file->backing == GUPSIM_DISK &&
	       base_rule(file->phys->base, RULE_EXTEND_ZEROES) == EXTEND_ZEROES_TAIL;
}

/* ext4_setattr(), or shmem_setattr(). */
int do_truncate(struct gupsim_file *file, uint64_t bytes)
{
	bool grows = bytes > (uint64_t)file->inode.i_size;
	int error;

	if (file->backing == GUPSIM_HUGETLB)
		return hugetlb_vmtruncate(file, bytes);
	error = file_reserve(file, PAGE_ALIGN(bytes) >> PAGE_SHIFT);
	if (!error)
		error = check_page_locks(file, bytes >> PAGE_SHIFT, END_OF_ALL_FILES,
					 false);
	if (error)
		return error;
	error = break_layouts(file);
	if (error)
		return error;
	if (grows && ext4_setattr_zeroes(file))
		error = file_zero_tail(file);
	if (error)
		return error;
	file_set_size(file, bytes);
	if (grows)
		return 0;
	truncate_pagecache(file);
	file_tail_cut(file);
	error = file_free_blocks(file, file->nr_pages, END_OF_ALL_FILES);
	return error ? error : file_zero_tail(file);
}

/* Beyond the end there is nothing to cut out: ext4 once looked at that first. */
static bool is_left_alone(const struct gupsim_file *file, pgoff_t first)
{
	return file->backing == GUPSIM_FSDAX && first >= file->nr_pages &&
	       base_rule(file->phys->base, RULE_PUNCH_BEYOND) == PUNCH_BEYOND_NOTHING;
}

/* ext4_punch_hole(), or shmem_fallocate(). */
static int punch_hole(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	int error;

	if (file->backing == GUPSIM_HUGETLB) {
		hugetlbfs_punch_hole(file, first, end);
		return 0;
	}
	error = check_page_locks(file, first, end, false);
	if (!error && !is_left_alone(file, first))
		error = break_layouts(file);
	if (error)
		return error;
	truncate_pagecache_range(file, first, end);
	file_hole_punched(file, first, end);
	return file_free_blocks(file, first, end);
}

int vfs_punch_hole(struct gupsim_file *file, pgoff_t first, unsigned long nr)
{
	struct base *base = file->phys->base;

	if (!nr || first + nr < first || first + nr > MAX_FILE_BYTES >> PAGE_SHIFT)
		return base_error(base, -EINVAL,
				  "a hole has pages, and ends below 1 TiB");
	if (!(file->file.f_mode & FMODE_WRITE))
		return base_error(base, -EBADF, "%s is open for reading only",
				  file->name);
	if (!S_ISREG(file->inode.i_mode))
		return base_error(base, -ENODEV, "%s is no regular file", file->name);
	if (file->backing == GUPSIM_SECRETMEM)
		return base_error(base, -EOPNOTSUPP, "%s can have no hole", file->name);
	return punch_hole(file, first, first + nr);
}
