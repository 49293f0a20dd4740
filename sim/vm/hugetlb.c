/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unmapping, forking and protecting huge pages, and cutting their files. */
#include "vm/hugetlb.h"

#include "file/hugetlb.h"
#include "file/size.h"
#include "mm/pagewalk.h"
#include "vm/fork.h"
#include "vm/mmu_gather.h"
#include "vm/rmap.h"
#include "vm/zap.h"

#include <errno.h>

void hugepage_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma,
				unsigned long address)
{
	SetPageAnonExclusive(page);
	page[1].compound_mapcount = 0;
	if (base_rule(page_phys(page)->base, RULE_NEW_ANON_PINS) == NEW_ANON_PINS_RESET)
		page[1].compound_pincount = 0;
	page->mapping =
		(struct address_space *)((uintptr_t)vma->anon_vma | PAGE_MAPPING_ANON);
	page->index = linear_page_index(vma, address);
	huge_page_is_used(page);
}

void hugepage_dup_rmap(struct page *page)
{
	page[1].compound_mapcount++;
}

void hugepage_remove_rmap(struct page *page)
{
	page[1].compound_mapcount--;
}

pte_t make_huge_pte(const struct vm_area_struct *vma, const struct page *page,
		    bool writable)
{
	pte_t entry = pte_mkyoung(pte_mkhuge(mk_pte(page, vma->vm_page_prot)));

	return writable ? pte_mkwrite(pte_mkdirty(entry)) : pte_wrprotect(entry);
}

static void unmap_huge_pte(struct mmu_gather *tlb, struct vm_area_struct *vma,
			   unsigned long address, pte_t *ptep)
{
	struct page *page = pfn_to_page(mm_phys(vma->vm_mm), pte_pfn(*ptep));

	if (pte_dirty(*ptep))
		set_page_dirty(page);
	set_pte(ptep, (pte_t){0});
	hugepage_remove_rmap(page);
	hugetlb_restore_reserve(vma, address, page);
	tlb_remove_page(tlb, page);
}

/* A page that the owner takes away is missed: whoever looks for it there is refused. */
void unmap_hugepage_range(struct vm_area_struct *vma, unsigned long start,
			  unsigned long end, struct page *ref_page)
{
	unsigned long size = huge_page_size(hstate_vma(vma));
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, vma->vm_mm);
	for (; start < end; start += size) {
		pte_t *ptep = huge_pte_offset(vma, start);

		if (!ptep || pte_none(*ptep))
			continue;
		if (ref_page && pte_pfn(*ptep) != pfn_of_page(ref_page))
			continue;
		if (ref_page)
			sim_vma(vma)->resv_unmapped = true;
		unmap_huge_pte(&tlb, vma, start, ptep);
	}
	tlb_finish_mmu(&tlb);
}

/* Is the child to have a huge page of its own? */
static bool huge_page_needs_copy(const struct vm_area_struct *vma,
				 const struct page *page)
{
	unsigned int rule = base_rule(mm_base(vma->vm_mm), RULE_HUGETLB_FORK_PINNED);

	if (rule == HUGETLB_FORK_PINNED_SHARED || !page_needs_cow_for_dma(vma, page))
		return false;
	return rule == HUGETLB_FORK_PINNED_COPIED ||
	       (PageAnon(page) && PageAnonExclusive(page));
}

int copy_user_huge_page(struct page *to, struct page *from)
{
	for (unsigned long i = 0; i < compound_nr(from); i++)
		if (copy_highpage(to + i, from + i))
			return -ENOMEM;
	SetPageUptodate(to);
	return 0;
}

/* The child has nothing that is spoken for, and gets a page that is left. */
static int copy_pinned(struct vm_area_struct *vma, unsigned long address, pte_t *to,
		       struct page *page)
{
	struct page *copy;

