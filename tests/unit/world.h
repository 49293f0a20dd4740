/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests share: a machine with a task A, and words to set it up with.
 * Invariant: teardown finds every reference explained and given back, no lock held, and
 * no block of host memory left.
 */
#ifndef UNIT_WORLD_H
#define UNIT_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <gupsim/gupsim.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/mman.h>

#include "asserts.h"
#include "probe.h"

#define PG	     PAGE_SIZE
#define HEAP	     0x100000UL /* where most tests map things */
#define RW	     (PROT_READ | PROT_WRITE)
#define MAX_TAKEN    1024
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

struct world {
	struct gupsim_config config; /* of the machine; see world_renew() */
	struct gupsim_machine *machine;
	struct task_struct *task; /* A, who is current */
	struct mm_struct *mm;	  /* A's */
	const char *where;	  /* the row of a table, for messages */
	void (*test)(struct world *w);

	struct page **pages; /* the array of the last probe */
	struct vm_area_struct *vmas[MAX_TAKEN];
	struct page *taken[MAX_TAKEN]; /* what probes hold until release() */
	size_t nr_taken;

	long findings;		   /* that the audit has to come to in the end */
	long blocks;		   /* of host memory that are out */
	unsigned long allocations; /* of host memory, ever */
	unsigned long fail_at;	   /* the allocation that fails; 0: none */
};

struct world *world_create(void);
/* Audited: a finding that w->findings does not count fails the test. */
void world_destroy(struct world *w);
/* Another machine, of w->config; the old one is audited and given back. */
void world_renew(struct world *w);
/* The same for the next row of a table. */
void world_row(struct world *w, const char *where);

/* CMocka's side of a test: a world is made for it and taken down behind it. */
struct unit {
	void (*test)(struct world *w);
};

int unit_set_up(void **state);
void unit_run(void **state);
int unit_tear_down(void **state);

#define UNIT(fn) (&(struct unit){(fn)})
#define world_test(fn)                                                         \
	{                                                                      \
		.name = #fn, .test_func = unit_run, .setup_func = unit_set_up, \
		.teardown_func = unit_tear_down, .initial_state = UNIT(fn)     \
	}

/* The program that runs these tests; its status does not count the failures, it tells. */
#define SUITE(...)                                                     \
	int main(void)                                                 \
	{                                                              \
		const struct CMUnitTest tests[] = {__VA_ARGS__};       \
                                                                       \
		return cmocka_run_group_tests(tests, NULL, NULL) != 0; \
	}

/* Set-up: all of it must succeed. @nr counts pages. */
void map_at(struct world *w, unsigned long addr, unsigned long nr, int prot, int flags,
	    struct file *file, unsigned long page);
void anon(struct world *w, unsigned long addr, unsigned long nr, int prot);
/* Shared anonymous memory: shmem. */
void shared(struct world *w, unsigned long addr, unsigned long nr, int prot);
void touch(struct world *w, unsigned long addr, unsigned long nr);
/* @nr anonymous pages at HEAP, written to; returns the first. */
struct page *touched(struct world *w, unsigned long nr);
void peek(struct world *w, unsigned long addr, unsigned long nr);
/* @text and its NUL, in A's memory. */
void put_text(struct world *w, unsigned long addr, const char *text);
/* The signal that A's access to one byte ends in; 0: it succeeds. */
int read_signal(struct world *w, unsigned long addr);
int write_signal(struct world *w, unsigned long addr);
void unmap(struct world *w, unsigned long addr, unsigned long nr);
void madvise_random(struct world *w, unsigned long addr, unsigned long nr);
struct task_struct *fork_as(struct task_struct *parent, const char *name);
struct file *make_file(struct world *w, struct gupsim_file_spec spec);
#define FILE_OF(...) make_file(w, (struct gupsim_file_spec){__VA_ARGS__})
struct gupsim_pmem *make_pmem(struct world *w, enum gupsim_pmem_mode mode,
			      unsigned long nr);
/* A file of @nr pages on a pmem device of its own, and a device-dax node. */
struct file *fsdax_file(struct world *w, unsigned long nr);
struct file *devdax_node(struct world *w, unsigned long nr);
struct page *page_at(struct world *w, unsigned long addr);

#endif
