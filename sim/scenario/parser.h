/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all parts of the parser share: the tokens of the line, the names declared so far.
 * Invariant: a function that returns false or NULL has reported why, or the pool has
 * failed. After the first mistake of a line the rest of the line is not looked at.
 */
#ifndef SIM_SCENARIO_PARSER_H
#define SIM_SCENARIO_PARSER_H

#include "scenario/diag.h"
#include "scenario/names.h"
#include "scenario/story.h"

#define KIND(kind) (1u << (kind))
/* The places that are pages. */
#define PAGE_PLACES \
	(KIND(PLACE_RANGE) | KIND(PLACE_FILE) | KIND(PLACE_ENTRIES) | KIND(PLACE_FRAME))

struct parser {
	struct heap *heap;
	struct pool *pool;
	struct diags *diags;
	const struct source *source;
	struct story *story;

	size_t offset, line; /* of the next line; number of this one */
	struct token tokens[MAX_LINE + 2], *at;

	struct statement *statement; /* that is being read */
	unsigned int nr_tasks, nr_ranges;
	bool started; /* a statement has been met that needs the machine */
	bool kernels_named;
	struct at *ats, **last_at; /* wait for the call that they belong to */
	struct at *block;	   /* takes indented lines */
	struct statement **last;
};

bool parser_fail(struct parser *p, const struct token *token, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* "unknown verb 'wirte'; did you mean 'write'?" */
bool parser_unknown(struct parser *p, const struct token *token, const char *what,
		    const struct nearest *best);

/* The word of a token, copied: names live as long as the story. */
char *parser_word(struct parser *p, const struct token *token);
struct nearest parser_nearest(struct parser *p, const struct token *token);
bool parser_is(const struct parser *p, const char *word);
bool parser_accept(struct parser *p, int kind);
bool parser_accept_word(struct parser *p, const char *word);
/* False: reported as "expected @what". */
bool parser_need(struct parser *p, int kind, const char *what);
bool parser_need_word(struct parser *p, const char *word);
bool parser_number(struct parser *p, const char *what, uint64_t *value);
/* With a sign before it. */
bool parser_signed(struct parser *p, const char *what, int64_t *value);
/* @point: whether it is a point release, if anybody asks. */
bool parser_version(struct parser *p, uint64_t *version, bool *point);

/* Declare a name that has no dot. */
struct symbol *parser_declare(struct parser *p, const struct token *token,
			      enum symbol_kind kind);
/* Declare A.heap; T.name for a thread T of A means the same. */
struct symbol *parser_declare_range(struct parser *p, const struct token *token);
/* The name at the current token, which must be of one of @kinds. */
struct symbol *parser_symbol(struct parser *p, unsigned int kinds, const char *what);
struct symbol *parser_find(const struct parser *p, const struct token *token);
const char *symbol_kind_name(enum symbol_kind kind);

/* A.heap[1..2], data[0], p[0], old, 0x1000: one of @kinds of enum place_kind. */
bool parser_place(struct parser *p, unsigned int kinds, struct place *place);

#endif
