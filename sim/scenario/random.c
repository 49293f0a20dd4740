/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random programs, statement by statement. */
#include "scenario/random.h"
#include "scenario/verbs.h"

#include <gupsim/observe.h>
#include <inttypes.h>
#include <string.h>

#define PAGE		4096u
#define FIRST_ADDRESS	0x10000ul
#define LAST_ADDRESS	0x200000ul /* below what a guest's own program has */
#define MOST_PAGES	5
#define MOST_STATEMENTS 40
#define GUARD_GAP	256 /* pages, below a stack */

/* Kinds of mappings. What may only be executed is kept from reads by protection keys. */

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
	{"r", "shared", BACKING_INSERTED, 2},
};

/*
 * Of what a file holds from the beginning, only disks and fsdax say how it came there:
 * pages of shmem that somebody has made for a guest are dirty and are mapped around.
 */
static const struct {
	const char *name, *on;
	bool may_be_hole, always_hole, cache;
} files[] = {
	[BACKING_SHMEM] = {"mem", "shmem", .always_hole = true},
	[BACKING_DISK] = {"log", "disk", .cache = true},
	[BACKING_FSDAX] = {"dax", "pm0", .may_be_hole = true},
	[BACKING_PFNMAP] = {"regs", "pfnmap"},
	[BACKING_MIXEDMAP] = {"raw", "mixedmap"},
	[BACKING_INSERTED] = {"ring", "inserted"},
};

/* Weighted tables. */

#define PICK(r, table)                                  \
	pick(r, &(table)[0].weight, sizeof((table)[0]), \
	     sizeof(table) / sizeof((table)[0]))

static size_t pick(struct random *r, const unsigned int *weight, size_t step, size_t nr)
{
	const char *at = (const char *)weight;
	unsigned int all = 0, drawn;

	for (size_t i = 0; i < nr; i++)
		all += *(const unsigned int *)(at + i * step);
	drawn = prng_below(&r->prng, all);
	for (size_t i = 0; i < nr; i++) {
		unsigned int here = *(const unsigned int *)(at + i * step);

		if (drawn < here)
			return i;
		drawn -= here;
	}
	return 0;
}

static char draw_task(struct random *r)
{
	return r->tasks[prng_below(&r->prng, r->nr_tasks)];
}

char random_actor(struct random *r, char task)
{
	unsigned int i = prng_below(&r->prng, RANDOM_TASKS);

	return i < r->nr_threads && r->threads[i].of == task ? r->threads[i].name : task;
}

/* Files: all that a program may map are made at its beginning. */

/* Pages can be named that the file has, or had. */
static void note_size(struct random *r, enum random_backing backing, unsigned int bytes)
{
	unsigned int pages = (bytes + PAGE - 1) / PAGE;

	if (r->pages[backing] < pages)
		r->pages[backing] = pages;
}

static void make_file(struct random *r, enum random_backing backing)
{
	static const char *const in_cache[] = {"cold", "cold", "cached", "cached",
					       "cached buffers"};
	unsigned int bytes = PAGE * (2 + prng_below(&r->prng, MOST_PAGES));

	if (prng_percent(&r->prng, 10))
		bytes -= 1 + prng_below(&r->prng, PAGE - 1);
	if (backing == BACKING_FSDAX)
		draft_printf(r->out, "pmem  pm0 1M\n");
	note_size(r, backing, bytes);
	draft_printf(r->out, "file  %s on %s %u", files[backing].name, files[backing].on,
		     bytes);
	if (files[backing].cache)
		draft_printf(r->out, " %s", in_cache[prng_below(&r->prng, 5)]);
	if (files[backing].always_hole ||
	    (files[backing].may_be_hole && prng_percent(&r->prng, 30)))
		draft_printf(r->out, " hole");
	if (backing < BACKING_PFNMAP && prng_percent(&r->prng, 8))
		draft_printf(r->out, " readonly");
	draft_printf(r->out, "\n");
}

static void make_files(struct random *r)
{
	for (enum random_backing b = BACKING_SHMEM; b < NR_BACKINGS; b++) {
		r->has[b] = prng_percent(&r->prng, b < BACKING_PFNMAP ? 50 : 10);
		if (r->has[b])
			make_file(r, b);
	}
}

/* Statements. Each returns false if it cannot be made now; it has drawn numbers then. */

