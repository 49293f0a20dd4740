// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading plans: a line is a statement's number, a verb and its words. */
#include "agent.h"

#include <stdlib.h>
#include <string.h>

int name_of(const char *text)
{
	for (int i = 0; i < world->nr_names; i++)
		if (!strcmp(world->names[i].text, text))
			return i;
	if (world->nr_names == MAX_NAMES || strlen(text) >= sizeof(world->names[0].text))
		return -1;
	world->names[world->nr_names] = (struct name){
		.frame = -1, .fd = -1, .said = -1, .driver = -1, .handle = NO_HANDLE};
	strcpy(world->names[world->nr_names].text, text);
	return world->nr_names++;
}

bool plan_line(char *line)
{
	struct op *op = &world->ops[world->nr_ops];
	char *words[64], *rest, *word;
	int nr = 0;

	for (word = strtok_r(line, " ", &rest); word && nr < 64;
	     word = strtok_r(NULL, " ", &rest))
		words[nr++] = word;
	if (nr < 2 || world->nr_ops == MAX_OPS)
		return false;
	memset(op, 0, sizeof(*op));
	op->statement = atoi(words[0]);
	op->frame = op->head = -1;
	op->node = -1;
	op->name = op->file = op->task = op->mm = -1;
	op->verb = verb_find(words[1]);
	if (!op->verb || !op->verb->parse(op, words + 2, nr - 2))
		return false;
	world->nr_ops++;
	return true;
}
