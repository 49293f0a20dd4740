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

static bool page_rule_is(struct page *page, enum rule rule, unsigned int value)
{
	return base_rule(page_phys(page)->base, rule) == value;
}

/* How many VMAs have locked a huge page. Off the LRU nobody counts. */
static unsigned long *mlock_count(struct page *head)
{
	return &head[1].private;
}

void count_mlock(struct page *page)
{
	if (PageHead(page) && PageLRU(page))
		++*mlock_count(page);
}

void mlock_vma_page(struct page *page)
{
	if (!PageMlocked(page)) {
		SetPageMlocked(page);
		change_list(page);
	}
	count_mlock(page);
}

void clear_page_mlock(struct page *page)
{
	page = compound_head(page);
	ClearPageMlocked(page);
	if (PageHead(page))
		*mlock_count(page) = 0;
	change_list(page);
}

/* Does another VMA still keep the huge page? Its ptes there do not. */
static bool has_other_lockers(struct page *head)
{
	unsigned long *count = mlock_count(head);

	return *count && --*count;
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

/* Off the unevictable list, unless another VMA that is locked maps it. */
static void munlock_vma_page(struct page *page)
{
	bool locked = false;

	if (!PageMlocked(page))
		return;
	if (PageHead(page) && page_rule_is(page, RULE_MLOCK_COUNT, MLOCK_COUNT_LOCKERS))
		locked = has_other_lockers(page);
	else if (page_mapcount(page) > 1)
		rmap_walk(page, is_locked_there, &locked);
	if (!locked)
		clear_page_mlock(page);
}

void munlock_split_page(const struct vm_area_struct *vma, struct page *head)
{
	if (!PageMlocked(head))
		return;
	if (page_rule_is(head, RULE_MLOCK_COUNT, MLOCK_COUNT_NONE))
		clear_page_mlock(head);
	else if (vma->vm_flags & VM_LOCKED)
		munlock_vma_page(head);
}

void munlock_copied_page(struct page *page)
{
	if (!PageCompound(page))
		munlock_vma_page(page);
	else if (page_rule_is(page, RULE_MLOCK_PTES, MLOCK_PTES_WHOLE))
		munlock_vma_page(compound_head(page));
}

/* What a walk locks or unlocks. */
struct mlock_walk {
	const struct vm_area_struct *vma;
	unsigned long start, end;
};

/* Does the entry map the frame behind the other's in the same way, but for its use? */
static bool continues(pte_t pte, pte_t before)
{
	const u64 use = _PAGE_RW | _PAGE_ACCESSED | _PAGE_DIRTY | PTE_PFN_MASK;

	return pte_present(pte) && pte_pfn(pte) == pte_pfn(before) + 1 &&
	       (pte.pte & ~use) == (before.pte & ~use);
}

/* Do the ptes from here on map all of a huge page? */
static bool maps_whole(const pte_t *ptep)
{
	for (unsigned int i = 1; i < HPAGE_PMD_NR; i++)
		if (!continues(ptep[i], ptep[i - 1]))
			return false;
	return true;
}

static bool may_mlock_ptes(const struct mlock_walk *walk, struct page *page,
			   const pte_t *ptep, unsigned long address)
{
	return page_rule_is(page, RULE_MLOCK_PTES, MLOCK_PTES_WHOLE) && PageHead(page) &&
	       walk->end - address >= PMD_SIZE && maps_whole(ptep);
}

/* A stretch of ptes is unlocked as one. */
static bool may_munlock_ptes(const struct mlock_walk *walk, struct page *page,
			     const pte_t *ptep, unsigned long address)
{
	if (!page_rule_is(page, RULE_MLOCK_PTES, MLOCK_PTES_WHOLE))
		return false;
	return PageHead(page) || address == walk->start || !continues(ptep[0], ptep[-1]);
}

static struct page *normal_page(const struct mlock_walk *walk, pte_t pte)
{
	return pte_present(pte) ? vm_normal_page(walk->vma, pte) : NULL;
}

static int munlock_entry(pte_t *ptep, unsigned long address, void *walk)
{
	struct page *page = normal_page(walk, *ptep);

	if (page && (!PageCompound(page) || may_munlock_ptes(walk, page, ptep, address)))
		munlock_vma_page(compound_head(page));
	return 0;
}

static struct page *normal_huge_page(const struct mlock_walk *walk, pte_t leaf)
{
	return pte_present(leaf) ? vm_normal_page_pmd(walk->vma, leaf) : NULL;
}

static int munlock_huge_entry(pte_t *leaf, unsigned long haddr, unsigned int shift,
			      void *walk)
{
	struct page *head = normal_huge_page(walk, *leaf);

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
	struct mlock_walk walk = {vma, start, end};

	vma->vm_flags &= ~VM_LOCKED_MASK;
	walk_page_range(vma->vm_mm, start, end, &munlock_ops, &walk);
}

static int mlock_entry(pte_t *ptep, unsigned long address, void *walk)
{
	struct page *page = normal_page(walk, *ptep);

	if (page && (!PageCompound(page) || may_mlock_ptes(walk, page, ptep, address)))
		mlock_vma_page(page);
	return 0;
}

static int mlock_huge_entry(pte_t *leaf, unsigned long haddr, unsigned int shift,
			    void *walk)
{
	struct page *head = normal_huge_page(walk, *leaf);

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
	struct mlock_walk walk = {vma, start, end};
	struct mm_struct *mm = vma->vm_mm;

	vma->vm_flags = newflags;
	if (base_rule(mm_base(mm), RULE_MLOCK_ALONE) != MLOCK_ALONE_FAULTS)
		return;
	lru_add_drain_all(mm_phys(mm));
	walk_page_range(mm, start, end, &mlock_ops, &walk);
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
