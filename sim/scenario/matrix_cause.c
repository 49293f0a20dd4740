/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which rules make a difference: the older release is run with the newer one's values of
 * the rules that changed between them, one after the other, then together.
 */
#include "scenario/matrix.h"
#include "scenario/verbs.h"

#include <gupsim/release.h>
#include <errno.h>
#include <string.h>

/* Between two releases. */
struct comparing {
	struct session *session;
	struct pool *pool;
	const struct matrix *matrix;
	size_t from, to;
	size_t *changed, nr_changed; /* rules */
	const char ***alone;	     /* results with one of them changed, by rule */
};

/* -ENOMEM. With those of the changed rules for which @use is set. */
static int run_with(struct comparing *c, const bool *use, const char ***results)
{
	struct run_options options = c->session->run_options;
	const char **rules =
		pool_alloc(c->pool, (options.nr_rules + c->nr_changed) * sizeof(*rules));
	size_t nr = 0;

	if (!rules)
		return -ENOMEM;
	for (size_t i = 0; i < c->nr_changed; i++) {
		struct gupsim_rule_cell cell;

		if (!use[i] || gupsim_rule_cell(c->to, c->changed[i], &cell))
			continue;
		rules[nr++] =
			pool_printf(c->pool, "%s=%s",
				    gupsim_rule_info(c->changed[i])->name, cell.value);
	}
	/* What was asked for has the last word. */
	for (size_t i = 0; i < options.nr_rules; i++)
		rules[nr++] = options.rules[i];
	options.rules = rules;
	options.nr_rules = nr;
	return matrix_run(c->session, c->pool, c->matrix, c->from, &options, results);
}

static bool rule_changed(size_t rule, size_t from, size_t to)
{
	struct gupsim_rule_cell before, after;

	return !gupsim_rule_cell(from, rule, &before) &&
	       !gupsim_rule_cell(to, rule, &after) &&
	       strcmp(before.value, after.value) != 0;
}

/* Runs with each changed rule alone serve all rows. */
static int compare(struct comparing *c)
{
	bool *use = pool_alloc(c->pool, gupsim_nr_rules() * sizeof(*use));
	int error = 0;

	c->changed = pool_alloc(c->pool, gupsim_nr_rules() * sizeof(*c->changed));
	c->alone = pool_alloc(c->pool, gupsim_nr_rules() * sizeof(*c->alone));
	if (!use || !c->changed || !c->alone)
		return -ENOMEM;
	for (size_t r = 0; r < gupsim_nr_rules(); r++)
		if (rule_changed(r, c->from, c->to))
			c->changed[c->nr_changed++] = r;
	for (size_t i = 0; i < c->nr_changed && !error; i++) {
		use[i] = true;
		error = run_with(c, use, &c->alone[i]);
		use[i] = false;
	}
	return error;
}

static bool gives(const char **results, const struct matrix_row *row, size_t kernel)
{
	const char *result = results[row->call->index];

	return result && !strcmp(result, row->results[kernel]);
}

static bool note_cause(struct comparing *c, struct step *step, size_t changed)
{
	struct cause **last = &step->causes;

	while (*last)
		last = &(*last)->next;
	*last = pool_alloc(c->pool, sizeof(**last));
	if (*last)
		(*last)->rule = c->changed[changed];
	return *last;
}

/* All together, less each one that is not needed. */
static int find_several(struct comparing *c, const struct matrix_row *row,
			struct step *step)
{
	bool *use = pool_alloc(c->pool, (c->nr_changed + 1) * sizeof(*use));
	const char **results;
	int error;

	if (!use)
		return -ENOMEM;
	memset(use, true, c->nr_changed * sizeof(*use));
	error = run_with(c, use, &results);
	if (error || !gives(results, row, c->to))
		return error;
	for (size_t i = 0; i < c->nr_changed && !error; i++) {
		use[i] = false;
		error = run_with(c, use, &results);
		use[i] = !error && !gives(results, row, c->to);
	}
	for (size_t i = 0; i < c->nr_changed && !error; i++)
		if (use[i] && !note_cause(c, step, i))
			error = -ENOMEM;
	return error;
}

/* Each that brings the newer result; if there is none, as many as it takes. */
static int find_causes(struct comparing *c, const struct matrix_row *row,
		       struct step *step)
{
	for (size_t i = 0; i < c->nr_changed; i++) {
		if (!gives(c->alone[i], row, c->to))
			continue;
		if (!note_cause(c, step, i))
			return -ENOMEM;
		step->each = true;
	}
	return step->each ? 0 : find_several(c, row, step);
}

static bool other_function(const struct statement *s, size_t from, size_t to)
{
	return s->alias && verb_of_alias(s->alias, from) != verb_of_alias(s->alias, to);
}

static int explain_step(struct comparing *c, struct matrix_row *row)
{
	struct step **last = &row->steps;

	while (*last)
		last = &(*last)->next;
	*last = pool_alloc(c->pool, sizeof(**last));
	if (!*last)
		return -ENOMEM;
	(*last)->from = c->from;
	(*last)->to = c->to;
	(*last)->functions = other_function(row->call, c->from, c->to);
	return find_causes(c, row, *last);
}

/*
 * What a release is compared with: the nearest that it has come from. Where the call was
 * made on none of these, a point release may be all there is.
 */
static size_t step_from(const struct matrix_row *row, size_t to)
{
	size_t nr = gupsim_nr_kernels();
	size_t from = gupsim_kernel_before(to);

	while (from < nr && !row->results[from])
		from = gupsim_kernel_before(from);
	if (from < nr)
		return from;
	for (from = to; from-- > 0;)
		if (row->results[from])
			return from;
	return nr;
}

static bool has_step(const struct matrix_row *row, size_t from, size_t to)
{
	return row->results[to] && step_from(row, to) == from &&
	       strcmp(row->results[from], row->results[to]) != 0;
}

static int explain_between(struct session *session, struct pool *pool,
			   const struct matrix *matrix, size_t from, size_t to)
{
	struct comparing c = {session, pool, matrix, from, to, NULL, 0, NULL};
	struct matrix_row *row = matrix->rows;
	int error;

	while (row && !has_step(row, from, to))
		row = row->next;
	if (!row)
		return 0;
	error = compare(&c);
	for (; row && !error; row = row->next)
		if (has_step(row, from, to))
			error = explain_step(&c, row);
	return error;
}

int matrix_explain(struct session *session, struct pool *pool, struct matrix *matrix)
{
	int error = 0;

	for (size_t to = 0; to < gupsim_nr_kernels(); to++)
		for (size_t from = to; from-- && !error;)
			error = explain_between(session, pool, matrix, from, to);
	return error;
}
