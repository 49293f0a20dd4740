/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names that the pinning logic takes from the rest of the kernel and that the floors
 * below offer with a machine beside them. Here they find the machine through current.
 */
#ifndef SIM_GUP_SEAM_H
#define SIM_GUP_SEAM_H

#include "fault/fault.h"

#include <linux/sched/signal.h>

#define current_base() (current->sim->base)
#define WARN_ON_ONCE(cond) \
	base_warn_on(current_base(), (cond), __func__, "WARN_ON_ONCE(" #cond ")")
/* True: the machine is dead, and the caller returns whatever it likes. */
#define BUG_ON(cond)	 base_bug_on(current_base(), (cond), __func__, "BUG_ON(" #cond ")")

#define kcalloc(n, size) base_kcalloc(current_base(), (n), (size))
#define kfree(ptr)	 base_kfree(current_base(), (ptr))

/* A call gives back what it took itself. */
#define put_page(page) put_call_page(page)

/* The loop over the pages: see walk.c. @nonblocking: *@nonblocking becomes 0 if mmap_sem
 * was released. */
long __get_user_pages(struct task_struct *tsk, struct mm_struct *mm, unsigned long start,
		      unsigned long nr_pages, unsigned int gup_flags, struct page **pages,
		      struct vm_area_struct **vmas, int *nonblocking);

/* Pin with the retry protocol of @locked: see gup.c. */
long __get_user_pages_locked(struct task_struct *tsk, struct mm_struct *mm,
			     unsigned long start, unsigned long nr_pages,
			     struct page **pages, struct vm_area_struct **vmas,
			     int *locked, unsigned int flags);

/* Pin for an unbounded time if @gup_flags has FOLL_LONGTERM; never drops the lock. */
long __gup_longterm_locked(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   struct page **pages, struct vm_area_struct **vmas,
			   unsigned int gup_flags);

long get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked);
long get_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages, struct vm_area_struct **vmas);
long get_user_pages_locked(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages, int *locked);
long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     struct page **pages, unsigned int gup_flags);

#endif
