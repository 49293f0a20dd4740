/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decisions in words, with the commits that made the rules what they are. */
#include "scenario/names.h"
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

/* The release that made the rule what it is on @kernel; NULL: it always was so. */
static const char *changed_by(int rule, size_t kernel, struct gupsim_rule_cell *cell)
{
	for (; !gupsim_rule_cell(kernel, rule, cell);
	     kernel = gupsim_kernel_before(kernel))
		if (cell->changed)
			return gupsim_kernel_name(kernel);
	return NULL;
}

/* The mainline release after @kernel that changed it; NULL: none did. */
static const char *changes_in(int rule, size_t kernel, struct gupsim_rule_cell *cell)
{
	size_t last = gupsim_nr_kernels() - 1;

	for (size_t k = kernel + 1; !gupsim_rule_cell(k, rule, cell); k++)
		if (cell->changed && kernel_descends(last, k))
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
	if (!cell.reached) /* but for another rule, that is overridden */
		return "";
	release = changed_by(rule, run->kernel, &cell);
	if (release)
		return run_words(run, ", since %s (commit %s)",
				 cell.first ? cell.first : release, commit_words(&cell));
	release = changes_in(rule, run->kernel, &cell);
	if (release && !cell.reached)
		return run_words(run, ", until %s asked no more (commit %s)",
				 cell.first ? cell.first : release, commit_words(&cell));
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
