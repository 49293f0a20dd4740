/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUPSIM_LINUX_SCHED_SIGNAL_H
#define GUPSIM_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

/* A SIGKILL is on its way to the task: see gupsim_kill(). */
static inline int fatal_signal_pending(struct task_struct *task)
{
	return task->sigkill_pending;
}

/* Any signal is: see gupsim_signal(). */
static inline int signal_pending(struct task_struct *task)
{
	return task->sig_pending || task->sigkill_pending;
}

#endif
