/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memfd_secret(2): memory that the kernel has taken out of its own mapping, so that only
 * those who map the file reach it. A page comes with the first fault and stays.
 */
#include "fault/backing.h"

#include "file/pagecache.h"

static vm_fault_t secretmem_fault(struct vm_fault *vmf)
{
	struct gupsim_file *file = gupsim_file(vmf->vma->vm_file);

	if (vmf->pgoff >= file->nr_pages)
		return VM_FAULT_SIGBUS;
	vmf->page = find_get_page(&file->mapping, vmf->pgoff);
	if (!vmf->page)
		vmf->page = secretmem_alloc_add(&file->mapping, vmf->pgoff);
	if (!vmf->page)
		return VM_FAULT_OOM;
	lock_page(vmf->page);
	return VM_FAULT_LOCKED;
}

const struct vm_operations_struct secretmem_vm_ops = {
	.fault = secretmem_fault,
};
