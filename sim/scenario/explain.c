/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decisions in words, with the commits that made the rules what they are. */
#include "scenario/run.h"

#include <stdio.h>
#include <string.h>

struct explaining {
	struct run *run;
	struct note **last;
	size_t skip; /* decisions that are not told */
};

static int rule_index(const char *name)
{
	for (size_t i = 0; i < gupsim_nr_rules(); i++)
		if (!strcmp(gupsim_rule_info(i)->name, name))
			return i;
	return -1;
}

/* The release that changed the rule: @step is -1 to look back from @kernel, 1 to look on.
 */
static const char *change(int rule, size_t kernel, int step,
			  struct gupsim_rule_cell *cell)
{
	for (; kernel < gupsim_nr_kernels(); kernel += step)
		if (!gupsim_rule_cell(kernel, rule, cell) && cell->changed)
			return gupsim_kernel_name(kernel);
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
	release = change(rule, run->kernel, -1, &cell);
	if (release)
		return run_words(run, ", since %s (commit %s)",
				 cell.first ? cell.first : release, commit_words(&cell));
	release = change(rule, run->kernel + 1, 1, &cell);
	if (release)
		return run_words(run, ", until %s made it %s (commit %s)",
				 cell.first ? cell.first : release, cell.value,
				 commit_words(&cell));
	return "";
}

static void add_note(struct explaining *explaining, const char *text)
{
	struct note *note = pool_alloc(explaining->run->pool, sizeof(*note));

	if (!note)
		return;
	note->text = text;
	*explaining->last = note;
	explaining->last = &note->next;
}

static void on_decision(void *arg, const struct gupsim_decision *decision)
{
	struct explaining *explaining = arg;
	struct run *run = explaining->run;
	char result[64], address[32] = "", rule[256] = "";

	if (explaining->skip) {
		explaining->skip--;
		return;
	}
	if (decision->addr)
		snprintf(address, sizeof(address), " at 0x%lx", decision->addr);
	if (decision->rule)
		snprintf(rule, sizeof(rule), " [%s=%s%s]", decision->rule,
			 decision->value, history(run, decision));
	gupsim_result_name(decision->result, result, sizeof(result));
	add_note(explaining,
		 run_words(run, "%s: %s%s%s%s%s", decision->func, decision->what, address,
			   rule, decision->has_result ? " -> " : "",
			   decision->has_result ? result : ""));
}

struct note *explain_call(struct run *run, unsigned long serial, size_t most)
{
	size_t nr = gupsim_trace(run->machine, serial, NULL, NULL);
	struct note *notes = NULL;
	struct explaining explaining = {run, &notes, nr > most ? nr - most : 0};

	if (explaining.skip)
		add_note(&explaining,
			 run_words(run, "(%zu decisions before)", explaining.skip));
	gupsim_trace(run->machine, serial, on_decision, &explaining);
	return notes;
}
