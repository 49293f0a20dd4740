/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is given back all at once. Invariant: once an allocation has failed,
 * `failed` stays set, so that whoever builds something large need ask only at its end.
 */
#ifndef SIM_SCENARIO_POOL_H
#define SIM_SCENARIO_POOL_H

#include "base/heap.h"

#include <stdarg.h>
#include <stdbool.h>

struct pool_block;

struct pool {
	struct heap *heap;
	struct pool_block *blocks; /* the one being filled first */
	bool failed;
};

void pool_init(struct pool *pool, struct heap *heap);
void pool_destroy(struct pool *pool);
/* Zeroed; NULL: out of memory. */
void *pool_alloc(struct pool *pool, size_t size);
char *pool_text(struct pool *pool, const char *text, size_t length);
/* Words; "" when out of memory. */
const char *pool_printf(struct pool *pool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const char *pool_vprintf(struct pool *pool, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

#endif
