/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON: one object, with a list of fixtures on releases. */
#include "scenario/report.h"

#include <string.h>

static const char *verdict_word(enum verdict verdict)
{
	return verdict == VERDICT_PASSED   ? "passed"
	       : verdict == VERDICT_FAILED ? "failed"
					   : "skipped";
}

static void json_escaped(const struct report *report, const char *at, size_t length)
{
	char buf[8];

	if (!length)
		report_put(report, "\\ufffd");
	else if (*at == '"' || *at == '\\')
		report_printf(report, "\\%c", *at);
	else if ((unsigned char)*at < 0x20)
		report_printf(report, "\\u%04x", *at);
	else {
		memcpy(buf, at, length);
		buf[length] = '\0';
		report_put(report, buf);
	}
}

void report_json_string(const struct report *report, const char *text)
{
	const char *end = text + strlen(text);

	report_put(report, "\"");
	while (text < end) {
		size_t length = utf8_length(text, end - text);

		json_escaped(report, text, length);
		text += length ? length : 1;
	}
	report_put(report, "\"");
}

static void json_member(const struct report *report, const char *name, const char *text)
{
	report_printf(report, ", \"%s\": ", name);
	report_json_string(report, text);
}

static void json_test(struct report *report, const char *kernel, const char *verdict)
{
	report_put(report, report->nr_tests++ ? ",\n  {\"path\": " : "\n  {\"path\": ");
	report_json_string(report, report->path);
	if (kernel)
		json_member(report, "kernel", kernel);
	json_member(report, "verdict", verdict);
}

static void json_failure(const struct report *report, const struct failure *failure)
{
	report_put(report, "{\"expected\": ");
	report_json_string(report, failure->expected);
	if (failure->where)
		json_member(report, "where", failure->where);
	json_member(report, "actual", failure->actual);
	report_put(report, ", \"trace\": [");
	for (const struct note *note = failure->trace; note; note = note->next) {
		report_json_string(report, note->text);
		report_put(report, note->next ? ", " : "");
	}
	report_put(report, "]}");
}

static void json_row(const struct report *report, const struct record *record, size_t i)
{
	const struct row *row = &record->rows[i];

	report_put(report, "\n    {");
	if (i == record->story->nr_statements)
		report_put(report, "\"line\": null");
	else
		report_printf(report, "\"line\": %zu", row->statement->line);
	json_member(report, "verdict", verdict_word(row->verdict));
	report_put(report, ", \"failures\": [");
	for (const struct failure *f = row->failures; f; f = f->next) {
		json_failure(report, f);
		report_put(report, f->next ? ", " : "");
	}
	report_put(report, "]}");
}

static void json_run(struct report *report, const struct record *record)
{
	bool first = true;

	json_test(report, report_kernel(record), verdict_word(record->verdict));
	report_put(report, ", \"checks\": [");
	for (size_t i = 0; i <= record->story->nr_statements; i++) {
		if (!report_has_row(record, i))
			continue;
		report_put(report, first ? "" : ",");
		json_row(report, record, i);
		first = false;
	}
	report_put(report, "]}");
}

static void json_mistakes(struct report *report, const struct diags *diags)
{
	json_test(report, NULL, "error");
	report_printf(report, ", \"mistakes\": %zu, \"first\": [", diags->nr);
	for (size_t i = 0; i < diags->nr && i < MAX_DIAGS; i++) {
		const struct diag *diag = &diags->kept[i];
		struct position at = source_position(diags->source, diag->offset);

		report_printf(report, "%s\n    {\"line\": %zu, \"column\": %zu",
			      i ? "," : "", at.line, at.column);
		json_member(report, "message", diag->message);
		report_put(report, "}");
	}
	report_put(report, "]}");
}

static void json_begin(struct report *report, size_t nr_tests)
{
	(void)nr_tests;
	report_put(report, "{\"tests\": [");
}

static void json_unreadable(struct report *report, const char *why)
{
	json_test(report, NULL, "error");
	json_member(report, "message", why);
	report_put(report, "}");
}

static void json_skip(struct report *report, const char *kernel, const char *why)
{
	(void)why;
	json_test(report, kernel, "skipped");
	report_put(report, "}");
}

static void json_end(struct report *report)
{
	const struct gupsim_scenario_result *counts = &report->counts;

	report_printf(report,
		      "\n], \"passed\": %zu, \"failed\": %zu, \"skipped\": %zu, "
		      "\"errors\": %zu}\n",
		      counts->passed, counts->failed, counts->skipped, counts->errors);
}

const struct report_form report_json = {
	.begin = json_begin,
	.mistakes = json_mistakes,
	.unreadable = json_unreadable,
	.run = json_run,
	.skip = json_skip,
	.end = json_end,
};
