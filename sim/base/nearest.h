/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The candidate that a misspelt word most likely meant, by edit distance. A word that is
 * itself a candidate meant no other.
 */
#ifndef SIM_BASE_NEAREST_H
#define SIM_BASE_NEAREST_H

#include <limits.h>
#include <stddef.h>

struct nearest {
	const char *word;
	size_t length;
	const char *candidate; /* NULL: nothing is near enough to be meant */
	size_t distance;
};

struct nearest nearest_to(const char *word);
struct nearest nearest_to_n(const char *word, size_t length);
void nearest_try(struct nearest *best, const char *candidate);

#endif
