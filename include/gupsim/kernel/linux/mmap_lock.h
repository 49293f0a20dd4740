/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock of an address space, by the names that it has since v5.8. */
#ifndef GUPSIM_LINUX_MMAP_LOCK_H
#define GUPSIM_LINUX_MMAP_LOCK_H

#include <linux/rwsem.h>

#if GUPSIM_LINUX_SINCE(5, 8, 0) && !defined(GUPSIM_BUILD)
static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

/* -EINTR: it would have waited, and current has a SIGKILL pending. */
static inline int mmap_read_lock_killable(struct mm_struct *mm)
{
	return down_read_killable(&mm->mmap_lock);
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_lock);
}

static inline void mmap_write_lock(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	up_write(&mm->mmap_lock);
}
#endif

#endif
