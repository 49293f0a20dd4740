/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines, statements, their results. Invariant: a statement is part of the story only if
 * all of its line is right.
 */
#include "scenario/parser.h"
#include "scenario/verbs.h"

#include <errno.h>
#include <string.h>

#define DEFAULT_KERNEL "v5.6"
#define ANY_FUNCTION   "get_user_pages"

/* Columns. */

static bool read_column(struct parser *p, struct statement *s, struct column ***last,
			const struct column *before,
			bool (*read)(struct parser *, struct statement *,
				     struct column *))
{
	struct column *column = pool_alloc(p->pool, sizeof(*column));

	if (!column)
		return false;
	column->token = *p->at;
	if (before) {
		if (!parser_version(p, &column->from, NULL) ||
		    !parser_need(p, ':', "':'"))
			return false;
		if (before->from >= column->from)
			return parser_fail(p, &column->token,
					   "releases go upwards from left to right");
	}
	if (!read(p, s, column))
		return false;
	**last = column;
	*last = &column->next;
	return true;
}

bool parse_columns(struct parser *p, struct statement *s,
		   bool (*read)(struct parser *p, struct statement *s,
				struct column *column))
{
	struct column **last = &s->columns, *before = NULL;

	for (size_t nr = 0; !before || parser_accept(p, '|'); nr++) {
		if (nr == MAX_COLUMNS)
			return parser_fail(p, p->at, "more than %d columns", MAX_COLUMNS);
		if (!read_column(p, s, &last, before, read))
			return false;
		before = before ? before->next : s->columns;
	}
	return true;
}

static bool read_function_column(struct parser *p, struct statement *s,
				 struct column *column)
{
	struct token *token = p->at;

	(void)s;
	if (!parser_need(p, TOKEN_WORD, "a kernel function"))
		return false;
	column->token = *token;
	column->function = parser_word(p, token);
	return column->function;
}

/* Statements. */

static bool fail_unknown_verb(struct parser *p, const struct token *token)
{
	struct nearest best = parser_nearest(p, token);
	const struct verb *verb;

	for (size_t i = 0; (verb = verb_nth(i)); i++)
		nearest_try(&best, verb->name);
	parser_try_names(p, &best, KIND(SYMBOL_ALIAS));
	return parser_unknown(p, token, "verb", &best);
}

/* What no setting shows by itself. */
static void check_settings(struct parser *p)
{
	const struct gupsim_config config = story_config(p->story);
	const char *problem = gupsim_config_problem(&config);
	const struct statement *ram = NULL, *pool = NULL;

	for (const struct statement *s = p->story->settings; s; s = s->next) {
		if (s->verb->declares == SYMBOL_ALIAS)
			s->name->broken = !function_check_alias(p, s->name);
		if (!strcmp(s->verb->name, "ram"))
			ram = s;
		if (!strcmp(s->verb->name, "hugetlb"))
			pool = s;
	}
	if (problem && (ram || pool))
		parser_fail(p, &(ram ? ram : pool)->token, "no machine has this: %s",
			    problem);
}

static void default_kernels(struct story *story, struct pool *pool)
{
	struct version_range *range = pool_alloc(pool, sizeof(*range));
	bool point;

	if (!range)
		return;
	version_parse(DEFAULT_KERNEL, strlen(DEFAULT_KERNEL), &range->from, &point);
	range->to = range->from;
	story->versions = range;
	story->kernels = versions_between(range->from, range->to);
}

/* The machine exists from now on: the settings are complete. */
static void start(struct parser *p)
{
	if (p->started)
		return;
	p->started = true;
	if (!p->kernels_named)
		default_kernels(p->story, p->pool);
	check_settings(p);
}

/* The verb at the current token. For a function that no release here has: any. */
static bool read_verb(struct parser *p, struct statement *s, bool *known)
{
	struct token *token = p->at;
	struct symbol *symbol;

	if (!parser_need(p, TOKEN_WORD, "a verb"))
		return false;
	s->verb = verb_find(p->source->text + token->offset, token->length);
	if (s->verb && (s->verb->traits & VERB_SETTING))
		return true;
	symbol = parser_find(p, token);
	if (symbol && symbol->kind == SYMBOL_ALIAS)
		s->alias = symbol;
	if (!s->alias && !s->verb && p->at->kind != '(')
		return fail_unknown_verb(p, token);
	start(p);
	if (symbol && symbol->broken)
		return false;
	if (s->verb && !(s->verb->traits & VERB_FUNCTION))
		return true;
	s->verb = function_find(p, token, s->alias);
	*known = s->verb;
	if (!s->verb)
		s->verb = verb_find(ANY_FUNCTION, strlen(ANY_FUNCTION));
	return true;
}

