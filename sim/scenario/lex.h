/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of a line. Invariant: the tokens of a line follow each other in it and end with
 * one of kind TOKEN_END; a mistake is a token of kind TOKEN_BAD, reported by who needs
 * it.
 */
#ifndef SIM_SCENARIO_LEX_H
#define SIM_SCENARIO_LEX_H

#include "scenario/source.h"

#include <stdint.h>

enum token_kind {
	TOKEN_END = 0,
	/* A single character stands for itself. */
	TOKEN_WORD = 256, /* A, A.heap, v5.6, lock.dropped */
	TOKEN_NUMBER,	  /* 4, 0x1000, 64K */
	TOKEN_TEXT,	  /* "..." */
	TOKEN_ARROW,	  /* -> */
	TOKEN_DOTS,	  /* .. */
	TOKEN_BAD,
};

struct token {
	int kind;
	unsigned int length;
	size_t offset;
};

/*
 * The tokens of the line at *@offset, which is moved to the next line. @tokens has room
 * for MAX_LINE + 1. A longer line gives one TOKEN_BAD that is all of it.
 */
void lex_line(const struct source *source, size_t *offset, struct token *tokens);
/* Of a line what comes before its result and its comment. */
size_t lex_statement_length(const char *line, size_t length);

bool token_is(const struct source *source, const struct token *token, const char *word);
/* The value of a TOKEN_NUMBER; NULL, or what is wrong with it. */
const char *token_number(const struct source *source, const struct token *token,
			 uint64_t *value);
/* The bytes of a TOKEN_TEXT into @buf of token->length; NULL, or what is wrong. */
const char *token_text(const struct source *source, const struct token *token, char *buf,
		       size_t *length);

#endif
