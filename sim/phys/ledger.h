/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ledger: who took each reference. What the machine's own structures take is counted
 * by kind; what a call hands out is kept with the call.
 * Invariant: the entries of a page sum up to its reference count, which wraps around,
 * unless somebody outside gave back what he did not hold; that is kept too, as a negative
 * entry of his.
 */
#ifndef SIM_PHYS_LEDGER_H
#define SIM_PHYS_LEDGER_H

#include "base/base.h"

#include <linux/mm_types.h>

enum ref_kind {
	REF_MAPPING,  /* a pte */
	REF_CACHE,    /* the page cache */
	REF_BUFFERS,  /* the file system's buffers */
	REF_PAGEVEC,  /* a per-CPU LRU pagevec */
	REF_ISOLATED, /* off the LRU, on somebody's list */
	REF_BASE,     /* the reference that a frame is born with: pmem, the zero page */
	REF_KERNEL,   /* a kernel function that is still running */
	REF_UNNAMED,  /* a get_page() that the host had no memory to name */
	NR_REF_KINDS,
};

struct call_ref {
	struct call_ref *next; /* the next older one */
	struct call *call;
	long count;
};

struct page_ledger {
	int kind[NR_REF_KINDS];
	struct call_ref *calls; /* youngest first */
};

struct ledger {
	struct page_ledger **chunk; /* by frame number / LEDGER_CHUNK; NULL: ledger off */
	size_t nr_chunks;
	struct ledger_block *blocks; /* the memory of one chunk or several */
	struct call_ref *spare;	     /* entries that no page has */
	struct call_ref_block *refs; /* the memory of all entries */
};

#define LEDGER_CHUNK 512

const char *ref_kind_name(enum ref_kind kind);

/* Room for entries about frames [first, first + nr). -ENOMEM. */
int ledger_reserve(struct base *base, struct ledger *ledger, unsigned long first,
		   unsigned long nr);
void ledger_destroy(struct base *base, struct ledger *ledger);

static inline struct page_ledger *ledger_of(const struct ledger *ledger,
					    unsigned long pfn)
{
	return &ledger->chunk[pfn / LEDGER_CHUNK][pfn % LEDGER_CHUNK];
}

/* @nr references more for @call. -ENOMEM: nothing is noted, take no reference. */
int ledger_take(struct base *base, struct ledger *ledger, struct page_ledger *page,
		struct call *call, long nr);
/* @nr less for @call, which has them. */
void ledger_drop(struct base *base, struct ledger *ledger, struct page_ledger *page,
		 struct call *call, long nr);
/*
 * @nr less for somebody outside: for a call of the name that is set and has as many, else
 * for any; each time for the youngest of current's, else for anyone's youngest. One
 * reference is not taken off a pin as long as there are others. False: no call has any.
 */
bool ledger_drop_youngest(struct base *base, struct ledger *ledger,
			  struct page_ledger *page, long nr);
/* Book @nr references as missing against @call. */
void ledger_book_missing(struct base *base, struct ledger *ledger,
			 struct page_ledger *page, struct call *call, long nr);
/* Who holds it, in words for people: "p of pin_user_pages(), get_page()". */
void ledger_holders(const struct page_ledger *page, char *words, size_t size);
/* The page is free: forget what was noted. */
void ledger_forget(struct base *base, struct ledger *ledger, struct page_ledger *page);

#endif
