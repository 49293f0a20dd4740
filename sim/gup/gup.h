/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pinning functions, as mm/gup.c has them: from the public ones down to the loop. */
#ifndef SIM_GUP_GUP_H
#define SIM_GUP_GUP_H

#include <linux/mm_types.h>
#include <linux/sched.h>

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

long pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked);
long pin_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages, struct vm_area_struct **vmas);

/* Pin for an unbounded time if @gup_flags has FOLL_LONGTERM; never drops the lock. */
long __gup_longterm_locked(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   struct page **pages, struct vm_area_struct **vmas,
			   unsigned int gup_flags);

/* Pin with the retry protocol of @locked. */
long __get_user_pages_locked(struct task_struct *tsk, struct mm_struct *mm,
			     unsigned long start, unsigned long nr_pages,
			     struct page **pages, struct vm_area_struct **vmas,
			     int *locked, unsigned int flags);

/* FOLL_GET goes with a pages array, unless FOLL_PIN takes its place. */
unsigned int add_foll_get(unsigned int flags, struct page **pages);

/* The loop over the pages. *@nonblocking becomes 0 if mmap_sem was released. */
long __get_user_pages(struct task_struct *tsk, struct mm_struct *mm, unsigned long start,
		      unsigned long nr_pages, unsigned int gup_flags, struct page **pages,
		      struct vm_area_struct **vmas, int *nonblocking);

#endif
