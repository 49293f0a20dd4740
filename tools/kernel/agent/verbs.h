/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verbs by topic, and what more than one topic needs. Invariant: what parses runs
 * while a plan is read, and what runs allocates nothing.
 */
#ifndef GUPSIM_VERBS_H
#define GUPSIM_VERBS_H

#include "agent.h"

/* Each ends with a verb without a name. */
extern const struct verb task_verbs[];
extern const struct verb memory_verbs[];
extern const struct verb file_verbs[];
extern const struct verb truncate_verbs[];
extern const struct verb call_verbs[];
extern const struct verb place_verbs[];

/* verbs.c */

/* What a system call came to: -errno if it failed. */
long failed(long result);
struct name *name_at(int name);

uint64_t number(const char *word);
bool has_word(char **words, int nr, const char *word);
/* Which of @nr words it is; @nr: none of them. */
int index_of(const char *const *words, int nr, const char *word);

/* No words, or one: the name of what the verb is about. */
bool parse_nothing(struct op *op, char **words, int nr);
bool parse_name(struct op *op, char **words, int nr);
/* Bytes in hexadecimal digits. */
bool parse_text(struct op *op, const char *text);
/* How a page is given back. */
bool parse_way(struct op *op, const char *word);

/*
 * verbs_file.c: the director's open file, for a task. What maps another open file of the
 * same name would not merge.
 */
int file_borrow(const struct name *file);

#endif
