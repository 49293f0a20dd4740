/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling what came of fixtures: text for people, KTAP version 1, JSON. Invariant: what
 * is written is well-formed whatever a path or a fixture holds.
 */
#ifndef SIM_SCENARIO_REPORT_H
#define SIM_SCENARIO_REPORT_H

#include "base/nearest.h"
#include "scenario/diag.h"
#include "scenario/run.h"

#include <gupsim/scenario.h>

struct report {
	const struct report_form *form;
	gupsim_write_fn write;	  /* NULL: nobody listens */
	gupsim_write_fn complain; /* mistakes in the input, but in KTAP and JSON */
	void *arg;
	struct gupsim_scenario_result counts;
	size_t nr_tests; /* told so far */
	/* The fixture that is being told: on which releases it held, and on which not. */
	const char *path;
	const char *booted; /* the guest that answered; NULL: the model did */
	uint64_t passed, failed;
};

/* What a form writes at each step; NULL: it has no words for that. */
struct report_form {
	/* @nr_tests: fixtures times releases; counted for KTAP alone. */
	void (*begin)(struct report *report, size_t nr_tests);
	void (*mistakes)(struct report *report, const struct diags *diags);
	void (*unreadable)(struct report *report, const char *why);
	void (*run)(struct report *report, const struct record *record);
	void (*skip)(struct report *report, const char *kernel, const char *why);
	void (*fixture_end)(struct report *report);
	void (*end)(struct report *report);
};

extern const struct report_form report_text, report_ktap, report_json;

/* Take a step of the form, if it has words for that. */
#define report_tell(report, step, ...) \
	((report)->form->step ? (report)->form->step(report, ##__VA_ARGS__) : (void)0)

void report_fixture(struct report *report, const char *path);
/* A file that cannot be run: mistakes, or a sentence why it cannot be read. */
void report_mistakes(struct report *report, const struct diags *diags);
void report_unreadable(struct report *report, const char *why);
void report_run(struct report *report, const struct record *record);
/* On one release; NULL: there is none on which it could run. */
void report_skip(struct report *report, const char *kernel);

/* A mistake in words, to who wants complaints. */
void report_complain(const struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same of what was asked for, which stands in no file: counted as an error. */
void report_refuse(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* "gupsim: unknown verb 'wirte'; did you mean 'write'?" */
void report_unknown(struct report *report, const char *what, const struct nearest *best);
void report_put(const struct report *report, const char *text);
void report_printf(const struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The release that a record is of. */
const char *report_kernel(const struct record *record);

/* In quotes, with what JSON wants escaped. */
void report_json_string(const struct report *report, const char *text);

/* Does the row of a record say something: a result, an expectation, what went wrong? */
bool report_has_row(const struct record *record, size_t i);

#endif
