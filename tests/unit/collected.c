/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collecting reports. */
#include "collected.h"

#include <stdlib.h>
#include <string.h>

void append_text(char **all, const char *text)
{
	size_t length = *all ? strlen(*all) : 0, more = strlen(text) + 1;
	char *longer = realloc(*all, length + more);

	if (!longer)
		abort();
	memcpy(longer + length, text, more);
	*all = longer;
}

static void on_report(void *arg, const char *text)
{
	struct collected *collected = arg;

	append_text(&collected->report, text);
}

static void on_mistake(void *arg, const char *text)
{
	struct collected *collected = arg;

	append_text(&collected->mistakes, text);
}

struct gupsim_scenario_options collecting(struct collected *collected,
					  const struct gupsim_scenario_options *options)
{
	struct gupsim_scenario_options all = {.size = sizeof(all)};

	if (options)
		all = *options;
	all.size = sizeof(all);
	all.write = on_report;
	all.complain = on_mistake;
	all.write_arg = collected;
	*collected = (struct collected){.report = calloc(1, 1), .mistakes = calloc(1, 1)};
	if (!collected->report || !collected->mistakes)
		abort();
	return all;
}

struct collected collect_bytes(const char *text, size_t length,
			       const struct gupsim_scenario_options *options)
{
	struct collected collected;
	struct gupsim_scenario_options all = collecting(&collected, options);
	/* Exactly as long as it is, so that reading past its end is caught. */
	char *copy = malloc(length ? length : 1);

	if (!copy)
		abort();
	memcpy(copy, text, length);
	collected.status =
		gupsim_scenario_run("t.gup", copy, length, &all, &collected.result);
	free(copy);
	return collected;
}

struct collected collect(const char *text, const struct gupsim_scenario_options *options)
{
	return collect_bytes(text, strlen(text), options);
}

void collected_free(struct collected *collected)
{
	free(collected->report);
	free(collected->mistakes);
}
