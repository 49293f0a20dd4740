/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a page to its ptes. */
#include "vm/rmap.h"

#include "file/pagecache.h"

static bool walk_one(struct page *page, struct vm_area_struct *vma, rmap_one_fn one,
		     void *arg)
{
	if (page->index < vma->vm_pgoff || page->index >= vma->vm_pgoff + vma_pages(vma))
		return true;
	return one(page, vma,
		   vma->vm_start + ((page->index - vma->vm_pgoff) << PAGE_SHIFT), arg);
}

static struct anon_vma *page_anon_vma(const struct page *page)
{
	return (struct anon_vma *)((uintptr_t)page->mapping & ~PAGE_MAPPING_ANON);
}

struct anon_vma *page_get_anon_vma(const struct page *page)
{
	if (!PageAnon(page) || !page_mapped(page))
		return NULL;
	page_anon_vma(page)->users++;
	return page_anon_vma(page);
}

static void walk_anon(struct page *page, rmap_one_fn one, void *arg)
{
	struct anon_vma *anon_vma = page_anon_vma(page);
	struct vma *vma;

	list_for_each_entry (vma, &anon_vma->vmas, anon_link)
		if (!walk_one(page, &vma->vm, one, arg))
			return;
}

static void walk_file(struct page *page, rmap_one_fn one, void *arg)
{
	struct vma *vma;

	list_for_each_entry (vma, &page->mapping->i_mmap, i_mmap_link)
		if (!walk_one(page, &vma->vm, one, arg))
			return;
}

void rmap_walk(struct page *page, rmap_one_fn one, void *arg)
{
	if (PageAnon(page))
		walk_anon(page, one, arg);
	else if (page->mapping)
		walk_file(page, one, arg);
}

static bool try_to_unmap_one(struct page *page, struct vm_area_struct *vma,
			     unsigned long address, void *arg)
{
	pte_t *ptep = mm_find_pte(vma->vm_mm, address);
	pte_t pte;

	(void)arg;
	if (!ptep || !pte_present(*ptep) || pte_pfn(*ptep) != pfn_of_page(page))
		return true;
	pte = *ptep;
	set_pte(ptep, migration_entry(page, pte));
	if (pte_dirty(pte))
		set_page_dirty(page);
	page_remove_rmap(page);
	put_page_as(page, REF_MAPPING);
	return page_mapped(page);
}

void try_to_unmap(struct page *page)
{
	rmap_walk(page, try_to_unmap_one, NULL);
}

/* As used as it was, on releases whose entries remember that. */
static pte_t restored_pte(const struct vm_area_struct *vma, const struct page *page,
			  pte_t entry)
{
	bool kept = base_rule(mm_base(vma->vm_mm), RULE_MIGRATION_PTE) ==
		    MIGRATION_PTE_AS_IT_WAS;
	pte_t pte = mk_pte(page, vma->vm_page_prot);

	if (!kept || !(entry.pte & SWP_MIG_YOUNG))
		pte = pte_mkold(pte);
	if (kept && (entry.pte & SWP_MIG_DIRTY) && PageDirty(page))
		pte = pte_mkdirty(pte);
	return pte;
}

static bool remove_migration_pte(struct page *new_page, struct vm_area_struct *vma,
				 unsigned long address, void *arg)
{
	const struct page *old = arg;
	pte_t *ptep = mm_find_pte(vma->vm_mm, address);
	pte_t pte;

	if (!ptep || !is_migration_entry(*ptep) || pte_pfn(*ptep) != pfn_of_page(old))
		return true;
	pte = restored_pte(vma, new_page, *ptep);
	if (is_write_migration_entry(*ptep))
		pte = maybe_mkwrite(pte, vma);
	set_pte(ptep, pte);
	get_page_as(new_page, REF_MAPPING);
	page_dup_rmap(new_page);
	if (vma->vm_flags & VM_LOCKED)
		mlock_vma_page(new_page);
	return true;
}

void remove_migration_ptes(struct page *old, struct page *new_page)
{
	rmap_walk(new_page, remove_migration_pte, old);
}
