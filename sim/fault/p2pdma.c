/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file by which users map memory of a PCI device (p2pmem/allocate in sysfs). mmap()
 * takes pages from the device's pool and puts them in with vm_insert_page(); the driver
 * keeps no reference, so that a page goes back with its last one.
 */
#include "fault/backing.h"

#include <errno.h>

/* kernfs has one for all its files. It does nothing, and locks nothing. */
static vm_fault_t kernfs_vma_page_mkwrite(struct vm_fault *vmf)
{
	(void)vmf;
	return 0;
}

const struct vm_operations_struct p2pdma_vm_ops = {
	.page_mkwrite = kernfs_vma_page_mkwrite,
};

/* ->mmap() has run before the mapping wants to hear of writes: ptes are writable. */
static void map_one(const struct vm_area_struct *vma, pte_t *ptep, struct page *page)
{
	page->private = 1; /* see p2pdma_in_use() */
	page_ref_becomes(page, REF_BASE, REF_MAPPING);
	page_add_file_rmap(page, vma);
	set_pte(ptep, mk_pte(page, vm_get_page_prot(vma->vm_flags)));
}

/* p2pmem_alloc_mmap() */
int p2pdma_populate(struct vm_area_struct *vma)
{
	struct gupsim_file *file = gupsim_file(vma->vm_file);
	struct page *page = p2pdma_find_idle(file, vma_pages(vma));

	if (!page)
		return base_error(mm_base(vma->vm_mm), -ENOMEM,
				  "%s has not so many pages in a row left", file->name);
	for (unsigned long address = vma->vm_start; address < vma->vm_end;
	     address += PAGE_SIZE) {
		pte_t *ptep = pte_alloc_map(vma->vm_mm, address);

		if (!ptep)
			return -ENOMEM;
		map_one(vma, ptep, page++);
	}
	return 0;
}
