/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An address space's life: fork() makes a second one that shares the pages of the first
 * until one writes; the last user empties it.
 */
#ifndef SIM_VM_FORK_H
#define SIM_VM_FORK_H

#include "mm/vma.h"

/*
 * Copy VMAs and page tables into the empty @mm. -ENOMEM: what was copied is to be undone
 * with exit_mmap(). Locking: mmap_sem of @from held for writing.
 */
int dup_mmap(struct mm_struct *mm, struct mm_struct *from);

/* A task, or a call that is running, uses the mm; with its last user it is emptied. */
static inline void mmget(struct mm_struct *mm)
{
	mm->sim->users++;
}

void mmput(struct mm_struct *mm);

#endif
