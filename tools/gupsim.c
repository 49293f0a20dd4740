/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The gupsim command: run, explain and look into .gup fixtures. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"gupsim run [--kernel R]... [--format text|ktap|json] [--rule NAME=VALUE]...\n"
	"           [--option NAME=VALUE]... FILE|DIR...\n"
	"gupsim explain [--kernel R]... [--rule NAME=VALUE]... FILE[:LINE]\n"
	"gupsim dump [--kernel R]... [--rule NAME=VALUE]... FILE:LINE\n"
	"gupsim plan [--kernel R] [--cma] FILE|DIR...\n"
	"gupsim judge --kernel R [--cma] ANSWERS FILE|DIR...\n"
	"gupsim random --seed S --count N [--kernel R] [--rule NAME=VALUE]... [--write "
	"DIR]\n"
	"gupsim reduce --kernel R [--rule NAME=VALUE]... --write DIR FILE\n"
	"gupsim matrix [--kernel R]... [--rule NAME=VALUE]... [--all] [--explain] "
	"[--json] "
	"FILE|DIR...\n"
	"gupsim kernels [--markdown]\n"
	"gupsim verbs [NAME | --markdown]\n"
	"gupsim points [--markdown]\n"
	"\n"
	"run      hold fixtures against the model, on the releases that they name\n"
	"explain  tell the decisions behind the result of each call\n"
	"dump     print the machine as it is after a line\n"
	"plan     print what a booted kernel has to do for fixtures\n"
	"judge    hold what one answered to plans against the fixtures\n"
	"random   make random fixtures with N calls in all, and run them\n"
	"reduce   make smaller fixtures out of one, which hold as well\n"
	"matrix   hold the releases against each other: the calls that differ, and why\n"
	"kernels  list the modelled releases and their rules\n"
	"verbs    list what a fixture can say\n"
	"points   list where the kernel can be raced\n"
	"\n"
	"--option O   take a rare way at every chance: retry=always, fault_around=page,\n"
	"             isolation=fails, migration=fails_once, thp_alloc=fails,\n"
	"             pagevec=hold\n"
	"--kernel R   only on release R, as v6.1 or 6.1; `all`: on all that are "
	"modelled\n"
	"--cma        the booted kernel has a CMA area\n"
	"Exit status: 0 all held, 1 an expectation failed, 2 the input is wrong.\n";

static void write_stdout(void *arg, const char *text)
{
	(void)arg;
	fputs(text, stdout);
}

static void write_stderr(void *arg, const char *text)
{
	(void)arg;
	fputs(text, stderr);
}

static enum gupsim_format format_of(const char *word)
{
	static const char *const words[] = {"text", "ktap", "json"};

	for (int i = 0; i < 3; i++)
		if (!strcmp(word, words[i]))
			return i;
	errx(2, "unknown format '%s': there are text, ktap and json", word);
}

static int finish(int ret)
{
	if (ret < 0)
		errx(2, "%s", strerror(-ret));
	if (fflush(stdout))
		err(2, "standard output");
	return ret;
}

void *checked(void *ptr)
{
	if (!ptr)
		errx(2, "out of memory");
	return ptr;
}

static void write_file(void *file, const char *text)
{
	fputs(text, file);
}

/* What is written about a verb is its help, or that there is none of that name. */
static int command_verbs(struct arguments *args, char **words)
{
	char *text;
	size_t size;
	FILE *file = checked(open_memstream(&text, &size));
	int error = gupsim_scenario_verbs(words[0], args->markdown, write_file, file);

	if (fclose(file))
		err(2, "verbs");
	fputs(text, error ? stderr : stdout);
	free(text);
	return error ? 2 : 0;
}

static const struct option options[] = {
	{"kernel", required_argument, NULL, 'k'},
	{"format", required_argument, NULL, 'f'},
	{"rule", required_argument, NULL, 'r'},
	{"option", required_argument, NULL, 'o'},
	{"markdown", no_argument, NULL, 'm'},
	{"seed", required_argument, NULL, 's'},
	{"count", required_argument, NULL, 'c'},
	{"write", required_argument, NULL, 'w'},
	{"all", no_argument, NULL, 'a'},
	{"explain", no_argument, NULL, 'e'},
	{"json", no_argument, NULL, 'j'},
	{"cma", no_argument, NULL, 'C'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0},
};

