/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Going through page tables. */
#include "mm/pagewalk.h"

/*
 * The first entry that is a leaf, or leads to a table of ptes, and covers a part of
 * [*address, end); NULL: there is none. *address is moved up to what it covers.
 */
static u64 *next_entry(const struct mm_struct *mm, unsigned long *address,
		       unsigned long end, unsigned int *shift)
{
	while (*address < end) {
		pgd_t *pgd = pgd_offset(mm, *address);

		*shift = PGDIR_SHIFT;
		if (!pgd_none(*pgd)) {
			pud_t *pud = pud_offset(pgd, *address);

			*shift = PUD_SHIFT;
			if (pud_leaf(*pud))
				return &pud->pud;
			if (!pud_none(*pud)) {
				pmd_t *pmd = pmd_offset(pud, *address);

				*shift = PMD_SHIFT;
				if (!pmd_none(*pmd))
					return &pmd->pmd;
			}
		}
		*address = ((*address >> *shift) + 1) << *shift;
	}
	return NULL;
}

static int walk_ptes(pmd_t *pmd, unsigned long start, unsigned long end,
		     const struct mm_walk_ops *ops, void *arg)
{
	int ret = 0;

	for (; !ret && start < end; start += PAGE_SIZE) {
		pte_t *ptep = pte_offset_map(pmd, start);

		if (!pte_none(*ptep))
			ret = ops->pte_entry(ptep, start, arg);
	}
	return ret;
}

int walk_page_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		    const struct mm_walk_ops *ops, void *arg)
{
	unsigned int shift;
	int ret = 0;
	u64 *entry;

	while (!ret && (entry = next_entry(mm, &start, end, &shift))) {
		unsigned long base = start >> shift << shift;
		unsigned long next = base + (1UL << shift);

		if (leads_to_table(*entry))
			ret = walk_ptes((pmd_t *)entry, start, next < end ? next : end,
					ops, arg);
		else if (ops->huge_entry)
			ret = ops->huge_entry((pte_t *)entry, base, shift, arg);
		start = next;
	}
	return ret;
}
