/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans: a line for each statement, in the words that the agent in a guest reads. */
#include "scenario/plan_line.h"
#include "scenario/verbs.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

void plan_add(struct plan *plan, const char *text)
{
	for (const char *at = text; at && *at; at++) /* FNV-1a */
		plan->sum = (plan->sum ^ (unsigned char)*at) * 0x100000001b3;
	if (plan->out && text)
		report_put(plan->out, text);
}

bool plan_leaves_out(const struct statement *s, uint64_t version)
{
	const struct column *column = story_column_at(s->columns, version);

	return column && column->result.kind == RESULT_NOT_RUN;
}

static bool is_survivable(const struct statement *s, uint64_t version)
{
	const struct column *column = story_column_at(s->columns, version);

	return !column || s->verb->traits & VERB_COLUMNS ||
	       column->result.kind == RESULT_NUMBER ||
	       column->result.kind == RESULT_SIGNAL ||
	       column->result.kind == RESULT_WAITS;
}

/* Slots, and words that only say what kind of thing follows, or what is so anyway. */
static bool is_filler(const char *word)
{
	static const char *const fillers[] = {"at",    "on",   "of",	  "in",	  "page",
					      "pages", "file", "private", "anon", "cold"};

	if (!islower((unsigned char)*word))
		return true;

	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++)
		if (!strcmp(fillers[i], word))
			return true;
	return false;
}

static bool is_asked(const struct plan *plan, const char *slot)
{
	for (size_t i = 0; i < plan->nr_asked; i++)
		if (!strcmp(plan->asked[i], slot))
			return true;
	return false;
}

/* No option is dropped because a guest does not know it. */
static bool is_all_asked(struct plan *plan, const struct statement *s)
{
	for (const struct value *v = s->values; v; v = v->next)
		if (!is_filler(v->slot) && !is_asked(plan, v->slot))
			return cannot(plan, pool_printf(plan->pool,
							"'%s' is not done in a guest",
							v->slot));
	return true;
}

static bool plan_statement(struct plan *plan, const struct statement *s)
{
	plan->at = s;
	if (plan_leaves_out(s, plan->version))
		return true;
	if (!s->verb->plan)
		return cannot(plan, "the verb is not done in a guest");
	if (s->ats)
		return cannot(plan, "a point cannot be met in a guest");
	if (!is_survivable(s, plan->version))
		return cannot(plan, "no guest would survive it");
	plan->nr_asked = 0;
	return s->verb->plan(plan, s) &&
	       (s->verb->traits & VERB_COLUMNS || is_all_asked(plan, s));
}

bool plan_story(struct plan *plan)
{
	const struct statement *s;

	plan->why = NULL;
	plan->zone = NULL;
	plan->hold = false;
	plan->thp = NULL;
	plan->stack = 0;
	plan->hugetlb = 0;
	plan->vsyscall = NULL;
	plan->written = NULL;
	plan->sum = 0xcbf29ce484222325;
	for (s = plan->story->settings; s && s->verb->traits & VERB_SETTING; s = s->next)
		if (!plan_statement(plan, s))
			return false;
	if (plan->out)
		report_printf(plan->out, "fixture %s\n", plan->story->source->path);
	if (plan->vsyscall)
		plan_add(plan,
			 pool_printf(plan->pool, "0 boot vsyscall=%s\n", plan->vsyscall));
	if (plan->zone)
		plan_add(plan, pool_printf(plan->pool, "0 zone %s\n", plan->zone));
	if (plan->hold)
		plan_add(plan, "0 hold\n");
	if (plan->thp)
		plan_add(plan, pool_printf(plan->pool, "0 thp %s\n", plan->thp));
	if (plan->stack)
		plan_add(plan,
			 pool_printf(plan->pool, "0 stack %" PRIu64 "\n", plan->stack));
	if (plan->hugetlb)
		plan_add(plan, pool_printf(plan->pool, "0 hugetlb %" PRIu64 "\n",
					   plan->hugetlb));
	for (s = plan->story->statements; s; s = s->next)
		if (!plan_statement(plan, s))
			return false;
	if (plan->out)
		report_printf(plan->out, "end %016" PRIx64 "\n", plan->sum);
	return true;
}
