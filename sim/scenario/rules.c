/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking up rules. */
#include "scenario/rules.h"

#include <string.h>

const struct gupsim_rule *rule_find(const char *name, size_t length, struct nearest *best)
{
	for (size_t i = 0; i < gupsim_nr_rules(); i++) {
		const struct gupsim_rule *rule = gupsim_rule_info(i);

		if (strlen(rule->name) == length && !memcmp(rule->name, name, length))
			return rule;
		nearest_try(best, rule->name);
	}
	return NULL;
}

bool rule_allows(const struct gupsim_rule *rule, const char *value, struct nearest *best)
{
	for (size_t i = 0; rule->values[i]; i++) {
		if (!strcmp(rule->values[i], value))
			return true;
		nearest_try(best, rule->values[i]);
	}
	return false;
}
