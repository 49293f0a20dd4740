/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each verb does. A handler leaves a number in @result, 0 on entry; a WARN, a BUG or
 * a machine that died is found by who called it.
 */
#ifndef SIM_SCENARIO_HANDLERS_H
#define SIM_SCENARIO_HANDLERS_H

#include "scenario/run.h"

#define HANDLER(name) \
	void name(struct run *run, const struct statement *s, struct result *result)

/* devices.c */
HANDLER(handle_pmem);
HANDLER(handle_file);
HANDLER(handle_evict);
HANDLER(handle_io);
HANDLER(handle_drain);
HANDLER(handle_isolate);
HANDLER(handle_putback);
HANDLER(handle_fail);

/* tasks.c */
HANDLER(handle_task);
HANDLER(handle_thread);
HANDLER(handle_fork);
HANDLER(handle_exit);
HANDLER(handle_kill);
HANDLER(handle_vma);
HANDLER(handle_munmap);
HANDLER(handle_read);
HANDLER(handle_write);
HANDLER(handle_lock);
HANDLER(handle_unlock);

/* calls.c */
HANDLER(handle_get_user_pages_remote);
HANDLER(handle_get_user_pages);
HANDLER(handle_get_user_pages_locked);
HANDLER(handle_get_user_pages_unlocked);
HANDLER(handle_get_page);
HANDLER(handle_put_page);
HANDLER(handle_put);
HANDLER(handle_frame);

/* expect.c */
HANDLER(handle_expect);

#endif
