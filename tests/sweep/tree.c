/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding fixtures, and running one. */
#define _GNU_SOURCE
#include "tree.h"

#include <err.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* To be freed. */
static char *read_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file || getdelim(&text, &size, '\0', file) <= 0)
		err(1, "%s", path);
	fclose(file);
	return text;
}

static void add(struct tree *tree, const char *path)
{
	tree->path = realloc(tree->path, (tree->nr + 1) * sizeof(*tree->path));
	if (!tree->path || !(tree->path[tree->nr++] = strdup(path)))
		err(1, "%s", path);
}

struct tree tree_read(const char *folder)
{
	char *const roots[] = {(char *)folder, NULL};
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	struct tree tree = {0};
	const FTSENT *entry;

	if (!walk)
		err(1, "%s", folder);
	while ((entry = fts_read(walk))) {
		const char *dot = strrchr(entry->fts_name, '.');

		if (entry->fts_info == FTS_F && dot && !strcmp(dot, ".gup"))
			add(&tree, entry->fts_path);
	}
	fts_close(walk);
	if (!tree.nr)
		errx(1, "%s: no fixtures", folder);
	qsort(tree.path, tree.nr, sizeof(*tree.path), by_path);
	tree.text = calloc(tree.nr, sizeof(*tree.text));
	if (!tree.text)
		err(1, "%s", folder);
	for (size_t i = 0; i < tree.nr; i++)
		tree.text[i] = read_text(tree.path[i]);
	return tree;
}

void tree_free(struct tree *tree)
{
	for (size_t i = 0; i < tree->nr; i++) {
		free(tree->path[i]);
		free(tree->text[i]);
	}
	free(tree->path);
	free(tree->text);
}

static void keep(void *report, const char *text)
{
	fputs(text, report);
}

int run_told(const char *path, const char *text, struct gupsim_scenario_options options,
	     struct gupsim_scenario_result *result, char **told)
{
	size_t size;
	FILE *report = open_memstream(told, &size);
	int status;

	if (!report)
		err(1, "%s", path);
	options.size = sizeof(options);
	options.write = keep;
	options.write_arg = report;
	status = gupsim_scenario_run(path, text, strlen(text), &options, result);
	fclose(report);
	return status;
}
