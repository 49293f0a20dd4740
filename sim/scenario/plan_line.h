/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How plan_*.c say a statement. Invariant: of what it says, all that was not asked for by
 * said() is refused, so that no guest does less than its fixture.
 */
#ifndef SIM_SCENARIO_PLAN_LINE_H
#define SIM_SCENARIO_PLAN_LINE_H

#include "scenario/plan.h"
#include "scenario/pool.h"

void plan_add(struct plan *plan, const char *text);

#define line(plan, s, format, ...)                                              \
	plan_add(plan, pool_printf((plan)->pool, "%u " format "\n", (s)->index, \
				   ##__VA_ARGS__))

static inline bool cannot(struct plan *plan, const char *why)
{
	plan->why = why;
	return false;
}

/* What a plan is to make something of is asked for here: the rest no guest would do. */
static inline const struct value *said(struct plan *plan, const struct statement *s,
				       const char *slot)
{
	if (plan->nr_asked < PLAN_ASKED)
		plan->asked[plan->nr_asked++] = slot;
	return story_value(s, slot);
}

static inline const char *words(struct plan *plan, const char *before, const char *word)
{
	return pool_printf(plan->pool, "%s %s", before, word);
}

/* plan_world.c: a guest without a CMA area cannot do it. */
bool plan_needs_cma(struct plan *plan);
/* plan_memory.c: in digits, with a blank before; NULL: it cannot be told. */
const char *plan_text_words(struct plan *plan, const struct value *text);
/*
 * plan_look.c: at|pte|vma:TASK:ADDRESS:PAGES, entry:CALL:FIRST:PAGES,
 * file:NAME:FIRST:PAGES, frame:NAME; NULL: cannot be told.
 */
const char *plan_place_words(struct plan *plan, const struct place *place,
			     const char *kind);

#endif
