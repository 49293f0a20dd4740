/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults in mappings of huge pages: a page out of the pool, and copy on write. */
#include "fault/hugetlb.h"

#include "fault/backing.h"
#include "file/hugetlb.h"
#include "file/size.h"
#include "vm/hugetlb.h"

static int hugetlb_vm_op_split(struct vm_area_struct *vma, unsigned long addr)
{
	if (addr & ~huge_page_mask(hstate_vma(vma)))
		return base_error(mm_base(vma->vm_mm), -EINVAL,
				  "%#lx is inside a huge page", addr);
	return 0;
}

/* No fault asks for one of them: that there are some makes a mapping no anonymous one. */
const struct vm_operations_struct hugetlb_vm_ops = {
	.may_split = hugetlb_vm_op_split,
};

/* What is mapped to be written to grows by that. */
int hugetlbfs_file_mmap(struct vm_area_struct *vma)
{
	struct gupsim_file *file = gupsim_file(vma->vm_file);
	uint64_t end = (vma->vm_pgoff + vma_pages(vma)) << PAGE_SHIFT;
	int error = hugetlb_reserve_pages(vma);

	if (!error && (vma->vm_flags & VM_WRITE) && file->inode.i_size < (long long)end)
		file_set_size(file, end);
	return error;
}

static vm_fault_t no_huge_page(struct vm_area_struct *vma, unsigned long address)
{
	base_decision_at(mm_base(vma->vm_mm), "hugetlb_fault", address,
			 "the pool has no huge page left for it");
	return VM_FAULT_SIGBUS;
}

/* Children that still share the page lose it, so that the owner need not copy it. */
static void unmap_ref_private(struct vm_area_struct *vma, struct page *page,
			      unsigned long address)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	unsigned long index = linear_page_index(vma, address);
	unsigned long size = huge_page_size(hstate_vma(vma));
	struct vma *other;

	base_decision_at(mm_base(vma->vm_mm), __func__, address,
			 "the pool is exhausted: the children lose the page");
	list_for_each_entry (other, &mapping->i_mmap, i_mmap_link) {
		struct vm_area_struct *vm = &other->vm;
		unsigned long there =
			vm->vm_start + ((index - vm->vm_pgoff) << PAGE_SHIFT);

		if (vm == vma || (vm->vm_flags & VM_MAYSHARE) || other->resv_map ||
		    index < vm->vm_pgoff || index >= vm->vm_pgoff + vma_pages(vm))
			continue;
		unmap_hugepage_range(vm, there, there + size, page);
	}
}

static vm_fault_t copy_huge_page(struct vm_area_struct *vma, unsigned long address,
				 pte_t *ptep, struct page *old, struct page *page,
				 bool unshare)
{
	if (copy_user_huge_page(page, old)) {
		restore_reserve_on_error(vma, address, page);
		return VM_FAULT_OOM;
	}
	page_ref_becomes(page, REF_KERNEL, REF_MAPPING);
	hugepage_remove_rmap(old);
	hugepage_add_new_anon_rmap(page, vma, address);
	set_pte(ptep, make_huge_pte(vma, page, !unshare));
	put_page_as(old, REF_MAPPING);
	return 0;
}

/* The page is the writer's own: whoever merely holds it does not count. */
static bool reuse_huge_page(pte_t *ptep, struct page *page, bool unshare)
{
	if (page_mapcount(page) != 1 || !PageAnon(page))
		return false;
	SetPageAnonExclusive(page);
	if (!unshare)
		set_pte(ptep, pte_mkwrite(pte_mkdirty(*ptep)));
	return true;
}

static bool refuses_readonly(const struct vm_area_struct *vma, bool unshare)
{
	struct base *base = mm_base(vma->vm_mm);

	if (unshare || (vma->vm_flags & VM_WRITE) ||
	    base_rule(base, RULE_HUGETLB_WP_READONLY) == HUGETLB_WP_READONLY_WRITABLE)
		return false;
	base_warn(base, "hugetlb_wp", "a write where VM_WRITE is not set");
	base_decision(base, "hugetlb_wp", RULE_HUGETLB_WP_READONLY,
		      "huge pages are not written to by force");
	return true;
}

/*
 * hugetlb_cow() up to v5.15. The owner takes no page that was spoken for: each is for a
 * page not yet there.
 */
