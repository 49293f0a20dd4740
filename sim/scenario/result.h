/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results: how they are written, compared and told. */
#ifndef SIM_SCENARIO_RESULT_H
#define SIM_SCENARIO_RESULT_H

#include "scenario/parser.h"

/* One column behind `->`, as parse_columns() reads them. */
bool result_read(struct parser *p, struct statement *statement, struct column *column);
bool result_equal(const struct result *a, const struct result *b);
/* "-EINVAL warn get_user_pages_remote", as a fixture says it; NULL: out of memory. */
const char *result_words(struct pool *pool, const struct result *result);

#endif
