/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shape of the table of kernel releases, for the file that has the data and the one
 * that answers from it. Nobody else includes it: they ask for a rule and compare no
 * release.
 */
#ifndef SIM_BASE_RELEASE_TABLE_H
#define SIM_BASE_RELEASE_TABLE_H

#include "base/release.h"

enum kernel {
	V5_5,
	V5_6,
	V5_7,
	V5_8,
	V5_9,
	V5_10,
	V5_10_223,
	V5_15,
	V6_1,
	V6_1_192,
	V6_12,
	NR_KERNELS
};

struct release_kernel {
	const char *name;
	unsigned int headers_from, headers_below; /* versions of headers that fit it */
	enum kernel base; /* of a point release: what it is a branch of */
	/* What was asked for the release while it ran, and what was built to ask it about
	 * CMA areas, which Debian's kernels lack. */
	const char *booted, *booted_cma;
};

/* The functions of callers: the first and the last release that has it. */
struct release_function {
	const char *name;
	enum kernel first, last;
};

/* FOLL_ flags that some releases lack, in the same way. */
struct release_flag {
	unsigned int flags; /* 0: the end */
	enum kernel first, last;
};

/* The value of a rule from a release on, until the next change. */
struct release_change {
	enum kernel since;
	unsigned char value;
	const char *commit; /* that made it so; NULL: not known for sure */
	const char *first;  /* mainline release that has the commit */
};

#define MAX_CHANGES 6

struct release_rule {
	struct gupsim_rule info;
	/* How the value is known, a letter for each release: the booted kernel answered
	 * (m), the one with CMA did (c), its source was read (s), or from memory (?). */
	const char *evidence;
	struct release_change changes[MAX_CHANGES]; /* the first since V5_5 */
};

/* A rule that no call comes to from a release on: it is refused before, or nobody asks.
 */
struct release_unreached {
	enum rule rule;		    /* RULE_NONE: the end */
	struct release_change gone; /* the value does not matter any more */
};

extern const struct release_kernel release_kernels[NR_KERNELS];
extern const struct release_function release_functions[NR_PIN_FUNCTIONS];
extern const struct release_flag release_flags[];
extern const struct release_rule release_rules[NR_RULES];
extern const struct release_unreached release_unreached[];

#endif
