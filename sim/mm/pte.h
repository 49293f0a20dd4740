/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an entry of an x86-64 page table says. A leaf holds the frame number of a page. An
 * entry of an upper level holds the host address of the next table where the hardware has
 * a physical one.
 */
#ifndef SIM_MM_PTE_H
#define SIM_MM_PTE_H

#include "phys/page.h"

#define _PAGE_PRESENT	 0x001ULL
#define _PAGE_RW	 0x002ULL
#define _PAGE_USER	 0x004ULL
#define _PAGE_ACCESSED	 0x020ULL
#define _PAGE_DIRTY	 0x040ULL
#define _PAGE_PSE	 0x080ULL /* of an upper level: a leaf */
#define _PAGE_PROTNONE	 0x100ULL /* the global bit, where PRESENT is clear */
#define _PAGE_SPECIAL	 0x200ULL
#define _PAGE_DEVMAP	 (1ULL << 58)
#define _PAGE_PKEY	 (15ULL << _PAGE_PKEY_SHIFT)
#define _PAGE_PKEY_SHIFT 59
#define _PAGE_NX	 (1ULL << 63)
#define PTE_PFN_MASK	 0x000ffffffffff000ULL
#define _PAGE_TABLE	 (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)

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
static inline unsigned long pte_pfn(pte_t pte)
{
	if (likely(pte.pte & _PAGE_PRESENT))
		return (pte.pte & PTE_PFN_MASK) >> PAGE_SHIFT;
	return (~pte.pte & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static inline pte_t pfn_pte(unsigned long pfn, pgprot_t prot)
{
	u64 address = (u64)pfn << PAGE_SHIFT;

	if (unlikely(!(prot.pgprot & _PAGE_PRESENT)))
		address = ~address & PTE_PFN_MASK;
	return (pte_t){address | prot.pgprot};
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

/* Does the hardware take it without a fault? */
static inline bool pte_hw_present(pte_t pte)
{
	return pte.pte & _PAGE_PRESENT;
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

/* The protection key, of a pte that is present. */
static inline unsigned int pte_pkey(pte_t pte)
{
	return (pte.pte & _PAGE_PKEY) >> _PAGE_PKEY_SHIFT;
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

/* Another protection for the same page; what it was used for stays known. */
static inline pte_t pte_modify(pte_t pte, pgprot_t prot)
{
	prot.pgprot &= ~_PAGE_ACCESSED;
	prot.pgprot |= pte.pte & (_PAGE_ACCESSED | _PAGE_DIRTY | _PAGE_SPECIAL |
				  _PAGE_DEVMAP | _PAGE_PSE);
	return pfn_pte(pte_pfn(pte), prot);
}

/*
 * A migration entry: the page is on its way to another frame. The hardware sees a pte
 * that is not present; the type stands where x86-64 keeps it, the frame number inverted.
 */
#define SWP_TYPE_SHIFT	    59
#define SWP_MIGRATION_READ  30ULL
#define SWP_MIGRATION_WRITE 31ULL

/* What @pte said of the hardware's use of it is remembered between the two. */
#define SWP_MIG_YOUNG (1ULL << 57)
#define SWP_MIG_DIRTY (1ULL << 58)

static inline pte_t migration_entry(const struct page *page, pte_t pte)
{
	u64 address = (u64)pfn_of_page(page) << PAGE_SHIFT;
	u64 type = pte_write(pte) ? SWP_MIGRATION_WRITE : SWP_MIGRATION_READ;

	return (pte_t){(~address & PTE_PFN_MASK) | type << SWP_TYPE_SHIFT |
		       (pte_young(pte) ? SWP_MIG_YOUNG : 0) |
		       (pte_dirty(pte) ? SWP_MIG_DIRTY : 0)};
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

/* A leaf of an upper level has the layout of a pte, and says the same of all it maps. */
static inline pte_t pte_mkhuge(pte_t pte)
{
	return (pte_t){pte.pte | _PAGE_PSE};
}

/* Of a device: that alone, for there is no special bit on the upper levels. */
static inline pte_t pte_mkhuge_devmap(pte_t pte)
{
	return (pte_t){pte_mkhuge(pte).pte | _PAGE_DEVMAP};
}

static inline bool pte_huge(pte_t pte)
{
	return pte.pte & _PAGE_PSE;
}

static inline pte_t make_migration_entry_read(pte_t entry)
{
	return (pte_t){entry.pte & ~(1ULL << SWP_TYPE_SHIFT)};
}

static inline void set_pte(pte_t *ptep, pte_t pte)
{
	*ptep = pte;
}

/*
 * x86's: what only reads writes nothing, as the CPU itself sets the accessed bit. For
 * leaves of all levels.
 */
static inline void ptep_set_access_flags(pte_t *ptep, pte_t entry, bool dirty)
{
	if (dirty)
		set_pte(ptep, entry);
}

/* Where the flags of a VMA have its protection key. */
#define VM_PKEY_SHIFT	   32
#define ARCH_VM_PKEY_FLAGS (15UL << VM_PKEY_SHIFT)

/* What protection the flags of a VMA come to. */
pgprot_t vm_get_page_prot(unsigned long vm_flags);

#endif
