/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random calls: functions, flags and ranges, and what is kept out of programs. */
#include "scenario/names.h"
#include "scenario/random.h"
#include "scenario/random_make.h"
#include "scenario/verbs.h"

#include <linux/mm.h>
#include <string.h>

#define RELEASE(major, minor) ((uint64_t)(major) << 32 | (uint64_t)(minor) << 16)
#define MOST_DRAWS	      100

static const struct random_function functions[] = {
	{"get_user_pages_remote", 20, .remote = true, .takes_locked = true,
	 .takes_vmas = true},
	{"get_user_pages", 10, .takes_vmas = true},
	{"get_user_pages_locked", 8, .takes_locked = true},
	{"get_user_pages_unlocked", 8, .remote = false},
	{"pin_user_pages_remote", 24, .remote = true, .takes_locked = true,
	 .takes_vmas = true, .pins = true},
	{"pin_user_pages", 14, .takes_vmas = true, .pins = true},
	{"pin_user_pages_locked", 4, .takes_locked = true, .pins = true},
	{"pin_user_pages_unlocked", 12, .pins = true},
	{"get_user_pages_fast", 16, .fast = true},
	{"__get_user_pages_fast", 8, .fast = true, .flags = FOLL_WRITE},
	{"get_user_pages_fast_only", 10, .fast = true},
	{"pin_user_pages_fast", 18, .pins = true, .fast = true},
	{"pin_user_pages_fast_only", 8, .pins = true, .fast = true},
};

static const struct random_flag flags[] = {
	{"WRITE", FOLL_WRITE, 50},
	{"FORCE", FOLL_FORCE, 15},
	{"LONGTERM", FOLL_LONGTERM, 20},
	{"NOWAIT", FOLL_NOWAIT, 6},
	{"DUMP", FOLL_DUMP, 4},
	{"ANON", FOLL_ANON, 3},
	{"HWPOISON", FOLL_HWPOISON, 3},
	{"GET", FOLL_GET, 3},
	{"PIN", FOLL_PIN, 2},
	{"TOUCH", FOLL_TOUCH, 2},
	{"TRIED", FOLL_TRIED, 2},
	{"REMOTE", FOLL_REMOTE, 2},
	{"FAST_ONLY", FOLL_FAST_ONLY, 1},
	{"UNLOCKABLE", FOLL_UNLOCKABLE, 1},
	{"MADV_POPULATE", FOLL_MADV_POPULATE, 1},
	{"NOFAULT", FOLL_NOFAULT, 6},
	{"INTERRUPTIBLE", FOLL_INTERRUPTIBLE, 5},
	{"PCI_P2PDMA", FOLL_PCI_P2PDMA, 4},
	{"HONOR_NUMA_FAULT", FOLL_HONOR_NUMA_FAULT, 4},
	{"SPLIT_PMD", FOLL_SPLIT_PMD, 2},
	{"SPLIT", FOLL_SPLIT, 2},
	{"NUMA", FOLL_NUMA, 2},
	{"MIGRATION", FOLL_MIGRATION, 2},
	{"POPULATE", FOLL_POPULATE, 2},
	{"MLOCK", FOLL_MLOCK, 2},
	{"COW", FOLL_COW, 1},
	{NULL},
};

/* What is kept out. */

static bool with_locked_0(const struct random_args *args)
{
	return args->locked == '0';
}

static bool with_vmas_and_locked(const struct random_args *args)
{
	return args->vmas && args->locked == '1';
}

static bool with_vmas(const struct random_args *args)
{
	return args->vmas;
}

static bool without_pages(const struct random_args *args)
{
	return args->no_pages;
}

static bool pins_without_pages(const struct random_args *args)
{
	return args->function->pins && args->no_pages;
}

static bool pins_fsdax(const struct random_args *args)
{
	return args->function->pins && args->has_fsdax;
}

static bool pins_frames(const struct random_args *args)
{
	return args->function->pins && args->has_frames;
}

static bool is_foreign_with_fsdax(const struct random_args *args)
{
	return args->foreign && args->has_fsdax;
}

static bool leaves_longterm_entries(const struct random_args *args)
{
	return (args->flags & (FOLL_LONGTERM | FOLL_POPULATE)) == FOLL_LONGTERM;
}

static bool forces(const struct random_args *args)
{
	return args->flags & FOLL_FORCE;
}

static bool is_fast_and_empty(const struct random_args *args)
{
	return args->function->fast && !args->nr;
}

static bool is_fast_without_pages(const struct random_args *args)
{
	return args->function->fast && args->no_pages;
}

static bool gets_unlocked(const struct random_args *args)
{
	return !strcmp(args->function->name, "get_user_pages_unlocked");
}

static bool gets_locked(const struct random_args *args)
{
	return !strcmp(args->function->name, "get_user_pages_locked");
}

