/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run whose statements a booted kernel has executed: results and pages come from what
 * its agent told, and no machine is there. Invariant: whatever the answers hold, only
 * their own fixture is judged by them.
 */
#ifndef SIM_SCENARIO_GUEST_H
#define SIM_SCENARIO_GUEST_H

#include "scenario/expect.h"
#include "scenario/run.h"

#define GUEST_FRAMES  65536 /* that it has numbers for */
#define GUEST_UNSET   (-1)  /* of an entry that the call did not write */
#define GUEST_NOTHING (-2)  /* as the guest says it of frames and VMAs */

/* A line that the agent wrote. Words lie in the text of the answers. */
struct answer {
	const char *line;
	int64_t n;     /* the statement */
	int64_t place; /* that was looked at; -1: the line is the statement's result */
	int64_t page, pages;
	const char *state; /* the line that tells of its frame as it was then */
};

struct guest {
	const char *name; /* of its release */
	uint64_t version;
	struct pool *pool;
	struct answer *answers;
	size_t nr, last;	      /* @last: the one that was found */
	struct seen **seen;	      /* pages, by the guest's numbers of frames */
	struct vm_area_struct **vmas; /* by its numbers of VMAs */
	const struct statement *looking;
	bool recorded;	    /* the answers were kept: it may not have been asked */
	const char *cannot; /* why its kernel cannot do what the fixture asks */
};

/* answers.c */

/*
 * The answers to the plan of @path in @text, which are lines of JSON. NULL: there are, or
 * @guest->cannot is set; otherwise what is wrong. -ENOMEM is in @guest->pool.
 */
const char *guest_read(struct guest *guest, const char *path, uint64_t plan,
		       const char *text);
/* The line about a page of a place of statement @n; NULL: there is none. */
const struct answer *answer_find(struct guest *guest, int64_t n, int64_t place,
				 int64_t page);
int64_t answer_number(const char *line, const char *key, int64_t otherwise);
const char *answer_text(struct pool *pool, const char *line, const char *key); /* or "" */
/* A list of numbers; NULL: there is none. */
const char *answer_list(const char *line, const char *key);
/* The next number of what is left of a list; GUEST_UNSET past its end. */
int64_t answer_next(const char **list);

/* seen.c */

/* The page of a number of a frame; NULL: it is none. */
struct page *guest_frame(struct guest *guest, int64_t frame);
/* The page that a line tells of, as it tells of it. */
struct page *guest_told(struct guest *guest, const struct answer *answer);
/* Who holds @page holds the compound page that begins with @frame, if they are there. */
void guest_set_head(struct guest *guest, struct page *page, int64_t frame);
struct vm_area_struct *guest_vma_numbered(struct guest *guest, int64_t number);

/* The page that was seen at a place of the `expect` that runs; NULL: none. */
struct page *guest_page(const struct run *run, const struct place *place, int64_t i);
uint64_t guest_pte(const struct run *run, const struct place *place, int64_t i);
/* The VMA that was seen there; NULL: none. */
struct vm_area_struct *guest_vma(const struct run *run, const struct place *place);
/* "none", "read" or "write": of the mm that the `expect` that runs is about. */
const char *guest_lock(const struct run *run);
/* Has the event that the `expect` that runs is about come to its end? */
bool guest_done(const struct run *run);
bool guest_interrupted(const struct run *run);
/* Has the agent said this word of the page, as "zero"? */
bool guest_page_is(const struct page *page, const char *word);
/* The page that has the references, and how many pins it counts beside them. */
const struct page *guest_head(const struct page *page);
int guest_pins(const struct page *page);

/* judge.c: what a statement came to. */
void guest_statement(struct run *run, const struct statement *s, struct result *result);

#endif
