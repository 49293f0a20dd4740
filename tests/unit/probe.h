/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One call of a pinning function, and all that it is seen to do: result, *locked, faults,
 * reports. The lock is taken before it, and afterwards it is as the function promises.
 */
#ifndef UNIT_PROBE_H
#define UNIT_PROBE_H

#include <gupsim/gupsim.h>
#include <stdbool.h>

struct world;

enum door {
	REMOTE,
	GUP,
	LOCKED,
	UNLOCKED, /* this one, and what follows, are called without the lock */
	FAST,
	PRE_FAST, /* __get_user_pages_fast() */
};

struct ask {
	enum door door;
	unsigned long start, nr;
	unsigned int flags;
	bool locked; /* pass &locked, which is 1 */
	bool no_pages, vmas;
	bool no_hold;		/* it takes no references: nothing to release */
	struct task_struct *of; /* REMOTE: whose mm; NULL: A's */
};

struct answer {
	long ret;
	bool dropped;		/* *locked is 0 on return */
	unsigned long min, maj; /* faults */
	const char *reports;	/* "WARN func, BUG func"; NULL: none */
};

/* ASK and GIVES in a call of probe(), ASKS and GETS in a table. */
#define ASKS(d, s, n, f, ...)                                                   \
	{                                                                       \
		.door = (d), .start = (s), .nr = (n), .flags = (f), __VA_ARGS__ \
	}
#define GETS(r, ...)                    \
	{                               \
		.ret = (r), __VA_ARGS__ \
	}
#define ASK(d, s, n, f, ...)  ((struct ask)ASKS(d, s, n, f, __VA_ARGS__))
#define GIVES(r, ...)	      ((struct answer)GETS(r, __VA_ARGS__))

#define probe(w, ask, answer) probe_at((w), (ask), (answer), __FILE__, __LINE__)
void probe_at(struct world *w, struct ask ask, struct answer want, const char *file,
	      int line);
/* Put every page that probes hold. */
void release(struct world *w);

#endif
