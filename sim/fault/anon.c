/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Anonymous memory: the zero page for readers, a page of one's own for writers. */
#include "fault/fault.h"

struct page *alloc_anon_page(struct vm_fault *vmf)
{
	struct page *page;

	if (anon_vma_prepare(vmf->vma))
		return NULL;
	page = alloc_page(mm_phys(vmf->vma->vm_mm), GFP_HIGHUSER_MOVABLE, REF_MAPPING);
	if (page)
		SetPageUptodate(page);
	return page;
}

void map_anon_page(struct vm_fault *vmf, pte_t *ptep, struct page *page, pte_t entry)
{
	page_add_new_anon_rmap(page, vmf->vma, vmf->address);
	SetPageActive(page);
	lru_cache_add(page);
	set_pte(ptep, entry);
}

static vm_fault_t map_zero_page(struct vm_fault *vmf, pte_t *ptep)
{
	set_pte(ptep, pte_mkspecial(pfn_pte(ZERO_PFN, vmf->vma->vm_page_prot)));
	return 0;
}

/*
 * A forced write into a mapping without VM_WRITE gets its page read-only and clean here:
 * a second fault, on the present pte, breaks COW and says so.
 */
vm_fault_t do_anonymous_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page;
	pte_t *ptep, entry;

	if (vma->vm_flags & VM_SHARED)
		return VM_FAULT_SIGBUS;
	ptep = fault_pte(vmf);
	if (!ptep)
		return VM_FAULT_OOM;
	if (!(vmf->flags & FAULT_FLAG_WRITE))
		return map_zero_page(vmf, ptep);
	page = alloc_anon_page(vmf);
	if (!page)
		return VM_FAULT_OOM;
	entry = mk_pte(page, vma->vm_page_prot);
	if (vma->vm_flags & VM_WRITE)
		entry = pte_mkwrite(pte_mkdirty(entry));
	map_anon_page(vmf, ptep, page, entry);
	return 0;
}
