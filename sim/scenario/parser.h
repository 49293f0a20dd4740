/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From text to a story: what the parts of the parser share, and what each offers the
 * others. Invariant: a function that returns false or NULL has reported why, or the pool
 * has failed. After the first mistake of a line the rest of the line is not looked at.
 */
#ifndef SIM_SCENARIO_PARSER_H
#define SIM_SCENARIO_PARSER_H

#include "scenario/diag.h"
#include "scenario/names.h"
#include "scenario/story.h"

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
	struct statement *ats, **last_at; /* wait for the call that they belong to */
	struct statement *block;	  /* an `at` that takes indented lines */
	struct statement **last;
};

/* parser.c: tokens. */
bool parser_fail(struct parser *p, const struct token *token, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* "; did you mean 'write'?"; "" where nothing is near. */
const char *parser_guess(struct parser *p, const struct nearest *best);
/* "unknown verb 'wirte'; did you mean 'write'?" */
bool parser_unknown(struct parser *p, const struct token *token, const char *what,
		    const struct nearest *best);
/* The word of a token, copied: names live as long as the story. */
char *parser_word(struct parser *p, const struct token *token);
struct nearest parser_nearest(const struct parser *p, const struct token *token);
bool parser_is(const struct parser *p, const char *word);
bool parser_accept(struct parser *p, int kind);
bool parser_accept_word(struct parser *p, const char *word);
/* False: reported as "expected @what". */
bool parser_need(struct parser *p, int kind, const char *what);
bool parser_need_word(struct parser *p, const char *word);
bool parser_number(struct parser *p, const char *what, uint64_t *value);
/* @point: whether it is a point release, if anybody asks. */
bool parser_version(struct parser *p, uint64_t *version, bool *point);

/* parser.c: names and places. */
/* Declare a name; that of a range has a dot: T.name for a thread T of A means A.name. */
struct symbol *parser_declare(struct parser *p, const struct token *token,
			      enum symbol_kind kind);
struct symbol *parser_find(const struct parser *p, const struct token *token);
/* Whether a name of one of @kinds was meant. */
void parser_try_names(const struct parser *p, struct nearest *best, unsigned int kinds);
/* The name at the current token, which must be of one of @kinds. */
struct symbol *parser_symbol(struct parser *p, unsigned int kinds, const char *what);
/* A.heap[1..2], data[0], p[0], old, 0x1000: one of @kinds of enum place_kind. */
bool parser_place(struct parser *p, unsigned int kinds, const char *what,
		  struct place *place);

/*
 * parse.c: parse and check @source; mistakes go to @diags, what is built comes from its
 * pool. Return: 0, also when there are mistakes; -ENOMEM.
 */
int parse_story(const struct source *source, struct diags *diags, struct story *story);
/* Read `| v5.6: B` after what stands there already, each column by @read. */
bool parse_columns(struct parser *p, struct statement *s,
		   bool (*read)(struct parser *p, struct statement *s,
				struct column *column));

/* parse_function.c: what a call is to on the first release that has it; NULL: none has.
 */
const struct verb *function_find(const struct parser *p, const struct token *token,
				 const struct symbol *alias);
/* What a statement, or a name, calls is there on each release that is asked. */
bool function_check(struct parser *p, const struct statement *s,
		    const struct token *token);
bool function_check_alias(struct parser *p, const struct symbol *alias);

/* result.c: one column behind `->`. */
bool result_read(struct parser *p, struct statement *s, struct column *column);

/* clause.c: what stands behind `expect`. */
bool clause_read_expect(struct parser *p, struct statement *s);

/*
 * shape.c: read arguments by a shape, the very text that people see as the usage:
 *
 *   word      stands for itself, punctuation too
 *   SLOT      an argument of the type that the slot table gives it
 *   {a|b}     one of them
 *   [a|b]     one of them or none; options that follow each other come in any order
 *
 * What was given goes to @values: SLOT by its name, a word or a `?` by itself, and what
 * follows `word=` by that word.
 */
bool shape_read(struct parser *p, const char *shape, struct value **values);
/* What stands behind all that the statement's shape knows of is a mistake: report it. */
bool shape_fail_rest(struct parser *p);

/* slots.c: the words of shapes in capitals, and how each is read. */
struct slot {
	const char *name;
	int first;	     /* the kind of token it begins with */
	const char *what;    /* for who wrote something else */
	const char *meaning; /* for the reference page */
	bool (*read)(struct parser *p, const struct slot *slot, struct value *value);
	unsigned int symbols, places;		/* kinds that it may be */
	uint64_t (*flag)(struct nearest *best); /* the value of a flag by its name */
};

const struct slot *slot_nth(size_t nth); /* NULL past the last */
/* NULL: the word is no slot. */
const struct slot *slot_find(const char *word, size_t length);

#endif
