/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reference kernels. Tables and pages are never given back to the host in between, so
 * that a pass costs what its loop costs.
 */
#include "kernels.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES	      512
#define PAGE_BITS     12
#define PAGE_BYTES    ((uint64_t)1 << PAGE_BITS)
#define LEAF_BYTES    (ENTRIES * PAGE_BYTES)

#define START	      ((uint64_t)1 << 30)
#define END(ref)      (START + (ref)->nr * PAGE_BYTES)

#define ENTRY_PRESENT 0x001
#define ENTRY_WRITE   0x002
#define ENTRY_HUGE    0x080
#define ENTRY_ADDR    0x000ffffffffff000
#define ENTRY_FLAGS   (ENTRY_PRESENT | ENTRY_WRITE)

struct ref_page {
	uint64_t flags;
	struct ref_page *next, *prev;
	void *mapping;
	uint64_t index;
	uint64_t private;
	int mapcount, refcount;
	void *contents;
};

_Static_assert(sizeof(struct ref_page) == 64, "as large as the kernel's struct page");

struct ref {
	uint64_t *root;
	uint64_t *tables; /* all of them, in the order in which they are taken */
	size_t nr_tables, tables_used;
	struct ref_page *map;
	struct ref_page free; /* head of a ring */
	struct ref_page **out;
	size_t nr;
};

static inline size_t index_at(uint64_t addr, unsigned int level)
{
	return addr >> (PAGE_BITS + 9 * level) & (ENTRIES - 1);
}

static inline uint64_t *table_of(uint64_t entry)
{
	return (uint64_t *)(uintptr_t)(entry & ENTRY_ADDR);
}

static inline struct ref_page *page_of(const struct ref *ref, uint64_t pte)
{
	return &ref->map[(pte & ENTRY_ADDR) >> PAGE_BITS];
}

static inline bool is_table(uint64_t entry)
{
	return (entry & (ENTRY_PRESENT | ENTRY_HUGE)) == ENTRY_PRESENT;
}

static inline uint64_t *walk(const struct ref *ref, uint64_t addr)
{
	uint64_t entry = ref->root[index_at(addr, 3)];

	if (!is_table(entry))
		return NULL;
	entry = table_of(entry)[index_at(addr, 2)];
	if (!is_table(entry))
		return NULL;
	entry = table_of(entry)[index_at(addr, 1)];
	if (!is_table(entry))
		return NULL;
	return table_of(entry);
}

/* One page of a walk; false where nothing is mapped. */
static inline bool take(const struct ref *ref, const uint64_t *leaf, uint64_t addr,
			struct ref_page **out)
{
	uint64_t pte = leaf[index_at(addr, 0)];
	struct ref_page *page = page_of(ref, pte);

	if (!(pte & ENTRY_PRESENT))
		return false;
	page->refcount++;
	*out = page;
	return true;
}

size_t ref_walk_root(void *state)
{
	struct ref *ref = state;
	uint64_t end = END(ref);
	struct ref_page **out = ref->out;

	for (uint64_t addr = START; addr != end; addr += PAGE_BYTES) {
		uint64_t *leaf = walk(ref, addr);

		if (!leaf || !take(ref, leaf, addr, out++))
			return 0;
	}
	return out - ref->out;
}

size_t ref_walk_leaf(void *state)
{
	struct ref *ref = state;
	uint64_t addr = START, end = END(ref);
	struct ref_page **out = ref->out;

	while (addr != end) {
		uint64_t *leaf = walk(ref, addr);
		uint64_t next = addr + LEAF_BYTES < end ? addr + LEAF_BYTES : end;

		if (!leaf)
			return 0;
		for (; addr != next; addr += PAGE_BYTES)
			if (!take(ref, leaf, addr, out++))
				return 0;
	}
	return out - ref->out;
}

size_t ref_drop(void *state)
{
	struct ref *ref = state;
	struct ref_page **out = ref->out, **end = out + ref->nr;

	for (; out != end; out++)
		(*out)->refcount--;
	return ref->nr;
}

static uint64_t *table_take(struct ref *ref)
{
	if (ref->tables_used == ref->nr_tables)
		return NULL;
	return memset(ref->tables + ENTRIES * ref->tables_used++, 0,
		      ENTRIES * sizeof(uint64_t));
}

