/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help and the reference page, from the tables. */
#include "scenario/clause.h"
#include "scenario/slots.h"
#include "scenario/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct out {
	gupsim_write_fn write;
	void *arg;
};

static void print(const struct out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void print(const struct out *out, const char *format, ...)
{
	char buf[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(buf, sizeof(buf), format, args);
	va_end(args);
	out->write(out->arg, buf);
}

/* "p = get_page(PAGE)", "munmap PAGES". */
static void print_usage(const struct out *out, const struct verb *verb)
{
	bool function = verb->shape[0] == '(';

	print(out, "%s%s%s%s", function && verb->declares ? "[NAME =] " : "", verb->name,
	      function || !*verb->shape ? "" : " ", verb->shape);
	if (verb->traits & VERB_FUNCTION)
		print(out, " -> RESULT");
}

static void print_verb(const struct out *out, const struct verb *verb)
{
	print_usage(out, verb);
	print(out, "\n    %s\n", verb->help);
	if (verb->more)
		print(out, "    %s\n", verb->more);
	print(out, "    Example: %s\n", verb->example);
	print(out, "    A real kernel: %s.\n",
	      verb->real ? verb->real : "cannot do it: the verb is for the model only");
}

int verbs_help(const char *name, gupsim_write_fn write, void *arg)
{
	struct out out = {write, arg};
	const struct verb *verb;

	if (name) {
		verb = verb_find(name, strlen(name));
		if (!verb)
			return -EINVAL;
		print_verb(&out, verb);
		return 0;
	}
	for (size_t i = 0; (verb = verb_nth(i)); i++)
		print(&out, "%-24s %s\n", verb->name, verb->help);
	return 0;
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

static void markdown_verb(const struct out *out, const struct verb *verb)
{
	print(out, "\n### %s\n\n    ", verb->name);
	print_usage(out, verb);
	print(out, "\n\n%c%s.", verb->help[0] - 'a' + 'A', verb->help + 1);
	if (verb->more)
		print(out, " %s", verb->more);
	print(out, "\n\n    %s\n\nOn a real kernel: %s.\n", verb->example,
	      verb->real ? verb->real : "model-only");
}

static void markdown_section(const struct out *out, size_t i)
{
	const struct verb *verb;

	print(out, "\n## %s\n", sections[i].title);
	if (*sections[i].text)
		print(out, "\n%s\n", sections[i].text);
	for (size_t v = 0; (verb = verb_nth(v)); v++)
		if ((!sections[i].any || (verb->traits & sections[i].any)) &&
		    !(verb->traits & sections[i].none))
			markdown_verb(out, verb);
}

static const char *subject_words(unsigned int subjects)
{
	static const char *const words[] = {
		"`A.heap[1]`",
		"`data[0]`",
		"`old`",
		"`p[0]`",
		"`p.vmas[0]`",
		"`p`",
		"`A`",
		"`t`",
		"`vma A.heap`",
		"`lock A`",
		"`leak A.heap[0]`",
		"`audit A.heap[0]`",
	};

	if (subjects == OF_PAGE)
		return "a page";
	if (subjects == (OF_RANGE | OF_FILE))
		return "`A.heap[1]`, `data[0]`";
	if (subjects == (OF_CALL | OF_TASK))
		return "`p`, `A`";
	return words[__builtin_ctz(subjects)];
}

static const char *value_words(const struct observable *what)
{
	static const char *const words[] = {
		[VALUE_FLAG] = "",
		[VALUE_SUM] = " `1+p`",
		[VALUE_NUMBER] = " `N`",
		[VALUE_ADDRESS] = " `ADDRESS`",
		[VALUE_WORD] = "",
		[VALUE_TEXT] = " `\"...\"`",
		[VALUE_SAME] = " `as PAGE`",
		[VALUE_FAULTS] = " `min N maj N`",
		[VALUE_FLAGS] = " `SHARED\\|PFNMAP`",
		[VALUE_RANGE] = " `A.heap`",
		[VALUE_LACK] = " `-1 by NAME`",
	};

	return words[what->value];
}

static void markdown_observables(const struct out *out)
{
	const struct observable *what;

	print(out, "\n| of | say | it is |\n|---|---|---|\n");
	for (size_t i = 0; (what = observable_nth(i)); i++) {
		print(out, "| %s | ", subject_words(what->subjects));
		if (what->name)
			print(out, "`%s`", what->name);
		for (size_t w = 0; what->words && what->words[w]; w++)
			print(out, "%s`%s`", w || what->name ? " " : "", what->words[w]);
		print(out, "%s | %s |\n", value_words(what), what->help);
	}
	print(out,
	      "\nWhat has no value, and `same as` and `flags`, may have `no` behind it: "
	      "`cma no`.\n");
}

void verbs_markdown(gupsim_write_fn write, void *arg)
{
	struct out out = {write, arg};
	const struct slot *slot;

	print(&out,
	      "# Verbs of .gup fixtures\n\nMade by `gupsim verbs --markdown` from the "
	      "table that the parser reads. The language itself is told in "
	      "[scenario-format.md](scenario-format.md).\n\nIn the usage lines `{a|b}` "
	      "is a choice, `[a]` may be left out, and words in capitals are:\n\n"
	      "| word | stands for |\n|---|---|\n");
	for (size_t i = 0; (slot = slot_nth(i)); i++)
		print(&out, "| `%s` | %s |\n", slot->name, slot->meaning);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		markdown_section(&out, i);
		if (!strcmp(sections[i].title, "Expectations"))
			markdown_observables(&out);
	}
}
