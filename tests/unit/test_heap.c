/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host memory: every block is counted, the nth allocation fails, the user's allocator. */
#include "world.h"

#include "base/heap.h"

#include <stdlib.h>
#include <string.h>

static void blocks_are_counted(struct world *w)
{
	struct heap heap;
	char *a, *b;

	heap_init(&heap, NULL, NULL);
	a = heap_alloc(&heap, 0);
	assert_non_null(a);
	b = heap_strdup(&heap, "page");
	assert_text(w, b, "page");
	assert_number(w, heap.live, 2);
	b = heap_realloc(&heap, b, 100);
	assert_text(w, b, "page");
	assert_number(w, heap.live, 2);
	heap_free(&heap, NULL);
	heap_free(&heap, a);
	heap_free(&heap, b);
	assert_number(w, heap.live, 0);
}

static void calloc_zeroes_and_checks(struct world *w)
{
	struct heap heap;
	unsigned char *block;

	heap_init(&heap, NULL, NULL);
	block = heap_alloc(&heap, 64);
	memset(block, 0xff, 64);
	heap_free(&heap, block);
	block = heap_calloc(&heap, 8, 8);
	for (int i = 0; i < 64; i++)
		assert_number(w, block[i], 0);
	heap_free(&heap, block);
	assert_null(heap_calloc(&heap, SIZE_MAX / 4 + 2, 4));
	assert_number(w, heap.live, 0);
}

static void the_nth_fails_once(struct world *w)
{
	struct heap heap;
	char *block, *other;

	heap_init(&heap, NULL, NULL);
	heap.fail_in = 2;
	block = heap_strdup(&heap, "kept");
	assert_null(heap_realloc(&heap, block, 1 << 20));
	assert_text(w, block, "kept");
	assert_number(w, heap.live, 1);
	other = heap_alloc(&heap, 1);
	assert_non_null(other);
	heap_free(&heap, other);
	heap_free(&heap, block);
}

struct host {
	int allocs, frees;
	bool refuses;
};

static void *host_realloc(void *arg, void *ptr, size_t size)
{
	struct host *host = arg;

	if (size && host->refuses)
		return NULL;
	host->allocs += size != 0;
	host->frees += size == 0;
	if (size)
		return realloc(ptr, size);
	free(ptr);
	return NULL;
}

static void the_users_allocator_serves(struct world *w)
{
	struct host host = {0};
	struct heap heap;
	void *block;

	heap_init(&heap, host_realloc, &host);
	block = heap_calloc(&heap, 2, 2);
	heap_free(&heap, block);
	assert_number(w, host.allocs, 1);
	assert_number(w, host.frees, 1);
	host.refuses = true;
	assert_null(heap_calloc(&heap, 2, 2));
	assert_null(heap_strdup(&heap, "x"));
	assert_number(w, heap.live, 0);
}

SUITE(world_test(blocks_are_counted), world_test(calloc_zeroes_and_checks),
      world_test(the_nth_fails_once), world_test(the_users_allocator_serves))
