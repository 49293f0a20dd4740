/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One use of the doors to fixtures: its memory, and what was asked of it. Invariant: when
 * a session has ended, all memory that was taken for it is given back.
 */
#ifndef SIM_SCENARIO_SESSION_H
#define SIM_SCENARIO_SESSION_H

#include "scenario/report.h"
#include "scenario/source.h"
#include "scenario/story.h"

struct session {
	struct gupsim_scenario_options options;
	struct host host;
	struct heap heap;
	struct run_options run_options;
	uint64_t kernels; /* asked for; all when none was named */
	bool named;
	struct report report;
};

/* The files to open, or the one text that is there already. */
struct input {
	const char *const *paths;
	size_t nr;
	const char *text;
	size_t length;
};

/* One file, read and parsed. */
struct fixture {
	struct source source;
	struct pool pool;
	struct diags diags;
	struct story story;
	int error; /* of reading it */
};

typedef int (*fixture_fn)(struct session *session, const struct fixture *fixture,
			  void *arg);

/* Whether all of an array are there, as paths have to be. */
bool all_there(const char *const *words, size_t nr);
/* -EINVAL. Options that are wrong have been told and are counted as errors. */
int session_begin(struct session *session, const struct gupsim_scenario_options *asked);
/* The release that was asked for. False: it was not one; told. */
bool session_one_kernel(struct session *session, size_t *kernel);
/* The release of a guest, which need not be modelled. False: told. */
bool session_guest(struct session *session, const char *name, uint64_t *version);
/* What a door returns: @error, or what the counts say. */
int session_end(struct session *session, struct gupsim_scenario_result *result,
		int error);

/* -ENOMEM; another error of reading is kept in the fixture. @read: from its path. */
int fixture_open(struct session *session, struct fixture *fixture, bool read);
void fixture_close(struct session *session, struct fixture *fixture, bool read);
/* Open one file after the other and pass it to @fn, until that returns an error. */
int each_fixture(struct session *session, const struct input *input, fixture_fn fn,
		 void *arg);
/* False: it could not be read, or there are mistakes in it. */
bool fixture_is_right(const struct fixture *fixture);
/* The same; what is wrong is told. */
bool fixture_begin(struct session *session, const struct fixture *fixture);
/* One run; its record is reported if @tell. -ENOMEM: only what is left behind is. */
int fixture_run(struct session *session, const struct fixture *fixture, size_t kernel,
		bool tell);

#endif
