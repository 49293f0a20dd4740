/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report for people: what failed and why; what held in a line. */
#include "scenario/report.h"

#include <gupsim/release.h>
#include <string.h>

/* Where a failure is, and the line in question. */
static void text_place(const struct report *report, const struct record *record,
		       const struct token *token)
{
	struct position at = source_position(record->story->source, token->offset);

	report_printf(report, "%s:%zu:%zu: on %s\n", report->path, at.line, at.column,
		      report_kernel(record));
	while (at.length && (*at.start == ' ' || *at.start == '\t')) {
		at.start++;
		at.length--;
	}
	report_printf(report, "    %.*s\n", (int)at.length, at.start);
}

/* Failures that the same call led to share its trace: it is told once. */
static void text_trace(const struct report *report, const struct failure *failure,
		       const char **told)
{
	if (!failure->call)
		return;
	report_printf(report, "  trace     %s\n", failure->call);
	if (*told && !strcmp(*told, failure->call)) {
		report_put(report, "    as above\n");
		return;
	}
	for (const struct note *note = failure->trace; note; note = note->next)
		report_printf(report, "    %s\n", note->text);
	*told = failure->call;
}

static void text_failure(const struct report *report, const struct record *record,
			 const struct row *row, const struct failure *failure)
{
	if (row->statement)
		text_place(report, record, &row->statement->token);
	else
		report_printf(report, "%s: on %s, at the end of the file\n", report->path,
			      report_kernel(record));
	if (failure->where)
		report_printf(report, "  where     %s\n", failure->where);
	report_printf(report, "  expected  %s\n", failure->expected);
	report_printf(report, "  actual    %s\n", failure->actual);
}

static void text_run(struct report *report, const struct record *record)
{
	const char *told = NULL;

	for (size_t i = 0; i <= record->story->nr_statements; i++) {
		const struct row *row = &record->rows[i];

		for (const struct failure *f = row->failures; f; f = f->next) {
			text_failure(report, record, row, f);
			text_trace(report, f, &told);
		}
	}
}

static void text_kernels(const struct report *report, const char *how, uint64_t kernels)
{
	report_put(report, how);
	if (report->booted) {
		report_printf(report, " %s", report->booted);
		return;
	}
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		if (kernels >> k & 1)
			report_printf(report, " %s", gupsim_kernel_name(k));
}

/* That it was not asked for on a release is only counted. */
static void text_skip(struct report *report, const char *kernel, const char *why)
{
	if (!kernel)
		report_printf(report, "skipped %s: %s\n", report->path, why);
}

static void text_fixture_end(struct report *report)
{
	if (!(report->passed | report->failed))
		return;
	report_printf(report, "%-6s  %s", report->failed ? "FAILED" : "ok", report->path);
	text_kernels(report, " on", report->failed ? report->failed : report->passed);
	if (report->failed && report->passed)
		text_kernels(report, ", held on", report->passed);
	report_put(report, "\n");
}

static void text_end(struct report *report)
{
	const struct gupsim_scenario_result *counts = &report->counts;

	report_printf(report, "%zu passed", counts->passed);
	if (counts->failed)
		report_printf(report, ", %zu failed", counts->failed);
	if (counts->skipped)
		report_printf(report, ", %zu skipped", counts->skipped);
	if (counts->errors)
		report_printf(report, ", %zu mistake%s in the input", counts->errors,
			      counts->errors == 1 ? "" : "s");
	report_put(report, "\n");
}

static void text_mistakes(struct report *report, const struct diags *diags)
{
	if (report->complain)
		diags_write(diags, report->complain, report->arg);
}

static void text_unreadable(struct report *report, const char *why)
{
	report_complain(report, "%s: %s\n", report->path, why);
}

const struct report_form report_text = {
	.mistakes = text_mistakes,
	.unreadable = text_unreadable,
	.run = text_run,
	.skip = text_skip,
	.fixture_end = text_fixture_end,
	.end = text_end,
};
