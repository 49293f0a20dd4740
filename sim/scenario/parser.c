/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens, names and places. */
#include "scenario/parser.h"
#include "scenario/verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool parser_fail(struct parser *p, const struct token *token, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	diag(p->diags, token->offset, token->length, "%s",
	     pool_vprintf(p->pool, format, args));
	va_end(args);
	return false;
}

const char *parser_guess(struct parser *p, const struct nearest *best)
{
	return best->candidate
		       ? pool_printf(p->pool, "; did you mean '%s'?", best->candidate)
		       : "";
}

bool parser_unknown(struct parser *p, const struct token *token, const char *what,
		    const struct nearest *best)
{
	return parser_fail(p, token, "unknown %s '%.*s'%s", what, (int)best->length,
			   best->word, parser_guess(p, best));
}

static const char *token_at(const struct parser *p, const struct token *token)
{
	return p->source->text + token->offset;
}

char *parser_word(struct parser *p, const struct token *token)
{
	return pool_text(p->pool, token_at(p, token), token->length);
}

struct nearest parser_nearest(const struct parser *p, const struct token *token)
{
	return nearest_to_n(token_at(p, token), token->length);
}

bool parser_is(const struct parser *p, const char *word)
{
	return p->at->kind != TOKEN_TEXT && p->at->kind != TOKEN_END &&
	       token_is(p->source, p->at, word);
}

bool parser_accept(struct parser *p, int kind)
{
	if (p->at->kind != kind || kind == TOKEN_END)
		return false;
	p->at++;
	return true;
}

bool parser_accept_word(struct parser *p, const char *word)
{
	if (!parser_is(p, word))
		return false;
	p->at++;
	return true;
}

static bool fail_expected(struct parser *p, const char *what)
{
	const struct token *token = p->at;

	if (token->kind == TOKEN_BAD && token->length > MAX_LINE)
		return parser_fail(p, token, "the line is longer than %d bytes",
				   MAX_LINE);
	if (token->kind == TOKEN_BAD && *token_at(p, token) == '"')
		return parser_fail(p, token, "the text has no closing quote");
	if (token->kind == TOKEN_END)
		return parser_fail(p, token, "expected %s", what);
	return parser_fail(p, token, "expected %s, not '%.*s'", what,
			   token->length < 40 ? (int)token->length : 40,
			   token_at(p, token));
}

bool parser_need(struct parser *p, int kind, const char *what)
{
	return parser_accept(p, kind) || fail_expected(p, what);
}

bool parser_need_word(struct parser *p, const char *word)
{
	char what[MAX_NAME + 3];

	snprintf(what, sizeof(what), "'%s'", word);
	return parser_accept_word(p, word) || fail_expected(p, what);
}

bool parser_number(struct parser *p, const char *what, uint64_t *value)
{
	const struct token *token = p->at;
	const char *mistake;

	if (!parser_need(p, TOKEN_NUMBER, what))
		return false;
	mistake = token_number(p->source, token, value);
	return !mistake || parser_fail(p, token, "%s", mistake);
}

bool parser_version(struct parser *p, uint64_t *version, bool *point)
{
	const struct token *token = p->at;
	bool ignored;

	if (!parser_need(p, TOKEN_WORD, "a kernel release, as v5.6"))
		return false;
	return version_parse(token_at(p, token), token->length, version,
			     point ? point : &ignored) ||
	       parser_fail(p, token, "'%.*s' is no kernel release; they look like v5.6",
			   (int)token->length, token_at(p, token));
}

static const char *const kind_names[] = {
	[SYMBOL_NONE] = "nothing",	 [SYMBOL_ALIAS] = "a function",
	[SYMBOL_PMEM] = "a pmem device", [SYMBOL_FILE] = "a file",
	[SYMBOL_TASK] = "a task",	 [SYMBOL_RANGE] = "an address range",
	[SYMBOL_CALL] = "a call",	 [SYMBOL_REF] = "a reference",
	[SYMBOL_FRAME] = "a page frame", [SYMBOL_EVENT] = "an event",
};

/* Report, and there is no symbol. */
#define fail(...) (parser_fail(__VA_ARGS__), (struct symbol *)NULL)

static struct symbol *fail_taken(struct parser *p, const struct token *token,
				 const struct symbol *symbol)
{
	return fail(p, token, "'%s' already names %s, in line %zu", symbol->name,
		    kind_names[symbol->kind], symbol->line);
}

static struct symbol *new_symbol(struct parser *p, const struct token *token,
				 enum symbol_kind kind)
{
	struct symbol *symbol;

	if (token->length > MAX_NAME)
		return fail(p, token, "a name has at most %d characters", MAX_NAME);
	symbol = pool_alloc(p->pool, sizeof(*symbol));
	if (!symbol)
		return NULL;
	symbol->kind = kind;
	symbol->name = parser_word(p, token);
	symbol->line = p->line;
	symbol->index = p->story->nr_symbols++;
	symbol->mm = kind == SYMBOL_TASK ? symbol : NULL;
	return symbol->name ? symbol : NULL;
}

