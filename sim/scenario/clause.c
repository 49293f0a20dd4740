/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading `expect`. */
#include "scenario/clause.h"
#include "scenario/parse.h"
#include "scenario/verbs.h"

#include <string.h>

unsigned int clause_subject(const struct statement *statement)
{
	static const unsigned int of_subject[] = {
		[SUBJECT_VMA] = OF_VMA,
		[SUBJECT_LOCK] = OF_LOCK,
		[SUBJECT_LEAK] = OF_LEAK,
		[SUBJECT_AUDIT] = OF_AUDIT,
	};
	static const unsigned int of_place[] = {
		[PLACE_RANGE] = OF_RANGE,   [PLACE_FILE] = OF_FILE,
		[PLACE_ENTRIES] = OF_ENTRY, [PLACE_VMAS] = OF_VMAS,
		[PLACE_FRAME] = OF_FRAME,   [PLACE_RAW] = OF_RANGE,
	};

	if (statement->subject == SUBJECT_PLACE)
		return of_place[statement->place.kind];
	if (statement->subject != SUBJECT_NAME)
		return of_subject[statement->subject];
	return statement->who->kind == SYMBOL_TASK   ? OF_TASK
	       : statement->who->kind == SYMBOL_CALL ? OF_CALL
						     : OF_EVENT;
}

/* Subjects. */

static bool read_place(struct parser *p, struct statement *statement, unsigned int kinds)
{
	return parser_place(p, kinds, &statement->place);
}

static bool read_who(struct parser *p, struct statement *statement, unsigned int kinds,
		     const char *what)
{
	statement->who = parser_symbol(p, kinds, what);
	return statement->who;
}

/* A bare name may be a task, an event or a call; all else are pages. */
static bool read_subject(struct parser *p, struct statement *statement)
{
	const struct symbol *symbol = parser_find(p, p->at);
	bool indexed = p->at->kind != TOKEN_END && p->at[1].kind == '[';

	if (symbol && !indexed &&
	    (KIND(symbol->kind) &
	     (KIND(SYMBOL_TASK) | KIND(SYMBOL_CALL) | KIND(SYMBOL_EVENT)))) {
		statement->subject = SUBJECT_NAME;
		return read_who(p, statement, KIND(symbol->kind), "a name");
	}
	statement->subject = SUBJECT_PLACE;
	return read_place(p, statement, PAGE_PLACES | KIND(PLACE_VMAS));
}

static bool read_any_subject(struct parser *p, struct statement *statement)
{
	if (p->at[0].kind == TOKEN_WORD && p->at[1].kind == TOKEN_WORD) {
		if (parser_accept_word(p, "vma")) {
			statement->subject = SUBJECT_VMA;
			return read_place(p, statement, KIND(PLACE_RANGE));
		}
		if (parser_accept_word(p, "lock")) {
			statement->subject = SUBJECT_LOCK;
			return read_who(p, statement, KIND(SYMBOL_TASK), "a task");
		}
		if (parser_accept_word(p, "leak")) {
			statement->subject = SUBJECT_LEAK;
			return read_place(p, statement, PAGE_PLACES);
		}
		if (parser_accept_word(p, "audit")) {
			statement->subject = SUBJECT_AUDIT;
			return read_place(p, statement, PAGE_PLACES);
		}
	}
	return read_subject(p, statement);
}

/* Values. */

static bool read_term(struct parser *p, struct sum *sum)
{
	uint64_t number;

	if (p->at->kind == TOKEN_NUMBER) {
		if (!parser_number(p, "a number", &number))
			return false;
		sum->number += number;
		return true;
	}
	if (sum->nr_terms == MAX_TERMS)
		return parser_fail(p, p->at, "more than %d names", MAX_TERMS);
	sum->terms[sum->nr_terms] =
		parser_symbol(p, KIND(SYMBOL_CALL) | KIND(SYMBOL_REF), "a call");
	return sum->terms[sum->nr_terms++];
}

static bool read_sum(struct parser *p, struct clause *clause)
{
	if (p->at->kind != TOKEN_NUMBER && p->at->kind != TOKEN_WORD)
		return parser_need(p, TOKEN_NUMBER, "a count, as 1+p");
	do {
		if (!read_term(p, &clause->sum))
			return false;
	} while (parser_accept(p, '+'));
	return true;
}

static bool read_choice(struct parser *p, struct clause *clause)
{
	struct nearest best = parser_nearest(p, p->at);
	struct token *token = p->at;

	for (clause->word = 0; clause->what->words[clause->word]; clause->word++) {
		if (parser_accept_word(p, clause->what->words[clause->word]))
			return true;
		nearest_try(&best, clause->what->words[clause->word]);
	}
	if (token->kind != TOKEN_WORD)
		return parser_need(p, TOKEN_WORD, clause->what->words[0]);
	return parser_unknown(p, token, clause->what->name ? clause->what->name : "word",
			      &best);
}

static bool read_text(struct parser *p, struct clause *clause)
{
	struct token *token = p->at;
	const char *mistake;
	char *buf;

	if (!parser_need(p, TOKEN_TEXT, "a text in quotes"))
		return false;
	buf = pool_alloc(p->pool, token->length);
	if (!buf)
		return false;
	clause->text = buf;
	mistake = token_text(p->source, token, buf, &clause->length);
	return !mistake || parser_fail(p, token, "%s", mistake);
}

static bool read_same(struct parser *p, struct statement *statement,
		      struct clause *clause)
{
	struct token *token;

