/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Smaller fixtures out of one. Invariant: a candidate is shorter than the fixture, or
 * asks for less, and holds on the release; what needs a statement that is left out is
 * left out, too.
 */
#include "scenario/fill.h"
#include "scenario/parser.h"
#include "scenario/verbs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct reducing {
	struct session session;
	size_t kernel, candidates;
	gupsim_fixture_fn take;
	void *arg;

	const struct fixture *fixture;
	const struct statement **units; /* the statements that may be left out */
	size_t nr_units;
	bool *dropped;	     /* by line */
	struct draft edited; /* the fixture with a change */
	struct pool pool;    /* of the fixture */
};

/* What needs what: by the line in which a name was made. */

static bool is_gone(const struct reducing *r, const struct symbol *symbol)
{
	return symbol &&
	       (r->dropped[symbol->line] || (symbol->mm && r->dropped[symbol->mm->line]));
}

static bool values_gone(const struct reducing *r, const struct value *value)
{
	for (; value; value = value->next)
		if (is_gone(r, value->symbol) || is_gone(r, value->place.symbol))
			return true;
	return false;
}

static bool needs_gone(const struct reducing *r, const struct statement *s)
{
	if (is_gone(r, s->as) || values_gone(r, s->values))
		return true;
	/* A new range is of a task. */
	if (s->name && s->name->mm && s->name->mm != s->name && is_gone(r, s->name->mm))
		return true;
	for (const struct statement *at = s->ats; at; at = at->next)
		for (const struct statement *b = at->body; b; b = b->next)
			if (needs_gone(r, b))
				return true;
	return false;
}

static void drop(struct reducing *r, const struct statement *s)
{
	r->dropped[s->line] = true;
	for (const struct statement *at = s->ats; at; at = at->next) {
		r->dropped[at->line] = true;
		for (const struct statement *b = at->body; b; b = b->next)
			drop(r, b);
	}
}

static void drop_what_needs(struct reducing *r)
{
	for (size_t i = 0; i < r->nr_units; i++)
		if (needs_gone(r, r->units[i]))
			drop(r, r->units[i]);
}

/* Texts. */

/* Expectations are made anew, so that those of names that are gone cannot stay. */
static void write_left(struct reducing *r)
{
	const struct source *source = &r->fixture->source;
	const char *at = source->text, *end = at + source->length;

	for (size_t line = 1; at < end; line++) {
		const char *newline = memchr(at, '\n', end - at);
		const char *next = newline ? newline + 1 : end;

		if (!r->dropped[line])
			draft_add(&r->edited, at, next - at);
		at = next;
	}
}

static void write_changed(struct reducing *r, size_t offset, size_t length,
			  const char *words)
{
	const struct source *source = &r->fixture->source;

	draft_add(&r->edited, source->text, offset);
	draft_add(&r->edited, words, strlen(words));
	draft_add(&r->edited, source->text + offset + length,
		  source->length - offset - length);
}

