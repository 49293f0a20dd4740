/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of points: as a list, and as a page. */
#include "command.h"

#include <stdio.h>

static void print_list(void)
{
	for (int p = 0; p < GUPSIM_NR_POINTS; p++)
		printf("%-18s %s\n", gupsim_point_name(p), gupsim_point_meaning(p));
}

static void print_markdown(void)
{
	printf("# Points\n\n"
	       "Made by `gupsim points --markdown` from the table in "
	       "`sim/base/points.c`. "
	       "A point is a place where the kernel lets go of a lock, sleeps or may be "
	       "raced. A fixture has something happen there by `at POINT: STATEMENT`, a "
	       "program by `gupsim_listen()`. What a statement would need and the call "
	       "holds, as mmap_sem for writing or the lock of a page, it does not get: "
	       "its result is `would block`.\n\n"
	       "They are listed in the order in which a call comes to them.\n\n"
	       "| point | what is true there |\n|---|---|\n");
	for (int p = 0; p < GUPSIM_NR_POINTS; p++)
		printf("| `%s` | %s |\n", gupsim_point_name(p), gupsim_point_meaning(p));
}

int command_points(struct arguments *args, char **words)
{
	(void)words;
	(args->markdown ? print_markdown : print_list)();
	return 0;
}
