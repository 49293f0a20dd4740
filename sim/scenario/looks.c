/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that can be seen of pages and faults, as `expect` lines: of each range, of each
 * entry that a call holds, of each task. Neighbours of which the same is true share a
 * line.
 */
#include "scenario/fill.h"
#include "scenario/verbs.h"

#include <gupsim/observe.h>
#include <inttypes.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_BYTES 16 /* of what a page begins with */
#define SHOWN_BELOW 16 /* pages by which a stack has grown */
/* Of a long row of pages these are looked at: the first ones, and the last ones. */
#define LONG_ROW    64
#define SHOWN_FIRST 12
#define SHOWN_LAST  4
#define WRITTEN	    1 /* where a byte was written, and no text */

/* A page that has been told of already. */
struct told {
	struct told *next;
	const struct page *page;
	const struct symbol *symbol;
	int64_t index;
};

/* What is said of one page. */
struct said {
	const char *words;
	const struct symbol *as; /* "same as AS[INDEX]", "... no"; NULL: of no other */
	int64_t index;
	bool no;
};

struct looking {
	struct run *run;
	struct draft *out;
	struct told *told, **last;
	/* A line that may still grow. */
	const struct symbol *symbol;
	int64_t first, count;
	struct said said;
};

/* Lines. */

static void write_places(struct looking *l, const struct symbol *symbol, int64_t first)
{
	draft_printf(l->out, "%s[%" PRId64, symbol->name, first);
	if (l->count > 1)
		draft_printf(l->out, "..%" PRId64, first + l->count - 1);
	draft_printf(l->out, "]");
}

static void end_line(struct looking *l)
{
	if (!l->count)
		return;
	draft_printf(l->out, "expect ");
	write_places(l, l->symbol, l->first);
	if (*l->said.words)
		draft_printf(l->out, " %s", l->said.words);
	if (l->said.as) {
		draft_printf(l->out, " same as ");
		write_places(l, l->said.as, l->said.index);
		draft_printf(l->out, l->said.no ? " no" : "");
	}
	draft_printf(l->out, "\n");
	l->count = 0;
}

/* What goes on from below a range into it would be no place; what is passed over ends it.
 */
static bool goes_on(const struct looking *l, int64_t i, const struct said *said)
{
	return l->count && i == l->first + l->count &&
	       !strcmp(l->said.words, said->words) && l->said.as == said->as &&
	       l->said.no == said->no &&
	       (!said->as || (said->index && l->said.index + l->count == said->index));
}

static void say(struct looking *l, const struct symbol *symbol, int64_t i,
		const struct said *said)
{
	if (goes_on(l, i, said)) {
		l->count++;
		return;
	}
	end_line(l);
	l->symbol = symbol;
	l->first = i;
	l->count = 1;
	l->said = *said;
}

/* Where to go on at @i in a row of @nr. */
static uint64_t next_shown(struct looking *l, uint64_t i, uint64_t nr)
{
	if (nr <= LONG_ROW || i != SHOWN_FIRST)
		return i;
	end_line(l);
	return nr - SHOWN_LAST;
}

/* Pages. */

/*
 * A write without a text leaves a 1 at the start of a page here, and elsewhere something
 * else, which is no text.
 */
static const char *text_of(struct run *run, const struct page *page)
{
	const unsigned char *bytes = page->contents;
	const char *words = "";
	size_t length = 0;

	for (size_t i = 0; bytes && i < SHOWN_BYTES; i++)
		length = bytes[i] ? i + 1 : length;
	for (size_t i = 0; i < length; i++)
		words = run_words(run,
				  bytes[i] >= 0x20 && bytes[i] < 0x7f &&
						  bytes[i] != '"' && bytes[i] != '\\'
					  ? "%s%c"
					  : "%s\\x%02x",
				  words, bytes[i]);
	return length && bytes[0] != WRITTEN ? run_words(run, " bytes \"%s\"", words)
					     : "";
}

/* Of a machine with one zone for all pages nothing is said. */
static const char *zone_of(const struct run *run, const struct page *page)
{
	switch (gupsim_page_zone(page)) {
	case GUPSIM_ZONE_DEVICE:
		return " device";
	case GUPSIM_ZONE_MOVABLE:
		return " zone movable";
	default:
		return story_config(run->story).ram_movable ? " zone normal" : "";
	}
}

