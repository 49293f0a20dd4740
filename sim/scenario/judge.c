/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements of a guest: what its answers to them say, held against the fixture.
 * Invariant: after each the state of names is what the model would have left.
 */
#include "scenario/guest.h"
#include "scenario/handlers.h"
#include "scenario/names.h"
#include "scenario/plan.h"
#include "scenario/verbs.h"

#include <linux/mm.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_ZERO 0 /* the zero page has this number in each plan */

/* Calls. */

static void read_entries(struct run *run, struct pinned *pinned, const char *line)
{
	const char *entries = answer_list(line, "entries");
	const char *heads = answer_list(line, "heads");

	pinned->pages = pool_alloc(run->pool, pinned->room * sizeof(*pinned->pages));
	for (size_t i = 0; pinned->pages && i < pinned->room; i++) {
		int64_t frame = answer_next(&entries), head = answer_next(&heads);

		pinned->pages[i] = pinned_unset();
		if (frame == GUEST_UNSET)
			continue;
		pinned->pages[i] = guest_frame(run->guest, frame);
		guest_set_head(run->guest, pinned->pages[i], head);
	}
}

static void read_vmas(struct run *run, struct pinned *pinned, const char *list)
{
	pinned->vmas = pool_alloc(run->pool, pinned->room * sizeof(*pinned->vmas));
	for (size_t i = 0; pinned->vmas && i < pinned->room; i++)
		pinned->vmas[i] = guest_vma_numbered(run->guest, answer_next(&list));
}

static bool counts_zero_page(const struct run *run, const struct pinned *pinned)
{
	return !pinned->is_pin ||
	       version_rule_is(run->version, "try_grab_page.zero_page", "counted");
}

static bool is_held(struct run *run, const struct pinned *pinned, const struct page *page)
{
	return page && page != pinned_unset() &&
	       (page != guest_frame(run->guest, FRAME_ZERO) ||
		counts_zero_page(run, pinned));
}

