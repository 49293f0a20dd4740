/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sessions, and the fixtures that they open. */
#include "scenario/session.h"
#include "scenario/forced.h"
#include "scenario/names.h"
#include "scenario/parser.h"
#include "scenario/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static void check_forced(struct session *session, const char *text)
{
	struct nearest best = nearest_to(text);
	int nth = forced_find(&best);

	if (nth >= 0) {
		session->run_options.forced |= 1u << nth;
		return;
	}
	report_unknown(&session->report, "option", &best);
}

bool all_there(const char *const *words, size_t nr)
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
	    !all_there(options->rules, options->nr_rules) ||
	    !all_there(options->forced, options->nr_forced))
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
	for (size_t i = 0; i < options->nr_forced; i++)
		check_forced(session, options->forced[i]);
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

bool session_guest(struct session *session, const char *name, uint64_t *version)
{
	if (version_read(name, version))
		return true;
	if (is_all(name))
		name_one(session);
	else
		unknown_kernel(session, name, "and point releases as v5.10.224");
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

bool fixture_is_right(const struct fixture *fixture)
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

int fixture_run(struct session *session, const struct fixture *fixture, size_t kernel,
		bool tell)
{
	struct record record;
	struct pool pool;
	int error;

	pool_init(&pool, &session->heap);
	error = run_story(&fixture->story, kernel, &session->run_options, &pool, &record);
	if (tell && (!error || record.left_behind))
		report_run(&session->report, &record);
	pool_destroy(&pool);
	return error;
}
