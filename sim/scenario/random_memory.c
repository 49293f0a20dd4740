/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random memory: mappings, and what tasks do with their addresses. */
#include "scenario/random_make.h"

#include <string.h>

#define GUARD_GAP 256 /* pages, below a stack */

/* Kinds of mappings. */
static const struct {
	const char *prot, *sharing;
	enum random_backing backing;
	unsigned int weight;
} mappings[] = {
	{"rw", "private", BACKING_ANON, 30},  {"r", "private", BACKING_ANON, 8},
	{"none", "private", BACKING_ANON, 4}, {"w", "private", BACKING_ANON, 2},
	{"rx", "private", BACKING_ANON, 2},   {"rwx", "private", BACKING_ANON, 2},
	{"rwx", "shared", BACKING_ANON, 2},   {"rw", "shared", BACKING_ANON, 8},
	{"r", "shared", BACKING_ANON, 2},     {"rw", "shared", BACKING_SHMEM, 6},
	{"r", "shared", BACKING_SHMEM, 3},    {"rw", "private", BACKING_SHMEM, 5},
	{"r", "private", BACKING_SHMEM, 3},   {"rw", "shared", BACKING_DISK, 4},
	{"r", "shared", BACKING_DISK, 3},     {"rw", "private", BACKING_DISK, 4},
	{"r", "private", BACKING_DISK, 3},    {"rw", "shared", BACKING_FSDAX, 8},
	{"r", "shared", BACKING_FSDAX, 2},    {"rw", "private", BACKING_FSDAX, 4},
	{"r", "private", BACKING_FSDAX, 2},   {"rw", "shared", BACKING_PFNMAP, 5},
	{"r", "shared", BACKING_PFNMAP, 2},   {"rw", "shared", BACKING_MIXEDMAP, 5},
	{"r", "shared", BACKING_MIXEDMAP, 2}, {"rw", "shared", BACKING_INSERTED, 5},
	{"r", "shared", BACKING_INSERTED, 2}, {"x", "private", BACKING_ANON, 2},
};

/* Mapping. */

/* Of some task, with the next number. */
struct random_range *random_new_range(struct random *r)
{
	struct random_range *range = &r->ranges[r->nr_ranges++];

	*range = (struct random_range){.task = random_any_task(r),
				       .number = r->ranges_made++};
	return range;
}

/* Of a task's memory, @gap pages above all that there is; the statement is to go on. */
static struct random_range *begin_map(struct random *r, unsigned int gap,
				      const char *prot, const char *sharing)
{
	struct random_range *range = random_new_range(r);

	range->start = r->next_address + gap * RANDOM_PAGE;
	range->pages = 1 + prng_below(&r->prng, RANDOM_MOST_PAGES);
	r->next_address = range->start + range->pages * RANDOM_PAGE;
	draft_printf(r->out, "vma   %c.m%u at 0x%lx %u pages %s %s ", range->task,
		     range->number, range->start, range->pages, prot, sharing);
	return range;
}

void random_map(struct random *r)
{
	size_t m = RANDOM_PICK(r, mappings);
	enum random_backing backing = mappings[m].backing;
	unsigned int gap = prng_percent(&r->prng, 40) ? 0 : 1 + prng_below(&r->prng, 3);
	struct random_range *range =
		begin_map(r, gap, mappings[m].prot, mappings[m].sharing);

	range->sure = !m; /* the first kind */
	range->fsdax = backing == BACKING_FSDAX;
	range->copied =
		backing == BACKING_FSDAX && !strcmp(mappings[m].sharing, "private");
	if (!r->has[backing])
		draft_printf(r->out, "anon");
	else
		draft_printf(r->out, "file %s offset %u pages", random_file_name(backing),
			     prng_below(&r->prng, 3));
	if (prng_percent(&r->prng, 8))
		draft_printf(r->out, " random");
	if (prng_percent(&r->prng, 10))
		draft_printf(r->out,
			     prng_percent(&r->prng, 50) ? " populate" : " locked");
	draft_printf(r->out, "\n");
}

/*
 * A stack has room to grow, or little: another mapping, the lowest address that may be
 * mapped, or the limit is near.
 */
void random_map_stack(struct random *r)
{
	unsigned int gap = prng_below(&r->prng, 6);

	if (prng_percent(&r->prng, 70))
		gap += GUARD_GAP;
	begin_map(r, gap, "rw", "private")->stack = true;
	draft_printf(r->out, "anon growsdown\n");
}

