// SPDX-License-Identifier: GPL-2.0-or-later
/* Locks of mms that are kept while others work. */
#include "probe.h"

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/sched/mm.h>

struct kept_lock *probe_kept(struct probe *probe, const struct mm_struct *mm)
{
	for (int i = 0; i < PROBE_LOCKS; i++)
		if (probe->locks[i].mm == mm)
			return &probe->locks[i];
	return NULL;
}

bool probe_stays_locked(struct mm_struct *mm)
{
	for (int i = 0; rwsem_is_locked(&mm->mmap_lock) && i < 20; i++)
		msleep(1);
	return rwsem_is_locked(&mm->mmap_lock);
}

/* A call has given it back. */
void probe_lock_lost(struct kept_lock *lock)
{
	lock->count -= lock->count < 0 ? -1 : 1;
	if (lock->count)
		return;
	mmput(lock->mm);
	lock->mm = NULL;
}

static void give_back(struct kept_lock *lock)
{
	if (lock->count < 0)
		mmap_write_unlock(lock->mm);
	else
		mmap_read_unlock(lock->mm);
	probe_lock_lost(lock);
}

/* Whoever would have to wait would wait for itself. */
static int take(struct kept_lock *lock, struct mm_struct *mm, u32 mode)
{
	bool writes = mode == PROBE_LOCK_WRITE;

	if (writes ? rwsem_is_locked(&mm->mmap_lock) : !mmap_read_trylock(mm))
		return -EDEADLK;
	if (writes)
		mmap_write_lock(mm);
	if (!lock->mm) {
		mmget(mm);
		*lock = (struct kept_lock){.mm = mm};
	}
	lock->count += writes ? -1 : 1;
	return 0;
}

static int lock_mm(struct probe *probe, struct mm_struct *mm, u32 mode)
{
	struct kept_lock *lock = probe_kept(probe, mm);

	if (mode == PROBE_LOCK_NONE) {
		if (!lock)
			return -ENOLCK;
		give_back(lock);
		return 0;
	}
	lock = lock ? lock : probe_kept(probe, NULL);
	return lock ? take(lock, mm, mode) : -ENFILE;
}

int probe_lock(struct probe *probe, const struct probe_lock *lock)
{
	struct mm_struct *mm;
	int error;

	if (lock->mode >= PROBE_NR_LOCK_MODES || (!lock->pid && lock->mode))
		return -EINVAL;
	if (!lock->pid) {
		probe_unlock_all(probe);
		return 0;
	}
	mm = probe_mm(lock->pid);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	error = lock_mm(probe, mm, lock->mode);
	mmput(mm);
	return error;
}

void probe_unlock_all(struct probe *probe)
{
	for (int i = 0; i < PROBE_LOCKS; i++)
		while (probe->locks[i].mm)
			give_back(&probe->locks[i]);
}
