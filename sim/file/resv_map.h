/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For which huge pages of a file, or of a private mapping, something is noted. Of a file:
 * the page is there, or spoken for. Of a mapping: what was spoken for is used up.
 */
#ifndef SIM_FILE_RESV_MAP_H
#define SIM_FILE_RESV_MAP_H

#include "phys/phys.h"

struct resv_map {
	unsigned int users;
	unsigned long nr_words;
	unsigned long *words;
};

/* NULL: the host is out of memory. */
struct resv_map *resv_map_alloc(struct base *base);
void resv_map_put(struct base *base, struct resv_map *map);

bool resv_map_has(const struct resv_map *map, unsigned long index);
/* How many of [@from, @to) are noted. */
unsigned long resv_map_count(const struct resv_map *map, unsigned long from,
			     unsigned long to);
/* -ENOMEM: of the host; then nothing is noted. */
int resv_map_add(struct base *base, struct resv_map *map, unsigned long from,
		 unsigned long to);
void resv_map_del(struct resv_map *map, unsigned long from, unsigned long to);

#endif