/* Of a task's memory, @gap pages above all that there is; the statement is to go on. */
static struct random_range *begin_map(struct random *r, unsigned int gap,
				      const char *prot, const char *sharing)
{
	struct random_range *range = &r->ranges[r->nr_ranges++];

	*range = (struct random_range){
		.task = draw_task(r),
		.number = r->ranges_made++,
		.start = r->next_address + gap * PAGE,
		.pages = 1 + prng_below(&r->prng, MOST_PAGES),
	};
	r->next_address = range->start + range->pages * PAGE;
	draft_printf(r->out, "vma   %c.m%u at 0x%lx %u pages %s %s ", range->task,
		     range->number, range->start, range->pages, prot, sharing);
	return range;
}

static void map(struct random *r)
{
	size_t m = PICK(r, mappings);
	enum random_backing backing = mappings[m].backing;
	unsigned int gap = prng_percent(&r->prng, 40) ? 0 : 1 + prng_below(&r->prng, 3);
	struct random_range *range =
		begin_map(r, gap, mappings[m].prot, mappings[m].sharing);

	range->sure = !m; /* the first kind */
	if (!r->has[backing])
		draft_printf(r->out, "anon");
	else
		draft_printf(r->out, "file %s offset %u pages", files[backing].name,
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
static void map_stack(struct random *r)
{
	unsigned int gap = prng_below(&r->prng, 6);

	if (prng_percent(&r->prng, 70))
		gap += GUARD_GAP;
	begin_map(r, gap, "rw", "private")->stack = true;
	draft_printf(r->out, "anon growsdown\n");
}

static bool has_room_for(const struct random *r, unsigned int ranges)
{
	return r->nr_ranges + ranges <= RANDOM_RANGES &&
	       r->next_address + (MOST_PAGES + 3) * PAGE < LAST_ADDRESS;
}

static bool make_map(struct random *r)
{
	if (!has_room_for(r, 1))
		return false;
	map(r);
	return true;
}

static void write_pages(struct random *r, const struct random_range *range)
{
	unsigned int first = prng_below(&r->prng, range->pages);
	unsigned int last = first + prng_below(&r->prng, range->pages - first);

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

static bool make_read(struct random *r)
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

static bool make_write(struct random *r)
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

static bool make_munmap(struct random *r)
{
	struct random_range *range;

	if (!r->nr_ranges)
		return false;
	range = &r->ranges[prng_below(&r->prng, r->nr_ranges)];
	draft_printf(r->out, "munmap ");
	write_pages(r, range);
	draft_printf(r->out, "\n");
	range->sure = false;
	return true;
}

static unsigned int ranges_of(const struct random *r, char task)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < r->nr_ranges; i++)
		nr += r->ranges[i].task == task;
	return nr;
}

static bool make_fork(struct random *r)
{
	char parent = draw_task(r), child = 'A' + r->tasks_made;
	unsigned int nr = r->nr_ranges;

	if (r->nr_tasks == RANDOM_TASKS || r->tasks_made == 26 ||
	    !has_room_for(r, ranges_of(r, parent)))
		return false;
	draft_printf(r->out, "fork  %c %c\n", parent, child);
	r->tasks[r->nr_tasks++] = child;
	r->tasks_made++;
	for (unsigned int i = 0; i < nr; i++) {
		if (r->ranges[i].task != parent)
			continue;
		r->ranges[r->nr_ranges] = r->ranges[i];
		r->ranges[r->nr_ranges++].task = child;
	}
	return true;
}

static bool make_thread(struct random *r)
{
	char task = draw_task(r), thread = 'A' + r->tasks_made;

	if (r->nr_threads == RANDOM_TASKS || r->tasks_made == 26)
		return false;
	draft_printf(r->out, "thread %c of %c\n", thread, task);
	r->threads[r->nr_threads++] = (struct random_thread){thread, task};
	r->tasks_made++;
	return true;
}

static void end_threads_of(struct random *r, char task)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < r->nr_threads; i++) {
		if (r->threads[i].of == task)
			draft_printf(r->out, "exit  %c\n", r->threads[i].name);
		else
			r->threads[kept++] = r->threads[i];
	}
	r->nr_threads = kept;
}

/* The first task stays: it is current. What a task has mapped goes with it. */
static bool make_exit(struct random *r)
{
	unsigned int gone, kept = 0;
	char task;

	if (r->nr_tasks < 2)
		return false;
	gone = 1 + prng_below(&r->prng, r->nr_tasks - 1);
	task = r->tasks[gone];
	end_threads_of(r, task);
	draft_printf(r->out, "exit  %c\n", task);
	r->tasks[gone] = r->tasks[--r->nr_tasks];
	for (unsigned int i = 0; i < r->nr_ranges; i++)
		if (r->ranges[i].task != task)
			r->ranges[kept++] = r->ranges[i];
	r->nr_ranges = kept;
	return true;
}

