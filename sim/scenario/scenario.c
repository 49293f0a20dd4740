/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions, and the doors to fixtures: run them, or look into a run. */
#include "scenario/guest.h"
#include "scenario/names.h"
#include "scenario/parser.h"
#include "scenario/plan.h"
#include "scenario/session.h"
#include "scenario/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sessions. */

static void *host_realloc(void *arg, void *ptr, size_t size)
{
	struct host *host = arg;

	if (!size) {
		free(ptr);
		return NULL;
	}
	if (host->fail_in && --host->fail_in == 0) {
		host->failed = true;
		return NULL;
	}
	ptr = realloc(ptr, size);
	host->failed |= !ptr;
	return ptr;
}

static void unknown_kernel(struct session *session, const char *name, const char *others)
{
	report_refuse(&session->report, "unknown kernel '%s': there are ", name);
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		report_complain(&session->report, "%s, ", gupsim_kernel_name(k));
	report_complain(&session->report, "%s\n", others);
}

static bool is_all(const char *name)
{
	return !strcmp(name, "all");
}

static void select_kernel(struct session *session, const char *name)
{
	uint64_t found = 0, version;

	if (is_all(name))
		found = versions_between(0, UINT64_MAX);
	else if (version_read(name, &version))
		found = versions_between(version, version);
	session->named = true;
	session->kernels |= found;
	if (!found)
		unknown_kernel(session, name, "all");
}

static void unknown_value(struct session *session, const struct gupsim_rule *rule,
			  const char *value)
{
	report_refuse(&session->report, "unknown value '%s' of %s: there are", value,
		      rule->name);
	for (size_t i = 0; rule->values[i]; i++)
		report_complain(&session->report, "%s %s", i ? "," : "", rule->values[i]);
	report_complain(&session->report, "\n");
}

static void check_rule(struct session *session, const char *text)
{
	const char *equals = strchr(text, '=');
	struct nearest best = nearest_to_n(text, equals ? equals - text : 0);
	const struct gupsim_rule *rule = equals ? rule_find(&best) : NULL;

	if (!equals) {
		report_refuse(&session->report,
			      "a rule is given as NAME=VALUE, not '%s'\n", text);
	} else if (!rule) {
		report_unknown(&session->report, "rule", &best);
	} else {
		best = nearest_to(equals + 1);
		if (!rule_allows(rule, &best))
			unknown_value(session, rule, equals + 1);
	}
}

static bool all_there(const char *const *words, size_t nr)
{
	size_t i = 0;

	while (words && i < nr && words[i])
		i++;
	return i == nr;
}

int session_begin(struct session *session, const struct gupsim_scenario_options *asked)
{
	static const struct report_form *const forms[] = {
		[GUPSIM_TEXT] = &report_text,
		[GUPSIM_KTAP] = &report_ktap,
		[GUPSIM_JSON] = &report_json,
	};
	struct gupsim_scenario_options *options = &session->options;

	*session = (struct session){.named = false};
	if (asked && (!asked->size || asked->size > sizeof(*asked)))
		return -EINVAL;
	if (asked)
		memcpy(options, asked, asked->size);
	if (options->format > GUPSIM_JSON ||
	    !all_there(options->kernels, options->nr_kernels) ||
	    !all_there(options->rules, options->nr_rules))
		return -EINVAL;
	session->host.fail_in = options->fail_host;
	heap_init(&session->heap, host_realloc, &session->host);
	session->run_options = (struct run_options){
		.host = &session->host,
		.rules = options->rules,
		.nr_rules = options->nr_rules,
	};
	session->report = (struct report){
		.form = forms[options->format],
		.write = options->write,
		.complain = options->complain ? options->complain : options->write,
		.arg = options->write_arg,
	};
	for (size_t i = 0; i < options->nr_kernels; i++)
		select_kernel(session, options->kernels[i]);
	for (size_t i = 0; i < options->nr_rules; i++)
		check_rule(session, options->rules[i]);
	if (!session->named)
		session->kernels = ~(uint64_t)0;
	return 0;
}

static void name_one(struct session *session)
{
	report_refuse(&session->report, "name one release\n");
}

