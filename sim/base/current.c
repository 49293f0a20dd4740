/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one pointer a host thread that libgupsim keeps outside its machines. */
#include "base/current.h"

_Thread_local struct task_struct *current_task;

struct task_struct *gupsim_current(void)
{
	return current_task;
}
