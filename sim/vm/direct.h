/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing past the page cache, as O_DIRECT does. Invariant: what was cached of the pages
 * before is not any more, whoever holds it; the disk alone knows what was written.
 */
#ifndef SIM_VM_DIRECT_H
#define SIM_VM_DIRECT_H

#include "file/file.h"

/*
 * Write @length bytes of @buf, and zeroes behind them, to each of the @nr pages from
 * @first on. -ENOMEM: of the host, before anything is written.
 */
int direct_write(struct gupsim_file *file, pgoff_t first, unsigned long nr,
		 const void *buf, size_t length);

#endif
