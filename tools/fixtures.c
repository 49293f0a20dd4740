/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands on fixtures: files, or folders for all below them. */
#include "command.h"

#include <err.h>
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct files {
	const char **path;
	size_t nr, room;
};

static void add(struct files *files, const char *path)
{
	if (files->nr == files->room) {
		files->room = 2 * files->room + 16;
		files->path = checked(
			reallocarray(files->path, files->room, sizeof(*files->path)));
	}
	files->path[files->nr++] = checked(strdup(path));
}

static void files_free(struct files *files)
{
	while (files->nr)
		free((char *)(uintptr_t)files->path[--files->nr]);
	free(files->path);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* What was given by its own name need not be called .gup. */
static bool is_fixture(const FTSENT *entry)
{
	if (entry->fts_level == FTS_ROOTLEVEL)
		return entry->fts_info != FTS_D && entry->fts_info != FTS_DP;
	return entry->fts_info == FTS_F && entry->fts_namelen > 4 &&
	       !strcmp(entry->fts_name + entry->fts_namelen - 4, ".gup");
}

/* A directory stands for the fixtures below it, in the order of their names. */
static void collect(struct files *files, char *path)
{
	char *const roots[] = {path, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
	size_t before = files->nr;
	const FTSENT *entry;

	if (!tree)
		err(2, "%s", path);
	while ((entry = fts_read(tree))) {
		if (entry->fts_errno) {
			warnx("%s: %s", entry->fts_path, strerror(entry->fts_errno));
			fts_close(tree);
			exit(2);
		}
		if (is_fixture(entry))
			add(files, entry->fts_path);
	}
	fts_close(tree);
	if (files->nr == before)
		errx(2, "%s: there is no .gup file below it", path);
}

static struct files collect_all(char **paths)
{
	struct files files = {0};

	for (; *paths; paths++)
		collect(&files, *paths);
	return files;
}

int command_run(struct arguments *args, char **paths)
{
	struct files files = collect_all(paths);
	int ret;

	ret = gupsim_scenario_run_files(files.path, files.nr, &args->options, NULL);
	files_free(&files);
	return ret;
}

int command_matrix(struct arguments *args, char **paths)
{
	struct files files = collect_all(paths);
	int ret;

	ret = gupsim_scenario_matrix(files.path, files.nr, args->matrix, &args->options);
	files_free(&files);
	return ret;
}

/* The line behind the last colon of FILE:LINE, cut off; 0: there is none. */
static size_t cut_line(char *word)
{
	char *colon = strrchr(word, ':');
	unsigned long line;

	if (!colon || !colon[1] || colon[1 + strspn(colon + 1, "0123456789")])
		return 0;
	line = strtoul(colon + 1, NULL, 10);
	if (!line)
		errx(2, "%s: lines are counted from 1", word);
	*colon = '\0';
	return line;
}

int command_explain(struct arguments *args, char **words)
{
	size_t line = cut_line(words[0]);

	return gupsim_scenario_explain(words[0], line, &args->options);
}

int command_dump(struct arguments *args, char **words)
{
	size_t line = cut_line(words[0]);

	if (!line)
		errx(2, "dump: give FILE:LINE");
	return gupsim_scenario_dump(words[0], line, &args->options);
}

int command_plan(struct arguments *args, char **paths)
{
	const char *kernel = args->options.nr_kernels ? args->kernels[0] : NULL;
	struct files files = collect_all(paths);
	int ret;

	args->options.nr_kernels = 0; /* it need not be modelled */
	ret = gupsim_scenario_plan(files.path, files.nr, kernel, &args->options);
	files_free(&files);
	return ret;
}

/* All of a file, with a NUL behind it. */
static char *read_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		err(2, "%s", path);
	if (getdelim(&text, &size, '\0', file) < 0 && ferror(file))
		err(2, "%s", path);
	fclose(file);
	return text ? text : checked(strdup(""));
}

int command_judge(struct arguments *args, char **words)
{
	struct files files;
	char *answers;
	int ret;

	if (args->options.format == GUPSIM_KTAP)
		errx(2, "judge: the formats are text and json");
	args->options.nr_kernels = 0; /* it need not be modelled */
	answers = read_text(words[0]);
	files = collect_all(words + 1);
	ret = gupsim_scenario_judge(files.path, files.nr, args->kernels[0], answers,
				    &args->options, NULL);
	files_free(&files);
	free(answers);
	return ret;
}
