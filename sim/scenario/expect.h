/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an `expect` may ask of which subject, and one look at a machine for it. */
#ifndef SIM_SCENARIO_EXPECT_H
#define SIM_SCENARIO_EXPECT_H

#include "scenario/run.h"

/* Subjects, as a mask. */
enum {
	OF_RANGE = KIND(PLACE_RANGE),	/* A.heap[1] */
	OF_FILE = KIND(PLACE_FILE),	/* data[0] */
	OF_ENTRY = KIND(PLACE_ENTRIES), /* p[0] */
	OF_VMAS = KIND(PLACE_VMAS),	/* p.vmas[0] */
	OF_FRAME = KIND(PLACE_FRAME),	/* old */
	OF_CALL = KIND(PLACE_RAW + 1),	/* p */
	OF_TASK = OF_CALL << 1,		/* A */
	OF_EVENT = OF_CALL << 2,	/* t */
	OF_VMA = OF_CALL << 3,		/* vma A.heap */
	OF_LOCK = OF_CALL << 4,		/* lock A */
	OF_LEAK = OF_CALL << 5,		/* leak A.heap[0] */
	OF_AUDIT = OF_CALL << 6,	/* audit A.heap[0] */
	OF_PAGE = OF_RANGE | OF_FILE | OF_FRAME | OF_ENTRY,
};

/* One subject, looked at. */
struct look {
	struct run *run;
	const struct statement *statement;
	int64_t i;		       /* which one of the subject's pages */
	struct page *page;	       /* NULL: none is there */
	uint64_t pte;		       /* 0: none, or the subject is no address */
	const char *expected, *actual; /* what did not hold, in words */
};

struct observable {
	const char *name; /* NULL: its subject alone says what is asked */
	unsigned int subjects;
	const char *shape; /* of what is expected */
	const char *help;
	/* One of these. What stands alone, or with `no`: of the page, of its pte, other.
	 */
	bool (*page)(const struct page *page);
	uint64_t pte;
	bool (*flag)(const struct look *look);
	/* Anything else; of a pte if that stands there, too. */
	bool (*holds)(struct look *look, const struct value *values);
};

const struct observable *observable_nth(size_t nth); /* NULL past the last */

/* Bytes as a fixture writes them. */
const char *quoted(struct run *run, const unsigned char *bytes, size_t length);

/* Note what did not hold. Returns false. */
bool look_differ(struct look *look, const char *expected, const char *actual);
/* Of an entry of pages: is NULL what the call wrote? */
bool look_is_null(const struct look *look);

#endif