static int compare_pages(const void *a, const void *b)
{
	const struct page *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

static void note_held(struct run *run, struct pinned *pinned)
{
	pinned->counted = pinned->result > 0 ? pinned->result : 0;
	if (pinned->counted > pinned->room)
		pinned->counted = pinned->room;
	pinned->held = pool_alloc(run->pool, pinned->room * sizeof(*pinned->held));
	for (size_t i = 0; pinned->held && i < pinned->counted; i++)
		if (is_held(run, pinned, pinned->pages[i]))
			pinned->held[pinned->nr_held++] = pinned->pages[i];
	if (pinned->held)
		qsort(pinned->held, pinned->nr_held, sizeof(*pinned->held),
		      compare_pages);
	if (!pinned->nr_held)
		pinned->held = NULL; /* there never was anything to give back */
}

static bool takes_pins(const struct run *run, const struct statement *s)
{
	const char *function = plan_function(s, run->version);

	if (!strcmp(function, "get_user_pages_fast_only"))
		return false; /* whatever its flags say */
	return !strncmp(function, "pin_", 4) || story_number(s, "FLAGS", 0) & FOLL_PIN;
}

/* All but who looks up a page, and asks for no reference. */
static bool holds(const struct statement *s)
{
	return s->verb->run != handle_follow_page ||
	       (story_number(s, "FLAGS", 0) & (FOLL_GET | FOLL_PIN));
}

static void take_call(struct run *run, const struct statement *s, const char *line)
{
	struct pinned unnamed = {.room = 0};
	struct pinned *pinned = s->name ? &run_thing(run, s->name)->pinned : &unnamed;
	const char *vmas = answer_list(line, "vmas");
	const struct value *pages = story_value(s, "pages");

	pinned->made = s;
	pinned->result = answer_number(line, "result", 0);
	pinned->min = answer_number(line, "min", 0);
	pinned->maj = answer_number(line, "maj", 0);
	pinned->locked = answer_number(line, "locked", 0);
	pinned->has_locked = story_value(s, "locked") && story_value(s, "locked")->text &&
			     strcmp(story_value(s, "locked")->text, "NULL") != 0;
	pinned->has_unlocked = story_value(s, "unlocked") &&
			       strcmp(story_value(s, "unlocked")->text, "NULL") != 0;
	pinned->is_pin = takes_pins(run, s);
	if (answer_number(line, "lock", 0))
		run_fail(run, s, "mmap_sem after the call", "0 readers", "held");
	pinned->room = plan_entries(run->story, s);
	if (vmas)
		read_vmas(run, pinned, vmas);
	if ((pages && pages->text && !strcmp(pages->text, "NULL")) ||
	    (s->verb->traits & VERB_NO_PAGES))
		return;
	read_entries(run, pinned, line);
	if (s->name && pinned->pages && pinned->result > 0 && holds(s))
		note_held(run, pinned);
}

static void take_page(struct run *run, const struct statement *s,
		      const struct answer *answer)
{
	struct thing *thing = run_thing(run, s->name);

	thing->page = guest_told(run->guest, answer);
	guest_set_head(run->guest, thing->page,
		       answer_number(answer->line, "head", GUEST_UNSET));
	if (s->name->kind != SYMBOL_REF || !thing->page)
		return;
	thing->pinned.held = &thing->page;
	thing->pinned.nr_held = 1;
}

static void take_put(struct run *run, const struct statement *s, struct result *result)
{
	const struct symbol *symbol = story_value(s, "HELD")->symbol;
	struct pinned *pinned = &run_thing(run, symbol)->pinned;

	if (pinned->held && !pinned->nr_held)
		run_refuse(run, s, result, symbol->name, "held", "given back already");
	pinned->nr_held = 0;
}

static void take_put_page(struct run *run, const struct statement *s,
			  const struct answer *answer)
{
	const struct symbol *symbol = story_value(s, "PAGE")->place.symbol;
	const struct page *page = guest_told(run->guest, answer);

	if (page)
		pinned_forget(&run_thing(run, symbol)->pinned, page);
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

static void take_device(struct run *run, const struct statement *s)
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

/* The task by which a guest has it done; NULL: by none. */
static const struct symbol *doer(const struct run *run, const struct statement *s)
{
	const struct value *pages = story_value(s, "PAGES");

	if (pages && !s->as)
		return pages->place.symbol->mm;
	if (s->name && s->name->kind == SYMBOL_RANGE)
		return s->name->mm;
	return pages || s->verb->plan == plan_call ? run->actor : NULL;
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
	else
		result->page = (struct place){.kind = PLACE_FILE,
					      .symbol = file ? file->symbol
							     : pages->place.symbol};
}

static void take(struct run *run, const struct statement *s, const struct answer *answer,
		 struct result *result)
{
	const char *line = answer->line;
	plan_fn plan = s->verb->plan;
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
	if (plan == plan_call)
		take_call(run, s, line);
	else if (plan == plan_frame || plan == plan_get_page)
		take_page(run, s, answer);
	else if (plan == plan_device && story_value(s, "read"))
		take_device(run, s);
	else if (plan == plan_put || plan == plan_unpin_pages || plan == plan_unpin_dirty)
		take_put(run, s, result);
	else if (plan == plan_put_page || plan == plan_unpin_page)
		take_put_page(run, s, answer);
}

void guest_statement(struct run *run, const struct statement *s, struct result *result)
{
	const struct answer *answer;

	run->guest->looking = s;
	if (s->verb->traits & VERB_COLUMNS) {
		s->verb->run(run, s, result);
		return;
	}
	if (s->verb->plan == plan_pmem)
		return; /* it is there from the beginning */
	answer = answer_find(run->guest, s->index, -1, 0);
	if (answer)
		take(run, s, answer, result);
	else
		run_refuse(run, s, result, NULL, "an answer of the guest",
			   "there is none");
}
