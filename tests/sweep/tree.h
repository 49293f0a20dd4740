/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fixtures below a folder, in order of name. */
#ifndef SWEEP_TREE_H
#define SWEEP_TREE_H

#include <stddef.h>

struct tree {
	char **path, **text;
	size_t nr;
};

/* Exits the test program if the folder has no fixtures. */
struct tree tree_read(const char *folder);
void tree_free(struct tree *tree);

#endif
