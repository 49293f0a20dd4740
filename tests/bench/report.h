/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was measured, for people and for programs. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "rows.h"

struct measure {
	const struct bench_row *row;
	const char *unit;
	double value;	 /* a NaN if it could not be measured */
	const char *why; /* then the reason */
	struct limit limit;
};

/* The measures of a row follow each other. */
void report_text(const struct timing_plan *plan, const struct measure *measures,
		 size_t nr);
void report_json(const struct timing_plan *plan, const struct measure *measures,
		 size_t nr);

/* No target is missed, and none is unmeasured. */
bool report_passes(const struct measure *measures, size_t nr);

#endif
