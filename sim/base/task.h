/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine's own part of a task. It is known down here because `current` leads to it.
 * Invariant: whoever is in the middle of a call neither exits nor goes with its machine.
 */
#ifndef SIM_BASE_TASK_H
#define SIM_BASE_TASK_H

#include "base/current.h"

#include <sys/queue.h>

#define NAME_MAX_LENGTH 63

struct base;
struct gupsim_mm;

struct gupsim_task {
	struct task_struct task;
	struct base *base;
	struct gupsim_mm *active_mm; /* also once it has exited */
	uint32_t pkru;		     /* what it may do through each protection key */
	char name[NAME_MAX_LENGTH + 1];
	TAILQ_ENTRY(gupsim_task) link;
};

/* A task that was current when a listener came in, and is so again when it is through. */
struct interruption {
	const struct task_struct *task;
	const struct interruption *outer;
};

#endif
