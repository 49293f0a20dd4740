/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which VMAs may be pinned from. Invariant: only the VMA's flags and what it maps are
 * asked; no page is looked at.
 */
#include "gup/gup.h"
#include "gup/seam.h"
#include "mm/hugetlb.h"
#include "mm/pkey.h"

#include <errno.h>

/*
 * A file system that tracks dirty pages must hear of writes, and a pin tells of none. The
 * kernel's two functions differ by soft-dirty bits and userfaultfd: there are none here.
 */
static bool vma_needs_dirty_tracking(const struct vm_area_struct *vma)
{
	return vma_wants_writenotify(vma);
}

static bool writable_file_mapping_allowed(const struct vm_area_struct *vma,
					  unsigned int gup_flags)
{
	return (gup_flags & (FOLL_PIN | FOLL_LONGTERM)) != (FOLL_PIN | FOLL_LONGTERM) ||
	       rule_is(VMA_FILE_WRITE, FILE_WRITE_ACCEPTED) ||
	       !vma_needs_dirty_tracking(vma);
}

static int check_vma_write(const struct vm_area_struct *vma, unsigned int gup_flags)
{
	if (!vma_is_anonymous(vma) && !writable_file_mapping_allowed(vma, gup_flags))
		return base_decided(current_base(), "check_vma_flags",
				    "the file system tracks dirty pages",
				    RULE_VMA_FILE_WRITE, -EFAULT);
	if (vma->vm_flags & VM_WRITE)
		return 0;
	if (!(gup_flags & FOLL_FORCE))
		return decided_in("check_vma_flags", -EFAULT,
				  "FOLL_WRITE without VM_WRITE");
	if (is_vm_hugetlb_page(vma) && rule_is(HUGETLB_FORCE, HUGETLB_FORCE_REFUSED))
		return base_decided(current_base(), "check_vma_flags",
				    "huge pages are not written to by force",
				    RULE_HUGETLB_FORCE, -EFAULT);
	if (!is_cow_mapping(vma->vm_flags))
		return decided_in("check_vma_flags", -EFAULT,
				  "a forced write, and not a COW mapping");
	return 0;
}

static int check_vma_read(const struct vm_area_struct *vma, unsigned int gup_flags)
{
	if (vma->vm_flags & VM_READ)
		return 0;
	if (!(gup_flags & FOLL_FORCE))
		return decided_in("check_vma_flags", -EFAULT, "a read without VM_READ");
	if (!(vma->vm_flags & VM_MAYREAD))
		return decided_in("check_vma_flags", -EFAULT,
				  "a forced read without VM_MAYREAD");
	return 0;
}

int check_vma_flags(struct vm_area_struct *vma, unsigned int gup_flags)
{
	bool write = gup_flags & FOLL_WRITE;
	int error;

	if (vma->vm_flags & (VM_IO | VM_PFNMAP))
		return decided(-EFAULT, "VM_IO or VM_PFNMAP: there are no pages to pin");
	if ((gup_flags & FOLL_ANON) && !vma_is_anonymous(vma))
		return decided(-EFAULT, "FOLL_ANON, and the VMA is not anonymous");
	if ((gup_flags & FOLL_LONGTERM) && vma_is_fsdax(vma) &&
	    rule_is(VMA_FSDAX, FSDAX_REFUSED))
		return decided_by(VMA_FSDAX, -EOPNOTSUPP,
				  "a VMA of a file on an fsdax device");
	if ((gup_flags & FOLL_SPLIT_PMD) && is_vm_hugetlb_page(vma) &&
	    rule_is(HUGETLB_SPLIT_PMD, HUGETLB_SPLIT_PMD_REFUSED))
		return decided_by(HUGETLB_SPLIT_PMD, -EOPNOTSUPP,
				  "FOLL_SPLIT_PMD of huge pages");
	if (unlikely(vma_is_secretmem(vma)) && rule_is(VMA_SECRETMEM, SECRETMEM_REFUSED))
		return decided_by(VMA_SECRETMEM, -EFAULT, "memory of a memfd_secret");
	error = (write ? check_vma_write : check_vma_read)(vma, gup_flags);
	if (!error && !arch_vma_access_permitted(vma, write, gup_flags & FOLL_REMOTE))
		return decided(-EFAULT, "current has no access by the protection key");
	return error;
}
