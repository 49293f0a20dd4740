/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory mapped straight from a pmem device: files of a DAX file system, and device dax.
 */
#include "fault/backing.h"

#include "vm/zap.h"

static vm_fault_t insert_pfn(struct vm_fault *vmf, unsigned long pfn, bool mkwrite)
{
	struct phys *phys = mm_phys(vmf->vma->vm_mm);
	pte_t *ptep = fault_pte(vmf);
	pte_t entry;

	if (!ptep)
		return VM_FAULT_OOM;
	entry = pfn_pte(pfn, vmf->vma->vm_page_prot);
	entry = is_zone_device_page(pfn_to_page(phys, pfn)) ? pte_mkdevmap(entry)
							    : pte_mkspecial(entry);
	if (mkwrite)
		entry = maybe_mkwrite(pte_mkdirty(pte_mkyoung(entry)), vmf->vma);
	set_pte(ptep, entry);
	return VM_FAULT_NOPAGE;
}

static vm_fault_t map_block(struct vm_fault *vmf, unsigned long pfn, bool mkwrite)
{
	struct page *page = pfn_to_page(mm_phys(vmf->vma->vm_mm), pfn);

	page->mapping = vmf->vma->vm_file->f_mapping;
	page->index = vmf->pgoff;
	return insert_pfn(vmf, pfn, mkwrite);
}

static vm_fault_t copy_block(struct vm_fault *vmf, unsigned long pfn)
{
	struct page *block = pfn_to_page(mm_phys(vmf->vma->vm_mm), pfn);
	vm_fault_t ret;

	if (pfn && copy_highpage(vmf->cow_page, block))
		return VM_FAULT_OOM;
	ret = finish_fault(vmf);
	return ret ? ret : VM_FAULT_DONE_COW;
}

static vm_fault_t ext4_dax_fault(struct vm_fault *vmf)
{
	struct gupsim_file *file = gupsim_file(vmf->vma->vm_file);
	bool write = vmf->flags & FAULT_FLAG_WRITE;
	vm_fault_t major = 0;

	if (vmf->pgoff >= file->nr_pages)
		return VM_FAULT_SIGBUS;
	if (vmf->cow_page)
		return copy_block(vmf, file->extents[vmf->pgoff]);
	if (!file->extents[vmf->pgoff]) {
		if (!write)
			return insert_pfn(vmf, ZERO_PFN, false);
		if (file_allocate_block(file, vmf->pgoff))
			return VM_FAULT_SIGBUS;
		/* Whoever maps the hole as the zero page must fault again. */
		unmap_mapping_pages(&file->mapping, vmf->pgoff, vmf->pgoff + 1, false);
		major = VM_FAULT_MAJOR;
	}
	return map_block(vmf, file->extents[vmf->pgoff], write) | major;
}

static vm_fault_t dev_dax_fault(struct vm_fault *vmf)
{
	struct gupsim_file *file = gupsim_file(vmf->vma->vm_file);

	if (vmf->pgoff >= file->nr_pages || file->pmem->pgmap.dying)
		return VM_FAULT_SIGBUS;
	return map_block(vmf, file->pmem->pgmap.start_pfn + vmf->pgoff, false);
}

const struct vm_operations_struct ext4_dax_vm_ops = {
	.fault = ext4_dax_fault,
	.page_mkwrite = ext4_dax_fault,
	.pfn_mkwrite = ext4_dax_fault,
};

const struct vm_operations_struct dev_dax_vm_ops = {
	.fault = dev_dax_fault,
};
