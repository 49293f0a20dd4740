/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faults on the pmd level: whether to map a huge page, and writes to one that is mapped.
 */
#include "fault/huge_memory.h"

#include "fault/huge_file.h"

bool transparent_hugepage_enabled(const struct vm_area_struct *vma)
{
	/* Of a DAX file as much as can be is mapped hugely. */
	if (vma_is_dax(vma))
		return !(vma->vm_flags & VM_NOHUGEPAGE);
	switch (mm_base(vma->vm_mm)->thp) {
	case GUPSIM_THP_ALWAYS:
		return !(vma->vm_flags & VM_NOHUGEPAGE);
	case GUPSIM_THP_MADVISE:
		return vma->vm_flags & VM_HUGEPAGE;
	default:
		return false;
	}
}

static bool transhuge_vma_suitable(const struct vm_area_struct *vma, unsigned long haddr)
{
	return haddr >= vma->vm_start && haddr + PMD_SIZE <= vma->vm_end;
}

static vm_fault_t falls_back(const struct vm_fault *vmf, const char *words)
{
	base_decision_at(mm_base(vmf->vma->vm_mm), "do_huge_pmd_anonymous_page",
			 vmf->address, words);
	return VM_FAULT_FALLBACK;
}

static struct page *alloc_hugepage(struct vm_area_struct *vma)
{
	struct page *page;

	if (base_rare(mm_base(vma->vm_mm), GUPSIM_RARE_NO_HUGE_PAGE))
		return NULL;
	page = alloc_compound_page(mm_phys(vma->vm_mm), GFP_HIGHUSER_MOVABLE,
				   HPAGE_PMD_ORDER, REF_MAPPING);
	if (page)
		SetPageUptodate(page);
	return page;
}

static pte_t new_huge_pmd(const struct vm_area_struct *vma, const struct page *page)
{
	return maybe_mkwrite(pte_mkdirty(mk_huge_pmd(page, vma->vm_page_prot)), vma);
}

static vm_fault_t map_huge_zero_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *zero = get_huge_zero_page(mm_phys(vma->vm_mm));

	if (!zero)
		return falls_back(vmf, "no room for the huge zero page");
	if (!pgtable_deposit(vma->vm_mm))
		return VM_FAULT_OOM;
	set_pte(vmf->pte, mk_huge_pmd(zero, vma->vm_page_prot));
	return 0;
}

static vm_fault_t do_huge_pmd_anonymous_page(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page;

	if (!transhuge_vma_suitable(vma, vmf->address))
		return VM_FAULT_FALLBACK;
	if (anon_vma_prepare(vma))
		return VM_FAULT_OOM;
	if (!(vmf->flags & FAULT_FLAG_WRITE))
		return map_huge_zero_page(vmf);
	page = alloc_hugepage(vma);
	if (!page)
		return falls_back(vmf, "no huge page to be had: a small one");
	if (!pgtable_deposit(vma->vm_mm)) {
		put_page_as(page, REF_MAPPING);
		return VM_FAULT_OOM;
	}
	map_new_huge_page(vma, vmf->address, vmf->pte, page, new_huge_pmd(vma, page));
	return 0;
}

static vm_fault_t wp_huge_reuse(struct vm_fault *vmf, struct page *page)
{
	SetPageAnonExclusive(page);
	if (vmf->flags & FAULT_FLAG_UNSHARE)
		return 0;
	set_pte(vmf->pte,
		maybe_mkwrite(pte_mkdirty(pte_mkyoung(fault_orig_pte(vmf))), vmf->vma));
	return VM_FAULT_WRITE;
}

/* How often any frame of the compound page is mapped, at most. */
int page_trans_huge_mapcount(const struct page *page)
{
	const struct page *head = compound_head(page);
	int most = 0;

	for (unsigned long i = 0; i < compound_nr(head); i++)
		if (page_mapcount(head + i) > most)
			most = page_mapcount(head + i);
	return most;
}

static bool reuse_huge_page(struct page *page)
{
	if (base_rule(page_phys(page)->base, RULE_HUGE_WP_REUSE) ==
	    HUGE_WP_REUSE_MAPCOUNT)
		return page_trans_huge_mapcount(page) <= 1;
	return PageAnonExclusive(page) || page_count(page) == 1;
}

static vm_fault_t split_to_write(struct vm_fault *vmf)
{
	split_huge_pmd(vmf->vma, vmf->pte, vmf->address);
	return VM_FAULT_FALLBACK;
}

/* @old NULL: of zeroes. */
static int copy_huge_page(struct page *page, struct page *old)
{
	int error = 0;

	for (unsigned long i = 0; old && !error && i < HPAGE_PMD_NR; i++)
		error = copy_highpage(page + i, old + i);
	return error;
}

