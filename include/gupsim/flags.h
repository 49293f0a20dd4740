/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FOLL_* as the library has them: one numbering for all releases, which is what the
 * gupsim_ functions and numbers in fixtures mean. The kernel headers offer each release's
 * own numbers and translate them. No number here ever changes; what v5.6 has kept its
 * value.
 */
#ifndef GUPSIM_FLAGS_H
#define GUPSIM_FLAGS_H

#define GUPSIM_FOLL_WRITE	     0x01
#define GUPSIM_FOLL_TOUCH	     0x02
#define GUPSIM_FOLL_GET		     0x04
#define GUPSIM_FOLL_DUMP	     0x08
#define GUPSIM_FOLL_FORCE	     0x10
#define GUPSIM_FOLL_NOWAIT	     0x20
#define GUPSIM_FOLL_POPULATE	     0x40 /* gone in v5.18 */
#define GUPSIM_FOLL_SPLIT	     0x80 /* gone in v5.13 */
#define GUPSIM_FOLL_HWPOISON	     0x100
#define GUPSIM_FOLL_NUMA	     0x200 /* gone in v6.1 */
#define GUPSIM_FOLL_MIGRATION	     0x400 /* gone in v6.2 */
#define GUPSIM_FOLL_TRIED	     0x800
#define GUPSIM_FOLL_MLOCK	     0x1000 /* gone in v5.18 */
#define GUPSIM_FOLL_REMOTE	     0x2000
#define GUPSIM_FOLL_COW		     0x4000 /* gone in v6.0 */
#define GUPSIM_FOLL_ANON	     0x8000
#define GUPSIM_FOLL_LONGTERM	     0x10000
#define GUPSIM_FOLL_SPLIT_PMD	     0x20000
#define GUPSIM_FOLL_PIN		     0x40000   /* since v5.6 */
#define GUPSIM_FOLL_FAST_ONLY	     0x80000   /* since v5.8 */
#define GUPSIM_FOLL_PCI_P2PDMA	     0x100000  /* since v6.2 */
#define GUPSIM_FOLL_INTERRUPTIBLE    0x200000  /* since v6.2 */
#define GUPSIM_FOLL_NOFAULT	     0x400000  /* since v5.16 */
#define GUPSIM_FOLL_HONOR_NUMA_FAULT 0x800000  /* since v6.5 */
#define GUPSIM_FOLL_UNLOCKABLE	     0x1000000 /* since v6.3 */
#define GUPSIM_FOLL_MADV_POPULATE    0x2000000 /* since v6.9 */

/*
 * Bits that are no flag of the caller's release. The call notes that, and ignores them as
 * the kernel does; functions that check their flags refuse them. The same goes for a flag
 * that the machine's release lacks, and for a bit that has no name here, except that
 * nothing is noted.
 */
#define GUPSIM_FOLL_UNKNOWN 0x80000000u

#endif
