/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transparent huge pages: an anonymous compound page of HPAGE_PMD_ORDER that one pmd maps
 * in each address space. A table for its ptes is laid aside with each such pmd.
 * Invariant: compound_mapcount + 1 pmds point at the page; once one of them is split, as
 * many ptes of that address space count in the _mapcount of each frame instead.
 */
#ifndef SIM_VM_HUGE_MEMORY_H
#define SIM_VM_HUGE_MEMORY_H

#include "phys/compound.h"
#include "vm/mmu_gather.h"
#include "vm/rmap.h"

/* The entry, of whatever level, says of all that it maps that it was used. */
static inline void touch_pmd(pte_t *leaf, bool write)
{
	pte_t entry = pte_mkyoung(*leaf);

	ptep_set_access_flags(leaf, write ? pte_mkdirty(entry) : entry, write);
}

/* The compound page that a present leaf maps; NULL: the huge zero page, or a device. */
static inline struct page *vm_normal_page_pmd(const struct vm_area_struct *vma,
					      pte_t leaf)
{
	struct page *page = pfn_to_page(mm_phys(vma->vm_mm), pte_pfn(leaf));

	return pte_devmap(leaf) || is_huge_zero_page(page) ? NULL : page;
}

static inline pte_t mk_huge_pmd(const struct page *page, pgprot_t prot)
{
	return pte_mkhuge(mk_pte(page, prot));
}

/* The first mapping of a new huge page, at @haddr, in place of what is in @leaf. */
void map_new_huge_page(struct vm_area_struct *vma, unsigned long haddr, pte_t *leaf,
		       struct page *page, pte_t entry);

/* Map by ptes what @leaf maps, which is of a pmd. */
void split_huge_pmd(struct vm_area_struct *vma, pte_t *leaf, unsigned long address);
/* The same where a leaf covers both sides of @address: a VMA is going to end there. */
void split_huge_pmd_address(struct vm_area_struct *vma, unsigned long address);
/* All mappings of a compound page, or of a part of it; of others the mapcount. */
int total_mapcount(const struct page *head);
/* Frames of their own instead of a compound page. -EBUSY: somebody else holds it. */
int split_huge_page(struct page *page);
/* The same of an isolated page: all frames but its head go to the list, isolated, too. */
int split_huge_page_to_list(struct page *page, struct list_head *isolated);

void zap_huge_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma, pte_t *leaf);
void change_huge_pmd(struct vm_area_struct *vma, pte_t *leaf);
/* May a pmd that stands read-only for @vma become writable without a fault? */
bool can_change_pmd_writable(const struct vm_area_struct *vma, pte_t entry);
/* A range becomes a VMA of its own, as split_range(). Huge pages are split at its ends.
 */
int split_mapped_range(struct mm_struct *mm, unsigned long start, unsigned long end);

#endif
