/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host memory through the user's allocator. Invariant: `live` counts the blocks that are
 * out; a heap that is done with has none. The nth allocation can be made to fail.
 */
#ifndef SIM_BASE_HEAP_H
#define SIM_BASE_HEAP_H

#include <gupsim/machine.h>
#include <stddef.h>

struct heap {
	gupsim_realloc_fn host_realloc;
	void *host_arg;
	unsigned int fail_in;	/* allocations until the one that fails; 0: none will */
	unsigned long refusals; /* allocations that failed */
	size_t live;
};

/* @host_realloc NULL: the C library's. */
void heap_init(struct heap *heap, gupsim_realloc_fn host_realloc, void *host_arg);
void *heap_alloc(struct heap *heap, size_t size);
/* Zeroed; NULL also when n * size does not fit. */
void *heap_calloc(struct heap *heap, size_t n, size_t size);
/* The same for who only looks: it is not what an injected failure is meant for. */
void *heap_calloc_aside(struct heap *heap, size_t n, size_t size);
/* As realloc(): NULL leaves the old block as it was. */
void *heap_realloc(struct heap *heap, void *ptr, size_t size);
char *heap_strdup(struct heap *heap, const char *text);
void heap_free(struct heap *heap, void *ptr);

/* For who has blocks of his own and hands out parts of them: does this one fail? */
static inline bool heap_fails(struct heap *heap)
{
	if (!heap->fail_in || --heap->fail_in)
		return false;
	heap->refusals++;
	return true;
}

#endif
