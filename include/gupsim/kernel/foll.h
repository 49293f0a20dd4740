/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FOLL_* as the release that GUPSIM_LINUX_VERSION names has them, and the way from there
 * to the library's own numbers. A flag that the release lacks is not defined; those that
 * it keeps to itself have no name here, but what a caller passes in their bits arrives.
 */
#ifndef GUPSIM_KERNEL_FOLL_H
#define GUPSIM_KERNEL_FOLL_H

#include <gupsim/flags.h>
#include <gupsim/version.h>

#if !GUPSIM_LINUX_SINCE(5, 5, 0) || GUPSIM_LINUX_SINCE(6, 13, 0)
#error "GUPSIM_LINUX_VERSION: the kernel headers exist for v5.5 to v6.12"
#endif

#ifdef GUPSIM_BUILD /* the library itself: its own numbers, under the kernel's names */

#define FOLL_WRITE	      GUPSIM_FOLL_WRITE
#define FOLL_TOUCH	      GUPSIM_FOLL_TOUCH
#define FOLL_GET	      GUPSIM_FOLL_GET
#define FOLL_DUMP	      GUPSIM_FOLL_DUMP
#define FOLL_FORCE	      GUPSIM_FOLL_FORCE
#define FOLL_NOWAIT	      GUPSIM_FOLL_NOWAIT
#define FOLL_POPULATE	      GUPSIM_FOLL_POPULATE
#define FOLL_SPLIT	      GUPSIM_FOLL_SPLIT
#define FOLL_HWPOISON	      GUPSIM_FOLL_HWPOISON
#define FOLL_NUMA	      GUPSIM_FOLL_NUMA
#define FOLL_MIGRATION	      GUPSIM_FOLL_MIGRATION
#define FOLL_TRIED	      GUPSIM_FOLL_TRIED
#define FOLL_MLOCK	      GUPSIM_FOLL_MLOCK
#define FOLL_REMOTE	      GUPSIM_FOLL_REMOTE
#define FOLL_COW	      GUPSIM_FOLL_COW
#define FOLL_ANON	      GUPSIM_FOLL_ANON
#define FOLL_LONGTERM	      GUPSIM_FOLL_LONGTERM
#define FOLL_SPLIT_PMD	      GUPSIM_FOLL_SPLIT_PMD
#define FOLL_PIN	      GUPSIM_FOLL_PIN
#define FOLL_FAST_ONLY	      GUPSIM_FOLL_FAST_ONLY
#define FOLL_PCI_P2PDMA	      GUPSIM_FOLL_PCI_P2PDMA
#define FOLL_INTERRUPTIBLE    GUPSIM_FOLL_INTERRUPTIBLE
#define FOLL_NOFAULT	      GUPSIM_FOLL_NOFAULT
#define FOLL_HONOR_NUMA_FAULT GUPSIM_FOLL_HONOR_NUMA_FAULT
#define FOLL_UNLOCKABLE	      GUPSIM_FOLL_UNLOCKABLE
#define FOLL_MADV_POPULATE    GUPSIM_FOLL_MADV_POPULATE

#elif !GUPSIM_LINUX_SINCE(6, 3, 0)

#define FOLL_WRITE  0x01 /* the page will be written: break COW, need a writable pte */
#define FOLL_TOUCH  0x02 /* mark the page accessed, and dirty if written */
#define FOLL_GET    0x04 /* take a reference for each entry */
#define FOLL_DUMP   0x08 /* refuse holes and the zero page */
#define FOLL_FORCE  0x10 /* what the VMA may become counts, not what it is */
#define FOLL_NOWAIT 0x20 /* start I/O, do not wait for it */
#if !GUPSIM_LINUX_SINCE(5, 18, 0)
#define FOLL_POPULATE 0x40
#endif
#if !GUPSIM_LINUX_SINCE(5, 13, 0)
#define FOLL_SPLIT 0x80
#elif GUPSIM_LINUX_SINCE(5, 16, 0)
#define FOLL_NOFAULT 0x80 /* what is not there is -EFAULT */
#endif
#define FOLL_HWPOISON 0x100
#if !GUPSIM_LINUX_SINCE(6, 1, 0)
#define FOLL_NUMA 0x200
#endif
#if !GUPSIM_LINUX_SINCE(6, 2, 0)
#define FOLL_MIGRATION 0x400
#endif
#define FOLL_TRIED 0x800 /* internal: the second attempt at a page */
#if !GUPSIM_LINUX_SINCE(5, 18, 0)
#define FOLL_MLOCK 0x1000
#endif
#define FOLL_REMOTE 0x2000 /* internal: not current's own mm */
#if !GUPSIM_LINUX_SINCE(6, 0, 0)
#define FOLL_COW 0x4000 /* internal: a forced write has broken COW */
#endif
#define FOLL_ANON      0x8000  /* anonymous VMAs only */
#define FOLL_LONGTERM  0x10000 /* held for an unbounded time */
#define FOLL_SPLIT_PMD 0x20000
#if GUPSIM_LINUX_SINCE(5, 6, 0)
#define FOLL_PIN 0x40000 /* internal: callers are refused */
#endif
#if GUPSIM_LINUX_SINCE(5, 8, 0)
#define FOLL_FAST_ONLY 0x80000 /* internal */
#endif
#if GUPSIM_LINUX_SINCE(6, 2, 0)
#define FOLL_PCI_P2PDMA	   0x100000
#define FOLL_INTERRUPTIBLE 0x200000
#endif

#else

