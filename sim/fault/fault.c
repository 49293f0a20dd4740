/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kind of fault it is; and anonymous memory: the zero page for readers, a page of
 * one's own for writers. */
#include "fault/huge_memory.h"
#include "fault/hugetlb.h"

#include "mm/hugetlb.h"
#include "mm/pkey.h"

#include <errno.h>

static vm_fault_t map_zero_page(struct vm_area_struct *vma, pte_t *ptep)
{
	set_pte(ptep, pte_mkspecial(pfn_pte(ZERO_PFN, vma->vm_page_prot)));
	return 0;
}

/*
 * A forced write into a mapping without VM_WRITE gets its page read-only and clean here:
 * a second fault, on the present pte, breaks COW and says so.
 */
static vm_fault_t do_anonymous_page(struct vm_area_struct *vma, unsigned long address,
				    pte_t *ptep, unsigned int flags)
{
	struct page *page;
	pte_t entry;

	if (vma->vm_flags & VM_SHARED)
		return VM_FAULT_SIGBUS;
	if (unlikely(!ptep))
		ptep = pte_alloc_map(vma->vm_mm, address);
	if (unlikely(!ptep))
		return VM_FAULT_OOM;
	if (!(flags & FAULT_FLAG_WRITE))
		return map_zero_page(vma, ptep);
	page = alloc_anon_page(vma, REF_MAPPING);
	if (unlikely(!page))
		return VM_FAULT_OOM;
	entry = mk_pte(page, vma->vm_page_prot);
	if (vma->vm_flags & VM_WRITE)
		entry = pte_mkwrite(pte_mkdirty(entry));
	map_anon_page(vma, address, ptep, page, entry);
	return 0;
}

vm_fault_t migration_entry_wait(const struct mm_struct *mm, pte_t entry)
{
	wait_for_migration(pfn_to_page(mm_phys(mm), pte_pfn(entry)));
	return VM_FAULT_SIGBUS;
}

static vm_fault_t handle_present_pte(struct vm_fault *vmf)
{
	bool write = vmf->flags & FAULT_FLAG_WRITE;
	pte_t entry = fault_orig_pte(vmf);

	if (vmf->flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE)) {
		if (!pte_write(entry))
			return do_wp_page(vmf);
		if (write)
			entry = pte_mkdirty(entry);
	}
	ptep_set_access_flags(vmf->pte, pte_mkyoung(entry), write);
	return 0;
}

static vm_fault_t retried(struct base *base, vm_fault_t ret)
{
	if (ret & VM_FAULT_RETRY)
		base_point(base, GUPSIM_POINT_FAULT_RETRY);
	return ret;
}

/* Kept apart: the anonymous fault does without the frame that a struct vm_fault takes. */
__attribute__((noinline)) static vm_fault_t handle_pte_fault(struct vm_area_struct *vma,
							     unsigned long address,
							     pte_t *ptep,
							     unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = address & PAGE_MASK,
		.pgoff = linear_page_index(vma, address),
		.pte = ptep,
		.flags = flags,
	};
	struct base *base = mm_base(vma->vm_mm); /* the VMA may be gone afterwards */

	if (!ptep || pte_none(*ptep))
		return retried(base, do_fault(&vmf));
	vmf.orig_pte = ptep->pte;
	if (!pte_present(*ptep))
		return migration_entry_wait(vma->vm_mm, *ptep);
	if (unlikely(pte_protnone(*ptep)) && vma_is_accessible(vma))
		return do_numa_page(&vmf);
	return retried(base, handle_present_pte(&vmf));
}

