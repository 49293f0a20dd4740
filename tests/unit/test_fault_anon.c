/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Anonymous memory under the CPU's accesses: zero page, new page, signals. */
#include "world.h"

#include "machine/machine.h"

static const struct {
	const char *name;
	int prot;
	const char *accesses; /* reads and writes */
	int signal;	      /* that the last access ends in */
	const char *pte, *page;
	unsigned long faults;
} accesses[] = {
	{"read", RW, "r", 0, "P-A- special", "refs 1 map 0 zero reserved nomapping", 1},
	{"write", RW, "w", 0, "PWAD", "refs 1 map 1 anon lru active", 1},
	{"read, write", RW, "rw", 0, "PWAD", "refs 1 map 1 anon lru active", 2},
	{"write, read", RW, "wr", 0, "PWAD", "refs 1 map 1 anon lru active", 1},
	{"read what may only be written", PROT_WRITE, "r", 0, "P-A- special",
	 "refs 1 map 0 zero reserved nomapping", 1},
	{"read what may only be run", PROT_EXEC, "r", SIGSEGV, "none", "none", 0},
	{"write what may only be read", PROT_READ, "w", SIGSEGV, "none", "none", 0},
	{"write after a read", PROT_READ, "rw", SIGSEGV, "P-A- special",
	 "refs 1 map 0 zero reserved nomapping", 1},
	{"read of PROT_NONE", PROT_NONE, "r", SIGSEGV, "none", "none", 0},
	{"write of PROT_NONE", PROT_NONE, "w", SIGSEGV, "none", "none", 0},
};

static void accesses_fault_in(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(accesses); i++) {
		int signal = 0;

		world_row(w, accesses[i].name);
		anon(w, HEAP, 1, accesses[i].prot);
		for (const char *access = accesses[i].accesses; *access; access++)
			signal = (*access == 'r' ? read_signal : write_signal)(w, HEAP);
		assert_number(w, signal, accesses[i].signal);
		assert_pte(w, HEAP, accesses[i].pte);
		assert_mapped(w, HEAP, 1, accesses[i].page);
		assert_number(w, w->task->min_flt, accesses[i].faults);
		assert_number(w, w->task->maj_flt, 0);
	}
}

/* What came before the fault is done; the result and the signal tell of the rest. */
static void an_access_ends_at_a_hole(struct world *w)
{
	int signal = 0;
	char buf[8192] = "x";

	anon(w, HEAP, 1, RW);
	assert_result(w, gupsim_write(w->task, HEAP, buf, sizeof(buf), &signal), -EFAULT);
	assert_number(w, signal, SIGSEGV);
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon lru active");
	assert_result(w, gupsim_read(w->task, HEAP + 1, NULL, PG - 1, &signal), 0);
	assert_number(w, signal, 0);
	assert_number(w, read_signal(w, 0), SIGSEGV);
}

static void bytes_cross_pages(struct world *w)
{
	anon(w, HEAP, 2, RW);
	put_text(w, HEAP + PG - 5, "across the page");
	assert_bytes(w, HEAP + PG - 5, "across the page");
	assert_number(w, w->task->min_flt, 2);
}

static void shared_memory_without_a_backing_is_sigbus(struct world *w)
{
	anon(w, HEAP, 1, RW);
	find_vma(w->mm, HEAP)->vm_flags |= VM_SHARED;
	assert_number(w, read_signal(w, HEAP), SIGBUS);
}

/* What moves the page would have to end first, and nobody else runs. */
static void a_migration_left_behind_blocks_for_ever(struct world *w)
{
	struct page *page = touched(w, 1);
	pte_t *ptep = mm_find_pte(w->mm, HEAP), kept = *ptep;

	*ptep = migration_entry(page, *ptep);
	assert_result(w, gupsim_read(w->task, HEAP, NULL, 1, NULL), -EIO);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BLOCKS);
	*ptep = kept;
}

SUITE(world_test(accesses_fault_in), world_test(an_access_ends_at_a_hole),
      world_test(bytes_cross_pages),
      world_test(shared_memory_without_a_backing_is_sigbus),
      world_test(a_migration_left_behind_blocks_for_ever))
