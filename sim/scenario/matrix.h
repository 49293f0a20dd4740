/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls against releases. Invariant: a result is there for each release that a fixture is
 * for and that was asked for, NULL where the call was not made.
 */
#ifndef SIM_SCENARIO_MATRIX_H
#define SIM_SCENARIO_MATRIX_H

#include "scenario/session.h"

/* A rule to which a difference between two releases was brought down. */
struct cause {
	struct cause *next;
	size_t rule;
};

/* A release and the one it is compared with, between which the call's result changes. */
struct step {
	struct step *next;
	size_t from, to;      /* releases */
	struct cause *causes; /* NULL: not the rules */
	bool each;	      /* of them is enough */
	bool functions;	      /* the call is to another function */
};

struct matrix_row {
	struct matrix_row *next;
	const struct statement *call;
	const char **results; /* by release */
	bool differs;
	struct step *steps;
};

struct matrix {
	const struct fixture *fixture;
	uint64_t kernels;
	struct matrix_row *rows;
};

struct matrix_form {
	bool all, explain;
	void (*begin)(const struct report *report);
	void (*fixture)(const struct report *report, const struct matrix_form *form,
			const struct matrix *matrix, bool first);
	/* Was any told; were there any of two releases, or more? */
	void (*end)(const struct report *report, bool any, bool compared);
};

extern const struct matrix_form matrix_text, matrix_json;

/* matrix_cause.c: fill in the steps of rows that differ. -ENOMEM. */
int matrix_explain(struct session *session, struct pool *pool, struct matrix *matrix);
/* Run it on a release, with more rules; what each statement gave, by its index. */
int matrix_run(struct session *session, struct pool *pool, const struct matrix *matrix,
	       size_t kernel, const struct run_options *options, const char ***results);

#endif
