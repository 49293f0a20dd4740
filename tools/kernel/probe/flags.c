// SPDX-License-Identifier: GPL-2.0-or-later
/* FOLL_ flags have other values, and some are missing, from release to release. */
#include "probe.h"

#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
/* These are no longer in a public header: bits 16 to 19 since v6.3. */
#define FOLL_TOUCH  (1 << 16)
#define FOLL_TRIED  (1 << 17)
#define FOLL_REMOTE (1 << 18)
#define FOLL_PIN    (1 << 19)
#endif

struct flag {
	u32 ours;
	unsigned int kernels;
};

static const struct flag flags[] = {
	{PROBE_FOLL_WRITE, FOLL_WRITE},
	{PROBE_FOLL_TOUCH, FOLL_TOUCH},
	{PROBE_FOLL_GET, FOLL_GET},
	{PROBE_FOLL_DUMP, FOLL_DUMP},
	{PROBE_FOLL_FORCE, FOLL_FORCE},
	{PROBE_FOLL_NOWAIT, FOLL_NOWAIT},
	{PROBE_FOLL_HWPOISON, FOLL_HWPOISON},
	{PROBE_FOLL_TRIED, FOLL_TRIED},
	{PROBE_FOLL_REMOTE, FOLL_REMOTE},
	{PROBE_FOLL_ANON, FOLL_ANON},
	{PROBE_FOLL_LONGTERM, FOLL_LONGTERM},
	{PROBE_FOLL_SPLIT_PMD, FOLL_SPLIT_PMD},
	{PROBE_FOLL_PIN, FOLL_PIN},
#ifdef FOLL_POPULATE
	{PROBE_FOLL_POPULATE, FOLL_POPULATE},
#endif
#ifdef FOLL_SPLIT
	{PROBE_FOLL_SPLIT, FOLL_SPLIT},
#endif
#ifdef FOLL_NUMA
	{PROBE_FOLL_NUMA, FOLL_NUMA},
#endif
#ifdef FOLL_MIGRATION
	{PROBE_FOLL_MIGRATION, FOLL_MIGRATION},
#endif
#ifdef FOLL_MLOCK
	{PROBE_FOLL_MLOCK, FOLL_MLOCK},
#endif
#ifdef FOLL_COW
	{PROBE_FOLL_COW, FOLL_COW},
#endif
};

int probe_flags(u32 ours, unsigned int *foll)
{
	*foll = 0;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!(ours & flags[i].ours))
			continue;
		*foll |= flags[i].kernels;
		ours &= ~flags[i].ours;
	}
	return ours ? -EOPNOTSUPP : 0;
}
