/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kind of fault it is. */
#include "fault/fault.h"

#include <errno.h>

static vm_fault_t handle_present_pte(struct vm_fault *vmf, pte_t *ptep)
{
	pte_t entry = fault_orig_pte(vmf);

	if (vmf->flags & FAULT_FLAG_WRITE) {
		if (!pte_write(entry))
			return do_wp_page(vmf);
		entry = pte_mkdirty(entry);
	}
	set_pte(ptep, pte_mkyoung(entry));
	return 0;
}

static vm_fault_t handle_pte_fault(struct vm_fault *vmf)
{
	pmd_t *pmd = vmf->pmd;
	pte_t *ptep = pmd_none(*pmd) ? NULL : pte_offset_map(pmd, vmf->address);

	if (!ptep || pte_none(*ptep))
		return vma_is_anonymous(vmf->vma) ? do_anonymous_page(vmf)
						  : do_fault(vmf);
	vmf->orig_pte = ptep->pte;
	if (!pte_present(*ptep)) {
		base_die(mm_base(vmf->vma->vm_mm), GUPSIM_DEAD_BLOCKS,
			 "a page migration");
		return VM_FAULT_SIGBUS;
	}
	return handle_present_pte(vmf, ptep);
}

vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
			   unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = address & PAGE_MASK,
		.flags = flags,
		.pgoff = linear_page_index(vma, address),
		.pmd = pmd_alloc(vma->vm_mm, address),
	};

	return vmf.pmd ? handle_pte_fault(&vmf) : VM_FAULT_OOM;
}

int vm_fault_to_errno(vm_fault_t fault, int foll_flags)
{
	if (fault & VM_FAULT_OOM)
		return -ENOMEM;
	if (fault & (VM_FAULT_HWPOISON | VM_FAULT_HWPOISON_LARGE))
		return foll_flags & FOLL_HWPOISON ? -EHWPOISON : -EFAULT;
	if (fault & (VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV))
		return -EFAULT;
	return 0;
}

struct gupsim_file *maybe_unlock_mmap_for_io(struct vm_fault *vmf,
					     struct gupsim_file *fpin)
{
	struct mm_struct *mm;

	/* Once it is released the VMA may be gone: nothing of it is read. */
	if (fpin || (vmf->flags & (FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT)) !=
			    FAULT_FLAG_ALLOW_RETRY)
		return fpin;
	mm = vmf->vma->vm_mm;
	fpin = gupsim_file(vmf->vma->vm_file);
	file_get(fpin);
	base_decision_at(mm_base(mm), __func__, vmf->address,
			 "the fault may retry: mmap_sem is released");
	up_read(&mm->mmap_sem);
	base_point(mm_base(mm), GUPSIM_POINT_LOCK_DROPPED);
	return fpin;
}