static const struct command {
	const char *name;
	int (*run)(struct arguments *args, char **words);
	const char *options; /* that it takes */
	size_t most;	     /* words */
} commands[] = {
	{"run", command_run, "kfro", SIZE_MAX},
	{"explain", command_explain, "kro", 1},
	{"dump", command_dump, "kro", 1},
	{"plan", command_plan, "kC", SIZE_MAX},
	{"judge", command_judge, "kfC", SIZE_MAX},
	{"random", command_random, "krscw", 0},
	{"reduce", command_reduce, "krw", 1},
	{"matrix", command_matrix, "kraej", SIZE_MAX},
	{"kernels", command_kernels, "m", 0},
	{"verbs", command_verbs, "m", 1},
	{"points", command_points, "m", 0},
};

/* What a command would not use is a mistake. */
static void check_use(const struct command *command, const struct arguments *args,
		      char **words)
{
	/* The whole page is not about one verb. */
	size_t most = args->markdown ? 0 : command->most;

	for (size_t i = 0; options[i].name; i++)
		if ((args->given >> i & 1) && !strchr(command->options, options[i].val))
			errx(2, "%s takes no --%s", command->name, options[i].name);
	for (size_t i = 0; words[i]; i++)
		if (i >= most)
			errx(2, "%s: did not expect '%s'", command->name, words[i]);
}

static int run_command(struct arguments *args, char **words)
{
	if (!words[0]) {
		fputs(usage, stderr);
		return 2;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(words[0], commands[i].name))
			continue;
		check_use(&commands[i], args, words + 1);
		return commands[i].run(args, words + 1);
	}
	fprintf(stderr, "gupsim: unknown command '%s': there are", words[0]);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(stderr, "%s %s", i ? "," : "", commands[i].name);
	fputs("\n", stderr);
	return 2;
}

static void read_options(struct arguments *args, int argc, char **argv)
{
	int option, index = 0;

	while ((option = getopt_long(argc, argv, "h", options, &index)) != -1) {
		args->given |= 1u << index;
		switch (option) {
		case 'k':
			args->kernels[args->options.nr_kernels++] = optarg;
			break;
		case 'f':
			args->options.format = format_of(optarg);
			break;
		case 'r':
			args->rules[args->options.nr_rules++] = optarg;
			break;
		case 'o':
			args->forced[args->options.nr_forced++] = optarg;
			break;
		case 's':
			args->seed = optarg;
			break;
		case 'c':
			args->count = optarg;
			break;
		case 'w':
			args->directory = optarg;
			break;
		case 'a':
			args->matrix |= GUPSIM_MATRIX_ALL;
			break;
		case 'e':
			args->matrix |= GUPSIM_MATRIX_EXPLAIN;
			break;
		case 'j':
			args->options.format = GUPSIM_JSON;
			break;
		case 'C':
			args->options.guest_cma = true;
			break;
		case 'm':
			args->markdown = true;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(finish(0));
		case 'V':
			printf("gupsim %d.%d.%d\n", GUPSIM_VERSION_MAJOR,
			       GUPSIM_VERSION_MINOR, GUPSIM_VERSION_PATCH);
			exit(finish(0));
		default:
			errx(2, "gupsim --help tells what there is");
		}
	}
}

int main(int argc, char **argv)
{
	struct arguments args = {
		.kernels = checked(calloc(argc, sizeof(char *))),
		.rules = checked(calloc(argc, sizeof(char *))),
		.forced = checked(calloc(argc, sizeof(char *))),
		.options = {.size = sizeof(args.options),
			    .write = write_stdout,
			    .complain = write_stderr},
	};
	static char name[] = "gupsim";
	int ret;

	if (argc)
		argv[0] = name; /* in mistakes that getopt tells */
	read_options(&args, argc, argv);
	args.options.kernels = args.kernels;
	args.options.rules = args.rules;
	args.options.forced = args.forced;
	ret = run_command(&args, argv + optind);
	free(args.kernels);
	free(args.rules);
	free(args.forced);
	return finish(ret);
}
