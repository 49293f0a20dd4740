/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a page to its ptes. */
#include "vm/rmap.h"

#include "file/pagecache.h"

static pgoff_t page_to_pgoff(const struct page *page)
{
	const struct page *head = compound_head(page);

	return head->index + (page - head);
}

static bool walk_one(struct page *page, struct vm_area_struct *vma, rmap_one_fn one,
		     void *arg)
{
	pgoff_t index = page_to_pgoff(page);

	if (index < vma->vm_pgoff || index >= vma->vm_pgoff + vma_pages(vma))
		return true;
	return one(page, vma, vma->vm_start + ((index - vma->vm_pgoff) << PAGE_SHIFT),
		   arg);
}

static struct anon_vma *page_anon_vma(const struct page *page)
{
	return (struct anon_vma *)((uintptr_t)compound_head(page)->mapping &
				   ~PAGE_MAPPING_ANON);
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

pte_t *page_vma_mapped_walk(const struct page *page, const struct vm_area_struct *vma,
			    unsigned long address)
{
	unsigned int shift;
	pte_t *leaf = mm_find_leaf(vma->vm_mm, address, &shift);

	if (!leaf || pte_none(*leaf) ||
	    leaf_pfn(*leaf, shift, address) != pfn_of_page(page))
		return NULL;
	return leaf;
}

/* What a pmd still maps is mapped as a whole. */
void note_partly_mapped(struct page *page)
{
	struct page *head = compound_head(page);
	unsigned long mapped = 0;

	if (!PageAnon(head) || compound_mapcount(head) ||
	    (head[1].flags & PAGE_PARTLY_MAPPED))
		return;
	for (unsigned long i = 0; i < compound_nr(head); i++)
		mapped += head[i]._mapcount >= 0;
	if (mapped && mapped < compound_nr(head))
		head[1].flags |= PAGE_PARTLY_MAPPED;
}

static bool try_to_unmap_one(struct page *page, struct vm_area_struct *vma,
			     unsigned long address, void *arg)
{
	pte_t *leaf = page_vma_mapped_walk(page, vma, address);
	pte_t entry;

	(void)arg;
	if (!leaf || !pte_present(*leaf))
		return true;
	entry = *leaf;
	set_pte(leaf, migration_entry(page, entry));
	if (pte_dirty(entry))
		set_page_dirty(page);
	if (pte_huge(entry))
		page_remove_compound_rmap(page);
	else
		page_remove_rmap(page);
	put_page_as(page, REF_MAPPING);
	return page_mapcount(page);
}

void try_to_unmap(struct page *head)
{
	for (unsigned long i = 0; i < compound_nr(head); i++)
		rmap_walk(head + i, try_to_unmap_one, NULL);
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

/* A huge page that ptes map is never mlocked by being mapped. */
static void mlock_moved(const struct vm_area_struct *vma, struct page *page, bool huge)
{
	if (huge && base_rule(mm_base(vma->vm_mm), RULE_MLOCK_MOVED) == MLOCK_MOVED_LOST)
		return;
	if (huge || !PageCompound(page))
		mlock_vma_page(page);
}

static bool remove_migration_pte(struct page *new_page, struct vm_area_struct *vma,
				 unsigned long address, void *arg)
{
	pte_t *leaf = page_vma_mapped_walk(arg, vma, address);
	bool huge = PageHead(new_page) && !mm_find_pte(vma->vm_mm, address);
	pte_t entry;

	if (!leaf || !is_migration_entry(*leaf))
		return true;
	entry = restored_pte(vma, new_page, *leaf);
	if (is_write_migration_entry(*leaf))
		entry = maybe_mkwrite(entry, vma);
	set_pte(leaf, huge ? pte_mkhuge(entry) : entry);
	get_page_as(new_page, REF_MAPPING);
	if (huge)
		new_page[1].compound_mapcount++;
	else
		page_dup_rmap(new_page);
	if (vma->vm_flags & VM_LOCKED)
		mlock_moved(vma, new_page, huge);
	return true;
}

void remove_migration_ptes(struct page *old, struct page *new_page)
{
	for (unsigned long i = 0; i < compound_nr(new_page); i++)
		rmap_walk(new_page + i, remove_migration_pte, old + i);
}
