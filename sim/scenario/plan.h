/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fixture as a plan for the agent in a guest: what is done and what is looked at, and
 * nothing of what is expected. Invariant: of what is looked at, the n-th place of a
 * statement is the same here and where answers are read.
 */
#ifndef SIM_SCENARIO_PLAN_H
#define SIM_SCENARIO_PLAN_H

#include "scenario/report.h"
#include "scenario/story.h"

#define PLAN_ENTRIES 8192 /* of pages[] that a guest can tell */
#define PLAN_TEXT    128  /* bytes of a page that it can write, or tell */
#define PLAN_ASKED   32	  /* arguments of a statement */

struct plan {
	const struct story *story;
	uint64_t version; /* of the guest's kernel */
	struct pool *pool;
	bool has_cma;		      /* the guest has a CMA area */
	const char *zone;	      /* that pages come from; NULL: any */
	const char *thp;	      /* where huge pages are mapped; NULL: nowhere */
	bool hold;		      /* pagevecs keep their references */
	const char *vsyscall;	      /* on the kernel's command line; NULL: not said */
	uint64_t stack;		      /* RLIMIT_STACK in bytes; 0: not said */
	uint64_t hugetlb;	      /* huge pages of 2M in their pool */
	const struct symbol *written; /* an mm whose lock is kept for writing */
	const struct report *out;     /* NULL: only whether it can be done */
	uint64_t sum; /* of its lines: answers to another plan are of no use */
	const struct statement *at;
	const char *asked[PLAN_ASKED]; /* arguments of it that went into its line */
	size_t nr_asked;
	const char *why; /* what no guest can do, at @at */
};

typedef bool (*plan_fn)(struct plan *plan, const struct statement *s);

#define PLAN(name) bool name(struct plan *plan, const struct statement *s)

/* Write it; @plan->why is set if a guest cannot do it. */
bool plan_story(struct plan *plan);

/* How many entries of pages[] are told of a call. */
uint64_t plan_entries(const struct story *story, const struct statement *s);
/* Whether a statement is left out on a release. */
bool plan_leaves_out(const struct statement *s, uint64_t version);
/* The places that an `expect` looks at; NULL past the last. */
const struct place *plan_place(const struct statement *s, uint64_t version, size_t nth);

/* How verbs are done in a guest: what stands in the verb table. */

/* plan_world.c */
PLAN(plan_nothing);
PLAN(plan_ram);
PLAN(plan_hugetlb);
PLAN(plan_config);
PLAN(plan_option);
PLAN(plan_pmem);
PLAN(plan_file);
PLAN(plan_close);
PLAN(plan_evict);
PLAN(plan_truncate);
PLAN(plan_punch);
PLAN(plan_pwrite);
PLAN(plan_fsync);
PLAN(plan_task);
PLAN(plan_fork);
PLAN(plan_thread);
PLAN(plan_exit);
PLAN(plan_kill);
PLAN(plan_signal);
PLAN(plan_lock);
PLAN(plan_unlock);

/* plan_memory.c */
PLAN(plan_vma);
PLAN(plan_munmap);
PLAN(plan_mprotect);
PLAN(plan_pkru);
PLAN(plan_madvise);
PLAN(plan_mlock);
PLAN(plan_munlock);
PLAN(plan_hint);
PLAN(plan_read);
PLAN(plan_write);

/* plan_call.c */
PLAN(plan_call);
PLAN(plan_put);
PLAN(plan_unpin_pages);
PLAN(plan_unpin_dirty);
PLAN(plan_get_page);
PLAN(plan_put_page);
PLAN(plan_unpin_page);
PLAN(plan_frame);
PLAN(plan_device);
PLAN(plan_drain);
PLAN(plan_alloc_contig);

/* plan_look.c */
PLAN(plan_expect);

#endif
