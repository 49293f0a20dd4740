/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gupsim_error() says of a call. */
#include "words.h"
#include "world.h"

#include "machine/machine.h"

#include <string.h>

static const char stale[] = "stale";

void words_before(struct world *w)
{
	base_error(&w->machine->base, 0, "%s", stale);
}

void words_at(struct world *w, long actual, long expected, const char *what,
	      const char *file, int line)
{
	const char *words = gupsim_error(w->machine);
	bool own = *words && strcmp(words, stale);

	result_at(w, actual, expected, what, file, line);
	if (own != (expected < 0))
		text_at(w, words, own ? "no words" : "words of its own", what, file,
			line);
}
