/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page tables: x86-64's bits, and tables that come and go with what they map. */
#include "world.h"

#include "machine/machine.h"
#include "mm/pkey.h"

#define NAMED(expression) #expression, (expression)

static void bits_are_x86_64s(struct world *w)
{
	static const struct {
		const char *name;
		uint64_t ours, theirs;
	} bits[] = {
		{NAMED(_PAGE_PRESENT), 0x1},
		{NAMED(_PAGE_RW), 0x2},
		{NAMED(_PAGE_USER), 0x4},
		{NAMED(_PAGE_ACCESSED), 0x20},
		{NAMED(_PAGE_DIRTY), 0x40},
		{NAMED(_PAGE_PROTNONE), 0x100},
		{NAMED(_PAGE_SPECIAL), 0x200},
		{NAMED(_PAGE_DEVMAP), 0x0400000000000000},
		{NAMED(_PAGE_PKEY), 0x7800000000000000},
		{NAMED(_PAGE_NX), 0x8000000000000000},
		{NAMED(PTE_PFN_MASK), 0x000ffffffffff000},
		{NAMED(_PAGE_TABLE), 0x67},
		{NAMED(GUPSIM_PTE_PRESENT), _PAGE_PRESENT},
		{NAMED(GUPSIM_PTE_WRITE), _PAGE_RW},
		{NAMED(GUPSIM_PTE_ACCESSED), _PAGE_ACCESSED},
		{NAMED(GUPSIM_PTE_DIRTY), _PAGE_DIRTY},
		{NAMED(GUPSIM_PTE_PROTNONE), _PAGE_PROTNONE},
		{NAMED(GUPSIM_PTE_SPECIAL), _PAGE_SPECIAL},
		{NAMED(GUPSIM_PTE_DEVMAP), _PAGE_DEVMAP},
		{NAMED(GUPSIM_PTE_PKEY), _PAGE_PKEY},
	};

	for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
		w->where = bits[i].name;
		assert_number(w, bits[i].ours, bits[i].theirs);
	}
}

/* The protection map of x86-64: private writable pages start read-only. */
static void rights_become_protection(struct world *w)
{
	static const struct {
		const char *name;
		unsigned long vm_flags;
		uint64_t prot;
	} rows[] = {
		{NAMED(0), 0x120},
		{NAMED(VM_SHARED), 0x120},
		{NAMED(VM_READ), 0x8000000000000025},
		{NAMED(VM_READ | VM_WRITE), 0x8000000000000025},
		{NAMED(VM_WRITE), 0x8000000000000025},
		{NAMED(VM_EXEC), 0x25},
		{NAMED(VM_READ | VM_WRITE | VM_EXEC), 0x25},
		{NAMED(VM_READ | VM_SHARED), 0x8000000000000025},
		{NAMED(VM_READ | VM_WRITE | VM_SHARED), 0x8000000000000027},
		{NAMED(VM_WRITE | VM_SHARED), 0x8000000000000027},
		{NAMED(VM_READ | VM_WRITE | VM_EXEC | VM_SHARED), 0x27},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		assert_number(w, vm_get_page_prot(rows[i].vm_flags).pgprot, rows[i].prot);
	}
}

/* measured v5.6 27_protnone: the frame number is inverted where PRESENT is clear. */
static void protnone_inverts_the_frame(struct world *w)
{
	static const unsigned long pfns[] = {0, 1, 0x361ac, (1UL << 40) - 1};
	pte_t pte = {0xfffffc9e53162};

	assert_true(pte_protnone(pte));
	assert_true(pte_present(pte));
	assert_true(pte_write(pte));
	assert_true(pte_young(pte));
	assert_true(pte_dirty(pte));
	assert_number(w, pte_pfn(pte), 0x361ac);
	for (size_t i = 0; i < ARRAY_LEN(pfns); i++) {
		pgprot_t none = {_PAGE_PROTNONE | _PAGE_ACCESSED};
		pgprot_t some = {_PAGE_PRESENT | _PAGE_USER | _PAGE_NX};

		assert_number(w, pte_pfn(pfn_pte(pfns[i], none)), pfns[i]);
		assert_number(w, pte_pfn(pfn_pte(pfns[i], some)), pfns[i]);
		assert_number(w, pfn_pte(pfns[i], some).pte,
			      (uint64_t)pfns[i] << 12 | some.pgprot);
	}
	assert_number(w, pfn_pte(0x361ac, (pgprot_t){0x162}).pte, 0xfffffc9e53162);
}

