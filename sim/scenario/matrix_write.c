/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table, for people and as JSON. */
#include "scenario/lex.h"
#include "scenario/matrix.h"
#include "scenario/names.h"
#include "scenario/verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MOST_CALL 60 /* characters of a call */
#define SHOWN	  64

/* What both forms say. */

static bool is_shown(const struct matrix_form *form, const struct matrix_row *row)
{
	return form->all || row->differs;
}

static bool is_there(const struct matrix *matrix, size_t kernel)
{
	return kernel < gupsim_nr_kernels() && (matrix->kernels >> kernel & 1);
}

/* The call as it stands in the fixture, without its result. */
static size_t call_words(const struct matrix *matrix, const struct matrix_row *row,
			 char *buf, size_t size)
{
	struct position at =
		source_position(&matrix->fixture->source, row->call->token.offset);
	size_t length = lex_statement_length(at.start, at.length);
	size_t indent = 0;

	while (indent < length && (at.start[indent] == ' ' || at.start[indent] == '\t'))
		indent++;
	return snprintf(buf, size, "%.*s", (int)(length - indent), at.start + indent);
}

static const char *function_of(const struct statement *s, size_t kernel)
{
	const struct verb *verb = verb_at(s, version_of_kernel(kernel));

	return verb ? verb->name : "nothing";
}

/* The cell whose commit makes the difference: of a point release, it may be its own. */
static struct gupsim_rule_cell cell_that_changed(const struct step *step,
						 const struct cause *cause)
{
	struct gupsim_rule_cell cell = {0}, base = {0}, after = {0};

	gupsim_rule_cell(step->from, cause->rule, &cell);
	gupsim_rule_cell(step->to, cause->rule, &after);
	if (!kernel_descends(step->to, step->from) &&
	    !gupsim_rule_cell(gupsim_kernel_before(step->from), cause->rule, &base) &&
	    !strcmp(base.value, after.value))
		return cell;
	return after;
}

/* Text. */

/* "-EINVAL!" for one with a WARN. */
static void cell_words(const char *result, char *buf, size_t size)
{
	const char *warn = result ? strstr(result, " warn ") : NULL;
	int length = warn ? (int)(warn - result) : SHOWN;

	snprintf(buf, size, "%.*s%s", length, result ? result : "-", warn ? "!" : "");
}

/* Two cells look alike, and only the function that warns tells them apart. */
static bool differs_in_warns(const struct matrix_row *row)
{
	char a[SHOWN + 2], b[SHOWN + 2];

	for (size_t k = 1; k < gupsim_nr_kernels(); k++)
		for (size_t other = 0; row->results[k] && other < k; other++) {
			if (!row->results[other] ||
			    !strcmp(row->results[k], row->results[other]))
				continue;
			cell_words(row->results[k], a, sizeof(a));
			cell_words(row->results[other], b, sizeof(b));
			if (!strcmp(a, b))
				return true;
		}
	return false;
}

static const char *warn_of(const struct matrix_row *row, size_t kernel)
{
	const char *warn =
		row->results[kernel] ? strstr(row->results[kernel], " warn ") : NULL;

	return warn ? warn + strlen(" warn ") : NULL;
}

/* "WARN in get_user_pages on v5.6 v5.7; in is_valid_gup_flags on v5.10" */
static void print_warns(const struct report *out, const struct matrix_row *row)
{
	const char *separator = "        WARN";

	for (size_t k = 0; k < gupsim_nr_kernels(); k++) {
		const char *warn = warn_of(row, k);
		bool told = !warn;

		for (size_t other = 0; other < k && !told; other++)
			told = warn_of(row, other) && !strcmp(warn, warn_of(row, other));
		if (told)
			continue;
		report_printf(out, "%s in %s on", separator, warn);
		separator = ";";
		for (size_t same = k; same < gupsim_nr_kernels(); same++)
			if (warn_of(row, same) && !strcmp(warn, warn_of(row, same)))
				report_printf(out, " %s", gupsim_kernel_name(same));
	}
	report_put(out, "\n");
}

