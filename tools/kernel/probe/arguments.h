/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a call is passed, whichever function it is to. */
#ifndef GUPSIM_PROBE_ARGUMENTS_H
#define GUPSIM_PROBE_ARGUMENTS_H

#include "probe.h"

struct arguments {
	struct mm_struct *mm;
	unsigned long start, nr;
	unsigned int flags;
	struct page **pages;
	struct vm_area_struct **vmas;
	int *locked;
	struct kept_lock *kept; /* the lock is held already */
};

/* doors.c: the functions that are not there to pin. -ENOSYS: this kernel has none such.
 */
long probe_door(u32 function, const struct arguments *args);
/* doors.c: the VMA of the vsyscall page; NULL: there is none. */
struct vm_area_struct *probe_gate_vma(void);

#endif
