/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The VMA of an address that is pinned: a stack may have to grow for it. */
#include "gup/gup.h"
#include "gup/seam.h"
#include "mm/stack.h"

/* gup_vma_lookup() on v6.12. */
struct vm_area_struct *find_extend_vma(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(mm, address & PAGE_MASK);
	unsigned long top;

	if (!vma || vma->vm_start <= address)
		return vma;
	if (!(vma->vm_flags & VM_GROWSDOWN))
		return NULL;
	if (!rule_is(STACK_GROW, STACK_GROWS)) {
		base_decision(current_base(), __func__, RULE_STACK_GROW,
			      "no stack grows for a pin");
		return NULL;
	}
	top = vma->vm_start;
	if (expand_stack(vma, address))
		return NULL;
	if (vma->vm_flags & VM_LOCKED)
		(void)populate_vma_page_range(vma, vma->vm_start, top, NULL);
	return vma;
}
