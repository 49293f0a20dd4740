/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wall time on a noisy host: everything that is compared runs in the same process, in
 * short slices taken in turn, and only the medians are compared.
 */
#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <stddef.h>

/* A piece of work that can be repeated. Both functions return pages, 0 for a failure. */
struct bench_case {
	const char *name;
	void *(*setup)(size_t nr,
		       const char **why); /* NULL: cannot be had here, and why */
	size_t (*work)(void *state);
	size_t (*undo)(void *state); /* makes ready for more work, untimed; or NULL */
	void (*teardown)(void *state);
};

struct timing {
	const struct bench_case *work;
	void *state;
	double *samples;
	double ns;	 /* per page; a NaN if it could not be measured */
	const char *why; /* then the reason */
};

struct timing_plan {
	size_t nr; /* pages */
	unsigned int slices;
	double slice_ns;
};

/* Measure @nr cases, slice by slice in turn. Returns 0 or -ENOMEM. */
int timing_run(struct timing *timings, size_t nr, const struct timing_plan *plan);

#endif
