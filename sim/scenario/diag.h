/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mistakes in a fixture. Invariant: the first MAX_DIAGS are kept, in the order of the
 * file; the others are counted.
 */
#ifndef SIM_SCENARIO_DIAG_H
#define SIM_SCENARIO_DIAG_H

#include "scenario/pool.h"
#include "scenario/source.h"

#include <gupsim/observe.h>

#define MAX_DIAGS 100

struct diag {
	size_t offset, length; /* the words in question */
	const char *message;
};

struct diags {
	struct pool *pool;
	const struct source *source;
	size_t nr; /* all of them */
	struct diag kept[MAX_DIAGS];
};

void diag(struct diags *diags, size_t offset, size_t length, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * All that are kept, in pieces to @write: path:line:column: message, the line, a caret
 * under the words. Then how many more there were.
 */
void diags_write(const struct diags *diags, gupsim_write_fn write, void *arg);

#endif
