/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holes of fsdax files, as far as ext4 remembers them; of other files there are none. */
#ifndef SIM_FILE_HOLES_H
#define SIM_FILE_HOLES_H

#include "file/file.h"

/* A fault looks up the hole at @index: how many pages of it it is told of. */
unsigned long file_map_hole(struct gupsim_file *file, pgoff_t index);
/* The blocks of [first, end) are gone. */
void file_hole_punched(struct gupsim_file *file, pgoff_t first, pgoff_t end);
/* The file has been made shorter. */
void file_tail_cut(struct gupsim_file *file);

#endif
