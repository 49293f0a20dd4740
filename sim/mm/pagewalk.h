/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Going through what is mapped in a range. What it costs is the tables, not the range. */
#ifndef SIM_MM_PAGEWALK_H
#define SIM_MM_PAGEWALK_H

#include "mm/pgtable.h"

/* What to do with each kind of entry. An entry may be changed. 0: go on. */
struct mm_walk_ops {
	/* A pte that is not none. */
	int (*pte_entry)(pte_t *ptep, unsigned long address, void *arg);
	/*
	 * A leaf of an upper level, from @address on for 1 << @shift bytes: all of it,
	 * though the range may begin or end inside. NULL: leaves are passed over.
	 */
	int (*huge_entry)(pte_t *leaf, unsigned long address, unsigned int shift,
			  void *arg);
};

/* What is mapped in [start, end), in order. Returns what an entry ends with. */
int walk_page_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		    const struct mm_walk_ops *ops, void *arg);

#endif
