/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which operations a backing has. */
#include "fault/backing.h"

#include "phys/hugetlb.h"

#include <errno.h>

static int check_file_mode(struct vma_spec *spec)
{
	if (spec->file->file.f_mode & FMODE_WRITE || !(spec->vm_flags & VM_SHARED))
		return 0;
	if (spec->vm_flags & VM_WRITE)
		return base_error(spec->file->phys->base, -EACCES,
				  "%s is open for reading only", spec->file->name);
	spec->vm_flags &= ~(VM_SHARED | VM_MAYWRITE);
	return 0;
}

static const struct {
	const struct vm_operations_struct *ops;
	unsigned long vm_flags;
	bool must_share; /* a private mapping makes no sense for it */
} backings[] = {
	[GUPSIM_DISK] = {&ext4_file_vm_ops, 0, false},
	[GUPSIM_SHMEM] = {&shmem_vm_ops, 0, false},
	[GUPSIM_FSDAX] = {&ext4_dax_vm_ops, VM_HUGEPAGE, false},
	[GUPSIM_DEVDAX] = {&dev_dax_vm_ops, VM_HUGEPAGE, false}, /* check_vma() asks */
	[GUPSIM_PFNMAP] = {&pfnmap_vm_ops,
			   VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP, true},
	[GUPSIM_MIXEDMAP] = {&pfnmap_vm_ops, VM_MIXEDMAP, true},
	[GUPSIM_INSERTED] = {&pfnmap_vm_ops, VM_MIXEDMAP, true},
	[GUPSIM_P2PDMA] = {&p2pdma_vm_ops, VM_MIXEDMAP, true},
	[GUPSIM_SECRETMEM] = {&secretmem_vm_ops, VM_DONTDUMP, true},
	[GUPSIM_HUGETLB] = {&hugetlb_vm_ops, VM_HUGETLB | VM_DONTEXPAND, false},
};

/* Its pages are not cut. */
static int hugetlb_mmap_problem(const struct vma_spec *spec)
{
	uint64_t size = spec->file->hstate ? huge_page_size(spec->file->hstate) : 1;

	if (!((spec->start | spec->end | spec->pgoff << PAGE_SHIFT) & (size - 1)))
		return 0;
	return base_error(spec->file->phys->base, -EINVAL,
			  "a mapping of huge pages begins and ends with one");
}

int backing_mmap(struct vma_spec *spec)
{
	int error;

	if (!spec->file)
		return 0;
	error = check_file_mode(spec);
	if (error)
		return error;
	error = spec->file->backing == GUPSIM_DEVDAX ? dev_dax_mmap_problem(spec) : 0;
	if (error)
		return error;
	if (backings[spec->file->backing].must_share && !(spec->vm_flags & VM_MAYSHARE))
		return base_error(spec->file->phys->base, -EINVAL,
				  "%s can only be mapped shared", spec->file->name);
	if (spec->file->backing == GUPSIM_P2PDMA && spec->pgoff)
		return base_error(spec->file->phys->base, -EINVAL,
				  "%s can only be mapped at offset 0", spec->file->name);
	error = hugetlb_mmap_problem(spec);
	if (error)
		return error;
	spec->vm_ops = backings[spec->file->backing].ops;
	/* remap_pfn_range() marks what it maps, which may be nothing. */
	if (spec->file->backing != GUPSIM_PFNMAP || spec->pgoff < spec->file->nr_pages)
		spec->vm_flags |= backings[spec->file->backing].vm_flags;
	return 0;
}

int backing_populate(struct vm_area_struct *vma)
{
	return vma->vm_ops == &hugetlb_vm_ops  ? hugetlbfs_file_mmap(vma)
	       : vma->vm_ops == &pfnmap_vm_ops ? pfnmap_populate(vma)
	       : vma->vm_ops == &p2pdma_vm_ops ? p2pdma_populate(vma)
					       : 0;
}
