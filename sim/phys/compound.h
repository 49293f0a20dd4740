/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compound pages: frames that were allocated together and share one count of references,
 * the head's. Whoever maps or pins a tail refers to the head.
 */
#ifndef SIM_PHYS_COMPOUND_H
#define SIM_PHYS_COMPOUND_H

#include "phys/page.h"

/* Frames at @head become one page, whose references and flags are the head's. */
void prep_compound_page(struct page *head, unsigned int order);

/* The huge page that reads of untouched memory share. NULL: there is no room for it. */
struct page *get_huge_zero_page(struct phys *phys);

/* Are pins of the page counted one by one, beside its references? */
bool hpage_pincount_available(const struct page *head);

static inline int compound_pincount(const struct page *page)
{
	const struct page *head = compound_head(page);

	return hpage_pincount_available(head) ? head[1].compound_pincount : 0;
}

static inline void hpage_pincount_add(struct page *head, int pins)
{
	head[1].compound_pincount += pins;
}

#endif
