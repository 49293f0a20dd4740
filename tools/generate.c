/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that make fixtures. */
#define _GNU_SOURCE /* asprintf() */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static uint64_t number_of(const char *option, const char *word)
{
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(word, &end, 0);
	if (*word < '0' || *word > '9' || *end || errno)
		errx(2, "--%s takes a number, not '%s'", option, word);
	return number;
}

static void make_directory(const char *path)
{
	if (mkdir(path, 0777) && errno != EEXIST)
		err(2, "%s", path);
}

/* A file that cannot be written ends the command: what else is made would be lost, too.
 */
static int write_fixture(void *arg, const char *name, const char *text, size_t length)
{
	const char *directory = arg;
	char *path;
	FILE *file;

	if (!directory)
		return 0;
	if (asprintf(&path, "%s/%s", directory, name) < 0)
		errx(2, "out of memory");
	file = fopen(path, "w");
	if (!file || fwrite(text, 1, length, file) != length || fclose(file))
		err(2, "%s", path);
	free(path);
	return 0;
}

int command_random(struct arguments *args, char **words)
{
	static const char *const usual[] = {"v5.6"};
	uint64_t seed = number_of("seed", args->seed);
	uint64_t count = number_of("count", args->count);

	(void)words;
	if (!count)
		errx(2, "--count takes at least 1");
	if (!args->options.nr_kernels) {
		args->options.kernels = usual;
		args->options.nr_kernels = 1;
	}
	if (args->directory)
		make_directory(args->directory);
	return gupsim_scenario_random(seed, count, &args->options, write_fixture,
				      (void *)(uintptr_t)args->directory);
}

int command_reduce(struct arguments *args, char **words)
{
	make_directory(args->directory);
	return gupsim_scenario_reduce(words[0], &args->options, write_fixture,
				      (void *)(uintptr_t)args->directory);
}
