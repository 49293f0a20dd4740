/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results: how they are written, compared and told. */
#include "scenario/parser.h"

#include <gupsim/observe.h>
#include <signal.h>
#include <string.h>

/* Reading. */

#define VALUE                                                                          \
	"{spins|BUG CHECK|would block on {lock of PAGE|TASK lock}|waits PAGE|SIGSEGV|" \
	"SIGBUS|-ERRNO|N}"

static struct result blocks_on(const struct value *value)
{
	const struct value *task = value_find(value, "TASK");
	struct result result = {.kind = RESULT_BLOCKS};

	if (task)
		result.mm = task->symbol->mm;
	else
		result.page = value_find(value, "PAGE")->place;
	return result;
}

static struct result result_of(const struct value *value)
{
	const char *first = value->text ? value->text : "";

	if (!strcmp(first, "spins"))
		return (struct result){.kind = RESULT_SPINS};
	if (!strcmp(first, "BUG"))
		return (struct result){.kind = RESULT_BUG, .func = value->next->text};
	if (!strcmp(first, "would"))
		return blocks_on(value);
	if (!strcmp(first, "waits"))
		return (struct result){.kind = RESULT_WAITS, .page = value->next->place};
	if (!strcmp(first, "SIGSEGV") || !strcmp(first, "SIGBUS"))
		return (struct result){.kind = RESULT_SIGNAL,
				       .number = first[3] == 'B' ? SIGBUS : SIGSEGV};
	return (struct result){.kind = RESULT_NUMBER, .number = value->number};
}

static bool read_warn(struct parser *p, struct result *result)
{
	struct value *value = NULL;

	if (result->nr_warns == MAX_WARNS)
		return parser_fail(p, p->at, "more than %d warnings", MAX_WARNS);
	if (!shape_read(p, "warn CHECK", &value))
		return false;
	result->warns[result->nr_warns++] = value->next->text;
	return true;
}

bool result_read(struct parser *p, struct statement *s, struct column *column)
{
	struct result *result = &column->result;
	struct value *value = NULL;

	(void)s;
	if (p->at->kind == '-' && (p->at[1].kind == TOKEN_END || p->at[1].kind == '|')) {
		result->kind = RESULT_NOT_RUN;
		p->at++;
		return true;
	}
	if (!shape_read(p, VALUE, &value))
		return false;
	*result = result_of(value);
	while (parser_is(p, "warn"))
		if (!read_warn(p, result))
			return false;
	return true;
}

/* Telling. */

static const char *place_words(struct pool *pool, const struct place *place)
{
	if (place->kind == PLACE_FRAME)
		return place->symbol->name;
	return pool_printf(pool, "%s[%lld]", place->symbol->name,
			   (long long)place->first);
}

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
		if (result->page.symbol)
			return pool_printf(pool, "would block on lock of %s",
					   place_words(pool, &result->page));
		return pool_printf(pool, "would block on %s lock",
				   result->mm ? result->mm->name : "a");
	case RESULT_WAITS:
		return pool_printf(pool, "waits %s", place_words(pool, &result->page));
	case RESULT_NOT_RUN:
		return "-";
	}
	return "";
}

const char *result_words(struct pool *pool, const struct result *result)
{
	const char *words = value_words(pool, result);

	for (unsigned int i = 0; i < result->nr_warns; i++)
		words = pool_printf(pool, "%s warn %s", words, result->warns[i]);
	if (result->more_warns)
		words = pool_printf(pool, "%s and %u more", words, result->more_warns);
	return words;
}
