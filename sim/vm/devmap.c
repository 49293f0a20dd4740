/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mprotect() of what a device is mapped with hugely. */
#include "vm/devmap.h"

#include "mm/pgtable.h"

/* Up to v6.11 a pud that is a leaf is taken for a table gone bad, and cleared. */
static void change_huge_pud(const struct vm_area_struct *vma, pte_t *leaf)
{
	struct base *base = mm_base(vma->vm_mm);
	bool kept = base_rule(base, RULE_MPROTECT_PUD) == MPROTECT_PUD_CHANGED;

	base_decision(base, "change_pud_range", RULE_MPROTECT_PUD,
		      kept ? "the pud has another protection"
			   : "the pud is taken for a bad one, and cleared");
	set_pte(leaf, kept ? pte_modify(*leaf, vma->vm_page_prot) : (pte_t){0});
}

/* A shared pmd that is dirty already has nothing to tell the file system. */
static pte_t changed_pmd(const struct vm_area_struct *vma, pte_t leaf)
{
	struct base *base = mm_base(vma->vm_mm);
	pte_t entry = pte_modify(leaf, vma->vm_page_prot);

	if (!vma_wants_writenotify(vma) || !pte_dirty(entry))
		return entry;
	base_decision(base, "change_huge_pmd", RULE_MPROTECT_HUGE,
		      "the pmd is shared, and dirty already");
	return base_rule(base, RULE_MPROTECT_HUGE) == MPROTECT_HUGE_WRITABLE
		       ? pte_mkwrite(entry)
		       : entry;
}

void change_special_huge(const struct vm_area_struct *vma, pte_t *leaf,
			 unsigned int shift)
{
	if (shift == PUD_SHIFT)
		change_huge_pud(vma, leaf);
	else
		set_pte(leaf, changed_pmd(vma, *leaf));
}
