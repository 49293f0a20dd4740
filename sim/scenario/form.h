/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A form of report: what it writes at each step. Steps that it has no words for are NULL.
 */
#ifndef SIM_SCENARIO_FORM_H
#define SIM_SCENARIO_FORM_H

#include "scenario/report.h"

struct report_form {
	void (*begin)(struct report *report, size_t nr_tests);
	void (*mistakes)(struct report *report, const struct diags *diags);
	void (*unreadable)(struct report *report, const char *why);
	void (*run)(struct report *report, const struct record *record);
	void (*skip)(struct report *report, size_t kernel);
	void (*fixture_end)(struct report *report);
	void (*end)(struct report *report);
};

extern const struct report_form report_text, report_ktap, report_json;

/* Does the row of a record say something: a result, an expectation, what went wrong? */
bool report_has_row(const struct record *record, size_t i);
/* Its line; 0: the end of the file. */
size_t report_line(const struct record *record, size_t i);

#endif
