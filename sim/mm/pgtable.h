/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables as x86-64 lays them out: 4 levels (the p4d is folded into the pgd) of 512
 * words. An entry of the two middle levels leads to a table, or is a leaf itself: a huge
 * page, or the note that one is on its way elsewhere. The last table of ptes that a walk
 * came to is kept, as a CPU keeps it: neighbours share it.
 */
#ifndef SIM_MM_PGTABLE_H
#define SIM_MM_PGTABLE_H

#include "mm/mm.h"

#define PTRS_PER_TABLE 512
#define PMD_SHIFT      21
#define PUD_SHIFT      30
#define PGDIR_SHIFT    39
#define PMD_SIZE       (1UL << PMD_SHIFT)
#define PMD_MASK       (~(PMD_SIZE - 1))
#define PUD_SIZE       (1UL << PUD_SHIFT)
#define PUD_MASK       (~(PUD_SIZE - 1))
/* The end of what the lower half of the top table covers: a page above TASK_SIZE_MAX. */
#define USER_TABLES_END (1UL << 47)

static inline unsigned int table_index(unsigned long address, unsigned int shift)
{
	return address >> shift & (PTRS_PER_TABLE - 1);
}

static inline void *table_of(u64 entry)
{
	return (void *)(uintptr_t)(entry & PTE_PFN_MASK);
}

/* A leaf has _PAGE_PSE, or is not present: a migration entry. */
static inline bool leads_to_table(u64 entry)
{
	return (entry & (_PAGE_PRESENT | _PAGE_PSE)) == _PAGE_PRESENT;
}

static inline bool pgd_none(pgd_t pgd)
{
	return !pgd.pgd;
}

static inline bool pud_none(pud_t pud)
{
	return !pud.pud;
}

static inline bool pmd_none(pmd_t pmd)
{
	return !pmd.pmd;
}

/* Does it map a huge page, or stand for one that is being moved? */
static inline bool pmd_leaf(pmd_t pmd)
{
	return !pmd_none(pmd) && !leads_to_table(pmd.pmd);
}

static inline bool pud_leaf(pud_t pud)
{
	return !pud_none(pud) && !leads_to_table(pud.pud);
}

static inline pud_t *pud_offset(pgd_t *pgd, unsigned long address)
{
	return (pud_t *)table_of(pgd->pgd) + table_index(address, PUD_SHIFT);
}

static inline pmd_t *pmd_offset(pud_t *pud, unsigned long address)
{
	return (pmd_t *)table_of(pud->pud) + table_index(address, PMD_SHIFT);
}

static inline pte_t *pte_offset_map(pmd_t *pmd, unsigned long address)
{
	return (pte_t *)table_of(pmd->pmd) + table_index(address, PAGE_SHIFT);
}

pgd_t *pgd_offset(const struct mm_struct *mm, unsigned long address);

/*
 * The tables above the last level, allocated where they lack. NULL: out of memory, or the
 * pud is a leaf.
 */
pud_t *pud_alloc(struct mm_struct *mm, unsigned long address);
pmd_t *pmd_alloc(struct mm_struct *mm, unsigned long address);
/* The pte of @address; tables are allocated where they lack. NULL: out of memory. */
pte_t *pte_alloc_map(struct mm_struct *mm, unsigned long address);

/* The entry of a level above, NULL if there is no table for it. */
pud_t *mm_find_pud(const struct mm_struct *mm, unsigned long address);
pmd_t *mm_find_pmd(const struct mm_struct *mm, unsigned long address);
/*
 * The entry of @address that leads to no further table, of whatever level: a pte, or a
 * leaf that covers 1 << *@shift bytes. NULL: there is none.
 */
pte_t *mm_find_leaf(struct mm_struct *mm, unsigned long address, unsigned int *shift);

/* The frame of @address in what a present leaf maps. */
static inline unsigned long leaf_pfn(pte_t leaf, unsigned int shift,
				     unsigned long address)
{
	return pte_pfn(leaf) + ((address & ((1UL << shift) - 1)) >> PAGE_SHIFT);
}

pte_t *walk_to_pte(struct mm_struct *mm, unsigned long address);

/* The pte of @address, NULL if there is no table for it: also where a leaf covers it. */
static inline pte_t *mm_find_pte(struct mm_struct *mm, unsigned long address)
{
	const struct walk_cache *last = &sim_mm(mm)->last_walk;

	pte_t *ptep = last->table + table_index(address, PAGE_SHIFT);

	if (unlikely(last->start != (address & PMD_MASK)))
		return walk_to_pte(mm, address);
	if (!ptep)
		__builtin_unreachable(); /* a kept table is one: no caller need ask */
	return ptep;
}

/*
 * A table for the ptes of a huge page, laid aside when it is mapped: to split its pmd
 * must not need memory. False: out of memory.
 */
bool pgtable_deposit(struct mm_struct *mm);
/* Use one as the table of @pmd, or give it back. */
pte_t *pgtable_withdraw(struct mm_struct *mm, pmd_t *pmd);
void pgtable_drop(struct mm_struct *mm);

/* Free the tables that cover nothing outside [floor, ceiling), where nothing is mapped.
 */
void free_pgtables(struct mm_struct *mm, unsigned long floor, unsigned long ceiling);

#endif
