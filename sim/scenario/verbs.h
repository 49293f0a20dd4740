/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The verb table: what a fixture can say, each verb once. Parser, executor, help and the
 * reference page all read it.
 */
#ifndef SIM_SCENARIO_VERBS_H
#define SIM_SCENARIO_VERBS_H

#include "scenario/story.h"

struct answer;
struct arguments;
struct parser;
struct plan;
struct run;

enum verb_trait {
	VERB_SETTING = 1,   /* comes before the machine exists; never fails */
	VERB_FUNCTION = 2,  /* a kernel function: needs a result */
	VERB_REACHES = 4,   /* can reach a point: may have `at` lines before it */
	VERB_PREFIX = 8,    /* comes before a statement; the parser knows it */
	VERB_COLUMNS = 16,  /* reads its own columns */
	VERB_NO_PAGES = 32, /* a function that fills no pages[] */
	VERB_ONE_PAGE = 64, /* one that returns a page */
	VERB_LOOKUP = 128,  /* one that holds a page only if its flags ask for it */
	VERB_AT_BOOT = 256, /* a guest has it from its boot on, and answers nothing */
	VERB_PINS = 512,    /* one of the pin_ family */
	VERB_GETS = 1024,   /* one that takes references, FOLL_PIN or not */
	VERB_FAST = 2048,   /* one that begins without the mm's lock */
	VERB_LOCKS = 4096,  /* one that takes the mm's lock itself */
	VERB_GONE = 8192,   /* one that no kernel has any more that can be asked */
};

struct verb {
	const char *name;
	const char *shape; /* see shape.h */
	enum symbol_kind declares;
	unsigned int traits;
	/* What the shape cannot say. False: reported. */
	bool (*check)(struct parser *p, struct statement *s);
	void (*run)(struct run *run, const struct statement *s, struct result *result);
	/* The call that a function is. */
	long (*invoke)(const struct arguments *args);
	/* The line of a plan that has a guest do it. False: it cannot. NULL: none can. */
	bool (*plan)(struct plan *plan, const struct statement *s);
	/* What its answer means for names and the result; NULL: no more than for any. */
	void (*judge)(struct run *run, const struct statement *s,
		      const struct answer *answer, struct result *result);
	const char *help; /* one line */
	const char *more; /* NULL: nothing to add */
	const char *example;
	const char *real; /* what a real kernel does for it; NULL: model-only */
};

const struct verb *verb_find(const char *name, size_t length);
/* What a function that differs by release is on @kernel; NULL: it has none. */
const struct verb *verb_of_alias(const struct symbol *alias, size_t kernel);
/* The same for a statement, whatever it is, on a release that need not be modelled. */
const struct verb *verb_at(const struct statement *s, uint64_t version);
const struct verb *verb_nth(size_t nth); /* NULL past the last */

#endif
