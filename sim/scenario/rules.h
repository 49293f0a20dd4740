/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules and their values by name, for who overrides them. */
#ifndef SIM_SCENARIO_RULES_H
#define SIM_SCENARIO_RULES_H

#include "base/nearest.h"

#include <gupsim/observe.h>

/* NULL, false: there is none of that name; @best has tried all. */
const struct gupsim_rule *rule_find(const char *name, size_t length,
				    struct nearest *best);
bool rule_allows(const struct gupsim_rule *rule, const char *value, struct nearest *best);

#endif
