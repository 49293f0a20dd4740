/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Going through the ptes of a range. What it costs is the tables, not the range. */
#ifndef SIM_MM_PAGEWALK_H
#define SIM_MM_PAGEWALK_H

#include "mm/pgtable.h"

/* Called for a pte that is not none; it may change the pte. 0: go on. */
typedef int (*pte_entry_fn)(pte_t *ptep, unsigned long address, void *arg);

/* The ptes of [start, end) that are not none, in order. Returns what @pte_entry ends
 * with.
 */
int walk_page_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		    pte_entry_fn pte_entry, void *arg);

#endif
