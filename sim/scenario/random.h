/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random programs: fixtures without results. Invariant: what is drawn depends on the
 * seed, the number of the program and the functions and flags of the release alone.
 */
#ifndef SIM_SCENARIO_RANDOM_H
#define SIM_SCENARIO_RANDOM_H

#include "scenario/draft.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Append the program @nth of @seed for a release to @out, with at most @calls calls, each
 * with a result of 0. Returns how many there are.
 */
unsigned int random_program(struct draft *out, size_t kernel, uint64_t seed, uint64_t nth,
			    unsigned int calls);

/* The arguments of a call that was drawn. */
struct random_args {
	const struct random_function *function;
	uint32_t flags;
	unsigned int nr;
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
	bool remote, takes_locked, takes_vmas, pins, fast;
	uint32_t flags; /* that it takes; 0: all */
};

#endif