/* Late: then only calls are made. */
static bool make_kill(struct random *r)
{
	if (r->calls_left > 2)
		return false;
	draft_printf(r->out, "kill  %c\n", random_actor(r, draw_task(r)));
	r->killed = true;
	return true;
}

static void forget_call(struct random *r, unsigned int i)
{
	r->calls[i] = r->calls[--r->nr_calls];
}

static bool make_put(struct random *r)
{
	unsigned int i;

	if (!r->nr_calls)
		return false;
	i = prng_below(&r->prng, r->nr_calls);
	draft_printf(r->out, "put   c%u\n", r->calls[i].number);
	forget_call(r, i);
	return true;
}

/* The one entry of a call that is sure to have it. */
static bool make_put_one(struct random *r)
{
	for (unsigned int i = 0; i < r->nr_calls; i++) {
		if (!r->calls[i].sure)
			continue;
		draft_printf(r->out, "%s(c%u[0])\n",
			     r->calls[i].pins ? "unpin_user_page" : "put_page",
			     r->calls[i].number);
		forget_call(r, i);
		return true;
	}
	return false;
}

/* Somebody else's reference to a page that is there for sure. */
static bool make_get_page(struct random *r)
{
	for (unsigned int i = 0; i < r->nr_calls; i++) {
		if (!r->calls[i].sure || r->nr_refs == RANDOM_REFS)
			continue;
		r->refs[r->nr_refs++] = ++r->refs_made;
		draft_printf(r->out, "x%u = get_page(c%u[0])\n", r->refs_made,
			     r->calls[i].number);
		return true;
	}
	return false;
}

static bool make_put_ref(struct random *r)
{
	unsigned int i;

	if (!r->nr_refs)
		return false;
	i = prng_below(&r->prng, r->nr_refs);
	draft_printf(r->out, "put   x%u\n", r->refs[i]);
	r->refs[i] = r->refs[--r->nr_refs];
	return true;
}

/* Only what was written to is said to be dirty: the zero page never is. */
static bool make_unpin(struct random *r)
{
	for (unsigned int i = 0; i < r->nr_calls; i++) {
		bool dirty = prng_percent(&r->prng, 50) && r->calls[i].writes;

		if (!r->calls[i].pins)
			continue;
		draft_printf(r->out, "unpin_user_pages%s(c%u)\n",
			     dirty ? "_dirty_lock" : "", r->calls[i].number);
		forget_call(r, i);
		return true;
	}
	return false;
}

static bool make_mprotect(struct random *r)
{
	static const char *const prots[] = {"r",  "r",	  "rw",	  "rw",	 "rw", "rw",
					    "rw", "none", "none", "rwx", "rx", "rx"};
	struct random_range *range;

	if (!r->nr_ranges)
		return false;
	range = &r->ranges[prng_below(&r->prng, r->nr_ranges)];
	draft_printf(r->out, "mprotect ");
	write_pages(r, range);
	draft_printf(r->out, " %s\n", prots[prng_below(&r->prng, 12)]);
	range->sure = false;
	return true;
}

static bool make_mlock(struct random *r)
{
	bool onfault = prng_percent(&r->prng, 30);

	if (!r->nr_ranges)
		return false;
	draft_printf(r->out, "mlock ");
	write_pages(r, random_any_range(r));
	draft_printf(r->out, onfault ? " onfault\n" : "\n");
	return true;
}

static bool make_munlock(struct random *r)
{
	if (!r->nr_ranges)
		return false;
	draft_printf(r->out, "munlock ");
	write_pages(r, random_any_range(r));
	draft_printf(r->out, "\n");
	return true;
}

static bool make_madvise(struct random *r)
{
	static const char *const advice[] = {"dontneed", "dontneed", "dontneed", "random",
					     "normal"};

	if (!r->nr_ranges)
		return false;
	draft_printf(r->out, "madvise ");
	write_pages(r, random_any_range(r));
	draft_printf(r->out, " %s\n", advice[prng_below(&r->prng, 5)]);
	return true;
}

/* Not of a file on fsdax: that waits for who holds its pages. */
static bool make_truncate(struct random *r)
{
	enum random_backing backing =
		prng_percent(&r->prng, 50) ? BACKING_SHMEM : BACKING_DISK;
	unsigned int bytes = PAGE * prng_below(&r->prng, 2 + MOST_PAGES);

	if (!r->has[backing])
		return false;
	note_size(r, backing, bytes);
	draft_printf(r->out, "truncate %s %u\n", files[backing].name, bytes);
	return true;
}