vm_fault_t fault_forced_to_retry(struct mm_struct *mm, unsigned long address,
				 unsigned int flags)
{
	struct base *base = mm_base(mm);

	/* Whoever comes again as if for the first time would do so for ever. */
	if (!fault_may_retry(base, flags) ||
	    (base->retried_at == address && base->retried_in == base->last_call))
		return 0;
	base->retried_at = address;
	base->retried_in = base->last_call;
	base_decision_at(base, "handle_mm_fault", address,
			 "forced: mmap_sem is released, and the fault is retried");
	base_point(base, GUPSIM_POINT_LOCK_DROPPING);
	up_read(&mm->mmap_sem);
	base_point(base, GUPSIM_POINT_LOCK_DROPPED);
	return retried(base, VM_FAULT_RETRY);
}

/* What a task does itself was held against its own PKRU before, be it current or not. */
SIM_COLD static bool pkey_permits_fault(const struct vm_area_struct *vma,
					unsigned int flags)
{
	return (flags & FAULT_FLAG_USER) ||
	       arch_vma_access_permitted(vma, flags & FAULT_FLAG_WRITE,
					 flags & FAULT_FLAG_REMOTE);
}

vm_fault_t sanitize_fault_flags(const struct vm_area_struct *vma, unsigned int *flags)
{
	struct base *base = mm_base(vma->vm_mm);
	unsigned int rule = base_rule(base, RULE_MUST_UNSHARE);

	if (!(*flags & FAULT_FLAG_UNSHARE))
		return 0;
	if (rule == MUST_UNSHARE_LONGTERM &&
	    base_warn_on(base, *flags & FAULT_FLAG_WRITE, "handle_mm_fault",
			 "FAULT_FLAG_UNSHARE with FAULT_FLAG_WRITE"))
		return VM_FAULT_SIGSEGV;
	if (rule == MUST_UNSHARE_NONE ||
	    (rule == MUST_UNSHARE_LONGTERM && !is_cow_mapping(vma->vm_flags))) {
		base_decision(base, "handle_mm_fault", RULE_MUST_UNSHARE,
			      "nothing to unshare: a fault like any other");
		*flags &= ~FAULT_FLAG_UNSHARE;
	}
	return 0;
}

/* __handle_mm_fault(), which finds the entry that the fault is about, is part of it. */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
			   unsigned int flags)
{
	pte_t *ptep = mm_find_pte(vma->vm_mm, address);

	if (unlikely(vma_pkey(vma)) && !pkey_permits_fault(vma, flags))
		return VM_FAULT_SIGSEGV;
	if (unlikely(!ptep)) {
		vm_fault_t ret = is_vm_hugetlb_page(vma)
					 ? hugetlb_fault(vma, address, flags)
					 : handle_huge_fault(vma, address, flags);

		if (!(ret & VM_FAULT_FALLBACK))
			return ret;
		ptep = mm_find_pte(vma->vm_mm, address);
	}
	if (vma_is_anonymous(vma) && (!ptep || pte_none(*ptep)))
		return do_anonymous_page(vma, address, ptep, flags);
	return handle_pte_fault(vma, address, ptep, flags);
}

/*
 * Charged to tsk, each pass counts for what it did, also one that comes back to be
 * repeated. Charged to current, by mm_account_fault() since v5.9, a fault counts once,
 * when it has ended, and as a major one if it took a second try.
 */
void count_fault(struct task_struct *task, unsigned int flags, vm_fault_t ret)
{
	struct base *base = task ? task->sim->base : NULL;
	bool major = ret & VM_FAULT_MAJOR;

	if (!task)
		return;
	if (base_rule(base, RULE_FAULT_COUNT) == FAULT_COUNT_CURRENT) {
		if (ret & VM_FAULT_RETRY) {
			base_decision(base, "handle_mm_fault", RULE_FAULT_COUNT,
				      "a fault to be retried is not counted yet");
			return;
		}
		if (!major && (flags & FAULT_FLAG_TRIED))
			base_decision(base, "handle_mm_fault", RULE_FAULT_COUNT,
				      "the fault was tried before: it counts as major");
		major |= flags & FAULT_FLAG_TRIED;
	}
	if (major)
		task->maj_flt++;
	else
		task->min_flt++;
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
