/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unmapping. */
#include "vm/zap.h"

#include "file/pagecache.h"
#include "vm/rmap.h"

static void zap_pte(struct vm_area_struct *vma, pte_t *ptep)
{
	pte_t pte = *ptep;
	struct page *page;

	set_pte(ptep, (pte_t){0});
	if (!pte_present(pte))
		return;
	page = vm_normal_page(vma, pte);
	if (!page)
		return;
	if (!PageAnon(page)) {
		if (pte_dirty(pte))
			set_page_dirty(page);
		if (pte_young(pte) && !(vma->vm_flags & VM_SEQ_READ))
			mark_page_accessed(page);
	}
	page_remove_rmap(page);
}

void zap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	unsigned long next;

	for (unsigned long address = start; address < end; address = next) {
		pte_t *ptep = mm_find_pte(vma->vm_mm, address);

		next = (address & PMD_MASK) + PMD_SIZE;
		if (!next || next > end)
			next = end;
		for (; ptep && address < next; address += PAGE_SIZE, ptep++)
			if (!pte_none(*ptep))
				zap_pte(vma, ptep);
	}
}

static bool maps_private_copy(struct vm_area_struct *vma, pte_t pte)
{
	struct page *page = pte_present(pte) ? vm_normal_page(vma, pte) : NULL;

	return page && PageAnon(page);
}

void unmap_mapping_page(struct address_space *mapping, pgoff_t index)
{
	struct vma *vma;

	list_for_each_entry (vma, &mapping->i_mmap, i_mmap_link) {
		struct vm_area_struct *vm = &vma->vm;
		pte_t *ptep;

		if (index < vm->vm_pgoff || index >= vm->vm_pgoff + vma_pages(vm))
			continue;
		ptep = mm_find_pte(vm->vm_mm,
				   vm->vm_start + ((index - vm->vm_pgoff) << PAGE_SHIFT));
		if (ptep && !pte_none(*ptep) && !maps_private_copy(vm, *ptep))
			zap_pte(vm, ptep);
	}
}

/* Split so that no VMA crosses @address. */
static int split_at(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(mm, address);

	if (!vma || vma->vm_start >= address)
		return 0;
	return split_vma(vma, address);
}

/* Tables go that cover the range and the holes beside it, up to the next mappings. */
static void free_range_tables(struct mm_struct *mm, unsigned long start,
			      unsigned long end)
{
	struct vm_area_struct *next = find_vma(mm, end);
	struct vm_area_struct *prev = NULL;
	struct vm_area_struct *vma;

	for_each_vma (vma, mm)
		if (vma->vm_end <= start)
			prev = vma;
	free_pgtables(mm, prev ? prev->vm_end : 0,
		      next ? next->vm_start : USER_TABLES_END);
}

int do_munmap(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma;
	int error = split_at(mm, start);

	if (!error)
		error = split_at(mm, end);
	if (error) {
		vma = find_vma(mm, start);
		if (vma)
			vma_merge(vma);
		return error;
	}
	while ((vma = find_vma_intersection(mm, start, end))) {
		zap_page_range(vma, vma->vm_start, vma->vm_end);
		vma_unmap(vma);
	}
	free_range_tables(mm, start, end);
	return 0;
}

void exit_mmap(struct mm_struct *mm)
{
	while (mm->mmap) {
		zap_page_range(mm->mmap, mm->mmap->vm_start, mm->mmap->vm_end);
		vma_unmap(mm->mmap);
	}
	free_pgtables(mm, 0, USER_TABLES_END);
}

void mmput(struct mm_struct *mm)
{
	if (--mm->sim->users == 0)
		exit_mmap(mm);
}
