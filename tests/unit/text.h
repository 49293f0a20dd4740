/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is, in words short enough to stand in a table. */
#ifndef UNIT_TEXT_H
#define UNIT_TEXT_H

#include <gupsim/gupsim.h>
#include <stddef.h>

struct world;

/* Text in pieces, cut off at the end of its buffer. */
struct text {
	char *buf;
	size_t size, used;
};

void text_add(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A text that lives until the function is called again. */
#define TEXT(name, length)                                                  \
	static char name##_buf[length];                                     \
	struct text name = {.buf = name##_buf, .size = sizeof(name##_buf)}; \
	name##_buf[0] = '\0'

/* Each of these lives until the next one of its kind. */

/* "refs 2 map 1 anon lru referenced active"; "free"; "none" for no page. */
const char *page_text(const struct page *page);
/* "PWAD", then "protnone", "devmap", "special"; "none". */
const char *pte_text(struct mm_struct *mm, unsigned long addr);
/* "100+8 rw-p, 110+1 r--s": page number, pages, rights. */
const char *vmas_text(const struct mm_struct *mm);
/* "0-31, 40-40": which pages of a file are cached, which from @addr on are mapped. */
const char *cached_text(struct file *file, unsigned long nr);
const char *mapped_text(struct world *w, unsigned long addr, unsigned long nr);
/* "WARN func, BUG func, CONTRACT func": what the last call reported; "" for nothing. */
const char *reports_text(const struct gupsim_machine *machine);

#endif
