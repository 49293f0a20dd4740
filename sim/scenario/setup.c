/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that a story's settings ask for. */
#include "scenario/forced.h"
#include "scenario/run.h"
#include "scenario/verbs.h"

#include <stdio.h>
#include <string.h>

static enum gupsim_vsyscall vsyscall_of(const struct statement *s)
{
	return story_value(s, "emulate") ? GUPSIM_VSYSCALL_EMULATE
	       : story_value(s, "none")	 ? GUPSIM_VSYSCALL_NONE
					 : GUPSIM_VSYSCALL_XONLY;
}

/* The forced events that @s asks for. */
static unsigned int forces(const struct statement *s)
{
	const struct forced *forced;
	unsigned int set = 0;

	for (size_t i = 0; !strcmp(s->verb->name, "option") && (forced = forced_nth(i));
	     i++)
		set |= (story_value(s, forced->option) != NULL) << i;
	return set;
}

static void apply_forced(unsigned int set, struct gupsim_config *config)
{
	for (size_t i = 0; set >> i; i++)
		if (set >> i & 1)
			forced_apply(forced_nth(i), config);
}

static void apply_setting(const struct statement *s, struct gupsim_config *config)
{
	const char *verb = s->verb->name;

	if (!strcmp(verb, "ram")) {
		config->ram_normal = story_number_after(s, "normal", 0);
		config->ram_movable = story_number_after(s, "movable", 0);
		config->ram_cma = story_number_after(s, "cma", 0);
	} else if (!strcmp(verb, "hugetlb")) {
		*(story_value(s, "1G") ? &config->hugetlb_1g : &config->hugetlb_2m) =
			story_number(s, "N", 0);
	} else if (!strcmp(verb, "config")) {
		*(story_value(s, "cma") ? &config->config_cma : &config->config_fs_dax) =
			story_value(s, "on");
	} else if (!strcmp(verb, "option")) {
		if (story_value(s, "thp"))
			config->thp = story_value(s, "always")	  ? GUPSIM_THP_ALWAYS
				      : story_value(s, "madvise") ? GUPSIM_THP_MADVISE
								  : GUPSIM_THP_NEVER;
		if (story_value(s, "vsyscall"))
			config->vsyscall = vsyscall_of(s);
		apply_forced(forces(s), config);
		config->tlb_flush_paravirt |= story_value(s, "paravirt") != NULL;
		config->rlimit_stack = story_number(s, "SIZE", config->rlimit_stack);
	}
}

struct gupsim_config story_config(const struct story *story)
{
	struct gupsim_config config = gupsim_config_default();

	config.linux_version = 0;

	for (const struct statement *s = story->settings; s; s = s->next)
		apply_setting(s, &config);
	return config;
}

static bool holds_io(const struct story *story)
{
	const struct statement *s = story->settings;

	while (s && !(!strcmp(s->verb->name, "option") && story_value(s, "io")))
		s = s->next;
	return s;
}

static int override_rules(struct run *run)
{
	const struct statement *s;
	int error = 0;

	for (s = run->story->settings; s && !error; s = s->next)
		if (!strcmp(s->verb->name, "rule"))
			error = gupsim_rule_set(run->machine,
						story_value(s, "RULE")->text,
						story_value(s, "VALUE")->text);
	for (size_t i = 0; i < run->options->nr_rules && !error; i++) {
		const char *rule = run->options->rules[i], *equals = strchr(rule, '=');
		char name[128];

		snprintf(name, sizeof(name), "%.*s", (int)(equals - rule), rule);
		error = gupsim_rule_set(run->machine, name, equals + 1);
	}
	return error;
}

int setup_machine(struct run *run)
{
	struct gupsim_config config = story_config(run->story);
	int error;

	apply_forced(run->options->forced, &config);
	/* What the fixture asks for itself it expects the consequences of. */
	run->let_go = run->options->forced;
	for (const struct statement *s = run->story->settings; s; s = s->next)
		run->let_go &= ~forces(s);
	run->io_hold = holds_io(run->story);
	config.kernel = gupsim_kernel_name(run->kernel);
	config.host_realloc = run->pool->heap->host_realloc;
	config.host_arg = run->pool->heap->host_arg;
	config.report = run_report;
	config.report_arg = run;
	error = gupsim_machine_create(&config, &run->machine);
	return error ? error : override_rules(run);
}