/* Room for a huge page, or for not quite one, or for one and a bit. */
void random_map_huge(struct random *r)
{
	static const unsigned int pages[] = {RANDOM_HUGE_PAGES, RANDOM_HUGE_PAGES,
					     RANDOM_HUGE_PAGES, RANDOM_HUGE_PAGES + 3,
					     RANDOM_HUGE_PAGES - 1};
	struct random_range *range = random_new_range(r);

	range->start = RANDOM_HUGE_ADDRESS +
		       (unsigned long)r->nr_ranges * 4 * RANDOM_HUGE_PAGES * RANDOM_PAGE;
	range->pages = pages[prng_below(&r->prng, 5)];
	range->sure = true;
	draft_printf(r->out, "vma   %c.m%u at 0x%lx %u pages rw private anon\n",
		     range->task, range->number, range->start, range->pages);
}

bool random_has_room(const struct random *r, unsigned int ranges)
{
	return r->nr_ranges + ranges <= RANDOM_RANGES &&
	       r->next_address + (RANDOM_MOST_PAGES + 3) * RANDOM_PAGE <
		       RANDOM_LAST_ADDRESS;
}

bool random_make_map(struct random *r)
{
	if (!random_has_room(r, 1))
		return false;
	if (r->hugetlb && !r->large_pool && prng_percent(&r->prng, 30))
		random_map_hugetlb(r);
	else
		random_map(r);
	return true;
}

/* Ranges that are there. */

const struct random_range *random_any_range(struct random *r)
{
	return &r->ranges[prng_below(&r->prng, r->nr_ranges)];
}

/* Where a pmd can map the file, or nearly so. */
void random_map_huge_dax(struct random *r)
{
	static const unsigned int pages[] = {RANDOM_HUGE_PAGES, RANDOM_HUGE_PAGES,
					     2 * RANDOM_HUGE_PAGES, RANDOM_HUGE_PAGES + 3,
					     RANDOM_HUGE_PAGES - 1},
				  offsets[] = {0, 0, RANDOM_HUGE_PAGES, 1};
	static const char *const kinds[] = {"rw shared", "rw shared", "r shared",
					    "rw private"};
	struct random_range *range = random_new_range(r);
	unsigned int offset;
	const char *kind;

	range->start = RANDOM_DAX_ADDRESS +
		       (unsigned long)r->nr_ranges * 4 * RANDOM_HUGE_PAGES * RANDOM_PAGE;
	range->pages = pages[prng_below(&r->prng, 5)];
	if (prng_percent(&r->prng, 10))
		range->start += RANDOM_PAGE;
	offset = offsets[prng_below(&r->prng, 4)];
	kind = kinds[prng_below(&r->prng, 4)];
	range->fsdax = true;
	range->copied = strstr(kind, "private");
	draft_printf(r->out,
		     "vma   %c.m%u at 0x%lx %u pages %s file %s offset %u pages\n",
		     range->task, range->number, range->start, range->pages, kind,
		     random_file_name(BACKING_FSDAX), offset);
}

unsigned int random_page(struct random *r, const struct random_range *range)
{
	if (range->pages < RANDOM_HUGE_PAGES - 1)
		return prng_below(&r->prng, range->pages);
	return prng_percent(&r->prng, 80) ? prng_below(&r->prng, 12)
					  : range->pages - 1 - prng_below(&r->prng, 4);
}

/* All of a long range, or a few pages near its ends. */
static unsigned int last_page(struct random *r, const struct random_range *range,
			      unsigned int first)
{
	unsigned int most = range->pages - first;

	if (range->pages >= RANDOM_HUGE_PAGES - 1 && prng_percent(&r->prng, 70) &&
	    most > 6)
		most = 6;
	return first + prng_below(&r->prng, most);
}

static void write_pages(struct random *r, const struct random_range *range)
{
	unsigned int first = random_page(r, range);
	unsigned int last = last_page(r, range, first);

	if (range->stack && prng_percent(&r->prng, 40)) {
		last = 1 + prng_below(&r->prng, RANDOM_BELOW);
		draft_printf(r->out, "%c.m%u[-%u..-%u]", range->task, range->number,
			     RANDOM_BELOW, last);
		return;
	}
	draft_printf(r->out, "%c.m%u[%u", range->task, range->number, first);
	if (last > first)
		draft_printf(r->out, "..%u", last);
	draft_printf(r->out, "]");
}

/* Which task it is that accesses a range. */
static const struct random_range *begin_access(struct random *r)
{
	const struct random_range *range = random_any_range(r);
	char actor = random_actor(r, range->task);

	if (actor != range->task)
		draft_printf(r->out, "as %c: ", actor);
	return range;
}

bool random_make_read(struct random *r)
{
	const struct random_range *range;

	if (!r->nr_ranges)
		return false;
	range = begin_access(r);
	draft_printf(r->out, "read  ");
	write_pages(r, range);
	draft_printf(r->out, "\n");
	return true;
}

