/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doors to fixtures: run them, or look into a run. */
#include "scenario/run.h"
#include "scenario/session.h"
#include "scenario/verbs.h"

#include <gupsim/release.h>
#include <errno.h>

/* Running. */

static int run_fixture(struct session *session, const struct fixture *fixture, void *arg)
{
	int error = 0;

	(void)arg;
	if (!fixture_begin(session, fixture))
		return 0;
	if (!fixture->story.kernels && !session->named)
		report_skip(&session->report, NULL);
	for (size_t k = 0; k < gupsim_nr_kernels() && !error; k++) {
		bool asked = session->kernels >> k & 1;

		if (asked && (fixture->story.kernels >> k & 1))
			error = fixture_run(session, fixture, k, true);
		else if (asked && session->named)
			report_skip(&session->report, gupsim_kernel_name(k));
	}
	report_tell(&session->report, fixture_end);
	return error;
}

static int count_tests(struct session *session, const struct fixture *fixture, void *arg)
{
	uint64_t kernels = session->kernels;
	size_t *nr = arg;

	if (!session->named)
		kernels &= fixture->story.kernels;
	if (!fixture_is_right(fixture) || !kernels)
		kernels = 1;
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		*nr += kernels >> k & 1;
	return 0;
}

static int run_input(const struct input *input,
		     const struct gupsim_scenario_options *options,
		     struct gupsim_scenario_result *result)
{
	struct session session;
	size_t nr_tests = 0;
	int error = session_begin(&session, options);

	if (error || session.report.counts.errors)
		return session_end(&session, result, error);
	if (session.options.format == GUPSIM_KTAP)
		error = each_fixture(&session, input, count_tests, &nr_tests);
	if (!error) {
		report_tell(&session.report, begin, nr_tests);
		error = each_fixture(&session, input, run_fixture, NULL);
		report_tell(&session.report, end);
	}
	return session_end(&session, result, error);
}

int gupsim_scenario_run_files(const char *const *paths, size_t nr,
			      const struct gupsim_scenario_options *options,
			      struct gupsim_scenario_result *result)
{
	struct input input = {.paths = paths, .nr = nr};

	return paths && all_there(paths, nr) ? run_input(&input, options, result)
					     : -EINVAL;
}

int gupsim_scenario_run_file(const char *path,
			     const struct gupsim_scenario_options *options,
			     struct gupsim_scenario_result *result)
{
	struct input input = {.paths = &path, .nr = 1};

	return path ? run_input(&input, options, result) : -EINVAL;
}

int gupsim_scenario_run(const char *path, const char *text, size_t length,
			const struct gupsim_scenario_options *options,
			struct gupsim_scenario_result *result)
{
	struct input input = {&path, 1, text, length};

	return path && text ? run_input(&input, options, result) : -EINVAL;
}

/* Looking into a run. */

struct watch {
	struct session *session;
	size_t line; /* 0: all */
	bool calls;  /* only lines with calls can be watched */
	bool found;
};

static void explain_statement(void *arg, struct run *run, const struct statement *s)
{
	const struct watch *watch = arg;
	const struct report *report = &watch->session->report;
	const struct source *source = run->story->source;
	struct position at;

	if (!s || run->last_call != s || (watch->line && watch->line != s->line))
		return;
	at = source_position(source, s->token.offset);
	report_printf(report, "%s:%zu: on %s\n    %.*s\n", source->path, s->line,
		      gupsim_kernel_name(run->kernel), (int)at.length, at.start);
	for (const struct note *note = explain_call(run, run->last_serial, SIZE_MAX);
	     note; note = note->next)
		report_printf(report, "  %s\n", note->text);
}

static void dump_at(void *arg, struct run *run, const struct statement *s)
{
	struct watch *watch = arg;
	const struct report *report = &watch->session->report;

	/* The state at a line is what the last statement up to it has left. */
	if (watch->found || run->frame || (s && s->next && s->next->line <= watch->line))
		return;
	watch->found = true;
	report_printf(report, "%s:%zu: on %s\n", run->story->source->path, watch->line,
		      gupsim_kernel_name(run->kernel));
	if (report->write)
		gupsim_dump(run->machine, report->write, report->arg);
}

static bool has_call_at(const struct statement *s, size_t line)
{
	for (; s; s = s->next) {
		if ((s->verb->traits & VERB_FUNCTION) && (!line || s->line == line))
			return true;
		for (const struct statement *at = s->ats; at; at = at->next)
			if (has_call_at(at->body, line))
				return true;
	}
	return false;
}

/* Why nothing can be seen there; NULL: something may. */
static const char *nothing_to_watch(const struct fixture *fixture,
				    const struct watch *watch, uint64_t kernels)
{
	const struct source *source = &fixture->source;

	if (watch->line >= source_position(source, source->length).line)
		return "there is no such line in this file";
	if (watch->calls && !has_call_at(fixture->story.statements, watch->line))
		return watch->line ? "there is no call in this line"
				   : "there is no call in this file";
	return kernels ? NULL : "the fixture is for none of the releases";
}

static int watch_fixture(struct session *session, const struct fixture *fixture,
			 void *arg)
{
	struct watch *watch = arg;
	uint64_t kernels = session->kernels & fixture->story.kernels;
	const char *why;
	int error = 0;

	if (!fixture_begin(session, fixture))
		return 0;
	why = nothing_to_watch(fixture, watch, kernels);
	if (why)
		report_unreadable(&session->report, why);
	for (size_t k = 0; !why && k < gupsim_nr_kernels() && !error; k++) {
		watch->found = false;
		if (kernels >> k & 1)
			error = fixture_run(session, fixture, k, false);
	}
	return error;
}

static int watch_file(const char *path, size_t line, run_watch_fn fn,
		      const struct gupsim_scenario_options *options)
{
	struct session session;
	struct watch watch = {&session, line, fn == explain_statement, false};
	struct input input = {.paths = &path, .nr = 1};
	int error = path ? session_begin(&session, options) : -EINVAL;

	if (error)
		return error;
	session.report.form = &report_text;
	session.run_options.watch = fn;
	session.run_options.watch_arg = &watch;
	if (!session.report.counts.errors)
		error = each_fixture(&session, &input, watch_fixture, &watch);
	return session_end(&session, NULL, error);
}

int gupsim_scenario_explain(const char *path, size_t line,
			    const struct gupsim_scenario_options *options)
{
	return watch_file(path, line, explain_statement, options);
}

int gupsim_scenario_dump(const char *path, size_t line,
			 const struct gupsim_scenario_options *options)
{
	return line ? watch_file(path, line, dump_at, options) : -EINVAL;
}
