/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One measure has one verdict. Only what has a target can fail. */
#include "report.h"

#include <math.h>
#include <stdio.h>

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

#ifdef __OPTIMIZE__
#define CAVEAT ""
#else
#define CAVEAT " (not optimised: the targets do not apply)"
#endif

/* Of what was not measured: false. */
static bool keeps(const struct measure *measure, double limit)
{
	return measure->limit.at_least ? measure->value >= limit
				       : measure->value <= limit;
}

static bool misses(const struct measure *measure)
{
	return measure->limit.target && !keeps(measure, measure->limit.target);
}

static const char *verdict(const struct measure *measure)
{
	const struct limit *limit = &measure->limit;

	if (isnan(measure->value))
		return "not measured";
	if (misses(measure))
		return "missed";
	if (limit->goal && keeps(measure, limit->goal))
		return "goal reached";
	if (limit->target)
		return "ok";
	return limit->goal ? "goal not reached" : "printed";
}

bool report_passes(const struct measure *measures, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (misses(&measures[i]))
			return false;
	return true;
}

static void text_limit(const char *name, double limit, bool at_least)
{
	char text[32] = "";

	if (limit)
		snprintf(text, sizeof(text), "%s %s %g", name,
			 at_least ? ">=" : "<=", limit);
	printf("  %-15s", text);
}

static void text_measure(const struct measure *measure)
{
	if (isnan(measure->value))
		printf("  %10s %-12s", "-", measure->unit);
	else
		printf("  %10.2f %-12s", measure->value, measure->unit);
	text_limit("target", measure->limit.target, measure->limit.at_least);
	text_limit("goal", measure->limit.goal, measure->limit.at_least);
	printf("  %s", verdict(measure));
	if (isnan(measure->value))
		printf(": %s", measure->why);
	putchar('\n');
}

void report_text(const struct timing_plan *plan, const struct measure *measures,
		 size_t nr)
{
	const struct bench_row *row = NULL;

	printf("gupsim-bench: %s, flags %s%s; %zu pages, medians of %u slices of %g ms "
	       "in turn\n",
	       COMPILER, BENCH_FLAGS, CAVEAT, plan->nr, plan->slices,
	       plan->slice_ns / 1e6);
	for (size_t i = 0; i < nr; i++) {
		if (measures[i].row != row) {
			row = measures[i].row;
			printf("%-3s %s\n", row->name, row->text);
		}
		text_measure(&measures[i]);
	}
}

static void json_number(const char *key, double value)
{
	if (isnan(value))
		printf(", \"%s\": null", key);
	else
		printf(", \"%s\": %.6g", key, value);
}

static void json_measure(const struct measure *measure)
{
	const struct limit *limit = &measure->limit;

	printf("    {\"row\": \"%s\", \"text\": \"%s\", \"unit\": \"%s\"",
	       measure->row->name, measure->row->text, measure->unit);
	json_number("value", measure->value);
	json_number("target", limit->target ? limit->target : NAN);
	json_number("goal", limit->goal ? limit->goal : NAN);
	printf(", \"limits\": \"%s\"", limit->at_least ? "lower" : "upper");
	printf(", \"verdict\": \"%s\"", verdict(measure));
	if (isnan(measure->value))
		printf(", \"why\": \"%s\"", measure->why);
	putchar('}');
}

/* No string in here needs escaping: they are ours, but for the compiler's version. */
void report_json(const struct timing_plan *plan, const struct measure *measures,
		 size_t nr)
{
	printf("{\n  \"compiler\": \"%s\",\n  \"flags\": \"%s%s\",\n", COMPILER,
	       BENCH_FLAGS, CAVEAT);
	printf("  \"pages\": %zu,\n  \"slices\": %u,\n  \"slice_ms\": %g,\n", plan->nr,
	       plan->slices, plan->slice_ns / 1e6);
	printf("  \"measures\": [\n");
	for (size_t i = 0; i < nr; i++) {
		json_measure(&measures[i]);
		puts(i + 1 < nr ? "," : "");
	}
	printf("  ]\n}\n");
}
