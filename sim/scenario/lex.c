/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cutting a line into words. */
#include "scenario/lex.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct lexer {
	const char *text;     /* that offsets count from */
	const char *at, *end; /* of the line */
	bool begun;	      /* a token was found */
	bool ordinals;	      /* before the colon of an `at`, where #2 is no comment */
};

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t word_length(const char *at, const char *end, bool dots)
{
	const char *start = at;

	while (at < end &&
	       (is_name(*at) || (dots && *at == '.' && at + 1 < end && is_name(at[1]))))
		at++;
	return at - start;
}

/* 0: the closing quote is missing. */
static size_t text_length(const char *at, const char *end)
{
	const char *start = at++;

	for (; at < end && *at != '"'; at++)
		if (*at == '\\' && at + 1 < end)
			at++;
	return at < end ? at + 1 - start : 0;
}

static bool at_comment(const struct lexer *lexer)
{
	const char *at = lexer->at;

	return *at == '#' &&
	       !(lexer->ordinals && at + 1 < lexer->end && isdigit((unsigned char)at[1]));
}

static int next_kind(const struct lexer *lexer, unsigned int *length)
{
	const char *at = lexer->at, *end = lexer->end;
	bool two = at + 1 < end;

	*length = 1;
	if (isalpha((unsigned char)*at) || *at == '_') {
		*length = word_length(at, end, true);
		return TOKEN_WORD;
	}
	if (isdigit((unsigned char)*at)) {
		*length = word_length(at, end, false);
		return TOKEN_NUMBER;
	}
	if (*at == '"') {
		*length = text_length(at, end);
		if (*length)
			return TOKEN_TEXT;
		*length = end - at;
		return TOKEN_BAD;
	}
	if (two && (!memcmp(at, "->", 2) || !memcmp(at, "..", 2))) {
		*length = 2;
		return *at == '-' ? TOKEN_ARROW : TOKEN_DOTS;
	}
	if (strchr("[](),=|+-:#?", *at))
		return *at;
	*length = utf8_length(at, end - at);
	return TOKEN_BAD;
}

static void skip_blanks(struct lexer *lexer)
{
	while (lexer->at < lexer->end && strchr(" \t\r", *lexer->at))
		lexer->at++;
	if (lexer->at < lexer->end && at_comment(lexer))
		lexer->at = lexer->end;
}

/* False: there is none any more. */
static bool next_token(struct lexer *lexer, struct token *token)
{
	skip_blanks(lexer);
	if (lexer->at == lexer->end)
		return false;
	token->offset = lexer->at - lexer->text;
	token->kind = next_kind(lexer, &token->length);
	if (!lexer->begun)
		lexer->ordinals = token->length == 2 && !memcmp(lexer->at, "at", 2);
	else if (token->kind == ':')
		lexer->ordinals = false;
	lexer->begun = true;
	lexer->at += token->length;
	return true;
}

void lex_line(const struct source *source, size_t *offset, struct token *tokens)
{
	const char *start = source->text + *offset;
	size_t left = source->length - *offset;
	const char *newline = memchr(start, '\n', left);
	struct lexer lexer = {.text = source->text,
			      .at = start,
			      .end = newline ? newline : start + left};
	struct token *token = tokens;

	*offset = (newline ? newline + 1 : lexer.end) - source->text;
	if (lexer.end - start > MAX_LINE) {
		*token++ = (struct token){TOKEN_BAD, lexer.end - start,
					  start - source->text};
		lexer.at = lexer.end;
	}
	while (next_token(&lexer, token))
		token++;
	*token = (struct token){TOKEN_END, 0, lexer.at - source->text};
}

size_t lex_statement_length(const char *line, size_t length)
{
	struct lexer lexer = {.text = line, .at = line, .end = line + length};
	size_t statement = 0;
	struct token token;

	while (next_token(&lexer, &token) && token.kind != TOKEN_ARROW)
		statement = token.offset + token.length;
	return statement;
}

bool token_is(const struct source *source, const struct token *token, const char *word)
{
	return strlen(word) == token->length &&
	       !memcmp(source->text + token->offset, word, token->length);
}

static unsigned int suffix_shift(char suffix)
{
	return suffix == 'K' ? 10 : suffix == 'M' ? 20 : suffix == 'G' ? 30 : 0;
}

const char *token_number(const struct source *source, const struct token *token,
			 uint64_t *value)
{
	char buf[32], *end;
	unsigned int shift;
	int status;

	if (token->length >= sizeof(buf))
		return "the number is too long";
	memcpy(buf, source->text + token->offset, token->length);
	buf[token->length] = '\0';
	*value = strtou(buf, &end, strncmp(buf, "0x", 2) ? 10 : 16, 0, UINT64_MAX,
			&status);
	shift = suffix_shift(*end);
	if (end == buf || end[shift ? 1 : 0])
		return "this is no number";
	if (status == ERANGE || *value > UINT64_MAX >> shift)
		return "the number does not fit into 64 bits";
	*value <<= shift;
	return NULL;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *digit = strchr(digits, tolower((unsigned char)c));

	return c && digit ? digit - digits : -1;
}

/* The character that the escape after a backslash stands for; -1: there is no such. */
static int unescape(const char **at)
{
	const char *plain = strchr("\\\"", **at);

	if (plain)
		return *plain;
	if (**at == 'n')
		return '\n';
	if (**at == 't')
		return '\t';
	if (**at == 'x' && hex_digit((*at)[1]) >= 0 && hex_digit((*at)[2]) >= 0) {
		*at += 2;
		return hex_digit((*at)[-1]) << 4 | hex_digit((*at)[0]);
	}
	return -1;
}

const char *token_text(const struct source *source, const struct token *token, char *buf,
		       size_t *length)
{
	const char *at = source->text + token->offset + 1;
	const char *end = source->text + token->offset + token->length - 1;
	char *out = buf;

	for (; at < end; at++) {
		int c = *at;

		if (c == '\\') {
			at++;
			c = unescape(&at);
			if (c < 0)
				return "escapes are \\\\ \\\" \\n \\t and \\x with two "
				       "hex digits";
		}
		*out++ = c;
	}
	*length = out - buf;
	return NULL;
}
