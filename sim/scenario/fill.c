/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filling: a run whose results and looks take the place of what was expected. */
#include "scenario/fill.h"
#include "scenario/lex.h"
#include "scenario/parser.h"
#include "scenario/verbs.h"

#include <errno.h>
#include <string.h>

struct filling {
	const struct fixture *fixture;
	size_t kernel;
	const struct record *record;
	const struct looks *looks;
	const struct statement **by_line;
	struct draft *out;
};

/* What went wrong. */

static const char *failure_words(struct pool *pool, const struct row *row,
				 const struct failure *failure)
{
	return pool_printf(pool, "line %zu: %s: expected %s, got %s",
			   row->statement ? row->statement->line : 0,
			   failure->where ? failure->where : "result", failure->expected,
			   failure->actual);
}

/* What is not as it stood there is what filling is about. */
static bool is_filled_in(const struct row *row, const struct failure *failure)
{
	bool looks = row->statement && (row->statement->verb->traits & VERB_COLUMNS);

	return looks || (!failure->where && row->result);
}

static const char *find_problem(struct pool *pool, const struct record *record, bool all)
{
	for (size_t i = 0; i <= record->story->nr_statements; i++) {
		const struct row *row = &record->rows[i];
		const struct failure *failure = row->failures;

		for (; failure; failure = failure->next)
			if (all || !is_filled_in(row, failure))
				return failure_words(pool, row, failure);
		if (row->result && !strcmp(row->result, "-EIO"))
			return pool_printf(pool, "line %zu: the machine is gone",
					   row->statement->line);
	}
	return NULL;
}

/* Lines. */

static void note_lines(struct filling *f, const struct statement *s)
{
	for (; s; s = s->next) {
		f->by_line[s->line] = s;
		for (const struct statement *at = s->ats; at; at = at->next) {
			f->by_line[at->line] = at;
			note_lines(f, at->body);
		}
	}
}

static void write_line(struct filling *f, const char *line, size_t length)
{
	draft_add(f->out, line, length);
	draft_add(f->out, "\n", 1);
}

static void write_statement(struct filling *f, const struct statement *s,
			    const char *line, size_t length)
{
	const struct row *row = &f->record->rows[s->index];
	const struct looks_span *span = &f->looks->spans[s->index];
	bool says = row->result &&
		    ((s->verb->traits & VERB_FUNCTION) || strcmp(row->result, "0") != 0);

	if (!row->result && s->columns) {
		draft_add(f->out, line, lex_statement_length(line, length));
		draft_printf(f->out, " -> -\n");
	} else if (says || s->columns) {
		draft_add(f->out, line, lex_statement_length(line, length));
		draft_printf(f->out, says ? " -> %s\n" : "\n", row->result);
	} else {
		write_line(f, line, length);
	}
	draft_add(f->out, f->looks->text.bytes + span->begin, span->end - span->begin);
}

static void write_kernels(struct filling *f)
{
	draft_printf(f->out, "kernels %s\n", gupsim_kernel_name(f->kernel));
}

static bool is_kernels_line(const struct statement *s)
{
	return s && !strcmp(s->verb->name, "kernels");
}

static bool is_setting(const struct statement *s)
{
	return s && (s->verb->traits & VERB_SETTING);
}

static bool has_kernels_line(const struct filling *f)
{
	const struct statement *s = f->fixture->story.settings;

	while (s && !is_kernels_line(s))
		s = s->next;
	return s;
}

static void write_lines(struct filling *f)
{
	const struct source *source = &f->fixture->source;
	const char *at = source->text, *end = at + source->length;
	bool told_kernels = has_kernels_line(f);

	for (size_t line = 1; at < end; line++) {
		const char *newline = memchr(at, '\n', end - at);
		size_t length = (newline ? newline : end) - at;
		const struct statement *s = f->by_line[line];

		if (is_kernels_line(s) || (!told_kernels && s)) {
			write_kernels(f);
			told_kernels = true;
		}
		if (!s || (is_setting(s) && !is_kernels_line(s)))
			write_line(f, at, length);
		else if (!is_kernels_line(s) && !(s->verb->traits & VERB_COLUMNS))
			write_statement(f, s, at, length);
		at += length + 1;
	}
}

