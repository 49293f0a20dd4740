/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fixtures below a folder, in order of name, and what comes of one. */
#ifndef SWEEP_TREE_H
#define SWEEP_TREE_H

#include <gupsim/scenario.h>

#include <stddef.h>

struct tree {
	char **path, **text;
	size_t nr;
};

/* Exits the test program if the folder has no fixtures. */
struct tree tree_read(const char *folder);
void tree_free(struct tree *tree);

/* Run @text as gupsim_scenario_run() does; @told: the report, to be freed. */
int run_told(const char *path, const char *text, struct gupsim_scenario_options options,
	     struct gupsim_scenario_result *result, char **told);

#endif
