/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Population as part of a system call: it is done by a task of the mm, who is current. */
#ifndef SIM_MACHINE_POPULATE_H
#define SIM_MACHINE_POPULATE_H

#include "machine/machine.h"

/* Who does what is done in @mm: current, if that is one of its tasks. NULL: there is
 * none.
 */
struct task_struct *machine_task_in(const struct mm_struct *mm);
/* [start, end) of one VMA. Errors are nobody's concern. Locking: mmap_sem held. */
void machine_populate_vma(struct vm_area_struct *vma, unsigned long start,
			  unsigned long end);
/* What mlock() brings in, and its errno. Locking: mmap_sem is not held. */
int machine_populate(struct mm_struct *mm, unsigned long start, unsigned long end);
/* mm_populate(), for mmap(): as much as can be had. -ENOMEM: of the host, and of nothing
 * else. */
int machine_mm_populate(struct mm_struct *mm, unsigned long start, unsigned long end);
/*
 * What madvise() does for MADV_POPULATE_READ and _WRITE, and its errno. Locking: mmap_sem
 * held for reading; it may be dropped, and is held again. -ESRCH: no task runs in the mm.
 */
int machine_madvise_populate(struct mm_struct *mm, unsigned long start, unsigned long end,
			     bool write);

#endif
