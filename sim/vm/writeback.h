/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing back: what is dirty gets to the disk and is clean. Invariant: a shared pte of a
 * clean page is read-only, so that the next write is noticed; a device's is not.
 */
#ifndef SIM_VM_WRITEBACK_H
#define SIM_VM_WRITEBACK_H

#include "file/file.h"

/* All that is dirty of a file, whoever holds it. -ENOMEM: of the host, for the disk. */
int write_back_file(struct gupsim_file *file);
/* The same of the pages from @first to below @end of a file on a disk. */
int write_back_range(struct gupsim_file *file, pgoff_t first, pgoff_t end);

#endif
