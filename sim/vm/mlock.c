/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mlock() and munlock(): flags of VMAs and of pages. Bringing pages in is gup's. */
#include "vm/mlock.h"

#include "mm/pagewalk.h"
#include "vm/huge_memory.h"

#include <errno.h>

/* The list that a page is on follows from its flags when it is put back. */
static void change_list(struct page *page)
{
	if (!isolate_lru_page(page))
		putback_lru_page(page);
}

void mlock_vma_page(struct page *page)
{
	if (PageMlocked(page))
		return;
	SetPageMlocked(page);
	change_list(page);
}

void clear_page_mlock(struct page *page)
{
	page = compound_head(page);
	ClearPageMlocked(page);
	change_list(page);
}

static bool is_locked_there(struct page *page, struct vm_area_struct *vma,
			    unsigned long address, void *arg)
{
	const pte_t *leaf = page_vma_mapped_walk(page, vma, address);
	bool *locked = arg;

	if ((vma->vm_flags & VM_LOCKED) && leaf && pte_present(*leaf))
		*locked = true;
	return !*locked;
}

void munlock_vma_page(struct page *page)
{
	bool locked = false;

	if (!PageMlocked(page))
		return;
	if (page_mapcount(page) > 1)
		rmap_walk(page, is_locked_there, &locked);
	if (!locked)
		clear_page_mlock(page);
}

/* A huge page is locked where a pmd maps it, and nowhere else: ptes may leave the VMA. */
static struct page *small_page(const struct vm_area_struct *vma, pte_t pte)
{
	struct page *page = pte_present(pte) ? vm_normal_page(vma, pte) : NULL;

	return page && !PageCompound(page) ? page : NULL;
}

static int munlock_entry(pte_t *ptep, unsigned long address, void *vma)
{
	struct page *page = small_page(vma, *ptep);

	(void)address;
	if (page)
		munlock_vma_page(page);
	return 0;
}

static int munlock_huge_entry(pte_t *leaf, unsigned long haddr, unsigned int shift,
			      void *vma)
{
	struct page *head = pte_present(*leaf) ? vm_normal_page_pmd(vma, *leaf) : NULL;

	(void)haddr, (void)shift;
	if (head)
		munlock_vma_page(head);
	return 0;
}

static const struct mm_walk_ops munlock_ops = {
	.pte_entry = munlock_entry,
	.huge_entry = munlock_huge_entry,
};

void munlock_vma_pages_range(struct vm_area_struct *vma, unsigned long start,
			     unsigned long end)
{
	vma->vm_flags &= ~VM_LOCKED_MASK;
	walk_page_range(vma->vm_mm, start, end, &munlock_ops, vma);
}

static int mlock_entry(pte_t *ptep, unsigned long address, void *vma)
{
	struct page *page = small_page(vma, *ptep);

	(void)address;
	if (page)
		mlock_vma_page(page);
	return 0;
}

static int mlock_huge_entry(pte_t *leaf, unsigned long haddr, unsigned int shift,
			    void *vma)
{
	struct page *head = pte_present(*leaf) ? vm_normal_page_pmd(vma, *leaf) : NULL;

	(void)haddr, (void)shift;
	if (head)
		mlock_vma_page(head);
	return 0;
}

static const struct mm_walk_ops mlock_ops = {
	.pte_entry = mlock_entry,
	.huge_entry = mlock_huge_entry,
};

/* Since v5.18 pages are mlocked where they are mapped, not as they are populated. */
static void mlock_vma_pages_range(struct vm_area_struct *vma, unsigned long start,
				  unsigned long end, unsigned long newflags)
{
	struct mm_struct *mm = vma->vm_mm;

	vma->vm_flags = newflags;
	if (base_rule(mm_base(mm), RULE_MLOCK_ALONE) != MLOCK_ALONE_FAULTS)
		return;
	lru_add_drain_all(mm_phys(mm));
	walk_page_range(mm, start, end, &mlock_ops, vma);
	lru_add_drain_all(mm_phys(mm));
}

static bool can_not_be_locked(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_SPECIAL | VM_HUGETLB)) || vma_is_dax(vma) ||
	       (vma_is_secretmem(vma) &&
		base_rule(mm_base(vma->vm_mm), RULE_VMA_SECRETMEM) == SECRETMEM_REFUSED);
}

int mlock_fixup(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		unsigned long flags)
{
	unsigned long newflags = (vma->vm_flags & ~VM_LOCKED_MASK) | flags;
	struct mm_struct *mm = vma->vm_mm;
	int error;

	if (newflags == vma->vm_flags || can_not_be_locked(vma))
		return 0;
	error = split_mapped_range(mm, start, end);
	if (error)
		return error;
	vma = find_vma(mm, start);
	if (flags & VM_LOCKED)
		mlock_vma_pages_range(vma, start, end, newflags);
	else
		munlock_vma_pages_range(vma, start, end);
	vma_merge(vma);
	return 0;
}
