/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results: how they are written, compared and told. */
#include "base/errname.h"
#include "scenario/parser.h"

#include <gupsim/observe.h>
#include <signal.h>
#include <string.h>

/* Reading. */

static bool read_errno(struct parser *p, struct result *result)
{
	const char *word = p->source->text + p->at->offset;
	struct nearest best = parser_nearest(p, p->at);
	const char *name;
	int error;

	if (p->at->kind != TOKEN_WORD)
		return parser_fail(p, p->at, "expected an errno, as -EFAULT");
	error = errno_by_name(word, p->at->length);
	if (!error) {
		for (size_t i = 0; (name = errname_nth(i)); i++)
			nearest_try(&best, name);
		return parser_unknown(p, p->at, "errno", &best);
	}
	p->at++;
	result->number = -error;
	return true;
}

static bool read_blocks(struct parser *p, struct result *result)
{
	result->kind = RESULT_BLOCKS;
	if (!parser_need_word(p, "block") || !parser_need_word(p, "on"))
		return false;
	result->mm = parser_symbol(p, KIND(SYMBOL_TASK), "a task");
	if (!result->mm)
		return false;
	result->mm = result->mm->mm;
	return parser_need_word(p, "lock");
}

static bool read_function_name(struct parser *p, const char **name)
{
	struct token *token = p->at;

	if (!parser_need(p, TOKEN_WORD, "the kernel function that holds the check"))
		return false;
	*name = parser_word(p, token);
	return *name;
}

static bool read_value(struct parser *p, struct result *result)
{
	uint64_t number;

	if (parser_accept_word(p, "spins")) {
		result->kind = RESULT_SPINS;
		return true;
	}
	if (parser_accept_word(p, "BUG")) {
		result->kind = RESULT_BUG;
		return read_function_name(p, &result->func);
	}
	if (parser_accept_word(p, "would"))
		return read_blocks(p, result);
	if (parser_accept_word(p, "SIGSEGV") || parser_accept_word(p, "SIGBUS")) {
		result->kind = RESULT_SIGNAL;
		result->number =
			token_is(p->source, p->at - 1, "SIGBUS") ? SIGBUS : SIGSEGV;
		return true;
	}
	if (!parser_number(p,
			   "a result: a number, -ERRNO, SIGSEGV, SIGBUS, BUG FUNCTION, "
			   "spins, would block on TASK lock or -",
			   &number))
		return false;
	result->number = number;
	return true;
}

bool result_read(struct parser *p, struct statement *statement, struct column *column)
{
	struct result *result = &column->result;

	(void)statement;
	if (!parser_accept(p, '-')) {
		if (!read_value(p, result))
			return false;
	} else if (p->at->kind == TOKEN_END || p->at->kind == '|') {
		result->kind = RESULT_NOT_RUN;
		return true;
	} else if (!read_errno(p, result)) {
		return false;
	}
	while (parser_is(p, "warn")) {
		if (result->nr_warns == MAX_WARNS)
			return parser_fail(p, p->at, "more than %d warnings", MAX_WARNS);
		p->at++;
		if (!read_function_name(p, &result->warns[result->nr_warns++]))
			return false;
	}
	return true;
}

/* Comparing. */

static bool has_warn(const struct result *result, const char *func)
{
	for (unsigned int i = 0; i < result->nr_warns; i++)
		if (!strcmp(result->warns[i], func))
			return true;
	return false;
}

static bool same_warns(const struct result *a, const struct result *b)
{
	if (a->nr_warns != b->nr_warns)
		return false;
	for (unsigned int i = 0; i < a->nr_warns; i++)
		if (!has_warn(b, a->warns[i]))
			return false;
	return true;
}

bool result_equal(const struct result *a, const struct result *b)
{
	if (a->kind != b->kind || !same_warns(a, b))
		return false;
	switch (a->kind) {
	case RESULT_NUMBER:
	case RESULT_SIGNAL:
		return a->number == b->number;
	case RESULT_BUG:
		return !strcmp(a->func, b->func);
	case RESULT_BLOCKS:
		return a->mm == b->mm;
	default:
		return true;
	}
}

/* Telling. */

static const char *value_words(struct pool *pool, const struct result *result)
{
	char buf[64];

	switch (result->kind) {
	case RESULT_NUMBER:
		return pool_printf(pool, "%s",
				   gupsim_result_name(result->number, buf, sizeof(buf)));
	case RESULT_SIGNAL:
		return result->number == SIGBUS ? "SIGBUS" : "SIGSEGV";
	case RESULT_BUG:
		return pool_printf(pool, "BUG %s", result->func);
	case RESULT_SPINS:
		return "spins";
	case RESULT_BLOCKS:
		return pool_printf(pool, "would block on %s lock",
				   result->mm ? result->mm->name : "a");
	case RESULT_NOT_RUN:
		return "-";
	}
	return "";
}

const char *result_words(struct pool *pool, const struct result *result)
{
	const char *words = value_words(pool, result);

	for (unsigned int i = 0; i < result->nr_warns && words; i++)
		words = pool_printf(pool, "%s warn %s", words, result->warns[i]);
	return words;
}
