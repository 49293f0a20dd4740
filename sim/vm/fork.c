/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying an address space. */
#include "vm/fork.h"

#include "mm/pagewalk.h"
#include "vm/devmap.h"
#include "vm/huge_memory.h"
#include "vm/hugetlb.h"

#include <errno.h>

/* The ptes of a VMA are copied to the VMA of the child. */
struct copy {
	struct vm_area_struct *from;
	struct vm_area_struct *vma;
};

bool page_needs_cow_for_dma(const struct vm_area_struct *vma, const struct page *page)
{
	return is_cow_mapping(vma->vm_flags) && sim_mm(vma->vm_mm)->has_pinned &&
	       page_maybe_dma_pinned(page);
}

/* Is the child to have a page of its own? */
static bool page_needs_copy(const struct vm_area_struct *vma, const struct page *page)
{
	unsigned int rule = base_rule(mm_base(vma->vm_mm), RULE_FORK_PINNED);

	if (rule == FORK_PINNED_SHARED || !page_needs_cow_for_dma(vma, page))
		return false;
	switch (rule) {
	case FORK_PINNED_COPIED:
		return true;
	case FORK_PINNED_ANON_COPIED:
		return PageAnon(page);
	default:
		return PageAnon(page) && PageAnonExclusive(page);
	}
}

/* The child gets a page of its own; the parent's pte stays as it is. */
static int copy_present_page(struct vm_area_struct *vma, unsigned long address, pte_t *to,
			     struct page *page)
{
	struct base *base = mm_base(vma->vm_mm);
	struct page *copy;

	if (anon_vma_prepare(vma))
		return -ENOMEM;
	copy = alloc_page(mm_phys(vma->vm_mm), GFP_HIGHUSER_MOVABLE, REF_MAPPING);
	if (!copy)
		return -ENOMEM;
	if (copy_highpage(copy, page)) {
		put_page_as(copy, REF_MAPPING);
		return -ENOMEM;
	}
	SetPageUptodate(copy);
	page_add_new_anon_rmap(copy, vma, address);
	lru_cache_add_new_anon(copy, vma);
	set_pte(to, maybe_mkwrite(pte_mkdirty(mk_pte(copy, vma->vm_page_prot)), vma));
	base_decision(base, "copy_present_pte", RULE_FORK_PINNED,
		      "the page may be pinned: the child gets a copy");
	return 0;
}

/* Whoever ends the migration finds both; neither may write to what they share then. */
static void copy_migration_entry(const struct vm_area_struct *vma, pte_t *to, pte_t *from)
{
	if (is_cow_mapping(vma->vm_flags)) {
		set_pte(from, make_migration_entry_read(*from));
		ClearPageAnonExclusive(pfn_to_page(mm_phys(vma->vm_mm), pte_pfn(*from)));
	}
	set_pte(to, *from);
}

static int copy_one_pte(struct copy *copy, unsigned long address, pte_t *to, pte_t *from)
{
	const struct vm_area_struct *vma = copy->from;
	struct page *page;
	pte_t pte = *from;

	if (!pte_present(pte)) {
		copy_migration_entry(vma, to, from);
		return 0;
	}
	page = vm_normal_page(vma, pte);
	if (page && page_needs_copy(vma, page))
		return copy_present_page(copy->vma, address, to, page);
	if (is_cow_mapping(vma->vm_flags) && pte_write(pte)) {
		pte = pte_wrprotect(pte);
		set_pte(from, pte);
	}
	if (vma->vm_flags & VM_SHARED)
		pte = pte_mkclean(pte);
	pte = pte_mkold(pte);
	if (page) {
		get_page_as(page, REF_MAPPING);
		page_dup_rmap(page);
		ClearPageAnonExclusive(page);
	}
	set_pte(to, pte);
	return 0;
}

/* What faults can bring back anyway is not copied. */
static bool need_not_copy(const struct vm_area_struct *vma)
{
	if (is_vm_hugetlb_page(vma) &&
	    base_rule(mm_base(vma->vm_mm), RULE_HUGETLB_FORK) == HUGETLB_FORK_COPIES)
		return false;
	return !(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)) && !vma->anon_vma;
}

