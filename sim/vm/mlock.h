/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locked memory: VMAs with VM_LOCKED, and pages with PG_mlocked, which reclaim leaves
 * alone. Invariant: a page that is mapped nowhere is not mlocked.
 */
#ifndef SIM_VM_MLOCK_H
#define SIM_VM_MLOCK_H

#include "mm/vma.h"

#define VM_LOCKED_MASK (VM_LOCKED | VM_LOCKONFAULT)

/* The page is on its way to the unevictable list. It is locked. */
void mlock_vma_page(struct page *page);
/* It does, and has not been counted yet. */
void count_mlock(struct page *page);
/* A pmd of @vma that mapped the huge page has been split. */
void munlock_split_page(const struct vm_area_struct *vma, struct page *head);
/* A pte of a locked VMA has left the page, or the part of a huge one, for a copy. */
void munlock_copied_page(struct page *page);
/* Its last mapping has gone. */
void clear_page_mlock(struct page *page);

/* The VMA is locked no more, and its pages of [start, end) neither. */
void munlock_vma_pages_range(struct vm_area_struct *vma, unsigned long start,
			     unsigned long end);
static inline void munlock_vma_pages_all(struct vm_area_struct *vma)
{
	munlock_vma_pages_range(vma, vma->vm_start, vma->vm_end);
}

/*
 * Give [start, end) of @vma these flags of VM_LOCKED_MASK; devices and DAX files never
 * have one. @vma may be gone then. -ENOMEM: it cannot be split. Locking: mmap_sem held
 * for writing.
 */
int mlock_fixup(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		unsigned long flags);

#endif
