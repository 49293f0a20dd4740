/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking mappings out of an address space. */
#include "vm/mmap.h"

#include "vm/huge_memory.h"
#include "vm/mlock.h"
#include "vm/zap.h"

/* Unmap all VMAs from @vma to @end, with the tables of the holes beside them. */
static void unmap_region(struct mm_struct *mm, struct vm_area_struct *vma,
			 unsigned long end)
{
	const struct vm_area_struct *prev = vma->vm_prev;

	lru_add_drain_all(mm_phys(mm));
	while (vma && vma->vm_start < end) {
		struct vm_area_struct *next = vma->vm_next;

		if (vma->vm_flags & VM_LOCKED)
			munlock_vma_pages_all(vma);
		zap_page_range(vma, vma->vm_start, vma->vm_end);
		vma_unmap(vma);
		vma = next;
	}
	free_pgtables(mm, prev ? prev->vm_end : 0, vma ? vma->vm_start : USER_TABLES_END);
}

int do_munmap(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	int error;

	if (!find_vma_intersection(mm, start, end))
		return 0;
	error = split_mapped_range(mm, start, end);
	if (error)
		return error;
	unmap_region(mm, find_vma(mm, start), end);
	return 0;
}

void exit_mmap(struct mm_struct *mm)
{
	if (mm_gone(mm))
		return;
	if (mm->mmap)
		unmap_region(mm, mm->mmap, TASK_SIZE_MAX);
	mm_free_tables(mm->sim);
}

void mmput(struct mm_struct *mm)
{
	if (--mm->sim->users == 0)
		exit_mmap(mm);
}
