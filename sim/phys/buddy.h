/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocks of free frames. A frame that is given back stays by itself, to be taken again
 * first; only who asks for a larger block has free neighbours put together.
 * Invariant: a block of order n starts at a multiple of 2^n, its first frame is on
 * free[n] and keeps the order in ->private.
 */
#ifndef SIM_PHYS_BUDDY_H
#define SIM_PHYS_BUDDY_H

#include "phys/phys.h"

/* ->private of a frame that was found bad when it was freed: it is in no block. */
#define FRAME_LOST (~0UL)

/* The frames at @page, all of them clean, are free from now on. */
void free_block(struct area *area, struct page *page, unsigned int order);
/*
 * The first frame of a block of 2^@order that is no longer free; NULL: there is none. The
 * host's memory for the ledger may lack, too.
 */
struct page *take_block(struct phys *phys, struct area *area, unsigned int order);

#endif
