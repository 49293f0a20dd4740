/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans: calls, and what is done with the pages that they have given. */
#include "scenario/names.h"
#include "scenario/plan_line.h"
#include "scenario/verbs.h"

#include <inttypes.h>
#include <string.h>

/* Pinning. */

uint64_t plan_entries(const struct story *story, const struct statement *s)
{
	uint64_t nr = story_entries(s);

	return nr <= story->total_pages ? nr : story->total_pages + 1;
}

static const char *keyword(struct plan *plan, const struct statement *s, const char *slot,
			   const char *otherwise)
{
	const struct value *value = said(plan, s, slot);

	return value && value->text ? value->text : otherwise;
}

/* Since nobody stops that, the walk looks for its end behind it. */
static bool runs_past_the_end(const struct statement *s, uint64_t version)
{
	return verb_at(s, version)->traits & VERB_FAST &&
	       !(uint32_t)story_number(s, "NR", 0) &&
	       !version_rule_is(version, "internal_get_user_pages_fast.range",
				"empty_zero");
}

/* Before there was is_valid_gup_args(), *locked that was not 1 was a BUG. */
static bool refuses_locked_0(uint64_t version)
{
	return version_rule_is(version, "get_user_pages.args", "is_valid_gup_args");
}

/* A pointer that a call is passed: *locked, or *unlocked, which is 0 before. */
static const char *lock_word(struct plan *plan, const struct statement *s)
{
	const char *unlocked = keyword(plan, s, "unlocked", NULL);

	if (unlocked)
		return strcmp(unlocked, "NULL") ? "1" : "NULL";
	return keyword(plan, s, "locked", "NULL");
}

/* In the place of FOLL_ flags: those of a fault, or whether errors are ignored. */
static uint64_t flags_of(struct plan *plan, const struct statement *s)
{
	if (said(plan, s, "FAULT"))
		return story_number(s, "FAULT", 0);
	return said(plan, s, "FLAGS")
		       ? story_number(s, "FLAGS", 0)
		       : !strcmp(keyword(plan, s, "ignore_errors", "0"), "1");
}

PLAN(plan_call)
{
	const struct symbol *actor = s->as ? s->as : plan->story->first_task;
	const struct value *task = said(plan, s, "TASK");
	const struct place *start = &said(plan, s, "START")->place;
	const struct verb *function = verb_at(s, plan->version);
	uint64_t address = start->kind == PLACE_RANGE ? start->symbol->start : 0;

	if (!actor)
		return cannot(plan, "there is no task to make the call");
	said(plan, s, "tsk"); /* faults of a guest's kernel are current's */
	if (!function ||
	    (function->traits & (VERB_FUNCTION | VERB_GONE)) != VERB_FUNCTION)
		return cannot(plan, "the probe module does not know the function");
	if (!strcmp(lock_word(plan, s), "0") && !refuses_locked_0(plan->version))
		return cannot(plan, "*locked of 0 is a BUG");
	if (runs_past_the_end(s, plan->version))
		return cannot(plan, "the kernel would write behind the end of pages");
	if (plan->written == actor->mm && function->traits & VERB_LOCKS)
		return cannot(plan, "a task of the guest that waits for its lock hangs");
	if (plan_entries(plan->story, s) > PLAN_ENTRIES)
		return cannot(plan, "the guest cannot tell so many entries");
	line(plan, s,
	     "call %s %s %s %s 0x%" PRIx64 " %" PRId64 " 0x%" PRIx64
	     " %s locked=%s %" PRIu64 "%s",
	     actor->name, s->name ? s->name->name : "-", function->name,
	     task ? task->symbol->mm->name : "-",
	     address + start->first * FIXTURE_PAGE + start->offset,
	     (int64_t)story_number(s, "NR", story_entries(s)), flags_of(plan, s),
	     keyword(plan, s, "pages",
		     s->verb->traits & VERB_NO_PAGES ? "NULL" : "pages"),
	     lock_word(plan, s), plan_entries(plan->story, s),
	     strcmp(keyword(plan, s, "vmas", "no"), "yes") ? "" : " vmas");
	return true;
}

/* Giving back, and single pages. */

/* A call that the release leaves out has nothing to give back. */
static bool was_made(const struct plan *plan, const struct symbol *held)
{
	const struct statement *s = plan->story->statements;

	while (s && s->name != held)
		s = s->next;
	return s && !plan_leaves_out(s, plan->version);
}

static bool line_of_held(struct plan *plan, const struct statement *s, const char *way)
{
	const struct symbol *held = said(plan, s, "HELD")->symbol;

	if (was_made(plan, held))
		line(plan, s, "put %s %s", held->name, way);
	return true;
}

PLAN(plan_put)
{
	return line_of_held(plan, s, "as_taken");
}

PLAN(plan_unpin_pages)
{
	return line_of_held(plan, s, "unpin");
}

PLAN(plan_unpin_dirty)
{
	return line_of_held(plan, s, "unpin_dirty");
}

/* What a reference has is its only entry. */
static const char *place_to_put(struct plan *plan, const struct place *place)
{
	if (place->kind == PLACE_FRAME && place->symbol->kind == SYMBOL_REF)
		return pool_printf(plan->pool, "entry:%s:0:1", place->symbol->name);
	return plan_place_words(plan, place, "at");
}

static bool line_of_page(struct plan *plan, const struct statement *s, const char *verb,
			 const char *rest)
{
	const struct place *page = &said(plan, s, "PAGE")->place;
	const char *place =
		s->name ? plan_place_words(plan, page, "at") : place_to_put(plan, page);

	if (!place)
		return false;
	line(plan, s, "%s%s%s %s%s", verb, s->name ? " " : "",
	     s->name ? s->name->name : "", place, rest);
	return true;
}

PLAN(plan_get_page)
{
	const struct value *refs = said(plan, s, "REFS");
	const char *rest = "";

	if (refs)
		rest = pool_printf(plan->pool, " %" PRIu64, refs->number);
	return s->name ? line_of_page(plan, s, "get_page", rest)
		       : cannot(plan, "a reference without a name would stay for ever");
}

PLAN(plan_put_page)
{
	return line_of_page(plan, s, "put_page", " put_page");
}

PLAN(plan_unpin_page)
{
	return line_of_page(plan, s, "put_page", " unpin");
}

PLAN(plan_frame)
{
	return line_of_page(plan, s, "frame", "");
}

/* A page is written to only as an entry that is held: what a reference has is its first.
 * What a device reads is looked at, as an expectation is. */
PLAN(plan_device)
{
	const struct place *page = &said(plan, s, "HELDPAGE")->place;
	const char *place = plan_place_words(plan, page, "at");
	const char *digits = plan_text_words(plan, said(plan, s, "TEXT"));

	if (!place || !digits)
		return false;
	if (said(plan, s, "write"))
		line(plan, s, "device entry:%s:%" PRId64 ":1%s", page->symbol->name,
		     page->kind == PLACE_ENTRIES ? page->first : 0, digits);
	if (said(plan, s, "read"))
		line(plan, s, "drain\n%u look %s", s->index, place);
	return true;
}

PLAN(plan_alloc_contig)
{
	line(plan, s, "alloc_contig %s",
	     plan_place_words(plan, &said(plan, s, "PAGES")->place, "at"));
	return true;
}

PLAN(plan_drain)
{
	line(plan, s, "drain");
	return true;
}
