/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mprotect(): what is refused, and what becomes of ptes. */
#include "world.h"

static void protect(struct world *w, unsigned long addr, unsigned long nr, int prot)
{
	assert_result(w, gupsim_mprotect(w->mm, addr, nr * PG, prot), 0);
}

static void ranges_are_refused(struct world *w)
{
	static const struct {
		const char *name;
		unsigned long addr, length;
		int prot, error;
	} rows[] = {
		{"unaligned", HEAP + 1, PG, RW, -EINVAL},
		{"unaligned and empty", HEAP + 1, 0, RW, -EINVAL},
		{"empty", HEAP, 0, RW, 0},
		{"empty, of no such protection", HEAP, 0, ~0, 0},
		{"no such protection", HEAP, PG, PROT_READ | 8, -EINVAL},
		{"wrapping", HEAP, ~0UL, RW, -ENOMEM},
		{"wrapping, of no such protection", HEAP, ~0UL, 8, -ENOMEM},
		{"a hole", 0x200000, PG, RW, -ENOMEM},
		{"above the top", TASK_SIZE_MAX, PG, RW, -ENOMEM},
		{"from a hole on", HEAP - PG, 2 * PG, RW, -ENOMEM},
	};

	anon(w, HEAP, 4, PROT_READ);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		assert_result(w,
			      gupsim_mprotect(w->mm, rows[i].addr, rows[i].length,
					      rows[i].prot),
			      rows[i].error);
		assert_number(w, *gupsim_error(w->machine) != 0, rows[i].error != 0);
		assert_vmas(w, "100+4 r--p");
	}
	assert_result(w, gupsim_mprotect(NULL, HEAP, PG, RW), -EINVAL);
}

static void a_length_is_rounded_up(struct world *w)
{
	anon(w, HEAP, 4, RW);
	assert_result(w, gupsim_mprotect(w->mm, HEAP, PG + 1, PROT_READ), 0);
	assert_vmas(w, "100+2 r--p, 102+2 rw-p");
}

/* The pte of a written page, after one protection and then another. */
static void ptes_follow(struct world *w)
{
	static const struct {
		const char *name;
		int flags, first, then;
		const char *pte;
	} rows[] = {
		{"private, as it was", MAP_PRIVATE, RW, RW, "PWAD"},
		{"private, read-only", MAP_PRIVATE, PROT_READ, PROT_READ, "P-AD"},
		{"private, and back", MAP_PRIVATE, PROT_READ, RW, "P-AD"},
		{"private, none", MAP_PRIVATE, RW, PROT_NONE, "--AD protnone"},
		{"private, none and back", MAP_PRIVATE, PROT_NONE, RW, "P-AD"},
		{"shared, read-only", MAP_SHARED, RW, PROT_READ, "P-AD"},
		{"shared, and back", MAP_SHARED, PROT_READ, RW, "PWAD"},
		{"shared, none and back", MAP_SHARED, PROT_NONE, RW, "PWAD"},
		{"executable", MAP_SHARED, PROT_READ, RW | PROT_EXEC, "PWAD"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page *page;

		world_row(w, rows[i].name);
		map_at(w, HEAP, 1, RW, rows[i].flags, NULL, 0);
		touch(w, HEAP, 1);
		page = page_at(w, HEAP);
		protect(w, HEAP, 1, rows[i].first);
		protect(w, HEAP, 1, rows[i].then);
		assert_pte(w, HEAP, rows[i].pte);
		assert_same(w, page_at(w, HEAP), page);
	}
}

static void special_ptes_stay_special(struct world *w)
{
	struct gupsim_pmem *pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 2);

	map_at(w, HEAP, 1, RW, MAP_SHARED,
	       FILE_OF("dax", GUPSIM_FSDAX, .pmem = pmem, .bytes = PG), 0);
	anon(w, HEAP + PG, 1, RW);
	touch(w, HEAP, 1);
	peek(w, HEAP + PG, 1);
	protect(w, HEAP, 2, PROT_NONE);
	protect(w, HEAP, 2, RW);
	assert_pte(w, HEAP, "PWAD devmap special");
	assert_pte(w, HEAP + PG, "P-A- special");
	assert_true(gupsim_page_is_zero(page_at(w, HEAP + PG)));
}

static void what_was_private_counts_from_its_first_write_on(struct world *w)
{
	anon(w, HEAP, 1, PROT_READ);
	assert_number(w, w->mm->mmap->vm_flags, 0x71);
	protect(w, HEAP, 1, RW);
	assert_number(w, w->mm->mmap->vm_flags, 0x100073);
	protect(w, HEAP, 1, PROT_READ);
	assert_number(w, w->mm->mmap->vm_flags, 0x100071);
}

/* All else that mprotect() refuses is refused with a key, too. */
static void keys_are_refused(struct world *w)
{
	static const struct {
		const char *name;
		int pkey, error;
	} rows[] = {
		{"the last", 15, 0},	   {"one too many", 16, -EINVAL},
		{"negative", -2, -EINVAL}, {"none is named", -1, 0},
		{"everybody's own", 0, 0},
	};

	anon(w, HEAP, 4, RW);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		assert_result(w, gupsim_pkey_mprotect(w->mm, HEAP, PG, RW, rows[i].pkey),
			      rows[i].error);
		assert_number(w, *gupsim_error(w->machine) != 0, rows[i].error != 0);
	}
	assert_vmas(w, "100+4 rw-p");
}

static void rights_are_refused(struct world *w)
{
	static const struct {
		const char *name;
		int pkey;
		unsigned int rights;
		int error;
	} rows[] = {
		{"both", 1, GUPSIM_PKEY_DISABLE_ACCESS | GUPSIM_PKEY_DISABLE_WRITE, 0},
		{"no such right", 1, 4, -EINVAL},
		{"key 0", 0, 0, -EINVAL},
		{"no such key", 16, 0, -EINVAL},
		{"negative", -1, 0, -EINVAL},
	};
	struct task_struct *child;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		assert_result(w, gupsim_pkey_set(w->task, rows[i].pkey, rows[i].rights),
			      rows[i].error);
		assert_number(w, *gupsim_error(w->machine) != 0, rows[i].error != 0);
	}
	w->where = "exited";
	assert_result(w, gupsim_fork(w->task, "B", &child), 0);
	assert_result(w, gupsim_exit(child), 0);
	assert_result(w, gupsim_pkey_set(child, 1, 0), -EINVAL);
}

SUITE(world_test(ranges_are_refused), world_test(a_length_is_rounded_up),
      world_test(keys_are_refused), world_test(rights_are_refused),
      world_test(ptes_follow), world_test(special_ptes_stay_special),
      world_test(what_was_private_counts_from_its_first_write_on))
