// SPDX-License-Identifier: GPL-2.0-or-later
/* FOLL_ flags have other values, and some are missing, from release to release. */
#include "probe.h"

#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
/* These are no longer in a public header: bits 16 and up since v6.3. */
#define FOLL_TOUCH	(1 << 16)
#define FOLL_TRIED	(1 << 17)
#define FOLL_REMOTE	(1 << 18)
#define FOLL_PIN	(1 << 19)
#define FOLL_FAST_ONLY	(1 << 20)
#define FOLL_UNLOCKABLE (1 << 21)
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
#define FOLL_MADV_POPULATE (1 << 22)
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
#ifdef FOLL_FAST_ONLY
	{PROBE_FOLL_FAST_ONLY, FOLL_FAST_ONLY},
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
	{PROBE_FOLL_NOFAULT, FOLL_NOFAULT},
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	{PROBE_FOLL_PCI_P2PDMA, FOLL_PCI_P2PDMA},
	{PROBE_FOLL_INTERRUPTIBLE, FOLL_INTERRUPTIBLE},
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	{PROBE_FOLL_HONOR_NUMA_FAULT, FOLL_HONOR_NUMA_FAULT},
#endif
#ifdef FOLL_UNLOCKABLE
	{PROBE_FOLL_UNLOCKABLE, FOLL_UNLOCKABLE},
#endif
#ifdef FOLL_MADV_POPULATE
	{PROBE_FOLL_MADV_POPULATE, FOLL_MADV_POPULATE},
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
