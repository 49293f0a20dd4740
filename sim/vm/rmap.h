/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reverse map: a page's count of mappings, and the way from the page to the ptes that
 * map it. Invariant: _mapcount + 1 ptes point at the page, each with a reference of
 * REF_MAPPING. ZONE_DEVICE pages and the zero page are mapped without either.
 */
#ifndef SIM_VM_RMAP_H
#define SIM_VM_RMAP_H

#include "vm/mlock.h"

/* The page behind a pte, NULL if the pte is special: no counts are kept for it then. */
static inline struct page *vm_normal_page(const struct vm_area_struct *vma, pte_t pte)
{
	if (unlikely(pte_special(pte)))
		return NULL;
	return pfn_to_page(mm_phys(vma->vm_mm), pte_pfn(pte));
}

/* Where the anonymous page is to be found: in whatever was forked from @vma. */
static inline void page_set_anon_rmap(struct page *page, struct vm_area_struct *vma,
				      unsigned long address)
{
	page->flags |= 1UL << PG_swapbacked | PAGE_EXCLUSIVE;
	page->mapping =
		(struct address_space *)((uintptr_t)vma->anon_vma | PAGE_MAPPING_ANON);
	page->index = linear_page_index(vma, address);
}

/* The first mapping of a new page takes over the reference it was allocated with. */
static inline void page_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma,
					  unsigned long address)
{
	page_set_anon_rmap(page, vma, address);
	page->_mapcount = 0;
}

/* Then it goes to the LRU: as one in use, as one that has to prove it, or mlocked. */
static inline void lru_cache_add_new_anon(struct page *page,
					  const struct vm_area_struct *vma)
{
	if (unlikely((vma->vm_flags & (VM_LOCKED | VM_SPECIAL)) == VM_LOCKED))
		SetPageMlocked(page);
	else if (base_rule(mm_base(vma->vm_mm), RULE_NEW_ANON_LRU) != NEW_ANON_INACTIVE)
		page->flags |= 1UL << PG_active;
	lru_cache_add(page);
}

/*
 * One mapping more: its reference is the caller's to take, or to hand over. Since v5.18
 * this is where a page that comes late to locked memory is mlocked.
 */
static inline void page_add_file_rmap(struct page *page, const struct vm_area_struct *vma)
{
	page->_mapcount++;
	if (unlikely((vma->vm_flags & (VM_LOCKED | VM_SPECIAL)) == VM_LOCKED) &&
	    base_rule(mm_base(vma->vm_mm), RULE_FILE_RMAP) == FILE_RMAP_MLOCKS)
		mlock_vma_page(page);
}

static inline void page_dup_rmap(struct page *page)
{
	page->_mapcount++;
}

/* A mapping of a huge page, or of a part of it, has gone. */
void note_partly_mapped(struct page *page);

/* One mapping less: its reference is the caller's to give back. */
static inline void page_remove_rmap(struct page *page)
{
	page->_mapcount--;
	if (unlikely(PageCompound(page)))
		note_partly_mapped(page);
	if (unlikely(PageMlocked(compound_head(page))) && !page_mapped(page))
		clear_page_mlock(page);
}

/* With its last pmd it is forgotten that a huge page was mapped both ways. */
static inline void drop_compound_mapping(struct page *head)
{
	if (--head[1].compound_mapcount < 0)
		head[1].flags &= ~PAGE_DOUBLE_MAP;
}

/* The same of a pmd or pud, which maps all of a compound page. */
static inline void page_remove_compound_rmap(struct page *head)
{
	drop_compound_mapping(head);
	note_partly_mapped(head);
	if (unlikely(PageMlocked(head)) && !page_mapped(head))
		clear_page_mlock(head);
}

/* Called for each place where the page may be mapped; false ends the walk. */
typedef bool (*rmap_one_fn)(struct page *page, struct vm_area_struct *vma,
			    unsigned long address, void *arg);

void rmap_walk(struct page *page, rmap_one_fn one, void *arg);

/* Its anon_vma stays until put_anon_vma(). NULL: it is not anonymous, or not mapped. */
struct anon_vma *page_get_anon_vma(const struct page *page);

/* The entry at @address, of whatever level, if it maps @page, or @page is what it had. */
pte_t *page_vma_mapped_walk(const struct page *page, const struct vm_area_struct *vma,
			    unsigned long address);

/* Replace every entry that maps the page, or a part of it, by a migration entry. */
void try_to_unmap(struct page *page);
/* Map @new_page wherever a migration entry of @old stands. */
void remove_migration_ptes(struct page *old, struct page *new_page);

#endif
