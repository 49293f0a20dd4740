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

/* What getopt reads, --help tells and mistakes name. */
static const struct known_option {
	const char *name, *argument; /* NULL: it takes none */
	char letter;
	const char *does; /* NULL: --help does not list it */
} known_options[] = {
	{"kernel", "R", 'k',
	 "only on release R, as v6.1 or 6.1; `all`: on all that are modelled"},
	{"format", "FORMAT", 'f', "text, json or, of a run, ktap"},
	{"rule", "NAME=VALUE", 'r', "with this rule changed"},
	{"option", "NAME=VALUE", 'o',
	 "take a rare way at every chance: retry=always, fault_around=page, "
	 "isolation=fails, migration=fails_once, thp_alloc=fails, pagevec=hold"},
	{"seed", "S", 's', "which of all random fixtures"},
	{"count", "N", 'c', "calls in all of them"},
	{"write", "DIR", 'w', "where to put the fixtures that are made"},
	{"all", NULL, 'a', "calls that do not differ, too"},
	{"explain", NULL, 'e', "the rules that make each difference"},
	{"json", NULL, 'j', "as --format json"},
	{"cma", NULL, 'C', "the booted kernel has a CMA area"},
	{"markdown", NULL, 'm', "the whole page, as it is in docs/"},
	{"help", NULL, 'h', NULL},
	{"version", NULL, 'V', NULL},
};

enum {
	NR_OPTIONS = sizeof(known_options) / sizeof(known_options[0])
};

static const struct command {
	const char *name;
	int (*run)(struct arguments *args, char **words);
	/* The letters of those that it takes, each with how often: `1` once, `?` once or
	 * not at all, `*` as often as one likes. */
	const char *options;
	const char *words;
	size_t least, most; /* words */
	const char *does;
} commands[] = {
	{"run", command_run, "k*f?r*o*", "FILE|DIR...", 1, SIZE_MAX,
	 "hold fixtures against the model, on the releases that they name"},
	{"explain", command_explain, "k*r*o*", "FILE[:LINE]", 1, 1,
	 "tell the decisions behind the result of each call"},
	{"dump", command_dump, "k*r*o*", "FILE:LINE", 1, 1,
	 "print the machine as it is after a line"},
	{"plan", command_plan, "k?C?", "FILE|DIR...", 1, SIZE_MAX,
	 "print what a booted kernel has to do for fixtures"},
	{"judge", command_judge, "k1f?C?", "ANSWERS FILE|DIR...", 2, SIZE_MAX,
	 "hold what one answered to plans against the fixtures"},
	{"random", command_random, "s1c1k?r*w?", "", 0, 0,
	 "make random fixtures with N calls in all, and run them"},
	{"reduce", command_reduce, "k1w1r*", "FILE", 1, 1,
	 "make smaller fixtures out of one, which hold as well"},
	{"matrix", command_matrix, "k*r*a?e?j?", "FILE|DIR...", 1, SIZE_MAX,
	 "hold the releases against each other: the calls that differ, and why"},
	{"kernels", command_kernels, "m?", "", 0, 0,
	 "list the modelled releases and their rules"},
	{"verbs", command_verbs, "m?", "[NAME]", 0, 1, "list what a fixture can say"},
	{"points", command_points, "m?", "", 0, 0, "list where the kernel can be raced"},
};

enum {
	NR_COMMANDS = sizeof(commands) / sizeof(commands[0])
};

/* How often an option may be given to a command; 0: never. */
static char how_often(const struct command *command, const struct known_option *option)
{
	const char *taken = strchr(command->options, option->letter);

	return taken ? taken[1] : 0;
}

/* Text that is broken between words, behind `column`, where each line begins. */
struct paragraph {
	FILE *out;
	int column, at;
};

static void put_word(struct paragraph *text, const char *word, int length)
{
	if (text->at > text->column && text->at + 1 + length > 80) {
		fprintf(text->out, "\n%*s", text->column, "");
		text->at = text->column;
	}
	text->at += fprintf(text->out, "%s%.*s", text->at > text->column ? " " : "",
			    length, word);
}

static void put_words(struct paragraph *text, const char *words)
{
	while (*words) {
		int length = strcspn(words, " ");

		put_word(text, words, length);
		words += length;
		words += strspn(words, " ");
	}
}

