/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The door to random fixtures. */
#include "scenario/fill.h"
#include "scenario/random.h"

#include <gupsim/release.h>
#include <errno.h>
#include <inttypes.h>

/* What is asked of the door, and how far it has come. */
struct generating {
	struct session session;
	uint64_t seed, calls, programs, made;
	size_t kernel;
	gupsim_fixture_fn take;
	void *arg;
};

/* One that the model cannot fill is told, and given as it was made. */
static int generate_one(struct generating *g, struct draft *program, struct draft *filled,
			struct pool *pool)
{
	const char *name = pool_printf(pool, "random-%" PRIu64 "-%04" PRIu64 ".gup",
				       g->seed, g->programs);
	struct draft *out = filled;
	const char *why;
	int error = fill_text(&g->session, name, program, g->kernel, filled, pool, &why);

	if (error)
		return error;
	if (why) {
		g->session.report.counts.failed++;
		report_complain(&g->session.report, "%s: on %s: %s\n", name,
				gupsim_kernel_name(g->kernel), why);
		out = program;
		name = pool_printf(pool, "%s.failed", name);
	}
	return g->take ? g->take(g->arg, name, out->bytes, out->length) : 0;
}

static int generate(struct generating *g)
{
	uint64_t left = g->calls - g->made;
	struct draft program = {.heap = &g->session.heap},
		     filled = {.heap = &g->session.heap};
	struct pool pool;
	int error;

	pool_init(&pool, &g->session.heap);
	g->programs++;
	g->made += random_program(&program, g->kernel, g->seed, g->programs,
				  left > UINT32_MAX ? UINT32_MAX : left);
	error = program.failed ? -ENOMEM : generate_one(g, &program, &filled, &pool);
	draft_free(&program);
	draft_free(&filled);
	pool_destroy(&pool);
	return error;
}

int gupsim_scenario_random(uint64_t seed, uint64_t calls,
			   const struct gupsim_scenario_options *options,
			   gupsim_fixture_fn take, void *arg)
{
	struct generating g = {.seed = seed, .calls = calls, .take = take, .arg = arg};
	int error = session_begin(&g.session, options);

	if (error)
		return error;
	g.session.report.form = &report_text;
	if (!g.session.report.counts.errors &&
	    session_one_kernel(&g.session, &g.kernel)) {
		while (g.made < g.calls && !error)
			error = generate(&g);
		report_printf(&g.session.report,
			      "seed %" PRIu64 ": %" PRIu64 " programs, %" PRIu64
			      " calls, %zu failed, on %s\n",
			      g.seed, g.programs, g.made, g.session.report.counts.failed,
			      gupsim_kernel_name(g.kernel));
	}
	return session_end(&g.session, NULL, error);
}
