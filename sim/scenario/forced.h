/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options that take the rare way at every chance, and what a fixture that does not know
 * of them can still be held to: forced from outside, expectations that depend on how a
 * kernel came to its result are not asked.
 */
#ifndef SIM_SCENARIO_FORCED_H
#define SIM_SCENARIO_FORCED_H

#include "scenario/names.h"

#include <gupsim/machine.h>

/* An expectation that may not hold any more: the observable, and of which subjects. */
struct let_go {
	const char *name;
	unsigned int subjects; /* OF_* */
};

struct forced {
	const char *spec;   /* as it is said from outside */
	const char *option; /* the word behind `option` */
	const char *help;
	unsigned int rare; /* of enum gupsim_rare; 0: it is pagevec_hold */
	struct let_go lets_go[8];
};

/* NULL past the last. A set of them is a mask of 1 << nth. */
const struct forced *forced_nth(size_t nth);
/* "retry=always"; -1: there is none, and @best has the nearest. */
int forced_find(struct nearest *best);
/* Have a machine run so. */
void forced_apply(const struct forced *forced, struct gupsim_config *config);
/* Is what @name says of @subject let go, with all of the @set forced from outside? */
bool forced_lets_go(unsigned int set, const char *name, unsigned int subject);

/* Those that pagevecs hold only because they are forced to. */
long forced_references(unsigned int set, const struct page *page);

#endif
