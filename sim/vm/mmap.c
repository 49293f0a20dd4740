/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking mappings out of an address space. */
#include "vm/mmap.h"

#include "vm/zap.h"

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
	int error;

	if (!find_vma_intersection(mm, start, end))
		return 0;
	error = split_at(mm, start);
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
	if (mm_gone(mm))
		return;
	while (mm->mmap) {
		zap_page_range(mm->mmap, mm->mmap->vm_start, mm->mmap->vm_end);
		vma_unmap(mm->mmap);
	}
	free_pgtables(mm, 0, USER_TABLES_END);
	mm_free_tables(mm->sim);
}
