/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all doors to fixtures share: the options, the memory, the files. Invariant: when a
 * session has ended, all memory that was taken for it is given back.
 */
#ifndef SIM_SCENARIO_SESSION_H
#define SIM_SCENARIO_SESSION_H

#include "scenario/report.h"

/* One use of the doors: its memory, and what was asked of it. */
struct session {
	struct gupsim_scenario_options options;
	struct host host;
	struct heap heap;
	struct run_options run_options;
	uint64_t kernels; /* asked for; all when none was named */
	bool named;
	struct report report;
};

/* One file, read and parsed. */
struct fixture {
	struct source source;
	struct pool pool;
	struct diags diags;
	struct story story;
	char *read; /* what of it must be freed */
	int error;  /* of reading it */
};

/* 0; 2: the options are wrong, which has been told; -EINVAL. */
int session_begin(struct session *session, const struct gupsim_scenario_options *options);
/* What a door returns: @error, or what the counts say. */
int session_end(struct session *session, struct gupsim_scenario_result *result,
		int error);

/* Parse fixture->source. -ENOMEM. */
int fixture_parse(struct session *session, struct fixture *fixture);
void fixture_close(struct session *session, struct fixture *fixture);
/* It could be read, and there is no mistake in it. */
bool fixture_is_right(const struct fixture *fixture);
void fixture_report_wrong(struct session *session, const struct fixture *fixture);
/* One run; its record is reported if @tell. -ENOMEM. */
int fixture_run(struct session *session, const struct fixture *fixture, size_t kernel,
		bool tell);

typedef int (*fixture_fn)(struct session *session, const struct fixture *fixture,
			  void *arg);

/* Open one file after the other and pass it to @fn, until that returns an error. */
int session_each(struct session *session, const char *const *paths, size_t nr,
		 fixture_fn fn, void *arg);

#endif
