/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file's size, and what stands behind the file as that changes. Invariant: no block
 * lies beyond the end, and what is read there after the file has grown is zeroes.
 */
#ifndef SIM_FILE_SIZE_H
#define SIM_FILE_SIZE_H

#include "file/file.h"

/* Host memory for a file of so many pages. -ENOMEM: nothing has changed. */
int file_reserve(struct gupsim_file *file, unsigned long nr_pages);
/* i_size, and nothing else. The room is reserved. */
void file_set_size(struct gupsim_file *file, uint64_t bytes);
/*
 * Give up the blocks of the pages from @first to below @end. Nothing of them is mapped or
 * cached. -ENOMEM: of the host, which only happens within the file.
 */
int file_free_blocks(struct gupsim_file *file, pgoff_t first, pgoff_t end);
/* What is kept of the disk alone, blocks and holes. */
void free_disk_blocks(struct gupsim_file *file, pgoff_t first, pgoff_t end);
/* Zero what the last page has beyond i_size, as each file system does it. -ENOMEM. */
int file_zero_tail(struct gupsim_file *file);

#endif
