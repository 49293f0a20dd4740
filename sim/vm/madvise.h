/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Advice on mapped memory: how it will be read, or that it is needed no more. */
#ifndef SIM_VM_MADVISE_H
#define SIM_VM_MADVISE_H

#include "mm/vma.h"

/* Is it advice that there is? */
bool madvise_behavior_valid(int advice);
/* Has mmap_sem to be held for writing, and not just for reading? */
bool madvise_need_mmap_write(int advice);

/*
 * Do it to [start, end) of @vma, which may be gone then. -EINVAL, -EACCES: it is of no
 * such mapping. -ENOMEM: it cannot be split. MADV_REMOVE: also as vfs_punch_hole().
 */
int madvise_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		int advice);

#endif
