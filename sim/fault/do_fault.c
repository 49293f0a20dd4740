/* SPDX-License-Identifier: GPL-2.0-or-later */
/* First faults on mappings of files: read, private write, shared write. */
#include "fault/fault.h"

/* fault_around_bytes, 64 KiB by default, in pages. */
#define FAULT_AROUND_PAGES 16UL

static bool private_write(const struct vm_fault *vmf)
{
	return (vmf->flags & FAULT_FLAG_WRITE) && !(vmf->vma->vm_flags & VM_SHARED);
}

/* The window lies in one page table and in the VMA, and begins where 16 pages align. */
static void do_fault_around(struct vm_fault *vmf)
{
	const struct vm_area_struct *vma = vmf->vma;
	unsigned long mask = ~(FAULT_AROUND_PAGES * PAGE_SIZE - 1);
	unsigned long first = vmf->address & mask;
	unsigned long last = (vmf->address | ~PMD_MASK) & PAGE_MASK;

	if (first < vma->vm_start)
		first = vma->vm_start;
	if (last > first + (FAULT_AROUND_PAGES - 1) * PAGE_SIZE)
		last = first + (FAULT_AROUND_PAGES - 1) * PAGE_SIZE;
	if (last > vma->vm_end - PAGE_SIZE)
		last = vma->vm_end - PAGE_SIZE;
	vma->vm_ops->map_pages(vmf, linear_page_index(vma, first),
			       linear_page_index(vma, last));
}

/* Have the backing bring the page, locked. */
static vm_fault_t __do_fault(struct vm_fault *vmf)
{
	vm_fault_t ret = vmf->vma->vm_ops->fault(vmf);

	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY | VM_FAULT_DONE_COW))
		return ret;
	if (!(ret & VM_FAULT_LOCKED))
		lock_page(vmf->page);
	return ret;
}

static void map_file_page(struct page *page, const struct vm_area_struct *vma,
			  pte_t *ptep, pte_t entry)
{
	page_add_file_rmap(page, vma);
	set_pte(ptep, entry);
}

vm_fault_t finish_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page = private_write(vmf) ? vmf->cow_page : vmf->page;
	pte_t *ptep = fault_pte(vmf);
	pte_t entry;

	if (!ptep)
		return VM_FAULT_OOM;
	entry = mk_pte(page, vma->vm_page_prot);
	if (vmf->flags & FAULT_FLAG_WRITE)
		entry = maybe_mkwrite(pte_mkdirty(entry), vma);
	/* The reference that the fault has is the mapping's from here on. */
	page_ref_becomes(page, REF_KERNEL, REF_MAPPING);
	if (private_write(vmf))
		map_anon_page(vma, vmf->address, ptep, page, entry);
	else
		map_file_page(page, vma, ptep, entry);
	return 0;
}

static vm_fault_t do_read_fault(struct vm_fault *vmf)
{
	vm_fault_t ret;

	if (vmf->vma->vm_ops->map_pages &&
	    !base_rare(mm_base(vmf->vma->vm_mm), GUPSIM_RARE_NO_FAULT_AROUND)) {
		do_fault_around(vmf);
		if (vmf->pte && !pte_none(*fault_pte(vmf)))
			return VM_FAULT_NOPAGE;
	}
	ret = __do_fault(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret;
	ret |= finish_fault(vmf);
	unlock_page(vmf->page);
	if (ret & VM_FAULT_ERROR)
		put_page_as(vmf->page, REF_KERNEL);
	return ret;
}

static vm_fault_t copy_and_map(struct vm_fault *vmf)
{
	vm_fault_t ret;

	if (copy_highpage(vmf->cow_page, vmf->page))
		ret = VM_FAULT_OOM;
	else
		ret = finish_fault(vmf);
	unlock_page(vmf->page);
	put_page_as(vmf->page, REF_KERNEL);
	return ret;
}

static vm_fault_t do_cow_fault(struct vm_fault *vmf)
{
	vm_fault_t ret;

	vmf->cow_page = alloc_anon_page(vmf->vma, REF_KERNEL);
	if (!vmf->cow_page)
		return VM_FAULT_OOM;
	ret = __do_fault(vmf);
	if (ret & VM_FAULT_DONE_COW)
		return ret;
	if (!(ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)))
		ret |= copy_and_map(vmf);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		put_page_as(vmf->cow_page, REF_KERNEL);
	return ret;
}

vm_fault_t do_page_mkwrite(struct vm_fault *vmf)
{
	unsigned int flags = vmf->flags;
	vm_fault_t ret;

	vmf->flags = FAULT_FLAG_WRITE | FAULT_FLAG_MKWRITE;
	ret = vmf->vma->vm_ops->page_mkwrite(vmf);
	vmf->flags = flags;
	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_LOCKED))
		return ret;
	lock_page(vmf->page);
	if (!vmf->page->mapping) { /* truncated meanwhile: look again */
		unlock_page(vmf->page);
		return 0;
	}
	return ret | VM_FAULT_LOCKED;
}

/*
 * The lock goes before writers are throttled, if the fault may let it go. Its pte stands
 * then; whether it has to be retried all the same is the release's rule.
 */
vm_fault_t fault_dirty_shared_page(struct vm_fault *vmf, struct page *page)
{
	const struct vm_operations_struct *ops = vmf->vma->vm_ops;
	bool dirtied = set_page_dirty(page);
	struct gupsim_file *fpin;
	struct base *base;

	unlock_page(page);
	if (!(dirtied || ops->page_mkwrite) || !page_mapping(page))
		return 0;
	/* Without the lock the VMA may be gone. */
	base = mm_base(vmf->vma->vm_mm);
	fpin = maybe_unlock_mmap_for_io(vmf, NULL);
	if (!fpin)
		return 0;
	file_put(fpin);
	if (base_rule(base, RULE_SHARED_WRITE_END) == SHARED_WRITE_RETRY)
		return VM_FAULT_RETRY;
	base_decision(base, __func__, RULE_SHARED_WRITE_END,
		      "the fault is complete, without the lock");
	return VM_FAULT_COMPLETED;
}

static vm_fault_t do_shared_fault(struct vm_fault *vmf)
{
	vm_fault_t ret = __do_fault(vmf);

	if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
		return ret;
	if (vmf->vma->vm_ops->page_mkwrite) {
		vm_fault_t mkwrite;

		unlock_page(vmf->page);
		mkwrite = do_page_mkwrite(vmf);
		if (!mkwrite || (mkwrite & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))) {
			put_page_as(vmf->page, REF_KERNEL);
			return mkwrite;
		}
	}
	ret |= finish_fault(vmf);
	if (ret & VM_FAULT_ERROR) {
		unlock_page(vmf->page);
		put_page_as(vmf->page, REF_KERNEL);
		return ret;
	}
	return ret | fault_dirty_shared_page(vmf, vmf->page);
}

vm_fault_t do_fault(struct vm_fault *vmf)
{
	if (!vmf->vma->vm_ops->fault)
		return VM_FAULT_SIGBUS;
	if (!vmf_can_call_fault(vmf))
		return VM_FAULT_RETRY;
	if (!(vmf->flags & FAULT_FLAG_WRITE))
		return do_read_fault(vmf);
	if (!(vmf->vma->vm_flags & VM_SHARED))
		return do_cow_fault(vmf);
	return do_shared_fault(vmf);
}
