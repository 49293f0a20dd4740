/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NUMA scanner: which mappings and which pages of them it sets hints on. */
#include "vm/numa.h"

#include "mm/pagewalk.h"
#include "vm/huge_memory.h"

#include <linux/fs.h>

/* Memory that cannot move, or that many map for reading, a library, is passed over. */
static bool vma_is_scanned(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP | VM_MIXEDMAP | VM_HUGETLB))
		return false;
	if (vma_is_dax(vma))
		return false;
	if (vma->vm_file && (vma->vm_flags & (VM_READ | VM_WRITE)) == VM_READ)
		return false;
	return vma_is_accessible(vma);
}

/* Of a compound page the first frame stands for all, unless they cannot all be mapped
 * once. */
static bool folio_likely_mapped_shared(const struct page *page)
{
	const struct page *head = compound_head(page);

	if (total_mapcount(head) <= 1)
		return false;
	return compound_mapcount(head) || total_mapcount(head) > (int)compound_nr(head) ||
	       page_mapcount(head) > 1;
}

/* What others share stays where it is: a move would be no gain to them. */
static bool is_shared_cow_page(const struct page *page)
{
	struct base *base = page_phys(page)->base;
	bool shared;

	switch (base_rule(base, RULE_HINT_COW)) {
	case HINT_COW_MAPPED_ONCE:
		shared = page_mapcount(page) != 1;
		break;
	case HINT_COW_REFERENCED_ONCE:
		shared = page_count(page) != 1;
		break;
	default:
		shared = page_maybe_dma_pinned(page) || folio_likely_mapped_shared(page);
	}
	if (shared)
		base_decision(base, "change_pte_range", RULE_HINT_COW,
			      "the page is not the mapping's alone: no NUMA hint");
	return shared;
}

static bool page_takes_hint(const struct vm_area_struct *vma, const struct page *page)
{
	if (is_cow_mapping(vma->vm_flags) && is_shared_cow_page(page))
		return false;
	return !page_is_file_cache(page) || !PageDirty(page);
}

/* PAGE_NONE; up to v6.1 the write bit stands in it as before. */
static pte_t hinted(const struct vm_area_struct *vma, pte_t pte)
{
	bool keeps = base_rule(mm_base(vma->vm_mm), RULE_HINT_WRITE) == HINT_WRITE_KEPT;
	pte_t hint = pte_modify(pte, vm_get_page_prot(0));

	return keeps && pte_write(pte) ? pte_mkwrite(hint) : hint;
}

static int change_pte(pte_t *ptep, unsigned long address, void *arg)
{
	const struct vm_area_struct *vma = arg;
	const struct page *page;

	(void)address;
	if (!pte_present(*ptep) || pte_protnone(*ptep))
		return 0;
	page = vm_normal_page(vma, *ptep);
	if (page && page_takes_hint(vma, page))
		set_pte(ptep, hinted(vma, *ptep));
	return 0;
}

/* Any page but the huge zero page, whoever else may use it. */
static int change_huge_pmd_numa(pte_t *leaf, unsigned long haddr, unsigned int shift,
				void *arg)
{
	const struct vm_area_struct *vma = arg;

	(void)haddr;
	(void)shift;
	if (pte_present(*leaf) && !pte_protnone(*leaf) && vm_normal_page_pmd(vma, *leaf))
		set_pte(leaf, hinted(vma, *leaf));
	return 0;
}

static const struct mm_walk_ops change_ops = {
	.pte_entry = change_pte,
	.huge_entry = change_huge_pmd_numa,
};

/* A huge page at an end of the range, and beyond it, is mapped by ptes from now on. */
static void change_prot_numa(struct vm_area_struct *vma, unsigned long start,
			     unsigned long end)
{
	split_huge_pmd_address(vma, start);
	split_huge_pmd_address(vma, end);
	walk_page_range(vma->vm_mm, start, end, &change_ops, vma);
}

void task_numa_work(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	for (; vma && vma->vm_start < end; vma = vma->vm_next)
		if (vma_is_scanned(vma))
			change_prot_numa(vma,
					 start > vma->vm_start ? start : vma->vm_start,
					 end < vma->vm_end ? end : vma->vm_end);
}
