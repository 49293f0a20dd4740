/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mapping, splitting, copying and unmapping huge pages. */
#include "vm/huge_memory.h"

#include "mm/hugetlb.h"
#include "vm/devmap.h"

#include <errno.h>

void map_new_huge_page(struct vm_area_struct *vma, unsigned long haddr, pte_t *leaf,
		       struct page *page, pte_t entry)
{
	page_set_anon_rmap(page, vma, haddr);
	page[1].compound_mapcount = 0;
	lru_cache_add_new_anon(page, vma);
	if (PageMlocked(page))
		count_mlock(page);
	set_pte(leaf, entry);
}

/* The huge zero page becomes 512 times the small one. */
static void split_huge_zero_page_pmd(struct vm_area_struct *vma, pte_t *leaf)
{
	pte_t *table = pgtable_withdraw(vma->vm_mm, (pmd_t *)leaf);

	for (unsigned int i = 0; i < PTRS_PER_TABLE; i++)
		set_pte(table + i, pte_mkspecial(pfn_pte(ZERO_PFN, vma->vm_page_prot)));
}

/* What the pmd says of the page, a pte says of its part. */
static pte_t split_pte(const struct vm_area_struct *vma, const struct page *page,
		       pte_t leaf)
{
	bool dirty = base_rule(mm_base(vma->vm_mm), RULE_SPLIT_DIRTY) == SPLIT_DIRTY_PTES;
	pte_t pte = mk_pte(page, vma->vm_page_prot);

	if (!pte_present(leaf))
		return migration_entry(page, leaf);
	pte = pte_write(leaf) ? maybe_mkwrite(pte, vma) : pte_wrprotect(pte);
	if (!pte_young(leaf))
		pte = pte_mkold(pte);
	return dirty && pte_dirty(leaf) ? pte_mkdirty(pte) : pte;
}

static void map_by_ptes(struct vm_area_struct *vma, pte_t *leaf, struct page *page)
{
	pte_t entry = *leaf, *table;

	table = pgtable_withdraw(vma->vm_mm, (pmd_t *)leaf);
	for (unsigned int i = 0; i < PTRS_PER_TABLE; i++) {
		set_pte(table + i, split_pte(vma, page + i, entry));
		if (!pte_present(entry))
			continue;
		page[i]._mapcount++;
		if (PageAnonExclusive(page))
			SetPageAnonExclusive(page + i);
	}
	if (!pte_present(entry))
		return;
	if (compound_mapcount(page) > 1)
		page[1].flags |= PAGE_DOUBLE_MAP;
	drop_compound_mapping(page);
	get_page_refs_as(page, HPAGE_PMD_NR - 1, REF_MAPPING);
	if (pte_dirty(entry))
		SetPageDirty(page);
	munlock_split_page(vma, page);
}

void split_huge_pmd(struct vm_area_struct *vma, pte_t *leaf, unsigned long address)
{
	struct page *page = pfn_to_page(mm_phys(vma->vm_mm), pte_pfn(*leaf));

	if (vma_is_special_huge(vma)) {
		zap_special_huge(leaf);
		return;
	}
	base_decision_at(mm_base(vma->vm_mm), "__split_huge_pmd", address,
			 "the huge page is mapped by ptes from now on");
	if (is_huge_zero_page(page))
		split_huge_zero_page_pmd(vma, leaf);
	else
		map_by_ptes(vma, leaf, page);
}

void split_huge_pmd_address(struct vm_area_struct *vma, unsigned long address)
{
	pmd_t *pmd = address & ~PMD_MASK ? mm_find_pmd(vma->vm_mm, address) : NULL;

	if (pmd && pmd_leaf(*pmd))
		split_huge_pmd(vma, (pte_t *)pmd, address);
}

int total_mapcount(const struct page *head)
{
	int sum = compound_mapcount(head);

	for (unsigned long i = 0; i < compound_nr(head); i++)
		sum += head[i]._mapcount + 1;
	return sum;
}

/*
 * vma_adjust_trans_huge() at one end. A huge page of a pool is never split: whoever maps
 * it forbids to cut it.
 */
static void split_what_is_across(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(mm, address);

	if (vma && vma->vm_start < address && !is_vm_hugetlb_page(vma))
		split_huge_pmd_address(vma, address);
}

/* The VMA's end is one that nothing crosses. */
static int split_at(struct mm_struct *mm, unsigned long start)
{
	const struct vm_area_struct *vma = find_vma(mm, start);

	split_what_is_across(mm, start);
	return vma ? split_range(mm, start, vma->vm_end) : 0;
}

