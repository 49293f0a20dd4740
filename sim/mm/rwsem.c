/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmap_sem: counted, reported when broken, the machine's end where it would never come.
 */
#include "mm/mm.h"

#include <errno.h>
#include <linux/sched/signal.h>

/* What a running call takes it relies on: a listener may not give it back. */
static bool taken_by_call(const struct rw_semaphore *sem)
{
	return sem->base->call_depth && !base_in_listener(sem->base);
}

void down_read(struct rw_semaphore *sem)
{
	if (!base_alive(sem->base))
		return;
	if (sem->writer) {
		base_die(sem->base, GUPSIM_DEAD_BLOCKS, "mmap_sem, held for writing");
		return;
	}
	sem->readers++;
	if (taken_by_call(sem))
		sem->lent++;
}

int down_read_killable(struct rw_semaphore *sem)
{
	if (sem->writer && current && fatal_signal_pending(current))
		return -EINTR;
	down_read(sem);
	return 0;
}

void up_read(struct rw_semaphore *sem)
{
	bool by_call = taken_by_call(sem);

	if (!base_alive(sem->base) ||
	    base_bug_on(sem->base, !sem->readers, __func__, "a lock that is not held") ||
	    base_bug_on(sem->base, !by_call && sem->readers == sem->lent, __func__,
			"a lock that a running call relies on"))
		return;
	sem->readers--;
	if (by_call && sem->lent)
		sem->lent--;
}

void down_write(struct rw_semaphore *sem)
{
	if (!base_alive(sem->base))
		return;
	if (rwsem_is_locked(sem)) {
		base_die(sem->base, GUPSIM_DEAD_BLOCKS, "mmap_sem, held already");
		return;
	}
	sem->writer = true;
	sem->owner = current;
}

void up_write(struct rw_semaphore *sem)
{
	if (!base_alive(sem->base))
		return;
	if (!base_bug_on(sem->base, !sem->writer, __func__, "a lock that is not held") &&
	    !base_bug_on(sem->base, sem->lent, __func__,
			 "a lock that a running call relies on"))
		sem->writer = false;
}

int rwsem_is_locked(struct rw_semaphore *sem)
{
	return sem->writer || sem->readers;
}

bool rwsem_is_contended(const struct rw_semaphore *sem)
{
	return sem->writer && sem->owner != current;
}

int mmap_write_trylock(struct mm_struct *mm)
{
	struct rw_semaphore *sem = &mm->mmap_sem;

	if (rwsem_is_locked(sem))
		return base_error(sem->base, -EDEADLK, "mmap_sem of %s is held for %s",
				  mm->sim->name, sem->writer ? "writing" : "reading");
	down_write(sem);
	return 0;
}

int mmap_read_trylock(struct mm_struct *mm)
{
	struct rw_semaphore *sem = &mm->mmap_sem;

	if (sem->writer)
		return base_error(sem->base, -EDEADLK,
				  "mmap_sem of %s is held for writing", mm->sim->name);
	down_read(sem);
	return 0;
}

void mmap_read_relock(struct mm_struct *mm)
{
	base_point(mm_base(mm), GUPSIM_POINT_LOCK_RETAKING);
	down_read(&mm->mmap_sem);
	base_point(mm_base(mm), GUPSIM_POINT_LOCK_RETAKEN);
}
