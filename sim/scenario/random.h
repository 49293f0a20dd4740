/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random programs: fixtures without results. Invariant: what is drawn depends on the
 * seed, the number of the program and the functions and flags of the release alone; the
 * generator knows names and ranges, and never what the model makes of them.
 */
#ifndef SIM_SCENARIO_RANDOM_H
#define SIM_SCENARIO_RANDOM_H

#include "scenario/prng.h"
#include "scenario/draft.h"

#include <stddef.h>

#define RANDOM_TASKS  3
#define RANDOM_RANGES 48
#define RANDOM_CALLS  16
#define RANDOM_REFS   4
#define RANDOM_BELOW  7 /* pages below a stack that are gone for */

/* What is behind a mapping; but for the first, a file. */
enum random_backing {
	BACKING_ANON,
	BACKING_SHMEM,
	BACKING_DISK,
	BACKING_FSDAX,
	BACKING_PFNMAP, /* from here on, memory of drivers */
	BACKING_MIXEDMAP,
	BACKING_INSERTED,
	NR_BACKINGS
};

/* Addresses [start, start + pages) of a task, as they were mapped. */
struct random_range {
	char task;
	unsigned int number; /* A.m3 */
	unsigned long start;
	unsigned int pages;
	bool stack; /* it may grow down */
	bool sure; /* writes to it succeed: private, anonymous, rw, and all still there */
};

/* A call that has not been put. */
struct random_call {
	unsigned int number; /* c7 */
	bool pins, writes;
	bool sure; /* it holds the one page that it asked for */
};

/* Another task in the mm of one. */
struct random_thread {
	char name, of;
};

struct random {
	struct prng prng;
	struct draft *out;
	size_t kernel;
	char tasks[RANDOM_TASKS];
	unsigned int nr_tasks, tasks_made;
	struct random_thread threads[RANDOM_TASKS];
	unsigned int nr_threads;
	struct random_range ranges[RANDOM_RANGES];
	unsigned int nr_ranges, ranges_made;
	unsigned long next_address;
	struct random_call calls[RANDOM_CALLS];
	unsigned int nr_calls, calls_made, calls_left;
	unsigned int refs[RANDOM_REFS]; /* x2: those that are held */
	unsigned int nr_refs, refs_made;
	bool movable; /* there is a ZONE_MOVABLE, where pages come from */
	bool killed;  /* a SIGKILL is pending */
	unsigned int texts_made, statements;
	bool has[NR_BACKINGS];
	unsigned int pages[NR_BACKINGS]; /* of the files */
};

/*
 * Append the program @nth of @seed for a release to @out, with at most @calls calls, each
 * with a result of 0. Returns how many there are.
 */
unsigned int random_program(struct draft *out, size_t kernel, uint64_t seed, uint64_t nth,
			    unsigned int calls);

/* A task, or a thread in its mm. */
char random_actor(struct random *r, char task);

/* random_call.c: one call of any function; the range to start near is drawn, too. */
bool random_make_call(struct random *r);
/* A call that holds one page on any release. */
bool random_make_sure_call(struct random *r);
const struct random_range *random_any_range(struct random *r);

/* The arguments of a call that was drawn. */
struct random_args {
	const struct random_function *function;
	uint32_t flags;
	bool no_pages, vmas;
	bool foreign;	 /* another task than the one whose memory it is makes the call */
	char locked;	 /* 0: the function has none; N: NULL */
	bool has_fsdax;	 /* the program maps it somewhere */
	bool has_frames; /* and frames that have no struct page */
};

/*
 * What no program holds, by releases: it would crash or poison a kernel, nobody can say
 * what comes of it, or no guest can do it.
 */
struct random_exclusion {
	const char *what, *why;
	uint64_t from, below; /* releases; 0: no limit */
	uint32_t flags;	      /* one of them is passed; 0: whatever is passed */
	bool (*holds)(const struct random_args *args); /* NULL: yes */
};

const struct random_exclusion *random_exclusion_nth(size_t nth); /* NULL past the last */
/* The exclusion that a call meets on a release; NULL: it may be made. */
const struct random_exclusion *random_excluded(size_t kernel,
					       const struct random_args *args);

/* A pinning function, and what it is passed. */
struct random_function {
	const char *name;
	unsigned int weight;
	bool remote, takes_locked, takes_vmas, pins;
};

#endif
