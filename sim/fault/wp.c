/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes to read-only ptes: copy on write, reuse, and shared pages that become writable.
 */
#include "fault/huge_memory.h"

static void wp_page_reuse(struct vm_fault *vmf)
{
	pte_t entry = pte_mkdirty(pte_mkyoung(fault_orig_pte(vmf)));

	set_pte(vmf->pte, maybe_mkwrite(entry, vmf->vma));
}

/* Where the bytes come from: what the pte maps need not be a normal page. */
static struct page *copy_source(struct vm_fault *vmf)
{
	struct phys *phys = mm_phys(vmf->vma->vm_mm);
	unsigned long pfn = pte_pfn(fault_orig_pte(vmf));

	return pfn_valid(phys, pfn) ? pfn_to_page(phys, pfn) : NULL;
}

/*
 * What has no struct page is copied through its mapping, which makes the pte young; and
 * then it is no longer the one that the fault has found: once more.
 */
static bool cow_user_page_marks(struct vm_fault *vmf, const struct page *old)
{
	pte_t pte = fault_orig_pte(vmf);

	if (old || is_zero_pfn(pte_pfn(pte)) || pte_young(pte))
		return false;
	base_decision_at(mm_base(vmf->vma->vm_mm), "cow_user_page", vmf->address,
			 "the copy makes the pte young: the fault is taken again");
	set_pte(vmf->pte, pte_mkyoung(pte));
	return true;
}

/* cow_user_page(), which is __wp_page_copy_user() since v6.1, is part of it. */
static vm_fault_t wp_page_copy(struct vm_fault *vmf, struct page *old)
{
	struct page *source = copy_source(vmf);
	struct page *page;
	pte_t entry;

	if (cow_user_page_marks(vmf, old))
		return 0;
	page = alloc_anon_page(vmf->vma, REF_MAPPING);
	if (!page)
		return VM_FAULT_OOM;
	if (source && copy_highpage(page, source)) {
		put_page_as(page, REF_MAPPING);
		return VM_FAULT_OOM;
	}
	entry = mk_pte(page, vmf->vma->vm_page_prot);
	if (vmf->flags & FAULT_FLAG_WRITE)
		entry = maybe_mkwrite(pte_mkdirty(entry), vmf->vma);
	map_anon_page(vmf->vma, vmf->address, vmf->pte, page, entry);
	if (old) {
		page_remove_rmap(old);
		if (vmf->vma->vm_flags & VM_LOCKED)
			munlock_copied_page(old);
		put_page_as(old, REF_MAPPING);
	}
	return vmf->flags & FAULT_FLAG_WRITE ? VM_FAULT_WRITE : 0;
}

static vm_fault_t wp_pfn_shared(struct vm_fault *vmf)
{
	const struct vm_operations_struct *ops = vmf->vma->vm_ops;

	if (ops && ops->pfn_mkwrite) {
		vm_fault_t ret;

		if (!vmf_can_call_fault(vmf))
			return VM_FAULT_RETRY;
		vmf->flags |= FAULT_FLAG_MKWRITE;
		ret = ops->pfn_mkwrite(vmf);
		if (ret & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))
			return ret;
	}
	wp_page_reuse(vmf);
	return VM_FAULT_WRITE;
}

static vm_fault_t wp_page_shared(struct vm_fault *vmf, struct page *page)
{
	const struct vm_operations_struct *ops = vmf->vma->vm_ops;
	vm_fault_t ret = VM_FAULT_WRITE;

	if (ops && ops->page_mkwrite && !vmf_can_call_fault(vmf))
		return VM_FAULT_RETRY;
	get_page_as(page, REF_KERNEL);
	vmf->page = page;
	if (ops && ops->page_mkwrite) {
		vm_fault_t mkwrite = do_page_mkwrite(vmf);

		if (!mkwrite || (mkwrite & (VM_FAULT_ERROR | VM_FAULT_NOPAGE))) {
			put_page_as(page, REF_KERNEL);
			return mkwrite;
		}
	} else {
		lock_page(page);
	}
	wp_page_reuse(vmf);
	ret |= fault_dirty_shared_page(vmf, page);
	put_page_as(page, REF_KERNEL);
	return ret;
}

/* No reference but the pte's, once those of this CPU's pagevecs are gone. */
static bool wp_can_reuse_anon_folio(struct page *page)
{
	struct base *base = page_phys(page)->base;

	if (PageCompound(page) && base_rule(base, RULE_WP_REUSE_PART) == WP_PART_COPIED) {
		base_decision(base, __func__, RULE_WP_REUSE_PART,
			      "no part of a huge page is asked for who else holds it");
		return false;
	}
	if (page_count(page) > 3)
		return false;
	if (!PageLRU(page))
		lru_add_drain_all(page_phys(page));
	return page_count(page) == 1 && !PageLocked(page);
}

/*
 * The page is nobody else's. Whether those who only hold it count as others is what the
 * releases differ in.
 */
static bool reuse_anon_page(struct page *page)
{
	switch (base_rule(page_phys(page)->base, RULE_WP_REUSE)) {
	case WP_REUSE_MAPCOUNT:
		return page_trans_huge_mapcount(page) <= 1; /* reuse_swap_page() */
	case WP_REUSE_PAGE_COUNT:
		return page_count(page) == 1 && !PageLocked(page);
	default:
		return PageAnonExclusive(page) || wp_can_reuse_anon_folio(page);
	}
}

static vm_fault_t wp_page_anon(struct vm_fault *vmf, struct page *page)
{
	struct base *base = page_phys(page)->base;

	if (!reuse_anon_page(page)) {
		base_decision(base, "do_wp_page", RULE_WP_REUSE,
			      "the page is not the writer's alone: it is copied");
		return wp_page_copy(vmf, page);
	}
	base_decision(base, "do_wp_page", RULE_WP_REUSE, "the page is the writer's own");
	SetPageAnonExclusive(page);
	if (vmf->flags & FAULT_FLAG_UNSHARE)
		return 0;
	wp_page_reuse(vmf);
	return VM_FAULT_WRITE;
}

vm_fault_t do_wp_page(struct vm_fault *vmf)
{
	struct page *page = vm_normal_page(vmf->vma, fault_orig_pte(vmf));
	bool shared =
		(vmf->vma->vm_flags & (VM_WRITE | VM_SHARED)) == (VM_WRITE | VM_SHARED);

	if ((vmf->flags & FAULT_FLAG_UNSHARE) && !(page && PageAnon(page)) &&
	    unshares_anon_alone(vmf->vma))
		return 0;
	if (!page)
		return shared ? wp_pfn_shared(vmf) : wp_page_copy(vmf, NULL);
	if (PageAnon(page))
		return wp_page_anon(vmf, page);
	return shared ? wp_page_shared(vmf, page) : wp_page_copy(vmf, page);
}
