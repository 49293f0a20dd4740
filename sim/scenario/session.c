/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options, files, and how a session ends. */
#include "scenario/session.h"
#include "scenario/parser.h"
#include "scenario/names.h"

#include <errno.h>
#include <string.h>

static bool wrong(struct session *session, const char *what, const struct nearest *best)
{
	bool near = best->candidate;

	report_complain(&session->report, "unknown %s '%.*s'%s%s%s\n", what,
			(int)best->length, best->word, near ? "; did you mean '" : "",
			near ? best->candidate : "", near ? "'?" : "");
	session->report.counts.errors++;
	return false;
}

static bool select_kernel(struct session *session, const char *name)
{
	struct nearest best = nearest_to(name);
	uint64_t found = 0;

	for (size_t k = 0; k < gupsim_nr_kernels(); k++) {
		if (nearest_is(&best, gupsim_kernel_name(k)) || !strcmp(name, "all"))
			found |= (uint64_t)1 << k;
	}
	session->named = true;
	session->kernels |= found;
	return found || wrong(session, "kernel", &best);
}

static bool select_rule(struct session *session, const char *text)
{
	const char *equals = strchr(text, '=');
	struct nearest best = nearest_to_n(text, equals ? equals - text : 0);
	const struct gupsim_rule *rule;

	if (!equals) {
		report_complain(&session->report,
				"a rule is given as NAME=VALUE, not '%s'\n", text);
		session->report.counts.errors++;
		return false;
	}
	rule = rule_find(&best);
	if (!rule)
		return wrong(session, "rule", &best);
	best = nearest_to(equals + 1);
	return rule_allows(rule, &best) || wrong(session, "value", &best);
}

static bool check_options(struct session *session)
{
	const struct gupsim_scenario_options *options = &session->options;

	for (size_t i = 0; i < options->nr_kernels; i++)
		if (!select_kernel(session, options->kernels[i]))
			return false;
	for (size_t i = 0; i < options->nr_rules; i++)
		if (!select_rule(session, options->rules[i]))
			return false;
	if (!session->named)
		session->kernels = ~(uint64_t)0;
	return true;
}

int session_begin(struct session *session, const struct gupsim_scenario_options *options)
{
	size_t size = options ? options->size : 0;

	*session = (struct session){.named = false};
	if (options &&
	    (!size || size > sizeof(*options) || options->format > GUPSIM_JSON))
		return -EINVAL;
	if (options)
		memcpy(&session->options, options, size);
	session->host.fail_in = session->options.fail_host;
	heap_init(&session->heap, host_realloc, &session->host);
	session->run_options = (struct run_options){
		.host = &session->host,
		.heap = &session->heap,
		.rules = session->options.rules,
		.nr_rules = session->options.nr_rules,
	};
	session->report = (struct report){
		.format = session->options.format,
		.write = session->options.write,
		.complain = session->options.complain ? session->options.complain
						      : session->options.write,
		.arg = session->options.write_arg,
	};
	return check_options(session) ? 0 : 2;
}

static int status(const struct gupsim_scenario_result *counts)
{
	return counts->errors ? 2 : counts->failed ? 1 : 0;
}

/* Fixtures. */

int fixture_parse(struct session *session, struct fixture *fixture)
{
	pool_init(&fixture->pool, &session->heap);
	fixture->diags =
		(struct diags){.pool = &fixture->pool, .source = &fixture->source};
	return parse_story(&fixture->source, &fixture->diags, &fixture->story);
}

/* -ENOMEM; another error of reading is kept in the fixture. */
static int fixture_open(struct session *session, struct fixture *fixture,
			const char *path)
{
	memset(fixture, 0, sizeof(*fixture));
	fixture->error = source_read(&session->heap, path, &fixture->source);
	if (fixture->error)
		return fixture->error == -ENOMEM ? -ENOMEM : 0;
	fixture->read = (char *)(uintptr_t)fixture->source.text;
	return fixture_parse(session, fixture);
}

void fixture_close(struct session *session, struct fixture *fixture)
{
	story_destroy(&fixture->story, &session->heap);
	pool_destroy(&fixture->pool);
	heap_free(&session->heap, fixture->read);
}

bool fixture_is_right(const struct fixture *fixture)
{
	return !fixture->error && !fixture->diags.nr;
}

void fixture_report_wrong(struct session *session, const struct fixture *fixture)
{
	if (fixture->error)
		report_unreadable(&session->report, strerror(-fixture->error));
	else
		report_mistakes(&session->report, &fixture->diags);
}

int fixture_run(struct session *session, const struct fixture *fixture, size_t kernel,
		bool tell)
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

int session_each(struct session *session, const char *const *paths, size_t nr,
		 fixture_fn fn, void *arg)
{
	int error = 0;

	for (size_t i = 0; i < nr && !error; i++) {
		struct fixture fixture;

		error = fixture_open(session, &fixture, paths[i]);
		fixture.source.path = paths[i];
		if (!error)
			error = fn(session, &fixture, arg);
		fixture_close(session, &fixture);
	}
	return error;
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
	return error ? error : status(counts);
}