/* What a walk without mmap_sem may go through. */
static void ptes_are_held_against_pkru(struct world *w)
{
	static const struct {
		const char *name;
		uint64_t bits;
		unsigned int rights; /* of key 1 */
		bool read, write;
	} rows[] = {
		{"writable", 0x7, 0, true, true},
		{"read-only", 0x5, 0, true, false},
		{"a NUMA hint", 0x102, 0, false, false},
		{"the kernel's", 0x3, 0, false, false},
		{"another key", 0x7 | 2ULL << 59, 0, false, false},
		{"allowed", 0x7 | 1ULL << 59, 0, true, true},
		{"to be read", 0x7 | 1ULL << 59, GUPSIM_PKEY_DISABLE_WRITE, true, false},
		{"denied", 0x7 | 1ULL << 59, GUPSIM_PKEY_DISABLE_ACCESS, false, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		pte_t pte = {rows[i].bits};

		w->where = rows[i].name;
		assert_result(w, gupsim_pkey_set(w->task, 1, rows[i].rights), 0);
		assert_number(w, pte_access_permitted(pte, false), rows[i].read);
		assert_number(w, pte_access_permitted(pte, true), rows[i].write);
	}
}

static void a_migration_entry_is_nothing_else(struct world *w)
{
	const struct page *page = gupsim_page_by_pfn(w->machine, 2);

	for (int write = 0; write < 2; write++) {
		pte_t entry = migration_entry(
			page, (pte_t){write ? _PAGE_RW : _PAGE_ACCESSED | _PAGE_DIRTY});

		assert_true(is_migration_entry(entry));
		assert_number(w, is_write_migration_entry(entry), write);
		assert_false(pte_none(entry));
		assert_false(pte_present(entry));
		assert_number(w, pte_pfn(entry), 2);
	}
	assert_false(is_migration_entry((pte_t){0}));
	assert_false(is_migration_entry(pfn_pte(2, vm_get_page_prot(0))));
	assert_false(is_migration_entry(pfn_pte(2, vm_get_page_prot(VM_READ))));
}

/* The pgd; a pud, a pmd and a page table for the first page; then what lies between. */
static void tables_are_made_where_they_lack(struct world *w)
{
	static const struct {
		unsigned long addr, tables;
	} rows[] = {
		{0x100000, 4},	      {0x1ff000, 4},   {0x200000, 5},
		{0x40000000, 7},      {0x40200000, 8}, {0x8000000000, 11},
		{0x7fffffffe000, 14},
	};

	assert_number(w, w->mm->sim->nr_tables, 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		anon(w, rows[i].addr, 1, RW);
		touch(w, rows[i].addr, 1);
		assert_number(w, w->mm->sim->nr_tables, rows[i].tables);
	}
	assert_result(w, gupsim_munmap(w->mm, 0, TASK_SIZE_MAX), 0);
	assert_number(w, w->mm->sim->nr_tables, 1);
}

/* A table goes with its last mapping, be it used or not. */
static void tables_go_with_their_mappings(struct world *w)
{
	static const struct {
		unsigned long addr, nr, tables;
	} rows[] = {
		{0x1ff000, 1, 6}, /* 0x180000 still needs the table */
		{0x180000, 1, 5}, /* the first of three page tables */
		{0x400000, 1, 5}, /* untouched, but 0x401000 is in that table */
		{0x200000, 1, 4}, /* the table in the middle */
		{0x401000, 1, 1}, /* and all above the last */
	};

	anon(w, 0x180000, 1, RW);
	anon(w, 0x1ff000, 2, RW);
	anon(w, 0x400000, 2, RW);
	touch(w, 0x180000, 1);
	touch(w, 0x1ff000, 2);
	touch(w, 0x401000, 1);
	assert_number(w, w->mm->sim->nr_tables, 6);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unmap(w, rows[i].addr, rows[i].nr);
		assert_number(w, w->mm->sim->nr_tables, rows[i].tables);
	}
}

/* Freed tables are used again before the host is asked for more. */
static void table_memory_is_reused(struct world *w)
{
	long blocks;

	w->config.trace = false; /* it would remember calls */
	world_renew(w);
	touched(w, 1);
	unmap(w, HEAP, 1);
	blocks = w->blocks;
	for (int i = 0; i < 100; i++) {
		touched(w, 1);
		unmap(w, HEAP, 1);
	}
	assert_number(w, w->blocks, blocks);
	assert_number(w, w->mm->sim->nr_tables, 1);
}

static void observers_see_what_is_there(struct world *w)
{
	anon(w, HEAP, 2, RW);
	touch(w, HEAP, 1);
	assert_pte(w, HEAP, "PWAD");
	assert_number(w, gupsim_pte_at(w->mm, HEAP + 5) & PTE_PFN_MASK,
		      page_to_pfn(page_at(w, HEAP)) << 12);
	assert_pte(w, HEAP + PG, "none");
	assert_pte(w, 0x40000000, "none");
	assert_pte(w, ~0UL, "none");
	assert_null(gupsim_page_at(w->mm, TASK_SIZE_MAX));
	assert_null(gupsim_page_at(NULL, HEAP));
	assert_number(w, gupsim_pte_at(NULL, HEAP), 0);
}

SUITE(world_test(bits_are_x86_64s), world_test(rights_become_protection),
      world_test(protnone_inverts_the_frame), world_test(ptes_are_held_against_pkru),
      world_test(a_migration_entry_is_nothing_else),
      world_test(tables_are_made_where_they_lack),
      world_test(tables_go_with_their_mappings), world_test(table_memory_is_reused),
      world_test(observers_see_what_is_there))
