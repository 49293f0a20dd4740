/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mprotect() of what a device is mapped with hugely. */
#include "vm/devmap.h"

/* A shared pmd that is dirty already has nothing to tell the file system. */
void change_special_huge(const struct vm_area_struct *vma, pte_t *leaf)
{
	struct base *base = mm_base(vma->vm_mm);
	pte_t entry = pte_modify(*leaf, vma->vm_page_prot);

	if (vma_wants_writenotify(vma) && pte_dirty(entry)) {
		base_decision(base, "change_huge_pmd", RULE_MPROTECT_HUGE,
			      "the pmd is shared, and dirty already");
		if (base_rule(base, RULE_MPROTECT_HUGE) == MPROTECT_HUGE_WRITABLE)
			entry = pte_mkwrite(entry);
	}
	set_pte(leaf, entry);
}
