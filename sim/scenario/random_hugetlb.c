/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random huge pages of a pool: how many there are, and what is mapped of them. */
#include "scenario/random_make.h"

#define MOST_POOL  5 /* some programs run out of them */
#define LARGE_POOL 24
#define HUGE_FILE  "huge"

/* Kinds of mappings; the first are anonymous ones where there is no file. */
static const struct {
	const char *prot, *sharing;
	unsigned int weight;
} mappings[] = {
	{"rw", "private", 10}, {"r", "private", 3}, {"none", "private", 1},
	{"rw", "shared", 6},   {"r", "shared", 2},
};

void random_make_pool(struct random *r)
{
	/* In a guest they could not move to where they may stay. */
	r->hugetlb = prng_percent(&r->prng, 12) && !r->movable;
	r->large_pool = r->hugetlb && prng_percent(&r->prng, 40);
	if (r->hugetlb)
		draft_printf(r->out, "hugetlb 2M %u pages\n",
			     r->large_pool ? LARGE_POOL
					   : 1 + prng_below(&r->prng, MOST_POOL));
}

void random_make_hugetlb_file(struct random *r)
{
	const char *readonly;

	r->hugetlb_file = r->hugetlb && prng_percent(&r->prng, 60);
	if (!r->hugetlb_file)
		return;
	readonly = prng_percent(&r->prng, 10) ? " readonly" : "";
	draft_printf(r->out, "file  " HUGE_FILE " on hugetlb 2M %uM%s\n",
		     2 * (1 + prng_below(&r->prng, 2)), readonly);
}

static void write_what(struct random *r)
{
	if (r->hugetlb_file && prng_percent(&r->prng, 50))
		draft_printf(r->out, "file " HUGE_FILE " offset %u pages",
			     prng_percent(&r->prng, 30) ? RANDOM_HUGE_PAGES : 0);
	else
		draft_printf(r->out, "anon hugetlb 2M");
	if (prng_percent(&r->prng, 25))
		draft_printf(r->out, " noreserve");
	if (prng_percent(&r->prng, 10))
		draft_printf(r->out,
			     prng_percent(&r->prng, 50) ? " populate" : " locked");
	draft_printf(r->out, "\n");
}

void random_map_hugetlb(struct random *r)
{
	size_t m = RANDOM_PICK(r, mappings);
	struct random_range *range = random_new_range(r);

	range->start = RANDOM_HUGE_ADDRESS + (unsigned long)r->ranges_made * 4 *
						     RANDOM_HUGE_PAGES * RANDOM_PAGE;
	range->pages = RANDOM_HUGE_PAGES * (prng_percent(&r->prng, 70) ? 1 : 2);
	range->hugetlb = true;
	draft_printf(r->out, "vma   %c.m%u at 0x%lx %u pages %s %s ", range->task,
		     range->number, range->start, range->pages, mappings[m].prot,
		     mappings[m].sharing);
	write_what(r);
}

bool random_truncate_hugetlb(struct random *r)
{
	static const unsigned int megabytes[] = {0, 2, 2, 4, 6, 1};

	if (!r->hugetlb_file || prng_percent(&r->prng, 30))
		return false;
	draft_printf(r->out, "truncate " HUGE_FILE " %uM\n",
		     megabytes[prng_below(&r->prng, 6)]);
	return true;
}

bool random_write_huge_pages(struct random *r, const struct random_range *range)
{
	unsigned int nr = range->pages / RANDOM_HUGE_PAGES, first, last;

	if (!range->hugetlb || prng_percent(&r->prng, 25))
		return false;
	first = prng_below(&r->prng, nr);
	last = first + prng_below(&r->prng, nr - first);
	draft_printf(r->out, "%c.m%u[%u..%u]", range->task, range->number,
		     first * RANDOM_HUGE_PAGES, (last + 1) * RANDOM_HUGE_PAGES - 1);
	return true;
}
