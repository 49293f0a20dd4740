/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeping and printing mistakes. */
#include "scenario/diag.h"

#include <stdio.h>
#include <string.h>

#define SHOWN 160 /* bytes of a line */

static size_t nr_kept(const struct diags *diags)
{
	return diags->nr < MAX_DIAGS ? diags->nr : MAX_DIAGS;
}

void diag(struct diags *diags, size_t offset, size_t length, const char *format, ...)
{
	size_t i = nr_kept(diags);
	va_list args;

	if (diags->nr++ >= MAX_DIAGS)
		return;
	for (; i && diags->kept[i - 1].offset > offset; i--)
		diags->kept[i] = diags->kept[i - 1];
	va_start(args, format);
	diags->kept[i] =
		(struct diag){offset, length, pool_vprintf(diags->pool, format, args)};
	va_end(args);
}

/* What a terminal should not see is shown as '?'. */
static bool is_odd(const char *text, size_t length)
{
	unsigned char c = *text;

	return !length || (length == 1 && c != '\t' && (c < 0x20 || c == 0x7f));
}

/*
 * A line, and a caret under the @length bytes behind @before. Tabs stay tabs, so that it
 * stands where the eye expects it.
 */
static void write_marked(const char *text, size_t shown, size_t before, size_t length,
			 gupsim_write_fn write, void *arg)
{
	char line[SHOWN + 1] = "", caret[SHOWN + 2] = "";
	size_t width = 0, n = 1;

	for (size_t i = 0; i <= shown && (i < shown || i == before); i += n ? n : 1) {
		n = i < shown ? utf8_length(text + i, shown - i) : 1;
		if (i < shown)
			memcpy(line + i, is_odd(text + i, n) ? "?" : text + i, n ? n : 1);
		if (i <= before || i < before + length)
			caret[width++] = i > before	   ? '~'
					 : i == before	   ? '^'
					 : text[i] == '\t' ? '\t'
							   : ' ';
	}
	write(arg, "    ");
	write(arg, line);
	write(arg, "\n    ");
	write(arg, caret);
	write(arg, "\n");
}

static bool inside_character(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The part of a long line around the words, and where they stand in it. */
static size_t window(const struct position *at, size_t before, size_t *shown)
{
	size_t skip = before > SHOWN / 2 && at->length > SHOWN ? before - SHOWN / 2 : 0;

	while (skip && inside_character(at->start[skip]))
		skip--;
	*shown = at->length - skip < SHOWN ? at->length - skip : SHOWN;
	while (*shown < at->length - skip && inside_character(at->start[skip + *shown]))
		--*shown;
	return skip;
}

static void write_diag(const struct diags *diags, const struct diag *diag,
		       gupsim_write_fn write, void *arg)
{
	struct position at = source_position(diags->source, diag->offset);
	size_t before = diags->source->text + diag->offset - at.start;
	size_t shown, skip = window(&at, before, &shown), length = diag->length;
	char buf[64];

	before -= skip;
	if (before > shown)
		before = shown;
	if (length > shown - before)
		length = shown - before;
	write(arg, diags->source->path);
	snprintf(buf, sizeof(buf), ":%zu:%zu: ", at.line, at.column);
	write(arg, buf);
	write(arg, diag->message);
	write(arg, "\n");
	write_marked(at.start + skip, shown, before, length, write, arg);
}

void diags_write(const struct diags *diags, gupsim_write_fn write, void *arg)
{
	char buf[64];

	for (size_t i = 0; i < nr_kept(diags); i++)
		write_diag(diags, &diags->kept[i], write, arg);
	if (diags->nr <= MAX_DIAGS)
		return;
	snprintf(buf, sizeof(buf), ": %zu more mistakes\n", diags->nr - MAX_DIAGS);
	write(arg, diags->source->path);
	write(arg, buf);
}
