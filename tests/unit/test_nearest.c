/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Suggestions: a third of a word may be wrong, and a word is not meant by itself. */
#include "world.h"

#include "base/nearest.h"

#include <string.h>

static const char *const words[] = {"munmap", "mmap", "pmem", "fork", "expect", "put"};

static const char *suggest(struct nearest best)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		nearest_try(&best, words[i]);
	return best.candidate ? best.candidate : "nothing";
}

static void the_nearest_word_is_found(struct world *w)
{
	static const struct {
		const char *word, *meant;
	} rows[] = {
		{"munmpa", "munmap"}, /* two letters exchanged */
		{"mmp", "mmap"},      /* one missing */
		{"forks", "fork"},    /* one too many */
		{"exqekt", "expect"}, /* two wrong of six */
		{"pmap", "mmap"},     /* the first of what is equally near */
		{"put", "nothing"},   /* it is one of the words */
		{"mmen", "nothing"},  /* two wrong of four */
		{"pt", "put"},	      /* one wrong of two */
		{"p", "nothing"},     /* a single letter may mean anything */
		{"zzzzzz", "nothing"}, {"", "nothing"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_text(w, suggest(nearest_to(rows[i].word)), rows[i].meant);
}

static void only_the_length_given_counts(struct world *w)
{
	assert_text(w, suggest(nearest_to_n("frk(A, B)", 3)), "fork");
	assert_text(w, suggest(nearest_to_n("frk(A, B)", 9)), "nothing");
}

static void long_words_are_not_compared(struct world *w)
{
	char word[66], other[65];
	struct nearest best;

	memset(word, 'a', sizeof(word));
	memset(other, 'a', sizeof(other));
	word[65] = other[64] = '\0';
	other[0] = 'b';
	best = nearest_to(word);
	nearest_try(&best, other);
	assert_null(best.candidate);
	word[64] = '\0';
	best = nearest_to(word);
	nearest_try(&best, other);
	assert_is(w, best.candidate, other);
	assert_number(w, best.distance, 1);
}

SUITE(world_test(the_nearest_word_is_found), world_test(only_the_length_given_counts),
      world_test(long_words_are_not_compared))
