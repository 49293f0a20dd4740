/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an audit counts: page tables, files, LRU lists, free frames, devices. */
#include "machine/audit.h"

#include "file/hugetlb.h"
#include "mm/pkey.h"
#include "vm/rmap.h"

static void tally_leaf(struct audit *audit, struct vm_area_struct *vma, pte_t pte,
		       unsigned long nr)
{
	struct page *page = pte_present(pte) ? vm_normal_page(vma, pte) : NULL;

	if (!page || is_huge_zero_page(page) || pte_devmap(pte))
		return;
	tally_of(audit, compound_head(page))->kind[REF_MAPPING]++;
	if (PageHead(page) && nr == compound_nr(page)) {
		tally_of(audit, page)->whole++;
		return;
	}
	for (unsigned long i = 0; i < nr; i++)
		tally_of(audit, page + i)->mapcount++;
}

/* Such an entry has no key. */
static bool is_numa_hint(const struct vm_area_struct *vma, pte_t pte)
{
	return pte_protnone(pte) && vma_is_accessible(vma);
}

/* @nr: how many pages the entry maps. */
static void audit_leaf(struct audit *audit, struct mm_struct *mm, pte_t pte,
		       unsigned long address, unsigned long nr)
{
	struct vm_area_struct *vma = vma_lookup(mm, address);

	if (!vma) {
		audit_finding(audit, "%#lx has a pte but no VMA", address);
		return;
	}
	tally_leaf(audit, vma, pte, nr);
	if (pte_present(pte) && !is_numa_hint(vma, pte) && pte_pkey(pte) != vma_pkey(vma))
		audit_finding(audit, "%#lx has protection key %u, its VMA has %u",
			      address, pte_pkey(pte), vma_pkey(vma));
}

/* Returns the number of tables, this one included. */
static unsigned long audit_table(struct audit *audit, struct mm_struct *mm,
				 const u64 *table, unsigned long base, unsigned int shift)
{
	unsigned long tables = 1;

	for (unsigned long i = 0; i < PTRS_PER_TABLE; i++) {
		unsigned long address = base + (i << shift);

		if (!table[i])
			continue;
		if (shift == PAGE_SHIFT || !leads_to_table(table[i]))
			audit_leaf(audit, mm, (pte_t){table[i]}, address,
				   1UL << (shift - PAGE_SHIFT));
		else
			tables += audit_table(audit, mm, table_of(table[i]), address,
					      shift - 9);
	}
	return tables;
}

static void audit_vmas(struct audit *audit, struct mm_struct *mm)
{
	const struct vm_area_struct *vma, *prev = NULL;
	const char *name = mm->sim->name;
	int nr = 0;

	for_each_vma (vma, mm) {
		if (vma->vm_prev != prev || vma->vm_start >= vma->vm_end ||
		    (prev && prev->vm_end > vma->vm_start))
			audit_finding(audit, "%s: the VMA at %#lx is out of order", name,
				      vma->vm_start);
		if (find_vma(mm, vma->vm_start) != vma)
			audit_finding(audit,
				      "%s: the VMA at %#lx is not found in the tree",
				      name, vma->vm_start);
		prev = vma;
		nr++;
	}
	if (nr != mm->map_count)
		audit_finding(audit, "%s: %d VMAs, map_count is %d", name, nr,
			      mm->map_count);
}

static void audit_mm(struct audit *audit, struct mm_struct *mm)
{
	const struct gupsim_mm *sim = mm->sim;
	unsigned long tables;

	audit_vmas(audit, mm);
	tables = audit_table(audit, mm, (const u64 *)sim->pgd, 0, PGDIR_SHIFT) +
		 sim->nr_deposited;
	if (tables != sim->nr_tables)
		audit_finding(audit, "%s: %lu page tables in use, %lu reached", sim->name,
			      sim->nr_tables, tables);
}

