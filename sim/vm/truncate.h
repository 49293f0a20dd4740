/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ftruncate() and fallocate(): a file ends elsewhere, or has a hole. Invariant: what lies
 * beyond the end is mapped nowhere, and what was cut out nowhere but in private copies;
 * neither is cached, and a page that somebody holds lives on without a file.
 */
#ifndef SIM_VM_TRUNCATE_H
#define SIM_VM_TRUNCATE_H

#include "file/file.h"

/*
 * Let the file end at @bytes. -EDEADLK: it has to wait until the file's vfs->awaited is
 * idle; its size is what it was. -EINTR: the same, but for a signal. -ENOMEM: of the
 * host, or for the last page, with the size as asked for.
 */
int do_truncate(struct gupsim_file *file, uint64_t bytes);

/*
 * Take @nr pages from @first on out of the file, whose size stays. -EDEADLK, -EINTR: the
 * same. -EINVAL, -EBADF, -ENODEV, -EOPNOTSUPP: it can have no hole there. -ENOMEM: of the
 * host; the pages are gone, and what was on the disk may be there still.
 */
int vfs_punch_hole(struct gupsim_file *file, pgoff_t first, unsigned long nr);

/*
 * Take the pages from @first to below @end out of the cache and off all who map them. A
 * private copy is nothing of the file's, and stays.
 */
void truncate_pagecache_range(struct gupsim_file *file, pgoff_t first, pgoff_t end);

#endif
