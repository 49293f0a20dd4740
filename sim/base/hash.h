/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uthash as libgupsim uses it: out of memory is an answer, not an exit, and the memory
 * comes from a `struct heap *heap` that is in scope where a table is changed.
 */
#ifndef SIM_BASE_HASH_H
#define SIM_BASE_HASH_H

#include "base/heap.h"

#define HASH_NONFATAL_OOM      1
#define uthash_malloc(size)    heap_alloc(heap, (size))
#define uthash_free(ptr, size) heap_free(heap, (ptr))
/* uthash leaves an element that it could not add with a NULL table. */
#define hash_added(element) ((element)->hh.tbl != NULL)

#include <uthash.h>

#endif