static int copy_entry(pte_t *from, unsigned long address, void *arg)
{
	struct copy *copy = arg;
	pte_t *to = pte_alloc_map(copy->vma->vm_mm, address);

	return to ? copy_one_pte(copy, address, to, from) : -ENOMEM;
}

/* False: the page may be pinned. Then its pmd is split, and its ptes are to be copied. */
static bool may_copy_huge_pmd(struct vm_area_struct *from, unsigned long haddr,
			      pte_t *leaf, const struct page *page)
{
	if (!page || !page_needs_copy(from, page))
		return true;
	base_decision(mm_base(from->vm_mm), "copy_huge_pmd", RULE_FORK_PINNED,
		      "the huge page may be pinned: its pmd is split");
	split_huge_pmd(from, leaf, haddr);
	return false;
}

static int copy_huge_pmd(struct vm_area_struct *vma, unsigned long haddr, pte_t *leaf,
			 struct page *page)
{
	pmd_t *pmd = pmd_alloc(vma->vm_mm, haddr);

	if (!pmd || !pgtable_deposit(vma->vm_mm))
		return -ENOMEM;
	if (page) {
		get_page_as(page, REF_MAPPING);
		page[1].compound_mapcount++;
		ClearPageAnonExclusive(page);
		set_pte(leaf, pte_wrprotect(*leaf));
	}
	set_pte((pte_t *)pmd, page ? pte_mkold(*leaf) : *leaf);
	return 0;
}

static const struct mm_walk_ops copy_ptes = {.pte_entry = copy_entry};

static int copy_huge_entry(pte_t *leaf, unsigned long haddr, unsigned int shift,
			   void *arg)
{
	struct copy *copy = arg;
	struct page *page;

	/* What a fault brings back is not copied, though the mapping has pages of its
	 * own.
	 */
	if (!pte_present(*leaf) || vma_is_special_huge(copy->from))
		return 0;
	page = vm_normal_page_pmd(copy->from, *leaf);
	if (may_copy_huge_pmd(copy->from, haddr, leaf, page))
		return copy_huge_pmd(copy->vma, haddr, leaf, page);
	return walk_page_range(copy->from->vm_mm, haddr, haddr + (1UL << shift),
			       &copy_ptes, copy);
}

static const struct mm_walk_ops copy_ops = {
	.pte_entry = copy_entry,
	.huge_entry = copy_huge_entry,
};

static int copy_page_range(struct vm_area_struct *to, struct vm_area_struct *from)
{
	struct copy copy = {from, to};
	unsigned long address = from->vm_start;

	if (is_vm_hugetlb_page(from))
		return copy_hugetlb_page_range(to, from);
	/* Nobody can look between the two steps that it rises by. */
	if (is_cow_mapping(from->vm_flags))
		sim_mm(from->vm_mm)->write_protect_seq += 2;
	/* The child gets a table where the parent has one, though nothing may be mapped.
	 */
	for (; address < from->vm_end; address = (address & PMD_MASK) + PMD_SIZE)
		if (mm_find_pte(from->vm_mm, address) &&
		    !pte_alloc_map(to->vm_mm, address))
			return -ENOMEM;
	return walk_page_range(from->vm_mm, from->vm_start, from->vm_end, &copy_ops,
			       &copy);
}

int dup_mmap(struct mm_struct *mm, struct mm_struct *from)
{
	struct vm_area_struct *vma, *copy;

	sim_mm(mm)->pkeys = sim_mm(from)->pkeys;
	sim_mm(mm)->execute_only_pkey = sim_mm(from)->execute_only_pkey;
	for_each_vma (vma, from) {
		if (vma->vm_flags & VM_DONTCOPY)
			continue;
		copy = vma_dup(mm, vma);
		if (!copy)
			return -ENOMEM;
		copy->vm_flags &= ~VM_LOCKED_MASK;
		if (!need_not_copy(vma) && copy_page_range(copy, vma))
			return -ENOMEM;
	}
	return 0;
}
