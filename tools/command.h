/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands of gupsim share. A command returns the exit status, or -errno; how
 * many words and which options it was given is checked before. */
#ifndef GUPSIM_COMMAND_H
#define GUPSIM_COMMAND_H

#include <gupsim/gupsim.h>

struct arguments {
	const char **kernels, **rules, **forced; /* with room for all of argv */
	struct gupsim_scenario_options options;
	bool markdown;
	const char *seed, *count, *directory; /* NULL: not given */
	unsigned int matrix;		      /* of GUPSIM_MATRIX_* */
};

/* What malloc() and its like return; without memory the command ends. */
void *checked(void *ptr);

/* fixtures.c */
int command_run(struct arguments *args, char **paths);
int command_explain(struct arguments *args, char **words);
int command_dump(struct arguments *args, char **words);
int command_plan(struct arguments *args, char **paths);
int command_judge(struct arguments *args, char **words);
int command_matrix(struct arguments *args, char **paths);

/* generate.c */
int command_random(struct arguments *args, char **words);
int command_reduce(struct arguments *args, char **words);

/* kernels.c */
int command_kernels(struct arguments *args, char **words);

/* points.c */
int command_points(struct arguments *args, char **words);

#endif
