/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fork() makes a second address space that shares the pages of the first until one
 * writes. */
#ifndef SIM_VM_FORK_H
#define SIM_VM_FORK_H

#include "mm/vma.h"

/*
 * Copy VMAs and page tables into the empty @mm. -ENOMEM: what was copied is to be undone
 * with exit_mmap(). Locking: mmap_sem of @from held for writing.
 */
int dup_mmap(struct mm_struct *mm, struct mm_struct *from);

/*
 * May somebody have pinned the page of this mapping? He goes on with the parent's mapping
 * in mind: would the two share the page, the parent's next write could take it from him.
 */
bool page_needs_cow_for_dma(const struct vm_area_struct *vma, const struct page *page);

#endif
