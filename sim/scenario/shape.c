/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matching a line with a shape. A piece of a shape is [at, end). */
#include "scenario/parser.h"
#include "scenario/verbs.h"

#include <ctype.h>
#include <string.h>

#define MAX_OPTIONS 12

struct reader {
	struct parser *p;
	struct value **last;
	const char *key; /* the word before an `=` */
	size_t key_length;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t item_length(const char *at)
{
	const char *start = at;

	while (is_word(*at))
		at++;
	return at > start ? at - start : 1;
}

static const char *skip_spaces(const char *at)
{
	return at + strspn(at, " ");
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

/* A name that nothing has is no name: one of the words was meant. */
static bool is_misspelt(const struct parser *p)
{
	return p->at->kind == TOKEN_WORD && !parser_find(p, p->at) &&
	       !memchr(p->source->text + p->at->offset, '.', p->at->length);
}

/* Does what stands at the current token look like this piece? */
static bool looks_like(const struct parser *p, const char *at, const char *end)
{
	const struct token *token = p->at;
	const struct slot *slot;

	for (at = skip_spaces(at); at < end; at = skip_spaces(at)) {
		size_t length = item_length(at);

		if (*at == '[' || *at == '{')
			return true;
		slot = slot_find(at, length);
		if (slot)
			return token > p->at ||
			       (token->kind == slot->first && !is_misspelt(p));
		if (!same_text(p, token++, at, length))
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
	if (!value->slot)
		return NULL;
	value->token = *r->p->at;
	r->key = NULL;
	*r->last = value;
	r->last = &value->next;
	return value;
}

/* The word of a piece that @token may have meant. */
static struct nearest nearest_word(struct parser *p, const struct token *token,
				   const char *at, const char *end)
{
	struct nearest best = parser_nearest(p, token);

	for (; at < end; at += item_length(at)) {
		size_t length = item_length(at);
		const char *word;

		if (!is_word(*at) || slot_find(at, length) || token->kind != TOKEN_WORD)
			continue;
		word = pool_text(p->pool, at, length);
		if (word)
			nearest_try(&best, word);
	}
	return best;
}

/* Nothing in the statement's shape takes @token: a misspelt word, or one too many. */
static bool fail_unexpected(struct parser *p, const struct token *token)
{
	const struct verb *verb = p->statement->verb;
	const char *shape = verb->shape;
	int length = token->length < 40 ? (int)token->length : 40;
	const char *word = p->source->text + token->offset;
	struct nearest best = nearest_word(p, token, shape, shape + strlen(shape));

	if (best.candidate)
		return parser_fail(p, token, "did not expect '%.*s'%s", length, word,
				   parser_guess(p, &best));
	return parser_fail(p, token, "did not expect '%.*s'; usage: %s%s%s", length, word,
			   verb->name, *shape && *shape != '(' ? " " : "", shape);
}

static bool read_literal(struct reader *r, const char *item, size_t length)
{
	struct token *token = r->p->at;
	char *word = pool_text(r->p->pool, item, length);
	struct value *value;

	if (!word)
		return false;
	if (!same_text(r->p, token, item, length)) {
		/* Where a call should end comes one more argument. */
		if (*item == ')' && token->kind == ',' && token[1].kind == TOKEN_WORD)
			return fail_unexpected(r->p, token + 1);
		return parser_need_word(r->p, word);
	}
	if (item[length] == '=') {
		r->key = item;
		r->key_length = length;
	} else if (is_word(*item) || *item == '?') {
		value = new_value(r, word);
		if (!value)
			return false;
		value->text = word;
	}
	r->p->at++;
	return true;
}

static bool read_piece(struct reader *r, const char *at, const char *end);

/* 1: an alternative was there and is read; 0: none was; -1: reported. */
static int read_alternatives(struct reader *r, const char *at, const char *end)
{
	while (at < end) {
		const char *stop = alternative_end(at, end);

		if (looks_like(r->p, at, stop))
			return read_piece(r, at, stop) ? 1 : -1;
		at = stop + 1;
	}
	return 0;
}

/* The names that the slots of a piece take. */
static void try_slots(const struct parser *p, struct nearest *best, const char *at,
		      const char *end)
{
	for (; at < end; at += item_length(at)) {
		const struct slot *slot = slot_find(at, item_length(at));

		if (slot)
			parser_try_names(p, best, slot->symbols);
	}
}

/* The alternative that begins with the word that stands there, whatever follows. */
static const char *begun_alternative(const struct parser *p, const char *at,
				     const char *end)
{
	while (at < end && !same_text(p, p->at, at, item_length(at)))
		at = alternative_end(at, end) + 1;
	return at < end ? at : NULL;
}

static bool read_choice(struct reader *r, const char *at, const char *end)
{
	struct parser *p = r->p;
	int found = read_alternatives(r, at, end);
	const char *begun = found ? NULL : begun_alternative(p, at, end);
	struct nearest best;

	if (found)
		return found > 0;
	if (begun)
		return read_piece(r, begun, alternative_end(begun, end));
	best = nearest_word(p, p->at, at, end);
	try_slots(p, &best, at, end);
	return parser_fail(p, p->at, "expected %.*s%s", (int)(end - at), at,
			   parser_guess(p, &best));
}

/* Options in a row: each at most once, in any order. Moves *@at behind them. */
static bool read_options(struct reader *r, const char **at, const char *end)
{
	const char *option[MAX_OPTIONS];
	size_t nr = 0;
	int found;

	for (; *at < end && **at == '[' && nr < MAX_OPTIONS;
	     *at = skip_spaces(group_end(*at) + 1))
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

static bool read_item(struct reader *r, const char *item, size_t length)
{
	const struct slot *slot = slot_find(item, length);
	struct value *value;

	if (!slot)
		return read_literal(r, item, length);
	value = new_value(r, slot->name);
	return value && slot->read(r->p, slot, value);
}

static bool read_piece(struct reader *r, const char *at, const char *end)
{
	bool right = true;

	for (at = skip_spaces(at); at < end && right; at = skip_spaces(at)) {
		size_t length = item_length(at);

		if (*at == '[') {
			right = read_options(r, &at, end);
		} else if (*at == '{') {
			right = read_choice(r, at + 1, group_end(at));
			at = group_end(at) + 1;
		} else {
			right = read_item(r, at, length);
			at += length;
		}
	}
	return right;
}

bool shape_read(struct parser *p, const char *shape, struct value **values)
{
	struct reader reader = {.p = p, .last = values};

	return read_piece(&reader, shape, shape + strlen(shape));
}

bool shape_fail_rest(struct parser *p)
{
	return p->at->kind == TOKEN_BAD ? parser_need(p, TOKEN_END, "the end of the line")
					: fail_unexpected(p, p->at);
}
