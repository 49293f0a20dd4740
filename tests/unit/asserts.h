/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asserts: each prints the file and the line, the row of the table, what was looked at,
 * the actual and the expected, by name. @w may be NULL where there is no row.
 */
#ifndef UNIT_ASSERTS_H
#define UNIT_ASSERTS_H

#include "text.h"

#include <stdbool.h>

/* A number, or the errno by its name. */
#define assert_result(w, actual, expected) \
	result_at((w), (actual), (expected), #actual, __FILE__, __LINE__)
#define assert_number(w, actual, expected)                                            \
	number_at((w), (long long)(actual), (long long)(expected), #actual, __FILE__, \
		  __LINE__)
#define assert_at_least(w, actual, least)                                            \
	at_least_at((w), (long long)(actual), (long long)(least), #actual, __FILE__, \
		    __LINE__)
/* Whatever @pointer is to point to. */
#define assert_is(w, pointer, expected) \
	is_at((w), (pointer), (expected), #pointer, #expected, __FILE__, __LINE__)
/* The same page, and another one. */
#define assert_same(w, page, expected) \
	same_at((w), (page), (expected), true, #page, __FILE__, __LINE__)
#define assert_other(w, page, than) \
	same_at((w), (page), (than), false, #page, __FILE__, __LINE__)
#define assert_page(w, page, expected) \
	text_at((w), page_text(page), (expected), #page, __FILE__, __LINE__)
/* The same of all of w->pages[0..nr). */
#define assert_pages(w, nr, expected) pages_at((w), (nr), (expected), __FILE__, __LINE__)
/* Of what is mapped at @nr pages from @addr on. */
#define assert_mapped(w, addr, nr, expected) \
	mapped_at((w), (addr), (nr), (expected), __FILE__, __LINE__)
/* The text at @addr. */
#define assert_bytes(w, addr, expected) \
	bytes_at((w), (addr), (expected), #addr, __FILE__, __LINE__)
#define assert_pte(w, addr, expected) \
	text_at((w), pte_text((w)->mm, (addr)), (expected), #addr, __FILE__, __LINE__)
#define assert_vmas(w, expected) \
	text_at((w), vmas_text((w)->mm), (expected), "VMAs", __FILE__, __LINE__)
#define assert_reports(w, expected)                                               \
	text_at((w), reports_text((w)->machine), (expected), "reports", __FILE__, \
		__LINE__)
#define assert_text(w, actual, expected) \
	text_at((w), (actual), (expected), #actual, __FILE__, __LINE__)
/* What is somewhere in a text, and what is nowhere. */
#define assert_part(w, text, part) \
	part_at((w), (text), (part), true, #text, __FILE__, __LINE__)
#define assert_no_part(w, text, part) \
	part_at((w), (text), (part), false, #text, __FILE__, __LINE__)

void result_at(const struct world *w, long actual, long expected, const char *what,
	       const char *file, int line);
void number_at(const struct world *w, long long actual, long long expected,
	       const char *what, const char *file, int line);
void at_least_at(const struct world *w, long long actual, long long least,
		 const char *what, const char *file, int line);
void is_at(const struct world *w, const void *actual, const void *expected,
	   const char *what, const char *name, const char *file, int line);
void same_at(const struct world *w, const struct page *actual,
	     const struct page *expected, bool same, const char *what, const char *file,
	     int line);
void text_at(struct world *w, const char *actual, const char *expected, const char *what,
	     const char *file, int line);
void part_at(const struct world *w, const char *text, const char *part, bool there,
	     const char *what, const char *file, int line);
void bytes_at(struct world *w, unsigned long addr, const char *expected, const char *what,
	      const char *file, int line);
void pages_at(struct world *w, long nr, const char *expected, const char *file, int line);
void mapped_at(struct world *w, unsigned long addr, unsigned long nr,
	       const char *expected, const char *file, int line);

#endif
