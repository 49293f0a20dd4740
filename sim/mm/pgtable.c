/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking, filling and freeing page tables. */
#include "mm/pgtable.h"

#include <string.h>

#define TABLES_PER_BLOCK 16

#define PGDIR_SIZE	 (1UL << PGDIR_SHIFT)

static bool add_block(struct gupsim_mm *mm)
{
	struct heap *heap = &mm->base->heap;
	struct table_block *block = heap_alloc(heap, sizeof(*block));
	char *table;

	if (!block)
		return false;
	block->memory = heap_alloc(heap, (TABLES_PER_BLOCK + 1) * PAGE_SIZE);
	if (!block->memory) {
		heap_free(heap, block);
		return false;
	}
	block->next = mm->blocks;
	mm->blocks = block;
	table = (char *)PAGE_ALIGN((uintptr_t)block->memory);
	for (int i = 0; i < TABLES_PER_BLOCK; i++, table += PAGE_SIZE) {
		*(void **)table = mm->free_tables;
		mm->free_tables = table;
	}
	return true;
}

void *table_alloc(struct gupsim_mm *mm)
{
	void *table;

	if (!mm->free_tables && !add_block(mm))
		return NULL;
	table = mm->free_tables;
	mm->free_tables = *(void **)table;
	mm->nr_tables++;
	return memset(table, 0, PAGE_SIZE);
}

/* All entries of a table are none by now, and a walk does not come back to the first. */
static void table_free(struct gupsim_mm *mm, void *table)
{
	void **list = mm->irqs_off ? &mm->dead_tables : &mm->free_tables;

	*(void **)table = *list;
	*list = table;
	mm->nr_tables--;
}

void free_dead_tables(struct gupsim_mm *mm)
{
	while (mm->dead_tables) {
		void *table = mm->dead_tables;

		mm->dead_tables = *(void **)table;
		*(void **)table = mm->free_tables;
		mm->free_tables = table;
	}
}

pgd_t *pgd_offset(const struct mm_struct *mm, unsigned long address)
{
	return mm->sim->pgd + table_index(address, PGDIR_SHIFT);
}

/* Make sure that @entry leads to a table: what a leaf covers has none. */
static bool fill(struct mm_struct *mm, u64 *entry)
{
	void *table;

	if (*entry)
		return leads_to_table(*entry);
	table = table_alloc(mm->sim);
	if (!table)
		return false;
	*entry = (uintptr_t)table | _PAGE_TABLE;
	return true;
}

static pte_t *keep_table(struct mm_struct *mm, pmd_t *pmd, unsigned long address)
{
	sim_mm(mm)->last_walk = (struct walk_cache){
		.start = address & PMD_MASK,
		.table = table_of(pmd->pmd),
	};
	return pte_offset_map(pmd, address);
}

pud_t *pud_alloc(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);

	return fill(mm, &pgd->pgd) ? pud_offset(pgd, address) : NULL;
}

pmd_t *pmd_alloc(struct mm_struct *mm, unsigned long address)
{
	pud_t *pud = pud_alloc(mm, address);

	return pud && fill(mm, &pud->pud) ? pmd_offset(pud, address) : NULL;
}

pte_t *pte_alloc_map(struct mm_struct *mm, unsigned long address)
{
	pmd_t *pmd = pmd_alloc(mm, address);

	return pmd && fill(mm, &pmd->pmd) ? keep_table(mm, pmd, address) : NULL;
}

pud_t *mm_find_pud(const struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);

	return pgd_none(*pgd) ? NULL : pud_offset(pgd, address);
}

pmd_t *mm_find_pmd(const struct mm_struct *mm, unsigned long address)
{
	pud_t *pud = mm_find_pud(mm, address);

	return pud && leads_to_table(pud->pud) ? pmd_offset(pud, address) : NULL;
}

