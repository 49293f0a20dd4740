/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages on their way out of an mm. Whoever has cleared their ptes gives them back when no
 * CPU can reach them any more: it waits for those that have interrupts off, as a lockless
 * walk has. Invariant: outside of such walks nothing is left over.
 */
#ifndef SIM_VM_MMU_GATHER_H
#define SIM_VM_MMU_GATHER_H

#include "mm/mm.h"

struct mmu_gather {
	struct mm_struct *mm;
	bool waits; /* for a walk that has interrupts off */
	bool left;  /* pages were left to the end of it */
};

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm);
void tlb_finish_mmu(struct mmu_gather *tlb);
/* The reference of a walk's end, or of memory that the host does not have. */
SIM_COLD void tlb_leave_page(struct mmu_gather *tlb, struct page *page);

/* Give back the reference of a pte that is cleared. */
static inline void tlb_remove_page(struct mmu_gather *tlb, struct page *page)
{
	if (unlikely(tlb->waits))
		tlb_leave_page(tlb, page);
	else
		put_page_as(page, REF_MAPPING);
}

/* A walk of current's mm begins, and ends: then what waited for it goes. They nest. */
void mm_irq_save(struct mm_struct *mm);
void mm_irq_restore(struct mm_struct *mm);

#endif
