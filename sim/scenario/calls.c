/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls to the pinning functions, as their callers make them: arrays that show what was
 * written, the lock taken and given back.
 */
#include "scenario/calls.h"

#include "mm/gate.h"
#include "scenario/plan.h"
#include "scenario/verbs.h"

#include <linux/mm.h>
#include <linux/rwsem.h>
#include <stdlib.h>

void *pinned_unset(void)
{
	static const char unset;

	return (void *)(uintptr_t)&unset;
}

void *pinned_gone(void)
{
	static const char gone;

	return (void *)(uintptr_t)&gone;
}

void *pinned_gate(void)
{
	static const char gate;

	return (void *)(uintptr_t)&gate;
}

static void *new_array(struct run *run, size_t nr)
{
	void **array = pool_alloc(run->pool, nr * sizeof(*array));

	for (size_t i = 0; array && i < nr; i++)
		array[i] = pinned_unset();
	return array;
}

static unsigned long start_of(const struct statement *s)
{
	return place_address(&story_value(s, "START")->place, 0);
}

/*
 * FOLL_PIN is not for callers, but not every release minds it. Beside FOLL_GET it takes
 * no pin.
 */
static bool takes_pins(const struct run *run, const struct statement *s)
{
	unsigned int traits = verb_at(s, run->version)->traits;

	return traits & VERB_PINS ||
	       (!(traits & VERB_GETS) &&
		(story_number(s, "FLAGS", 0) & (FOLL_GET | FOLL_PIN)) == FOLL_PIN);
}

static bool passes(const struct statement *s, const char *pointer)
{
	return story_value(s, pointer) && !story_says(s, pointer, "NULL");
}

bool call_fills_pages(const struct statement *s)
{
	return !story_says(s, "pages", "NULL") && !(s->verb->traits & VERB_NO_PAGES);
}

void pinned_begin(const struct run *run, const struct statement *s, struct pinned *pinned)
{
	pinned->room = plan_entries(run->story, s);
	pinned->has_locked = passes(s, "locked");
	pinned->has_unlocked = passes(s, "unlocked");
	pinned->is_pin = takes_pins(run, s);
}

/* The arguments but for whose mm it is. False: out of memory. */
static bool prepare(struct run *run, const struct statement *s, struct pinned *pinned,
		    struct arguments *args)
{
	args->start = start_of(s);
	args->made = s;
	args->nr = story_number(s, "NR", 0);
	args->flags = story_number(s, "FLAGS", story_number(s, "FAULT", 0));
	pinned_begin(run, s, pinned);
	args->unlocked = pinned->has_unlocked ? &pinned->locked : NULL;
	pinned->locked = story_says(s, "locked", "1");
	args->locked = pinned->has_locked ? &pinned->locked : NULL;
	if (call_fills_pages(s))
		args->pages = pinned->pages = new_array(run, pinned->room);
	if (story_says(s, "vmas", "yes"))
		args->vmas = pinned->vmas = new_array(run, pinned->room);
	return !run->pool->failed;
}

/* The lock. */

/* How many hold it for reading; -1: one for writing. */
static int lock_state(const struct mm_struct *mm)
{
	return mm->mmap_sem.writer ? -1 : mm->mmap_sem.readers;
}

static const char *lock_words(struct run *run, int state)
{
	return state < 0 ? "1 writer" : run_words(run, "%d readers", state);
}

/* What the fixture holds itself may have changed, at points. */
static void check_lock(struct run *run, const struct statement *s,
		       const struct arguments *args, int others)
{
	int held = args->owner->lock;
	int expected = held < 0 ? held : others + held, actual = lock_state(args->mm);

	if (expected != actual)
		run_fail(run, s, "mmap_sem after the call", lock_words(run, expected),
			 lock_words(run, actual));
}

/* Under the lock that the fixture holds, or one of its own if the function wants it. */
static long call_locked(struct run *run, const struct statement *s,
			struct arguments *args)
{
	bool wants_lock = !(args->function->traits & (VERB_FAST | VERB_LOCKS));
	int before = lock_state(args->mm);
	/* Calls around this one hold the rest. */
	int others = before - args->owner->lock;
	/* At a point the lock may be dropped that the fixture has taken. */
	bool own = wants_lock && (!args->owner->lock || !before);
	bool may_drop = args->locked && *args->locked, dropped;
	long ret;