static int column_width(const struct matrix_form *form, const struct matrix *matrix,
			size_t kernel)
{
	size_t width = strlen(gupsim_kernel_name(kernel));
	char buf[SHOWN + 2];

	for (const struct matrix_row *row = matrix->rows; row; row = row->next) {
		if (!is_shown(form, row))
			continue;
		cell_words(row->results[kernel], buf, sizeof(buf));
		width = strlen(buf) > width ? strlen(buf) : width;
	}
	return width;
}

static int call_width(const struct matrix_form *form, const struct matrix *matrix)
{
	char buf[MAX_LINE + 1];
	size_t width = 0;

	for (const struct matrix_row *row = matrix->rows; row; row = row->next) {
		size_t length = is_shown(form, row)
					? call_words(matrix, row, buf, sizeof(buf))
					: 0;

		width = length > width ? length : width;
	}
	return width < MOST_CALL ? width : MOST_CALL;
}

/* The last column of a line is not filled up. */
static void print_cells(const struct report *out, const struct matrix_form *form,
			const struct matrix *matrix, const struct matrix_row *row)
{
	char buf[SHOWN + 2];
	int behind = 0;

	for (size_t k = 0; k < gupsim_nr_kernels(); k++) {
		if (!is_there(matrix, k))
			continue;
		if (row)
			cell_words(row->results[k], buf, sizeof(buf));
		else
			snprintf(buf, sizeof(buf), "%s", gupsim_kernel_name(k));
		report_printf(out, "%*s  %s", behind, "", buf);
		behind = column_width(form, matrix, k) - (int)strlen(buf);
	}
	report_put(out, "\n");
}

static void print_causes(const struct report *out, const struct step *step)
{
	for (const struct cause *cause = step->causes; cause; cause = cause->next) {
		struct gupsim_rule_cell before, after, made;

		gupsim_rule_cell(step->from, cause->rule, &before);
		gupsim_rule_cell(step->to, cause->rule, &after);
		made = cell_that_changed(step, cause);
		report_printf(out, "%s %s: %s -> %s, commit %s",
			      cause == step->causes ? ""
			      : step->each	    ? " or"
						    : " and",
			      gupsim_rule_info(cause->rule)->name, before.value,
			      after.value, made.commit ? made.commit : "not known");
		if (made.first && strcmp(made.first, gupsim_kernel_name(step->to)))
			report_printf(out, " of %s", made.first);
	}
}

static void print_steps(const struct report *out, const struct matrix_row *row)
{
	for (const struct step *step = row->steps; step; step = step->next) {
		report_printf(out, "        %s -> %s:", gupsim_kernel_name(step->from),
			      gupsim_kernel_name(step->to));
		print_causes(out, step);
		if (step->functions)
			report_printf(out, "%s it calls %s() instead of %s()",
				      step->causes ? ";" : "",
				      function_of(row->call, step->to),
				      function_of(row->call, step->from));
		else if (!step->causes)
			report_put(out, " no rule that changed makes the difference");
		report_put(out, "\n");
	}
}

static void text_row(const struct report *out, const struct matrix_form *form,
		     const struct matrix *matrix, const struct matrix_row *row, int width)
{
	char buf[MAX_LINE + 1];
	size_t length = call_words(matrix, row, buf, sizeof(buf));

	if (length > (size_t)width)
		memcpy(buf + width - 3, "...", 4);
	report_printf(out, "%5zu  %-*s", row->call->line, width, buf);
	print_cells(out, form, matrix, row);
	if (differs_in_warns(row))
		print_warns(out, row);
	print_steps(out, row);
}

static void text_fixture(const struct report *out, const struct matrix_form *form,
			 const struct matrix *matrix, bool first)
{
	int width = call_width(form, matrix);

	report_printf(out, "%s%s\n", first ? "" : "\n", matrix->fixture->source.path);
	report_printf(out, "%5s  %-*s", "line", width, "call");
	print_cells(out, form, matrix, NULL);
	for (const struct matrix_row *row = matrix->rows; row; row = row->next)
		if (is_shown(form, row))
			text_row(out, form, matrix, row, width);
}

static void text_begin(const struct report *out)
{
	(void)out;
}