struct symbol *parser_find(const struct parser *p, const struct token *token)
{
	struct symbol *symbol;

	HASH_FIND(hh, p->story->names, token_at(p, token), token->length, symbol);
	return symbol;
}

void parser_try_names(const struct parser *p, struct nearest *best, unsigned int kinds)
{
	const struct symbol *symbol, *next;

	HASH_ITER (hh, p->story->names, symbol, next)
		if (KIND(symbol->kind) & kinds)
			nearest_try(best, symbol->name);
}

/* The part of A.heap before and after the dot. False: there is none. */
static bool split_name(const struct parser *p, const struct token *token,
		       struct token *before, struct token *after)
{
	const char *start = token_at(p, token), *dot = memchr(start, '.', token->length);

	if (!dot)
		return false;
	*before = (struct token){TOKEN_WORD, dot - start, token->offset};
	*after = (struct token){TOKEN_WORD, token->length - before->length - 1,
				token->offset + before->length + 1};
	return true;
}

static struct symbol *find_kind(struct parser *p, const struct token *token,
				unsigned int kinds, const char *what)
{
	struct symbol *symbol = parser_find(p, token);
	struct nearest best = parser_nearest(p, token);

	if (symbol && (KIND(symbol->kind) & kinds))
		return symbol;
	if (symbol)
		return fail(p, token, "'%s' is %s; expected %s", symbol->name,
			    kind_names[symbol->kind], what);
	parser_try_names(p, &best, kinds);
	parser_unknown(p, token, what + (strncmp(what, "an ", 3) ? 2 : 3), &best);
	return NULL;
}

static struct symbol *find_range(const struct parser *p, const struct symbol *task,
				 const struct token *name)
{
	struct symbol *range;

	for (range = task->mm->ranges; range; range = range->next)
		if (token_is(p->source, name, strchr(range->name, '.') + 1))
			return range;
	return NULL;
}

/* Declare A.heap; T.name for a thread T of A means the same. */
static struct symbol *declare_range(struct parser *p, const struct token *token)
{
	struct token before, after;
	struct symbol *task, *range;

	if (!split_name(p, token, &before, &after) ||
	    memchr(token_at(p, &after), '.', after.length))
		return fail(p, token, "an address range is named TASK.NAME, as A.heap");
	task = find_kind(p, &before, KIND(SYMBOL_TASK), "a task");
	if (!task)
		return NULL;
	range = find_range(p, task, &after);
	if (range)
		return fail_taken(p, token, range);
	if (p->nr_ranges++ >= MAX_RANGES)
		return fail(p, token, "more than %d address ranges", MAX_RANGES);
	range = new_symbol(p, token, SYMBOL_RANGE);
	if (!range)
		return NULL;
	range->mm = task->mm;
	range->next = task->mm->ranges;
	task->mm->ranges = range;
	return range;
}

static struct symbol *declare_name(struct parser *p, const struct token *token,
				   enum symbol_kind kind)
{
	struct symbol *symbol = parser_find(p, token);
	struct heap *heap = p->heap;

	if (symbol)
		return fail_taken(p, token, symbol);
	if (kind == SYMBOL_ALIAS && verb_find(token_at(p, token), token->length))
		return fail(p, token, "'%.*s' already names a verb", (int)token->length,
			    token_at(p, token));
	if (memchr(token_at(p, token), '.', token->length))
		return fail(p, token, "the name of %s has no dot", kind_names[kind]);
	if (kind == SYMBOL_TASK && p->nr_tasks++ >= MAX_TASKS)
		return fail(p, token, "more than %d tasks", MAX_TASKS);
	symbol = new_symbol(p, token, kind);
	if (!symbol)
		return NULL;
	if (kind == SYMBOL_TASK && !p->story->first_task)
		p->story->first_task = symbol;
	HASH_ADD_KEYPTR(hh, p->story->names, symbol->name, token->length, symbol);
	if (hash_added(symbol))
		return symbol;
	p->pool->failed = true;
	return NULL;
}

struct symbol *parser_declare(struct parser *p, const struct token *token,
			      enum symbol_kind kind)
{
	return kind == SYMBOL_RANGE ? declare_range(p, token)
				    : declare_name(p, token, kind);
}

struct symbol *parser_symbol(struct parser *p, unsigned int kinds, const char *what)
{
	struct token *token = p->at;

	return parser_need(p, TOKEN_WORD, what) ? find_kind(p, token, kinds, what) : NULL;
}

static bool fail_no_range(struct parser *p, const struct token *token,
			  const struct symbol *task, const struct token *name)
{
	struct nearest best = parser_nearest(p, name);
	const struct symbol *range;

	for (range = task->mm->ranges; range; range = range->next)
		nearest_try(&best, strchr(range->name, '.') + 1);
	if (best.candidate)
		return parser_fail(p, token,
				   "%s has no range '%.*s'; did you mean '%s.%s'?",
				   task->name, (int)name->length, token_at(p, name),
				   task->name, best.candidate);
	return parser_fail(p, token, "%s has no range '%.*s'", task->name,
			   (int)name->length, token_at(p, name));
}

