/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names that the pinning logic takes from the rest of the kernel and that the floors
 * below offer with a machine beside them: here they find the machine through current.
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

/* A call gives back what it took itself: the ledger has it under the call's name. */
#define put_page(page) put_call_page(page)

/* Does this release have the rule so? */
#define rule_is(rule, value) (base_rule(current_base(), RULE_##rule) == (value))

/*
 * Note, for whoever asks afterwards, what was decided: the words, the rule that was asked
 * for if there is one, and the result, to which it evaluates.
 */
#define decided(result, words) \
	base_decided(current_base(), __func__, (words), RULE_NONE, (result))
/* The same for a part of the kernel function @func. */
#define decided_in(func, result, words) \
	base_decided(current_base(), (func), (words), RULE_NONE, (result))
/* True: the rule is why; the caller has the result. */
#define refused_by(rule, words) \
	(base_decision(current_base(), __func__, RULE_##rule, (words)), true)
#define decided_by(rule, result, words) \
	base_decided(current_base(), __func__, (words), RULE_##rule, (result))

#endif
