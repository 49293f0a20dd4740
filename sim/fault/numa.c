/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults that NUMA hints ask for. A kernel notes who came, and may move the page to his
 * node (numa_migrate_prep()); here all memory is of one node, and the page stays.
 */
#include "fault/fault.h"
#include "vm/huge_memory.h"
#include "vm/mprotect.h"

typedef bool (*may_write_fn)(const struct vm_area_struct *vma, pte_t entry);

/* The hint has kept the write bit; or it has not, and who may write is asked for anew. */
static bool was_writable(const struct vm_fault *vmf, pte_t entry, may_write_fn may_write)
{
	struct base *base = mm_base(vmf->vma->vm_mm);

	if (base_rule(base, RULE_HINT_WRITE) == HINT_WRITE_KEPT)
		return pte_write(fault_orig_pte(vmf));
	return pte_write(entry) || may_write(vmf->vma, entry);
}

static vm_fault_t take_back(struct vm_fault *vmf, const char *func,
			    may_write_fn may_write)
{
	pte_t entry = pte_modify(fault_orig_pte(vmf), vmf->vma->vm_page_prot);
	bool writable = was_writable(vmf, entry, may_write);

	base_decision(mm_base(vmf->vma->vm_mm), func, RULE_HINT_WRITE,
		      writable ? "the entry is writable again"
			       : "the entry is there again, for reading");
	entry = pte_mkyoung(entry);
	set_pte(vmf->pte, writable ? pte_mkwrite(entry) : entry);
	return 0;
}

vm_fault_t do_numa_page(struct vm_fault *vmf)
{
	return take_back(vmf, __func__, can_change_pte_writable);
}

vm_fault_t do_huge_pmd_numa_page(struct vm_fault *vmf)
{
	return take_back(vmf, __func__, can_change_pmd_writable);
}
