/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of the benchmark: what each measures and what it has to reach. */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H

#include "timing.h"

#include <stdbool.h>

/* Upper limits; 0: none. The gate asks for @target, @goal is where the row shall go. */
struct limit {
	double target, goal;
	bool at_least; /* lower limits */
};

struct bench_row {
	const char *name; /* may be another's, too: they are run together */
	const char *text;
	const struct bench_case
		*work;	  /* may be another row's; NULL: the row is about memory */
	const char *base; /* rows that the work is compared with: "R", "R+U" */
	/* Work of two threads: the same of one, and with what the gain is compared. */
	const struct bench_case *alone, *peer, *peer_alone;
	bool counted; /* instructions are counted, too */
	struct limit ratio, ir, bytes;
};

extern const struct bench_row bench_rows[];
extern const size_t nr_bench_rows;

/* Of a row with instructions. NULL: there is no such work. */
const struct bench_case *bench_case_find(const char *name);

/* The first; NULL: there is no such row. */
const struct bench_row *bench_row_find(const char *name);

#endif
