/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults on the upper levels in mappings of files, which their ->huge_fault() serves. */
#ifndef SIM_FAULT_HUGE_FILE_H
#define SIM_FAULT_HUGE_FILE_H

#include "fault/fault.h"

/* Where there is no table of ptes yet. VM_FAULT_FALLBACK: it is for a pte to decide. */
vm_fault_t handle_file_huge_fault(struct vm_area_struct *vma, unsigned long address,
				  unsigned int flags);

/*
 * vmf_insert_pfn_pmd() and vmf_insert_pfn_pud(), for a ->huge_fault(): let the entry that
 * it was called for map @pfn and the frames of the device behind it; one that does so
 * already becomes writable if @write.
 */
vm_fault_t vmf_insert_pfn_huge(struct vm_fault *vmf, unsigned long pfn, bool write);

/* The same for a pte, of a page of a device or of the zero page. */
vm_fault_t vmf_insert_pfn_pte(struct vm_fault *vmf, unsigned long pfn, bool mkwrite);

/* The pages that an entry of a DAX file maps know where they are in it; of device dax
 * dax_set_mapping() does that. */
void dax_associate_entry(struct address_space *mapping, struct page *page, pgoff_t index,
			 unsigned long nr);

#endif
