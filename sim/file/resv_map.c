/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of numbers, as bits. */
#include "file/resv_map.h"

#include <errno.h>
#include <string.h>

#define BITS 64

struct resv_map *resv_map_alloc(struct base *base)
{
	struct resv_map *map = heap_calloc(&base->heap, 1, sizeof(*map));

	if (map)
		map->users = 1;
	return map;
}

void resv_map_put(struct base *base, struct resv_map *map)
{
	if (!map || --map->users)
		return;
	heap_free(&base->heap, map->words);
	heap_free(&base->heap, map);
}

bool resv_map_has(const struct resv_map *map, unsigned long index)
{
	return index / BITS < map->nr_words &&
	       map->words[index / BITS] >> index % BITS & 1;
}

/* Behind the last word there is nothing. */
static unsigned long end_of(const struct resv_map *map, unsigned long to)
{
	return to < map->nr_words * BITS ? to : map->nr_words * BITS;
}

unsigned long resv_map_count(const struct resv_map *map, unsigned long from,
			     unsigned long to)
{
	unsigned long nr = 0;

	for (to = end_of(map, to); from < to; from++)
		nr += resv_map_has(map, from);
	return nr;
}

static int grow(struct base *base, struct resv_map *map, unsigned long nr_words)
{
	unsigned long *words;

	if (nr_words <= map->nr_words)
		return 0;
	words = heap_realloc(&base->heap, map->words, nr_words * sizeof(*words));
	if (!words)
		return -ENOMEM;
	memset(words + map->nr_words, 0, (nr_words - map->nr_words) * sizeof(*words));
	map->words = words;
	map->nr_words = nr_words;
	return 0;
}

int resv_map_add(struct base *base, struct resv_map *map, unsigned long from,
		 unsigned long to)
{
	if (grow(base, map, (to + BITS - 1) / BITS))
		return -ENOMEM;
	for (; from < to; from++)
		map->words[from / BITS] |= 1UL << from % BITS;
	return 0;
}

void resv_map_del(struct resv_map *map, unsigned long from, unsigned long to)
{
	for (to = end_of(map, to); from < to; from++)
		map->words[from / BITS] &= ~(1UL << from % BITS);
}
