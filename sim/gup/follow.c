/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * follow_page(): one lookup in the page tables, for mm/ itself. Invariant: it takes no
 * fault and asks the VMA for no permission.
 */
#include "gup/gup.h"
#include "gup/seam.h"

struct page *follow_page(struct vm_area_struct *vma, unsigned long address,
			 unsigned int foll_flags)
{
	if (vma_is_secretmem(vma) && rule_is(VMA_SECRETMEM, SECRETMEM_REFUSED) &&
	    refused_by(VMA_SECRETMEM, "memory of a memfd_secret"))
		return NULL;
	if ((foll_flags & FOLL_PIN) && rule_is(FOLLOW_PIN, FOLL_PIN_REFUSED) &&
	    refused_by(FOLLOW_PIN, "no page is pinned without a VMA that was checked"))
		return NULL;
	return follow_one_page(vma, address, foll_flags);
}