static const struct random_exclusion exclusions[] = {
	{"*locked other than 1", "a BUG", 0, RELEASE(6, 3), 0, with_locked_0},
	{"vmas together with locked", "a BUG", 0, RELEASE(6, 5), 0, with_vmas_and_locked},
	{"vmas", "the release has no such argument", RELEASE(6, 5), 0, 0, with_vmas},
	{"FOLL_MLOCK without FOLL_POPULATE, with FOLL_LONGTERM",
	 "an entry for a page that is not there is never written, and looked at", 0,
	 RELEASE(5, 18), FOLL_MLOCK, leaves_longterm_entries},
	{"FOLL_COW",
	 "is the walk's own: says that COW is broken where it is not, so that writes "
	 "reach pages of others",
	 0, 0, FOLL_COW, NULL},
	{"FOLL_GET without pages", "takes references that nobody can give back", 0,
	 RELEASE(6, 3), FOLL_GET, without_pages},
	{"a pin without pages", "takes pins that nobody can give back", RELEASE(5, 7),
	 RELEASE(5, 18), 0, pins_without_pages},
	{"FOLL_PIN for get_user_pages_unlocked()",
	 "is not refused: what is taken cannot be given back by put_page()",
	 RELEASE(5, 6), RELEASE(6, 3), FOLL_PIN, gets_unlocked},
	{"FOLL_PIN for get_user_pages_locked()", "the same", RELEASE(5, 6), RELEASE(5, 8),
	 FOLL_PIN, gets_locked},
	{"FOLL_LONGTERM pins of fsdax",
	 "a refused pin is given back as if it were a reference, 1023 of each page leak",
	 RELEASE(5, 7), RELEASE(5, 10), FOLL_LONGTERM, pins_fsdax},
	{"FOLL_LONGTERM pins, with frames of drivers",
	 "an entry for a frame without a struct page is never written, and looked at",
	 RELEASE(5, 7), RELEASE(5, 15), FOLL_LONGTERM, pins_frames},
	{"FOLL_WRITE for another task's memory, with fsdax",
	 "a page of a private fsdax mapping is copied from the caller's own memory, with "
	 "a WARN if there is none",
	 0, 0, FOLL_WRITE, is_foreign_with_fsdax},
	{"no pages at all of a fast function",
	 "what is there is taken, and written behind the end of pages",
	 RELEASE(5, 10) + 223, 0, 0, is_fast_and_empty},
	{"pages NULL for a fast function", "a NULL pointer is written to", 0,
	 RELEASE(6, 3), 0, is_fast_without_pages},
	{"FOLL_NUMA together with FOLL_FORCE", "a PROT_NONE page is faulted for ever", 0,
	 RELEASE(6, 1), FOLL_NUMA, forces},
};

const struct random_exclusion *random_exclusion_nth(size_t nth)
{
	return nth < sizeof(exclusions) / sizeof(exclusions[0]) ? &exclusions[nth] : NULL;
}

const struct random_exclusion *random_excluded(size_t kernel,
					       const struct random_args *args)
{
	uint64_t version = version_of_kernel(kernel);
	const struct random_exclusion *out;

	for (size_t i = 0; (out = random_exclusion_nth(i)); i++)
		if (version >= out->from && (!out->below || version < out->below) &&
		    (!out->flags || (args->flags & out->flags)) &&
		    (!out->holds || out->holds(args)))
			return out;
	return NULL;
}

/* Drawing. */

static bool is_there(size_t kernel, const struct random_function *function)
{
	return verb_find(function->name, strlen(function->name)) &&
	       gupsim_kernel_has(kernel, function->name);
}

static const struct random_function *draw_function(struct random *r)
{
	const size_t nr = sizeof(functions) / sizeof(functions[0]);
	unsigned int all = 0, drawn;

	for (size_t i = 0; i < nr; i++)
		all += is_there(r->kernel, &functions[i]) ? functions[i].weight : 0;
	drawn = prng_below(&r->prng, all);
	for (size_t i = 0; i < nr; i++) {
		if (!is_there(r->kernel, &functions[i]))
			continue;
		if (drawn < functions[i].weight)
			return &functions[i];
		drawn -= functions[i].weight;
	}
	return NULL;
}

uint32_t random_draw_flags(struct random *r, const struct random_flag *flag)
{
	uint32_t has = gupsim_kernel_flags(r->kernel), drawn = 0;

	for (; flag->name; flag++)
		if ((has & flag->value) && prng_percent(&r->prng, flag->percent))
			drawn |= flag->value;
	return drawn;
}

static char draw_locked(struct random *r)
{
	unsigned int drawn = prng_below(&r->prng, 100);

	return drawn < 50 ? 'N' : drawn < 98 ? '1' : '0';
}

/* Of the pages of @range, more or less. */
unsigned int random_draw_nr(struct random *r, const struct random_range *range)
{
	unsigned int drawn = prng_below(&r->prng, 100);

	if (drawn < 3)
		return 0;
	if (drawn < 15)
		return 1;
	if (drawn < 40)
		return range->pages;
	return 1 + prng_below(&r->prng,
			      drawn < 85 && range->pages < 24 ? range->pages + 2 : 24);
}

static struct random_args draw_once(struct random *r, const struct random_range *range)
{
	struct random_args args = {
		.has_fsdax = r->has[BACKING_FSDAX],
		.has_frames = r->has[BACKING_PFNMAP] || r->has[BACKING_MIXEDMAP],
	};

