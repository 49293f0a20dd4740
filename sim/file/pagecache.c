/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page cache, reads in flight, dirty pages. */
#include "file/hugetlb.h"

#include <errno.h>
#include <linux/sched/signal.h>
#include <string.h>

/* The default of a block device's readahead window: 128 KiB. */
#define READAHEAD_PAGES 32

static struct cached_page *lookup(struct address_space *mapping, pgoff_t index)
{
	struct cached_page *entry;

	HASH_FIND(hh, mapping->pages, &index, sizeof(index), entry);
	return entry;
}

struct page *find_cached_page(struct address_space *mapping, pgoff_t index)
{
	struct cached_page *entry = lookup(mapping, index);

	return entry ? entry->page : NULL;
}

struct page *find_get_page(struct address_space *mapping, pgoff_t index)
{
	struct page *page = find_cached_page(mapping, index);

	if (page)
		get_page_as(page, REF_KERNEL);
	return page;
}

int add_to_page_cache_locked(struct page *page, struct address_space *mapping,
			     pgoff_t index)
{
	struct heap *heap = &page_phys(page)->base->heap;
	struct cached_page *entry = heap_calloc(heap, 1, sizeof(*entry));

	if (!entry)
		return -ENOMEM;
	entry->index = index;
	entry->page = page;
	HASH_ADD(hh, mapping->pages, index, sizeof(index), entry);
	if (!hash_added(entry)) {
		heap_free(heap, entry);
		return -ENOMEM;
	}
	get_page_refs_as(page, cache_refs(page), REF_CACHE);
	SetPageLocked(page);
	page->mapping = mapping;
	page->index = index;
	return 0;
}

/* The same, and on its way to the LRU. */
static int add_to_page_cache_lru(struct page *page, struct address_space *mapping,
				 pgoff_t index)
{
	int error = add_to_page_cache_locked(page, mapping, index);

	if (!error)
		lru_cache_add(page);
	return error;
}

static void drop_buffers(struct page *page)
{
	if (!PagePrivate(page))
		return;
	ClearPagePrivate(page);
	put_page_as(page, REF_BUFFERS);
}

static void leave_cache(struct page *page)
{
	drop_buffers(page);
	ClearPageDirty(page);
	page->flags &= ~PAGE_STAYS;
	page->mapping = NULL;
	put_page_refs_as(page, cache_refs(page), REF_CACHE);
}

void delete_from_page_cache(struct page *page)
{
	struct heap *heap = &page_phys(page)->base->heap;
	struct address_space *mapping = page->mapping;
	struct cached_page *entry = lookup(mapping, page->index);

	HASH_DEL(mapping->pages, entry);
	heap_free(heap, entry);
	leave_cache(page);
}

void replace_page_cache_page(struct page *page, struct page *to)
{
	lookup(page->mapping, page->index)->page = to;
	to->mapping = page->mapping;
	to->index = page->index;
	get_page_refs_as(to, cache_refs(to), REF_CACHE);
	leave_cache(page);
}

static struct page *alloc_add(struct address_space *mapping, pgoff_t index,
			      unsigned int gfp, unsigned long flags)
{
	struct page *page = alloc_page(file_of(mapping)->phys, gfp, REF_KERNEL);

	if (!page)
		return NULL;
	page->flags |= flags;
	if (add_to_page_cache_lru(page, mapping, index)) {
		put_page_as(page, REF_KERNEL);
		return NULL;
	}
	return page;
}

struct page *page_cache_alloc_add(struct address_space *mapping, pgoff_t index)
{
	return alloc_add(mapping, index, GFP_HIGHUSER_MOVABLE, 0);
}

/* Nothing has to be read: a new page is of zeroes. */
static struct page *as_zeroes(struct page *page)
{
	if (page) {
		SetPageUptodate(page);
		unlock_page(page);
	}
	return page;
}

struct page *shmem_alloc_add(struct address_space *mapping, pgoff_t index)
{
	return as_zeroes(
		alloc_add(mapping, index, GFP_HIGHUSER_MOVABLE, 1UL << PG_swapbacked));
}