static bool place_with_dot(struct parser *p, const struct token *token,
			   const struct token *before, const struct token *after,
			   struct place *place)
{
	struct symbol *symbol =
		find_kind(p, before, KIND(SYMBOL_TASK) | KIND(SYMBOL_CALL), "a task");

	if (!symbol)
		return false;
	place->symbol = symbol;
	if (symbol->kind == SYMBOL_CALL) {
		place->kind = PLACE_VMAS;
		return token_is(p->source, after, "vmas") ||
		       parser_fail(p, after, "a call has nothing but .vmas");
	}
	place->kind = PLACE_RANGE;
	place->symbol = find_range(p, symbol, after);
	return place->symbol || fail_no_range(p, token, symbol, after);
}

static bool place_name(struct parser *p, const struct token *token, struct place *place)
{
	struct token before, after;

	if (split_name(p, token, &before, &after))
		return place_with_dot(p, token, &before, &after, place);
	place->symbol = find_kind(p, token,
				  KIND(SYMBOL_FILE) | KIND(SYMBOL_CALL) |
					  KIND(SYMBOL_FRAME) | KIND(SYMBOL_REF),
				  "a page");
	if (!place->symbol)
		return false;
	place->kind = place->symbol->kind == SYMBOL_FILE   ? PLACE_FILE
		      : place->symbol->kind == SYMBOL_CALL ? PLACE_ENTRIES
							   : PLACE_FRAME;
	return true;
}

/* Pages below a range have negative numbers. */
static bool page_number(struct parser *p, int64_t *page)
{
	const struct token *token = p->at;
	bool minus = parser_accept(p, '-');
	uint64_t number;

	if (!parser_number(p, "a page number", &number))
		return false;
	*page = minus ? -number : number;
	return number <= UINT64_MAX / FIXTURE_PAGE ||
	       parser_fail(p, token, "no address is in that page");
}

/* [3], [1..2]; nothing: all of it. */
static bool place_index(struct parser *p, struct place *place)
{
	const struct token *token = p->at;
	int64_t last;

	place->first = 0;
	place->count = place->kind == PLACE_FRAME ? 1 : place->symbol->pages;
	if (!parser_accept(p, '['))
		return true;
	if (place->kind == PLACE_FRAME)
		return parser_fail(p, token, "%s is one page", place->symbol->name);
	if (!page_number(p, &place->first))
		return false;
	last = place->first;
	if (parser_accept(p, TOKEN_DOTS)) {
		if (!page_number(p, &last))
			return false;
	}
	if (last < place->first)
		return parser_fail(p, token, "the last page comes before the first");
	if (last - place->first >= MAX_RANGE_PAGES)
		return parser_fail(p, token, "more than %u pages", MAX_RANGE_PAGES);
	place->count = last - place->first + 1;
	return parser_need(p, ']', "']'");
}

/* Pages below a range are those of a stack that may grow. */
static bool check_index(struct parser *p, const struct token *token,
			const struct place *place)
{
	const struct symbol *symbol = place->symbol;
	int64_t pages = symbol->pages;

	if (symbol->broken || place->kind == PLACE_FRAME)
		return true;
	if (place->kind == PLACE_RANGE && place->first < 0 &&
	    place->first + place->count <= 0 &&
	    -(uint64_t)place->first <= symbol->start / FIXTURE_PAGE)
		return true;
	if (place->first >= 0 && place->first + place->count <= pages)
		return true;
	if (!pages)
		return parser_fail(p, token, "%s has no pages", symbol->name);
	return parser_fail(p, token, "%s has the pages 0..%" PRId64, symbol->name,
			   pages - 1);
}

bool parser_place(struct parser *p, unsigned int kinds, const char *what,
		  struct place *place)
{
	struct token *token = p->at, span;

	*place = (struct place){.count = 1};
	if ((kinds & KIND(PLACE_RAW)) && token->kind == TOKEN_NUMBER) {
		place->kind = PLACE_RAW;
		return parser_number(p, "an address", &place->offset);
	}
	if (!parser_need(p, TOKEN_WORD, what) || !place_name(p, token, place))
		return false;
	if (!(kinds & KIND(place->kind)))
		return parser_fail(p, token, "expected %s", what);
	if (!place_index(p, place))
		return false;
	span = *token;
	span.length = p->at[-1].offset + p->at[-1].length - span.offset;
	if (!check_index(p, &span, place))
		return false;
	if ((kinds & KIND(PLACE_RAW)) && place->kind == PLACE_RANGE &&
	    parser_accept(p, '+'))
		return parser_number(p, "a number of bytes", &place->offset);
	return true;
}
