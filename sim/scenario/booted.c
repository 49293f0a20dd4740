/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doors to booted kernels: plans of fixtures for them, and answers judged. */
#include "scenario/guest.h"
#include "scenario/plan.h"
#include "scenario/session.h"

#include <errno.h>
#include <string.h>

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

static struct plan plan_of(const struct session *session, const struct fixture *fixture,
			   const struct booted *booted, struct pool *pool)
{
	return (struct plan){
		.story = &fixture->story,
		.version = booted->version,
		.pool = pool,
		.has_cma = session->options.guest_cma,
	};
}

/* Plans. */

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

static int plan_fixture(struct session *session, const struct fixture *fixture, void *arg)
{
	const struct booted *booted = arg;
	struct pool pool;
	struct plan plan = plan_of(session, fixture, booted, &pool);
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
	if (!kernel || session_guest(&session, kernel, &booted.version))
		error = each_fixture(&session, &input, plan_fixture, &booted);
	return session_end(&session, NULL, error);
}

/* Answers. */

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
	struct plan plan = plan_of(session, fixture, booted, &pool);
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
	else if (session_guest(&session, kernel, &booted.version)) {
		report_tell(&session.report, begin, nr);
		error = each_fixture(&session, &input, judge_fixture, &booted);
		report_tell(&session.report, end);
	}
	return session_end(&session, result, error);
}