static const char *pins_of(struct run *run, const struct page *page)
{
	return PageCompound(page)
		       ? run_words(run, " pins %d", gupsim_compound_pincount(page))
		       : "";
}

static const char *words_of(struct run *run, const struct page *page)
{
	return run_words(run, "refcount %d mapcount %d%s%s%s%s%s", page_count(page),
			 page_mapcount(page), PageDirty(page) ? " dirty" : " dirty no",
			 PageAnon(page) ? " anon" : " anon no", pins_of(run, page),
			 zone_of(run, page), text_of(run, page));
}

static const struct told *told_of(const struct looking *l, const struct page *page)
{
	const struct told *told = l->told;

	while (told && told->page != page)
		told = told->next;
	return told;
}

static void tell(struct looking *l, const struct page *page, const struct symbol *symbol,
		 int64_t index)
{
	struct told *told = pool_alloc(l->run->pool, sizeof(*told));

	if (!told)
		return;
	*told = (struct told){NULL, page, symbol, index};
	*l->last = told;
	l->last = &told->next;
}

/*
 * @twin: where one would look for the same page; told of if there is another. The zero
 * page's counts are those of the whole kernel.
 */
static void say_page(struct looking *l, const struct page *page,
		     const struct symbol *symbol, int64_t i, const struct symbol *twin,
		     int64_t twin_index)
{
	const struct place at_twin = {
		.kind = PLACE_RANGE, .symbol = twin, .first = twin_index, .count = 1};
	const struct told *told = told_of(l, page);
	struct said said = {.words = ""};
	const struct page *there;

	if (gupsim_page_is_zero(page)) {
		said.words = "zero";
	} else if (told) {
		said.as = told->symbol;
		said.index = told->index;
	} else {
		said.words = words_of(l->run, page);
		tell(l, page, symbol, i);
		there = twin ? place_page(l->run, &at_twin, 0) : NULL;
		if (there) {
			said.as = twin;
			said.index = twin_index;
			said.no = there != page;
		}
	}
	say(l, symbol, i, &said);
}

/* Ranges. */

/* The range of the same addresses that another mm has, the one that was forked. */
static const struct symbol *twin_of(const struct run *run, const struct symbol *range)
{
	const struct symbol *task, *next, *other;

	HASH_ITER (hh, run->story->names, task, next) {
		if (task == range->mm)
			return NULL;
		if (task->kind != SYMBOL_TASK || !run_mm(run, task))
			continue;
		for (other = task->ranges; other; other = other->next)
			if (other->start == range->start &&
			    other->pages == range->pages && other->line == range->line)
				return other;
	}
	return NULL;
}

static void look_at_address(struct looking *l, const struct symbol *range, int64_t i,
			    const struct symbol *twin)
{
	const struct place place = {.kind = PLACE_RANGE, .symbol = range, .count = 1};
	const struct page *page = place_page(l->run, &place, i);
	uint64_t pte = gupsim_pte_at(run_mm(l->run, range->mm), place_address(&place, i));
	bool none = !(pte & (GUPSIM_PTE_PRESENT | GUPSIM_PTE_PROTNONE));

	if (page)
		say_page(l, page, range, i, twin, i);
	else
		say(l, range, i, &(struct said){.words = none ? "none" : "none no"});
}

/* How far it has grown, and what is there. */
static void look_below(struct looking *l, const struct symbol *range,
		       const struct symbol *twin)
{
	const struct vm_area_struct *vma =
		find_vma(run_mm(l->run, range->mm), range->start);
	int64_t grown;

	if (!vma || vma->vm_start > range->start || !(vma->vm_flags & VM_GROWSDOWN))
		return;
	draft_printf(l->out, "expect vma %s start 0x%lx\n", range->name, vma->vm_start);
	grown = (range->start - vma->vm_start) / FIXTURE_PAGE;
	for (int64_t i = -(grown < SHOWN_BELOW ? grown : SHOWN_BELOW); i < 0; i++)
		look_at_address(l, range, i, twin);
	end_line(l);
}

static void look_at_range(struct looking *l, const struct symbol *range)
{
	const struct symbol *twin = twin_of(l->run, range);

	look_below(l, range, twin);
	for (uint64_t i = 0; i < range->pages; i++) {
		i = next_shown(l, i, range->pages);
		look_at_address(l, range, i, twin);
	}
	end_line(l);
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *const *x = a, *const *y = b;

	return ((*x)->start > (*y)->start) - ((*x)->start < (*y)->start);
}