bool random_make_write(struct random *r)
{
	const struct random_range *range;

	if (!r->nr_ranges)
		return false;
	range = begin_access(r);
	draft_printf(r->out, "write ");
	write_pages(r, range);
	/* What a write without a text writes is up to who does it. */
	draft_printf(r->out, " \"t%u\"", ++r->texts_made);
	if (r->movable && prng_percent(&r->prng, 40))
		draft_printf(r->out, " in %s",
			     prng_percent(&r->prng, 70) ? "normal" : "movable");
	draft_printf(r->out, "\n");
	return true;
}

/* Below a stack may be other ranges. */
static void no_longer_sure(struct random *r, struct random_range *range)
{
	range->sure = false;
	for (unsigned int i = 0; range->stack && i < r->nr_ranges; i++)
		r->ranges[i].sure = false;
}

bool random_make_munmap(struct random *r)
{
	struct random_range *range;

	if (!r->nr_ranges)
		return false;
	range = &r->ranges[prng_below(&r->prng, r->nr_ranges)];
	draft_printf(r->out, "munmap ");
	if (!random_write_huge_pages(r, range))
		write_pages(r, range);
	draft_printf(r->out, "\n");
	no_longer_sure(r, range);
	return true;
}

bool random_make_mprotect(struct random *r)
{
	static const char *const prots[] = {"r",  "r",	  "rw",	  "rw",	 "rw", "rw", "x",
					    "rw", "none", "none", "rwx", "rx", "rx"};
	struct random_range *range;
	const char *prot;
	bool key, copied;

	if (!r->nr_ranges)
		return false;
	range = &r->ranges[prng_below(&r->prng, r->nr_ranges)];
	prot = prots[prng_below(&r->prng, 13)];
	key = prng_percent(&r->prng, 30);
	/* What has no page to copy from, and no access either, is zeroes and a WARN. */
	copied = range->copied || (range->stack && r->has[BACKING_FSDAX]);
	if (copied && (key || !strcmp(prot, "none") || !strcmp(prot, "x")))
		return false;
	draft_printf(r->out, "mprotect ");
	if (!random_write_huge_pages(r, range))
		write_pages(r, range);
	draft_printf(r->out, " %s", prot);
	if (key)
		draft_printf(r->out, " pkey %u", prng_below(&r->prng, RANDOM_PKEYS + 1));
	draft_printf(r->out, "\n");
	no_longer_sure(r, range);
	return true;
}

bool random_make_mlock(struct random *r)
{
	bool onfault = prng_percent(&r->prng, 30);

	if (!r->nr_ranges)
		return false;
	draft_printf(r->out, "mlock ");
	write_pages(r, random_any_range(r));
	draft_printf(r->out, onfault ? " onfault\n" : "\n");
	return true;
}

bool random_make_munlock(struct random *r)
{
	if (!r->nr_ranges)
		return false;
	draft_printf(r->out, "munlock ");
	write_pages(r, random_any_range(r));
	draft_printf(r->out, "\n");
	return true;
}

/* A task of a guest that waits for a page is never heard of again. */
static bool may_remove(const struct random *r, const struct random_range *range)
{
	return !range->hugetlb && (!range->fsdax || !(r->nr_calls || r->nr_refs));
}

bool random_make_madvise(struct random *r)
{
	static const char *const advice[] = {
		"dontneed",	 "dontneed",	   "dontneed", "random",    "normal",
		"populate_read", "populate_write", "hugepage", "nohugepage"};
	const struct random_range *range;

	if (!r->nr_ranges)
		return false;
	range = random_any_range(r);
	draft_printf(r->out, "madvise ");
	if (!random_write_huge_pages(r, range))
		write_pages(r, range);
	if (prng_percent(&r->prng, 25) && may_remove(r, range))
		draft_printf(r->out, " remove\n");
	else
		draft_printf(r->out, " %s\n",
			     advice[prng_below(&r->prng, r->huge ? 9 : 7)]);
	return true;
}

bool random_make_hint(struct random *r)
{
	if (!r->nr_ranges)
		return false;
	draft_printf(r->out, "hint  ");
	write_pages(r, random_any_range(r));
	draft_printf(r->out, "\n");
	return true;
}

bool random_make_pkru(struct random *r)
{
	static const char *const rights[] = {"allow", "allow", "disable_write",
					     "disable_access"};
	char actor = random_actor(r, random_any_task(r));
	const char *right = rights[prng_below(&r->prng, 4)];

	draft_printf(r->out, "pkru  %c %u %s\n", actor,
		     1 + prng_below(&r->prng, RANDOM_PKEYS), right);
	return true;
}
