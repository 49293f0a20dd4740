/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting what came of fixtures, and passing it on to the form that was asked for. */
#include "scenario/report.h"

#include <gupsim/release.h>
#include <stdio.h>

void report_put(const struct report *report, const char *text)
{
	if (report->write)
		report->write(report->arg, text);
}

static void print(gupsim_write_fn write, void *arg, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static void print(gupsim_write_fn write, void *arg, const char *format, va_list args)
{
	char buf[1200]; /* a line of a fixture, and a little more */

	if (!write)
		return;
	vsnprintf(buf, sizeof(buf), format, args);
	write(arg, buf);
}

void report_printf(const struct report *report, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(report->write, report->arg, format, args);
	va_end(args);
}

void report_complain(const struct report *report, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(report->complain, report->arg, format, args);
	va_end(args);
}

void report_refuse(struct report *report, const char *format, ...)
{
	va_list args;

	report->counts.errors++;
	report_complain(report, "gupsim: ");
	va_start(args, format);
	print(report->complain, report->arg, format, args);
	va_end(args);
}

void report_unknown(struct report *report, const char *what, const struct nearest *best)
{
	bool near = best->candidate;

	report_refuse(report, "unknown %s '%.*s'%s%s%s\n", what, (int)best->length,
		      best->word, near ? "; did you mean '" : "",
		      near ? best->candidate : "", near ? "'?" : "");
}

const char *report_kernel(const struct record *record)
{
	return record->booted ? record->booted : gupsim_kernel_name(record->kernel);
}

bool report_has_row(const struct record *record, size_t i)
{
	const struct row *row = &record->rows[i];

	return i == record->story->nr_statements || row->failures ||
	       (row->statement && row->statement->columns);
}

void report_fixture(struct report *report, const char *path)
{
	report->path = path;
	report->passed = report->failed = 0;
}

void report_mistakes(struct report *report, const struct diags *diags)
{
	report->counts.errors += diags->nr;
	report->form->mistakes(report, diags);
}

void report_unreadable(struct report *report, const char *why)
{
	report->counts.errors++;
	report->form->unreadable(report, why);
}

void report_run(struct report *report, const struct record *record)
{
	uint64_t bit = record->booted ? 1 : (uint64_t)1 << record->kernel;
	bool passed = record->verdict == VERDICT_PASSED;

	report->booted = record->booted;
	report->counts.passed += passed;
	report->counts.failed += !passed;
	*(passed ? &report->passed : &report->failed) |= bit;
	report->form->run(report, record);
}

void report_skip(struct report *report, const char *kernel)
{
	report->counts.skipped++;
	report_tell(report, skip, kernel,
		    kernel ? "not for this release"
			   : "it names no release that is modelled");
}
