/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mappings that grow downwards into the hole below them, page by page as they are used.
 */
#ifndef SIM_MM_STACK_H
#define SIM_MM_STACK_H

#include "mm/vma.h"

/*
 * Let @vma, which begins above @address, begin with its page. -ENOMEM: a mapping is too
 * near, RLIMIT_STACK does not allow it, or out of memory. -EPERM: too near to address 0,
 * or no stack. Locking: mmap_sem held, for reading is enough.
 */
int expand_stack(struct vm_area_struct *vma, unsigned long address);

#endif