struct page *secretmem_alloc_add(struct address_space *mapping, pgoff_t index)
{
	return as_zeroes(alloc_add(mapping, index, GFP_USER, PAGE_STAYS));
}

struct address_space *page_mapping(struct page *page)
{
	page = compound_head(page);
	return PageAnon(page) ? NULL : page->mapping;
}

void attach_buffers(struct page *page)
{
	if (PagePrivate(page))
		return;
	SetPagePrivate(page);
	get_page_as(page, REF_BUFFERS);
}

static int dirty_no_writeback(struct page *page)
{
	bool was_dirty = PageDirty(page);

	SetPageDirty(page);
	return !was_dirty;
}

/* A dirty page without buffers has no block to be written to: the data will be lost. */
static int ext4_set_page_dirty(struct page *page)
{
	static const char *const funcs[] = {
		[WARNS_EXT4_SET_PAGE_DIRTY] = "ext4_set_page_dirty",
		[WARNS_EXT4_DIRTY_FOLIO] = "ext4_dirty_folio",
	};
	struct base *base = page_phys(page)->base;

	base_warn_on(base, !PagePrivate(page), funcs[base_rule(base, RULE_DIRTY_WARNS)],
		     "a page without buffers becomes dirty");
	return dirty_no_writeback(page);
}

/* Nothing is written back of what is mapped straight from its device. */
static int noop_set_page_dirty(struct page *page)
{
	if (base_rule(page_phys(page)->base, RULE_DAX_DIRTY) == DAX_DIRTY_MARKED)
		return dirty_no_writeback(page);
	return 0;
}

const struct address_space_operations *file_aops(enum gupsim_backing backing)
{
	static const struct address_space_operations disk = {ext4_set_page_dirty};
	static const struct address_space_operations shmem = {dirty_no_writeback};
	static const struct address_space_operations dax = {noop_set_page_dirty};

	switch (backing) {
	case GUPSIM_DISK:
		return &disk;
	case GUPSIM_FSDAX:
	case GUPSIM_DEVDAX:
		return &dax;
	default:
		return &shmem;
	}
}

#undef set_page_dirty

int do_set_page_dirty(struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	return mapping ? mapping->a_ops->set_page_dirty(page) : dirty_no_writeback(page);
}

static int do_set_page_dirty_lock(struct page *page)
{
	int was_clean;

	lock_page(page);
	base_point(page_phys(page)->base, GUPSIM_POINT_DIRTY_LOCKED);
	was_clean = do_set_page_dirty(page);
	unlock_page(page);
	return was_clean;
}

/* From outside, be it from a listener, it is a call of its own, with WARNs of its own. */
static int dirty_call(struct page *page, const char *func,
		      int (*dirty)(struct page *page))
{
	struct base *base = page_phys(page)->base;
	struct call *outer;
	int was_clean = 0;

	if (!base_alive(base))
		return 0;
	base_call_begin_anonymous(base, &outer);
	if (page_count(page))
		was_clean = dirty(page);
	else
		base_contract(base, func, "a page that has no references");
	base_call_end(base, outer);
	return was_clean;
}

int set_page_dirty(struct page *page)
{
	return dirty_call(page, __func__, do_set_page_dirty);
}

int set_page_dirty_lock(struct page *page)
{
	return dirty_call(page, __func__, do_set_page_dirty_lock);
}

static struct disk_block *find_note(struct gupsim_file *file, pgoff_t index)
{
	struct disk_block *block;

	HASH_FIND(hh, file->blocks, &index, sizeof(index), block);
	return block;
}

struct disk_block *find_block(struct gupsim_file *file, pgoff_t index)
{
	struct disk_block *block = find_note(file, index);

	return block && block->bytes ? block : NULL;
}

struct disk_block *note_block(struct gupsim_file *file, pgoff_t index)
{
	struct heap *heap = &file->phys->base->heap;
	struct disk_block *block = find_note(file, index);

