/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events that cannot end yet: they wait for a lock, for a page that somebody holds, or
 * behind an event that waits with the file's lock in its hands. Invariant: the oldest
 * goes on first, and as the task that began it.
 */
#include "scenario/run.h"
#include "machine/machine.h"
#include "scenario/verbs.h"

#include <errno.h>
#include <gupsim/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <string.h>

/* Whose lock a statement would wait for. */
static struct symbol *lock_of(const struct run *run, const struct statement *s)
{
	const struct value *value = s->values;

	for (; value; value = value->next) {
		if (value->symbol && value->symbol->mm)
			return value->symbol->mm;
		if (value->place.symbol && value->place.kind == PLACE_RANGE)
			return value->place.symbol->mm;
	}
	return run->actor ? run->actor->mm : NULL;
}

/* The file that has the page, by its name in the story. */
static struct symbol *file_with(const struct run *run, const struct page *page)
{
	struct symbol *symbol, *next;

	HASH_ITER (hh, run->story->names, symbol, next) {
		const struct thing *thing = run_thing(run, symbol);

		if (symbol->kind == SYMBOL_FILE && thing->file &&
		    thing->file->f_mapping == page->mapping)
			return symbol;
	}
	return NULL;
}

/* The awaited page by the name that the statement has for it, if it is that one. */
void event_name_awaited(const struct run *run, const struct statement *s,
			struct result *result)
{
	const struct column *column = story_column(s->columns, run->kernel);

	if (!result->awaited)
		return;
	if (column && column->result.kind == result->kind && column->result.page.symbol &&
	    place_page(run, &column->result.page, 0) == result->awaited)
		result->page = column->result.page;
	else if (!result->page.symbol)
		place_find(run, result->awaited, &result->page);
}

/* On what the machine says, or else on the lock of the mm that the statement is about. */
void event_blocks(const struct run *run, const struct statement *s, struct result *result)
{
	result->kind = RESULT_BLOCKS;
	result->awaited = gupsim_blocked_on(run->machine);
	if (!result->awaited)
		result->mm = lock_of(run, s);
}

/* What would sleep: for a page that others hold, or for a lock. */
void event_take_wait(struct run *run, const struct statement *s, struct result *result)
{
	struct page *busy = gupsim_awaited(run->machine);

	if (!busy) {
		event_blocks(run, s, result);
		return;
	}
	result->kind = RESULT_WAITS;
	result->awaited = busy;
	result->page = (struct place){.kind = PLACE_FILE,
				      .symbol = file_with(run, busy),
				      .first = busy->index,
				      .count = 1};
}

/* The file that a statement cuts, for which it takes the inode's lock; NULL: none. */
static const struct symbol *file_cut(const struct statement *s)
{
	const struct value *file = story_value(s, "FILE");
	const struct value *pages = story_value(s, "FILEPAGES");

	if (!strcmp(s->verb->name, "truncate"))
		return file->symbol;
	return strcmp(s->verb->name, "punch") ? NULL : pages->place.symbol;
}

const struct row *event_with_file(const struct run *run, const struct symbol *file)
{
	for (size_t i = 0; file && run->nr_pending && i < run->story->nr_statements;
	     i++) {
		const struct row *row = &run->record->rows[i];

		if (row->pending && row->awaited && !row->behind &&
		    file_cut(row->statement) == file)
			return row;
	}
	return NULL;
}

/* It has not begun, and waits for what the other waits for. */
bool event_waits_behind(struct run *run, const struct statement *s, struct result *result)
{
	const struct symbol *file = file_cut(s);
	const struct row *before = event_with_file(run, file);

	if (!before || before->statement == s)
		return false;
	result->kind = RESULT_WAITS;
	result->behind = before;
	result->awaited = before->awaited;
	result->page = (struct place){.kind = PLACE_FILE,
				      .symbol = (struct symbol *)(uintptr_t)file,
				      .first = before->awaited->index,
				      .count = 1};
	result->why = run_words(run, "line %zu has the file, and waits: %s",
				before->statement->line, before->why);
	event_name_awaited(run, s, result);
	return true;
}

/* What waits in a guest goes on there. */
bool event_settle(struct run *run, struct row *row, const struct result *result)
{
	const struct symbol *name = row->statement->name;
	bool waits = (result->kind == RESULT_BLOCKS || result->kind == RESULT_WAITS) &&
		     !run->dead && !run->guest;

	row->awaited = result->kind == RESULT_WAITS ? result->awaited : NULL;
	row->behind = result->behind;
	row->why = result->why;
	run->nr_pending += waits - row->pending;
	row->pending = waits;
	if (!waits && name && name->kind == SYMBOL_EVENT) {
		bool interrupted =
			result->kind == RESULT_NUMBER && result->number == -EINTR;

		run_thing(run, name)->done = !interrupted;
		run_thing(run, name)->interrupted = interrupted;
	}
	return !waits;
}

static bool waits_for_held_page(const struct row *row)
{
	return !row->behind && row->awaited && page_ref_count(row->awaited) > 1;
}

static bool has_signal(const struct run *run, const struct row *row)
{
	const struct symbol *actor =
		row->statement->as ? row->statement->as : run->story->first_task;
	struct task_struct *task = actor ? run_thing(run, actor)->task : NULL;

	return task && signal_pending(task);
}

/* Who waits for a page sleeps until it is idle, or until there is a signal. */
static bool sleeps_on(const struct run *run, const struct row *row)
{
	if (row->behind)
		return row->behind->pending;
	return waits_for_held_page(row) && !has_signal(run, row);
}

static bool ended_well(const struct row *row, const struct result *result)
{
	const struct symbol *name = row->statement->name;

	return result->kind == RESULT_NUMBER &&
	       (!result->number || (name && result->number == -EINTR));
}

static void retry(struct run *run, struct row *row)
{
	struct result result = {.kind = RESULT_NUMBER};

	/* Who is woken by a signal looks no more at what was mapped meanwhile. */
	if (waits_for_held_page(row)) {
		result.number = -EINTR;
		result.why = run_words(run, "%s, and there is a signal", row->why);
	} else {
		run_set_current(run, row->statement, false, &result);
		if (result.kind == RESULT_NUMBER)
			run_execute(run, row->statement, &result);
	}
	if (event_settle(run, row, &result) && !ended_well(row, &result))
		run_fail(run, row->statement, "once it could begin", "success",
			 run_with_why(run, &result, result_words(run->pool, &result)));
}

/* Events that could not begin, or go on, are tried again, oldest first. */
void events_retry(struct run *run)
{
	for (size_t i = 0; run->nr_pending && i < run->story->nr_statements; i++) {
		struct row *row = &run->record->rows[i];

		if (row->pending && !run->dead && !sleeps_on(run, row))
			retry(run, row);
	}
}

static void fail_waiting(struct run *run, const struct row *row)
{
	run_fail(run, row->statement, "at the end", "done",
		 row->why ? run_words(run, "still waiting (%s)", row->why)
			  : "still waiting");
}

void events_end(struct run *run)
{
	for (size_t i = 0; i < run->story->nr_statements; i++)
		if (run->record->rows[i].pending)
			fail_waiting(run, &run->record->rows[i]);
}
