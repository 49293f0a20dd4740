/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking into a run: its decisions, its state at a line. And help on the language. */
#include "scenario/explain.h"
#include "scenario/session.h"
#include "scenario/verbs.h"

#include <errno.h>

struct watch {
	struct session *session;
	size_t line; /* 0: all */
	bool found;
};

static void explain_statement(void *arg, struct run *run,
			      const struct statement *statement)
{
	const struct watch *watch = arg;
	const struct report *report = &watch->session->report;
	const struct source *source = run->story->source;
	struct note *notes = NULL;
	struct position at;

	if (!statement || run->last_call != statement ||
	    (watch->line && watch->line != statement->line))
		return;
	at = source_position(source, statement->token.offset);
	report_printf(report, "%s:%zu: on %s\n    %.*s\n", source->path, statement->line,
		      gupsim_kernel_name(run->kernel), (int)at.length, at.start);
	explain_call(run, run->last_serial, &notes);
	for (; notes; notes = notes->next)
		report_printf(report, "  %s\n", notes->text);
}

static void dump_at(void *arg, struct run *run, const struct statement *statement)
{
	struct watch *watch = arg;
	const struct report *report = &watch->session->report;

	/* The state at a line is what the last statement up to it has left. */
	if (watch->found || run->frame ||
	    (statement && statement->next && statement->next->line <= watch->line))
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
		for (const struct at *at = s->ats; at; at = at->next)
			if (has_call_at(at->body, line))
				return true;
	}
	return false;
}

static int watch_fixture(struct session *session, const struct fixture *fixture,
			 void *arg)
{
	struct watch *watch = arg;
	uint64_t kernels = session->kernels & fixture->story.kernels;
	bool calls = session->run_options.watch == explain_statement;
	int error = 0;

	report_fixture(&session->report, fixture->source.path);
	if (!fixture_is_right(fixture)) {
		fixture_report_wrong(session, fixture);
		return 0;
	}
	if (calls && !has_call_at(fixture->story.statements, watch->line)) {
		report_unreadable(&session->report,
				  watch->line ? "there is no call in this line"
					      : "there is no call in this file");
		return 0;
	}
	if (!kernels)
		report_unreadable(&session->report,
				  "the fixture is for none of the releases");
	for (size_t k = 0; k < gupsim_nr_kernels() && !error; k++) {
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
	struct watch watch = {&session, line, false};
	int error = path ? session_begin(&session, options) : -EINVAL;

	if (error)
		return error;
	session.report.format = GUPSIM_TEXT;
	session.run_options.watch = fn;
	session.run_options.watch_arg = &watch;
	error = session_each(&session, &path, 1, watch_fixture, &watch);
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

int gupsim_scenario_verbs(const char *name, bool markdown,
			  void (*write)(void *arg, const char *text), void *arg)
{
	if (!write || (name && markdown))
		return -EINVAL;
	if (!markdown)
		return verbs_help(name, write, arg);
	verbs_markdown(write, arg);
	return 0;
}
