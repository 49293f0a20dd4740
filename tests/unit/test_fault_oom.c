/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No memory for a fault: -ENOMEM, nothing left behind, and it works the next time. */
#include "world.h"

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

static void cold(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED, FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG), 0);
	madvise_random(w, HEAP, 4);
}

static void shmem(struct world *w)
{
	shared(w, HEAP, 4, RW);
}

static void private_fsdax(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_PRIVATE, fsdax_file(w, 4), 0);
}

/* What needs a frame for each page. */
static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	unsigned int flags;
	const char *before; /* what is mapped at the page that failed */
} rows[] = {
	{"a new page", untouched, FOLL_WRITE, "none"},
	{"instead of the zero page", zero_pages, FOLL_WRITE,
	 "refs 1 map 0 zero reserved nomapping"},
	{"copy on write", forked, FOLL_WRITE, "refs 2 map 2 anon lru active"},
	{"a private copy", cached_private, FOLL_WRITE, "none"},
	{"a private copy of what is mapped", mapped_private, FOLL_WRITE,
	 "refs 2 map 1 lru"},
	{"a page to read into", cold, 0, "none"},
	{"a page of shmem", shmem, 0, "none"},
	{"a private copy of a block", private_fsdax, FOLL_WRITE, "none"},
};

static void a_fault_without_a_frame_fails(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		world_renew(w);
		w->where = rows[i].name;
		rows[i].set_up(w);
		gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
		w->task->min_flt = w->task->maj_flt = 0;
		probe(w, ASK(REMOTE, HEAP, 4, rows[i].flags), GIVES(-ENOMEM));
		assert_mapped(w, HEAP, 1, rows[i].before);
		assert_result(w, gupsim_audit(w->machine, NULL, NULL), 0);
		down_read(&w->mm->mmap_sem);
		assert_result(w, get_user_pages(HEAP, 4, rows[i].flags, w->taken, NULL),
			      4);
		up_read(&w->mm->mmap_sem);
		w->nr_taken = 4;
		release(w);
	}
}

/* After the first page the count tells of it, and the next call of the reason. */
static void a_later_page_ends_the_count(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		long ret;

		world_renew(w);
		w->where = rows[i].name;
		rows[i].set_up(w);
		gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 3);
		down_read(&w->mm->mmap_sem);
		ret = get_user_pages(HEAP, 4, rows[i].flags, w->taken, NULL);
		up_read(&w->mm->mmap_sem);
		assert_result(w, ret, 2);
		w->nr_taken = ret;
		assert_mapped(w, HEAP + 2 * PG, 1, rows[i].before);
		release(w);
	}
}

static void reads_of_anonymous_memory_need_none(void **state)
{
	struct world *w = *state;

	untouched(w);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
	probe(w, ASK(REMOTE, HEAP, 4, 0), GIVES(4, .min = 4));
	release(w);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 0);
}

static void ram_runs_out(void **state)
{
	struct world *w = *state;
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

SUITE(world_test(a_fault_without_a_frame_fails), world_test(a_later_page_ends_the_count),
      world_test(reads_of_anonymous_memory_need_none), world_test(ram_runs_out))
