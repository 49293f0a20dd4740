/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements, one after the other, on one machine. */
#include "scenario/run.h"
#include "machine/machine.h"
#include "scenario/expect.h"
#include "scenario/guest.h"
#include "scenario/handlers.h"
#include "scenario/names.h"
#include "scenario/plan.h"
#include "scenario/verbs.h"

#include <errno.h>
#include <gupsim/file.h>
#include <gupsim/memory.h>
#include <inttypes.h>
#include <string.h>

#define SHOWN_DECISIONS 30 /* of a call that failed; `explain` shows all */

struct thing *run_thing(const struct run *run, const struct symbol *symbol)
{
	return &run->things[symbol->index];
}

struct mm_struct *run_mm(const struct run *run, const struct symbol *symbol)
{
	const struct task_struct *task = run_thing(run, symbol)->task;
	struct gupsim_mm *mm = task ? task->sim->active_mm : NULL;

	return mm && !mm_gone(&mm->mm) ? &mm->mm : NULL;
}

static const char *statement_name(const struct statement *s)
{
	return s->name ? s->name->name : NULL;
}

/* Failures. */

/* The call that an expectation is about; otherwise the last one. */
static const struct statement *
call_behind(const struct run *run, const struct statement *s, unsigned long *serial)
{
	const struct symbol *symbol = s->who ? s->who : s->place.symbol;
	const struct pinned *pinned = symbol ? &run_thing(run, symbol)->pinned : NULL;
	bool its_own = pinned && pinned->made;

	*serial = its_own ? pinned->serial : run->last_serial;
	return its_own ? pinned->made : run->last_call;
}

static void add_trace(struct run *run, const struct statement *s, struct failure *failure)
{
	unsigned long serial;
	const struct statement *call = call_behind(run, s, &serial);
	const char *name;

	if (!call)
		return;
	name = statement_name(call);
	failure->call =
		run_words(run, "%s%s%s(), line %zu", name ? name : "", name ? " = " : "",
			  verb_at(call, run->version)->name, call->line);
	failure->trace = explain_call(run, serial, SHOWN_DECISIONS);
}

void run_fail(struct run *run, const struct statement *s, const char *where,
	      const char *expected, const char *actual)
{
	unsigned int index = s ? s->index : run->story->nr_statements;
	struct failure *failure = pool_alloc(run->pool, sizeof(*failure));
	struct row *row = &run->record->rows[index];
	struct failure **last = &row->failures;

	row->verdict = VERDICT_FAILED;
	run->record->verdict = VERDICT_FAILED;
	if (!failure)
		return;
	*failure =
		(struct failure){.where = where, .expected = expected, .actual = actual};
	if (s)
		add_trace(run, s, failure);
	while (*last)
		last = &(*last)->next;
	*last = failure;
}

void run_refuse(struct run *run, const struct statement *s, struct result *result,
		const char *where, const char *expected, const char *actual)
{
	run_fail(run, s, where, expected, actual);
	result->kind = RESULT_NOT_RUN;
}

struct mm_struct *run_mm_of(struct run *run, const struct statement *s,
			    const struct symbol *symbol, struct result *result)
{
	struct mm_struct *mm = run_mm(run, symbol);

	if (!mm)
		run_refuse(run, s, result, symbol->name, "a task with an mm",
			   "it has none");
	return mm;
}

/* Results. */

void run_report(void *arg, const struct gupsim_report *report)
{
	struct run *run = arg;
	struct frame *frame = run->frame;

	if (!frame)
		return;
	if (report->kind == GUPSIM_BUG) {
		frame->bug = report->func;
	} else if (report->kind == GUPSIM_CONTRACT) {
		frame->contract_func =
			frame->contract ? frame->contract_func : report->func;
		frame->contract = frame->contract ? frame->contract : report->what;
	} else if (frame->result->nr_warns < MAX_WARNS) {
		frame->result->warns[frame->result->nr_warns++] = report->func;
	} else {
		frame->result->more_warns++;
	}
}

void run_keep_why(struct run *run, struct result *result)
{
	const char *why = gupsim_error(run->machine);

	if (result->number < 0 && !result->why && *why)
		result->why = run_words(run, "%s", why);
}

static void take_death(struct run *run, const struct statement *s, struct result *result)
{
	switch (gupsim_machine_state(run->machine)) {
	case GUPSIM_ALIVE:
		return;
	case GUPSIM_DEAD_BUG:
		result->kind = RESULT_BUG;
		result->func = run->frame->bug ? run->frame->bug : "elsewhere";
		break;
	case GUPSIM_DEAD_SPINS:
		result->kind = RESULT_SPINS;
		break;
	case GUPSIM_DEAD_BLOCKS:
		event_blocks(run, s, result);
		break;
	}
	run->dead = true;
}

static void finish_result(struct run *run, const struct statement *s,
			  struct result *result)
{
	if (result->kind == RESULT_NUMBER && result->number == -EDEADLK)
		event_take_wait(run, s, result);
	take_death(run, s, result);
	event_name_awaited(run, s, result);
}

