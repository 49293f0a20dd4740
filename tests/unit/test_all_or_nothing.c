/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that change mappings, while the host runs out of memory at each of their
 * allocations in turn: they do all of it or nothing.
 */
#include "world.h"

#include "machine/machine.h"

#include <stdio.h>
#include <string.h>

/* Each works on the middle of eight pages from HEAP on. */
static int unmap_middle(struct world *w)
{
	return gupsim_munmap(w->mm, HEAP + 2 * PG, 4 * PG);
}

static int advise_middle(struct world *w)
{
	return gupsim_madvise(w->mm, HEAP + 2 * PG, 4 * PG, MADV_RANDOM);
}

static int protect_middle(struct world *w)
{
	return gupsim_mprotect(w->mm, HEAP + 2 * PG, 4 * PG, PROT_READ);
}

static int map_over(struct world *w)
{
	return gupsim_mmap(w->mm, HEAP + 2 * PG, 4 * PG, PROT_READ,
			   MAP_PRIVATE | MAP_FIXED, NULL, 0);
}

static int map_shared_over(struct world *w)
{
	return gupsim_mmap(w->mm, HEAP + 2 * PG, 4 * PG, PROT_READ,
			   MAP_SHARED | MAP_FIXED, NULL, 0);
}

static const struct {
	const char *name;
	int (*change)(struct world *w);
	const char *vmas;
} changes[] = {
	{"munmap", unmap_middle, "100+2 rw-s, 106+2 rw-s"},
	{"madvise", advise_middle, "100+2 rw-s, 102+4 rw-s, 106+2 rw-s"},
	{"mprotect", protect_middle, "100+2 rw-s, 102+4 r--s, 106+2 rw-s"},
	{"mmap", map_over, "100+2 rw-s, 102+4 r--p, 106+2 rw-s"},
	{"mmap of shared memory", map_shared_over, "100+2 rw-s, 102+4 r--s, 106+2 rw-s"},
};

static const struct {
	const char *name;
	enum gupsim_backing backing;
} mappings[] = {
	{"a disk file", GUPSIM_DISK},
	{"registers", GUPSIM_PFNMAP},
	{"raw frames", GUPSIM_MIXEDMAP},
	{"a driver's pages", GUPSIM_INSERTED},
	{"a PCI device's pages", GUPSIM_P2PDMA},
	{"secret memory", GUPSIM_SECRETMEM},
};

static unsigned long nr_present(struct world *w)
{
	unsigned long nr = 0;

	for (unsigned long i = 0; i < 8; i++)
		nr += gupsim_pte_at(w->mm, HEAP + i * PG) != 0;
	return nr;
}

static void fail_each_allocation(struct world *w, size_t mapping, size_t change)
{
	unsigned long failures = 0;
	int error;

	map_at(w, HEAP, 8, RW, MAP_SHARED,
	       FILE_OF("f", mappings[mapping].backing, .bytes = 8 * PG), 0);
	touch(w, HEAP, 8);
	do {
		assert_vmas(w, "100+8 rw-s");
		assert_number(w, nr_present(w), 8);
		assert_number(w, gupsim_audit(w->machine, NULL, NULL), 0);
		w->fail_at = w->allocations + ++failures;
		error = changes[change].change(w);
		w->fail_at = 0;
	} while (error == -ENOMEM);
	assert_result(w, error, 0);
	assert_at_least(w, failures, 3);
	assert_vmas(w, changes[change].vmas);
}

static void nothing_is_half_done(struct world *w)
{
	char where[80];

	for (size_t m = 0; m < ARRAY_LEN(mappings); m++) {
		for (size_t c = 0; c < ARRAY_LEN(changes); c++) {
			snprintf(where, sizeof(where), "%s, %s", mappings[m].name,
				 changes[c].name);
			w->where = where;
			fail_each_allocation(w, m, c);
			world_renew(w);
		}
	}
}

/* The driver's mapping, with the host's nth allocation failing. */
static int fill_by_driver(struct world *w, struct file *file, unsigned long nth)
{
	int error;

	w->fail_at = w->allocations + nth;
	error = gupsim_mmap(w->mm, 0x40000000, 4 * PG, RW, MAP_SHARED | MAP_FIXED, file,
			    0);
	w->fail_at = 0;
	return error;
}

/*
 * As in the kernel what was there has gone when a driver fills its mapping: if that
 * fails for want of a page table, a hole is left, and nothing of the driver's.
 */
static void a_mapping_that_fails_leaves_a_hole(struct world *w,
					       enum gupsim_backing backing)
{
	unsigned long holes = 0;

	/* Tables are had in blocks: at some number of them in use the next is missing. */
	for (unsigned long in_use = 0; in_use < 16; in_use++) {
		struct file *file = FILE_OF("d", backing, .bytes = 4 * PG);
		unsigned long nth = 1;

		for (unsigned long i = 0; i < in_use; i++) {
			anon(w, (i + 1) << 21, 1, RW);
			touch(w, (i + 1) << 21, 1);
		}
		anon(w, 0x40000000, 4, RW);
		while (fill_by_driver(w, file, nth++) == -ENOMEM) {
			assert_number(w, gupsim_audit(w->machine, NULL, NULL), 0);
			if (find_vma(w->mm, 0x40000000))
				continue;
			holes++;
			anon(w, 0x40000000, 4, RW);
		}
		assert_is(w, find_vma(w->mm, 0x40000000)->vm_file, file);
		world_renew(w);
	}
	assert_at_least(w, holes, 1);
}

static void a_driver_that_fails_leaves_a_hole(struct world *w)
{
	a_mapping_that_fails_leaves_a_hole(w, GUPSIM_INSERTED);
	a_mapping_that_fails_leaves_a_hole(w, GUPSIM_P2PDMA);
}

SUITE(world_test(nothing_is_half_done), world_test(a_driver_that_fails_leaves_a_hole))
