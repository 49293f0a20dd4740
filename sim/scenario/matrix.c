/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collecting what each call gives on each release. */
#include "scenario/matrix.h"
#include "scenario/verbs.h"

#include <gupsim/release.h>
#include <errno.h>
#include <string.h>

struct collecting {
	struct session session;
	struct matrix_form form;
	bool any, compared;
};

/* Runs. */

int matrix_run(struct session *session, struct pool *pool, const struct matrix *matrix,
	       size_t kernel, const struct run_options *options, const char ***results)
{
	const struct story *story = &matrix->fixture->story;
	struct record record;
	int error;

	(void)session;
	*results = pool_alloc(pool, (story->nr_statements + 1) * sizeof(**results));
	if (!*results)
		return -ENOMEM;
	error = run_story(story, kernel, options, pool, &record);
	for (size_t i = 0; !error && i < story->nr_statements; i++)
		(*results)[i] = record.rows[i].result;
	return error;
}

/* Rows. */

static struct matrix_row **add_rows(struct pool *pool, struct matrix_row **last,
				    const struct statement *s)
{
	for (; s && last; s = s->next) {
		for (const struct statement *at = s->ats; at && last; at = at->next)
			last = add_rows(pool, last, at->body);
		if (!last || !(s->verb->traits & VERB_FUNCTION))
			continue;
		*last = pool_alloc(pool, sizeof(**last));
		if (!*last)
			return NULL;
		(*last)->call = s;
		(*last)->results = pool_alloc(pool, gupsim_nr_kernels() * sizeof(char *));
		last = (*last)->results ? &(*last)->next : NULL;
	}
	return last;
}

/* Where it was not made, there is nothing to differ. */
static bool row_differs(const struct matrix_row *row)
{
	const char *first = NULL;

	for (size_t k = 0; k < gupsim_nr_kernels(); k++) {
		if (!row->results[k])
			continue;
		if (first && strcmp(first, row->results[k]) != 0)
			return true;
		first = row->results[k];
	}
	return false;
}

static int fill_column(struct session *session, struct pool *pool, struct matrix *matrix,
		       size_t kernel)
{
	const char **results;
	int error = matrix_run(session, pool, matrix, kernel, &session->run_options,
			       &results);

	for (struct matrix_row *row = matrix->rows; row && !error; row = row->next)
		row->results[kernel] = results[row->call->index];
	return error;
}

static int collect(struct session *session, struct pool *pool, struct matrix *matrix)
{
	int error = add_rows(pool, &matrix->rows, matrix->fixture->story.statements)
			    ? 0
			    : -ENOMEM;

	for (size_t k = 0; k < gupsim_nr_kernels() && !error; k++)
		if (matrix->kernels >> k & 1)
			error = fill_column(session, pool, matrix, k);
	for (struct matrix_row *row = matrix->rows; row && !error; row = row->next)
		row->differs = row_differs(row);
	return error;
}

/* Fixtures. */

static bool is_told(const struct matrix_form *form, const struct matrix *matrix)
{
	const struct matrix_row *row = matrix->rows;

	while (row && !form->all && !row->differs)
		row = row->next;
	return row;
}

static bool are_several(uint64_t kernels)
{
	return kernels & (kernels - 1);
}

static int matrix_fixture(struct session *session, const struct fixture *fixture,
			  void *arg)
{
	struct collecting *c = arg;
	struct matrix matrix = {fixture, session->kernels & fixture->story.kernels, NULL};
	struct pool pool;
	int error;

	if (!fixture_begin(session, fixture) || !matrix.kernels)
		return 0;
	c->compared |= are_several(matrix.kernels);
	pool_init(&pool, &session->heap);
	error = collect(session, &pool, &matrix);
	if (!error && c->form.explain)
		error = matrix_explain(session, &pool, &matrix);
	if (!error && is_told(&c->form, &matrix)) {
		c->form.fixture(&session->report, &c->form, &matrix, !c->any);
		c->any = true;
	}
	pool_destroy(&pool);
	return error;
}

int gupsim_scenario_matrix(const char *const *paths, size_t nr, unsigned int what,
			   const struct gupsim_scenario_options *options)
{
	struct collecting c = {.form = matrix_text};
	struct input input = {.paths = paths, .nr = nr};
	int error = paths ? session_begin(&c.session, options) : -EINVAL;

	if (error)
		return error;
	if (c.session.options.format == GUPSIM_JSON)
		c.form = matrix_json;
	c.form.all = what & GUPSIM_MATRIX_ALL;
	c.form.explain = what & GUPSIM_MATRIX_EXPLAIN;
	c.session.report.form = &report_text;
	if (!c.session.report.counts.errors && !are_several(c.session.kernels))
		report_refuse(&c.session.report, "name two releases\n");
	if (!c.session.report.counts.errors) {
		c.form.begin(&c.session.report);
		error = each_fixture(&c.session, &input, matrix_fixture, &c);
		c.form.end(&c.session.report, c.any, c.compared);
	}
	return session_end(&c.session, NULL, error);
}
