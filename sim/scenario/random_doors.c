/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random calls through the other doors. Who makes one runs in the mm that it is about. */
#include "scenario/names.h"
#include "scenario/random_make.h"

#include <gupsim/observe.h>
#include <linux/mm.h>
#include <string.h>

/* follow_page()'s. */
static const struct random_flag flags[] = {
	{"GET", FOLL_GET, 75},
	{"WRITE", FOLL_WRITE, 25},
	{"DUMP", FOLL_DUMP, 12},
	{"TOUCH", FOLL_TOUCH, 20},
	{"FORCE", FOLL_FORCE, 12},
	{"PIN", FOLL_PIN, 5},
	{"NUMA", FOLL_NUMA, 5},
	{"MIGRATION", FOLL_MIGRATION, 5},
	{NULL},
};

/* Each writes what stands between the brackets. */

static void make_fixup(struct random *r, const struct random_range *range)
{
	draft_printf(r->out, "%c, ", range->task);
	random_write_start(r, range);
	draft_printf(r->out, prng_percent(&r->prng, 50) ? ", WRITE" : ", 0");
	if (prng_percent(&r->prng, 50))
		draft_printf(r->out, ", unlocked=0");
}

static void make_dump(struct random *r, const struct random_range *range)
{
	random_write_start(r, range);
}

static void make_follow(struct random *r, const struct random_range *range)
{
	uint32_t drawn = random_draw_flags(r, flags);

	draft_printf(r->out, "%c, ", range->task);
	random_write_start(r, range);
	draft_printf(r->out, ", ");
	random_write_flags(r, flags, drawn);
}

static void make_populate_vma(struct random *r, const struct random_range *range)
{
	draft_printf(r->out, "%c, ", range->task);
	random_write_start(r, range);
	draft_printf(r->out, ", %u", random_draw_nr(r, range));
	if (prng_percent(&r->prng, 50))
		draft_printf(r->out, ", locked=1");
}

static void make_populate(struct random *r, const struct random_range *range)
{
	random_write_start(r, range);
	draft_printf(r->out, ", %u", random_draw_nr(r, range));
	if (prng_percent(&r->prng, 50))
		draft_printf(r->out, ", ignore_errors=1");
}

static const struct {
	unsigned int weight;
	const char *name;
	bool holds;
	void (*make)(struct random *r, const struct random_range *range);
} doors[] = {
	{6, "fixup_user_fault", false, make_fixup},
	{4, "get_dump_page", true, make_dump},
	{6, "follow_page", true, make_follow},
	{3, "populate_vma_page_range", false, make_populate_vma},
	{3, "__mm_populate", false, make_populate},
};

bool random_make_door(struct random *r)
{
	size_t i = RANDOM_PICK(r, doors);
	const struct random_range *range;
	char actor;

	if (!r->calls_left || r->nr_calls == RANDOM_CALLS || !r->nr_ranges ||
	    !gupsim_kernel_has(r->kernel, doors[i].name))
		return false;
	range = random_any_range(r);
	actor = random_actor(r, range->task);
	if (actor != r->tasks[0])
		draft_printf(r->out, "as %c: ", actor);
	draft_printf(r->out, "c%u = %s(", ++r->calls_made, doors[i].name);
	doors[i].make(r, range);
	draft_printf(r->out, ") -> 0\n");
	r->calls_left--;
	if (doors[i].holds)
		r->calls[r->nr_calls++] = (struct random_call){.number = r->calls_made};
	return true;
}
