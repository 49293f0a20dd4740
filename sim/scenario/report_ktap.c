/* SPDX-License-Identifier: GPL-2.0-or-later */
/* KTAP version 1: a fixture on a release is a test, what it expects are its subtests. */
#include "scenario/report.h"

/* A description ends at a newline, and at a # that would begin a directive. */
static void ktap_text(const struct report *report, const char *text)
{
	char piece[2] = "";

	for (; *text; text++) {
		piece[0] = (unsigned char)*text < 0x20 || *text == '#' ? '_' : *text;
		report_put(report, piece);
	}
}

static void ktap_test(struct report *report, bool ok, const char *kernel,
		      const char *skip)
{
	report_printf(report, "%sok %zu ", ok ? "" : "not ", ++report->nr_tests);
	ktap_text(report, report->path);
	if (kernel)
		report_printf(report, "@%s", kernel);
	report_printf(report, "%s%s\n", skip ? " # SKIP " : "", skip ? skip : "");
}

static void ktap_failures(const struct report *report, const struct failure *failure)
{
	for (; failure; failure = failure->next) {
		if (failure->where)
			report_printf(report, "  # %s\n", failure->where);
		report_printf(report, "  # expected %s\n", failure->expected);
		report_printf(report, "  # actual   %s\n", failure->actual);
		for (const struct note *note = failure->trace; note; note = note->next)
			report_printf(report, "  # %s\n", note->text);
	}
}

static void ktap_row(const struct report *report, const struct record *record, size_t i,
		     size_t number)
{
	const struct row *row = &record->rows[i];

	ktap_failures(report, row->failures);
	report_printf(report, "  %sok %zu ", row->verdict == VERDICT_FAILED ? "not " : "",
		      number);
	if (i == record->story->nr_statements)
		report_put(report, "end of file");
	else
		report_printf(report, "line %zu", row->statement->line);
	report_put(report, row->verdict == VERDICT_SKIPPED ? " # SKIP not run\n" : "\n");
}

static void ktap_run(struct report *report, const struct record *record)
{
	size_t nr = 0, number = 0;

	for (size_t i = 0; i <= record->story->nr_statements; i++)
		nr += report_has_row(record, i);
	report_printf(report, "  KTAP version 1\n  1..%zu\n", nr);
	for (size_t i = 0; i <= record->story->nr_statements; i++)
		if (report_has_row(record, i))
			ktap_row(report, record, i, ++number);
	ktap_test(report, record->verdict == VERDICT_PASSED, report_kernel(record), NULL);
}

static void ktap_write(void *arg, const char *text)
{
	const struct report *report = arg;

	/* Pieces of a line come one by one; only whole lines end in a newline. */
	for (; *text; text++) {
		char piece[2] = {*text, '\0'};

		report_put(report, *text == '\n' ? "\n# " : piece);
	}
}

static void ktap_begin(struct report *report, size_t nr_tests)
{
	report_printf(report, "KTAP version 1\n1..%zu\n", nr_tests);
}

static void ktap_mistakes(struct report *report, const struct diags *diags)
{
	report_put(report, "# ");
	diags_write(diags, ktap_write, report);
	report_put(report, "\n");
	ktap_test(report, false, NULL, NULL);
}

static void ktap_unreadable(struct report *report, const char *why)
{
	report_printf(report, "# %s\n", why);
	ktap_test(report, false, NULL, NULL);
}

static void ktap_skip(struct report *report, const char *kernel, const char *why)
{
	ktap_test(report, true, kernel, why);
}

const struct report_form report_ktap = {
	.begin = ktap_begin,
	.mistakes = ktap_mistakes,
	.unreadable = ktap_unreadable,
	.run = ktap_run,
	.skip = ktap_skip,
};
