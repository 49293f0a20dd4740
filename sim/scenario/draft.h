/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text that grows. Invariant: it ends in a NUL; once memory was short, `failed` stays
 * set and nothing more is added.
 */
#ifndef SIM_SCENARIO_DRAFT_H
#define SIM_SCENARIO_DRAFT_H

#include "base/heap.h"

#include <stdbool.h>

struct draft {
	struct heap *heap;
	char *bytes; /* NULL: nothing yet */
	size_t length, room;
	bool failed;
};

void draft_add(struct draft *draft, const char *bytes, size_t length);
void draft_printf(struct draft *draft, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void draft_free(struct draft *draft);

#endif
