/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of kernel releases. */
#include "base/release.h"

#include "base/nearest.h"

#include <errno.h>
#include <gupsim/version.h>
#include <string.h>

enum kernel {
	V5_5,
	V5_6,
	NR_KERNELS
};

static const struct {
	const char *name;
	/* Kernel headers from this version on, and below that one, fit. */
	unsigned int headers_from, headers_below;
} kernels[NR_KERNELS] = {
	[V5_5] = {"v5.5", GUPSIM_KERNEL_VERSION(5, 5, 0), GUPSIM_KERNEL_VERSION(5, 9, 0)},
	[V5_6] = {"v5.6", GUPSIM_KERNEL_VERSION(5, 5, 0), GUPSIM_KERNEL_VERSION(5, 9, 0)},
};

/* Functions that some releases lack: the first and the last that has it. */
static const struct {
	const char *name;
	enum kernel first, last;
} functions[] = {
	{"put_user_page", V5_5, V5_5},
	{"put_user_pages", V5_5, V5_5},
	{"put_user_pages_dirty_lock", V5_5, V5_5},
	{"pin_user_pages", V5_6, NR_KERNELS - 1},
	{"pin_user_pages_remote", V5_6, NR_KERNELS - 1},
	{"unpin_user_page", V5_6, NR_KERNELS - 1},
	{"unpin_user_pages", V5_6, NR_KERNELS - 1},
	{"unpin_user_pages_dirty_lock", V5_6, NR_KERNELS - 1},
};

/* How a cell is known: a booted kernel answered, its source was read, or from memory. */
enum evidence {
	MEASURED,
	SOURCE,
	MEMORY
};

static const char *const evidence_names[] = {
	[MEASURED] = "measured",
	[SOURCE] = "source",
	[MEMORY] = "memory",
};

struct cell {
	unsigned char value;
	enum evidence evidence;
	const char *commit; /* that gave the rule this value; NULL: it was always so */
};

#define WORDS(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

static const struct {
	struct gupsim_rule info;
	struct cell cell[NR_KERNELS];
} rules_table[NR_RULES] = {
	[RULE_GUP_FOLL_PIN] =
		{
			{"get_user_pages.foll_pin", "FOLL_PIN passed by a caller",
			 WORDS("ignored", "refused")},
			{[V5_5] = {FOLL_PIN_IGNORED, MEASURED, NULL},
			 [V5_6] = {FOLL_PIN_REFUSED, MEASURED, "eddb1c228f79"}},
		},
	[RULE_REMOTE_FOLL_PIN] =
		{
			{"get_user_pages_remote.foll_pin", "FOLL_PIN passed by a caller",
			 WORDS("ignored", "refused")},
			{[V5_5] = {FOLL_PIN_IGNORED, MEASURED, NULL},
			 [V5_6] = {FOLL_PIN_REFUSED, MEASURED, "eddb1c228f79"}},
		},
	[RULE_REMOTE_LONGTERM] =
		{
			{"get_user_pages_remote.longterm", "FOLL_LONGTERM on any mm",
			 WORDS("refused", "unless_locked")},
			{[V5_5] = {LONGTERM_REFUSED, MEASURED, NULL},
			 [V5_6] = {LONGTERM_UNLESS_LOCKED, MEASURED, "c4237f8b1f4f"}},
		},
	[RULE_LOCKED_FOLL_GET] =
		{
			{"__get_user_pages_locked.foll_get",
			 "a pages array implies FOLL_GET", WORDS("always", "unless_pin")},
			{[V5_5] = {FOLL_GET_ALWAYS, MEASURED, NULL},
			 [V5_6] = {FOLL_GET_UNLESS_PIN, MEASURED, "eddb1c228f79"}},
		},
	[RULE_PTE_GET_AND_PIN] =
		{
			{"follow_page_pte.get_and_pin", "FOLL_GET and FOLL_PIN together",
			 WORDS("allowed", "refused")},
			{[V5_5] = {GET_AND_PIN_ALLOWED, MEASURED, NULL},
			 [V5_6] = {GET_AND_PIN_REFUSED, MEASURED, "eddb1c228f79"}},
		},
	[RULE_DAX_VMAS] =
		{
			{"check_dax_vmas.fsdax", "a long-term pin of an fsdax mapping",
			 WORDS("refused", "accepted")},
			{[V5_5] = {DAX_VMAS_REFUSED, MEASURED, NULL},
			 [V5_6] = {DAX_VMAS_REFUSED, MEASURED, NULL}},
		},
	[RULE_CMA_MIGRATE] =
		{
			{"check_and_migrate_cma_pages.cma",
			 "a long-term pin of a page in a CMA area",
			 WORDS("migrated", "kept")},
			{[V5_5] = {CMA_MIGRATED, SOURCE, NULL},
			 [V5_6] = {CMA_MIGRATED, MEASURED, NULL}},
		},
};

static int kernel_by_name(const char *name)
{
	for (int k = 0; k < NR_KERNELS; k++)
		if (!strcmp(kernels[k].name, name))
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
		rules->value[r] = rules_table[r].cell[k].value;
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

int rules_override(struct rules *rules, const char *rule, const char *value,
		   const char **nearest)
{
	struct nearest best = nearest_to(rule);

	for (int r = 0; r < NR_RULES; r++) {
		const struct gupsim_rule *info = &rules_table[r].info;
		int v;

		nearest_try(&best, info->name);
		if (strcmp(info->name, rule))
			continue;
		v = value_by_name(info, value, nearest);
		if (v < 0)
			return v;
		rules->value[r] = v;
		return 0;
	}
	*nearest = best.candidate;
	return -EINVAL;
}

const char *rule_name(enum rule rule)
{
	return rule == RULE_NONE ? NULL : rules_table[rule].info.name;
}

const char *rule_value_name(const struct rules *rules, enum rule rule)
{
	return rule == RULE_NONE ? NULL
				 : rules_table[rule].info.values[rules->value[rule]];
}

bool release_has_function(unsigned int kernel, const char *func)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (!strcmp(functions[i].name, func))
			return kernel >= functions[i].first &&
			       kernel <= functions[i].last;
	return kernel < NR_KERNELS;
}

bool gupsim_kernel_has(size_t kernel, const char *func)
{
	return func && kernel < NR_KERNELS && release_has_function(kernel, func);
}

bool release_has_signatures_of(const char *kernel, unsigned int linux_version)
{
	int k = kernel_by_name(kernel);

	return k >= 0 && linux_version >= kernels[k].headers_from &&
	       linux_version < kernels[k].headers_below;
}

size_t gupsim_nr_kernels(void)
{
	return NR_KERNELS;
}

const char *gupsim_kernel_name(size_t kernel)
{
	return kernel < NR_KERNELS ? kernels[kernel].name : NULL;
}

size_t gupsim_nr_rules(void)
{
	return NR_RULES;
}

const struct gupsim_rule *gupsim_rule_info(size_t rule)
{
	return rule < NR_RULES ? &rules_table[rule].info : NULL;
}

int gupsim_rule_cell(size_t kernel, size_t rule, struct gupsim_rule_cell *out)
{
	const struct cell *cell;

	if (kernel >= NR_KERNELS || rule >= NR_RULES || !out)
		return -EINVAL;
	cell = &rules_table[rule].cell[kernel];
	*out = (struct gupsim_rule_cell){
		.value = rules_table[rule].info.values[cell->value],
		.evidence = evidence_names[cell->evidence],
		.commit = cell->commit,
		.changed = kernel > 0 && cell[-1].value != cell->value,
	};
	return 0;
}
