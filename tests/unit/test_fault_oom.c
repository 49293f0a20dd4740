/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No memory for a fault: -ENOMEM, nothing left behind, and it works the next time. */
#include "world.h"

#include "mm/mm.h"

static void untouched(struct world *w)
{
	anon(w, HEAP, 4, RW);
}

static void zero_pages(struct world *w)
{
	untouched(w);
	peek(w, HEAP, 4);
}

static void forked(struct world *w)
{
	untouched(w);
	touch(w, HEAP, 4);
	fork_as(w->task, "B");
}

static void cached_private(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_PRIVATE,
	       FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG, .cached = true), 0);
}

static void mapped_private(struct world *w)
{
	cached_private(w);
	peek(w, HEAP, 4);
}

/* A private mapping of what has bytes that a copy needs memory for. */
static void map_written(struct world *w, struct file *file)
{
	map_at(w, 0x200000, 4, RW, MAP_SHARED, file, 0);
	put_text(w, 0x200000, "bytes");
	map_at(w, HEAP, 4, RW, MAP_PRIVATE, file, 0);
}

static void written_private(struct world *w)
{
	map_written(w, FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG, .cached = true));
}

static void cold(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED, FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG), 0);
	madvise_random(w, HEAP, 4);
}

static void shmem(struct world *w)
{
	shared(w, HEAP, 4, RW);
}

static void fsdax(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED, fsdax_file(w, 4), 0);
}

static void private_fsdax(struct world *w)
{
	map_written(w, fsdax_file(w, 4));
}

static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	unsigned int flags;
	bool frames;	    /* each page needs one */
	const char *before; /* what is mapped at the page that failed */
} rows[] = {
	{"the zero page", untouched, 0, false, "none"},
	{"a new page", untouched, FOLL_WRITE, true, "none"},
	{"instead of the zero page", zero_pages, FOLL_WRITE, true,
	 "refs 1 map 0 zero reserved nomapping"},
	{"copy on write", forked, FOLL_WRITE, true, "refs 2 map 2 anon lru active"},
	{"a cached page", cached_private, 0, false, "none"},
	{"a private copy", cached_private, FOLL_WRITE, true, "none"},
	{"a private copy of bytes", written_private, FOLL_WRITE, true, "none"},
	{"a private copy of what is mapped", mapped_private, FOLL_WRITE, true,
	 "refs 2 map 1 lru"},
	{"a page to read into", cold, 0, true, "none"},
	{"a page to read into, for writing", cold, FOLL_WRITE, true, "none"},
	{"a page of shmem", shmem, 0, true, "none"},
	{"a block", fsdax, FOLL_WRITE, false, "none"},
	{"a private copy of a block", private_fsdax, FOLL_WRITE, true, "none"},
};

static long pin(struct world *w, unsigned long page, unsigned long nr, size_t row)
{
	struct page **pages = &w->taken[w->nr_taken];
	long ret;

	down_read(&w->mm->mmap_sem);
	ret = get_user_pages(HEAP + page * PG, nr, rows[row].flags, pages, NULL);
	up_read(&w->mm->mmap_sem);
	if (ret > 0)
		w->nr_taken += ret;
	return ret;
}

/* After the first page the count tells of it, and the next call of the reason. */
static void a_fault_without_a_frame_fails(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!rows[i].frames)
			continue;
		world_row(w, rows[i].name);
		rows[i].set_up(w);
		gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 3);
		assert_result(w, pin(w, 0, 4, i), 2);
		assert_mapped(w, HEAP + 2 * PG, 1, rows[i].before);
		gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
		assert_result(w, pin(w, 2, 2, i), -ENOMEM);
		assert_mapped(w, HEAP + 2 * PG, 1, rows[i].before);
		assert_number(w, gupsim_audit(w->machine, NULL, NULL), 0);
		assert_result(w, pin(w, 2, 2, i), 2);
		release(w);
	}
}

/* Leave so many page tables for free; the block they come from is the host's. */
static void leave_tables(struct world *w, int nr)
{
	void **free_table = &w->mm->sim->free_tables;

	while (nr-- && *free_table)
		free_table = *free_table;
	*free_table = NULL;
}

/* Whichever table a fault asks for, and at whichever allocation the host refuses. */
static void a_fault_without_host_memory_fails(struct world *w)
{
	for (size_t i = 0; i < 3 * ARRAY_LEN(rows); i++) {
		long ret = -ENOMEM;

		for (unsigned long nth = 1; ret == -ENOMEM; nth++) {
			world_row(w, rows[i / 3].name);
			rows[i / 3].set_up(w);
			leave_tables(w, i % 3);
			gupsim_fail(w->machine, GUPSIM_FAIL_HOST, nth);
			ret = pin(w, 0, 1, i / 3);
			gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 0);
			assert_number(w, gupsim_audit(w->machine, NULL, NULL), 0);
			release(w);
		}
		assert_result(w, ret, 1);
	}
}

static void reads_of_anonymous_memory_need_none(struct world *w)
{
	untouched(w);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
	probe(w, ASK(REMOTE, HEAP, 4, 0), GIVES(4, .min = 4));
	release(w);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 0);
}

static void ram_runs_out(struct world *w)
{
	int signal = 1;

	w->config.ram_normal = 3 * PG;
	world_renew(w);
	untouched(w);
	assert_result(w, gupsim_write(w->task, HEAP, NULL, 4 * PG, &signal), -ENOMEM);
	assert_number(w, signal, 0);
	assert_mapped(w, HEAP, 3, "refs 1 map 1 anon lru active");
	probe(w, ASK(GUP, HEAP + 3 * PG, 1, FOLL_WRITE), GIVES(-ENOMEM));
	unmap(w, HEAP, 1);
	probe(w, ASK(GUP, HEAP + 3 * PG, 1, FOLL_WRITE), GIVES(1, .min = 1));
	release(w);
}

SUITE(world_test(a_fault_without_a_frame_fails),
      world_test(a_fault_without_host_memory_fails),
      world_test(reads_of_anonymous_memory_need_none), world_test(ram_runs_out))
