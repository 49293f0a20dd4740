/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults in mappings of huge pages, which are none of handle_pte_fault()'s. */
#ifndef SIM_FAULT_HUGETLB_H
#define SIM_FAULT_HUGETLB_H

#include "fault/fault.h"

/*
 * Make the huge page at @address present, and writable if FAULT_FLAG_WRITE. The lock of
 * the mm is never dropped.
 */
vm_fault_t hugetlb_fault(struct vm_area_struct *vma, unsigned long address,
			 unsigned int flags);

#endif
