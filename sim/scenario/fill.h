/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fixture with the results and expectations that the model has on one release. What it
 * expected before is left out. Invariant: a fixture that was filled holds on the release,
 * and its text does not depend on where the host keeps anything.
 */
#ifndef SIM_SCENARIO_FILL_H
#define SIM_SCENARIO_FILL_H

#include "scenario/session.h"
#include "scenario/draft.h"

/* What was seen after each statement. */
struct looks {
	struct draft text;
	struct looks_span {
		size_t begin, end; /* in the text */
	} * spans;		   /* by the index of the statement */
	bool dead;		   /* the machine died */
};

/* looks.c: note what @s has left, as `expect` lines. Of statements at points: nothing. */
void looks_take(void *looks, struct run *run, const struct statement *s);

/*
 * Append the fixture whose text is @from, filled, to @out. @why is set if it cannot be: a
 * sentence, in the memory of @words. -ENOMEM.
 */
int fill_text(struct session *session, const char *path, const struct draft *from,
	      size_t kernel, struct draft *out, struct pool *words, const char **why);

#endif