static void put_synopsis(FILE *out, const struct command *command)
{
	int column = fprintf(out, "gupsim %s ", command->name);
	struct paragraph text = {out, column, column};

	for (size_t i = 0; i < NR_OPTIONS; i++) {
		const struct known_option *option = &known_options[i];
		const char often = how_often(command, option);
		char word[64];

		if (!often)
			continue;
		snprintf(word, sizeof(word), "%s--%s%s%s%s%s", often == '1' ? "" : "[",
			 option->name, option->argument ? " " : "",
			 option->argument ? option->argument : "",
			 often == '1' ? "" : "]", often == '*' ? "..." : "");
		put_word(&text, word, strlen(word));
	}
	put_words(&text, command->words);
	fputs("\n", out);
}

/* A name and, beside it, what it means. */
static void put_row(FILE *out, int column, const char *name, const char *does)
{
	struct paragraph text = {out, column, column};

	fprintf(out, "%-*s", column, name);
	put_words(&text, does);
	fputs("\n", out);
}

static void put_usage(FILE *out)
{
	char name[64];

	for (size_t i = 0; i < NR_COMMANDS; i++)
		put_synopsis(out, &commands[i]);
	fputs("\n", out);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		put_row(out, 9, commands[i].name, commands[i].does);
	fputs("\n", out);
	for (size_t i = 0; i < NR_OPTIONS; i++) {
		const struct known_option *option = &known_options[i];

		if (!option->does)
			continue;
		snprintf(name, sizeof(name), "--%s %s", option->name,
			 option->argument ? option->argument : "");
		put_row(out, 21, name, option->does);
	}
	fputs("\nExit status: 0 all held, 1 an expectation failed, 2 the input is "
	      "wrong.\n",
	      out);
}

static void check_option(const struct command *command, const struct known_option *option,
			 unsigned int given)
{
	const char often = how_often(command, option);

	if (given && !often)
		errx(2, "%s takes no --%s", command->name, option->name);
	if (given > 1 && often != '*')
		errx(2, "%s takes one --%s", command->name, option->name);
	if (!given && often == '1')
		errx(2, "%s: give --%s %s", command->name, option->name,
		     option->argument);
}

/* What a command would not use, or would miss, is a mistake. */
static void check_use(const struct command *command, const struct arguments *args,
		      const unsigned int *given, char **words)
{
	/* The whole page is not about one verb. */
	size_t most = args->markdown ? 0 : command->most, nr = 0;

	for (size_t i = 0; i < NR_OPTIONS; i++)
		check_option(command, &known_options[i], given[i]);
	for (; words[nr]; nr++)
		if (nr >= most)
			errx(2, "%s: did not expect '%s'", command->name, words[nr]);
	if (nr < command->least)
		errx(2, "%s: give %s", command->name, command->words);
}

static int run_command(struct arguments *args, const unsigned int *given, char **words)
{
	if (!words[0]) {
		put_usage(stderr);
		return 2;
	}
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (strcmp(words[0], commands[i].name))
			continue;
		check_use(&commands[i], args, given, words + 1);
		return commands[i].run(args, words + 1);
	}
	fprintf(stderr, "gupsim: unknown command '%s': there are", words[0]);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(stderr, "%s %s", i ? "," : "", commands[i].name);
	fputs("\n", stderr);
	return 2;
}

static void read_option(struct arguments *args, char letter)
{
	switch (letter) {
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
		put_usage(stdout);
		exit(finish(0));
	case 'V':
		printf("gupsim %d.%d.%d\n", GUPSIM_VERSION_MAJOR, GUPSIM_VERSION_MINOR,
		       GUPSIM_VERSION_PATCH);
		exit(finish(0));
	default:
		errx(2, "gupsim --help tells what there is");
	}
}

/* given[]: how often each of known_options was. */
static void read_options(struct arguments *args, unsigned int *given, int argc,
			 char **argv)
{
	struct option options[NR_OPTIONS + 1] = {0};
	int letter, index = 0;

	for (size_t i = 0; i < NR_OPTIONS; i++) {
		options[i].name = known_options[i].name;
		options[i].has_arg =
			known_options[i].argument ? required_argument : no_argument;
		options[i].val = known_options[i].letter;
	}
	while ((letter = getopt_long(argc, argv, "h", options, &index)) != -1) {
		read_option(args, letter);
		given[index]++;
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
	unsigned int given[NR_OPTIONS] = {0};
	static char name[] = "gupsim";
	int ret;

	if (argc)
		argv[0] = name; /* in mistakes that getopt tells */
	read_options(&args, given, argc, argv);
	args.options.kernels = args.kernels;
	args.options.rules = args.rules;
	args.options.forced = args.forced;
	ret = run_command(&args, given, argv + optind);
	free(args.kernels);
	free(args.rules);
	free(args.forced);
	return finish(ret);
}
