/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Edit distance, row by row. */
#include "base/nearest.h"

#include <string.h>

#define LONGEST 64

struct nearest nearest_to_n(const char *word, size_t length)
{
	/* A third of the word may be wrong, rounded: nothing of a single letter. */
	return (struct nearest){
		.word = word, .length = length, .distance = (length + 1) / 3 + 1};
}

struct nearest nearest_to(const char *word)
{
	return nearest_to_n(word, strlen(word));
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

static size_t edit_distance(const char *a, size_t a_length, const char *b,
			    size_t b_length)
{
	size_t row[LONGEST + 1];

	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1,
				       diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_length];
}

void nearest_try(struct nearest *best, const char *candidate)
{
	size_t length = strlen(candidate);
	size_t distance;

	if (best->length > LONGEST || length > LONGEST)
		return;
	distance = edit_distance(best->word, best->length, candidate, length);
	if (distance >= best->distance)
		return;
	best->distance = distance;
	best->candidate = distance ? candidate : NULL;
}
