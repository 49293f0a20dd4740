/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements of a guest: what its answers to them say, held against the fixture.
 * Invariant: after each the state of names is what the model would have left.
 */
#include "scenario/guest.h"
#include "scenario/handlers.h"
#include "scenario/verbs.h"

#include <string.h>

JUDGE(judge_page)
{
	struct thing *thing = run_thing(run, s->name);

	thing->page = guest_told(run->guest, answer);
	guest_set_head(run->guest, thing->page,
		       answer_number(answer->line, "head", GUEST_UNSET));
	if (s->name->kind != SYMBOL_REF || !thing->page)
		return;
	thing->pinned.held = &thing->page;
	thing->pinned.nr_held = 1;
	thing->pinned.more = (long)story_number(s, "REFS", 1) - 1;
}

JUDGE(judge_put)
{
	const struct symbol *symbol = story_value(s, "HELD")->symbol;
	struct pinned *pinned = &run_thing(run, symbol)->pinned;

	if (pinned->held && !pinned->nr_held)
		run_refuse(run, s, result, symbol->name, "held", "given back already");
	pinned->nr_held = 0;
}

JUDGE(judge_put_page)
{
	const struct symbol *symbol = story_value(s, "PAGE")->place.symbol;
	const struct page *page = guest_told(run->guest, answer);

	if (page)
		pinned_forget(&run_thing(run, symbol)->pinned, page);
}

static void device_reads(struct run *run, const struct statement *s)
{
	const struct answer *answer = answer_find(run->guest, s->index, 0, 0);
	const struct page *page = answer ? guest_told(run->guest, answer) : NULL;
	const struct value *said = story_value(s, "TEXT");

	if (!page)
		run_fail(run, s, "what the device reads", "a page", "none");
	else if (memcmp(page->contents, said->text, said->length))
		run_fail(run, s, "what the device reads",
			 quoted(run, (const unsigned char *)said->text, said->length),
			 quoted(run, page->contents, said->length));
}

JUDGE(judge_device)
{
	if (story_value(s, "read"))
		device_reads(run, s);
}

/*
 * A function; or "mm/gup.c:1775 __get_user_pages" of a package whose source nobody has
 * looked at. That is the function into which the one with the WARN was inlined, so such a
 * WARN counts as the one expected there.
 */
static const char *warn_words(struct run *run, const struct result *expected,
			      unsigned int nth, const char *warn)
{
	const char *function = strchr(warn, ' ');

	if (expected && nth < expected->nr_warns && !strncmp(warn, "mm/gup.c:", 9))
		return expected->warns[nth];
	return run_words(run, "%s", function ? function + 1 : warn);
}

static void take_warn(struct run *run, const struct result *expected, const char *warn,
		      struct result *result)
{
	unsigned int nth = result->nr_warns;

	if (nth == MAX_WARNS)
		result->more_warns++;
	else
		result->warns[result->nr_warns++] = warn_words(run, expected, nth, warn);
}

static void take_warns(struct run *run, const struct statement *s, const char *line,
		       struct result *result)
{
	const struct column *column = story_column_at(s->columns, run->version);
	const char *warns = answer_text(run->pool, line, "warns");

	while (*warns) {
		size_t length = strcspn(warns, ";");
		const char *warn = pool_text(run->pool, warns, length);

		if (!warn)
			return;
		take_warn(run, column ? &column->result : NULL, warn, result);
		warns += length + (warns[length] == ';');
	}
}

/* The task by which a guest has it done; NULL: by none. */
static const struct symbol *doer(const struct run *run, const struct statement *s)
{
	const struct value *pages = story_value(s, "PAGES");

	if (pages && !s->as)
		return pages->place.symbol->mm;
	if (s->name && s->name->kind == SYMBOL_RANGE)
		return s->name->mm;
	return pages || s->verb->traits & VERB_FUNCTION ? run->actor : NULL;
}

/* Faults are the task's that runs into them; since v5.9 also those of calls. */
static void count_faults(struct run *run, const struct statement *s, const char *line)
{
	const struct symbol *task = doer(run, s);
	struct pinned *count;

	if (!task)
		return;
	count = &run_thing(run, task)->pinned;
	count->min += answer_number(line, "min", 0);
	count->maj += answer_number(line, "maj", 0);
}

/* For which page it waits no guest can tell: for the one that is said. */
static void take_waits(struct run *run, const struct statement *s, struct result *result)
{
	const struct column *column = story_column_at(s->columns, run->version);
	const struct value *file = story_value(s, "FILE");
	const struct value *pages = story_value(s, "FILEPAGES");

	result->kind = RESULT_WAITS;
	if (column && column->result.kind == RESULT_WAITS)
		result->page = column->result.page;
	else if (file || pages)
		result->page = (struct place){.kind = PLACE_FILE,
					      .symbol = file ? file->symbol
							     : pages->place.symbol};
	else
		run_refuse(run, s, result, NULL, "an answer of the guest",
			   "it waits, and for no file");
}

static void take(struct run *run, const struct statement *s, const struct answer *answer,
		 struct result *result)
{
	const char *line = answer->line;
	int64_t signal = answer_number(line, "signal", 0);

	result->number = answer_number(line, "result", 0);
	if (signal) {
		result->kind = RESULT_SIGNAL;
		result->number = signal;
	}
	if (answer_number(line, "waits", 0))
		take_waits(run, s, result);
	take_warns(run, s, line, result);
	count_faults(run, s, line);
	if (s->verb->judge)
		s->verb->judge(run, s, answer, result);
}

void guest_statement(struct run *run, const struct statement *s, struct result *result)
{
	const struct answer *answer;

	run->guest->looking = s;
	if (s->verb->traits & VERB_COLUMNS) {
		s->verb->run(run, s, result);
		return;
	}
	if (s->verb->traits & VERB_AT_BOOT)
		return;
	answer = answer_find(run->guest, s->index, -1, 0);
	if (answer)
		take(run, s, answer, result);
	else
		run_refuse(run, s, result, NULL, "an answer of the guest",
			   "there is none");
}
