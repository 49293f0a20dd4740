/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a fixture, and what a text must be before it is worth parsing. */
#include "scenario/source.h"
#include "scenario/diag.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int source_read(struct heap *heap, struct source *source)
{
	FILE *file = fopen(source->path, "re");
	char *text = file ? heap_alloc(heap, MAX_SOURCE + 1) : NULL, *fitting;
	int error = file ? -ENOMEM : -errno;

	if (text) {
		source->length = fread(text, 1, MAX_SOURCE + 1, file);
		error = ferror(file) ? -errno : 0;
	}
	if (file)
		fclose(file);
	if (error) {
		heap_free(heap, text);
		return error;
	}
	fitting = heap_realloc(heap, text, source->length);
	source->text = fitting ? fitting : text;
	return 0;
}

size_t utf8_length(const char *text, size_t length)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t n = c[0] < 0x80	 ? 1
		   : c[0] < 0xc2 ? 0
		   : c[0] < 0xe0 ? 2
		   : c[0] < 0xf0 ? 3
				 : 4;

	if (n > length || c[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	/* Longer than needed, surrogates, above U+10FFFF. */
	if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
	    (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
		return 0;
	return n;
}

struct position source_position(const struct source *source, size_t offset)
{
	const char *end = source->text + source->length, *newline;
	struct position at = {.line = 1, .column = 1, .start = source->text};

	for (const char *c = source->text; c < end && c < source->text + offset; c++) {
		if (*c == '\n') {
			at.line++;
			at.column = 1;
			at.start = c + 1;
		} else if (((unsigned char)*c & 0xc0) != 0x80) {
			at.column++;
		}
	}
	newline = memchr(at.start, '\n', end - at.start);
	at.length = (newline ? newline : end) - at.start;
	return at;
}

static bool check_character(const struct source *source, size_t i, size_t length,
			    struct diags *diags)
{
	unsigned char c = source->text[i];

	if (!c)
		diag(diags, i, 1, "a NUL byte: this is not a text file");
	else if (!length)
		diag(diags, i, 1, "byte 0x%02x is not UTF-8: this is not a text file", c);
	else if ((c < 0x20 && c != '\t') || c == 0x7f)
		diag(diags, i, 1, "control character 0x%02x", c);
	else
		return true;
	return false;
}

/* A carriage return that ends its line can be read over; one report is enough. */
static bool check_characters(const struct source *source, struct diags *diags)
{
	bool crlf = false;
	size_t length;

	for (size_t i = 0; i < source->length; i += length) {
		const char *c = source->text + i;

		length = utf8_length(c, source->length - i);
		if (*c == '\n')
			continue;
		if (*c == '\r' && i + 1 < source->length && c[1] == '\n') {
			if (!crlf)
				diag(diags, i, 1,
				     "the line ends in CR LF; fixtures have LF alone");
			crlf = true;
		} else if (!check_character(source, i, length, diags)) {
			return false;
		}
	}
	return true;
}

bool source_check(const struct source *source, struct diags *diags)
{
	if (!source->length) {
		diag(diags, 0, 0, "the file is empty");
		return false;
	}
	if (source->length > MAX_SOURCE) {
		diag(diags, 0, 0, "the file is larger than %u KiB", MAX_SOURCE >> 10);
		return false;
	}
	if (source->length >= 3 && !memcmp(source->text, "\xef\xbb\xbf", 3)) {
		diag(diags, 0, 0,
		     "a byte order mark: save the file as UTF-8 without one");
		return false;
	}
	if (!check_characters(source, diags))
		return false;
	if (source->text[source->length - 1] != '\n')
		diag(diags, source->length, 0,
		     "the last line does not end in a newline: is the file complete?");
	return true;
}
