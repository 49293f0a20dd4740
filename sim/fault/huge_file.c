/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the top down: an entry that is none is offered to the file, one that is a leaf is
 * good or is to become writable. While the file is asked, vmf->pte is the entry.
 */
#include "fault/huge_file.h"

#include "fault/huge_memory.h"
#include "vm/devmap.h"

static vm_fault_t create_huge(struct vm_fault *vmf, unsigned int order)
{
	const struct vm_operations_struct *ops = vmf->vma->vm_ops;

	if (!ops->huge_fault || !transparent_hugepage_enabled(vmf->vma))
		return VM_FAULT_FALLBACK;
	return ops->huge_fault(vmf, order);
}

/* A file has no say in copies; it had to find out itself on older releases. */
static bool asks_file(const struct vm_area_struct *vma)
{
	return vma->vm_ops->huge_fault &&
	       ((vma->vm_flags & VM_MAYSHARE) || unshares_anon_alone(vma));
}

/*
 * wp_huge_pmd() and wp_huge_pud(). Copies, and what the file does not do on this level,
 * are made by ptes.
 */
static vm_fault_t wp_huge(struct vm_fault *vmf, unsigned int order)
{
	const struct vm_operations_struct *ops = vmf->vma->vm_ops;
	vm_fault_t ret =
		asks_file(vmf->vma) ? ops->huge_fault(vmf, order) : VM_FAULT_FALLBACK;

	if (!(ret & VM_FAULT_FALLBACK))
		return ret;
	base_decision_at(mm_base(vmf->vma->vm_mm), __func__, vmf->address,
			 "the huge mapping is given up for ptes");
	zap_special_huge(vmf->pte);
	return VM_FAULT_FALLBACK;
}

/* Puds are never unshared. */
static unsigned int needs_write(unsigned int order)
{
	return order == HPAGE_PUD_ORDER ? FAULT_FLAG_WRITE
					: FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE;
}

static vm_fault_t fault_at(struct vm_fault *vmf, void *entry, unsigned int order)
{
	pte_t leaf = *(pte_t *)entry;

	vmf->pte = entry;
	vmf->orig_pte = leaf.pte;
	if (pte_none(leaf))
		return create_huge(vmf, order);
	if (leads_to_table(leaf.pte))
		return VM_FAULT_FALLBACK;
	if ((vmf->flags & needs_write(order)) && !pte_write(leaf))
		return wp_huge(vmf, order);
	touch_pmd(entry, vmf->flags & FAULT_FLAG_WRITE);
	return 0;
}

vm_fault_t handle_file_huge_fault(struct vm_area_struct *vma, unsigned long address,
				  unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = address & PAGE_MASK,
		.pgoff = linear_page_index(vma, address),
		.flags = flags,
	};
	pud_t *pud = pud_alloc(vma->vm_mm, address);
	vm_fault_t ret;
	pmd_t *pmd;

	if (!pud)
		return VM_FAULT_OOM;
	ret = fault_at(&vmf, pud, HPAGE_PUD_ORDER);
	if (!(ret & VM_FAULT_FALLBACK))
		return ret;
	pmd = pmd_alloc(vma->vm_mm, address);
	return pmd ? fault_at(&vmf, pmd, HPAGE_PMD_ORDER) : VM_FAULT_OOM;
}

vm_fault_t vmf_insert_pfn_huge(struct vm_fault *vmf, unsigned long pfn, bool write)
{
	pte_t entry = *(pte_t *)vmf->pte;

	if (pte_none(entry))
		entry = pte_mkhuge_devmap(pfn_pte(pfn, vmf->vma->vm_page_prot));
	if (write)
		entry = maybe_mkwrite(pte_mkdirty(pte_mkyoung(entry)), vmf->vma);
	set_pte(vmf->pte, entry);
	return VM_FAULT_NOPAGE;
}

void dax_associate_entry(struct address_space *mapping, struct page *page, pgoff_t index,
			 unsigned long nr)
{
	if (PageHead(page)) /* its tails have none of their own */
		nr = 1;
	for (unsigned long i = 0; i < nr; i++) {
		page[i].mapping = mapping;
		page[i].index = index + i;
	}
}
