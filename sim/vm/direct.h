/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing past the page cache, as O_DIRECT does. Invariant: what was cached of the pages
 * before is not any more, whoever holds it; the disk alone knows what was written.
 */
#ifndef SIM_VM_DIRECT_H
#define SIM_VM_DIRECT_H

#include "file/file.h"

/*
 * Take pages from @first to below @end off all who map them, but for private copies, and
 * out of the cache. They are clean: what was dirty has been written back. References are
 * not asked for: who holds such a page keeps it, and the file has it no more.
 */
void invalidate_inode_pages2_range(struct gupsim_file *file, pgoff_t first, pgoff_t end);

/*
 * Write @length bytes of @buf, and zeroes behind them, to each of the @nr pages from
 * @first on. -ENOMEM: of the host, before anything is written.
 */
int direct_write(struct gupsim_file *file, pgoff_t first, unsigned long nr,
		 const void *buf, size_t length);

#endif
