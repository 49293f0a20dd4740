/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Device dax: memory of a pmem device without a file system. Invariant: it is mapped by
 * entries of the device's alignment, and by no others.
 */
#include "fault/backing.h"
#include "fault/huge_file.h"

#include <errno.h>

static unsigned long align_of(const struct vm_area_struct *vma)
{
	return gupsim_file(vma->vm_file)->pmem->align;
}

int dev_dax_mmap_problem(const struct vma_spec *spec)
{
	const struct gupsim_file *file = spec->file;
	struct base *base = file->phys->base;

	if (file->pmem->pgmap.dying)
		return base_error(base, -ENXIO, "%s is going away", file->name);
	if (!(spec->vm_flags & VM_MAYSHARE))
		return base_error(base, -EINVAL, "%s can only be mapped shared",
				  file->name);
	if ((spec->start | spec->end | spec->pgoff << PAGE_SHIFT) % file->pmem->align)
		return base_error(base, -EINVAL, "%s is mapped in units of %lu KiB",
				  file->name, file->pmem->align >> 10);
	if (!(file->inode.i_flags & S_DAX))
		return base_error(base, -EINVAL, "%s is not mapped without FS_DAX",
				  file->name);
	return 0;
}

static bool is_outside(const struct vm_fault *vmf, unsigned long size)
{
	unsigned long start = vmf->address & ~(size - 1);

	return start < vmf->vma->vm_start || start + size > vmf->vma->vm_end;
}

static bool has_frames(const struct gupsim_file *file, pgoff_t index, unsigned long nr)
{
	return index + nr <= file->nr_pages && !file->pmem->pgmap.dying;
}

static vm_fault_t dev_dax_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	struct gupsim_file *file = gupsim_file(vmf->vma->vm_file);
	unsigned long size = PAGE_SIZE << order, nr = 1UL << order, pfn;
	pgoff_t index = vmf->pgoff & ~(nr - 1);
	bool write = vmf->flags & FAULT_FLAG_WRITE;

	if (size > file->pmem->align)
		return VM_FAULT_FALLBACK;
	if (size < file->pmem->align || is_outside(vmf, size) ||
	    !has_frames(file, index, nr))
		return VM_FAULT_SIGBUS;
	pfn = file->pmem->pgmap.start_pfn + index;
	dax_associate_entry(&file->mapping, pfn_to_page(file->phys, pfn), index, nr);
	return order ? vmf_insert_pfn_huge(vmf, pfn, write)
		     : vmf_insert_pfn_pte(vmf, pfn, false);
}

static vm_fault_t dev_dax_fault(struct vm_fault *vmf)
{
	return dev_dax_huge_fault(vmf, 0);
}

static int dev_dax_may_split(struct vm_area_struct *vma, unsigned long address)
{
	if (address % align_of(vma) == 0)
		return 0;
	return base_error(mm_base(vma->vm_mm), -EINVAL,
			  "%s is mapped in units of %lu KiB",
			  gupsim_file(vma->vm_file)->name, align_of(vma) >> 10);
}

const struct vm_operations_struct dev_dax_vm_ops = {
	.may_split = dev_dax_may_split,
	.fault = dev_dax_fault,
	.huge_fault = dev_dax_huge_fault,
};
