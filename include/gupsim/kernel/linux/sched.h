/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks, and `current`: the one that runs in this host thread. */
#ifndef GUPSIM_LINUX_SCHED_H
#define GUPSIM_LINUX_SCHED_H

#include_next <linux/sched.h>
#include <linux/mm_types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct task_struct {
	struct mm_struct *mm; /* NULL once the task has exited */
	pid_t pid;	      /* counted up by the machine: no other task's, ever */
	unsigned int flags;   /* PF_* */
	unsigned long maj_flt, min_flt;
	bool sigkill_pending;
	bool sig_pending;	 /* another signal: see signal_pending() */
	struct gupsim_task *sim; /* libgupsim's own part */
};

#define PF_MEMALLOC_NOCMA 0x10000000

/* The task set by gupsim_set_current(), NULL when none is. One per host thread. */
struct task_struct *gupsim_current(void);

#ifdef __cplusplus
}

/* Not a macro: the standard library has members of this name. */
static const struct gupsim_current_task {
	struct task_struct *operator->() const
	{
		return gupsim_current();
	}
	operator struct task_struct *() const
	{
		return gupsim_current();
	}
} current = {};
#else
#define current gupsim_current()
#endif

#endif