	args.function = draw_function(r);
	args.flags = random_draw_flags(r, flags);
	args.nr = random_draw_nr(r, range);
	args.no_pages = prng_percent(&r->prng, 6);
	args.foreign = args.function->remote && prng_percent(&r->prng, 50);
	if (args.function->flags)
		args.flags &= args.function->flags;
	if (args.function->takes_locked)
		args.locked = draw_locked(r);
	args.vmas = args.function->takes_vmas && prng_percent(&r->prng, 3);
	return args;
}

/* Plain arguments may always be passed. */
static struct random_args draw_args(struct random *r, const struct random_range *range)
{
	struct random_args args = draw_once(r, range);

	for (int i = 0; random_excluded(r->kernel, &args) && i < MOST_DRAWS; i++)
		args = draw_once(r, range);
	if (random_excluded(r->kernel, &args)) {
		args.flags &= FOLL_WRITE;
		args.nr = range->pages;
		args.no_pages = args.vmas = args.foreign = false;
		args.locked = args.locked ? 'N' : 0;
	}
	return args;
}

/* Writing. */

void random_write_flags(struct random *r, const struct random_flag *flag, uint32_t drawn)
{
	const char *separator = "";

	for (; flag->name; flag++) {
		if (!(drawn & flag->value))
			continue;
		draft_printf(r->out, "%s%s", separator, flag->name);
		separator = "|";
	}
	if (!drawn)
		draft_printf(r->out, "0");
}

/* Mostly within the range; sometimes just before or behind it, or within a page. */
void random_write_start(struct random *r, const struct random_range *range)
{
	unsigned int drawn = prng_below(&r->prng, 100);
	unsigned int page = drawn < 30 ? 0 : random_page(r, range);
	unsigned int byte = prng_percent(&r->prng, 8) ? prng_below(&r->prng, 4096) : 0;

	if (range->stack && prng_percent(&r->prng, 40)) {
		draft_printf(r->out, "%c.m%u[-%u]", range->task, range->number,
			     1 + prng_below(&r->prng, RANDOM_BELOW));
		return;
	}
	if (drawn < 3)
		draft_printf(r->out, "0x%lx", range->start - 4096 + byte);
	else if (drawn < 6)
		draft_printf(r->out, "0x%lx",
			     range->start + 4096ul * range->pages + byte);
	else
		draft_printf(r->out, "%c.m%u[%u]", range->task, range->number, page);
	if (drawn >= 6 && byte)
		draft_printf(r->out, "+%u", byte);
}

static void write_call(struct random *r, const struct random_args *args,
		       const struct random_range *range)
{
	/* Who calls for current's mm is the task that the range is of. */
	char actor =
		args->foreign ? r->tasks[prng_below(&r->prng, r->nr_tasks)] : range->task;

	actor = random_actor(r, actor);
	if (actor != r->tasks[0])
		draft_printf(r->out, "as %c: ", actor);
	draft_printf(r->out, "c%u = %s(", r->calls_made, args->function->name);
	if (args->function->remote)
		draft_printf(r->out, "%c, ", range->task);
	random_write_start(r, range);
	draft_printf(r->out, ", %u, ", args->nr);
	random_write_flags(r, flags, args->flags);
	if (args->no_pages)
		draft_printf(r->out, ", pages=NULL");
	if (args->vmas)
		draft_printf(r->out, ", vmas=yes");
	if (args->locked && args->locked != 'N')
		draft_printf(r->out, ", locked=%c", args->locked);
	draft_printf(r->out, ") -> 0\n");
}

static bool may_call(const struct random *r)
{
	return r->calls_left && r->nr_calls < RANDOM_CALLS && r->nr_ranges;
}

static void note_call(struct random *r, const struct random_call *call)
{
	r->calls[r->nr_calls++] = *call;
	r->calls_left--;
}

bool random_make_call(struct random *r)
{
	const struct random_range *range;
	struct random_args args;

	if (!may_call(r))
		return false;
	range = random_any_range(r);
	args = draw_args(r, range);
	r->calls_made++;
	write_call(r, &args, range);
	r->hugetlb_pinned |= args.function->pins && range->hugetlb && !r->large_pool;
	note_call(r, &(struct random_call){.number = r->calls_made,
					   .pins = args.function->pins,
					   .writes = args.flags & FOLL_WRITE});
	return true;
}

/* To hold one page for sure, of which the entry can be given back by itself. */
bool random_make_sure_call(struct random *r)
{
	const struct random_range *range;
	bool pins = prng_percent(&r->prng, 50) &&
		    gupsim_kernel_has(r->kernel, "pin_user_pages_remote");

	if (!may_call(r))
		return false;
	range = random_any_range(r);
	if (!range->sure)
		return false;
	r->calls_made++;
	draft_printf(r->out,
		     "c%u = %s_user_pages_remote(%c, %c.m%u[%u], 1, WRITE) -> 0\n",
		     r->calls_made, pins ? "pin" : "get", range->task, range->task,
		     range->number, random_page(r, range));
	note_call(r, &(struct random_call){r->calls_made, pins, true, true});
	return true;
}
