/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of fsdax files, and the pages that they stand for. */
#include "file/dax_entry.h"

#include <errno.h>
#include <string.h>

unsigned int dax_entry_at(const struct gupsim_file *file, pgoff_t index)
{
	return index < file->nr_dax_entries ? file->dax_entries[index] : DAX_NONE;
}

bool dax_has_page_entry(const struct gupsim_file *file, pgoff_t index)
{
	pgoff_t first = first_of_pmd(index);

	for (pgoff_t i = first; i < first + HPAGE_PMD_NR; i++) {
		unsigned int entry = dax_entry_at(file, i);

		if (entry != DAX_NONE && !(entry & DAX_PMD))
			return true;
	}
	return false;
}

static int reserve(struct gupsim_file *file, pgoff_t end)
{
	unsigned long old = file->nr_dax_entries;
	unsigned char *entries;

	if (end <= old)
		return 0;
	entries = heap_realloc(&file->phys->base->heap, file->dax_entries, end);
	if (!entries)
		return -ENOMEM;
	memset(entries + old, DAX_NONE, end - old);
	file->dax_entries = entries;
	file->nr_dax_entries = end;
	return 0;
}

int dax_store_entry(struct gupsim_file *file, pgoff_t index, unsigned int entry)
{
	unsigned long nr = entry & DAX_PMD ? HPAGE_PMD_NR : 1;
	pgoff_t first = entry & DAX_PMD ? first_of_pmd(index) : index;

	if (reserve(file, first + nr))
		return -ENOMEM;
	memset(file->dax_entries + first, (int)entry, nr);
	return 0;
}

/* The file forgets that the page is its own. Nobody can hold what waited to be idle. */
static void dax_disassociate_entry(struct page *page)
{
	if (!page->mapping)
		return;
	base_warn_on(page_phys(page)->base, page_count_settled(page) > 1, __func__,
		     "a page is truncated that somebody holds");
	page->mapping = NULL;
	page->index = 0;
}

void dax_delete_entries(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	if (dax_entry_at(file, first) & DAX_PMD)
		first = first_of_pmd(first);
	if (end > file->nr_dax_entries)
		end = file->nr_dax_entries;
	if (end > first && file->dax_entries[end - 1] & DAX_PMD)
		end = first_of_pmd(end - 1) + HPAGE_PMD_NR;
	for (pgoff_t i = first; i < end; i++) {
		if (i < file->nr_extents && file->extents[i])
			dax_disassociate_entry(pfn_to_page(file->phys, file->extents[i]));
		file->dax_entries[i] = DAX_NONE;
	}
}