static inline uint64_t *below(struct ref *ref, uint64_t *entry)
{
	if (!(*entry & ENTRY_PRESENT)) {
		uint64_t *table = table_take(ref);

		if (!table)
			return NULL;
		*entry = (uintptr_t)table | ENTRY_FLAGS;
	}
	return table_of(*entry);
}

static inline uint64_t *walk_alloc(struct ref *ref, uint64_t addr)
{
	uint64_t *table = ref->root;

	table = below(ref, &table[index_at(addr, 3)]);
	if (table)
		table = below(ref, &table[index_at(addr, 2)]);
	if (table)
		table = below(ref, &table[index_at(addr, 1)]);
	return table ? &table[index_at(addr, 0)] : NULL;
}

static inline struct ref_page *page_take(struct ref *ref, uint64_t addr)
{
	struct ref_page *page = ref->free.next;

	if (page == &ref->free)
		return NULL;
	ref->free.next = page->next;
	page->next->prev = &ref->free;
	*page = (struct ref_page){
		.mapping = ref,
		.index = addr >> PAGE_BITS,
		.refcount = 1,
	};
	return page;
}

size_t ref_fault_in(void *state)
{
	struct ref *ref = state;
	uint64_t end = END(ref);
	struct ref_page **out = ref->out;

	for (uint64_t addr = START; addr != end; addr += PAGE_BYTES) {
		uint64_t *pte = walk_alloc(ref, addr);
		struct ref_page *page;

		if (!pte || *pte)
			return 0;
		page = page_take(ref, addr);
		if (!page)
			return 0;
		*pte = (uint64_t)(page - ref->map) << PAGE_BITS | ENTRY_FLAGS;
		*out++ = page;
	}
	return out - ref->out;
}

size_t ref_empty(void *state)
{
	struct ref *ref = state;
	struct ref_page *last = &ref->free;

	for (size_t i = 0; i < ref->nr; i++) {
		ref->map[i].prev = last;
		last->next = &ref->map[i];
		last = last->next;
	}
	last->next = &ref->free;
	ref->tables_used = 0;
	ref->root = table_take(ref);
	return ref->nr;
}

/* The root, one table of each level for a start in mid-table, and those below it. */
static size_t tables_for(size_t nr)
{
	size_t total = 1;

	for (size_t span = ENTRIES; span <= (size_t)ENTRIES * ENTRIES * ENTRIES;
	     span *= ENTRIES)
		total += nr / span + 2;
	return total;
}

void *ref_create(size_t nr)
{
	struct ref *ref = calloc(1, sizeof(*ref));

	if (!ref)
		return NULL;
	ref->nr = nr;
	ref->nr_tables = tables_for(nr);
	ref->tables = aligned_alloc((size_t)1 << PAGE_BITS, ref->nr_tables << PAGE_BITS);
	ref->map = aligned_alloc(64, nr * sizeof(*ref->map));
	ref->out = calloc(nr, sizeof(struct ref_page *));
	if (!ref->tables || !ref->map || !ref->out)
		goto fail;
	memset(ref->map, 0, nr * sizeof(*ref->map));
	ref_empty(ref);
	if (ref_fault_in(ref) == nr)
		return ref;
fail:
	ref_destroy(ref);
	return NULL;
}

void ref_destroy(void *state)
{
	struct ref *ref = state;

	if (!ref)
		return;
	free(ref->tables);
	free(ref->map);
	free(ref->out);
	free(ref);
}

static void *ref_ready(size_t nr, const char **why)
{
	*why = "no memory for the tables";
	return ref_create(nr);
}

static void *ref_ready_empty(size_t nr, const char **why)
{
	void *ref = ref_ready(nr, why);

	if (ref)
		ref_empty(ref);
	return ref;
}

const struct bench_case ref_case_walk_root = {"R", ref_ready, ref_walk_root, ref_drop,
					      ref_destroy};
const struct bench_case ref_case_walk_leaf = {"B", ref_ready, ref_walk_leaf, ref_drop,
					      ref_destroy};
const struct bench_case ref_case_drop = {"U", ref_ready, ref_drop, ref_walk_leaf,
					 ref_destroy};
const struct bench_case ref_case_fault_in = {"F", ref_ready_empty, ref_fault_in,
					     ref_empty, ref_destroy};
