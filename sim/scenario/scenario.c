/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running fixtures. */
#include "scenario/session.h"

#include <errno.h>

static int run_fixture(struct session *session, const struct fixture *fixture)
{
	int error = 0;

	report_fixture(&session->report, fixture->source.path);
	if (!fixture_is_right(fixture)) {
		fixture_report_wrong(session, fixture);
		return 0;
	}
	for (size_t k = 0; k < gupsim_nr_kernels() && !error; k++) {
		bool asked = session->kernels >> k & 1;

		if (asked && (fixture->story.kernels >> k & 1))
			error = fixture_run(session, fixture, k, true);
		else if (asked && session->named)
			report_skip(&session->report, k);
	}
	report_fixture_end(&session->report);
	return error;
}

static size_t count_tests(const struct session *session, const struct fixture *fixture)
{
	uint64_t kernels = session->kernels;
	size_t nr = 0;

	if (!fixture_is_right(fixture))
		return 1;
	if (!session->named)
		kernels &= fixture->story.kernels;
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		nr += kernels >> k & 1;
	return nr;
}

static int add_tests(struct session *session, const struct fixture *fixture, void *arg)
{
	size_t *nr = arg;

	*nr += count_tests(session, fixture);
	return 0;
}

static int run_one(struct session *session, const struct fixture *fixture, void *arg)
{
	(void)arg;
	return run_fixture(session, fixture);
}

int gupsim_scenario_run_files(const char *const *paths, size_t nr,
			      const struct gupsim_scenario_options *options,
			      struct gupsim_scenario_result *result)
{
	struct session session;
	size_t nr_tests = 0;
	int error = paths ? session_begin(&session, options) : -EINVAL;

	if (error < 0)
		return error;
	if (!error && session.options.format == GUPSIM_KTAP)
		error = session_each(&session, paths, nr, add_tests, &nr_tests);
	if (error)
		return session_end(&session, result, error);
	report_begin(&session.report, nr_tests);
	error = session_each(&session, paths, nr, run_one, NULL);
	report_end(&session.report);
	return session_end(&session, result, error);
}

int gupsim_scenario_run_file(const char *path,
			     const struct gupsim_scenario_options *options,
			     struct gupsim_scenario_result *result)
{
	return path ? gupsim_scenario_run_files(&path, 1, options, result) : -EINVAL;
}

int gupsim_scenario_run(const char *path, const char *text, size_t length,
			const struct gupsim_scenario_options *options,
			struct gupsim_scenario_result *result)
{
	struct fixture fixture = {.source = {path, text, length}};
	struct session session;
	int error = path && text ? session_begin(&session, options) : -EINVAL;

	if (error < 0)
		return error;
	if (error)
		return session_end(&session, result, error);
	error = fixture_parse(&session, &fixture);
	if (!error) {
		report_begin(&session.report, count_tests(&session, &fixture));
		error = run_fixture(&session, &fixture);
		report_end(&session.report);
	}
	fixture_close(&session, &fixture);
	return session_end(&session, result, error);
}
