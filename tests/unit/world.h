/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests share: a machine with a task A, words to set it up with, and
 * asserts that tell what was expected by name. Invariant: teardown finds every reference
 * explained and given back, no lock held, and no block of host memory left.
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

/* One call of a pinning function, with the lock taken and given back around it. */
enum door {
	REMOTE,
	GUP,
	LOCKED,
	UNLOCKED,
};

struct ask {
	enum door door;
	unsigned long start, nr;
	unsigned int flags;
	bool locked; /* pass &locked, which is 1 */
	bool no_pages, vmas;
	bool no_hold;		/* it takes no references: nothing to release */
	struct task_struct *of; /* REMOTE: whose mm; NULL: A's */
};

struct answer {
	long ret;
	bool dropped;		/* *locked is 0 on return */
	unsigned long min, maj; /* faults */
	const char *reports;	/* "WARN func, BUG func"; NULL: none */
};

/* ASK and GIVES in a call of probe(), ASKS and GETS in a table. */
#define ASKS(d, s, n, f, ...)                                                   \
	{                                                                       \
		.door = (d), .start = (s), .nr = (n), .flags = (f), __VA_ARGS__ \
	}
#define GETS(r, ...)                    \
	{                               \
		.ret = (r), __VA_ARGS__ \
	}
#define ASK(d, s, n, f, ...)  ((struct ask)ASKS(d, s, n, f, __VA_ARGS__))
#define GIVES(r, ...)	      ((struct answer)GETS(r, __VA_ARGS__))

#define probe(w, ask, answer) probe_at((w), (ask), (answer), __FILE__, __LINE__)
void probe_at(struct world *w, struct ask ask, struct answer want, const char *file,
	      int line);
/* Put every page that probes hold. */
void release(struct world *w);

/* Asserts. Each prints what, where, the actual and the expected. */
/* @w may be NULL; it knows the row of the table. Results are told as errnos. */
#define assert_result(w, actual, expected) \
	result_at((w), (actual), (expected), #actual, __FILE__, __LINE__)
#define assert_number(w, actual, expected)                                            \
	number_at((w), (long long)(actual), (long long)(expected), #actual, __FILE__, \
		  __LINE__)
/* Whatever @pointer is to point to. */
#define assert_is(w, pointer, expected) \
	is_at((w), (pointer), (expected), #pointer, #expected, __FILE__, __LINE__)
/* The same page, and another one. */
#define assert_same(w, page, expected) \
	same_at((w), (page), (expected), true, #page, __FILE__, __LINE__)
#define assert_other(w, page, than) \
	same_at((w), (page), (than), false, #page, __FILE__, __LINE__)
/* "refs 2 map 1 anon lru referenced active"; "free"; "none" for no page. */
#define assert_page(w, page, expected) \
	text_at((w), page_text(page), (expected), #page, __FILE__, __LINE__)
/* The same of all of w->pages[0..nr). */
#define assert_pages(w, nr, expected) pages_at((w), (nr), (expected), __FILE__, __LINE__)
/* Of what is mapped at @nr pages from @addr on. */
#define assert_mapped(w, addr, nr, expected) \
	mapped_at((w), (addr), (nr), (expected), __FILE__, __LINE__)
/* The text at @addr. */
#define assert_bytes(w, addr, expected) \
	bytes_at((w), (addr), (expected), #addr, __FILE__, __LINE__)
/* "PWAD", then "protnone", "devmap", "special"; "none". */
#define assert_pte(w, addr, expected) \
	text_at((w), pte_text((w)->mm, (addr)), (expected), #addr, __FILE__, __LINE__)
/* "100+8 rw-p, 110+1 r--s": page number, pages, rights. */
#define assert_vmas(w, expected) \
	text_at((w), vmas_text((w)->mm), (expected), "VMAs", __FILE__, __LINE__)
/* What the last call reported: "WARN func, BUG func, CONTRACT func"; "" for nothing. */
#define assert_reports(w, expected)                                               \
	text_at((w), reports_text((w)->machine), (expected), "reports", __FILE__, \
		__LINE__)
#define assert_text(w, actual, expected) \
	text_at((w), (actual), (expected), #actual, __FILE__, __LINE__)

void result_at(const struct world *w, long actual, long expected, const char *what,
	       const char *file, int line);
void number_at(const struct world *w, long long actual, long long expected,
	       const char *what, const char *file, int line);
void is_at(const struct world *w, const void *actual, const void *expected,
	   const char *what, const char *name, const char *file, int line);
void same_at(const struct world *w, const struct page *actual,
	     const struct page *expected, bool same, const char *what, const char *file,
	     int line);
void text_at(struct world *w, const char *actual, const char *expected, const char *what,
	     const char *file, int line);
void bytes_at(struct world *w, unsigned long addr, const char *expected, const char *what,
	      const char *file, int line);
void pages_at(struct world *w, long nr, const char *expected, const char *file, int line);
void mapped_at(struct world *w, unsigned long addr, unsigned long nr,
	       const char *expected, const char *file, int line);

/* Texts live until the next one of their kind. */
const char *page_text(const struct page *page);
const char *pte_text(struct mm_struct *mm, unsigned long addr);
const char *vmas_text(const struct mm_struct *mm);
/* "0-31, 40-40": which pages of a file are cached, which from @addr on are mapped. */
const char *cached_text(struct file *file, unsigned long nr);
const char *mapped_text(struct world *w, unsigned long addr, unsigned long nr);
const char *reports_text(const struct gupsim_machine *machine);

#endif
