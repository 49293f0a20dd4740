/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole mappings taken away: VMAs, their pages, and the tables under them; and the users
 * of an address space, with the last of whom it ends. */
#ifndef SIM_VM_MMAP_H
#define SIM_VM_MMAP_H

#include "mm/vma.h"

/*
 * munmap(): split what sticks out, zap, unlink, free tables that map nothing any more.
 * -ENOMEM: nothing has changed. -EINVAL: a huge page would be cut. Locking: mmap_sem held
 * for writing.
 */
int do_munmap(struct mm_struct *mm, unsigned long start, unsigned long end);

/* Unmap everything, for good: the mm is gone. Once gone it stays so. */
void exit_mmap(struct mm_struct *mm);

/* A task, or a call that is running, uses the mm; with its last user it is emptied. */
static inline void mmget(struct mm_struct *mm)
{
	mm->sim->users++;
}

void mmput(struct mm_struct *mm);

#endif
