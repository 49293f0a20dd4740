/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a fixture that is given as text, with what it reports kept for a look. */
#ifndef UNIT_COLLECTED_H
#define UNIT_COLLECTED_H

#include <gupsim/scenario.h>

struct collected {
	int status;
	struct gupsim_scenario_result result;
	char *report;	/* what went to write */
	char *mistakes; /* what went to complain */
};

/* Run @length bytes as the fixture `t.gup`; @options NULL: the default. */
struct collected collect_bytes(const char *text, size_t length,
			       const struct gupsim_scenario_options *options);
struct collected collect(const char *text, const struct gupsim_scenario_options *options);
void collected_free(struct collected *collected);

/* Make the text at @all longer; NULL there is an empty one. */
void append_text(char **all, const char *text);

/* Options whose writers append to @collected. */
struct gupsim_scenario_options collecting(struct collected *collected,
					  const struct gupsim_scenario_options *options);

#endif
