/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults on the pmd level. */
#ifndef SIM_FAULT_HUGE_MEMORY_H
#define SIM_FAULT_HUGE_MEMORY_H

#include "fault/fault.h"
#include "vm/huge_memory.h"

/*
 * A fault where there is no table of ptes yet. VM_FAULT_FALLBACK: it is for a pte to
 * decide, and for a table with it there is one level more now.
 */
vm_fault_t handle_huge_fault(struct vm_area_struct *vma, unsigned long address,
			     unsigned int flags);

/* May a fault on the mapping try to map a huge page? */
bool transparent_hugepage_enabled(const struct vm_area_struct *vma);

/* How often any frame of the compound page is mapped, at most. */
int page_trans_huge_mapcount(const struct page *page);

#endif