	if (block)
		return block;
	block = heap_calloc(heap, 1, sizeof(*block));
	if (!block)
		return NULL;
	block->index = index;
	HASH_ADD(hh, file->blocks, index, sizeof(block->index), block);
	if (hash_added(block))
		return block;
	heap_free(heap, block);
	return NULL;
}

struct disk_block *make_block(struct gupsim_file *file, pgoff_t index)
{
	struct heap *heap = &file->phys->base->heap;
	struct disk_block *block = find_block(file, index);
	unsigned char *bytes = block ? NULL : heap_calloc(heap, 1, PAGE_SIZE);

	if (!bytes)
		return block;
	block = note_block(file, index);
	if (block)
		block->bytes = bytes;
	else
		heap_free(heap, bytes);
	return block;
}

bool block_is_allocated(struct gupsim_file *file, pgoff_t index)
{
	const struct disk_block *block = find_note(file, index);

	return block ? block->bytes != NULL : index < file->nr_allocated;
}

int write_back(struct gupsim_file *file, struct page *page)
{
	struct disk_block *block = make_block(file, page->index);

	if (!block)
		return -ENOMEM;
	page_read(page, 0, block->bytes, PAGE_SIZE);
	ClearPageDirty(page);
	return 0;
}

static void complete(const struct started_read *read)
{
	struct disk_block *block = find_block(read->file, read->page->index);

	/* Without host memory the read fails as a disk error does: not up to date. */
	if (!block || !page_write(read->page, 0, block->bytes, PAGE_SIZE))
		SetPageUptodate(read->page);
	unlock_page(read->page);
}

static struct started_read *add_read(struct vfs *vfs, struct heap *heap)
{
	if (vfs->nr_reads == vfs->capacity) {
		size_t capacity = vfs->capacity ? 2 * vfs->capacity : READAHEAD_PAGES;
		void *reads =
			heap_realloc(heap, vfs->reads, capacity * sizeof(*vfs->reads));

		if (!reads)
			return NULL;
		vfs->reads = reads;
		vfs->capacity = capacity;
	}
	return &vfs->reads[vfs->nr_reads++];
}

/* The page's read becomes part of the newest request. */
static int start_read(struct gupsim_file *file, struct page *page)
{
	struct started_read *read;

	/* A page that the disk has no block for is zeroes, and no disk is asked. */
	if (!block_is_allocated(file, page->index)) {
		SetPageUptodate(page);
		unlock_page(page);
		return 0;
	}
	read = add_read(file->vfs, &file->phys->base->heap);
	if (!read) {
		unlock_page(page);
		return -ENOMEM;
	}
	*read = (struct started_read){file, page, file->vfs->last_request};
	SetPageLocked(page);
	return 0;
}

int readahead(struct gupsim_file *file, pgoff_t index)
{
	pgoff_t first = index > READAHEAD_PAGES / 2 ? index - READAHEAD_PAGES / 2 : 0;

	file->vfs->last_request++;
	for (pgoff_t i = first; i < first + READAHEAD_PAGES && i < file->nr_pages; i++) {
		struct page *page;
		int error;

		if (lookup(&file->mapping, i))
			continue;
		page = page_cache_alloc_add(&file->mapping, i);
		if (!page)
			return -ENOMEM;
		error = start_read(file, page);
		put_page_as(page, REF_KERNEL);
		if (error)
			return error;
	}
	return 0;
}

/* How many pages they were. */
static size_t complete_requests(struct vfs *vfs, unsigned long last)
{
	size_t nr = 0;

	while (nr < vfs->nr_reads && vfs->reads[nr].request <= last)
		complete(&vfs->reads[nr++]);
	if (!nr)
		return 0;
	vfs->nr_reads -= nr;
	memmove(vfs->reads, &vfs->reads[nr], vfs->nr_reads * sizeof(*vfs->reads));
	return nr;
}