const char *run_with_why(struct run *run, const struct result *result, const char *words)
{
	bool has_why = result->kind == RESULT_NUMBER || result->kind == RESULT_WAITS;

	return has_why && result->why ? run_words(run, "%s (%s)", words, result->why)
				      : words;
}

static void check_result(struct run *run, const struct statement *s,
			 const struct result *actual)
{
	const struct column *column = story_column_at(s->columns, run->version);
	const struct result success = {.kind = RESULT_NUMBER};
	const struct result *expected = column ? &column->result : &success;
	const char *words = result_words(run->pool, actual);
	const char *wanted = result_words(run->pool, expected);

	if (actual->kind == RESULT_NOT_RUN)
		return;
	run->record->rows[s->index].result = words;
	if (!strcmp(words, wanted))
		return;
	run_fail(run, s, NULL, column ? wanted : "success",
		 run_with_why(run, actual, words));
}

/* Statements. */

void run_set_current(struct run *run, const struct statement *s, bool nested,
		     struct result *result)
{
	const struct symbol *task = s->as;
	struct task_struct *made;

	if (!task && nested)
		return; /* who has reached the point goes on */
	run->actor = task ? task : run->story->first_task;
	if (run->guest)
		return;
	made = run->actor ? run_thing(run, run->actor)->task : NULL;
	if (gupsim_set_current(made))
		gupsim_set_current(NULL);
	if (task && !gupsim_current())
		run_refuse(run, s, result, task->name, "a task that runs",
			   made ? "it has exited" : "it was never made");
}

void run_execute(struct run *run, const struct statement *s, struct result *result)
{
	struct frame frame = {.outer = run->frame, .result = result};

	if (run->guest) {
		guest_statement(run, s, result);
		return;
	}
	if (event_waits_behind(run, s, result))
		return;
	run->frame = &frame;
	verb_at(s, run->version)->run(run, s, result);
	run_keep_why(run, result);
	if (!frame.outer && !run->io_hold && !run->dead)
		gupsim_io_done(run->machine);
	finish_result(run, s, result);
	if (frame.contract && !run->dead)
		run_fail(run, s, run_words(run, "contract of %s()", frame.contract_func),
			 "kept", frame.contract);
	run->frame = frame.outer;
}

/* By itself, or because nothing was made of what it gives back. */
static bool is_left_out(const struct run *run, const struct statement *s)
{
	const struct value *held = story_value(s, "HELD");

	return plan_leaves_out(s, run->version) ||
	       (held && run_thing(run, held->symbol)->left_out);
}

static void leave_out(struct run *run, const struct statement *s)
{
	if (s->name)
		run_thing(run, s->name)->left_out = true;
}

static bool out_of_memory(const struct run *run)
{
	return run->pool->failed || run->options->host->failed;
}

static void watch(struct run *run, const struct statement *s)
{
	if (run->options->watch && !out_of_memory(run))
		run->options->watch(run->options->watch_arg, run, s);
}

static void run_statement(struct run *run, const struct statement *s, bool nested)
{
	struct row *row = &run->record->rows[s->index];
	struct result result = {.kind = RESULT_NUMBER};

	row->statement = s;
	if (is_left_out(run, s)) {
		leave_out(run, s);
		return;
	}
	run_set_current(run, s, nested, &result);
	if (result.kind == RESULT_NUMBER)
		run_execute(run, s, &result);
	if (row->verdict == VERDICT_SKIPPED)
		row->verdict = VERDICT_PASSED;
	if (!(s->verb->traits & VERB_COLUMNS))
		check_result(run, s, &result);
	event_settle(run, row, &result);
}

/* Points. */

void run_faults(const struct run *run, long *min, long *maj)
{
	*min = *maj = 0;
	for (unsigned int i = 0; i < run->story->nr_symbols; i++) {
		const struct task_struct *task = run->things[i].task;

		*min += task ? task->min_flt : 0;
		*maj += task ? task->maj_flt : 0;
	}
}

static void run_at(struct run *run, const struct statement *at)
{
	const struct statement *calling = run->calling, *s;
	const struct symbol *actor = run->actor;
	struct task_struct *task = gupsim_current();
	long min, maj, min_after, maj_after;

	run_faults(run, &min, &maj);
	run->calling = NULL;
	run->inside = task;
	for (s = at->body; s && !run->dead; s = s->next) {
		run_statement(run, s, true);
		watch(run, s);
		run->actor = actor;
		gupsim_set_current(task);
	}
	run->calling = calling;
	run->inside = NULL;
	run_faults(run, &min_after, &maj_after);
	run->other_min += min_after - min;
	run->other_maj += maj_after - maj;
}

static void at_point(void *arg, enum gupsim_point point)
{
	struct run *run = arg;

	if (!run->calling)
		return;
	for (const struct statement *at = run->calling->ats; at; at = at->next)
		if (story_value(at, "POINT")->number == point &&
		    ++run->reached[at->index] == story_number(at, "N", 1) && !run->dead)
			run_at(run, at);
}

