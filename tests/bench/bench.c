/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gupsim-bench: what pinning costs in libgupsim, against loops that do the least.
 * Exit status: 0; 1 if a target is missed and --gate given; 2 if called wrongly.
 */
#include "guest.h"
#include "ir.h"
#include "report.h"
#include "timing.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROWS     32
#define MAX_MEASURES (MAX_ROWS * 3)
#define MAX_PAGES    ((size_t)1 << 24)

/* G8 looks at this many times the pages of the other rows: 128K of 16K. */
#define MEMORY_FACTOR 8

struct options {
	struct timing_plan plan;
	bool json, gate, list, ir;
	const char *drive; /* --ir-driver: the row */
	const struct bench_row *rows[MAX_ROWS];
	size_t nr_rows;
};

struct bench {
	const struct options *options;
	struct timing timings[MAX_ROWS];
	size_t nr_timings;
	struct measure measures[MAX_MEASURES];
	size_t nr_measures;
};

static void usage(FILE *to)
{
	fputs("usage: gupsim-bench [--row NAME]... [--json] [--gate] [--no-ir]\n"
	      "                    [--pages N] [--slices N] [--smoke]\n"
	      "       gupsim-bench --list\n"
	      "       gupsim-bench --ir-driver ROW N\n"
	      "\n"
	      "  --row NAME   only this row; may be given several times\n"
	      "  --json       print JSON\n"
	      "  --gate       exit with 1 if a target is missed or not measured\n"
	      "  --no-ir      count no instructions (that takes valgrind)\n"
	      "  --pages N    pages a call (16384)\n"
	      "  --slices N   slices a row (61)\n"
	      "  --smoke      few pages and short slices: does it run at all\n"
	      "  --list       print the rows and what they do\n"
	      "  --ir-driver  do the work of a row on N pages, for valgrind\n",
	      to);
}

static _Noreturn void misuse(const char *what, const char *word)
{
	warnx("%s: %s", what, word);
	usage(stderr);
	exit(2);
}

static size_t number(const char *text, size_t max)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || !value || value > max)
		misuse("not a number that fits here", text);
	return value;
}

static void add_row(struct options *options, const char *name)
{
	if (!bench_row_find(name))
		misuse("no such row", name);
	for (size_t i = 0; i < options->nr_rows; i++)
		if (!strcmp(options->rows[i]->name, name))
			return;
	for (size_t i = 0; i < nr_bench_rows; i++)
		if (!strcmp(bench_rows[i].name, name))
			options->rows[options->nr_rows++] = &bench_rows[i];
}

static void parse(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"row", required_argument, NULL, 'r'},
		{"json", no_argument, NULL, 'j'},
		{"gate", no_argument, NULL, 'g'},
		{"list", no_argument, NULL, 'l'},
		{"no-ir", no_argument, NULL, 'n'},
		{"pages", required_argument, NULL, 'p'},
		{"slices", required_argument, NULL, 's'},
		{"smoke", no_argument, NULL, 'S'},
		{"ir-driver", required_argument, NULL, 'd'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'r':
			add_row(options, optarg);
			break;
		case 'j':
			options->json = true;
			break;
		case 'g':
			options->gate = true;
			break;
		case 'l':
			options->list = true;
			break;
		case 'n':
			options->ir = false;
			break;
		case 'p':
			options->plan.nr = number(optarg, MAX_PAGES);
			break;
		case 's':
			options->plan.slices = number(optarg, 100000);
			break;
		case 'S':
			options->plan = (struct timing_plan){512, 3, 1e4};
			break;
		case 'd':
			options->drive = optarg;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
}

static int drive(const char *name, const char *pages)
{
	const struct bench_case *work = bench_case_find(name);

	if (!work)
		misuse("no row with instructions", name);
	if (!pages)
		misuse("how many pages", name);
	return ir_drive(work, number(pages, MAX_PAGES)) ? 1 : 0;
}

static int list(void)
{
	for (size_t i = 0; i < nr_bench_rows; i++)
		printf("%-3s %s\n", bench_rows[i].name, bench_rows[i].text);
	return 0;
}

static struct timing *timing_of(struct bench *bench, const struct bench_case *work)
{
	for (size_t i = 0; i < bench->nr_timings; i++)
		if (bench->timings[i].work == work)
			return &bench->timings[i];
	return NULL;
}

static void plan_case(struct bench *bench, const struct bench_case *work)
{
	if (work && !timing_of(bench, work))
		bench->timings[bench->nr_timings++].work = work;
}

/* The next row of a list such as "R+U"; NULL at its end. */
static const struct bench_row *next_base(const char **list)
{
	char name[8] = "";
	size_t length = *list ? strcspn(*list, "+") : 0;

	if (!length || length >= sizeof(name))
		return NULL;
	memcpy(name, *list, length);
	*list += length + ((*list)[length] == '+');
	return bench_row_find(name);
}

