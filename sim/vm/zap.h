/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking mappings away: the ptes, their counts, and the tables under a range. */
#ifndef SIM_VM_ZAP_H
#define SIM_VM_ZAP_H

#include "mm/vma.h"

/* Clear the ptes of [start, end), which lies in @vma. */
void zap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);

/* Clear the ptes that map page @index of a file, but not those of private copies. */
void unmap_mapping_page(struct address_space *mapping, pgoff_t index);

/*
 * munmap(): split what sticks out, zap, unlink, free tables that map nothing any more.
 * -ENOMEM: nothing has changed. Locking: mmap_sem held for writing.
 */
int do_munmap(struct mm_struct *mm, unsigned long start, unsigned long end);

/* Unmap everything. */
void exit_mmap(struct mm_struct *mm);

/* A task, or a call that is running, uses the mm; with its last user it is emptied. */
static inline void mmget(struct mm_struct *mm)
{
	mm->sim->users++;
}

void mmput(struct mm_struct *mm);

#endif
