/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a failed assert prints. */
#include "asserts.h"

#include "world.h"

#include <stdio.h>
#include <string.h>

/* CMocka cuts each piece at 1024 bytes. */
static void print_long(const char *text)
{
	for (size_t length; (length = strnlen(text, 1000)); text += length)
		print_error("%.1000s", text);
}

static void failed(const struct world *w, const char *file, int line, const char *what,
		   const char *actual, const char *expected)
{
	const char *where = w && w->where ? w->where : "";

	print_error("%s:%d: %s%s%s:\n  actual   ", file, line, where, *where ? ": " : "",
		    what);
	print_long(actual);
	print_error("\n  expected ");
	print_long(expected);
	print_error("\n");
	_fail(file, line);
}

void result_at(const struct world *w, long actual, long expected, const char *what,
	       const char *file, int line)
{
	char names[2][32];

	if (actual != expected)
		failed(w, file, line, what,
		       gupsim_result_name(actual, names[0], sizeof(names[0])),
		       gupsim_result_name(expected, names[1], sizeof(names[1])));
}

void number_at(const struct world *w, long long actual, long long expected,
	       const char *what, const char *file, int line)
{
	char text[2][64];

	if (actual == expected)
		return;
	snprintf(text[0], sizeof(text[0]), "%lld (%#llx)", actual, actual);
	snprintf(text[1], sizeof(text[1]), "%lld (%#llx)", expected, expected);
	failed(w, file, line, what, text[0], text[1]);
}

void at_least_at(const struct world *w, long long actual, long long least,
		 const char *what, const char *file, int line)
{
	char text[2][64];

	if (actual >= least)
		return;
	snprintf(text[0], sizeof(text[0]), "%lld", actual);
	snprintf(text[1], sizeof(text[1]), "at least %lld", least);
	failed(w, file, line, what, text[0], text[1]);
}

void is_at(const struct world *w, const void *actual, const void *expected,
	   const char *what, const char *name, const char *file, int line)
{
	if (actual != expected)
		failed(w, file, line, what, actual ? "something else" : "NULL", name);
}

static void place_text(char *buf, size_t size, bool same, const struct page *page)
{
	if (!page)
		snprintf(buf, size, "%sno page", same ? "" : "not ");
	else
		snprintf(buf, size, "%sthe page of frame %lu", same ? "" : "not ",
			 page_to_pfn(page));
}

void same_at(const struct world *w, const struct page *actual,
	     const struct page *expected, bool same, const char *what, const char *file,
	     int line)
{
	char text[2][64];

	if ((actual == expected) == same)
		return;
	place_text(text[0], sizeof(text[0]), true, actual);
	place_text(text[1], sizeof(text[1]), same, expected);
	failed(w, file, line, what, text[0], text[1]);
}

void text_at(struct world *w, const char *actual, const char *expected, const char *what,
	     const char *file, int line)
{
	if (!actual || strcmp(actual, expected))
		failed(w, file, line, what, actual ? actual : "NULL", expected);
}

/* Shown is where it stands, or the beginning of what it does not stand in. */
void part_at(const struct world *w, const char *text, const char *part, bool there,
	     const char *what, const char *file, int line)
{
	const char *at = text ? strstr(text, part) : NULL;
	char actual[4096], expected[256];

	if ((at != NULL) == there)
		return;
	snprintf(actual, sizeof(actual), "%s", at ? at : text ? text : "NULL");
	snprintf(expected, sizeof(expected), "%s `%s`", there ? "a text with" : "no",
		 part);
	failed(w, file, line, what, actual, expected);
}

void pages_at(struct world *w, long nr, const char *expected, const char *file, int line)
{
	for (long i = 0; i < nr; i++) {
		char what[32];

		snprintf(what, sizeof(what), "pages[%ld]", i);
		text_at(w, page_text(w->pages[i]), expected, what, file, line);
	}
}

void mapped_at(struct world *w, unsigned long addr, unsigned long nr,
	       const char *expected, const char *file, int line)
{
	for (unsigned long i = 0; i < nr; i++) {
		char what[32];

		snprintf(what, sizeof(what), "the page at %#lx", addr + i * PG);
		text_at(w, page_text(page_at(w, addr + i * PG)), expected, what, file,
			line);
	}
}

void bytes_at(struct world *w, unsigned long addr, const char *expected, const char *what,
	      const char *file, int line)
{
	char actual[64] = "";

	assert_result(w, gupsim_read(w->task, addr, actual, strlen(expected) + 1, NULL),
		      0);
	text_at(w, actual, expected, what, file, line);
}
