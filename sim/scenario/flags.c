/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of flags. */
#include "scenario/flags.h"

#include <linux/mm.h>
#include <string.h>

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
	FOLL(WRITE),	 FOLL(TOUCH),	 FOLL(GET),	  FOLL(DUMP),	  FOLL(FORCE),
	FOLL(NOWAIT),	 FOLL(POPULATE), FOLL(SPLIT),	  FOLL(HWPOISON), FOLL(NUMA),
	FOLL(MIGRATION), FOLL(TRIED),	 FOLL(MLOCK),	  FOLL(REMOTE),	  FOLL(COW),
	FOLL(ANON),	 FOLL(LONGTERM), FOLL(SPLIT_PMD), FOLL(PIN),	  {NULL, 0},
};

static const struct flag vm_flags[] = {
	VM(READ),	VM(WRITE),    VM(EXEC),	     VM(SHARED),    VM(MAYREAD),
	VM(MAYWRITE),	VM(MAYEXEC),  VM(MAYSHARE),  VM(GROWSDOWN), VM(PFNMAP),
	VM(LOCKED),	VM(IO),	      VM(SEQ_READ),  VM(RAND_READ), VM(DONTCOPY),
	VM(DONTEXPAND), VM(ACCOUNT),  VM(NORESERVE), VM(HUGETLB),   VM(DONTDUMP),
	VM(MIXEDMAP),	VM(HUGEPAGE), {NULL, 0},
};

static uint64_t flag_find(const struct flag *flag, const char *prefix, const char *name,
			  size_t length, struct nearest *best)
{
	size_t skip = strlen(prefix);

	if (length > skip && !memcmp(name, prefix, skip)) {
		name += skip;
		length -= skip;
	}
	for (; flag->name; flag++) {
		if (strlen(flag->name) == length && !memcmp(flag->name, name, length))
			return flag->value;
		nearest_try(best, flag->name);
	}
	return 0;
}

uint64_t foll_flag(const char *name, size_t length, struct nearest *best)
{
	return flag_find(foll_flags, "FOLL_", name, length, best);
}

uint64_t vm_flag(const char *name, size_t length, struct nearest *best)
{
	return flag_find(vm_flags, "VM_", name, length, best);
}

const char *vm_flag_name(uint64_t flags)
{
	for (const struct flag *flag = vm_flags; flag->name; flag++)
		if (flag->value & flags)
			return flag->name;
	return "none";
}
