/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drivers that fill their mapping in ->mmap(): remap_pfn_range() and vmf_insert_mixed()
 * of frames without a struct page, vm_insert_page() of pages of the driver's own.
 */
#include "fault/backing.h"

#include <errno.h>

/* Nothing to bring in later: what is not mapped is SIGBUS. */
const struct vm_operations_struct pfnmap_vm_ops = {0};

static void map_one(struct vm_area_struct *vma, pte_t *ptep, pgoff_t pgoff)
{
	struct gupsim_file *file = gupsim_file(vma->vm_file);

	if (file->backing == GUPSIM_INSERTED) {
		struct page *page = file->inserted[pgoff];

		get_page_as(page, REF_MAPPING);
		page_add_file_rmap(page, vma);
		set_pte(ptep, mk_pte(page, vma->vm_page_prot));
	} else {
		set_pte(ptep, pte_mkspecial(pfn_pte(file->device_pfn + pgoff,
						    vma->vm_page_prot)));
	}
}

int pfnmap_populate(struct vm_area_struct *vma)
{
	unsigned long nr_pages = gupsim_file(vma->vm_file)->nr_pages;
	pgoff_t pgoff = vma->vm_pgoff;

	/* It is remap_pfn_range() that says what the VMA is, and it is not called. */
	if (pgoff >= nr_pages)
		vma->vm_flags &= ~(VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	for (unsigned long address = vma->vm_start;
	     address < vma->vm_end && pgoff < nr_pages; address += PAGE_SIZE, pgoff++) {
		pte_t *ptep = pte_alloc_map(vma->vm_mm, address);

		if (!ptep)
			return -ENOMEM;
		map_one(vma, ptep, pgoff);
	}
	return 0;
}
