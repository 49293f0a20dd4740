/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reference kernels: the least that a walk, a release and a fault can cost. Loops
 * over a 4-level table of 512 x u64, a flat array of 64-byte page structs and an output
 * array.
 */
#ifndef BENCH_KERNELS_H
#define BENCH_KERNELS_H

#include "timing.h"

/* An address space of @nr pages, all of them mapped once. NULL: no memory. */
void *ref_create(size_t nr);
void ref_destroy(void *ref);

/* Each returns the number of pages that it dealt with, 0 if it could not go on. */
size_t ref_walk_root(void *ref); /* R: from the root for each page */
size_t ref_walk_leaf(void *ref); /* B: the leaf table is kept between pages */
size_t ref_drop(void *ref);	 /* U: the references of a walk or a fault-in */
size_t ref_fault_in(void *ref);	 /* F: needs an empty address space */

/* Pages and tables return to their free lists. */
size_t ref_empty(void *ref);

extern const struct bench_case ref_case_walk_root, ref_case_walk_leaf, ref_case_drop,
	ref_case_fault_in;

#endif