int split_mapped_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	int error = vma_may_split(mm, start);

	if (error)
		return error;
	error = vma_may_split(mm, end);
	/* The end is not asked before the start has been split. */
	if (error)
		return split_at(mm, start) ? -ENOMEM : error;
	split_what_is_across(mm, start);
	split_what_is_across(mm, end);
	return split_range(mm, start, end);
}

void zap_huge_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma, pte_t *leaf)
{
	pte_t entry = *leaf;
	struct page *page = pte_present(entry) ? vm_normal_page_pmd(vma, entry) : NULL;

	set_pte(leaf, (pte_t){0});
	pgtable_drop(vma->vm_mm);
	if (!page)
		return;
	page_remove_compound_rmap(page);
	tlb_remove_page(tlb, page);
}

bool can_change_pmd_writable(const struct vm_area_struct *vma, pte_t entry)
{
	struct page *page = vm_normal_page_pmd(vma, entry);

	return (vma->vm_flags & VM_WRITE) && page && PageAnonExclusive(page);
}

/* A pmd gets its right to write back where it is read-only for no other reason. */
void change_huge_pmd(struct vm_area_struct *vma, pte_t *leaf)
{
	struct base *base = mm_base(vma->vm_mm);
	pte_t entry = *leaf;

	if (!pte_present(entry))
		return;
	entry = pte_modify(entry, vma->vm_page_prot);
	if (can_change_pmd_writable(vma, entry)) {
		base_decision(base, "change_huge_pmd", RULE_MPROTECT_HUGE,
			      "the huge page is the mapping's own");
		if (base_rule(base, RULE_MPROTECT_HUGE) == MPROTECT_HUGE_WRITABLE)
			entry = pte_mkwrite(entry);
	}
	set_pte(leaf, entry);
}

static bool split_pmd_one(struct page *page, struct vm_area_struct *vma,
			  unsigned long address, void *arg)
{
	pmd_t *pmd = mm_find_pmd(vma->vm_mm, address);

	(void)arg;
	if (pmd && pmd_leaf(*pmd) && pte_pfn(*(pte_t *)pmd) == pfn_of_page(page))
		split_huge_pmd(vma, (pte_t *)pmd, address);
	return true;
}

/* What the head's flags said of all frames, each has to say for itself. */
static void become_page(struct page *head, struct page *page, struct list_head *isolated)
{
	const unsigned long shared = 1UL << PG_referenced | 1UL << PG_swapbacked |
				     1UL << PG_mlocked | 1UL << PG_uptodate |
				     1UL << PG_active | 1UL << PG_unevictable |
				     1UL << PG_dirty;

	page->lru = (struct list_head){0};
	page->flags |= head->flags & shared;
	page->mapping = head->mapping;
	page->index = head->index + (page - head);
	page->_refcount = 1;
	ledger_note(page, REF_KERNEL, 1);
	if (!isolated) {
		lru_cache_add(page);
		return;
	}
	lru_isolate_new(page);
	list_add_tail(&page->lru, isolated);
}

/* Nothing maps the compound page meanwhile. */
static void split_frames(struct page *head, struct list_head *isolated)
{
	struct page *end = head + compound_nr(head);

	head[1].flags &= ~PAGE_PARTLY_MAPPED;
	for (struct page *page = end - 1; page > head; page--)
		become_page(head, page, isolated);
	head->flags &= ~(1UL << PG_head);
	lru_add_drain_all(page_phys(head));
	for (struct page *page = head; page < end; page++)
		remove_migration_ptes(page, page);
	for (struct page *page = head + 1; page < end; page++)
		put_page_as(page, REF_KERNEL);
}

int split_huge_page_to_list(struct page *page, struct list_head *isolated)
{
	struct page *head = compound_head(page);
	struct base *base = page_phys(head)->base;

	/* The caller holds it, too. */
	if (page_count_settled(head) - total_mapcount(head) != 1) {
		base_decision(base, "split_huge_page", RULE_NONE,
			      "somebody else holds the huge page");
		return -EBUSY;
	}
	base_decision(base, "split_huge_page", RULE_NONE,
		      "the huge page becomes small ones");
	rmap_walk(head, split_pmd_one, NULL);
	try_to_unmap(head);
	split_frames(head, isolated);
	return 0;
}

int split_huge_page(struct page *page)
{
	return split_huge_page_to_list(page, NULL);
}