static bool read_as(struct parser *p, struct statement *s)
{
	if (!parser_accept_word(p, "as"))
		return true;
	s->as = parser_symbol(p, KIND(SYMBOL_TASK), "a task");
	return s->as && parser_need(p, ':', "':'");
}

static bool read_results(struct parser *p, struct statement *s)
{
	const struct verb *verb = s->verb;

	if (verb->traits & VERB_COLUMNS)
		return true;
	if (p->at->kind == TOKEN_END && (verb->traits & VERB_FUNCTION))
		return parser_fail(p, p->at,
				   "a call needs its result: -> 4, or -> -EFAULT");
	if (p->at->kind != TOKEN_ARROW)
		return true;
	if (verb->traits & VERB_SETTING)
		return parser_fail(p, p->at, "'%s' has no result", verb->name);
	p->at++;
	return parse_columns(p, s, result_read);
}

static bool read_arguments(struct parser *p, struct statement *s, bool known)
{
	const struct verb *verb = s->verb;

	/* Nothing is known about the arguments of a function that no release has. */
	while (!known && p->at->kind != TOKEN_ARROW && p->at->kind != TOKEN_END)
		p->at++;
	if (!known)
		return true;
	if (verb->traits & VERB_COLUMNS) {
		/* `use` and `expect`: the first column follows the shape at once. */
		if (verb->declares == SYMBOL_NONE)
			return clause_read_expect(p, s);
		if (!shape_read(p, verb->shape, &s->values))
			return false;
		p->at--; /* the last word of the shape is the first column */
		if (!parse_columns(p, s, read_function_column))
			return false;
		s->name->columns = s->columns;
		return true;
	}
	return shape_read(p, verb->shape, &s->values) &&
	       (p->at->kind == TOKEN_END || p->at->kind == TOKEN_ARROW ||
		shape_fail_rest(p));
}

static bool check_place_in_file(struct parser *p, const struct statement *s,
				const struct token *token)
{
	const struct verb *verb = s->verb;

	if ((verb->traits & VERB_SETTING) && p->started)
		return parser_fail(p, token,
				   "'%s' is a setting: it comes before the first task, "
				   "device or file",
				   verb->name);
	if (verb->traits & VERB_PREFIX)
		return parser_fail(
			p, token, "an '%s' cannot stand under an 'at', or behind an 'as'",
			verb->name);
	return true;
}

/* Of settings with the same first word, as `config cma`, there is one. */
static bool check_once(struct parser *p, const struct statement *s)
{
	const struct statement *before = p->story->settings;
	const char *word = s->values ? s->values->text : NULL;

	for (; word && before; before = before->next)
		if (before->verb == s->verb && !strcmp(before->values->text, word))
			return parser_fail(p, &s->token,
					   "this is set already, in line %zu",
					   before->line);
	return true;
}

static bool read_name(struct parser *p, struct statement *s, const struct token *name)
{
	enum symbol_kind kind = s->verb->declares;

	if ((s->verb->traits & (VERB_SETTING | VERB_COLUMNS)) ||
	    (kind != SYMBOL_NONE && kind != SYMBOL_CALL && kind != SYMBOL_REF))
		return parser_fail(p, name, "'%s' gives nothing to name", s->verb->name);
	s->name = parser_declare(p, name, kind ? kind : SYMBOL_EVENT);
	return s->name;
}

static bool read_rest(struct parser *p, struct statement *s)
{
	const struct token *name = p->at;
	bool named = name->kind == TOKEN_WORD && name[1].kind == '=', known = true;
	const struct token *verb = named ? name + 2 : name;

	p->at += named ? 2 : 0;
	if (!read_verb(p, s, &known) || !check_place_in_file(p, s, verb) ||
	    (named && !read_name(p, s, name)) || !read_arguments(p, s, known) ||
	    !read_results(p, s) ||
	    (p->at->kind != TOKEN_END &&
	     !parser_need(p, TOKEN_END, "the end of the line")))
		return false;
	if (!function_check(p, s, verb))
		return false;
	if ((s->verb->traits & VERB_SETTING) && !check_once(p, s))
		return false;
	return !known || !s->verb->check || s->verb->check(p, s);
}

static struct statement *new_statement(struct parser *p)
{
	struct statement *s = pool_alloc(p->pool, sizeof(*s));

