/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the blocks of fsdax files lie. A freed frame in line with the file's others comes
 * first, then one that was never used; what is to be mapped by a pmd has frames in a row,
 * from a multiple of 2 MiB on.
 */
#include "file/dax_entry.h"

#include <errno.h>

static void put_free(struct gupsim_pmem *pmem, unsigned long pfn)
{
	pfn_to_page(pmem->phys, pfn)->private = pmem->free_pfn;
	pmem->free_pfn = pfn;
}

void file_free_block(struct gupsim_file *file, pgoff_t index)
{
	put_free(file->pmem, file->extents[index]);
	file->extents[index] = 0;
}

static bool is_in(unsigned long pfn, unsigned long first, unsigned long nr)
{
	return pfn >= first && pfn < first + nr;
}

static bool all_free(const struct gupsim_pmem *pmem, unsigned long first,
		     unsigned long nr)
{
	unsigned long found = 0;

	for (unsigned long pfn = pmem->free_pfn; pfn;
	     pfn = pfn_to_page(pmem->phys, pfn)->private)
		found += is_in(pfn, first, nr);
	return found == nr;
}

static void take_from_free(struct gupsim_pmem *pmem, unsigned long first,
			   unsigned long nr)
{
	unsigned long *link = &pmem->free_pfn;

	while (*link) {
		struct page *page = pfn_to_page(pmem->phys, *link);

		if (is_in(*link, first, nr)) {
			*link = page->private;
			page->private = 0;
			page_forget_contents(page);
		} else {
			link = &page->private;
		}
	}
}

/*
 * ext4_ext_find_goal(), as far as a pmd reaches: in line with a block before the page's,
 * or else after it. 0: there is none.
 */
static unsigned long find_goal(const struct gupsim_file *file, pgoff_t index)
{
	pgoff_t first = first_of_pmd(index), end = first + HPAGE_PMD_NR;

	for (pgoff_t i = index; i > first; i--)
		if (file->extents[i - 1])
			return file->extents[i - 1] + (index - i + 1);
	for (pgoff_t i = index + 1; i < end && i < file->nr_extents; i++)
		if (file->extents[i])
			return file->extents[i] - (i - index);
	return 0;
}

int file_allocate_block(struct gupsim_file *file, pgoff_t index)
{
	struct gupsim_pmem *pmem = file->pmem;
	unsigned long pfn = find_goal(file, index);

	if (!pfn || !all_free(pmem, pfn, 1))
		pfn = pmem->used < pmem->pgmap.nr_pages
			      ? pmem->pgmap.start_pfn + pmem->used++
			      : pmem->free_pfn;
	if (!pfn)
		return -ENOSPC;
	take_from_free(pmem, pfn, 1);
	file->extents[index] = pfn;
	return 0;
}

/* What is passed over for the sake of alignment is there for others. */
static unsigned long take_fresh_row(struct gupsim_pmem *pmem)
{
	unsigned long start = (pmem->used + HPAGE_PMD_NR - 1) & ~(HPAGE_PMD_NR - 1);

	if (start + HPAGE_PMD_NR > pmem->pgmap.nr_pages)
		return 0;
	for (unsigned long i = start; i > pmem->used; i--)
		put_free(pmem, pmem->pgmap.start_pfn + i - 1);
	pmem->used = start + HPAGE_PMD_NR;
	return pmem->pgmap.start_pfn + start;
}

static unsigned long take_freed_row(struct gupsim_pmem *pmem)
{
	unsigned long pfn = pmem->pgmap.start_pfn;

	for (; pfn < pmem->pgmap.start_pfn + pmem->used; pfn += HPAGE_PMD_NR)
		if (all_free(pmem, pfn, HPAGE_PMD_NR)) {
			take_from_free(pmem, pfn, HPAGE_PMD_NR);
			return pfn;
		}
	return 0;
}

int file_allocate_row(struct gupsim_file *file, pgoff_t index)
{
	unsigned long pfn = take_fresh_row(file->pmem);

	if (!pfn)
		pfn = take_freed_row(file->pmem);
	if (!pfn)
		return -ENOSPC;
	for (unsigned long i = 0; i < HPAGE_PMD_NR; i++)
		file->extents[index + i] = pfn + i;
	return 0;
}

bool file_is_row(const struct gupsim_file *file, pgoff_t index)
{
	unsigned long pfn = file->extents[index];

	if (!pfn || pfn % HPAGE_PMD_NR)
		return false;
	for (unsigned long i = 1; i < HPAGE_PMD_NR; i++)
		if (file->extents[index + i] != pfn + i)
			return false;
	return true;
}
