/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unmapping: ptes are cleared, and what they held is given back. Invariant: while a
 * lockless walk is under way, pages wait in the mmu_gather for its end.
 */
#include "vm/zap.h"

#include "file/pagecache.h"
#include "mm/pagewalk.h"
#include "vm/devmap.h"
#include "vm/huge_memory.h"
#include "vm/hugetlb.h"
#include "vm/mmu_gather.h"
#include "vm/rmap.h"

/* What is taken out of a VMA. */
struct zap {
	struct vm_area_struct *vma;
	struct mmu_gather tlb;
};

/* What zap_pte_range() does to each. */
static void zap_pte(struct zap *zap, pte_t *ptep)
{
	struct vm_area_struct *vma = zap->vma;
	pte_t pte = *ptep;
	struct page *page;

	set_pte(ptep, (pte_t){0});
	if (!pte_present(pte))
		return;
	page = vm_normal_page(vma, pte);
	if (!page)
		return;
	if (!PageAnon(page)) {
		if (pte_dirty(pte))
			set_page_dirty(page);
		if (pte_young(pte) && !(vma->vm_flags & VM_SEQ_READ))
			mark_page_accessed(page);
	}
	page_remove_rmap(page);
	tlb_remove_page(&zap->tlb, page);
}

static int zap_entry(pte_t *ptep, unsigned long address, void *zap)
{
	(void)address;
	zap_pte(zap, ptep);
	return 0;
}

static int zap_huge_entry(pte_t *leaf, unsigned long haddr, unsigned int shift, void *arg)
{
	struct zap *zap = arg;

	(void)haddr, (void)shift;
	if (vma_is_special_huge(zap->vma))
		zap_special_huge(leaf);
	else
		zap_huge_pmd(&zap->tlb, zap->vma, leaf);
	return 0;
}

static const struct mm_walk_ops zap_ops = {
	.pte_entry = zap_entry,
	.huge_entry = zap_huge_entry,
};

static void zap_range(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		      const struct mm_walk_ops *ops)
{
	struct zap zap = {.vma = vma};

	if (is_vm_hugetlb_page(vma)) {
		unmap_hugepage_range(vma, start, end, NULL);
		return;
	}
	tlb_gather_mmu(&zap.tlb, vma->vm_mm);
	walk_page_range(vma->vm_mm, start, end, ops, &zap);
	tlb_finish_mmu(&zap.tlb);
}

void zap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	if (!is_vm_hugetlb_page(vma)) {
		split_huge_pmd_address(vma, start);
		split_huge_pmd_address(vma, end);
	}
	zap_range(vma, start, end, &zap_ops);
}

static bool maps_private_copy(struct vm_area_struct *vma, pte_t pte)
{
	struct page *page = pte_present(pte) ? vm_normal_page(vma, pte) : NULL;

	return page && PageAnon(page);
}

static int zap_all_but_copies(pte_t *ptep, unsigned long address, void *arg)
{
	struct zap *zap = arg;

	(void)address;
	if (!maps_private_copy(zap->vma, *ptep))
		zap_pte(zap, ptep);
	return 0;
}

static const struct mm_walk_ops zap_all_but_copies_ops = {
	.pte_entry = zap_all_but_copies,
	.huge_entry = zap_huge_entry,
};

/* Where page @index of the file is in the VMA, but not outside it. */
static unsigned long address_in(const struct vm_area_struct *vma, pgoff_t index)
{
	if (index <= vma->vm_pgoff)
		return vma->vm_start;
	if (index - vma->vm_pgoff >= vma_pages(vma))
		return vma->vm_end;
	return vma->vm_start + ((index - vma->vm_pgoff) << PAGE_SHIFT);
}

void unmap_mapping_pages(struct address_space *mapping, pgoff_t first, pgoff_t end,
			 bool even_cows)
{
	struct vma *vma;

	list_for_each_entry (vma, &mapping->i_mmap, i_mmap_link) {
		struct vm_area_struct *vm = &vma->vm;
		unsigned long start = address_in(vm, first), stop = address_in(vm, end);

		if (start == stop)
			continue;
		lru_add_drain_all(mm_phys(vm->vm_mm));
		zap_range(vm, start, stop,
			  even_cows ? &zap_ops : &zap_all_but_copies_ops);
	}
}
