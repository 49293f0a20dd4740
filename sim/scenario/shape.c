/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matching a line with a shape. A piece of a shape is [at, end). */
#include "scenario/shape.h"
#include "scenario/slots.h"
#include "scenario/verbs.h"

#include <ctype.h>
#include <string.h>

#define MAX_OPTIONS 12

struct reader {
	struct parser *p;
	const char *shape, *end;
	struct value **last;
	const char *key; /* the word before an `=` */
	size_t key_length;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t item_length(const char *at, const char *end)
{
	const char *start = at;

	while (at < end && is_word(*at))
		at++;
	return at > start ? at - start : 1;
}

static const char *skip_spaces(const char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	return at;
}

/* The bracket that closes the one at @at. */
static const char *group_end(const char *at)
{
	int depth = 0;

	for (;; at++) {
		if (*at == '[' || *at == '{')
			depth++;
		else if ((*at == ']' || *at == '}') && --depth == 0)
			return at;
	}
}

static const char *alternative_end(const char *at, const char *end)
{
	while (at < end && *at != '|')
		at = *at == '[' || *at == '{' ? group_end(at) + 1 : at + 1;
	return at;
}

static bool same_text(const struct parser *p, const struct token *token, const char *item,
		      size_t length)
{
	return token->kind != TOKEN_END && token->kind != TOKEN_TEXT &&
	       token->length == length &&
	       !memcmp(p->source->text + token->offset, item, length);
}

/* Does what stands at the current token look like this piece? */
static bool looks_like(const struct reader *r, const char *at, const char *end)
{
	const struct token *token = r->p->at;
	const struct slot *slot;

	for (at = skip_spaces(at, end); at < end; at = skip_spaces(at, end)) {
		size_t length = item_length(at, end);

		if (*at == '[' || *at == '{')
			return true;
		slot = slot_find(at, length);
		if (slot)
			return token > r->p->at || token->kind == slot->first;
		if (!same_text(r->p, token++, at, length))
			return false;
		at += length;
	}
	return true;
}

static struct value *new_value(struct reader *r, const char *slot)
{
	struct value *value = pool_alloc(r->p->pool, sizeof(*value));