static bool make_evict(struct random *r)
{
	unsigned int pages = r->pages[BACKING_DISK], first;

	if (!r->has[BACKING_DISK])
		return false;
	first = prng_percent(&r->prng, 60) ? 0 : prng_below(&r->prng, pages);
	draft_printf(r->out, "evict %s[%u..%u]\n", files[BACKING_DISK].name, first,
		     first + prng_below(&r->prng, pages - first));
	return true;
}

static bool make_fsync(struct random *r)
{
	enum random_backing backing =
		prng_percent(&r->prng, 70) ? BACKING_DISK : BACKING_FSDAX;

	if (!r->has[backing])
		return false;
	draft_printf(r->out, "fsync %s\n", files[backing].name);
	return true;
}

static bool make_device_write(struct random *r)
{
	for (unsigned int i = 0; i < r->nr_calls; i++) {
		if (!r->calls[i].sure)
			continue;
		draft_printf(r->out, "device write c%u[0] \"d%u\"\n", r->calls[i].number,
			     ++r->texts_made);
		return true;
	}
	return false;
}

/*
 * What a program is made of. A verb that is new is a function and a line here; it is made
 * once a booted kernel can do it as well.
 */
static const struct {
	unsigned int weight;
	bool (*make)(struct random *r);
	const char *verb; /* NULL: several, or one that there has always been */
} statements[] = {
	{40, random_make_call, NULL},	{5, random_make_sure_call, NULL},
	{14, make_put, NULL},		{4, make_put_one, NULL},
	{3, make_unpin, NULL},		{3, make_get_page, NULL},
	{3, make_put_ref, NULL},	{9, make_read, NULL},
	{16, make_write, NULL},		{5, make_fork, NULL},
	{2, make_thread, NULL},		{2, make_exit, NULL},
	{5, make_munmap, NULL},		{3, make_map, NULL},
	{5, make_mprotect, "mprotect"}, {3, make_mlock, "mlock"},
	{2, make_munlock, "munlock"},	{6, make_madvise, "madvise"},
	{3, make_truncate, "truncate"}, {4, make_device_write, "device"},
	{2, make_kill, "kill"},		{4, make_evict, NULL},
	{3, make_fsync, NULL},
};

/* False: nothing was made. */
static bool make_statement(struct random *r)
{
	size_t i = r->killed ? 0 : PICK(r, statements);
	const char *name = statements[i].verb;
	const struct verb *verb = name ? verb_find(name, strlen(name)) : NULL;

	return (!name || (verb && verb->plan)) && statements[i].make(r);
}

/* Programs. */

static void begin(struct random *r, uint64_t seed, uint64_t nth)
{
	unsigned int maps = 3 + prng_below(&r->prng, 5);
	bool has_stack = prng_percent(&r->prng, 25);

	draft_printf(r->out,
		     "# Random program %" PRIu64 " of seed %" PRIu64 ".\n"
		     "source  gupsim random --seed %" PRIu64 "\nkernels %s\n\n",
		     nth, seed, seed, gupsim_kernel_name(r->kernel));
	r->movable = prng_percent(&r->prng, 20);
	if (r->movable)
		draft_printf(r->out, "ram normal 32M movable 16M\n");
	if (has_stack && prng_percent(&r->prng, 40))
		draft_printf(r->out, "option stack %uK\n",
			     4 * (2 + prng_below(&r->prng, 8)));
	make_files(r);
	draft_printf(r->out, "task  A\n");
	r->tasks[r->nr_tasks++] = 'A';
	r->tasks_made = 1;
	r->next_address = FIRST_ADDRESS;
	while (maps--)
		map(r);
	if (has_stack)
		map_stack(r);
	draft_printf(r->out, "\n");
}

/* At the end nothing may be held. */
static void end(struct random *r)
{
	while (r->nr_calls)
		make_put(r);
	while (r->nr_refs)
		make_put_ref(r);
}

unsigned int random_program(struct draft *out, size_t kernel, uint64_t seed, uint64_t nth,
			    unsigned int calls)
{
	struct random r = {
		.prng = prng_stream(seed, nth),
		.out = out,
		.kernel = kernel,
	};

	r.calls_left = 4 + prng_below(&r.prng, 7);
	if (r.calls_left > calls)
		r.calls_left = calls;
	begin(&r, seed, nth);
	while (r.calls_left && r.statements < MOST_STATEMENTS)
		r.statements += make_statement(&r);
	end(&r);
	return r.calls_made;
}
