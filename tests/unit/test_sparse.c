/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A mapping as large as an address space can hold, with hardly a page in it: whoever
 * walks it steps by the tables that are there. By pages it would take hours.
 */
#include "world.h"

#include "machine/machine.h"

#include <stdio.h>
#include <string.h>

#define ALL (TASK_SIZE_MAX - HEAP)

/* At the ends, and on both sides of where tables of each level meet. */
static const unsigned long mapped[] = {
	HEAP,	      0x1ff000,	    0x200000,		0x3ffff000,	    0x40000000,
	0x7ffffff000, 0x8000000000, 0x10000000000 - PG, TASK_SIZE_MAX - PG,
};

static void make_sparse(struct world *w)
{
	assert_result(w, gupsim_mmap(w->mm, HEAP, ALL, RW, MAP_PRIVATE, NULL, 0), 0);
	for (size_t i = 0; i < ARRAY_LEN(mapped); i++)
		touch(w, mapped[i], 1);
}

/* The addresses of the ptes of a dump, in order. */
static void note_pte(void *arg, const char *text)
{
	char *list = arg;
	size_t used = strlen(list);
	unsigned long address;

	if (sscanf(text, " pte %lx", &address) == 1)
		snprintf(list + used, 512 - used, "%lx ", address);
}

static void a_dump_has_each_page(struct world *w)
{
	char found[512] = "", expected[512] = "";

	make_sparse(w);
	for (size_t i = 0; i < ARRAY_LEN(mapped); i++)
		snprintf(expected + strlen(expected), 20, "%lx ", mapped[i]);
	assert_result(w, gupsim_dump(w->machine, note_pte, found), 0);
	assert_text(w, found, expected);
}

static void a_fork_copies_each_page(struct world *w)
{
	struct task_struct *b;

	make_sparse(w);
	b = fork_as(w->task, "B");
	for (size_t i = 0; i < ARRAY_LEN(mapped); i++) {
		assert_mapped(w, mapped[i], 1, "refs 2 map 2 anon lru active");
		assert_same(w, gupsim_page_at(b->mm, mapped[i]), page_at(w, mapped[i]));
	}
	assert_number(w, b->mm->sim->nr_tables, w->mm->sim->nr_tables);
	assert_result(w, gupsim_exit(b), 0);
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon lru active");
}

static void munmap_takes_each_page(struct world *w)
{
	unsigned long border = 0x40000000;

	make_sparse(w);
	assert_result(w, gupsim_munmap(w->mm, HEAP, border - HEAP), 0);
	for (size_t i = 0; i < ARRAY_LEN(mapped); i++)
		assert_pte(w, mapped[i], mapped[i] < border ? "none" : "PWAD");
	assert_result(w, gupsim_munmap(w->mm, border, TASK_SIZE_MAX - border), 0);
	assert_vmas(w, "");
	assert_number(w, w->mm->sim->nr_tables, 1);
}

SUITE(world_test(a_dump_has_each_page), world_test(a_fork_copies_each_page),
      world_test(munmap_takes_each_page))