pte_t *walk_to_pte(struct mm_struct *mm, unsigned long address)
{
	pmd_t *pmd = mm_find_pmd(mm, address);

	return pmd && leads_to_table(pmd->pmd) ? keep_table(mm, pmd, address) : NULL;
}

pte_t *mm_find_leaf(struct mm_struct *mm, unsigned long address, unsigned int *shift)
{
	pte_t *ptep = mm_find_pte(mm, address);
	pud_t *pud;
	pmd_t *pmd;

	*shift = PAGE_SHIFT;
	if (ptep)
		return ptep;
	*shift = PUD_SHIFT;
	pud = mm_find_pud(mm, address);
	if (!pud || pud_leaf(*pud))
		return (pte_t *)pud;
	*shift = PMD_SHIFT;
	pmd = mm_find_pmd(mm, address);
	return pmd && pmd_leaf(*pmd) ? (pte_t *)pmd : NULL;
}

bool pgtable_deposit(struct mm_struct *mm)
{
	void *table = table_alloc(mm->sim);

	if (!table)
		return false;
	*(void **)table = mm->sim->deposited;
	mm->sim->deposited = table;
	mm->sim->nr_deposited++;
	return true;
}

static void *take_deposit(struct gupsim_mm *mm)
{
	void *table = mm->deposited;

	mm->deposited = *(void **)table;
	*(void **)table = NULL; /* a table of zeroes again */
	mm->nr_deposited--;
	return table;
}

pte_t *pgtable_withdraw(struct mm_struct *mm, pmd_t *pmd)
{
	void *table = take_deposit(mm->sim);

	pmd->pmd = (uintptr_t)table | _PAGE_TABLE;
	return table;
}

void pgtable_drop(struct mm_struct *mm)
{
	table_free(mm->sim, take_deposit(mm->sim));
}

/*
 * Free below @entry, which covers [base, base + size), what lies all in the gap between
 * two mappings, and the table itself if all of it does.
 */
static void free_level(struct mm_struct *mm, u64 *entry, unsigned long base,
		       unsigned long size, unsigned long floor, unsigned long ceiling)
{
	unsigned long step = size / PTRS_PER_TABLE;
	u64 *table = table_of(*entry);

	if (!leads_to_table(*entry) || base + size <= floor || base >= ceiling)
		return;
	for (unsigned int i = 0; step >= PMD_SIZE && i < PTRS_PER_TABLE; i++)
		free_level(mm, &table[i], base + i * step, step, floor, ceiling);
	if (base < floor || base + size > ceiling)
		return;
	table_free(mm->sim, table);
	*entry = 0;
}

void free_pgtables(struct mm_struct *mm, unsigned long floor, unsigned long ceiling)
{
	unsigned long last = table_index(ceiling - 1, PGDIR_SHIFT);

	sim_mm(mm)->last_walk.start = NO_WALK;
	for (unsigned long i = table_index(floor, PGDIR_SHIFT); i <= last; i++)
		free_level(mm, &mm->sim->pgd[i].pgd, i * PGDIR_SIZE, PGDIR_SIZE, floor,
			   ceiling);
}

pgprot_t vm_get_page_prot(unsigned long vm_flags)
{
	u64 prot = _PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED;
	u64 pkey = (vm_flags & ARCH_VM_PKEY_FLAGS) >> VM_PKEY_SHIFT << _PAGE_PKEY_SHIFT;

	if (!(vm_flags & (VM_READ | VM_WRITE | VM_EXEC)))
		return (pgprot_t){_PAGE_PROTNONE | _PAGE_ACCESSED | pkey};
	/* A private page starts read-only: the first write must fault. */
	if ((vm_flags & (VM_WRITE | VM_SHARED)) == (VM_WRITE | VM_SHARED))
		prot |= _PAGE_RW;
	if (!(vm_flags & VM_EXEC))
		prot |= _PAGE_NX;
	return (pgprot_t){prot | pkey};
}
