/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random files: all that a program may map are made at its beginning. */
#include "scenario/random_make.h"

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

const char *random_file_name(enum random_backing backing)
{
	return files[backing].name;
}

/* Pages can be named that the file has, or had. */
static void note_size(struct random *r, enum random_backing backing, unsigned int bytes)
{
	unsigned int pages = (bytes + RANDOM_PAGE - 1) / RANDOM_PAGE;

	if (r->pages[backing] < pages)
		r->pages[backing] = pages;
}

static void make_file(struct random *r, enum random_backing backing)
{
	static const char *const in_cache[] = {"cold", "cold", "cached", "cached",
					       "cached buffers"};
	unsigned int bytes = RANDOM_PAGE * (2 + prng_below(&r->prng, RANDOM_MOST_PAGES));

	if (prng_percent(&r->prng, 10))
		bytes -= 1 + prng_below(&r->prng, RANDOM_PAGE - 1);
	if (backing == BACKING_FSDAX) {
		r->huge_dax = prng_percent(&r->prng, 25);
		if (r->huge_dax)
			bytes += RANDOM_PAGE * RANDOM_HUGE_PAGES *
				 (1 + prng_below(&r->prng, 2));
		draft_printf(r->out, "pmem  pm0 %uM\n", r->huge_dax ? 16 : 4);
	}
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

void random_make_files(struct random *r)
{
	for (enum random_backing b = BACKING_SHMEM; b < NR_BACKINGS; b++) {
		r->has[b] = prng_percent(&r->prng, b < BACKING_PFNMAP ? 50 : 10);
		if (r->has[b])
			make_file(r, b);
	}
}

/* What it is that gets shorter, or a hole: best what somebody may hold. */
static enum random_backing to_be_cut(struct random *r)
{
	if (r->has[BACKING_FSDAX] && prng_percent(&r->prng, r->nr_calls ? 60 : 10))
		return BACKING_FSDAX;
	return prng_percent(&r->prng, 50) ? BACKING_SHMEM : BACKING_DISK;
}

/* On fsdax it may have to wait, as an event with a name. */
static void begin_cut(struct random *r, enum random_backing backing)
{
	if (backing != BACKING_FSDAX)
		return;
	draft_printf(r->out, "e%u = ", r->events_made++);
	r->dax_waits = true;
}

/* May a cut of the fsdax file be waiting? */
static bool dax_waits(struct random *r)
{
	r->dax_waits &= r->nr_calls || r->nr_refs;
	return r->dax_waits;
}

bool random_make_truncate(struct random *r)
{
	enum random_backing backing = to_be_cut(r);
	unsigned int bytes = RANDOM_PAGE * prng_below(&r->prng, 2 + RANDOM_MOST_PAGES);

	if (random_truncate_hugetlb(r))
		return true;
	if (!r->has[backing])
		return false;
	note_size(r, backing, bytes);
	begin_cut(r, backing);
	draft_printf(r->out, "truncate %s %u\n", random_file_name(backing), bytes);
	return true;
}

/* Some pages of a file, from its beginning or from anywhere. */
static void write_pages(struct random *r, enum random_backing backing)
{
	unsigned int pages = r->pages[backing];
	unsigned int first = prng_percent(&r->prng, 40) ? 0 : prng_below(&r->prng, pages);

	draft_printf(r->out, "%s[%u..%u]", random_file_name(backing), first,
		     first + prng_below(&r->prng, pages - first));
}

bool random_make_punch(struct random *r)
{
	enum random_backing backing = to_be_cut(r);

	if (!r->has[backing])
		return false;
	begin_cut(r, backing);
	draft_printf(r->out, "punch ");
	write_pages(r, backing);
	draft_printf(r->out, "\n");
	return true;
}

bool random_make_pwrite(struct random *r)
{
	if (!r->has[BACKING_DISK])
		return false;
	draft_printf(r->out, "pwrite ");
	write_pages(r, BACKING_DISK);
	draft_printf(r->out, " \"t%u\" direct\n", ++r->texts_made);
	return true;
}

/* Not often: there is little to see of a file then. */
bool random_make_close(struct random *r)
{
	enum random_backing backing = prng_below(&r->prng, BACKING_PFNMAP);

	if (!r->has[backing] || prng_percent(&r->prng, 50))
		return false;
	if (backing == BACKING_FSDAX && dax_waits(r))
		return false;
	draft_printf(r->out, "close %s\n", random_file_name(backing));
	return true;
}

bool random_make_evict(struct random *r)
{
	unsigned int pages = r->pages[BACKING_DISK], first;

	if (!r->has[BACKING_DISK])
		return false;
	first = prng_percent(&r->prng, 60) ? 0 : prng_below(&r->prng, pages);
	draft_printf(r->out, "evict %s[%u..%u]\n", random_file_name(BACKING_DISK), first,
		     first + prng_below(&r->prng, pages - first));
	return true;
}

bool random_make_fsync(struct random *r)
{
	enum random_backing backing =
		prng_percent(&r->prng, 70) ? BACKING_DISK : BACKING_FSDAX;

	/* It wants the lock of the inode, which who waits has in his hands. */
	if (!r->has[backing] || (backing == BACKING_FSDAX && dax_waits(r)))
		return false;
	draft_printf(r->out, "fsync %s\n", random_file_name(backing));
	return true;
}
