/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fsync(), as far as ptes and pages can tell. */
#include "vm/writeback.h"

#include "file/pagecache.h"
#include "vm/rmap.h"

static bool page_mkclean_one(struct page *page, struct vm_area_struct *vma,
			     unsigned long address, void *arg)
{
	pte_t *ptep = mm_find_pte(vma->vm_mm, address);
	bool *cleaned = arg;

	if (!(vma->vm_flags & VM_SHARED) || !ptep || !pte_present(*ptep) ||
	    pte_pfn(*ptep) != pfn_of_page(page) ||
	    !(pte_dirty(*ptep) || pte_write(*ptep)))
		return true;
	set_pte(ptep, pte_wrprotect(pte_mkclean(*ptep)));
	*cleaned = true;
	return true;
}

bool page_mkclean(struct page *page)
{
	bool cleaned = false;

	rmap_walk(page, page_mkclean_one, &cleaned);
	return cleaned;
}

/* A dirty page without buffers is one that nobody told the file system of. */
static int write_page(struct gupsim_file *file, struct page *page)
{
	int error = 0;

	lock_page(page);
	if (PageDirty(page) &&
	    !base_bug_on(file->phys->base, !PagePrivate(page),
			 "mpage_prepare_extent_to_map",
			 "a dirty page without buffers is written back")) {
		page_mkclean(page);
		error = write_back(file, page);
	}
	unlock_page(page);
	return error;
}

int write_back_range(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	struct cached_page *entry, *next;
	int error = 0;

	HASH_ITER (hh, file->mapping.pages, entry, next) {
		if (entry->index < first || entry->index >= end)
			continue;
		error = write_page(file, entry->page);
		if (error || !base_alive(file->phys->base))
			break;
	}
	return error;
}

/* What is written to pmem is there; only the next write has to be noticed. */
static void clean_extents(struct gupsim_file *file)
{
	for (pgoff_t i = 0; i < file->nr_extents; i++) {
		struct page *page;

		if (!file->extents[i])
			continue;
		page = pfn_to_page(file->phys, file->extents[i]);
		if (page->mapping == &file->mapping)
			page_mkclean(page);
	}
}

int write_back_file(struct gupsim_file *file)
{
	if (file->backing == GUPSIM_DISK)
		return write_back_range(file, 0, file->nr_pages);
	clean_extents(file);
	return 0;
}
