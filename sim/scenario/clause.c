/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading `expect`: a subject, and what is said of it by the shapes of observables. */
#include "scenario/expect.h"
#include "scenario/parser.h"

#define PAGE "a page, as A.heap[0]"

/* A bare name may be a task, an event or a call; all else are pages. */
static bool read_bare_subject(struct parser *p, struct statement *s)
{
	struct symbol *symbol = parser_find(p, p->at);
	enum symbol_kind kind = symbol ? symbol->kind : SYMBOL_NONE;

	if (p->at->kind == TOKEN_WORD && p->at[1].kind != '[')
		s->subject = kind == SYMBOL_TASK    ? OF_TASK
			     : kind == SYMBOL_CALL  ? OF_CALL
			     : kind == SYMBOL_EVENT ? OF_EVENT
						    : 0;
	if (s->subject) {
		s->who = symbol;
		p->at++;
		return true;
	}
	if (!parser_place(p, PAGE_PLACES | KIND(PLACE_VMAS), PAGE, &s->place))
		return false;
	s->subject = KIND(s->place.kind);
	return true;
}

static bool read_subject(struct parser *p, struct statement *s)
{
	bool words = p->at[0].kind == TOKEN_WORD && p->at[1].kind == TOKEN_WORD;

	if (words && parser_accept_word(p, "lock")) {
		s->subject = OF_LOCK;
		s->who = parser_symbol(p, KIND(SYMBOL_TASK), "a task");
		return s->who;
	}
	if (words && parser_accept_word(p, "vma")) {
		s->subject = OF_VMA;
		return parser_place(p, KIND(PLACE_RANGE), PAGE, &s->place);
	}
	if (words && parser_accept_word(p, "leak"))
		s->subject = OF_LEAK;
	else if (words && parser_accept_word(p, "audit"))
		s->subject = OF_AUDIT;
	else
		return read_bare_subject(p, s);
	return parser_place(p, PAGE_PLACES, PAGE, &s->place);
}

/* The observable at the current token; for a subject that has only one, that one. */
static const struct observable *find_observable(const struct parser *p,
						unsigned int subject)
{
	const struct observable *what;

	for (size_t i = 0; (what = observable_nth(i)); i++)
		if ((what->subjects & subject) &&
		    (!what->name || parser_is(p, what->name)))
			return what;
	return NULL;
}

static bool fail_no_observable(struct parser *p, unsigned int subject)
{
	struct nearest best = parser_nearest(p, p->at);
	const struct observable *what;

	if (p->at->kind != TOKEN_WORD)
		return parser_need(p, TOKEN_WORD, "an observable, as refcount 1");
	for (size_t i = 0; (what = observable_nth(i)); i++) {
		if (what->subjects & subject)
			nearest_try(&best, what->name);
		else if (what->name && parser_is(p, what->name))
			return parser_fail(p, p->at, "'%s' cannot be asked here",
					   what->name);
	}
	return parser_unknown(p, p->at, "expectation", &best);
}

static struct clause *read_clause(struct parser *p, const struct observable *what)
{
	struct clause *clause = pool_alloc(p->pool, sizeof(*clause));

	if (!clause)
		return NULL;
	clause->what = what;
	return shape_read(p, what->shape, &clause->values) ? clause : NULL;
}

static bool at_column_end(const struct token *token)
{
	return token->kind == TOKEN_END || token->kind == '|';
}

static bool read_clauses(struct parser *p, struct statement *s, struct column *column)
{
	struct clause **last = &column->clauses;

	do {
		const struct observable *what = find_observable(p, s->subject);

		if (!what)
			return fail_no_observable(p, s->subject);
		if (what->name)
			p->at++;
		*last = read_clause(p, what);
		if (!*last)
			return false;
		last = &(*last)->next;
	} while (!at_column_end(p->at));
	return true;
}

/* `refcount 1 | v5.6: 2`: a value alone is of the one thing that the line is about. */
static bool read_column(struct parser *p, struct statement *s, struct column *column)
{
	const struct clause *first = s->columns ? s->columns->clauses : NULL;

	if (p->at->kind == '-' && at_column_end(p->at + 1)) {
		column->result.kind = RESULT_NOT_RUN;
		p->at++;
		return true;
	}
	if (!first || first->next || find_observable(p, s->subject) ||
	    at_column_end(p->at))
		return read_clauses(p, s, column);
	column->clauses = read_clause(p, first->what);
	return column->clauses;
}

bool clause_read_expect(struct parser *p, struct statement *s)
{
	return read_subject(p, s) && parse_columns(p, s, read_column);
}