/* Wait for the request that reads the page; false if none does. */
static bool complete_page(struct vfs *vfs, const struct page *page)
{
	for (size_t i = 0; i < vfs->nr_reads; i++) {
		if (vfs->reads[i].page == page) {
			complete_requests(vfs, vfs->reads[i].request);
			return true;
		}
	}
	return false;
}

static void block_on(struct page *page, const char *what)
{
	struct base *base = page_phys(page)->base;

	base_die(base, GUPSIM_DEAD_BLOCKS, "%s", what);
	base->blocked_on = page;
}

void lock_page(struct page *page)
{
	struct address_space *mapping = page_mapping(page);

	if (PageLocked(page) && !(mapping && complete_page(file_of(mapping)->vfs, page)))
		block_on(page, "lock of a page");
	SetPageLocked(page);
}

int lock_page_killable(struct page *page)
{
	if (PageLocked(page) && fatal_signal_pending(current))
		return -EINTR;
	lock_page(page);
	return 0;
}

void wait_for_migration(struct page *page)
{
	block_on(page, "a page migration");
}

static bool is_being_read(const struct vfs *vfs, const struct page *page)
{
	for (size_t i = 0; i < vfs->nr_reads; i++)
		if (vfs->reads[i].page == page)
			return true;
	return false;
}

int check_page_locks(struct gupsim_file *file, pgoff_t first, pgoff_t end, bool dirty)
{
	struct cached_page *entry, *next;

	HASH_ITER (hh, file->mapping.pages, entry, next) {
		if (entry->index < first || entry->index >= end ||
		    (dirty && !PageDirty(entry->page)) || !PageLocked(entry->page) ||
		    is_being_read(file->vfs, entry->page))
			continue;
		file->phys->base->blocked_on = entry->page;
		return base_error(file->phys->base, -EDEADLK,
				  "page %lu of %s is locked by a running call",
				  entry->index, file->name);
	}
	return 0;
}

struct page *find_or_create_page(struct gupsim_file *file, pgoff_t index)
{
	struct page *page = find_get_page(&file->mapping, index);

	if (page) {
		lock_page(page);
		mark_page_accessed(page);
		return page;
	}
	page = page_cache_alloc_add(&file->mapping, index);
	if (page)
		SetPageReferenced(page);
	return page;
}

int readpage(struct gupsim_file *file, struct page *page)
{
	file->vfs->last_request++;
	return start_read(file, page);
}

size_t complete_reads(struct vfs *vfs)
{
	return complete_requests(vfs, vfs->last_request);
}

/* The cache itself has it, with its buffers, and nobody else. */
static bool page_is_idle(const struct page *page)
{
	return page_count(page) == 1 + PagePrivate(page);
}

bool invalidate_page(struct gupsim_file *file, pgoff_t index)
{
	struct cached_page *entry = lookup(&file->mapping, index);
	const struct base *base = file->phys->base;

	if (!entry)
		return true;
	complete_page(file->vfs, entry->page);
	lru_add_drain_all(file->phys);
	if (PageDirty(entry->page) || page_mapped(entry->page))
		return false;
	if (base_rule(base, RULE_EVICT_HELD) == EVICT_HELD_LOSES_BUFFERS)
		drop_buffers(entry->page);
	if (!page_is_idle(entry->page))
		return false;
	delete_from_page_cache(entry->page);
	return true;
}

static int populate_page(struct gupsim_file *file, pgoff_t index, bool buffers)
{
	bool shmem = file->backing == GUPSIM_SHMEM;
	struct page *page = shmem ? shmem_alloc_add(&file->mapping, index)
				  : page_cache_alloc_add(&file->mapping, index);

	if (!page)
		return -ENOMEM;
	if (!shmem) {
		SetPageUptodate(page);
		unlock_page(page);
	}
	if (buffers)
		attach_buffers(page);
	put_page_as(page, REF_KERNEL);
	return 0;
}

int populate_page_cache(struct gupsim_file *file, bool buffers)
{
	for (pgoff_t i = 0; i < file->nr_pages; i++)
		if (populate_page(file, i, buffers))
			return -ENOMEM;
	return 0;
}
