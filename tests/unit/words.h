/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of gupsim_error(): a call's own if it fails, and no new ones if it does not.
 */
#ifndef UNIT_WORDS_H
#define UNIT_WORDS_H

struct world;

/* Before @call, somebody else's words are the last. */
#define SPOKEN(call, expected) \
	words_at(w, (words_before(w), (call)), (expected), #call, __FILE__, __LINE__)
#define REFUSED(call) SPOKEN(call, -EINVAL)

void words_before(struct world *w);
void words_at(struct world *w, long actual, long expected, const char *what,
	      const char *file, int line);

#endif
