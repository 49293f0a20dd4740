/* SPDX-License-Identifier: GPL-2.0-or-later */
/* O_DIRECT writes, in the order of iomap_dio_rw(). */
#include "vm/direct.h"

#include "file/pagecache.h"
#include "file/size.h"
#include "vm/truncate.h"
#include "vm/writeback.h"

#include <errno.h>
#include <string.h>

/*
 * The pages are clean: what was dirty has been written back. invalidate_complete_page2()
 * asks for no references: who holds such a page keeps it, and the file has it no more.
 */
static void invalidate_inode_pages2_range(struct gupsim_file *file, pgoff_t first,
					  pgoff_t end)
{
	truncate_pagecache_range(file, first, end);
}

static int reserve_blocks(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	for (pgoff_t i = first; i < end; i++)
		if (!make_block(file, i))
			return -ENOMEM;
	return 0;
}

static void write_blocks(struct gupsim_file *file, pgoff_t first, pgoff_t end,
			 const void *buf, size_t length)
{
	for (pgoff_t i = first; i < end; i++) {
		struct disk_block *block = make_block(file, i);

		memcpy(block->bytes, buf, length);
		memset(block->bytes + length, 0, PAGE_SIZE - length);
	}
}

int direct_write(struct gupsim_file *file, pgoff_t first, unsigned long nr,
		 const void *buf, size_t length)
{
	pgoff_t end = first + nr;
	int error = check_page_locks(file, first, end, false);

	if (!error)
		error = write_back_range(file, first, end);
	if (!error)
		error = reserve_blocks(file, first, end);
	if (error)
		return error;
	invalidate_inode_pages2_range(file, first, end);
	write_blocks(file, first, end, buf, length);
	if (end << PAGE_SHIFT > (uint64_t)file->inode.i_size)
		file_set_size(file, end << PAGE_SHIFT);
	return 0;
}
