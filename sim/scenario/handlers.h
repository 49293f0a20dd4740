/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands behind the verb table. A check says what the shape of a verb cannot say,
 * and returns false when it has reported. A handler leaves a number in @result, 0 on
 * entry; a WARN, a BUG or a machine that died is found by who called it. A judge
 * finds in @result what any answer of a guest says.
 */
#ifndef SIM_SCENARIO_HANDLERS_H
#define SIM_SCENARIO_HANDLERS_H

#include "scenario/parser.h"
#include "scenario/run.h"

struct answer;
struct arguments;

#define CHECK(name) bool name(struct parser *p, struct statement *s)
#define HANDLER(name) \
	void name(struct run *run, const struct statement *s, struct result *result)
/* The call itself, and what it returned. */
#define INVOKE(name) long name(const struct arguments *a)
#define JUDGE(name)                                           \
	void name(struct run *run, const struct statement *s, \
		  const struct answer *answer, struct result *result)

/* check.c */
CHECK(check_ram);
CHECK(check_hugetlb);
CHECK(check_rule);
CHECK(check_option);
CHECK(check_pmem);
CHECK(check_file);
CHECK(check_truncate);
CHECK(check_punch);
CHECK(check_pwrite);
CHECK(check_fail);
CHECK(check_thread);
CHECK(check_fork);
CHECK(check_vma);
CHECK(check_munmap);
CHECK(check_mprotect);
CHECK(check_pkru);
CHECK(check_access);
CHECK(check_call);
CHECK(check_fixup);
CHECK(check_pre_fast);
CHECK(check_at);

/* devices.c */
HANDLER(handle_pmem);
HANDLER(handle_file);
HANDLER(handle_close);
HANDLER(handle_evict);
HANDLER(handle_truncate);
HANDLER(handle_punch);
HANDLER(handle_pwrite);
HANDLER(handle_fsync);
HANDLER(handle_io);
HANDLER(handle_device);
HANDLER(handle_drain);
HANDLER(handle_isolate);
HANDLER(handle_alloc_contig);
HANDLER(handle_putback);
HANDLER(handle_fail);

/* tasks.c */
HANDLER(handle_task);
HANDLER(handle_thread);
HANDLER(handle_fork);
HANDLER(handle_exit);
HANDLER(handle_kill);
HANDLER(handle_signal);
HANDLER(handle_vma);
HANDLER(handle_munmap);
HANDLER(handle_mprotect);
HANDLER(handle_pkru);
HANDLER(handle_madvise);
HANDLER(handle_mlock);
HANDLER(handle_munlock);
HANDLER(handle_hint);
HANDLER(handle_read);
HANDLER(handle_write);
HANDLER(handle_lock);
HANDLER(handle_unlock);

/* calls.c */
HANDLER(handle_call);
HANDLER(handle_get_page);
HANDLER(handle_put_page);
HANDLER(handle_unpin_user_page);
HANDLER(handle_unpin_user_pages);
HANDLER(handle_unpin_user_pages_dirty_lock);
HANDLER(handle_put);
HANDLER(handle_frame);

/* invoke.c */
INVOKE(invoke_remote);
INVOKE(invoke_local);
INVOKE(invoke_locked);
INVOKE(invoke_unlocked);
INVOKE(invoke_pin_remote);
INVOKE(invoke_pin);
INVOKE(invoke_pin_locked);
INVOKE(invoke_pin_unlocked);
INVOKE(invoke_fast);
INVOKE(invoke_pre_fast);
INVOKE(invoke_fast_only);
INVOKE(invoke_pin_fast);
INVOKE(invoke_pin_fast_only);
INVOKE(invoke_fixup);
INVOKE(invoke_dump);
INVOKE(invoke_follow);
INVOKE(invoke_populate_vma);
INVOKE(invoke_populate);

/* expect.c */
HANDLER(handle_expect);

/* judge_call.c */
JUDGE(judge_call);

/* judge.c */
JUDGE(judge_page);
JUDGE(judge_put);
JUDGE(judge_put_page);
JUDGE(judge_device);

#endif
