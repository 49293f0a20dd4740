/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of releases and rules: as a list, and as a page of what changed when. */
#include "command.h"

#include <stdio.h>
#include <string.h>

static const char *shown(const struct gupsim_rule_cell *cell)
{
	return cell->reached ? cell->value : "-";
}

static void print_evidence(const struct gupsim_rule_cell *cell)
{
	printf("%s%s%s", cell->evidence, cell->asked ? " on " : "",
	       cell->asked ? cell->asked : "");
}

/* The list. */

static void print_cell(size_t kernel, size_t rule)
{
	struct gupsim_rule_cell cell;

	if (gupsim_rule_cell(kernel, rule, &cell))
		return;
	printf("    %-9s %-16s ", gupsim_kernel_name(kernel), shown(&cell));
	print_evidence(&cell);
	if (cell.changed)
		printf(", commit %s", cell.commit ? cell.commit : "not known");
	if (cell.changed && cell.first &&
	    strcmp(cell.first, gupsim_kernel_name(kernel)) != 0)
		printf(" of %s", cell.first);
	printf("\n");
}

static void print_list(void)
{
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		printf("%s%s", k ? " " : "", gupsim_kernel_name(k));
	printf("\n");
	for (size_t r = 0; r < gupsim_nr_rules(); r++) {
		const struct gupsim_rule *rule = gupsim_rule_info(r);

		printf("\n%s = ", rule->name);
		for (size_t v = 0; rule->values[v]; v++)
			printf("%s%s", v ? "|" : "", rule->values[v]);
		printf("\n    %s\n", rule->meaning);
		for (size_t k = 0; k < gupsim_nr_kernels(); k++)
			print_cell(k, r);
	}
}

/* The page. */

static void print_functions(size_t kernel, bool come)
{
	const char *name, *separator = come ? "New functions: " : "Gone: ";
	bool any = false;

	for (size_t i = 0; (name = gupsim_function_name(i)); i++) {
		if (gupsim_kernel_has(kernel, name) != come ||
		    gupsim_kernel_has(gupsim_kernel_before(kernel), name) == come)
			continue;
		printf("%s`%s()`", separator, name);
		separator = ", ";
		any = true;
	}
	printf(any ? ".\n\n" : "");
}

static void print_flags(unsigned int flags, const char *separator)
{
	if (!flags)
		return;
	for (unsigned int bit = 1; bit; bit <<= 1)
		if (flags & bit) {
			printf("%s`FOLL_%s`", separator, gupsim_flag_name(bit));
			separator = ", ";
		}
	printf(".\n\n");
}

static void print_change(size_t kernel, size_t rule)
{
	const struct gupsim_rule *info = gupsim_rule_info(rule);
	struct gupsim_rule_cell before, after;

	if (gupsim_rule_cell(gupsim_kernel_before(kernel), rule, &before) ||
	    gupsim_rule_cell(kernel, rule, &after))
		return;
	printf("| `%s` | %s | %s | %s | %s%s%s | ", info->name, info->meaning,
	       shown(&before), shown(&after), after.commit ? after.commit : "not known",
	       after.first ? " of " : "", after.first ? after.first : "");
	print_evidence(&after);
	printf(" |\n");
}

static bool rule_changed(size_t kernel, size_t rule)
{
	struct gupsim_rule_cell cell;

	return !gupsim_rule_cell(kernel, rule, &cell) && cell.changed;
}

static void print_changes(size_t kernel)
{
	bool any = false;

	for (size_t r = 0; r < gupsim_nr_rules(); r++) {
		if (!rule_changed(kernel, r))
			continue;
		if (!any)
			printf("| rule | what it decides | before | after | commit | "
			       "known |\n|---|---|---|---|---|---|\n");
		print_change(kernel, r);
		any = true;
	}
	printf(any ? "\n" : "No rule changed.\n\n");
}

static void print_release(size_t kernel)
{
	size_t before = gupsim_kernel_before(kernel);
	unsigned int flags = gupsim_kernel_flags(kernel);

	printf("## %s, after %s\n\n", gupsim_kernel_name(kernel),
	       gupsim_kernel_name(before));
	print_functions(kernel, true);
	print_functions(kernel, false);
	print_flags(flags & ~gupsim_kernel_flags(before), "New flags: ");
	print_flags(gupsim_kernel_flags(before) & ~flags, "Flags gone: ");
	print_changes(kernel);
}

static void print_all(void)
{
	printf("## All of them\n\n| rule |");
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		printf(" %s |", gupsim_kernel_name(k));
	printf("\n|---|");
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		printf("---|");
	for (size_t r = 0; r < gupsim_nr_rules(); r++) {
		printf("\n| `%s` |", gupsim_rule_info(r)->name);
		for (size_t k = 0; k < gupsim_nr_kernels(); k++) {
			struct gupsim_rule_cell cell;

			gupsim_rule_cell(k, r, &cell);
			printf(cell.changed ? " **%s** |" : " %s |", shown(&cell));
		}
	}
	printf("\n");
}

static void print_markdown(void)
{
	printf("# What changed from release to release\n\n"
	       "Made by `gupsim kernels --markdown` from the table that the model runs "
	       "by. A rule is a decision that a caller can observe, named after the "
	       "kernel function and the decision. Where no call comes to a rule any "
	       "more, its value is -. How a value is known: *measured*, the kernel that "
	       "is named answered so when it ran; *source*, it was read; *memory*, "
	       "neither. What a change does to a fixture's calls, `gupsim matrix "
	       "--explain` tells.\n\n"
	       "The table begins with %s. A mainline release is compared with the "
	       "mainline release before it that is modelled, a point release with the "
	       "release that it is a branch of. v6.12 is late v6.12.y here, as Debian "
	       "has it: what came with its point releases is told as if it were "
	       "v6.12's.\n\n",
	       gupsim_kernel_name(0));
	for (size_t k = 1; k < gupsim_nr_kernels(); k++) {
		print_release(k);
	}
	print_all();
}

int command_kernels(struct arguments *args, char **words)
{
	(void)words;
	(args->markdown ? print_markdown : print_list)();
	return 0;
}