static void check_reached(struct run *run, const struct statement *at)
{
	uint64_t nth, reached;

	for (; at && !run->dead; at = at->next) {
		nth = story_number(at, "N", 1);
		reached = run->reached[at->index];
		run->record->rows[at->index].statement = at;
		if (reached < nth && !story_value(at, "?"))
			run_fail(run, at,
				 gupsim_point_name(story_value(at, "POINT")->number),
				 run_words(run, "reached %" PRIu64 " times", nth),
				 run_words(run, "reached %" PRIu64 " times", reached));
	}
}

static void run_with_points(struct run *run, const struct statement *s)
{
	if (!s->ats) {
		run_statement(run, s, false);
		return;
	}
	gupsim_listen(run->machine, at_point, run);
	run->calling = s;
	run_statement(run, s, false);
	run->calling = NULL;
	gupsim_listen(run->machine, NULL, NULL);
	if (!is_left_out(run, s))
		check_reached(run, s->ats);
}

static bool only_looks(const struct statement *s)
{
	return s->verb->traits & VERB_COLUMNS;
}

/* Who goes without memory may find a lock taken, but neither a BUG nor no way out. */
static bool dies_of_it(const struct run *run, const struct statement *s)
{
	return run->record->rows[s->index].verdict == VERDICT_FAILED &&
	       gupsim_machine_state(run->machine) != GUPSIM_DEAD_BLOCKS &&
	       !run->pool->failed;
}

/*
 * The host had no memory for @s or for looking at what it did. Nothing may be left half
 * done, but for what the looks that follow expect; otherwise they do not count.
 */
static void end_without_memory(struct run *run, const struct statement *s,
			       struct finding *before)
{
	const struct statement *look = only_looks(s) ? s : s->next;

	if (run->guest)
		return;
	if (run->dead) {
		run->record->left_behind = dies_of_it(run, s);
		return;
	}
	run->findings = before;
	audit_statement(run, s);
	for (; look && only_looks(look); look = look->next)
		run_statement(run, look, false);
	run->record->left_behind = audit_left_behind(run, s);
}

static void run_statements(struct run *run)
{
	const struct statement *s = run->story->statements;

	for (; s && !run->dead && !out_of_memory(run); s = s->next) {
		struct finding *before = run->findings;

		if (!only_looks(s))
			audit_settle(run);
		run_with_points(run, s);
		if (!only_looks(s) && !run->dead && !run->guest) {
			events_retry(run);
			audit_statement(run, s);
		}
		watch(run, s);
		if (out_of_memory(run))
			end_without_memory(run, s, before);
	}
	audit_settle(run);
}

/* The end of the file is an expectation too. */

static void expect_put(struct run *run, const struct symbol *symbol)
{
	if (run_thing(run, symbol)->pinned.nr_held)
		run_fail(run, NULL,
			 run_words(run, "'%s' of line %zu", symbol->name, symbol->line),
			 "put", "still held");
}

static void run_end(struct run *run)
{
	struct row *row = &run->record->rows[run->story->nr_statements];
	const struct symbol *symbol, *next;

	row->verdict = VERDICT_PASSED;
	HASH_ITER (hh, run->story->names, symbol, next) {
		if (symbol->kind == SYMBOL_CALL || symbol->kind == SYMBOL_REF)
			expect_put(run, symbol);
	}
	events_end(run);
	if (run->guest)
		return;
	failures_end(run);
	audit_end(run);
}

static int prepare(struct run *run)
{
	const struct story *story = run->story;

	struct record *record = run->record;

	record->rows =
		pool_alloc(run->pool, (story->nr_statements + 1) * sizeof(*record->rows));
	run->things = pool_alloc(run->pool, story->nr_symbols * sizeof(*run->things));
	run->reached =
		pool_alloc(run->pool, story->nr_statements * sizeof(*run->reached));
	if (run->pool->failed)
		return -ENOMEM;
	for (const struct statement *s = story->statements; s; s = s->next)
		record->rows[s->index].statement = s;
	return run->guest ? 0 : setup_machine(run);
}

static void run_all(struct run *run)
{
	run_statements(run);
	if (!run->dead && !out_of_memory(run))
		run_end(run);
	watch(run, NULL);
}

int run_story(const struct story *story, size_t kernel, const struct run_options *options,
	      struct pool *pool, struct record *record)
{
	struct run run = {
		.story = story,
		.options = options,
		.kernel = kernel,
		.version = options->guest ? options->guest->version
					  : version_of_kernel(kernel),
		.guest = options->guest,
		.record = record,
		.pool = pool,
	};
	struct task_struct *outside = gupsim_current();
	int error;

	*record = (struct record){
		.story = story,
		.kernel = kernel,
		.booted = options->guest ? options->guest->name : NULL,
		.verdict = VERDICT_PASSED,
	};
	error = prepare(&run);
	if (!error)
		run_all(&run);
	if (out_of_memory(&run))
		error = -ENOMEM;
	gupsim_machine_destroy(&run.machine);
	gupsim_set_current(outside);
	return error;
}
