/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A slice repeats work until enough of it has been timed; undoing it is not timed. */
#include "timing.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

static void close_case(struct timing *timing)
{
	if (timing->state)
		timing->work->teardown(timing->state);
	timing->state = NULL;
}

/* Nanoseconds a page, or a NaN if the work fell short. */
static double slice(const struct timing *timing, double slice_ns)
{
	const struct bench_case *work = timing->work;
	double spent = 0;
	size_t pages = 0;

	do {
		double began = now_ns();
		size_t done = work->work(timing->state);

		spent += now_ns() - began;
		pages += done;
		if (!done || (work->undo && !work->undo(timing->state)))
			return NAN;
	} while (spent < slice_ns);
	return spent / pages;
}

static void sample(struct timing *timing, unsigned int turn, double slice_ns)
{
	if (!timing->state)
		return;
	timing->samples[turn] = slice(timing, slice_ns);
	if (!isnan(timing->samples[turn]))
		return;
	timing->why = "the work fell short of its pages";
	close_case(timing);
}

static int by_value(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static double median(double *samples, unsigned int nr)
{
	qsort(samples, nr, sizeof(*samples), by_value);
	return (samples[(nr - 1) / 2] + samples[nr / 2]) / 2;
}

static int open_case(struct timing *timing, const struct timing_plan *plan)
{
	timing->samples = calloc(plan->slices, sizeof(*timing->samples));
	if (!timing->samples)
		return -ENOMEM;
	timing->state = timing->work->setup(plan->nr, &timing->why);
	return 0;
}

int timing_run(struct timing *timings, size_t nr, const struct timing_plan *plan)
{
	int error = 0;

	for (size_t i = 0; i < nr && !error; i++)
		error = open_case(&timings[i], plan);
	for (unsigned int turn = 0; turn < plan->slices && !error; turn++)
		for (size_t i = 0; i < nr; i++)
			sample(&timings[i], turn, plan->slice_ns);
	for (size_t i = 0; i < nr; i++) {
		struct timing *timing = &timings[i];

		timing->ns = timing->state ? median(timing->samples, plan->slices) : NAN;
		close_case(timing);
		free(timing->samples);
		timing->samples = NULL;
	}
	return error;
}
