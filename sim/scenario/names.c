/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of flags, protections and the like, and what somebody may have meant. */
#include "scenario/names.h"

#include <linux/mm.h>
#include <stdio.h>
#include <string.h>

static bool is(const struct nearest *best, const char *candidate)
{
	return strlen(candidate) == best->length &&
	       !memcmp(candidate, best->word, best->length);
}

bool nearest_is(struct nearest *best, const char *candidate)
{
	if (is(best, candidate))
		return true;
	nearest_try(best, candidate);
	return false;
}

/* Flags. */

struct flag {
	const char *name;
	uint64_t value;
};

#define FOLL(name)                 \
	{                          \
#name, FOLL_##name \
	}
#define VM(name)                 \
	{                        \
#name, VM_##name \
	}

static const struct flag foll_flags[] = {
	FOLL(WRITE),	  FOLL(TOUCH),	       FOLL(GET),	FOLL(DUMP),
	FOLL(FORCE),	  FOLL(NOWAIT),	       FOLL(POPULATE),	FOLL(SPLIT),
	FOLL(HWPOISON),	  FOLL(NUMA),	       FOLL(MIGRATION), FOLL(TRIED),
	FOLL(MLOCK),	  FOLL(REMOTE),	       FOLL(COW),	FOLL(ANON),
	FOLL(LONGTERM),	  FOLL(SPLIT_PMD),     FOLL(PIN),	FOLL(FAST_ONLY),
	FOLL(PCI_P2PDMA), FOLL(INTERRUPTIBLE), FOLL(NOFAULT),	FOLL(HONOR_NUMA_FAULT),
	FOLL(UNLOCKABLE), FOLL(MADV_POPULATE), {NULL, 0},
};

/* Those that a caller of fixup_user_fault() passes. */
static const struct flag fault_flags[] = {
	{"WRITE", FAULT_FLAG_WRITE},
	{"UNSHARE", FAULT_FLAG_UNSHARE},
	{"REMOTE", FAULT_FLAG_REMOTE},
	{NULL, 0},
};

static const struct flag vm_flags[] = {
	VM(READ),	VM(WRITE),	 VM(EXEC),     VM(SHARED),    VM(MAYREAD),
	VM(MAYWRITE),	VM(MAYEXEC),	 VM(MAYSHARE), VM(GROWSDOWN), VM(PFNMAP),
	VM(LOCKED),	VM(IO),		 VM(SEQ_READ), VM(RAND_READ), VM(DONTCOPY),
	VM(DONTEXPAND), VM(LOCKONFAULT), VM(ACCOUNT),  VM(NORESERVE), VM(HUGETLB),
	VM(DONTDUMP),	VM(MIXEDMAP),	 VM(HUGEPAGE), {NULL, 0},
};

static uint64_t flag_find(const struct flag *flag, const char *prefix,
			  struct nearest *best)
{
	size_t skip = strlen(prefix);

	if (best->length > skip && !memcmp(best->word, prefix, skip))
		*best = nearest_to_n(best->word + skip, best->length - skip);
	while (flag->name && !nearest_is(best, flag->name))
		flag++;
	return flag->value;
}

uint64_t foll_flag(struct nearest *best)
{
	return flag_find(foll_flags, "FOLL_", best);
}

uint64_t fault_flag(struct nearest *best)
{
	return flag_find(fault_flags, "FAULT_FLAG_", best);
}

uint64_t vm_flag(struct nearest *best)
{
	return flag_find(vm_flags, "VM_", best);
}

const char *gupsim_flag_name(unsigned int flag)
{
	for (size_t i = 0; foll_flags[i].name; i++)
		if (foll_flags[i].value == flag)
			return foll_flags[i].name;
	return NULL;
}

const char *vm_flag_name(uint64_t flags)
{
	const struct flag *flag = vm_flags;

	while (flag->name && !(flag->value & flags))
		flag++;
	return flag->name ? flag->name : "none";
}

/* Rules. */

const struct gupsim_rule *rule_find(struct nearest *best)
{
	for (size_t i = 0; i < gupsim_nr_rules(); i++)
		if (is(best, gupsim_rule_info(i)->name))
			return gupsim_rule_info(i);
	for (size_t i = 0; i < gupsim_nr_rules(); i++)
		nearest_try(best, gupsim_rule_info(i)->name);
	return NULL;
}

bool rule_allows(const struct gupsim_rule *rule, struct nearest *best)
{
	for (size_t i = 0; rule->values[i]; i++)
		if (nearest_is(best, rule->values[i]))
			return true;
	return false;
}

/* Releases. */

static bool parse_part(const char **at, const char *end, uint64_t *part)
{
	const char *start = *at;

	*part = 0;
	for (; *at < end && **at >= '0' && **at <= '9'; ++*at)
		*part = *part * 10 + (**at - '0');
	return *at > start && *at - start <= 4;
}

bool version_parse(const char *text, size_t length, uint64_t *version, bool *point)
{
	const char *at = text, *end = text + length;
	uint64_t part[3] = {0};
	int parts = 0;

	do {
		if (at == end || *at++ != (parts ? '.' : 'v') || parts == 3 ||
		    !parse_part(&at, end, &part[parts++]))
			return false;
	} while (at < end);
	*version = part[0] << 32 | part[1] << 16 | part[2];
	*point = parts == 3;
	return parts >= 2;
}

bool version_read(const char *word, uint64_t *version)
{
	char name[32];
	int length = snprintf(name, sizeof(name), "%s%s", *word == 'v' ? "" : "v", word);
	bool point;

	return length < (int)sizeof(name) && version_parse(name, length, version, &point);
}

uint64_t version_of_kernel(size_t kernel)
{
	const char *name = gupsim_kernel_name(kernel);
	uint64_t version = 0;
	bool point;

	version_parse(name, strlen(name), &version, &point);
	return version;
}

static size_t kernel_below(uint64_t version)
{
	size_t kernel = 0;

	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		if (version_of_kernel(k) <= version)
			kernel = k;
	return kernel;
}

bool version_rule_is(uint64_t version, const char *rule, const char *value)
{
	struct gupsim_rule_cell cell;

	for (size_t r = 0; r < gupsim_nr_rules(); r++)
		if (!strcmp(gupsim_rule_info(r)->name, rule) &&
		    !gupsim_rule_cell(kernel_below(version), r, &cell))
			return !strcmp(cell.value, value);
	return false;
}

uint64_t versions_between(uint64_t from, uint64_t to)
{
	uint64_t set = 0;

	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		if (version_of_kernel(k) >= from && version_of_kernel(k) <= to)
			set |= (uint64_t)1 << k;
	return set;
}

bool kernel_descends(size_t kernel, size_t from)
{
	while (kernel != from && kernel < gupsim_nr_kernels())
		kernel = gupsim_kernel_before(kernel);
	return kernel == from;
}
