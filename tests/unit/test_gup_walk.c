/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop over the pages: what ends it, what it stores and what it counts. */
#include "world.h"

static const struct {
	const char *name;
	struct ask ask;
	struct answer answer;
	bool stored;
} rows[] = {
	{"more pages than there are addresses",
	 ASKS(GUP, HEAP, 1UL << 52, 0, .no_pages = true), GETS(6), false},
	{"a hole, the lock kept", ASKS(REMOTE, HEAP, 7, FOLL_WRITE, .locked = true),
	 GETS(6), true},
	{"the gate area", ASKS(REMOTE, 0xffffffffff600000, 1, 0), GETS(-EFAULT), false},
	/* measured v5.6 24_foll_mlock_only_untouched */
	{"FOLL_MLOCK",
	 ASKS(REMOTE, 0x200000, 4, FOLL_WRITE | FOLL_MLOCK, .no_hold = true), GETS(4),
	 false},
};

static void the_walk_counts_pages(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		long stored = rows[i].stored ? rows[i].answer.ret : 0;

		world_row(w, rows[i].name);
		touched(w, 6);
		anon(w, 0x200000, 4, RW);
		probe(w, rows[i].ask, rows[i].answer);
		assert_pages(w, stored, "refs 2 map 1 anon lru referenced active");
		assert_null(w->pages[stored]);
		release(w);
	}
}

/* Every test of the flags of a VMA, one by one. */
static void vma_flags_decide(struct world *w)
{
	static const struct {
		const char *name;
		unsigned long set, cleared;
		unsigned int foll;
		long ret;
	} flags[] = {
		{"nothing changed", 0, 0, FOLL_WRITE, 1},
		{"VM_IO", VM_IO, 0, 0, -EFAULT},
		{"VM_IO, FORCE", VM_IO, 0, FOLL_FORCE, -EFAULT},
		{"VM_PFNMAP", VM_PFNMAP, 0, 0, -EFAULT},
		{"VM_MIXEDMAP", VM_MIXEDMAP, 0, 0, 1},
		{"no VM_WRITE", 0, VM_WRITE, FOLL_WRITE, -EFAULT},
		{"no VM_WRITE, FORCE", 0, VM_WRITE, FOLL_WRITE | FOLL_FORCE, 1},
		{"no VM_MAYWRITE, FORCE", 0, VM_WRITE | VM_MAYWRITE,
		 FOLL_WRITE | FOLL_FORCE, -EFAULT},
		{"VM_SHARED, FORCE", VM_SHARED, VM_WRITE, FOLL_WRITE | FOLL_FORCE,
		 -EFAULT},
		{"VM_MAYSHARE, FORCE", VM_MAYSHARE, VM_WRITE, FOLL_WRITE | FOLL_FORCE, 1},
		{"no VM_READ", 0, VM_READ, 0, -EFAULT},
		{"no VM_READ, FORCE", 0, VM_READ, FOLL_FORCE, 1},
		{"no VM_MAYREAD, FORCE", 0, VM_READ | VM_MAYREAD, FOLL_FORCE, -EFAULT},
		{"a write needs no VM_READ", 0, VM_READ, FOLL_WRITE, 1},
	};

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		struct vm_area_struct *vma;

		world_row(w, flags[i].name);
		touched(w, 6);
		vma = find_vma(w->mm, HEAP);
		vma->vm_flags = (vma->vm_flags | flags[i].set) & ~flags[i].cleared;
		probe(w, ASK(GUP, HEAP, 1, flags[i].foll), GIVES(flags[i].ret));
		release(w);
	}
}

static void entries_are_the_pages_in_order(struct world *w)
{
	touched(w, 6);
	probe(w, ASK(GUP, HEAP + PG + 7, 4, 0), GIVES(4));
	for (int i = 0; i < 4; i++)
		assert_same(w, w->pages[i], page_at(w, HEAP + (i + 1) * PG));
	release(w);
}

/* measured v5.6 30_vmas_three, 30_vmas_no_pages; scenarios 18 and 143. */
static void vmas_are_stored(struct world *w)
{
	anon(w, HEAP, 2, RW);
	anon(w, HEAP + 2 * PG, 2, PROT_READ);
	anon(w, HEAP + 4 * PG, 1, RW);
	for (int no_pages = 0; no_pages < 2; no_pages++) {
		probe(w, ASK(REMOTE, HEAP, 7, 0, .vmas = true, .no_pages = no_pages),
		      GIVES(5, .min = no_pages ? 0 : 5));
		for (int i = 0; i < 5; i++)
			assert_is(w, w->vmas[i], find_vma(w->mm, HEAP + i * PG));
		assert_null(w->vmas[5]);
		release(w);
	}
}

/* It is current's signal that counts, and the VMA is looked up before it is seen. */
static void a_sigkill_of_current_ends_it(struct world *w)
{
	struct task_struct *b;

	touched(w, 1);
	b = fork_as(w->task, "B");
	gupsim_kill(b);
	probe(w, ASK(REMOTE, HEAP, 1, 0, .of = b), GIVES(1));
	release(w);
	gupsim_kill(w->task);
	probe(w, ASK(REMOTE, HEAP, 1, 0, .of = b), GIVES(-ERESTARTSYS));
	probe(w, ASK(LOCKED, HEAP, 1, 0, .locked = true), GIVES(-ERESTARTSYS));
	probe(w, ASK(GUP, HEAP, 0, 0), GIVES(0));
	probe(w, ASK(GUP, 0, 1, 0), GIVES(-EFAULT));
}

SUITE(world_test(the_walk_counts_pages), world_test(vma_flags_decide),
      world_test(entries_are_the_pages_in_order), world_test(vmas_are_stored),
      world_test(a_sigkill_of_current_ends_it))
