/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page that is missing: the fault for it, and what that says of the next look. */
#ifndef SIM_GUP_FAULTIN_H
#define SIM_GUP_FAULTIN_H

#include "gup/follow.h"
#include "gup/gup.h"
#include "gup/seam.h"

#include <errno.h>

/* What a call keeps from page to page. */
struct walk {
	struct base *base;
	struct task_struct *tsk; /* who pays for faults */
	struct vm_area_struct *vma;
	unsigned int foll_flags, fault_flags; /* of the VMA */
	int *nonblocking;
	struct follow_page_context ctx;
	unsigned long faulted; /* the last page that was missing ... */
	int lookups;	       /* ... and how often it was looked for */
	unsigned long passed;  /* by follow_upper_level() */
};

/*
 * No flag of a kernel's, and of no caller's: each fault of the VMA that may be retried
 * is. As one of the flags that are looked at anyway it costs nothing where it is not set.
 */
#define FOLL_RETRY_FORCED 0x40000000u

/* Not there, or not as it has to be: a fault comes first. */
static inline bool is_missing(const struct page *page)
{
	return !page || page == ERR_PTR(-EMLINK);
}

/*
 * A fault for the page at @address, of which a look says that it is @missing. NULL: look
 * again; else the page, or an error to end with.
 */
struct page *bring_page(struct walk *walk, unsigned long address,
			const struct page *missing);

/* What a SIGKILL ends a call with. */
SIM_COLD int gup_killed(void);
/* The machine has died: the page at @address was looked for MAX_LOOKUPS times. */
SIM_COLD int gup_spins(unsigned long address);

#endif