static void audit_file(struct audit *audit, const struct gupsim_file *file)
{
	struct cached_page *entry, *next;

	HASH_ITER (hh, file->mapping.pages, entry, next) {
		struct page *page = entry->page;
		struct tally *tally = tally_of(audit, page);

		tally->kind[REF_CACHE] += cache_refs(page);
		if (PagePrivate(page))
			tally->kind[REF_BUFFERS]++;
		if (page->mapping != &file->mapping || page->index != entry->index)
			audit_page_finding(audit, page,
					   "page %lu of %s has another mapping or index",
					   entry->index, file->name);
	}
	for (pgoff_t i = 0; file->inserted && i < file->nr_pages; i++)
		if (file->inserted[i])
			tally_of(audit, file->inserted[i])->kind[REF_BASE]++;
}

static void audit_reads(struct audit *audit)
{
	const struct vfs *vfs = &audit->machine->vfs;

	for (size_t i = 0; i < vfs->nr_reads; i++)
		tally_of(audit, vfs->reads[i].page)->reads++;
}

static const char *const list_names[NR_LRU_LISTS] = {
	[LRU_INACTIVE_ANON] = "inactive anon", [LRU_ACTIVE_ANON] = "active anon",
	[LRU_INACTIVE_FILE] = "inactive file", [LRU_ACTIVE_FILE] = "active file",
	[LRU_UNEVICTABLE] = "unevictable",
};

static enum lru_list list_by_flags(const struct page *page)
{
	if (PageUnevictable(page))
		return LRU_UNEVICTABLE;
	return (page_is_file_cache(page) ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON) +
	       PageActive(page);
}

static void audit_lru_list(struct audit *audit, enum lru_list list)
{
	const struct lru *lru = &audit->phys->lru;
	unsigned long nr = 0;
	struct page *page;

	list_for_each_entry (page, &lru->list[list], lru) {
		nr++;
		tally_of(audit, page)->lists++;
		if (list_by_flags(page) != list)
			audit_page_finding(audit, page,
					   "pfn %lu: on the %s list, its flags say %s",
					   pfn_of_page(page), list_names[list],
					   list_names[list_by_flags(page)]);
	}
	if (nr != lru->size[list])
		audit_finding(audit, "the %s list counts %lu pages and has %lu",
			      list_names[list], lru->size[list], nr);
}

static void tally_pagevec(struct audit *audit, const struct pagevec *pvec)
{
	for (unsigned int i = 0; i < pvec->nr; i++)
		if (pvec->page[i]) /* a drain takes one after the other */
			tally_of(audit, pvec->page[i])->kind[REF_PAGEVEC]++;
}

static void audit_lru(struct audit *audit)
{
	const struct lru *lru = &audit->phys->lru;

	tally_pagevec(audit, &lru->add);
	tally_pagevec(audit, &lru->activate);
	for (int i = 0; i < NR_LRU_LISTS; i++)
		audit_lru_list(audit, i);
}

static void audit_areas(struct audit *audit)
{
	for (int i = 0; i < NR_AREAS; i++) {
		const struct area *area = &audit->phys->area[i];
		unsigned long nr = area->end - area->fresh;
		struct page *page;

		for (int order = 0; order < NR_ORDERS; order++)
			list_for_each_entry (page, &area->free[order], lru)
				nr += 1UL << order;
		if (nr != area->nr_free)
			audit_finding(audit, "area %d counts %lu free frames and has %lu",
				      i, area->nr_free, nr);
	}
}

/* A lookup that is running has one of the device it has got to. */
static void audit_pmem(struct audit *audit)
{
	const struct gupsim_pmem *pmem;

	SLIST_FOREACH (pmem, &audit->machine->vfs.pmems, link)
		if (pmem->pgmap.ref && !audit->machine->base.call_depth)
			audit_finding(audit,
				      "pmem %s: %d references to its pgmap are left",
				      pmem->name, pmem->pgmap.ref);
}

void audit_walk(struct audit *audit)
{
	struct gupsim_file *file;
	struct gupsim_mm *mm;

	TAILQ_FOREACH (mm, &audit->machine->mms, link)
		if (!mm_gone(&mm->mm))
			audit_mm(audit, &mm->mm);
	TAILQ_FOREACH (file, &audit->machine->vfs.files, link)
		audit_file(audit, file);
	audit_reads(audit);
	audit_lru(audit);
	audit_areas(audit);
	audit_pmem(audit);
}
