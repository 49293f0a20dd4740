/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Going through page tables. */
#include "mm/pagewalk.h"

/*
 * The pmd of the first table of ptes that covers a part of [*address, end); NULL: there
 * is none. *address is moved up to what the table covers.
 */
static pmd_t *next_table(const struct mm_struct *mm, unsigned long *address,
			 unsigned long end)
{
	while (*address < end) {
		pgd_t *pgd = pgd_offset(mm, *address);
		unsigned int shift = PGDIR_SHIFT;

		if (!pgd_none(*pgd)) {
			pud_t *pud = pud_offset(pgd, *address);

			shift = PUD_SHIFT;
			if (!pud_none(*pud)) {
				pmd_t *pmd = pmd_offset(pud, *address);

				shift = PMD_SHIFT;
				if (!pmd_none(*pmd))
					return pmd;
			}
		}
		*address = ((*address >> shift) + 1) << shift;
	}
	return NULL;
}

int walk_page_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		    pte_entry_fn pte_entry, void *arg)
{
	pmd_t *pmd;

	while ((pmd = next_table(mm, &start, end))) {
		unsigned long next = (start & PMD_MASK) + PMD_SIZE;

		for (; start < next && start < end; start += PAGE_SIZE) {
			pte_t *ptep = pte_offset_map(pmd, start);
			int ret = pte_none(*ptep) ? 0 : pte_entry(ptep, start, arg);

			if (ret)
				return ret;
		}
	}
	return 0;
}