/* NAME of dir/NAME.gup. */
static const char *stem(struct pool *pool, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return pool_text(pool, name,
			 dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

/* What parser or model refuse is no candidate. */
static int offer(struct reducing *r)
{
	struct draft filled = {.heap = &r->session.heap};
	const char *why = NULL, *name;
	struct pool pool;
	int error;

	if (!r->edited.length && !r->edited.failed)
		return 0;
	pool_init(&pool, &r->session.heap);
	error = r->edited.failed ? -ENOMEM
				 : fill_text(&r->session, r->fixture->source.path,
					     &r->edited, r->kernel, &filled, &pool, &why);
	if (!error && !why) {
		name = pool_printf(&pool, "%s.%04zu.gup",
				   stem(&pool, r->fixture->source.path), ++r->candidates);
		error = pool.failed ? -ENOMEM : 0;
		if (!error && r->take)
			error = r->take(r->arg, name, filled.bytes, filled.length);
	}
	draft_free(&filled);
	draft_free(&r->edited);
	pool_destroy(&pool);
	return error;
}

/* Statements, with what needs them: long rows of neighbours first. */

static void forget_dropped(struct reducing *r)
{
	const struct source *source = &r->fixture->source;
	const struct statement *s = r->fixture->story.statements;

	memset(r->dropped, 0, source_position(source, source->length).line + 1);
	for (; s; s = s->next)
		if (s->verb->traits & VERB_COLUMNS)
			r->dropped[s->line] = true;
}

static int offer_without(struct reducing *r, size_t first, size_t nr)
{
	forget_dropped(r);
	for (size_t i = first; i < first + nr && i < r->nr_units; i++)
		drop(r, r->units[i]);
	drop_what_needs(r);
	write_left(r);
	return offer(r);
}

static int offer_rows(struct reducing *r, size_t nr)
{
	/* Pairs may begin anywhere, longer rows at their multiples. */
	size_t step = nr > 2 ? nr : 1;
	int error = 0;

	for (size_t first = 0; first + nr / 2 < r->nr_units && !error; first += step)
		error = offer_without(r, first, nr);
	return error;
}

static int offer_shorter(struct reducing *r)
{
	size_t nr = 1;
	int error = 0;

	while (nr * 2 < r->nr_units)
		nr *= 2;
	for (; nr && !error; nr /= 2)
		error = offer_rows(r, nr);
	return error;
}

/* Smaller numbers. */

static int offer_number(struct reducing *r, const struct value *value, uint64_t number)
{
	char words[24];

	if (number >= value->number || !number)
		return 0;
	snprintf(words, sizeof(words), "%" PRIu64, number);
	write_changed(r, value->token.offset, value->token.length, words);
	return offer(r);
}

static int offer_numbers(struct reducing *r, const struct value *value)
{
	int error = 0;

	if (!value || (int64_t)value->number < 2)
		return 0;
	error = offer_number(r, value, 1);
	if (!error && value->number > 3)
		error = offer_number(r, value, value->number / 2);
	if (!error && value->number > 2)
		error = offer_number(r, value, value->number - 1);
	return error;
}

/* How far it is from @at to one of @stops: the text has no end but its length. */
static size_t span(const struct reducing *r, const char *at, const char *stops)
{
	const struct source *source = &r->fixture->source;
	const char *end = source->text + source->length, *stop = at;

	while (stop < end && !strchr(stops, *stop))
		stop++;
	return stop - at;
}

/* Fewer flags: each is left out once, with the bar before or behind it. */
static int offer_flags(struct reducing *r, const struct value *value)
{
	const char *text = r->fixture->source.text, *at, *end;
	int error = 0;

	if (!value || !value->number)
		return 0;
	at = text + value->token.offset;
	end = at + span(r, at, ",) \n");
	while (at < end && !error) {
		const char *bar = memchr(at, '|', end - at);
		const char *next = bar ? bar + 1 : end;
		size_t first = at - text;

		if (bar)
			write_changed(r, first, next - at, "");
		else if (at > text + value->token.offset)
			write_changed(r, first - 1, next - at + 1, "");
		else
			write_changed(r, first, next - at, "0");
		error = offer(r);
		at = next;
	}
	return error;
}

/* Arguments by keyword, as in "FLAGS, locked=1)": each is left out once. */
static int offer_keywords(struct reducing *r, const struct value *flags)
{
	const char *text = r->fixture->source.text, *at;
	int error = 0;

	if (!flags)
		return 0;
	at = text + flags->token.offset;
	at += span(r, at, ",)\n");
	while (*at == ',' && !error) {
		size_t length = 1 + span(r, at + 1, ",)\n");

		write_changed(r, at - text, length, "");
		error = offer(r);
		at += length;
	}
	return error;
}

static int offer_less(struct reducing *r, const struct statement *s)
{
	bool call = s->verb->traits & VERB_FUNCTION;
	bool vma = !strcmp(s->verb->name, "vma");
	int error = 0;

	if (call || vma)
		error = offer_numbers(r, story_value(s, call ? "NR" : "N"));
	if (call && !error)
		error = offer_flags(r, story_value(s, "FLAGS"));
	if (call && !error)
		error = offer_keywords(r, story_value(s, "FLAGS"));
	return error;
}

/* Fixtures. */

static int find_units(struct reducing *r)
{
	const struct story *story = &r->fixture->story;
	size_t lines =
		source_position(&r->fixture->source, r->fixture->source.length).line;

	r->units = pool_alloc(&r->pool, story->nr_statements * sizeof(*r->units));
	r->dropped = pool_alloc(&r->pool, lines + 2);
	if (r->pool.failed)
		return -ENOMEM;
	for (const struct statement *s = story->statements; s; s = s->next)
		if (!(s->verb->traits & VERB_COLUMNS))
			r->units[r->nr_units++] = s;
	return 0;
}

static int offer_all(struct reducing *r)
{
	int error = find_units(r);

	if (!error)
		error = offer_shorter(r);
	for (size_t i = 0; i < r->nr_units && !error; i++)
		error = offer_less(r, r->units[i]);
	return error;
}

static int reduce_fixture(struct session *session, const struct fixture *fixture,
			  void *arg)
{
	struct reducing *r = arg;
	int error;

	if (!fixture_begin(session, fixture))
		return 0;
	if (!(fixture->story.kernels >> r->kernel & 1)) {
		report_unreadable(&session->report, "it is not for this release");
		return 0;
	}
	r->fixture = fixture;
	pool_init(&r->pool, &session->heap);
	error = offer_all(r);
	pool_destroy(&r->pool);
	return error;
}

int gupsim_scenario_reduce(const char *path,
			   const struct gupsim_scenario_options *options,
			   gupsim_fixture_fn take, void *arg)
{
	struct reducing r = {.take = take, .arg = arg};
	struct input input = {.paths = &path, .nr = 1};
	int error = path ? session_begin(&r.session, options) : -EINVAL;

	if (error)
		return error;
	r.session.report.form = &report_text;
	r.edited.heap = &r.session.heap;
	if (!r.session.report.counts.errors &&
	    session_one_kernel(&r.session, &r.kernel)) {
		error = each_fixture(&r.session, &input, reduce_fixture, &r);
		if (!error && !r.session.report.counts.errors)
			report_printf(&r.session.report, "%zu candidates\n",
				      r.candidates);
	}
	return session_end(&r.session, NULL, error);
}
