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

#endif