static void plan_rows(struct bench *bench)
{
	const struct options *options = bench->options;

	for (size_t i = 0; i < options->nr_rows; i++) {
		const char *bases = options->rows[i]->base;
		const struct bench_row *base;

		plan_case(bench, options->rows[i]->work);
		plan_case(bench, options->rows[i]->alone);
		plan_case(bench, options->rows[i]->peer);
		plan_case(bench, options->rows[i]->peer_alone);
		while ((base = next_base(&bases)))
			plan_case(bench, base->work);
	}
}

static void add(struct bench *bench, struct measure measure)
{
	bench->measures[bench->nr_measures++] = measure;
}

static void measure_time(struct bench *bench, const struct bench_row *row)
{
	const struct timing *timing = timing_of(bench, row->work);

	add(bench, (struct measure){.row = row,
				    .unit = "ns/page",
				    .value = timing->ns,
				    .why = timing->why});
}

static void measure_ratio(struct bench *bench, const struct bench_row *row)
{
	const struct timing *timing = timing_of(bench, row->work);
	const char *why = timing->why, *bases = row->base;
	const struct bench_row *base;
	double against = 0;

	while ((base = next_base(&bases))) {
		const struct timing *other = timing_of(bench, base->work);

		against += other->ns;
		if (isnan(other->ns))
			why = other->why;
	}
	add(bench,
	    (struct measure){row, row->base, timing->ns / against, why, row->ratio});
}

/* How much faster a page is done than @alone does it. */
static double gain(struct bench *bench, const struct bench_case *work,
		   const struct bench_case *alone, const char **why)
{
	const struct timing *timing = timing_of(bench, work);
	const struct timing *other = timing_of(bench, alone);

	if (isnan(timing->ns) || isnan(other->ns))
		*why = isnan(timing->ns) ? timing->why : other->why;
	return other->ns / timing->ns;
}

static void measure_gain(struct bench *bench, const struct bench_row *row)
{
	const char *why = NULL;
	double own = gain(bench, row->work, row->alone, &why);
	double peer = gain(bench, row->peer, row->peer_alone, &why);

	add(bench,
	    (struct measure){.row = row, .unit = "x one", .value = own, .why = why});
	add(bench,
	    (struct measure){.row = row, .unit = "x one R", .value = peer, .why = why});
	add(bench, (struct measure){row, "of R's gain", own / peer, why, row->ratio});
}

static void measure_ir(struct bench *bench, const struct bench_row *row)
{
	const char *why;
	double ir = ir_per_page(row->work, bench->options->plan.nr, &why);

	add(bench, (struct measure){row, "Ir/page", ir, why, row->ir});
}

static void measure_memory(struct bench *bench, const struct bench_row *row)
{
	const char *why;
	double bytes =
		guest_bytes_per_page(bench->options->plan.nr * MEMORY_FACTOR, &why);

	add(bench, (struct measure){row, "bytes/page", bytes, why, row->bytes});
}

/* G2 looks at the work of G1. What rows of one name do is told apart: "G4-unpin". */
static bool owns(const struct bench_row *row, const struct bench_case *work)
{
	size_t length = strlen(row->name);

	return !strncmp(row->name, work->name, length) &&
	       (!work->name[length] || work->name[length] == '-');
}

static void measure_row(struct bench *bench, const struct bench_row *row)
{
	if (!row->work) {
		measure_memory(bench, row);
		return;
	}
	if (owns(row, row->work))
		measure_time(bench, row);
	if (row->base)
		measure_ratio(bench, row);
	if (row->alone)
		measure_gain(bench, row);
	if (row->counted && bench->options->ir)
		measure_ir(bench, row);
}

static int run(const struct options *options)
{
	const struct timing_plan *plan = &options->plan;
	struct bench bench = {.options = options};

	plan_rows(&bench);
	if (timing_run(bench.timings, bench.nr_timings, plan))
		errx(2, "out of memory");
	for (size_t i = 0; i < options->nr_rows; i++)
		measure_row(&bench, options->rows[i]);
	(options->json ? report_json : report_text)(plan, bench.measures,
						    bench.nr_measures);
	return options->gate && !report_passes(bench.measures, bench.nr_measures);
}

int main(int argc, char **argv)
{
	struct options options = {.plan = {16384, 61, 2e6}, .ir = true};

	parse(argc, argv, &options);
	if (options.drive)
		return drive(options.drive, argv[optind]);
	if (optind < argc)
		misuse("no such argument", argv[optind]);
	if (options.list)
		return list();
	if (!options.nr_rows)
		for (size_t i = 0; i < nr_bench_rows; i++)
			add_row(&options, bench_rows[i].name);
	return run(&options);
}