bool session_one_kernel(struct session *session, size_t *kernel)
{
	uint64_t set = session->kernels;

	for (*kernel = 0; *kernel + 1 < gupsim_nr_kernels() && !(set & 1); set >>= 1)
		++*kernel;
	if (session->options.nr_kernels == 1 && set == 1)
		return true;
	name_one(session);
	return false;
}

int session_end(struct session *session, struct gupsim_scenario_result *result, int error)
{
	const struct gupsim_scenario_result *counts = &session->report.counts;

	if (result) {
		result->passed += counts->passed;
		result->failed += counts->failed;
		result->skipped += counts->skipped;
		result->errors += counts->errors;
	}
	return error ? error : counts->errors ? 2 : counts->failed ? 1 : 0;
}

/* Fixtures. */

int fixture_open(struct session *session, struct fixture *fixture, bool read)
{
	pool_init(&fixture->pool, &session->heap);
	if (read)
		fixture->error = source_read(&session->heap, &fixture->source);
	if (fixture->error)
		return fixture->error == -ENOMEM ? -ENOMEM : 0;
	fixture->diags =
		(struct diags){.pool = &fixture->pool, .source = &fixture->source};
	return parse_story(&fixture->source, &fixture->diags, &fixture->story);
}

void fixture_close(struct session *session, struct fixture *fixture, bool read)
{
	story_destroy(&fixture->story, &session->heap);
	pool_destroy(&fixture->pool);
	if (read)
		heap_free(&session->heap, (char *)(uintptr_t)fixture->source.text);
}

int each_fixture(struct session *session, const struct input *input, fixture_fn fn,
		 void *arg)
{
	bool read = !input->text;
	int error = 0;

	for (size_t i = 0; i < input->nr && !error; i++) {
		struct fixture fixture = {
			.source = {input->paths[i], input->text, input->length}};

		error = fixture_open(session, &fixture, read);
		if (!error)
			error = fn(session, &fixture, arg);
		fixture_close(session, &fixture, read);
	}
	return error;
}

/* False: it could not be read, or there are mistakes in it. */
static bool fixture_is_right(const struct fixture *fixture)
{
	return !fixture->error && !fixture->diags.nr;
}

bool fixture_begin(struct session *session, const struct fixture *fixture)
{
	report_fixture(&session->report, fixture->source.path);
	if (fixture->error)
		report_unreadable(&session->report, strerror(-fixture->error));
	else if (fixture->diags.nr)
		report_mistakes(&session->report, &fixture->diags);
	return fixture_is_right(fixture);
}

/* One run; its record is reported if @tell. -ENOMEM. */
static int fixture_run(struct session *session, const struct fixture *fixture,
		       size_t kernel, bool tell)
{
	struct record record;
	struct pool pool;
	int error;

	pool_init(&pool, &session->heap);
	error = run_story(&fixture->story, kernel, &session->run_options, &pool, &record);
	if (!error && tell)
		report_run(&session->report, &record);
	pool_destroy(&pool);
	return error;
}

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

/* Booted kernels. */

/* The release of a guest, which need not be modelled. False: told. */
static bool guest_version(struct session *session, const char *name, uint64_t *version)
{
	if (version_read(name, version))
		return true;
	if (is_all(name))
		name_one(session);
	else
		unknown_kernel(session, name, "and point releases as v5.10.224");
	return false;
}

static uint64_t first_version(const struct story *story)
{
	const struct version_range *range = story->versions;
	uint64_t first = UINT64_MAX;

	for (; range; range = range->next)
		first = range->from < first ? range->from : first;
	return first;
}

static void tell_why(struct session *session, const struct plan *plan)
{
	session->report.counts.failed++;
	report_complain(&session->report, "%s:%zu: no plan: %s\n",
			plan->story->source->path, plan->at->line, plan->why);
}

struct booted {
	const char *kernel; /* its release; NULL: the first that a fixture is for */
	uint64_t version;
	const char *answers;
};

static const char *not_for(const struct booted *booted, const struct plan *plan)
{
	return pool_printf(plan->pool, "is for %s, not for %s",
			   story_releases(plan->story, plan->pool), booted->kernel);
}