	if (!s)
		return NULL;
	if (p->story->nr_statements >= MAX_STATEMENTS) {
		if (p->story->nr_statements++ == MAX_STATEMENTS)
			parser_fail(p, p->at, "more than %d statements", MAX_STATEMENTS);
		return NULL;
	}
	s->token = *p->at;
	s->line = p->line;
	s->index = p->story->nr_statements++;
	p->statement = s;
	return s;
}

/* @at: the `at` that it stands under, NULL: none. */
static struct statement *read_statement(struct parser *p, const struct statement *at)
{
	const struct value *as = at ? story_value(at, "TASK") : NULL;
	struct statement *s = new_statement(p);

	if (!s)
		return NULL;
	s->as = as ? as->symbol : NULL;
	if (read_as(p, s) && read_rest(p, s))
		return s;
	if (s->name)
		s->name->broken = true;
	return NULL;
}

/* Points. */

static void read_at(struct parser *p)
{
	struct statement *at = new_statement(p);

	if (!at)
		return;
	start(p);
	at->verb = verb_find("at", 2);
	p->at++;
	*p->last_at = at;
	p->last_at = &at->next;
	if (!shape_read(p, at->verb->shape, &at->values) || !at->verb->check(p, at))
		return;
	if (p->at->kind == TOKEN_END)
		p->block = at;
	else
		at->body = read_statement(p, at);
}

static void read_in_block(struct parser *p)
{
	struct statement **last = &p->block->body;

	while (*last)
		last = &(*last)->next;
	*last = read_statement(p, p->block);
}

static void end_block(struct parser *p)
{
	if (p->block && !p->block->body && !p->diags->nr)
		parser_fail(p, &p->block->token, "nothing stands under this 'at'");
	p->block = NULL;
}

/* The `at` lines that have been read belong to @s; NULL: to a wrong one. */
static void take_ats(struct parser *p, struct statement *s)
{
	if (s) {
		if (p->ats && !(s->verb->traits & VERB_REACHES))
			parser_fail(p, &p->ats->token,
				    "'%s' comes to no point; a call does, a read, a "
				    "write, an mlock",
				    s->verb->name);
		s->ats = p->ats;
	}
	p->ats = NULL;
	p->last_at = &p->ats;
}

static void append(struct parser *p, struct statement *s)
{
	*p->last = s;
	p->last = &s->next;
	if (!(s->verb->traits & VERB_SETTING) && !p->story->statements)
		p->story->statements = s;
}

/* Lines. */

static bool is_indented(const struct parser *p)
{
	size_t offset = p->at->offset;

	return offset && p->source->text[offset - 1] != '\n';
}

static void read_line(struct parser *p)
{
	bool indented = is_indented(p);
	struct statement *s;

	if (indented) {
		if (!p->block)
			parser_fail(p, p->at,
				    "an indented line stands only under an 'at'");
		else
			read_in_block(p);
		return;
	}
	end_block(p);
	if (parser_is(p, "at")) {
		read_at(p);
		return;
	}
	s = read_statement(p, NULL);
	take_ats(p, s);
	if (s)
		append(p, s);
}

static void read_title(struct parser *p, size_t start_of_line)
{
	const char *at = p->source->text + start_of_line;
	const char *end = p->source->text + p->offset;

	while (at < end && strchr("# \t", *at))
		at++;
	while (end > at && strchr(" \t\r\n", end[-1]))
		end--;
	p->story->title = pool_text(p->pool, at, end - at);
}

static void read_lines(struct parser *p)
{
	while (p->offset < p->source->length && !p->pool->failed) {
		size_t start_of_line = p->offset;

		p->line++;
		lex_line(p->source, &p->offset, p->tokens);
		p->at = p->tokens;
		if (p->at->kind != TOKEN_END)
			read_line(p);
		else if (p->source->text[start_of_line] == '#' && !p->story->title)
			read_title(p, start_of_line);
	}
	start(p);
	end_block(p);
	if (p->ats && !p->diags->nr)
		parser_fail(p, &p->ats->token, "no call follows this 'at'");
	if (!p->story->statements && !p->diags->nr)
		diag(p->diags, 0, 0, "there is nothing to run in this file");
}

int parse_story(const struct source *source, struct diags *diags, struct story *story)
{
	struct heap *heap = diags->pool->heap;
	struct parser *p = heap_calloc(heap, 1, sizeof(*p));

	*story = (struct story){.source = source};
	if (!p)
		return -ENOMEM;
	p->heap = heap;
	p->pool = diags->pool;
	p->diags = diags;
	p->source = source;
	p->story = story;
	p->last_at = &p->ats;
	p->last = &story->settings;
	if (source_check(source, diags))
		read_lines(p);
	heap_free(heap, p);
	return diags->pool->failed ? -ENOMEM : 0;
}
