/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slots of a shape: the words in capitals, and how each is read. */
#ifndef SIM_SCENARIO_SLOTS_H
#define SIM_SCENARIO_SLOTS_H

#include "scenario/parser.h"

struct slot {
	const char *name;
	int first; /* the kind of token it begins with, if it can be left out */
	bool (*read)(struct parser *p, struct value *value);
	const char *meaning; /* for the reference page */
};

const struct slot *slot_nth(size_t nth); /* NULL past the last */
/* NULL: the word is no slot. */
const struct slot *slot_find(const char *word, size_t length);

#endif
