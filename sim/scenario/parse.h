/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From text to a story. */
#ifndef SIM_SCENARIO_PARSE_H
#define SIM_SCENARIO_PARSE_H

#include "scenario/parser.h"

/*
 * Parse and check @source; mistakes go to @diags, what is built comes from its pool.
 * Return: 0, also when there are mistakes; -ENOMEM.
 */
int parse_story(const struct source *source, struct diags *diags, struct story *story);

/* Read `| v5.6: B` after what stands there already, each column by @read. */
bool parse_columns(struct parser *p, struct statement *statement,
		   bool (*read)(struct parser *p, struct statement *statement,
				struct column *column));

#endif