/* Of what could not be read nobody knows whether it differs. */
static void text_end(const struct report *out, bool any, bool compared)
{
	if (any)
		report_put(out, "\n-  not made there    !  with a WARN\n");
	else if (!out->counts.errors)
		report_put(out, compared ? "no call differs\n"
					 : "no fixture is for two of the releases\n");
}

const struct matrix_form matrix_text = {
	.begin = text_begin,
	.fixture = text_fixture,
	.end = text_end,
};

/* JSON. */

static void json_pair(const struct report *out, const char *separator, const char *name,
		      const char *text)
{
	report_printf(out, "%s\"%s\": ", separator, name);
	if (text)
		report_json_string(out, text);
	else
		report_put(out, "null");
}

static void json_results(const struct report *out, const struct matrix *matrix,
			 const struct matrix_row *row)
{
	const char *separator = "";

	report_put(out, ", \"results\": {");
	for (size_t k = 0; k < gupsim_nr_kernels(); k++) {
		if (!is_there(matrix, k))
			continue;
		json_pair(out, separator, gupsim_kernel_name(k), row->results[k]);
		separator = ", ";
	}
	report_put(out, "}");
}

static void json_causes(const struct report *out, const struct step *step)
{
	report_put(out, ", \"rules\": [");
	for (const struct cause *cause = step->causes; cause; cause = cause->next) {
		struct gupsim_rule_cell before = {0}, after = {0};

		gupsim_rule_cell(step->from, cause->rule, &before);
		gupsim_rule_cell(step->to, cause->rule, &after);
		json_pair(out, cause == step->causes ? "{" : ", {", "rule",
			  gupsim_rule_info(cause->rule)->name);
		json_pair(out, ", ", "before", before.value);
		json_pair(out, ", ", "after", after.value);
		json_pair(out, ", ", "commit", cell_that_changed(step, cause).commit);
		report_put(out, "}");
	}
	report_put(out, "]");
}

static void json_steps(const struct report *out, const struct matrix_row *row)
{
	report_put(out, ", \"changes\": [");
	for (const struct step *step = row->steps; step; step = step->next) {
		json_pair(out, step == row->steps ? "{" : ", {", "from",
			  gupsim_kernel_name(step->from));
		json_pair(out, ", ", "to", gupsim_kernel_name(step->to));
		json_causes(out, step);
		if (step->causes && step->causes->next)
			json_pair(out, ", ", "enough", step->each ? "each" : "all");
		if (step->functions)
			json_pair(out, ", ", "function",
				  function_of(row->call, step->to));
		report_put(out, "}");
	}
	report_put(out, "]");
}

static void json_row(const struct report *out, const struct matrix_form *form,
		     const struct matrix *matrix, const struct matrix_row *row)
{
	char buf[MAX_LINE + 1];

	call_words(matrix, row, buf, sizeof(buf));
	report_printf(out, "{\"line\": %zu", row->call->line);
	json_pair(out, ", ", "call", buf);
	report_printf(out, ", \"differs\": %s", row->differs ? "true" : "false");
	json_results(out, matrix, row);
	if (form->explain)
		json_steps(out, row);
	report_put(out, "}");
}

static void json_begin(const struct report *out)
{
	report_put(out, "{\"fixtures\": [");
}

static void json_fixture(const struct report *out, const struct matrix_form *form,
			 const struct matrix *matrix, bool first)
{
	const char *separator = "\n    ";

	json_pair(out, first ? "\n  {" : ",\n  {", "path", matrix->fixture->source.path);
	report_put(out, ", \"calls\": [");
	for (const struct matrix_row *row = matrix->rows; row; row = row->next) {
		if (!is_shown(form, row))
			continue;
		report_put(out, separator);
		json_row(out, form, matrix, row);
		separator = ",\n    ";
	}
	report_put(out, "]}");
}

static void json_end(const struct report *out, bool any, bool compared)
{
	(void)compared;
	report_printf(out, "%s], \"errors\": %zu}\n", any ? "\n" : "",
		      out->counts.errors);
}

const struct matrix_form matrix_json = {
	.begin = json_begin,
	.fixture = json_fixture,
	.end = json_end,
};
