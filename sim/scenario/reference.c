/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help and the reference page, from the tables. */
#include "scenario/expect.h"
#include "scenario/forced.h"
#include "scenario/parser.h"
#include "scenario/report.h"
#include "scenario/verbs.h"

#include <errno.h>
#include <string.h>

/* "p = get_page(PAGE)", "munmap PAGES". */
static void print_usage(const struct report *out, const struct verb *verb)
{
	bool function = verb->shape[0] == '(';

	report_printf(out, "%s%s%s%s", function && verb->declares ? "[NAME =] " : "",
		      verb->name, function || !*verb->shape ? "" : " ", verb->shape);
	report_printf(out, "%s",
		      verb->traits & VERB_FUNCTION ? " -> RESULT"
		      : verb->traits & VERB_PREFIX ? " STATEMENT"
						   : "");
}

static void print_verb(const struct report *out, const struct verb *verb)
{
	print_usage(out, verb);
	report_printf(out, "\n    %s\n", verb->help);
	if (verb->more)
		report_printf(out, "    %s\n", verb->more);
	report_printf(out, "    Example: %s\n", verb->example);
	report_printf(out, "    A real kernel: %s.\n",
		      verb->real ? verb->real
				 : "cannot do it: the verb is for the model only");
}

static void print_verbs(const struct report *out)
{
	const struct verb *verb;

	for (size_t i = 0; (verb = verb_nth(i)); i++)
		report_printf(out, "%-24s %s\n", verb->name, verb->help);
}

static int print_help(struct report *out, const char *name)
{
	const struct verb *verb = verb_find(name, strlen(name)), *other;
	struct nearest best = nearest_to(name);

	if (verb) {
		print_verb(out, verb);
		return 0;
	}
	for (size_t i = 0; (other = verb_nth(i)); i++)
		nearest_try(&best, other->name);
	report_unknown(out, "verb", &best);
	return -EINVAL;
}

/* The page. */

static const struct {
	const char *title, *text;
	unsigned int any, none; /* traits */
} sections[] = {
	{"Settings", "They come before the first statement that needs the machine.",
	 VERB_SETTING, 0},
	{"Set-up and events", "Each must succeed, unless a result says otherwise.", 0,
	 VERB_SETTING | VERB_FUNCTION | VERB_PREFIX | VERB_COLUMNS},
	{"Calls", "Each needs its result.", VERB_FUNCTION, 0},
	{"Expectations", "", VERB_COLUMNS, VERB_SETTING},
	{"Before a statement", "", VERB_PREFIX, 0},
};

static void markdown_verb(const struct report *out, const struct verb *verb)
{
	report_printf(out, "\n### %s\n\n    ", verb->name);
	print_usage(out, verb);
	report_printf(out, "\n\n%c%s.", verb->help[0] - 'a' + 'A', verb->help + 1);
	if (verb->more)
		report_printf(out, " %s", verb->more);
	report_printf(out, "\n\n    %s\n\nOn a real kernel: %s.\n", verb->example,
		      verb->real ? verb->real : "model-only");
}

static void markdown_section(const struct report *out, size_t i)
{
	const struct verb *verb;

	report_printf(out, "\n## %s\n", sections[i].title);
	if (*sections[i].text)
		report_printf(out, "\n%s\n", sections[i].text);
	for (size_t v = 0; (verb = verb_nth(v)); v++)
		if ((!sections[i].any || (verb->traits & sections[i].any)) &&
		    !(verb->traits & sections[i].none))
			markdown_verb(out, verb);
}

/* In a table a `|` needs a backslash. */
static void print_cell(const struct report *out, const char *text)
{
	for (; *text; text++)
		report_printf(out, "%s%c", *text == '|' ? "\\" : "", *text);
}

static void print_subjects(const struct report *out, unsigned int subjects)
{
	static const struct {
		unsigned int subject;
		const char *example;
	} rows[] = {
		{OF_RANGE, "A.heap[1]"},
		{OF_FILE, "data[0]"},
		{OF_ENTRY, "p[0]"},
		{OF_VMAS, "p.vmas[0]"},
		{OF_FRAME, "old"},
		{OF_CALL, "p"},
		{OF_TASK, "A"},
		{OF_EVENT, "t"},
		{OF_VMA, "vma A.heap"},
		{OF_LOCK, "lock A"},
		{OF_LEAK, "leak A.heap[0]"},
		{OF_AUDIT, "audit A.heap[0]"},
	};
	const char *separator = "";

	if (subjects == OF_PAGE) {
		report_printf(out, "a page");
		return;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!(subjects & rows[i].subject))
			continue;
		report_printf(out, "%s`%s`", separator, rows[i].example);
		separator = ", ";
	}
}

static void markdown_observables(const struct report *out)
{
	const struct observable *what;

	report_printf(out, "\n| of | say | it is |\n|---|---|---|\n");
	for (size_t i = 0; (what = observable_nth(i)); i++) {
		report_printf(out, "| ");
		print_subjects(out, what->subjects);
		report_printf(out, " | `%s%s", what->name ? what->name : "",
			      what->name ? " " : "");
		print_cell(out, what->shape);
		report_printf(out, "` | %s |\n", what->help);
	}
	report_printf(out, "\n`no` says the opposite: `cma no`.\n");
}

static void markdown_let_go(const struct report *out, const struct let_go *let_go)
{
	const char *separator = "";

	if (!let_go->name)
		report_printf(out, "nothing");
	for (; let_go->name; let_go++) {
		report_printf(out, "%s`%s`%s", separator, let_go->name,
			      let_go->subjects & OF_PAGE ? " of a page" : " of a call");
		separator = ", ";
	}
}

static void markdown_forced(const struct report *out)
{
	const struct forced *forced;

	report_printf(out,
		      "\n## Forced rare events\n\n"
		      "Some options make what is rare happen at every chance. "
		      "`gupsim run --option` forces them on fixtures that do not say "
		      "so themselves, and then does not ask what may be otherwise. "
		      "What calls give may not.\n\n"
		      "| from outside | what happens | not asked then |\n"
		      "|---|---|---|\n");
	for (size_t i = 0; (forced = forced_nth(i)); i++) {
		report_printf(out, "| `--option %s` | %s | ", forced->spec, forced->help);
		markdown_let_go(out, forced->lets_go);
		report_printf(out, " |\n");
	}
}

static void print_markdown(const struct report *out)
{
	const struct slot *slot;

	report_printf(
		out,
		"# Verbs of .gup fixtures\n\nMade by `gupsim verbs --markdown` from the "
		"table that the parser reads. The language itself is told in "
		"[scenario-format.md](scenario-format.md).\n\nIn the usage lines `{a|b}` "
		"is a choice, `[a]` may be left out, and words in capitals are:\n\n"
		"| word | stands for |\n|---|---|\n");
	for (size_t i = 0; (slot = slot_nth(i)); i++) {
		report_printf(out, "| `%s` | ", slot->name);
		print_cell(out, slot->meaning);
		report_printf(out, " |\n");
	}
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		markdown_section(out, i);
		if (!strcmp(sections[i].title, "Settings"))
			markdown_forced(out);
		if (!strcmp(sections[i].title, "Expectations"))
			markdown_observables(out);
	}
}

int gupsim_scenario_verbs(const char *name, bool markdown,
			  void (*write)(void *arg, const char *text), void *arg)
{
	struct report out = {.write = write, .complain = write, .arg = arg};

	if (!write || (name && markdown))
		return -EINVAL;
	if (name)
		return print_help(&out, name);
	(markdown ? print_markdown : print_verbs)(&out);
	return 0;
}
