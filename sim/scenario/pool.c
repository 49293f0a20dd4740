/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Blocks of memory, filled one after the other. */
#include "scenario/pool.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_SIZE 4000

struct pool_block {
	struct pool_block *next;
	size_t used, room;
	max_align_t bytes[];
};

void pool_init(struct pool *pool, struct heap *heap)
{
	*pool = (struct pool){.heap = heap};
}

void pool_destroy(struct pool *pool)
{
	while (pool->blocks) {
		struct pool_block *block = pool->blocks;

		pool->blocks = block->next;
		heap_free(pool->heap, block);
	}
}

static struct pool_block *block_with(struct pool *pool, size_t size)
{
	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct pool_block *block = pool->blocks;

	if (block && block->room - block->used >= size)
		return block;
	block = heap_calloc(pool->heap, 1, sizeof(*block) + room);
	if (!block) {
		pool->failed = true;
		return NULL;
	}
	block->room = room;
	block->next = pool->blocks;
	pool->blocks = block;
	return block;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	size_t rounded = (size + _Alignof(max_align_t) - 1) & -_Alignof(max_align_t);
	struct pool_block *block = block_with(pool, rounded);
	char *start;

	if (!block)
		return NULL;
	start = (char *)block->bytes + block->used;
	block->used += rounded;
	return start;
}

char *pool_text(struct pool *pool, const char *text, size_t length)
{
	char *copy = pool_alloc(pool, length + 1);

	return copy ? memcpy(copy, text, length) : NULL;
}

const char *pool_vprintf(struct pool *pool, const char *format, va_list args)
{
	char buf[512]; /* a sentence; what is longer is cut */
	int length = vsnprintf(buf, sizeof(buf), format, args);
	size_t fits = length < 0 ? 0 : length;
	char *text = pool_text(pool, buf, fits < sizeof(buf) ? fits : sizeof(buf) - 1);

	return text ? text : "";
}

const char *pool_printf(struct pool *pool, const char *format, ...)
{
	const char *text;
	va_list args;

	va_start(args, format);
	text = pool_vprintf(pool, format, args);
	va_end(args);
	return text;
}
