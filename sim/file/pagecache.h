/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page cache: which page holds which part of a file, and whether its bytes are there.
 * Invariant: a cached page has the cache's reference, its mapping and its index.
 */
#ifndef SIM_FILE_PAGECACHE_H
#define SIM_FILE_PAGECACHE_H

#include "file/file.h"

/* The cached page, or NULL. */
struct page *find_cached_page(struct address_space *mapping, pgoff_t index);
/* The same with a reference of REF_KERNEL. */
struct page *find_get_page(struct address_space *mapping, pgoff_t index);
/* Locked. -ENOMEM. */
int add_to_page_cache_locked(struct page *page, struct address_space *mapping,
			     pgoff_t index);
void delete_from_page_cache(struct page *page);
/* @to takes the place of @page, which loses its buffers. */
void replace_page_cache_page(struct page *page, struct page *to);

/* A new page in the cache with a reference of REF_KERNEL, locked; NULL: out of memory. */
struct page *page_cache_alloc_add(struct address_space *mapping, pgoff_t index);
/* The same for shmem: of zeroes, up to date, unlocked. */
struct page *shmem_alloc_add(struct address_space *mapping, pgoff_t index);
/* The same for secretmem: not to be moved, nor evicted. */
struct page *secretmem_alloc_add(struct address_space *mapping, pgoff_t index);

/* The address_space of a page that has one; NULL for anonymous and orphaned pages. */
struct address_space *page_mapping(struct page *page);

/* Inside, without the checks of the call from outside that has the same name. */
int do_set_page_dirty(struct page *page);
#define set_page_dirty(page) do_set_page_dirty(page)

/* The file system's bookkeeping of the page's blocks; costs a reference. */
void attach_buffers(struct page *page);

/*
 * Start to read up to 128 KiB around @index, as far as it is not cached: the pages stay
 * locked until somebody waits for one of them, or complete_reads(). -ENOMEM.
 */
int readahead(struct gupsim_file *file, pgoff_t index);
/* Sleep until the page is unlocked, then lock it. Dead if nobody ever will unlock it. */
void lock_page(struct page *page);
/* The same for current. -EINTR: a SIGKILL comes, or has come, while it is locked. */
int lock_page_killable(struct page *page);
/* The same for a page that is on its way to another frame: dead in any case. */
void wait_for_migration(struct page *page);
/*
 * -EDEADLK: a running call has locked a page in [first, end), of those that are @dirty or
 * of all: who needs its lock has to wait for the call.
 */
int check_page_locks(struct gupsim_file *file, pgoff_t first, pgoff_t end, bool dirty);
/* The page, locked and with a reference of REF_KERNEL; its bytes need not be there. NULL:
 * out of memory. */
struct page *find_or_create_page(struct gupsim_file *file, pgoff_t index);
/* Start to read the locked page by itself. -ENOMEM: it is unlocked again. */
int readpage(struct gupsim_file *file, struct page *page);
/* Of all reads that are under way: how many pages they were. */
size_t complete_reads(struct vfs *vfs);

/* Copy the page to the disk; it is clean then. -ENOMEM: of the host. */
int write_back(struct gupsim_file *file, struct page *page);
/* Drop the page. False: it is dirty, mapped or held. */
bool invalidate_page(struct gupsim_file *file, pgoff_t index);
/* What the disk has of the page; NULL: zeroes. */
struct disk_block *find_block(struct gupsim_file *file, pgoff_t index);
/* What is kept of the page: that it has no block, if nothing was. NULL: the host is out
 * of memory. */
struct disk_block *note_block(struct gupsim_file *file, pgoff_t index);
/* A block for the page. NULL: the same. */
struct disk_block *make_block(struct gupsim_file *file, pgoff_t index);
/* Has the disk a block for the page? Where it has none the file has a hole. */
bool block_is_allocated(struct gupsim_file *file, pgoff_t index);
/* Fill the cache as a read of the whole file does, or a write(2) with buffers. */
int populate_page_cache(struct gupsim_file *file, bool buffers);

const struct address_space_operations *file_aops(enum gupsim_backing backing);

#endif
