/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host memory through the user's allocator, with the nth failure. */
#include "base/heap.h"

#include <stdlib.h>
#include <string.h>

static void *libc_realloc(void *arg, void *ptr, size_t size)
{
	(void)arg;
	if (size)
		return realloc(ptr, size);
	free(ptr);
	return NULL;
}

void heap_init(struct heap *heap, gupsim_realloc_fn host_realloc, void *host_arg)
{
	*heap = (struct heap){
		.host_realloc = host_realloc ? host_realloc : libc_realloc,
		.host_arg = host_arg,
	};
}

void *heap_realloc(struct heap *heap, void *ptr, size_t size)
{
	void *block;

	if (heap_fails(heap))
		return NULL;
	block = heap->host_realloc(heap->host_arg, ptr, size ? size : 1);
	if (!block)
		heap->refusals++;
	else if (!ptr)
		heap->live++;
	return block;
}

void *heap_alloc(struct heap *heap, size_t size)
{
	return heap_realloc(heap, NULL, size);
}

void *heap_calloc(struct heap *heap, size_t n, size_t size)
{
	size_t bytes;
	void *block;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	block = heap_alloc(heap, bytes);
	if (block)
		memset(block, 0, bytes);
	return block;
}

void *heap_calloc_aside(struct heap *heap, size_t n, size_t size)
{
	unsigned int fail_in = heap->fail_in;
	void *block;

	heap->fail_in = 0;
	block = heap_calloc(heap, n, size);
	heap->fail_in = fail_in;
	return block;
}

char *heap_strdup(struct heap *heap, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = heap_alloc(heap, size);

	return copy ? memcpy(copy, text, size) : NULL;
}

void heap_free(struct heap *heap, void *ptr)
{
	if (!ptr)
		return;
	heap->live--;
	heap->host_realloc(heap->host_arg, ptr, 0);
}