/* Runs. */

static size_t count_lines(const struct source *source)
{
	return source_position(source, source->length).line;
}

static int fill_from(struct session *session, struct fixture *fixture,
		     const struct looks *looks, const struct record *record,
		     size_t kernel, struct draft *out)
{
	struct filling f = {fixture, kernel, record, looks, NULL, out};

	(void)session;
	f.by_line = pool_alloc(&fixture->pool,
			       (count_lines(&fixture->source) + 2) * sizeof(*f.by_line));
	if (!f.by_line)
		return -ENOMEM;
	note_lines(&f, fixture->story.settings);
	note_lines(&f, fixture->story.statements);
	write_lines(&f);
	return out->failed ? -ENOMEM : 0;
}

static int run_once(struct session *session, struct fixture *fixture, size_t kernel,
		    struct looks *looks, struct record *record)
{
	struct run_options options = session->run_options;
	int error;

	if (looks) {
		options.watch = looks_take;
		options.watch_arg = looks;
	}
	error = run_story(&fixture->story, kernel, &options, &fixture->pool, record);
	return error ? error : looks && looks->text.failed ? -ENOMEM : 0;
}

/* Append the fixture, filled, to @out. @why is set if it cannot be. -ENOMEM. */
static int fill_fixture(struct session *session, struct fixture *fixture, size_t kernel,
			struct draft *out, const char **why)
{
	struct looks looks = {.text = {.heap = &session->heap}};
	struct record record;
	int error;

	*why = NULL;
	looks.spans = pool_alloc(&fixture->pool, (fixture->story.nr_statements + 1) *
							 sizeof(*looks.spans));
	error = looks.spans ? run_once(session, fixture, kernel, &looks, &record)
			    : -ENOMEM;
	if (!error) {
		*why = looks.dead ? "the machine dies"
				  : find_problem(&fixture->pool, &record, false);
		if (!*why)
			error = fill_from(session, fixture, &looks, &record, kernel, out);
	}
	draft_free(&looks.text);
	return error;
}

/* Texts. */

static const char *mistake_words(const struct fixture *fixture, struct pool *words)
{
	const struct diag *first = &fixture->diags.kept[0];

	return pool_printf(words, "line %zu: %s",
			   source_position(&fixture->source, first->offset).line,
			   first->message);
}

/* What was filled holds, or the filling is wrong. */
static int check_text(struct session *session, const char *path, const struct draft *text,
		      size_t kernel, struct pool *words, const char **why)
{
	struct fixture fixture = {.source = {path, text->bytes, text->length}};
	struct record record;
	int error = fixture_open(session, &fixture, false);

	if (!error && fixture.diags.nr)
		*why = mistake_words(&fixture, words);
	else if (!error)
		error = run_once(session, &fixture, kernel, NULL, &record);
	if (!error && !*why)
		*why = find_problem(words, &record, true);
	fixture_close(session, &fixture, false);
	return error;
}

int fill_text(struct session *session, const char *path, const struct draft *from,
	      size_t kernel, struct draft *out, struct pool *words, const char **why)
{
	struct fixture fixture = {.source = {path, from->bytes, from->length}};
	const char *problem = NULL;
	int error = fixture_open(session, &fixture, false);

	*why = NULL;
	if (!error && fixture.diags.nr)
		problem = mistake_words(&fixture, words);
	else if (!error)
		error = fill_fixture(session, &fixture, kernel, out, &problem);
	if (problem)
		*why = pool_printf(words, "%s", problem);
	fixture_close(session, &fixture, false);
	if (!error && !*why)
		error = check_text(session, path, out, kernel, words, why);
	return error;
}
