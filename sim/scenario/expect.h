/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One look at a machine, for one thing that was expected. */
#ifndef SIM_SCENARIO_EXPECT_H
#define SIM_SCENARIO_EXPECT_H

#include "scenario/clause.h"
#include "scenario/run.h"

/* One subject, looked at. */
struct look {
	struct run *run;
	const struct statement *statement;
	int64_t i;		       /* which one of the subject's pages */
	struct page *page;	       /* NULL: none is there */
	uint64_t pte;		       /* 0: none, or the subject is no address */
	const char *expected, *actual; /* what did not hold, in words */
};

/* Note what did not hold. Returns false. */
bool look_differ(struct look *look, const char *expected, const char *actual);

#endif