/* All of a huge page as small ones, or none of them. */
static bool copy_to_small_pages(struct vm_fault *vmf, struct page *old,
				struct page **pages)
{
	for (unsigned long i = 0; i < HPAGE_PMD_NR; i++) {
		pages[i] = alloc_anon_page(vmf->vma, REF_MAPPING);
		if (pages[i] && !copy_highpage(pages[i], old + i))
			continue;
		if (pages[i])
			put_page_as(pages[i], REF_MAPPING);
		while (i-- > 0)
			put_page_as(pages[i], REF_MAPPING);
		return false;
	}
	return true;
}

static vm_fault_t do_huge_pmd_wp_page_fallback(struct vm_fault *vmf, struct page *old)
{
	struct vm_area_struct *vma = vmf->vma;
	struct base *base = mm_base(vma->vm_mm);
	struct page **pages = base_kcalloc(base, HPAGE_PMD_NR, sizeof(*pages));
	pte_t *table, entry;

	if (!pages || !copy_to_small_pages(vmf, old, pages)) {
		base_kfree(base, pages);
		return split_to_write(vmf);
	}
	base_decision_at(base, __func__, vmf->address,
			 "no huge page to be had: each page is copied by itself");
	table = pgtable_withdraw(vma->vm_mm, (pmd_t *)vmf->pte);
	for (unsigned long i = 0; i < HPAGE_PMD_NR; i++) {
		entry = mk_pte(pages[i], vma->vm_page_prot);
		map_anon_page(vma, vmf->address + i * PAGE_SIZE, table + i, pages[i],
			      maybe_mkwrite(pte_mkdirty(entry), vma));
	}
	page_remove_compound_rmap(old);
	put_page_as(old, REF_MAPPING);
	base_kfree(base, pages);
	return VM_FAULT_WRITE;
}

/* Up to v5.7 all of it is copied. */
static vm_fault_t wp_huge_copy(struct vm_fault *vmf, struct page *old)
{
	struct vm_area_struct *vma = vmf->vma;
	struct page *page = alloc_hugepage(vma);

	if (!page)
		return old ? do_huge_pmd_wp_page_fallback(vmf, old) : split_to_write(vmf);
	if (copy_huge_page(page, old)) {
		put_page_as(page, REF_MAPPING);
		return VM_FAULT_OOM;
	}
	map_new_huge_page(vma, vmf->address, vmf->pte, page, new_huge_pmd(vma, page));
	if (old) {
		page_remove_compound_rmap(old);
		put_page_as(old, REF_MAPPING);
	}
	return VM_FAULT_WRITE;
}

/* A write to a pmd that does not allow it, or a page that is to be the mapping's own. */
static vm_fault_t do_huge_pmd_wp_page(struct vm_fault *vmf)
{
	struct page *page = vm_normal_page_pmd(vmf->vma, fault_orig_pte(vmf));
	struct base *base = mm_base(vmf->vma->vm_mm);

	if (page && reuse_huge_page(page)) {
		base_decision(base, __func__, RULE_HUGE_WP_REUSE,
			      "the huge page is the writer's own");
		return wp_huge_reuse(vmf, page);
	}
	if (page)
		base_decision(base, __func__, RULE_HUGE_WP_REUSE,
			      "the huge page is not the writer's alone");
	base_decision(base, __func__, RULE_HUGE_WP_COPY,
		      "a write to a huge page of others");
	if (base_rule(base, RULE_HUGE_WP_COPY) == HUGE_WP_COPY_ALL)
		return wp_huge_copy(vmf, page);
	return split_to_write(vmf);
}

/* do_huge_pmd_numa_page(), wp_huge_pmd() or huge_pmd_set_accessed(). */
static vm_fault_t handle_present_pmd(struct vm_fault *vmf)
{
	pte_t entry = fault_orig_pte(vmf);

	if (pte_protnone(entry) && vma_is_accessible(vmf->vma))
		return do_huge_pmd_numa_page(vmf);
	if ((vmf->flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE)) && !pte_write(entry))
		return do_huge_pmd_wp_page(vmf);
	touch_pmd(vmf->pte, vmf->flags & FAULT_FLAG_WRITE);
	return 0;
}

vm_fault_t handle_huge_fault(struct vm_area_struct *vma, unsigned long address,
			     unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = address & PMD_MASK,
		.flags = flags,
	};
	pmd_t *pmd;

	if (!vma_is_anonymous(vma))
		return handle_file_huge_fault(vma, address, flags);
	pmd = pmd_alloc(vma->vm_mm, address);
	if (!pmd)
		return VM_FAULT_OOM;
	vmf.pte = pmd;
	vmf.orig_pte = pmd->pmd;
	if (pmd_leaf(*pmd))
		return pte_present(fault_orig_pte(&vmf))
			       ? handle_present_pmd(&vmf)
			       : migration_entry_wait(vma->vm_mm, fault_orig_pte(&vmf));
	if (pmd_none(*pmd) && transparent_hugepage_enabled(vma))
		return do_huge_pmd_anonymous_page(&vmf);
	return VM_FAULT_FALLBACK;
}