	if (!parser_need_word(p, "as"))
		return false;
	token = p->at;
	if (!parser_place(p, PAGE_PLACES, &clause->place))
		return false;
	if (clause->place.count != 1 && clause->place.count != statement->place.count)
		return parser_fail(p, token, "%lld pages on the left, %lld on the right",
				   (long long)statement->place.count,
				   (long long)clause->place.count);
	clause->no = parser_accept_word(p, "no");
	return true;
}

static bool read_faults(struct parser *p, struct clause *clause)
{
	clause->min = clause->maj = -1;
	while (parser_is(p, "min") || parser_is(p, "maj")) {
		int64_t *which = parser_is(p, "min") ? &clause->min : &clause->maj;
		uint64_t number;

		p->at++;
		if (!parser_number(p, "a number", &number))
			return false;
		*which = number;
	}
	return clause->min >= 0 || clause->maj >= 0 || parser_need_word(p, "min");
}

static bool read_vm_flags(struct parser *p, struct clause *clause)
{
	do {
		struct nearest best = parser_nearest(p, p->at);
		uint64_t flag = vm_flag(&best);

		if (p->at->kind != TOKEN_WORD)
			return parser_need(p, TOKEN_WORD, "a flag, as SHARED");
		if (!flag)
			return parser_unknown(p, p->at, "flag", &best);
		clause->bits |= flag;
		p->at++;
		/* What follows may be another column. */
	} while (p->at[0].kind == '|' && p->at[1].kind == TOKEN_WORD &&
		 p->at[2].kind != ':' && parser_accept(p, '|'));
	clause->no = parser_accept_word(p, "no");
	return true;
}

static bool read_lack(struct parser *p, struct clause *clause)
{
	struct token *token;

	if (!parser_signed(p, "a number, as -1", &clause->sum.number) ||
	    !parser_need_word(p, "by"))
		return false;
	token = p->at;
	if (!parser_need(p, TOKEN_WORD, "the call that did it"))
		return false;
	clause->text = parser_word(p, token);
	return clause->text;
}

static bool read_range(struct parser *p, struct clause *clause)
{
	if (parser_accept_word(p, "unset")) {
		clause->no = true;
		return true;
	}
	return parser_place(p, KIND(PLACE_RANGE), &clause->place);
}

static bool read_clause_value(struct parser *p, struct statement *statement,
			      struct clause *clause)
{
	switch (clause->what->value) {
	case VALUE_FLAG:
		clause->no = parser_accept_word(p, "no");
		return true;
	case VALUE_SUM:
		return read_sum(p, clause);
	case VALUE_NUMBER:
		return parser_signed(p, "a number", &clause->sum.number);
	case VALUE_ADDRESS:
		return parser_place(p, KIND(PLACE_RANGE) | KIND(PLACE_RAW),
				    &clause->place);
	case VALUE_WORD:
		return read_choice(p, clause);
	case VALUE_TEXT:
		return read_text(p, clause);
	case VALUE_SAME:
		return read_same(p, statement, clause);
	case VALUE_FAULTS:
		return read_faults(p, clause);
	case VALUE_FLAGS:
		return read_vm_flags(p, clause);
	case VALUE_RANGE:
		return read_range(p, clause);
	case VALUE_LACK:
		return read_lack(p, clause);
	}
	return false;
}

/* The observable at the current token; for a subject that has only one, that one. */
static const struct observable *find_observable(struct parser *p, unsigned int subject)
{
	const struct observable *what;

	for (size_t i = 0; (what = observable_nth(i)); i++)
		if ((what->subjects & subject) &&
		    (!what->name ||
		     (p->at->kind == TOKEN_WORD && parser_is(p, what->name))))
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
		if (!(what->subjects & subject) &&
		    parser_is(p, what->name ? what->name : "|"))
			return parser_fail(p, p->at, "'%s' cannot be asked here",
					   what->name);
		if (what->subjects & subject)
			nearest_try(&best, what->name);
	}
	return parser_unknown(p, p->at, "expectation", &best);
}

static struct clause *new_clause(struct parser *p, const struct observable *what)
{
	struct clause *clause = pool_alloc(p->pool, sizeof(*clause));

	if (!clause)
		return NULL;
	clause->what = what;
	return clause;
}

static bool at_column_end(const struct parser *p)
{
	return p->at->kind == TOKEN_END || p->at->kind == '|';
}

static bool read_clauses(struct parser *p, struct statement *statement,
			 struct column *column)
{
	unsigned int subject = clause_subject(statement);
	struct clause **last = &column->clauses;

	do {
		const struct observable *what = find_observable(p, subject);

		if (!what)
			return fail_no_observable(p, subject);
		*last = new_clause(p, what);
		if (!*last)
			return false;
		if (what->name)
			p->at++;
		if (!read_clause_value(p, statement, *last))
			return false;
		last = &(*last)->next;
	} while (!at_column_end(p));
	return true;
}

/* `refcount 1 | v5.6: 2`: a value alone is of the one thing that the line is about. */
static bool read_column(struct parser *p, struct statement *statement,
			struct column *column)
{
	const struct clause *first =
		statement->columns ? statement->columns->clauses : NULL;

	if (p->at[0].kind == '-' &&
	    (p->at[1].kind == TOKEN_END || p->at[1].kind == '|')) {
		column->result.kind = RESULT_NOT_RUN;
		p->at++;
		return true;
	}
	if (!first || first->next || find_observable(p, clause_subject(statement)) ||
	    at_column_end(p))
		return read_clauses(p, statement, column);
	column->clauses = new_clause(p, first->what);
	return column->clauses && read_clause_value(p, statement, column->clauses);
}

bool clause_read_expect(struct parser *p, struct statement *statement)
{
	return read_any_subject(p, statement) && parse_columns(p, statement, read_column);
}