	if (anon_vma_prepare(vma))
		return -ENOMEM;
	copy = alloc_huge_page(vma, address, true);
	if (!copy)
		return base_error(mm_base(vma->vm_mm), -ENOMEM,
				  "the pool has no huge page for the child");
	if (copy_user_huge_page(copy, page)) {
		restore_reserve_on_error(vma, address, copy);
		return -ENOMEM;
	}
	page_ref_becomes(copy, REF_KERNEL, REF_MAPPING);
	hugepage_add_new_anon_rmap(copy, vma, address);
	set_pte(to, make_huge_pte(vma, copy, true));
	base_decision(mm_base(vma->vm_mm), "copy_hugetlb_page_range",
		      RULE_HUGETLB_FORK_PINNED,
		      "the huge page may be pinned: the child gets a copy");
	return 0;
}

struct huge_copy {
	const struct vm_area_struct *from;
	struct vm_area_struct *to;
};

static int copy_huge_pte(pte_t *from, unsigned long address, unsigned int shift,
			 void *arg)
{
	const struct huge_copy *copy = arg;
	pte_t *to = huge_pte_alloc(copy->to, address);
	struct page *page;

	(void)shift;
	if (!to)
		return -ENOMEM;
	page = pfn_to_page(mm_phys(copy->to->vm_mm), pte_pfn(*from));
	if (huge_page_needs_copy(copy->from, page))
		return copy_pinned(copy->to, address, to, page);
	if (is_cow_mapping(copy->from->vm_flags))
		set_pte(from, pte_wrprotect(*from));
	get_page_as(page, REF_MAPPING);
	hugepage_dup_rmap(page);
	ClearPageAnonExclusive(page);
	set_pte(to, *from);
	return 0;
}

int copy_hugetlb_page_range(struct vm_area_struct *to, const struct vm_area_struct *from)
{
	static const struct mm_walk_ops ops = {.huge_entry = copy_huge_pte};
	struct huge_copy copy = {from, to};
	struct gupsim_mm *mm = sim_mm(from->vm_mm);

	/* Nobody can look between the two steps that it rises by. */
	if (is_cow_mapping(from->vm_flags) &&
	    base_rule(mm->base, RULE_HUGETLB_FORK_SEQ) == HUGETLB_FORK_SEQ_RISES)
		mm->write_protect_seq += 2;
	return walk_page_range(from->vm_mm, from->vm_start, from->vm_end, &ops, &copy);
}

static int change_huge_pte(pte_t *ptep, unsigned long address, unsigned int shift,
			   void *arg)
{
	const struct vm_area_struct *vma = arg;

	(void)address;
	(void)shift;
	if (pte_present(*ptep))
		set_pte(ptep, pte_modify(*ptep, vma->vm_page_prot));
	return 0;
}

void hugetlb_change_protection(struct vm_area_struct *vma)
{
	static const struct mm_walk_ops ops = {.huge_entry = change_huge_pte};

	walk_page_range(vma->vm_mm, vma->vm_start, vma->vm_end, &ops, vma);
}

int hugetlb_vmtruncate(struct gupsim_file *file, uint64_t bytes)
{
	if (bytes % huge_page_size(file->hstate))
		return base_error(file->phys->base, -EINVAL, "%s is made of huge pages",
				  file->name);
	file_set_size(file, bytes);
	unmap_mapping_pages(&file->mapping, file->nr_pages, END_OF_ALL_FILES, true);
	remove_inode_hugepages(file, file->nr_pages, END_OF_ALL_FILES);
	hugetlb_unreserve_pages(file, file->nr_pages);
	return 0;
}

void hugetlbfs_punch_hole(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	unsigned long nr = pages_per_huge_page(file->hstate);

	first = (first + nr - 1) & ~(nr - 1);
	end &= ~(nr - 1);
	if (first >= end)
		return;
	unmap_mapping_pages(&file->mapping, first, end, true);
	remove_inode_hugepages(file, first, end);
}
