/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ext4 remembers of the holes of an fsdax file: parts of them that were looked up,
 * or punched. Invariant: whoever looks one up is told of no more than the part that is
 * remembered, though the hole may be larger; of what is not, all of it is learnt.
 */
#include "file/holes.h"

static bool is_hole(const struct gupsim_file *file, pgoff_t index)
{
	return index < file->nr_extents && !file->extents[index];
}

static void learn_hole(struct gupsim_file *file, pgoff_t index)
{
	while (index && is_hole(file, index - 1))
		index--;
	for (; is_hole(file, index); index++)
		file->known_holes[index] = true;
	if (index == file->nr_extents)
		file->known_tail = true;
}

unsigned long file_map_hole(struct gupsim_file *file, pgoff_t index)
{
	pgoff_t end = index;

	if (!file->known_holes[index])
		learn_hole(file, index);
	while (is_hole(file, end) && file->known_holes[end])
		end++;
	return end - index;
}

static void remember(struct gupsim_file *file, pgoff_t first, pgoff_t end, bool known)
{
	for (pgoff_t i = first; i < end && i < file->nr_extents; i++)
		file->known_holes[i] = known;
}

void file_hole_punched(struct gupsim_file *file, pgoff_t first, pgoff_t end)
{
	bool known =
		base_rule(file->phys->base, RULE_PUNCH_STATUS) == PUNCH_STATUS_REMEMBERED;

	remember(file, first, end < file->nr_pages ? end : file->nr_pages, known);
}

void file_tail_cut(struct gupsim_file *file)
{
	remember(file, file->nr_pages, file->nr_extents, false);
	file->known_tail = false;
}
