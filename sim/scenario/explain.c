/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decisions in words, with the commits that made the rules what they are. */
#include "scenario/run.h"

#include <stdio.h>
#include <string.h>

struct explaining {
	struct run *run;
	struct note **last;
};

static int rule_index(const char *name)
{
	for (size_t i = 0; i < gupsim_nr_rules(); i++)
		if (!strcmp(gupsim_rule_info(i)->name, name))
			return i;
	return -1;
}

/* The last release up to @to, from @from on, that changed the rule; NULL: none did. */
static const char *change(int rule, size_t from, size_t to, struct gupsim_rule_cell *cell)
{
	for (size_t k = to + 1; k-- > from;)
		if (!gupsim_rule_cell(k, rule, cell) && cell->changed)
			return gupsim_kernel_name(k);
	return NULL;
}

static const char *next_change(int rule, size_t after, struct gupsim_rule_cell *cell)
{
	for (size_t k = after + 1; k < gupsim_nr_kernels(); k++)
		if (!gupsim_rule_cell(k, rule, cell) && cell->changed)
			return gupsim_kernel_name(k);
	return NULL;
}

static const char *commit_words(const struct gupsim_rule_cell *cell)
{
	return cell->commit ? cell->commit : "not known";
}

/* ", since v5.6 (commit c4237f8b1f4f)"; what the rule is by table, not by override. */
static const char *history(struct run *run, const struct gupsim_decision *decision)
{
	int rule = rule_index(decision->rule);
	struct gupsim_rule_cell cell;
	const char *release;

	if (rule < 0 || gupsim_rule_cell(run->kernel, rule, &cell))
		return "";
	if (strcmp(cell.value, decision->value))
		return run_words(run, ", overridden; %s has %s",
				 gupsim_kernel_name(run->kernel), cell.value);
	release = change(rule, 0, run->kernel, &cell);
	if (release)
		return run_words(run, ", since %s (commit %s)", release,
				 commit_words(&cell));
	release = next_change(rule, run->kernel, &cell);
	if (release)
		return run_words(run, ", until %s made it %s (commit %s)", release,
				 cell.value, commit_words(&cell));
	return "";
}

static void on_decision(void *arg, const struct gupsim_decision *decision)
{
	struct explaining *explaining = arg;
	struct run *run = explaining->run;
	struct note *note = pool_alloc(run->pool, sizeof(*note));
	char result[64], address[32] = "", rule[256] = "";

	if (!note)
		return;
	if (decision->addr)
		snprintf(address, sizeof(address), " at 0x%lx", decision->addr);
	if (decision->rule)
		snprintf(rule, sizeof(rule), " [%s=%s%s]", decision->rule,
			 decision->value, history(run, decision));
	gupsim_result_name(decision->result, result, sizeof(result));
	note->text = run_words(run, "%s: %s%s%s%s%s", decision->func, decision->what,
			       address, rule, decision->has_result ? " -> " : "",
			       decision->has_result ? result : "");
	*explaining->last = note;
	explaining->last = &note->next;
}

void explain_call(struct run *run, unsigned long serial, struct note **notes)
{
	struct explaining explaining = {run, notes};

	while (*explaining.last)
		explaining.last = &(*explaining.last)->next;
	gupsim_trace(run->machine, serial, on_decision, &explaining);
}
