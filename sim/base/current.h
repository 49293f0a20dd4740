/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `current`, the only mutable thing outside a machine: one pointer a host thread. */
#ifndef SIM_BASE_CURRENT_H
#define SIM_BASE_CURRENT_H

#include <linux/sched.h>

/* Read on the hot path: not through a function, nor through a table of the linker's. */
extern _Thread_local struct task_struct *current_task
	__attribute__((visibility("hidden"), tls_model("initial-exec")));

#undef current
#define current current_task

#endif
