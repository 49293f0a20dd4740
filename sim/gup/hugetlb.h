/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pinning huge pages: by a loop of their own until v6.6, then by the one for all. */
#ifndef SIM_GUP_HUGETLB_H
#define SIM_GUP_HUGETLB_H

#include "mm/hugetlb.h"

/*
 * Up to @nr pages of the VMA from @start on, with their references as @flags have it.
 * Returns how many there are; fewer than the VMA has only if the call ends with that. An
 * error if there is none.
 */
SIM_COLD long follow_hugetlb_page(struct vm_area_struct *vma, unsigned long start,
				  unsigned long nr, unsigned int flags,
				  unsigned int fault_flags, struct page **pages,
				  struct vm_area_struct **vmas);

/* For follow_page(), while gup has its loop: whatever the entry permits. */
SIM_COLD struct page *follow_huge_pmd_pte(struct vm_area_struct *vma,
					  unsigned long address, unsigned int flags);

/* One page, as follow_page_pte() has it of a table of ptes. */
SIM_COLD struct page *follow_hugetlb_leaf(struct vm_area_struct *vma,
					  unsigned long address, unsigned int flags);

#endif
