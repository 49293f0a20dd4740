/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fsync(), as far as ptes and pages can tell. */
#include "vm/writeback.h"

#include "file/dax_entry.h"
#include "file/pagecache.h"
#include "vm/rmap.h"
#include "vm/zap.h"

static bool page_mkclean_one(struct page *page, struct vm_area_struct *vma,
			     unsigned long address, void *arg)
{
	pte_t *ptep = page_vma_mapped_walk(page, vma, address);

	(void)arg;
	if (!(vma->vm_flags & VM_SHARED) || !ptep || !pte_present(*ptep) ||
	    !(pte_dirty(*ptep) || pte_write(*ptep)))
		return true;
	set_pte(ptep, pte_wrprotect(pte_mkclean(*ptep)));
	return true;
}

/* Write-protect and clean all shared ptes, for clear_page_dirty_for_io(). */
static void page_mkclean(struct page *page)
{
	rmap_walk(page, page_mkclean_one, NULL);
}

/*
 * It became dirty without a word to the file system, which has no block for it. Where
 * that is no BUG, it is clean from now on, and what was written to it never gets to the
 * disk.
 */
static void skip_page(struct base *base, struct page *page)
{
	const char *func = "mpage_prepare_extent_to_map";

	base_decision(base, func, RULE_NO_BUFFERS, "a dirty page without buffers");
	if (!base_bug_on(base, base_rule(base, RULE_NO_BUFFERS) == NO_BUFFERS_BUG, func,
			 "a dirty page without buffers is written back"))
		ClearPageDirty(page);
}

static int write_page(struct gupsim_file *file, struct page *page)
{
	int error = 0;

	if (!PageDirty(page))
		return 0;
	lock_page(page);
	if (PageDirty(page) && !PagePrivate(page)) {
		skip_page(file->phys->base, page);
	} else if (PageDirty(page)) {
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

/* The VMA that comes after @last in the tree of those that map a file: by its offset. */
static struct vma *next_in_tree(const struct address_space *mapping,
				const struct vma *last)
{
	struct vma *vma, *next = NULL;
	bool behind = !last;

	list_for_each_entry (vma, &mapping->i_mmap, i_mmap_link) {
		if (vma == last)
			behind = true;
		else if ((!last || vma->vm.vm_pgoff > last->vm.vm_pgoff ||
			  (behind && vma->vm.vm_pgoff == last->vm.vm_pgoff)) &&
			 (!next || vma->vm.vm_pgoff < next->vm.vm_pgoff))
			next = vma;
	}
	return next;
}

/*
 * Some releases look for the first page of a pmd's entry alone, and once they have met a
 * pmd they take every mapping for that one.
 */
static void dax_entry_mkclean(struct page *page)
{
	const struct address_space *mapping = page->mapping;
	struct vma *vma = NULL;
	bool seen_pmd = false;

	while ((vma = next_in_tree(mapping, vma))) {
		struct vm_area_struct *vm = &vma->vm;
		const pte_t *leaf;
		unsigned long address;

		if (page->index < vm->vm_pgoff ||
		    page->index >= vm->vm_pgoff + vma_pages(vm))
			continue;
		address = vm->vm_start + ((page->index - vm->vm_pgoff) << PAGE_SHIFT);
		leaf = page_vma_mapped_walk(page, vm, address);
		if (leaf && pte_huge(*leaf))
			seen_pmd = true;
		else if (seen_pmd)
			continue;
		page_mkclean_one(page, vm, address, NULL);
	}
}

/* True: the entry of a pmd, to which @index belongs, is done as the older releases do. */
static bool is_done_at_once(struct gupsim_file *file, pgoff_t index)
{
	struct base *base = file->phys->base;

	if (dax_entry_at(file, index) != (DAX_PMD | DAX_BLOCK))
		return false;
	if (index % HPAGE_PMD_NR == 0)
		base_decision(base, "dax_writeback_one", RULE_DAX_MKCLEAN,
			      "an entry for a whole pmd");
	if (base_rule(base, RULE_DAX_MKCLEAN) == DAX_MKCLEAN_ALL)
		return false;
	if (index % HPAGE_PMD_NR == 0)
		dax_entry_mkclean(pfn_to_page(file->phys, file->extents[index]));
	return true;
}

/* What is written to pmem is there; only the next write has to be noticed. */
static void clean_extents(struct gupsim_file *file)
{
	for (pgoff_t i = 0; i < file->nr_extents; i++) {
		struct page *page;

		if (!file->extents[i] || is_done_at_once(file, i))
			continue;
		page = pfn_to_page(file->phys, file->extents[i]);
		if (page->mapping == &file->mapping)
			page_mkclean(page);
	}
}

int write_back_file(struct gupsim_file *file)
{
	if (file->backing == GUPSIM_DISK) {
		int error = check_page_locks(file, 0, END_OF_ALL_FILES, true);

		return error ? error : write_back_range(file, 0, file->nr_pages);
	}
	clean_extents(file);
	return 0;
}
