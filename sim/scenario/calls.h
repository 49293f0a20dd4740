/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A call to a kernel function, as fixtures make them: with arrays, and under the lock. */
#ifndef SIM_SCENARIO_CALLS_H
#define SIM_SCENARIO_CALLS_H

#include "scenario/handlers.h"

struct arguments {
	const struct verb *function;
	struct task_struct *tsk;
	struct mm_struct *mm;
	struct thing *owner; /* of the mm: knows whether the fixture holds the lock */
	const struct statement *made;
	unsigned long start, nr;
	unsigned int flags;
	struct page **pages;
	struct vm_area_struct **vmas;
	int *locked;
	int *unlocked;
};

/* What the call of @s alone says of what it leaves. */
void pinned_begin(const struct run *run, const struct statement *s,
		  struct pinned *pinned);
/* Is it passed a pages[] to fill? */
bool call_fills_pages(const struct statement *s);

#endif
