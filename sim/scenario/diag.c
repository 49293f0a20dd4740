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

/* Bytes that a terminal should not see are shown as '?'; what is not UTF-8 too. */
static void write_shown(const char *text, size_t length, gupsim_write_fn write, void *arg)
{
	char buf[SHOWN + 1];
	size_t n;

	for (size_t i = 0; i < length; i += n) {
		n = utf8_length(text + i, length - i);
		memcpy(buf + i, text + i, n);
		if (n == 1 && text[i] != '\t' &&
		    ((unsigned char)text[i] < 0x20 || text[i] == 0x7f))
			buf[i] = '?';
		if (!n) {
			n = 1;
			buf[i] = '?';
		}
	}
	buf[length] = '\0';
	write(arg, buf);
}

/* Tabs stay tabs, so that the caret stands where the eye expects it. */
static void write_caret(const char *text, size_t before, size_t length,
			gupsim_write_fn write, void *arg)
{
	char buf[2 * SHOWN + 3];
	size_t n = 0;

	for (size_t i = 0; i < before; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			buf[n++] = text[i] == '\t' ? '\t' : ' ';
	buf[n++] = '^';
	for (size_t i = 1; i < length && n < sizeof(buf) - 2; i++)
		if (((unsigned char)text[before + i] & 0xc0) != 0x80)
			buf[n++] = '~';
	buf[n++] = '\n';
	buf[n] = '\0';
	write(arg, buf);
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
	write(arg, "\n    ");
	write_shown(at.start + skip, shown, write, arg);
	write(arg, "\n    ");
	write_caret(at.start + skip, before, length, write, arg);
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