	if (own)
		down_read(&args->mm->mmap_sem);
	ret = args->function->invoke(args);
	if (gupsim_machine_state(run->machine) != GUPSIM_ALIVE)
		return ret;
	dropped = may_drop && !*args->locked;
	if (!own && dropped)
		thing_unlocked(args->owner);
	check_lock(run, s, args, others + (own && !dropped));
	if (own && !dropped)
		up_read(&args->mm->mmap_sem);
	return ret;
}

/* What the call left. */

/*
 * By the contract a call holds an entry of pages[] for each page that it counted. The
 * ledger has the last word: a flag that callers should not pass may leave it with none.
 */
static void note_held(struct run *run, const struct symbol *name, struct pinned *pinned)
{
	size_t counted = pinned->result > 0 ? pinned->result : 0;

	if (!pinned->pages || !counted || !audit_held_by(run, name->name))
		return;
	pinned->counted = counted = counted < pinned->room ? counted : pinned->room;
	pinned->held = new_array(run, counted);
	if (!pinned->held)
		return;
	for (size_t i = 0; i < counted; i++)
		if (pinned->pages[i] != pinned_unset())
			pinned->held[pinned->nr_held++] = pinned->pages[i];
	pinned_sort(run, pinned);
}

/* VMAs that the fixture may ask for later, when they need no longer be there. */
static void note_vmas(struct run *run, struct pinned *pinned, struct mm_struct *mm)
{
	if (!pinned->vmas || pinned->mm)
		return;
	for (size_t i = 0; i < pinned->room; i++)
		if (pinned->vmas[i] == get_gate_vma(mm))
			pinned->vmas[i] = pinned_gate();
	pinned->mm = mm;
	pinned->next = run->with_vmas;
	run->with_vmas = pinned;
}

static bool is_vma_of(struct mm_struct *mm, const struct vm_area_struct *entry,
		      unsigned long address)
{
	const struct vm_area_struct *vma = find_vma(mm, address);

	if (vma == entry)
		return true;
	/* It may have been cut down to other pages. */
	for (vma = mm->mmap; vma && vma != entry;)
		vma = vma->vm_next;
	return vma;
}

static void settle_vmas(struct pinned *pinned)
{
	unsigned long address = start_of(pinned->made);
	struct vm_area_struct *entry = pinned_gone(), *now = entry;

	for (size_t i = 0; i < pinned->room; i++, address += FIXTURE_PAGE) {
		if (pinned->vmas[i] == pinned_unset() || pinned->vmas[i] == pinned_gate())
			continue;
		if (pinned->vmas[i] != entry) {
			entry = now = pinned->vmas[i];
			if (entry != pinned_gone() &&
			    !is_vma_of(pinned->mm, entry, address))
				now = pinned_gone();
		}
		pinned->vmas[i] = now;
	}
}

void pinned_settle_vmas(struct run *run)
{
	for (struct pinned *pinned = run->with_vmas; pinned; pinned = pinned->next)
		settle_vmas(pinned);
}

/* For what is said of its references later: by name, or else by line. */
static void name_calls(struct run *run, const struct statement *s,
		       const struct symbol *name)
{
	gupsim_name_calls(run->machine,
			  name ? name->name : run_words(run, "line %zu", s->line));
}

static void call(struct run *run, const struct statement *s, struct result *result,
		 struct arguments *args)
{
	struct pinned unnamed = {.room = 0};
	struct pinned *pinned = s->name ? &run_thing(run, s->name)->pinned : &unnamed;
	long other_min = run->other_min, other_maj = run->other_maj, min, maj;

	if (!prepare(run, s, pinned, args))
		return;
	name_calls(run, s, s->name);
	pinned->made = s;
	pinned->serial = gupsim_last_call(run->machine) + 1;
	run_faults(run, &min, &maj);
	pinned->result = call_locked(run, s, args);
	result->number = pinned->result;
	run_keep_why(run, result);
	run->last_call = s; /* only now: there may have been others, at points */
	run->last_serial = pinned->serial;
	gupsim_name_calls(run->machine, NULL);
	run_faults(run, &pinned->min, &pinned->maj);
	pinned->min -= min + run->other_min - other_min;
	pinned->maj -= maj + run->other_maj - other_maj;
	if (s->name) {
		note_held(run, s->name, pinned);
		note_vmas(run, pinned, args->mm);
	}
}

