/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of a fixture. Invariant: a source that has been checked is UTF-8 without
 * control characters other than tab and newline, and its last line is complete.
 */
#ifndef SIM_SCENARIO_SOURCE_H
#define SIM_SCENARIO_SOURCE_H

#include "base/heap.h"

#include <stdbool.h>

#define MAX_SOURCE (1u << 20) /* bytes */
#define MAX_LINE   1000	      /* bytes */

struct source {
	const char *path; /* what messages call it */
	const char *text;
	size_t length;
};

/* Where a byte stands, for people: counted from 1, columns in characters. */
struct position {
	size_t line, column;
	const char *start; /* of the line */
	size_t length;	   /* of the line, without its newline */
};

struct diags;

/*
 * The bytes of the file at source->path, one more than MAX_SOURCE at most; the caller
 * frees source->text. Return: 0 or the negative errno of reading it.
 */
int source_read(struct heap *heap, struct source *source);
/* Report what is wrong with it. False: it cannot be parsed at all. */
bool source_check(const struct source *source, struct diags *diags);
struct position source_position(const struct source *source, size_t offset);
/* The length of the valid UTF-8 character at @text, 0 if there is none. */
size_t utf8_length(const char *text, size_t length);

#endif