	if (!value)
		return NULL;
	value->slot = r->key ? pool_text(r->p->pool, r->key, r->key_length) : slot;
	value->token = *r->p->at;
	r->key = NULL;
	*r->last = value;
	r->last = &value->next;
	return value;
}

static void try_words(struct reader *r, struct nearest *best, const char *at,
		      const char *end)
{
	for (; at < end; at += item_length(at, end)) {
		size_t length = item_length(at, end);
		char *word;

		if (!is_word(*at) || slot_find(at, length))
			continue;
		word = pool_text(r->p->pool, at, length);
		if (word)
			nearest_try(best, word);
	}
}

/* Where a call should end comes one more argument. */
static bool fail_argument(struct reader *r, struct token *word)
{
	struct nearest best = parser_nearest(r->p, word);

	try_words(r, &best, r->shape, r->end);
	return parser_unknown(r->p, word, "argument", &best);
}

static bool read_literal(struct reader *r, const char *item, size_t length, bool key)
{
	struct token *token = r->p->at;
	struct value *value;
	char *word;

	if (!same_text(r->p, token, item, length)) {
		if (*item == ')' && token->kind == ',' && token[1].kind == TOKEN_WORD)
			return fail_argument(r, token + 1);
		word = pool_text(r->p->pool, item, length);
		return word && parser_need_word(r->p, word);
	}
	if (key) {
		r->key = item;
		r->key_length = length;
	} else if (is_word(*item) || *item == '?') {
		word = parser_word(r->p, token);
		value = word ? new_value(r, word) : NULL;
		if (!value)
			return false;
		value->text = word;
	}
	r->p->at++;
	return true;
}

static bool read_piece(struct reader *r, const char *at, const char *end);

/* A name that nothing has is no name: one of the words was meant. */
static bool is_misspelt(const struct reader *r, const char *at)
{
	return slot_find(at, item_length(at, r->end)) && r->p->at->kind == TOKEN_WORD &&
	       !parser_find(r->p, r->p->at);
}

/* 1: an alternative was there and is read; 0: none was; -1: reported. */
static int read_alternatives(struct reader *r, const char *at, const char *end)
{
	while (at < end) {
		const char *stop = alternative_end(at, end);

		if (looks_like(r, at, stop) && !is_misspelt(r, at))
			return read_piece(r, at, stop) ? 1 : -1;
		at = stop + 1;
	}
	return 0;
}

static bool fail_choice(struct reader *r, const char *at, const char *end)
{
	struct token *token = r->p->at;
	struct nearest best = parser_nearest(r->p, token);

	if (token->kind == TOKEN_WORD)
		try_words(r, &best, at, end);
	if (token->kind == TOKEN_WORD && best.candidate)
		return parser_fail(r->p, token, "expected %.*s; did you mean '%s'?",
				   (int)(end - at), at, best.candidate);
	return parser_fail(r->p, token, "expected %.*s", (int)(end - at), at);
}

/* Options in a row: each at most once, in any order. Moves *@at behind them. */
static bool read_options(struct reader *r, const char **at, const char *end)
{
	const char *option[MAX_OPTIONS];
	size_t nr = 0;
	int found;

	for (; *at < end && **at == '[' && nr < MAX_OPTIONS;
	     *at = skip_spaces(group_end(*at) + 1, end))
		option[nr++] = *at;
	do {
		found = 0;
		for (size_t i = 0; i < nr && !found; i++) {
			found = read_alternatives(r, option[i] + 1, group_end(option[i]));
			if (found)
				option[i] = option[--nr];
		}
	} while (found > 0);
	return found == 0;
}

static bool read_item(struct reader *r, const char *item, size_t length, bool key)
{
	const struct slot *slot = slot_find(item, length);
	struct value *value;

	if (!slot)
		return read_literal(r, item, length, key);
	value = new_value(r, slot->name);
	return value && slot->read(r->p, value);
}

static bool read_piece(struct reader *r, const char *at, const char *end)
{
	for (at = skip_spaces(at, end); at < end; at = skip_spaces(at, end)) {
		size_t length = item_length(at, end);

		if (*at == '[') {
			if (!read_options(r, &at, end))
				return false;
		} else if (*at == '{') {
			int found = read_alternatives(r, at + 1, group_end(at));

			if (!found)
				return fail_choice(r, at + 1, group_end(at));
			if (found < 0)
				return false;
			at = group_end(at) + 1;
		} else {
			if (!read_item(r, at, length,
				       at + length < end && at[length] == '='))
				return false;
			at += length;
		}
	}
	return true;
}

bool shape_read(struct parser *p, const char *shape, struct statement *statement)
{
	const char *end = shape + strlen(shape);
	struct reader reader = {
		.p = p, .shape = shape, .end = end, .last = &statement->values};
	struct nearest best;

	if (!read_piece(&reader, shape, end))
		return false;
	if (p->at->kind == TOKEN_END || p->at->kind == TOKEN_ARROW ||
	    (p->at->kind == '|' && (statement->verb->traits & VERB_COLUMNS)))
		return true;
	if (p->at->kind == TOKEN_BAD)
		return parser_need(p, TOKEN_END, "the end of the line");
	best = parser_nearest(p, p->at);
	if (p->at->kind == TOKEN_WORD)
		try_words(&reader, &best, shape, end);
	if (p->at->kind == TOKEN_WORD && best.candidate)
		return parser_fail(p, p->at, "did not expect '%.*s'; did you mean '%s'?",
				   (int)best.length, best.word, best.candidate);
	return parser_fail(p, p->at, "did not expect '%.*s'; usage: %s%s%s",
			   p->at->length < 40 ? (int)p->at->length : 40,
			   p->source->text + p->at->offset, statement->verb->name,
			   *shape && *shape != '(' ? " " : "", shape);
}
