/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References that nobody explains. A finding may be named by the `expect audit` lines
 * that follow at once; otherwise it is a failure of the statement after which it came up.
 */
#include "scenario/run.h"

#include <string.h>

static bool same_word(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static const char *copy(struct run *run, const char *text)
{
	return text ? run_words(run, "%s", text) : NULL;
}

/* What the audit has found before it finds again. */
static const struct finding *known(const struct finding *before,
				   const struct gupsim_finding *found)
{
	for (; before; before = before->next)
		if (before->page == found->page && before->surplus == found->surplus &&
		    same_word(before->by_name, found->by_name) &&
		    (found->page || same_word(before->text, found->text)))
			return before;
	return NULL;
}

struct auditing {
	struct run *run;
	const struct statement *statement;
	const struct finding *before;
	struct finding **last;
};

static void on_finding(void *arg, const struct gupsim_finding *found)
{
	struct auditing *auditing = arg;
	struct run *run = auditing->run;
	const struct finding *before = known(auditing->before, found);
	struct finding *finding = pool_alloc(run->pool, sizeof(*finding));

	if (!finding)
		return;
	*finding = (struct finding){
		.page = found->page,
		.surplus = found->surplus,
		.by_func = copy(run, found->by_func),
		.by_name = copy(run, found->by_name),
		.text = copy(run, found->text),
		.after = before ? before->after : auditing->statement,
		.excused = before && before->excused,
	};
	*auditing->last = finding;
	auditing->last = &finding->next;
}

void audit_statement(struct run *run, const struct statement *s)
{
	struct auditing auditing = {run, s, run->findings, &run->findings};

	run->findings = NULL;
	gupsim_audit(run->machine, on_finding, &auditing);
}

static const char *name_in_mm(struct run *run, const struct symbol *mm,
			      const struct page *page)
{
	for (const struct symbol *range = mm->ranges; range; range = range->next) {
		struct place place = {.kind = PLACE_RANGE, .symbol = range};

		for (uint64_t i = 0; i < range->pages; i++)
			if (place_page(run, &place, i) == page)
				return place_name(run, &place, i);
	}
	return NULL;
}

/* The first name by which a fixture could call a page; NULL: it has none. */
static const char *page_name(struct run *run, const struct page *page)
{
	const struct symbol *symbol, *next;
	const char *name = NULL;

	HASH_ITER (hh, run->story->names, symbol, next)
		if (page && !name && symbol->kind == SYMBOL_TASK && symbol->mm == symbol)
			name = name_in_mm(run, symbol, page);
	return name;
}

void audit_settle(struct run *run)
{
	for (struct finding *finding = run->findings; finding; finding = finding->next) {
		if (!finding->excused)
			run_fail(run, finding->after, page_name(run, finding->page),
				 "every reference explained", finding->text);
		finding->excused = true;
	}
}

/* What calls hold. */

struct holding {
	const struct page *page; /* NULL: any */
	const char *name;	 /* NULL: any */
	long count;
};

static void on_held(void *arg, const struct gupsim_finding *held)
{
	struct holding *holding = arg;

	/* By nobody: an isolated page, which no call has taken. */
	if (held->by_func && (!holding->page || holding->page == held->page) &&
	    (!holding->name || same_word(holding->name, held->by_name)))
		holding->count += held->surplus;
}

long audit_held_by(struct run *run, const char *name)
{
	struct holding holding = {.name = name};

	gupsim_held(run->machine, on_held, &holding);
	return holding.count;
}

long audit_leaked(struct run *run, const struct page *page)
{
	struct holding holding = {.page = page};
	const struct symbol *symbol, *next;

	gupsim_held(run->machine, on_held, &holding);
	HASH_ITER (hh, run->story->names, symbol, next)
		if (symbol->kind == SYMBOL_CALL || symbol->kind == SYMBOL_REF)
			holding.count -= thing_holds(run, symbol, page);
	return holding.count;
}

/* Leaks that were expected, and calls whose being held was reported, are no news. */
static bool is_known(const struct run *run, const struct gupsim_finding *held)
{
	const struct symbol *symbol = NULL;
	const char *name = held->by_name ? held->by_name : "";

	for (const struct leak *leak = run->leaks; leak; leak = leak->next)
		if (held->by_func && leak->page == held->page &&
		    leak->count >= held->surplus)
			return true;
	HASH_FIND_STR(run->story->names, name, symbol);
	return symbol && thing_holds(run, symbol, held->page) >= held->surplus;
}

static void on_held_at_end(void *arg, const struct gupsim_finding *held)
{
	struct run *run = arg;

	if (!is_known(run, held))
		run_fail(run, NULL, page_name(run, held->page), "given back by now",
			 copy(run, held->text));
}

void audit_end(struct run *run)
{
	gupsim_held(run->machine, on_held_at_end, run);
}

/* Without memory. */

struct left {
	struct run *run;
	const struct statement *statement;
	bool any;
	long locks; /* that are held, without those the story holds */
};

static void leave(struct left *left, const struct page *page, const char *text)
{
	left->any = true;
	run_fail(left->run, left->statement, page_name(left->run, page),
		 "given back when the host had no memory", copy(left->run, text));
}

static void on_left(void *arg, const struct gupsim_finding *held)
{
	struct left *left = arg;

	if (!held->page)
		left->locks++;
	else if (held->by_func && !is_known(left->run, held))
		leave(left, held->page, held->text);
}

static long locks_of_story(const struct run *run)
{
	const struct symbol *symbol, *next;
	long locks = 0;

	HASH_ITER (hh, run->story->names, symbol, next)
		locks += run_thing(run, symbol)->lock != 0;
	return locks;
}

bool audit_left_behind(struct run *run, const struct statement *s)
{
	struct left left = {run, s, false, -locks_of_story(run)};

	for (struct finding *finding = run->findings; finding; finding = finding->next)
		left.any |= !finding->excused;
	audit_settle(run);
	if (run->pool->failed) /* the story has lost track of what it holds */
		return left.any;
	gupsim_held(run->machine, on_left, &left);
	if (left.locks > 0)
		leave(&left, NULL, "an mmap_sem is still held");
	return left.any;
}