/* The symbol's line: what is declared further down is not mapped yet. */
static void look_at_mm(struct looking *l, const struct symbol *mm, size_t line)
{
	const struct symbol **ranges, *range;
	size_t nr = 0;

	for (range = mm->ranges; range; range = range->next)
		nr += range->line <= line;
	ranges = pool_alloc(l->run->pool, nr * sizeof(*ranges));
	if (!ranges)
		return;
	nr = 0;
	for (range = mm->ranges; range; range = range->next)
		if (range->line <= line)
			ranges[nr++] = range;
	if (mergesort(ranges, nr, sizeof(*ranges), by_address))
		l->run->pool->failed = true;
	for (size_t i = 0; i < nr; i++)
		look_at_range(l, ranges[i]);
}

/* Calls. */

static void look_at_call(struct looking *l, const struct symbol *call,
			 const struct pinned *pinned)
{
	const char *locked = "";

	if (pinned->has_locked)
		locked = run_words(l->run, " locked %d", pinned->locked);
	if (pinned->has_unlocked)
		locked = run_words(l->run, " unlocked %d", pinned->locked);
	draft_printf(l->out, "expect %s%s faults min %ld maj %ld\n", call->name, locked,
		     pinned->min, pinned->maj);
}

static bool is_in(const struct run *run, const struct symbol *range, int64_t index)
{
	const struct vm_area_struct *vma;

	if (index >= 0 || index < -SHOWN_BELOW || !run_mm(run, range->mm))
		return index >= 0 && (uint64_t)index < range->pages;
	vma = find_vma(run_mm(run, range->mm), range->start + index * FIXTURE_PAGE);
	return vma && vma->vm_start <= range->start + index * FIXTURE_PAGE &&
	       vma->vm_end > range->start && (vma->vm_flags & VM_GROWSDOWN);
}

/* Where the page of an entry was looked up: the range and the index; NULL: in none. */
static const struct symbol *range_of_entry(const struct run *run,
					   const struct pinned *pinned, uint64_t i,
					   int64_t *index)
{
	const struct value *task = story_value(pinned->made, "TASK");
	const struct symbol *mm = task		     ? task->symbol->mm
				  : pinned->made->as ? pinned->made->as->mm
						     : run->story->first_task;
	uint64_t address = place_address(&story_value(pinned->made, "START")->place, i);
	const struct symbol *range = mm->ranges;

	for (; range; range = range->next) {
		if (range->line > pinned->made->line)
			continue;
		*index = (int64_t)(address / FIXTURE_PAGE) -
			 (int64_t)(range->start / FIXTURE_PAGE);
		if (is_in(run, range, *index))
			return range;
	}
	return NULL;
}

/* A pin need not hold what it counts: the zero page, on some releases. */
static bool is_counted(const struct pinned *pinned, uint64_t i)
{
	return pinned->result > 0 && i < (uint64_t)pinned->result;
}

static void look_at_entry(struct looking *l, const struct symbol *call,
			  const struct pinned *pinned, uint64_t i, bool just_made)
{
	const struct page *page = pinned->pages[i];
	const struct symbol *twin;
	int64_t index = 0;

	if (page == pinned_unset()) {
		if (just_made)
			say(l, call, i, &(struct said){.words = "unset"});
	} else if (!is_counted(pinned, i)) {
		if (just_made)
			say(l, call, i, &(struct said){.words = page ? "stale" : "null"});
	} else if (just_made && gupsim_page_is_zero(page)) {
		say(l, call, i, &(struct said){.words = "zero"});
	} else if (page && thing_holds(l->run, call, page)) {
		twin = range_of_entry(l->run, pinned, i, &index);
		if (twin && !run_mm(l->run, twin->mm))
			twin = NULL;
		say_page(l, page, call, i, twin, index);
	}
}

static void look_at_entries(struct looking *l, const struct symbol *call, bool just_made)
{
	const struct pinned *pinned = &run_thing(l->run, call)->pinned;
	uint64_t nr = pinned->room < call->pages ? pinned->room : call->pages;

	if (!pinned->pages || (!just_made && !pinned->nr_held))
		return;
	for (uint64_t i = 0; i < nr; i++) {
		i = next_shown(l, i, nr);
		look_at_entry(l, call, pinned, i, just_made);
	}
	end_line(l);
}

