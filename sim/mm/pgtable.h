/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables as x86-64 lays them out: 4 levels (the p4d is folded into the pgd) of 512
 * words. A leaf holds the frame number of a page. An entry of an upper level holds the
 * host address of the next table where the hardware has a physical one.
 */
#ifndef SIM_MM_PGTABLE_H
#define SIM_MM_PGTABLE_H

#include "phys/page.h"

#define PTRS_PER_TABLE 512
#define PMD_SHIFT      21
#define PUD_SHIFT      30
#define PGDIR_SHIFT    39
#define PMD_SIZE       (1UL << PMD_SHIFT)
#define PMD_MASK       (~(PMD_SIZE - 1))
/* The end of what the lower half of the top table covers: a page above TASK_SIZE_MAX. */
#define USER_TABLES_END (1UL << 47)

#define _PAGE_PRESENT	0x001ULL
#define _PAGE_RW	0x002ULL
#define _PAGE_USER	0x004ULL
#define _PAGE_ACCESSED	0x020ULL
#define _PAGE_DIRTY	0x040ULL
#define _PAGE_PSE	0x080ULL
#define _PAGE_PROTNONE	0x100ULL /* the global bit, where PRESENT is clear */
#define _PAGE_SPECIAL	0x200ULL
#define _PAGE_DEVMAP	(1ULL << 58)
#define _PAGE_NX	(1ULL << 63)
#define PTE_PFN_MASK	0x000ffffffffff000ULL
#define _PAGE_TABLE	(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)

typedef struct {
	u64 pte;
} pte_t;

typedef struct {
	u64 pmd;
} pmd_t;

typedef struct {
	u64 pud;
} pud_t;

typedef struct {
	u64 pgd;
} pgd_t;

/* A pte that is not present keeps its frame number inverted, against L1TF. */
static inline u64 protnone_mask(u64 value)
{
	return value && !(value & _PAGE_PRESENT) ? ~0ULL : 0;
}

static inline unsigned long pte_pfn(pte_t pte)
{
	return ((pte.pte ^ protnone_mask(pte.pte)) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	u64 address = (u64)pfn << PAGE_SHIFT;

	return (pte_t){((address ^ protnone_mask(prot.pgprot)) & PTE_PFN_MASK) |
		       prot.pgprot};
}

static inline pte_t mk_pte(const struct page *page, pgprot_t prot)
{
	return pfn_pte(pfn_of_page(page), prot);
}

static inline bool pte_none(pte_t pte)
{
	return !pte.pte;
}

static inline bool pte_present(pte_t pte)
{
	return pte.pte & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

static inline bool pte_protnone(pte_t pte)
{
	return (pte.pte & (_PAGE_PRESENT | _PAGE_PROTNONE)) == _PAGE_PROTNONE;
}

static inline bool pte_write(pte_t pte)
{
	return pte.pte & _PAGE_RW;
}

static inline bool pte_dirty(pte_t pte)
{
	return pte.pte & _PAGE_DIRTY;
}

static inline bool pte_young(pte_t pte)
{
	return pte.pte & _PAGE_ACCESSED;
}

static inline bool pte_special(pte_t pte)
{
	return pte.pte & _PAGE_SPECIAL;
}

static inline bool pte_devmap(pte_t pte)
{
	return pte.pte & _PAGE_DEVMAP;
}

static inline bool pte_same(pte_t a, pte_t b)
{
	return a.pte == b.pte;
}

static inline pte_t pte_mkdirty(pte_t pte)
{
	return (pte_t){pte.pte | _PAGE_DIRTY};
}

static inline pte_t pte_mkclean(pte_t pte)
{
	return (pte_t){pte.pte & ~_PAGE_DIRTY};
}

static inline pte_t pte_mkyoung(pte_t pte)
{
	return (pte_t){pte.pte | _PAGE_ACCESSED};
}

static inline pte_t pte_mkold(pte_t pte)
{
	return (pte_t){pte.pte & ~_PAGE_ACCESSED};
}

static inline pte_t pte_mkwrite(pte_t pte)
{
	return (pte_t){pte.pte | _PAGE_RW};
}

static inline pte_t pte_wrprotect(pte_t pte)
{
	return (pte_t){pte.pte & ~_PAGE_RW};
}

static inline pte_t pte_mkspecial(pte_t pte)
{
	return (pte_t){pte.pte | _PAGE_SPECIAL};
}

static inline pte_t pte_mkdevmap(pte_t pte)
{
	return (pte_t){pte.pte | _PAGE_SPECIAL | _PAGE_DEVMAP};
}

static inline pte_t maybe_mkwrite(pte_t pte, const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_WRITE ? pte_mkwrite(pte) : pte;
}

/*
 * A migration entry: the page is on its way to another frame. The hardware sees a pte
 * that is not present; the type stands where x86-64 keeps it, the frame number inverted.
 */
#define SWP_TYPE_SHIFT	    59
#define SWP_MIGRATION_READ  30ULL
#define SWP_MIGRATION_WRITE 31ULL

static inline pte_t migration_entry(const struct page *page, bool write)
{
	u64 address = (u64)pfn_of_page(page) << PAGE_SHIFT;
	u64 type = write ? SWP_MIGRATION_WRITE : SWP_MIGRATION_READ;

	return (pte_t){(~address & PTE_PFN_MASK) | type << SWP_TYPE_SHIFT};
}

static inline bool is_migration_entry(pte_t pte)
{
	return !pte_none(pte) && !pte_present(pte) &&
	       pte.pte >> SWP_TYPE_SHIFT >= SWP_MIGRATION_READ;
}

static inline bool is_write_migration_entry(pte_t pte)
{
	return is_migration_entry(pte) &&
	       pte.pte >> SWP_TYPE_SHIFT == SWP_MIGRATION_WRITE;
}

static inline unsigned int table_index(unsigned long address, unsigned int shift)
{
	return address >> shift & (PTRS_PER_TABLE - 1);
}

static inline void *table_of(u64 entry)
{
	return (void *)(uintptr_t)(entry & PTE_PFN_MASK);
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

/* Tables are allocated where they lack. NULL: out of memory. */
pmd_t *pmd_alloc(struct mm_struct *mm, unsigned long address);
pte_t *pte_alloc_map(struct mm_struct *mm, pmd_t *pmd, unsigned long address);

/* The pmd that covers @address, NULL if a level above it is empty. */
pmd_t *mm_find_pmd(const struct mm_struct *mm, unsigned long address);
/* The pte of @address, NULL if there is no table for it. */
pte_t *mm_find_pte(const struct mm_struct *mm, unsigned long address);

/* Free the tables that cover only [start, end) and nothing of [floor, ceiling) beside it.
 */
void free_pgtables(struct mm_struct *mm, unsigned long floor, unsigned long ceiling);

/* What protection the flags of a VMA come to. */
pgprot_t vm_get_page_prot(unsigned long vm_flags);

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*ptep = pte;
}

#endif
