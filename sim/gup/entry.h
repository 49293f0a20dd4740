/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands around a call from outside: a call for the ledger and the trace, and the
 * locks that its caller keeps without being asked.
 */
#ifndef SIM_GUP_ENTRY_H
#define SIM_GUP_ENTRY_H

#include "base/release.h"
#include "gup/gup.h"

/* What sets the functions apart here. */
enum {
	TAKES_SEM = 0, /* the others are called with mmap_sem held */
	LENDS_SEM = 1,
	PINS = 2,	     /* one of the pin_ family */
	NEVER_LOCKS = 4,     /* held or not, it does not take it */
	REFUSES_UNKNOWN = 8, /* bits that are no flag */
};

struct api_call {
	const char *func;
	struct mm_struct *mm;
	unsigned int gup_flags; /* as the caller passed them */
	struct page **pages;
	unsigned int kind;

	struct base *base;
	struct call *outer;
	unsigned long refusals;	  /* of host memory, before this call */
	struct rw_semaphore *sem; /* lent by the caller; NULL: the function takes it */
	int lent;		  /* of sem, before this call */
	bool borrowed; /* sem was not held: the call does, in the caller's place */
};

static inline struct mm_struct *own_mm(void)
{
	return current ? current->mm : NULL;
}

/* 0, or why the call cannot be made. */
int api_call_begin(struct api_call *call, enum pin_function function,
		   struct mm_struct *mm, unsigned int gup_flags, struct page **pages,
		   unsigned int kind);
/* Returns @ret, or what became of it: a result, and how many pages it has handed out. */
long api_call_end(struct api_call *call, long ret);

#endif
