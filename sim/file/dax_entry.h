/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the address_space of an fsdax file holds where others hold cached pages: an entry
 * for each page, or one for all that a pmd maps, once a fault has asked for it.
 * Invariant: an entry that says DAX_BLOCK has its pages know the file and their index.
 */
#ifndef SIM_FILE_DAX_ENTRY_H
#define SIM_FILE_DAX_ENTRY_H

#include "file/file.h"

enum dax_entry {
	DAX_NONE,
	DAX_EMPTY, /* somebody wanted one, and had no use for it */
	DAX_ZERO,  /* a hole, read as zeroes */
	DAX_BLOCK,
	DAX_STATE = 0x0f,
	DAX_PMD = 0x10, /* one entry for HPAGE_PMD_NR pages */
};

/* The first of the pages that a pmd maps together with @index. */
static inline pgoff_t first_of_pmd(pgoff_t index)
{
	return index & ~(HPAGE_PMD_NR - 1);
}

/* The entry that has page @index, DAX_PMD in it if it has more. */
unsigned int dax_entry_at(const struct gupsim_file *file, pgoff_t index);
/* Is there an entry of a page alone among those that a pmd at @index would map? */
bool dax_has_page_entry(const struct gupsim_file *file, pgoff_t index);
/* Replace the entry at @index; with DAX_PMD, all of the pmd's. -ENOMEM: of the host. */
int dax_store_entry(struct gupsim_file *file, pgoff_t index, unsigned int entry);
/* Delete what has a part in [first, end), as a truncation does: entries go as a whole. */
void dax_delete_entries(struct gupsim_file *file, pgoff_t first, pgoff_t end);

#endif