/* Without a TASK it is the mm of who runs. */
HANDLER(handle_call)
{
	const struct value *task = story_value(s, "TASK"), *tsk = story_value(s, "tsk");
	const struct symbol *whose = task ? task->symbol : run->actor;
	struct arguments args = {.function = verb_at(s, run->version)};

	if (!whose) {
		run_refuse(run, s, result, NULL, "a task that runs", "there is none yet");
		return;
	}
	args.owner = run_thing(run, whose->mm);
	args.mm = run_mm_of(run, s, whose, result);
	args.tsk = run_thing(run, whose)->task;
	if (tsk)
		args.tsk = tsk->symbol ? run_thing(run, tsk->symbol)->task : NULL;
	if (args.mm)
		call(run, s, result, &args);
}

/* References one by one. */

HANDLER(handle_get_page)
{
	struct page *page = run_page(run, s, result);
	int refs = (int)story_number(s, "REFS", 1);
	struct thing *thing;

	if (!page)
		return;
	name_calls(run, s, s->name);
	get_page_refs(page, refs, "get_page");
	gupsim_name_calls(run->machine, NULL);
	if (!s->name)
		return;
	thing = run_thing(run, s->name);
	thing->page = page;
	thing->pinned.held = &thing->page;
	thing->pinned.nr_held = 1;
	thing->pinned.more = refs - 1;
}

static void give_back_one(struct run *run, const struct statement *s,
			  struct result *result, void (*give_back)(struct page *page))
{
	const unsigned int holders = KIND(SYMBOL_CALL) | KIND(SYMBOL_REF);
	const struct symbol *symbol = story_value(s, "PAGE")->place.symbol;
	struct page *page = run_page(run, s, result);

	if (!page)
		return;
	name_calls(run, s, KIND(symbol->kind) & holders ? symbol : NULL);
	give_back(page);
	gupsim_name_calls(run->machine, NULL);
	pinned_forget(&run_thing(run, symbol)->pinned, page);
}

HANDLER(handle_put_page)
{
	give_back_one(run, s, result, put_page);
}

HANDLER(handle_unpin_user_page)
{
	give_back_one(run, s, result, gupsim_unpin_user_page);
}

typedef void (*give_back_fn)(struct page **pages, unsigned long nr,
			     struct pinned *pinned);

/* All that a call or a reference still holds. */
static void give_back_all(struct run *run, const struct statement *s,
			  struct result *result, give_back_fn give_back)
{
	const struct symbol *symbol = story_value(s, "HELD")->symbol;
	struct pinned *pinned = &run_thing(run, symbol)->pinned;

	if (pinned->held && !pinned->nr_held)
		run_refuse(run, s, result, symbol->name, "held", "given back already");
	name_calls(run, s, symbol);
	give_back(pinned->held, pinned->nr_held, pinned);
	pinned->nr_held = 0;
	gupsim_name_calls(run->machine, NULL);
}

static void as_taken(struct page **pages, unsigned long nr, struct pinned *pinned)
{
	for (unsigned long i = 0; i < nr; i++)
		if (pinned->is_pin)
			gupsim_unpin_user_page(pages[i]);
		else
			put_page_refs(pages[i], 1 + (int)pinned->more, "put_page");
	pinned->more = 0;
}

static void unpin(struct page **pages, unsigned long nr, struct pinned *pinned)
{
	(void)pinned;
	gupsim_unpin_user_pages(pages, nr);
}

static void unpin_dirty(struct page **pages, unsigned long nr, struct pinned *pinned)
{
	(void)pinned;
	gupsim_unpin_user_pages_dirty_lock(pages, nr, true);
}

HANDLER(handle_put)
{
	give_back_all(run, s, result, as_taken);
}

HANDLER(handle_unpin_user_pages)
{
	give_back_all(run, s, result, unpin);
}

HANDLER(handle_unpin_user_pages_dirty_lock)
{
	give_back_all(run, s, result, unpin_dirty);
}

HANDLER(handle_frame)
{
	run_thing(run, s->name)->page = run_page(run, s, result);
}
