/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NUMA hints: ptes that say PROT_NONE in mappings that do not, so that the next access
 * tells who it is that uses the page. */
#ifndef SIM_VM_NUMA_H
#define SIM_VM_NUMA_H

#include "mm/vma.h"

/* Set them in [start, end), wherever the NUMA scanner would. Locking: mmap_sem held. */
void task_numa_work(struct mm_struct *mm, unsigned long start, unsigned long end);

#endif