static vm_fault_t hugetlb_wp(struct vm_area_struct *vma, unsigned long address,
			     pte_t *ptep, unsigned int flags)
{
	struct page *old = pfn_to_page(mm_phys(vma->vm_mm), pte_pfn(*ptep));
	bool unshare = flags & FAULT_FLAG_UNSHARE;
	bool outside = sim_vma(vma)->resv_map && PageAnon(old);
	struct page *page;

	if (refuses_readonly(vma, unshare))
		return VM_FAULT_SIGSEGV;
	if (unshare && (vma->vm_flags & VM_MAYSHARE))
		return 0;
	if (reuse_huge_page(ptep, old, unshare))
		return 0;
	if (anon_vma_prepare(vma))
		return VM_FAULT_OOM;
	page = alloc_huge_page(vma, address, outside);
	if (page)
		return copy_huge_page(vma, address, ptep, old, page, unshare);
	if (!outside)
		return no_huge_page(vma, address);
	unmap_ref_private(vma, old, address);
	reuse_huge_page(ptep, old, unshare);
	return 0;
}

static vm_fault_t map_huge_page(struct vm_area_struct *vma, unsigned long address,
				pte_t *ptep, struct page *page, unsigned int flags)
{
	bool shared = vma->vm_flags & VM_SHARED;

	set_pte(ptep, make_huge_pte(vma, page, shared && (vma->vm_flags & VM_WRITE)));
	if (!(flags & FAULT_FLAG_WRITE) || shared)
		return 0;
	return hugetlb_wp(vma, address, ptep, flags);
}

static vm_fault_t map_cached_page(struct vm_area_struct *vma, unsigned long address,
				  pte_t *ptep, struct page *page, unsigned int flags)
{
	get_page_as(page, REF_MAPPING);
	hugepage_dup_rmap(page);
	return map_huge_page(vma, address, ptep, page, flags);
}

static vm_fault_t map_new_page(struct vm_area_struct *vma, unsigned long address,
			       pte_t *ptep, unsigned int flags)
{
	bool shared = vma->vm_flags & VM_MAYSHARE;
	struct page *page;

	if (!shared && anon_vma_prepare(vma))
		return VM_FAULT_OOM;
	page = alloc_huge_page(vma, address, false);
	if (!page)
		return no_huge_page(vma, address);
	SetPageUptodate(page);
	if (!shared) {
		page_ref_becomes(page, REF_KERNEL, REF_MAPPING);
		hugepage_add_new_anon_rmap(page, vma, address);
		return map_huge_page(vma, address, ptep, page, flags);
	}
	if (hugetlb_add_to_page_cache(page, vma->vm_file->f_mapping,
				      linear_page_index(vma, address))) {
		restore_reserve_on_error(vma, address, page);
		return VM_FAULT_OOM;
	}
	huge_page_is_used(page);
	page_ref_becomes(page, REF_KERNEL, REF_MAPPING);
	hugepage_dup_rmap(page);
	return map_huge_page(vma, address, ptep, page, flags);
}

static vm_fault_t hugetlb_no_page(struct vm_area_struct *vma, unsigned long address,
				  pte_t *ptep, unsigned int flags)
{
	struct gupsim_file *file = gupsim_file(vma->vm_file);
	pgoff_t index = linear_page_index(vma, address);
	struct page *page;

	if (sim_vma(vma)->resv_unmapped || index >= file->nr_pages)
		return VM_FAULT_SIGBUS;
	page = find_cached_page(&file->mapping, index);
	return page ? map_cached_page(vma, address, ptep, page, flags)
		    : map_new_page(vma, address, ptep, flags);
}

vm_fault_t hugetlb_fault(struct vm_area_struct *vma, unsigned long address,
			 unsigned int flags)
{
	bool write = flags & FAULT_FLAG_WRITE;
	pte_t *ptep;

	address &= huge_page_mask(hstate_vma(vma));
	ptep = huge_pte_alloc(vma, address);
	if (!ptep)
		return VM_FAULT_OOM;
	if (pte_none(*ptep))
		return hugetlb_no_page(vma, address, ptep, flags);
	if (!pte_present(*ptep))
		return migration_entry_wait(vma->vm_mm, *ptep);
	if ((flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE)) && !pte_write(*ptep))
		return hugetlb_wp(vma, address, ptep, flags);
	ptep_set_access_flags(ptep, pte_mkyoung(write ? pte_mkdirty(*ptep) : *ptep),
			      write);
	return 0;
}
