/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking ptes away, with the counts that they stand for. */
#ifndef SIM_VM_ZAP_H
#define SIM_VM_ZAP_H

#include "mm/vma.h"

/* Clear the ptes of [start, end), which lies in @vma. */
void zap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end);

/*
 * Clear the ptes that map the pages from @first to below @end of a file; those of private
 * copies only if @even_cows.
 */
void unmap_mapping_pages(struct address_space *mapping, pgoff_t first, pgoff_t end,
			 bool even_cows);

#endif