/*
 * What vmas[] got, by the page that the first entry of a VMA was looked up for: a range
 * may have been split, and far below a stack there is no name for it.
 */
static void say_vmas(struct looking *l, const struct symbol *call, uint64_t first,
		     uint64_t end)
{
	const struct pinned *pinned = &run_thing(l->run, call)->pinned;
	const struct symbol *range = NULL;
	int64_t index = 0;

	if (pinned->vmas[first] != pinned_unset()) {
		range = range_of_entry(l->run, pinned, first, &index);
		if (!range)
			return;
	}
	draft_printf(l->out, "expect %s.vmas[%" PRIu64, call->name, first);
	if (end > first + 1)
		draft_printf(l->out, "..%" PRIu64, end - 1);
	if (range)
		draft_printf(l->out, "] %s[%" PRId64 "]\n", range->name, index);
	else
		draft_printf(l->out, "] unset\n");
}

static void look_at_vmas(struct looking *l, const struct symbol *call)
{
	const struct pinned *pinned = &run_thing(l->run, call)->pinned;
	uint64_t nr = pinned->room < call->pages ? pinned->room : call->pages;

	for (uint64_t first = 0, end; pinned->vmas && first < nr; first = end) {
		for (end = first + 1;
		     end < nr && pinned->vmas[end] == pinned->vmas[first];)
			end++;
		say_vmas(l, call, first, end);
	}
}

/* Everything. */

/* The accesses of the CPU take faults of their own. */
static void look_at_faults(struct looking *l, const struct symbol *symbol)
{
	const struct task_struct *task = run_thing(l->run, symbol)->task;

	if (task && task->mm)
		draft_printf(l->out, "expect %s faults min %lu maj %lu\n", symbol->name,
			     task->min_flt, task->maj_flt);
}

/* First of all: until it has ended, what else there is may change. */
static void look_at_event(struct looking *l, const struct symbol *event)
{
	struct thing *thing = run_thing(l->run, event);

	if (!thing->done && !thing->interrupted)
		return;
	if (!thing->told)
		draft_printf(l->out, "expect %s %s\n", event->name,
			     thing->done ? "done" : "interrupted");
	thing->told = true;
}

static bool is_access(const struct statement *s)
{
	return !strcmp(s->verb->name, "read") || !strcmp(s->verb->name, "write");
}

static void look_at_all(struct looking *l, const struct statement *s)
{
	const struct symbol *symbol, *next;

	HASH_ITER (hh, l->run->story->names, symbol, next) {
		if (symbol->kind == SYMBOL_EVENT)
			look_at_event(l, symbol);
		if (symbol->kind == SYMBOL_TASK && is_access(s))
			look_at_faults(l, symbol);
	}
	if (s->name && s->name->kind == SYMBOL_CALL &&
	    run_thing(l->run, s->name)->pinned.made == s) {
		look_at_call(l, s->name, &run_thing(l->run, s->name)->pinned);
		look_at_vmas(l, s->name);
	}
	HASH_ITER (hh, l->run->story->names, symbol, next) {
		if (symbol->kind == SYMBOL_TASK && symbol->mm == symbol &&
		    run_mm(l->run, symbol))
			look_at_mm(l, symbol, s->line);
	}
	HASH_ITER (hh, l->run->story->names, symbol, next) {
		if (symbol->kind == SYMBOL_CALL)
			look_at_entries(l, symbol, symbol == s->name);
	}
}

/* What changes no page is not looked at: set-up that comes in rows. */
static bool changes_pages(const struct statement *s)
{
	static const char *const still[] = {"pmem",  "file", "task",   "vma",
					    "frame", "lock", "unlock", "thread"};

	for (size_t i = 0; i < sizeof(still) / sizeof(still[0]); i++)
		if (!strcmp(s->verb->name, still[i]))
			return false;
	return !(s->verb->traits & (VERB_COLUMNS | VERB_SETTING));
}

void looks_take(void *arg, struct run *run, const struct statement *s)
{
	struct looks *looks = arg;
	struct looking l = {.run = run, .out = &looks->text};

	looks->dead |= run->dead;
	if (!s || run->frame || run->dead || !changes_pages(s))
		return;
	l.last = &l.told;
	looks->spans[s->index].begin = looks->text.length;
	look_at_all(&l, s);
	looks->spans[s->index].end = looks->text.length;
}