enum {
	FOLL_WRITE = 1 << 0,
	FOLL_GET = 1 << 1,
	FOLL_DUMP = 1 << 2,
	FOLL_FORCE = 1 << 3,
	FOLL_NOWAIT = 1 << 4,
	FOLL_NOFAULT = 1 << 5,
	FOLL_HWPOISON = 1 << 6,
	FOLL_ANON = 1 << 7,
	FOLL_LONGTERM = 1 << 8,
	FOLL_SPLIT_PMD = 1 << 9,
	FOLL_PCI_P2PDMA = 1 << 10,
	FOLL_INTERRUPTIBLE = 1 << 11,
#if GUPSIM_LINUX_SINCE(6, 5, 0)
	FOLL_HONOR_NUMA_FAULT = 1 << 12,
#endif
};

#endif

#ifndef GUPSIM_BUILD
#if !GUPSIM_LINUX_SINCE(6, 3, 0)

#define GUPSIM_FOLL_SINCE(major, minor, flags) \
	(GUPSIM_LINUX_SINCE(major, minor, 0) ? (flags) : 0u)
#define GUPSIM_FOLL_BEFORE(major, minor, flags) \
	(GUPSIM_LINUX_SINCE(major, minor, 0) ? 0u : (flags))

/* The flags that there are have the library's numbers, but for FOLL_NOFAULT. */
static inline unsigned int gupsim_foll_flags(unsigned int flags)
{
	const unsigned int alike =
		FOLL_WRITE | FOLL_TOUCH | FOLL_GET | FOLL_DUMP | FOLL_FORCE |
		FOLL_NOWAIT | FOLL_HWPOISON | FOLL_TRIED | FOLL_REMOTE | FOLL_ANON |
		FOLL_LONGTERM | FOLL_SPLIT_PMD |
		GUPSIM_FOLL_BEFORE(5, 13, GUPSIM_FOLL_SPLIT) |
		GUPSIM_FOLL_BEFORE(5, 18, GUPSIM_FOLL_POPULATE | GUPSIM_FOLL_MLOCK) |
		GUPSIM_FOLL_BEFORE(6, 0, GUPSIM_FOLL_COW) |
		GUPSIM_FOLL_BEFORE(6, 1, GUPSIM_FOLL_NUMA) |
		GUPSIM_FOLL_BEFORE(6, 2, GUPSIM_FOLL_MIGRATION) |
		GUPSIM_FOLL_SINCE(5, 6, GUPSIM_FOLL_PIN) |
		GUPSIM_FOLL_SINCE(5, 8, GUPSIM_FOLL_FAST_ONLY) |
		GUPSIM_FOLL_SINCE(6, 2,
				  GUPSIM_FOLL_PCI_P2PDMA | GUPSIM_FOLL_INTERRUPTIBLE);
	unsigned int ours = flags & alike, rest = flags & ~alike;

#ifdef FOLL_NOFAULT
	if (rest & FOLL_NOFAULT)
		ours |= GUPSIM_FOLL_NOFAULT;
	rest &= ~(unsigned int)FOLL_NOFAULT;
#endif
	return rest ? ours | GUPSIM_FOLL_UNKNOWN : ours;
}

#undef GUPSIM_FOLL_SINCE
#undef GUPSIM_FOLL_BEFORE

#else

/* Move the flag of bit @bit, if it is set, to @ours. */
static inline void gupsim_foll_flag(unsigned int *flags, unsigned int bit,
				    unsigned int *ours, unsigned int our_bit)
{
	if (*flags & bit)
		*ours |= our_bit;
	*flags &= ~bit;
}

#define GUPSIM_FOLL_NAMED(name) \
	gupsim_foll_flag(&flags, FOLL_##name, &ours, GUPSIM_FOLL_##name)
#define GUPSIM_FOLL_INTERNAL(bit, name) \
	gupsim_foll_flag(&flags, 1u << (bit), &ours, GUPSIM_FOLL_##name)

static inline unsigned int gupsim_foll_flags(unsigned int flags)
{
	unsigned int ours = 0;

	GUPSIM_FOLL_NAMED(WRITE);
	GUPSIM_FOLL_NAMED(GET);
	GUPSIM_FOLL_NAMED(DUMP);
	GUPSIM_FOLL_NAMED(FORCE);
	GUPSIM_FOLL_NAMED(NOWAIT);
	GUPSIM_FOLL_NAMED(NOFAULT);
	GUPSIM_FOLL_NAMED(HWPOISON);
	GUPSIM_FOLL_NAMED(ANON);
	GUPSIM_FOLL_NAMED(LONGTERM);
	GUPSIM_FOLL_NAMED(SPLIT_PMD);
	GUPSIM_FOLL_NAMED(PCI_P2PDMA);
	GUPSIM_FOLL_NAMED(INTERRUPTIBLE);
#if GUPSIM_LINUX_SINCE(6, 5, 0)
	GUPSIM_FOLL_NAMED(HONOR_NUMA_FAULT);
#endif
	/* Since v6.3 only mm/ has names for these. */
	GUPSIM_FOLL_INTERNAL(16, TOUCH);
	GUPSIM_FOLL_INTERNAL(17, TRIED);
	GUPSIM_FOLL_INTERNAL(18, REMOTE);
	GUPSIM_FOLL_INTERNAL(19, PIN);
	GUPSIM_FOLL_INTERNAL(20, FAST_ONLY);
	GUPSIM_FOLL_INTERNAL(21, UNLOCKABLE);
#if GUPSIM_LINUX_SINCE(6, 9, 0)
	GUPSIM_FOLL_INTERNAL(22, MADV_POPULATE);
#endif
	return flags ? ours | GUPSIM_FOLL_UNKNOWN : ours;
}

#undef GUPSIM_FOLL_NAMED
#undef GUPSIM_FOLL_INTERNAL

#endif
#endif

#endif