static int plan_fixture(struct session *session, const struct fixture *fixture, void *arg)
{
	const struct booted *booted = arg;
	struct pool pool;
	struct plan plan = {
		.story = &fixture->story,
		.version = booted->version,
		.pool = &pool,
		.has_cma = session->options.guest_cma,
	};
	int error;

	if (!fixture_begin(session, fixture))
		return 0;
	if (!booted->kernel)
		plan.version = first_version(plan.story);
	pool_init(&pool, &session->heap);
	if (!story_is_for(plan.story, plan.version)) {
		report_complain(&session->report, "%s %s\n", fixture->source.path,
				not_for(booted, &plan));
	} else if (!plan_story(&plan)) {
		tell_why(session, &plan);
	} else {
		plan.out = &session->report;
		plan_story(&plan);
	}
	error = pool.failed ? -ENOMEM : 0;
	pool_destroy(&pool);
	return error;
}

int gupsim_scenario_plan(const char *const *paths, size_t nr, const char *kernel,
			 const struct gupsim_scenario_options *options)
{
	struct input input = {.paths = paths, .nr = nr};
	struct booted booted = {.kernel = kernel};
	struct session session;
	int error = paths && all_there(paths, nr) ? session_begin(&session, options)
						  : -EINVAL;

	if (error)
		return error;
	session.report.form = &report_text;
	if (!kernel || guest_version(&session, kernel, &booted.version))
		error = each_fixture(&session, &input, plan_fixture, &booted);
	return session_end(&session, NULL, error);
}

/* How answers begin that were kept. */
#define RECORDED "{\"recorded\":"

static void skip_because(struct session *session, const char *why)
{
	session->report.counts.skipped++;
	report_tell(&session->report, skip, NULL, why);
}

/* The answers to one fixture, held against it. -ENOMEM. */
static int judge_answers(struct session *session, const struct fixture *fixture,
			 const struct booted *booted, const struct plan *plan)
{
	struct pool *pool = plan->pool;
	struct guest guest = {
		.name = booted->kernel,
		.version = booted->version,
		.pool = pool,
		.recorded = !strncmp(booted->answers, RECORDED, strlen(RECORDED)),
	};
	const char *why =
		guest_read(&guest, fixture->source.path, plan->sum, booted->answers);
	int error;

	if (pool->failed)
		return -ENOMEM;
	if (why) {
		session->report.counts.failed++;
		report_tell(&session->report, unreadable, why);
		return 0;
	}
	if (guest.cannot) {
		skip_because(session, guest.cannot);
		return 0;
	}
	session->run_options.guest = &guest;
	error = fixture_run(session, fixture, 0, true);
	session->run_options.guest = NULL;
	return error;
}

static int judge_fixture(struct session *session, const struct fixture *fixture,
			 void *arg)
{
	const struct booted *booted = arg;
	struct pool pool;
	struct plan plan = {
		.story = &fixture->story,
		.version = booted->version,
		.pool = &pool,
		.has_cma = session->options.guest_cma,
	};
	int error = 0;

	if (!fixture_begin(session, fixture))
		return 0;
	pool_init(&pool, &session->heap);
	if (!story_is_for(plan.story, plan.version))
		skip_because(session,
			     pool_printf(&pool, "it %s", not_for(booted, &plan)));
	else if (!plan_story(&plan))
		skip_because(session, plan.why);
	else
		error = judge_answers(session, fixture, booted, &plan);
	report_tell(&session->report, fixture_end);
	error = pool.failed ? -ENOMEM : error;
	pool_destroy(&pool);
	return error;
}

int gupsim_scenario_judge(const char *const *paths, size_t nr, const char *kernel,
			  const char *answers,
			  const struct gupsim_scenario_options *options,
			  struct gupsim_scenario_result *result)
{
	struct input input = {.paths = paths, .nr = nr};
	struct booted booted = {.kernel = kernel, .answers = answers};
	struct session session;
	int error = paths && all_there(paths, nr) && kernel && answers
			    ? session_begin(&session, options)
			    : -EINVAL;

	if (error)
		return error;
	if (session.options.format == GUPSIM_KTAP || session.options.nr_rules)
		error = -EINVAL;
	else if (guest_version(&session, kernel, &booted.version)) {
		report_tell(&session.report, begin, nr);
		error = each_fixture(&session, &input, judge_fixture, &booted);
		report_tell(&session.report, end);
	}
	return session_end(&session, result, error);
}
