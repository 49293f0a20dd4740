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

#endif
