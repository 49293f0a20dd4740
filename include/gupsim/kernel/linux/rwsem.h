/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mmap_sem as a caller of the pinning functions takes it. A lock that would never be
 * granted (the machine has one CPU and nobody else to release it) ends the machine: its
 * state is GUPSIM_DEAD_BLOCKS. Giving back what is not held is a BUG, and so is, for a
 * listener, giving back the hold that the running call was made under.
 */
#ifndef GUPSIM_LINUX_RWSEM_H
#define GUPSIM_LINUX_RWSEM_H

#include <linux/mm_types.h>

#ifdef __cplusplus
extern "C" {
#endif

void down_read(struct rw_semaphore *sem);
/* -EINTR: it would have waited, and current has a SIGKILL pending. */
int down_read_killable(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
int rwsem_is_locked(struct rw_semaphore *sem);

#ifdef __cplusplus
}
#endif

#endif
