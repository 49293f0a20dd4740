/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults that NUMA hints ask for. A kernel notes who came, and may move the page to his
 * node; here all memory is of one node, and the page stays.
 */
#include "fault/fault.h"
#include "vm/mprotect.h"

/* The hint has kept the write bit; or it has not, and who may write is asked for anew. */
static bool was_writable(const struct vm_fault *vmf, pte_t pte)
{
	struct base *base = mm_base(vmf->vma->vm_mm);

	if (base_rule(base, RULE_HINT_WRITE) == HINT_WRITE_KEPT)
		return pte_write(fault_orig_pte(vmf));
	return pte_write(pte) || can_change_pte_writable(vmf->vma, pte);
}

vm_fault_t do_numa_page(struct vm_fault *vmf)
{
	pte_t pte = pte_modify(fault_orig_pte(vmf), vmf->vma->vm_page_prot);
	bool writable = was_writable(vmf, pte);

	base_decision(mm_base(vmf->vma->vm_mm), __func__, RULE_HINT_WRITE,
		      writable ? "the pte is writable again"
			       : "the pte is there again, for reading");
	pte = pte_mkyoung(pte);
	set_pte(vmf->pte, writable ? pte_mkwrite(pte) : pte);
	return 0;
}
