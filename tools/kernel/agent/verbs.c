// SPDX-License-Identifier: GPL-2.0-or-later
/* The verbs of a plan: finding them, and reading the words that they share. */
#include "verbs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

long failed(long result)
{
	return result < 0 ? -errno : result;
}

struct name *name_at(int name)
{
	return &world->names[name];
}

uint64_t number(const char *word)
{
	return strtoull(word, NULL, 0);
}

bool has_word(char **words, int nr, const char *word)
{
	while (nr-- > 0)
		if (!strcmp(words[nr], word))
			return true;
	return false;
}

int index_of(const char *const *words, int nr, const char *word)
{
	int i = 0;

	while (i < nr && strcmp(words[i], word))
		i++;
	return i;
}

bool parse_nothing(struct op *op, char **words, int nr)
{
	(void)op;
	(void)words;
	return nr == 0;
}

bool parse_name(struct op *op, char **words, int nr)
{
	op->name = nr == 1 ? name_of(words[0]) : -1;
	return op->name >= 0;
}

static int digit(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

bool parse_text(struct op *op, const char *text)
{
	if (strlen(text) > 2 * MAX_TEXT)
		return false;
	for (; text[0] && text[1]; text += 2)
		op->text[op->length++] = digit(text[0]) << 4 | digit(text[1]);
	return true;
}

bool parse_way(struct op *op, const char *word)
{
	static const char *const ways[PROBE_NR_WAYS] = {
		[PROBE_AS_TAKEN] = "as_taken",
		[PROBE_PUT_PAGE] = "put_page",
		[PROBE_UNPIN] = "unpin",
		[PROBE_UNPIN_DIRTY] = "unpin_dirty",
	};

	op->way = index_of(ways, PROBE_NR_WAYS, word);
	return op->way < PROBE_NR_WAYS;
}

const struct verb *verb_find(const char *name)
{
	static const struct verb *const tables[] = {
		task_verbs,	memory_verbs, file_verbs,
		truncate_verbs, call_verbs,   place_verbs,
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct verb *verb = tables[i]; verb->name; verb++)
			if (!strcmp(verb->name, name))
				return verb;
	return NULL;
}

long verb_run(struct op *op)
{
	nodes_use(op->node >= 0 ? op->node : world->node);
	return op->verb->run(op);
}
