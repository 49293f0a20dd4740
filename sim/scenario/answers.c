/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's answers: a flat JSON object a line, whose strings have no quotes in them.
 * Invariant: an answer is one to the plan it is asked of, and tells all of its frame.
 */
#include "scenario/guest.h"

#include <stdlib.h>
#include <string.h>

/* What stands behind a key in a line; NULL: it has no such key. */
static const char *field(const char *line, const char *key)
{
	const char *end = line + strcspn(line, "\n"), *at = line;
	size_t length = strlen(key);

	while ((at = strchr(at, '"')) && at < end) {
		if (!strncmp(at + 1, key, length) && !strncmp(at + 1 + length, "\":", 2))
			return at + length + 3;
		at++;
	}
	return NULL;
}

int64_t answer_number(const char *line, const char *key, int64_t otherwise)
{
	const char *at = field(line, key);

	return at ? strtoll(at, NULL, 10) : otherwise;
}

const char *answer_text(struct pool *pool, const char *line, const char *key)
{
	const char *at = field(line, key), *copy = NULL;

	if (at && *at == '"')
		copy = pool_text(pool, at + 1, strcspn(at + 1, "\"\n"));
	return copy ? copy : "";
}

const char *answer_list(const char *line, const char *key)
{
	const char *at = field(line, key);

	return at && *at == '[' ? at : NULL;
}

int64_t answer_next(const char **list)
{
	int64_t number = GUEST_UNSET;
	char *end;

	if (*list) {
		number = strtoll(*list + 1, &end, 10);
		*list = *end == ',' ? end : NULL;
	}
	return number;
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

#define FIXTURE "\"fixture\":\""

/* The line behind {"fixture":"PATH"}. */
static const char *find_section(const char *at, const char *path)
{
	size_t length = strlen(path);

	while ((at = strstr(at, FIXTURE))) {
		at += strlen(FIXTURE);
		if (!strncmp(at, path, length) && at[length] == '"')
			return next_line(at);
	}
	return NULL;
}

/* What has not changed since it was told of a frame is not told again. */
static void add(struct guest *guest, const char *line, const char **states)
{
	int64_t frame = answer_number(line, "frame", GUEST_UNSET);
	bool known = frame >= 0 && frame < GUEST_FRAMES;

	if (known && field(line, "refcount"))
		states[frame] = line;
	guest->answers[guest->nr++] = (struct answer){
		.line = line,
		.n = answer_number(line, "n", -1),
		.place = answer_number(line, "place", -1),
		.page = answer_number(line, "page", 0),
		.pages = answer_number(line, "pages", 1),
		.state = known ? states[frame] : NULL,
	};
}

static bool is_of_plan(struct pool *pool, const char *end, uint64_t plan)
{
	const char *sum = answer_text(pool, end, "plan");

	return !*sum || strtoull(sum, NULL, 16) == plan;
}

const char *guest_read(struct guest *guest, const char *path, uint64_t plan,
		       const char *answers)
{
	const char *begin = find_section(answers, path), *line;
	const char **states = pool_alloc(guest->pool, GUEST_FRAMES * sizeof(*states));
	size_t nr = 0;

	if (!begin)
		return guest->recorded ? "it was never recorded"
				       : "the guest gave no answer";
	for (line = begin; *line && !field(line, "end"); line = next_line(line)) {
		if (field(line, "error"))
			return pool_printf(guest->pool, "the guest: %s",
					   answer_text(guest->pool, line, "error"));
		if (field(line, "cannot"))
			guest->cannot = answer_text(guest->pool, line, "cannot");
		nr++;
	}
	if (!*line)
		return "the guest's answer breaks off";
	if (!is_of_plan(guest->pool, line, plan))
		return "the guest's answers are to another plan: ask it again";
	guest->answers = pool_alloc(guest->pool, nr * sizeof(*guest->answers));
	for (line = begin; guest->answers && states && guest->nr < nr;
	     line = next_line(line))
		add(guest, line, states);
	return NULL;
}

/* They come in the order in which they are asked for, mostly. */
const struct answer *answer_find(struct guest *guest, int64_t n, int64_t place,
				 int64_t page)
{
	for (size_t i = 0; i < guest->nr; i++) {
		size_t at = (guest->last + i) % guest->nr;
		const struct answer *answer = &guest->answers[at];

		if (answer->n != n || answer->place != place || page < answer->page ||
		    page >= answer->page + answer->pages)
			continue;
		guest->last = at;
		return answer;
	}
	return NULL;
}
