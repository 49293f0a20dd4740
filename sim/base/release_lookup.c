/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the table of kernel releases answers: to the machine, by which rules it runs, and
 * to callers of the public API, what stands in a cell. No answer knows a release by name.
 */
#include "base/release_table.h"

#include "base/nearest.h"

#include <errno.h>
#include <gupsim/flags.h>
#include <string.h>

#define ALL_FOLL_FLAGS (GUPSIM_FOLL_MADV_POPULATE * 2 - 1)

static const struct release_change *change_of(const struct release_rule *row,
					      unsigned int kernel)
{
	const struct release_change *change = &row->changes[0];

	for (int i = 1; i < MAX_CHANGES && row->changes[i].since; i++)
		if (row->changes[i].since <= kernel)
			change = &row->changes[i];
	return change;
}

static int kernel_by_name(const char *name)
{
	for (int k = 0; k < NR_KERNELS; k++)
		if (!strcmp(release_kernels[k].name, name))
			return k;
	return -EINVAL;
}

int rules_of_release(const char *kernel, struct rules *rules)
{
	int k = kernel_by_name(kernel);

	if (k < 0)
		return k;
	rules->kernel = k;
	for (int r = 0; r < NR_RULES; r++)
		rules->value[r] = change_of(&release_rules[r], k)->value;
	return 0;
}

static int value_by_name(const struct gupsim_rule *info, const char *value,
			 const char **nearest)
{
	struct nearest best = nearest_to(value);

	for (int v = 0; info->values[v]; v++) {
		if (!strcmp(info->values[v], value))
			return v;
		nearest_try(&best, info->values[v]);
	}
	*nearest = best.candidate;
	return -EINVAL;
}

static int rule_by_name(const char *rule, const char **nearest)
{
	struct nearest best = nearest_to(rule);

	for (int r = 0; r < NR_RULES; r++)
		if (!strcmp(release_rules[r].info.name, rule))
			return r;
	for (int r = 0; r < NR_RULES; r++)
		nearest_try(&best, release_rules[r].info.name);
	*nearest = best.candidate;
	return -EINVAL;
}

int rules_override(struct rules *rules, const char *rule, const char *value,
		   const char **nearest)
{
	int r = rule_by_name(rule, nearest), v;

	if (r < 0)
		return r;
	v = value_by_name(&release_rules[r].info, value, nearest);
	if (v < 0)
		return v;
	rules->value[r] = v;
	return 0;
}

const char *rule_name(enum rule rule)
{
	return rule == RULE_NONE ? NULL : release_rules[rule].info.name;
}

const char *rule_value_name(const struct rules *rules, enum rule rule)
{
	return rule == RULE_NONE ? NULL
				 : release_rules[rule].info.values[rules->value[rule]];
}

const char *pin_function_name(enum pin_function function)
{
	return release_functions[function].name;
}

bool release_has(unsigned int kernel, enum pin_function function)
{
	const struct release_function *row = &release_functions[function];

	return kernel >= row->first && kernel <= row->last;
}

bool gupsim_kernel_has(size_t kernel, const char *func)
{
	if (!func || kernel >= NR_KERNELS)
		return false;
	for (size_t i = 0; i < NR_PIN_FUNCTIONS; i++)
		if (!strcmp(release_functions[i].name, func))
			return release_has(kernel, i);
	return true;
}

unsigned int gupsim_kernel_flags(size_t kernel)
{
	unsigned int has = kernel < NR_KERNELS ? ALL_FOLL_FLAGS : 0;

	for (const struct release_flag *row = release_flags; row->flags; row++)
		if (kernel < row->first || kernel > row->last)
			has &= ~row->flags;
	return has;
}

const char *gupsim_function_name(size_t nth)
{
	return nth < NR_PIN_FUNCTIONS ? release_functions[nth].name : NULL;
}

bool release_has_signatures_of(const char *kernel, unsigned int linux_version)
{
	int k = kernel_by_name(kernel);

	if (k < 0)
		return false;
	return !linux_version || (linux_version >= release_kernels[k].headers_from &&
				  linux_version < release_kernels[k].headers_below);
}

size_t gupsim_nr_kernels(void)
{
	return NR_KERNELS;
}

const char *gupsim_kernel_name(size_t kernel)
{
	return kernel < NR_KERNELS ? release_kernels[kernel].name : NULL;
}

size_t gupsim_kernel_before(size_t kernel)
{
	size_t before = kernel;

	if (!kernel || kernel >= NR_KERNELS)
		return NR_KERNELS;
	if (release_kernels[kernel].base)
		return release_kernels[kernel].base;
	do
		before--;
	while (release_kernels[before].base);
	return before;
}

size_t gupsim_nr_rules(void)
{
	return NR_RULES;
}

const struct gupsim_rule *gupsim_rule_info(size_t rule)
{
	return rule < NR_RULES ? &release_rules[rule].info : NULL;
}

/* NULL: calls come to it. */
static const struct release_change *gone_by(size_t kernel, size_t rule)
{
	const struct release_unreached *row = release_unreached;

	for (; row->rule != RULE_NONE; row++)
		if (row->rule == rule && kernel >= row->gone.since)
			return &row->gone;
	return NULL;
}

static bool cell_changed(size_t kernel, size_t rule)
{
	const struct release_rule *row = &release_rules[rule];
	size_t before = gupsim_kernel_before(kernel);

	return before < NR_KERNELS &&
	       (change_of(row, before)->value != change_of(row, kernel)->value ||
		!gone_by(before, rule) != !gone_by(kernel, rule));
}

static const char *evidence_name(char letter)
{
	return letter == 'm' || letter == 'c' ? "measured"
	       : letter == 's'		      ? "source"
					      : "memory";
}

static const char *kernel_asked(char letter, size_t kernel)
{
	return letter == 'm'   ? release_kernels[kernel].booted
	       : letter == 'c' ? release_kernels[kernel].booted_cma
			       : NULL;
}

int gupsim_rule_cell(size_t kernel, size_t rule, struct gupsim_rule_cell *out)
{
	const struct release_rule *row;
	const struct release_change *change, *gone;

	if (kernel >= NR_KERNELS || rule >= NR_RULES || !out)
		return -EINVAL;
	row = &release_rules[rule];
	change = change_of(row, kernel);
	gone = gone_by(kernel, rule);
	*out = (struct gupsim_rule_cell){
		.value = row->info.values[change->value],
		.reached = !gone,
		.evidence = evidence_name(row->evidence[kernel]),
		.asked = kernel_asked(row->evidence[kernel], kernel),
		.commit = gone ? gone->commit : change->commit,
		.first = gone ? gone->first : change->first,
		.changed = cell_changed(kernel, rule),
	};
	return 0;
}
