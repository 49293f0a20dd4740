/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a parsed fixture. */
#include "scenario/story.h"
#include "scenario/verbs.h"
#include "scenario/names.h"
#include "scenario/pool.h"

#include <string.h>

const struct column *story_column_at(const struct column *columns, uint64_t version)
{
	const struct column *column = NULL;

	for (; columns; columns = columns->next)
		if (columns->from <= version)
			column = columns;
	return column;
}

const struct column *story_column(const struct column *columns, size_t kernel)
{
	return story_column_at(columns, version_of_kernel(kernel));
}

bool story_is_for(const struct story *story, uint64_t version)
{
	const struct version_range *range = story->versions;
	uint64_t base = version & ~(uint64_t)VERSION_POINTS;

	for (; range; range = range->next)
		if ((range->from <= version && version <= range->to) ||
		    (range->from <= base && base <= range->to))
			return true;
	return false;
}

static const char *version_words(struct pool *pool, uint64_t version)
{
	unsigned int major = version >> 32, minor = version >> 16 & 0xffff;
	unsigned int point = version & VERSION_POINTS;

	return point && point != VERSION_POINTS
		       ? pool_printf(pool, "v%u.%u.%u", major, minor, point)
		       : pool_printf(pool, "v%u.%u", major, minor);
}

static const char *range_words(struct pool *pool, const struct version_range *range)
{
	const char *from = version_words(pool, range->from);

	if (range->to == range->from)
		return from;
	return pool_printf(pool, "%s..%s", from,
			   range->to == UINT64_MAX ? "" : version_words(pool, range->to));
}

const char *story_releases(const struct story *story, struct pool *pool)
{
	const char *words = "";

	/* The range that was read last comes first. */
	for (const struct version_range *r = story->versions; r; r = r->next)
		words = pool_printf(pool, "%s%s%s", range_words(pool, r),
				    *words ? " " : "", words);
	return words;
}

const struct value *value_find(const struct value *values, const char *slot)
{
	while (values && strcmp(values->slot, slot))
		values = values->next;
	return values;
}

const struct value *story_value(const struct statement *s, const char *slot)
{
	return value_find(s->values, slot);
}

uint64_t story_number(const struct statement *s, const char *slot, uint64_t otherwise)
{
	const struct value *value = story_value(s, slot);

	return value ? value->number : otherwise;
}

bool story_says(const struct statement *s, const char *keyword, const char *word)
{
	const struct value *value = story_value(s, keyword);

	return value && value->text && !strcmp(value->text, word);
}

uint64_t story_number_after(const struct statement *s, const char *keyword,
			    uint64_t otherwise)
{
	const struct value *value = story_value(s, keyword);

	return value && value->next ? value->next->number : otherwise;
}

uint64_t story_entries(const struct statement *s)
{
	if (s->verb->traits & (VERB_NO_PAGES | VERB_ONE_PAGE))
		return s->verb->traits & VERB_ONE_PAGE ? 1 : 0;
	return story_number(s, "NR", 0);
}

void story_destroy(struct story *story, struct heap *heap)
{
	HASH_CLEAR(hh, story->names);
}

uint64_t story_huge_page(const struct statement *s)
{
	return story_value(s, "2M")   ? (uint64_t)2 << 20
	       : story_value(s, "1G") ? (uint64_t)1 << 30
				      : 0;
}
