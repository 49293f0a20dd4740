/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans: places in a guest, and what an expectation looks at. */
#include "scenario/expect.h"
#include "scenario/plan_line.h"

#include <inttypes.h>

const char *plan_place_words(struct plan *plan, const struct place *place,
			     const char *kind)
{
	const struct symbol *symbol = place->symbol;

	switch (place->kind) {
	case PLACE_RANGE:
		return pool_printf(plan->pool, "%s:%s:0x%" PRIx64 ":%" PRId64, kind,
				   symbol->mm->name,
				   symbol->start + place->first * FIXTURE_PAGE,
				   place->count);
	case PLACE_ENTRIES:
		return pool_printf(plan->pool, "entry:%s:%" PRId64 ":%" PRId64,
				   symbol->name, place->first, place->count);
	case PLACE_FRAME:
		return pool_printf(plan->pool, "frame:%s", symbol->name);
	case PLACE_FILE:
		return pool_printf(plan->pool, "file:%s:%" PRId64 ":%" PRId64,
				   symbol->name, place->first, place->count);
	default:
		cannot(plan, "this is no place in a guest");
		return NULL;
	}
}

/* The place that a clause compares with; NULL: none. */
static const struct place *others(const struct statement *s, const struct clause *clause)
{
	const struct value *value =
		value_find(clause->values, s->subject == OF_VMAS ? "PAGES" : "OTHERS");

	return value ? &value->place : NULL;
}

const struct place *plan_place(const struct statement *s, uint64_t version, size_t nth)
{
	const struct column *column = story_column_at(s->columns, version);
	const struct clause *clause = column ? column->clauses : NULL;

	if (s->who || !clause)
		return NULL;
	if (s->subject != OF_VMAS && !nth--)
		return &s->place;
	for (; clause; clause = clause->next)
		if (others(s, clause) && !nth--)
			return others(s, clause);
	return NULL;
}

static bool can_be_told(struct plan *plan, const struct statement *s)
{
	const struct column *column = story_column_at(s->columns, plan->version);
	const struct clause *clause = column ? column->clauses : NULL;

	for (; clause; clause = clause->next) {
		const struct value *text = value_find(clause->values, "TEXT");

		if (text && text->length > PLAN_TEXT)
			return cannot(plan,
				      "so many bytes of a page are not told by a guest");
	}
	return (s->subject &
		(OF_PAGE | OF_CALL | OF_VMAS | OF_VMA | OF_TASK | OF_LOCK | OF_EVENT)) ||
	       cannot(plan, "this is not told by a guest");
}

/* How much is told of an address: the page, its pte, the VMA. */
static const char *kind_of(const struct statement *s, uint64_t version)
{
	const struct column *column = story_column_at(s->columns, version);
	const struct clause *clause = column ? column->clauses : NULL;

	if (s->subject & (OF_VMA | OF_VMAS))
		return "vma";
	while (clause && !clause->what->pte)
		clause = clause->next;
	return clause ? "pte" : "at";
}

/* What is looked at does not say what is expected there. */
PLAN(plan_expect)
{
	const char *kind = kind_of(s, plan->version), *places = "";
	const struct place *place;

	if (!can_be_told(plan, s))
		return false;
	for (size_t i = 0; (place = plan_place(s, plan->version, i)); i++) {
		const char *word = plan_place_words(plan, place, kind);

		if (!word)
			return false;
		places = words(plan, places, word);
	}
	if (s->subject == OF_LOCK)
		places = words(plan, places,
			       pool_printf(plan->pool, "lock:%s", s->who->mm->name));
	if (s->subject == OF_EVENT)
		line(plan, s, "done %s", s->who->name);
	if (*places)
		line(plan, s, "look%s", places);
	return true;
}
