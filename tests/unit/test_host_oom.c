/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's memory runs out at each of its allocations in turn: whoever asked is told
 * -ENOMEM, all is given back, every reference stays explained, and it works afterwards.
 */
#include "world.h"

struct story {
	struct world *w;
	struct task_struct *child;
	struct file *log, *data, *registers, *pages;
	struct gupsim_pmem *pmem;
};

static int make_pmem_device(struct story *s)
{
	return gupsim_pmem_create(s->w->machine, "pm", GUPSIM_PMEM_FSDAX, 4 * PG,
				  &s->pmem);
}

static int make_data(struct story *s)
{
	struct gupsim_file_spec spec = {"data", GUPSIM_FSDAX, .pmem = s->pmem,
					.bytes = 4 * PG};

	return gupsim_file_create(s->w->machine, &spec, &s->data);
}

static int make_log(struct story *s)
{
	struct gupsim_file_spec spec = {"log", GUPSIM_DISK, .bytes = 40 * PG,
					.cached = true, .buffers = true};

	return gupsim_file_create(s->w->machine, &spec, &s->log);
}

static int map_private(struct story *s)
{
	return gupsim_mmap(s->w->mm, HEAP, 4 * PG, RW, MAP_PRIVATE, NULL, 0);
}

static int map_shared(struct story *s)
{
	return gupsim_mmap(s->w->mm, 0x800000, 4 * PG, RW, MAP_SHARED, NULL, 0);
}

static int map_log(struct story *s)
{
	return gupsim_mmap(s->w->mm, 0x40000000, 40 * PG, RW, MAP_SHARED, s->log, 0);
}

static int map_log_private(struct story *s)
{
	return gupsim_mmap(s->w->mm, 0x50000000, 40 * PG, RW, MAP_PRIVATE, s->log, 0);
}

static int map_data(struct story *s)
{
	return gupsim_mmap(s->w->mm, 0x8000000000, 4 * PG, RW, MAP_SHARED, s->data, 0);
}

/* In a CMA area, from which the long-term pin moves it. */
static int write_private(struct story *s)
{
	int error;

	gupsim_allocate_in(s->w->machine, GUPSIM_IN_CMA);
	error = gupsim_write(s->w->task, HEAP, "some bytes", 11, NULL);
	gupsim_allocate_in(s->w->machine, GUPSIM_ANYWHERE);
	return error;
}

static int write_log(struct story *s)
{
	return gupsim_write(s->w->task, 0x40000000 + PG, "more bytes", 11, NULL);
}

static int write_data(struct story *s)
{
	return gupsim_write(s->w->task, 0x8000000000, NULL, 2 * PG, NULL);
}

/* A page in each of twenty page tables, more than are allocated at once. */
static int map_far(struct story *s)
{
	return gupsim_mmap(s->w->mm, 0x100000000, 20UL << 21, RW, MAP_PRIVATE, NULL, 0);
}

static int write_far(struct story *s)
{
	int error = 0;

	for (unsigned long i = 0; !error && i < 20; i++)
		error = gupsim_write(s->w->task, 0x100000000 + (i << 21), NULL, 1, NULL);
	return error;
}

static int make_registers(struct story *s)
{
	struct gupsim_file_spec spec = {"registers", GUPSIM_PFNMAP, .bytes = 40UL << 21};

	return gupsim_file_create(s->w->machine, &spec, &s->registers);
}

static int map_registers(struct story *s)
{
	return gupsim_mmap(s->w->mm, 0x200000000, 40UL << 21, RW, MAP_SHARED,
			   s->registers, 0);
}

static int make_pages(struct story *s)
{
	struct gupsim_file_spec spec = {"pages", GUPSIM_INSERTED, .bytes = 4 * PG};

	return gupsim_file_create(s->w->machine, &spec, &s->pages);
}

static int unmap_log(struct story *s)
{
	return gupsim_munmap(s->w->mm, 0x40000000, 40 * PG);
}

static int evict_log(struct story *s)
{
	return gupsim_file_evict(s->log, 0, 40);
}

static int fork_child(struct story *s)
{
	return gupsim_fork(s->w->task, "B", &s->child);
}

static int write_after_fork(struct story *s)
{
	return gupsim_write(s->w->task, HEAP, NULL, 2 * PG, NULL);
}

static int split_private(struct story *s)
{
	return gupsim_munmap(s->w->mm, HEAP + 2 * PG, PG);
}

static int advise(struct story *s)
{
	return gupsim_madvise_random(s->w->mm, 0x50001000, 2 * PG);
}

/* A short count is no failure of its own: the next call tells why. */
static int pin(struct story *s, unsigned long addr, unsigned long nr, unsigned int flags)
{
	struct world *w = s->w;
	long ret;

	for (unsigned long done = 0; done < nr; done += ret) {
		down_read(&w->mm->mmap_sem);
		ret = get_user_pages_remote(w->task, w->mm, addr + done * PG, nr - done,
					    flags, w->taken + w->nr_taken, NULL, NULL);
		up_read(&w->mm->mmap_sem);
		if (ret <= 0)
			return ret;
		w->nr_taken += ret;
	}
	return 0;
}

static int pin_private(struct story *s)
{
	return pin(s, HEAP, 2, FOLL_WRITE);
}

static int pin_long(struct story *s)
{
	return pin(s, HEAP, 2, FOLL_WRITE | FOLL_LONGTERM);
}

static int pin_shared(struct story *s)
{
	return pin(s, 0x800000, 4, FOLL_WRITE);
}

static int pin_data(struct story *s)
{
	return pin(s, 0x8000000000, 4, 0);
}

static int pin_refused(struct story *s)
{
	int ret = pin(s, 0x8000000000, 4, FOLL_LONGTERM);

	return ret == -EOPNOTSUPP ? 0 : ret;
}

/* Cold pages of the file, with the lock dropped to wait for them. */
static int pin_unlocked(struct story *s)
{
	struct world *w = s->w;
	long ret = get_user_pages_unlocked(0x50000000, 4, w->taken + w->nr_taken, 0);

	if (ret <= 0)
		return ret;
	w->nr_taken += ret;
	return 0;
}

static int put_all(struct story *s)
{
	release(s->w);
	return 0;
}

static int start_thread(struct story *s)
{
	struct task_struct *thread;

	return gupsim_thread_create(s->child, "B2", &thread);
}

static int exit_child(struct story *s)
{
	return gupsim_exit(s->child);
}

static int (*const steps[])(struct story *s) = {
	make_pmem_device, make_data,	   make_log,	  map_private,	    map_shared,
	map_log,	  map_log_private, map_data,	  write_private,    write_log,
	write_data,	  pin_private,	   pin_long,	  pin_shared,	    pin_data,
	pin_refused,	  put_all,	   make_pages,	  map_far,	    write_far,
	make_registers,	  map_registers,   fork_child,	  write_after_fork, unmap_log,
	evict_log,	  pin_unlocked,	   split_private, advise,	    put_all,
	start_thread,	  exit_child,
};

static void build_until_it_works(struct world *w)
{
	int error = gupsim_machine_create(&w->config, &w->machine);

	if (error) {
		assert_result(w, error, -ENOMEM);
		assert_null(w->machine);
		assert_number(w, w->blocks, 0);
		assert_result(w, gupsim_machine_create(&w->config, &w->machine), 0);
	}
	error = gupsim_task_create(w->machine, "A", &w->task);
	if (error) {
		assert_result(w, error, -ENOMEM);
		assert_result(w, gupsim_task_create(w->machine, "A", &w->task), 0);
	}
	w->mm = w->task->mm;
}

static void check_machine(struct world *w)
{
	if (w->config.ledger)
		assert_result(w, gupsim_audit(w->machine, NULL, NULL), 0);
}

/*
 * The step that fails is made again: what has failed has left nothing in its way. False
 * if no allocation was left to fail.
 */
static bool run_story(struct world *w)
{
	struct story story = {.w = w};
	bool failed;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		unsigned long before = w->allocations;
		int error = steps[i](&story);

		if (!error)
			continue;
		assert_true(before < w->fail_at && w->fail_at <= w->allocations);
		check_machine(w);
		assert_result(w, steps[i](&story), 0);
	}
	failed = w->allocations >= w->fail_at;
	w->fail_at = 0;
	assert_number(w, w->nr_taken, 0);
	check_machine(w);
	if (w->config.ledger)
		assert_result(w, gupsim_held(w->machine, NULL, NULL), 0);
	return failed;
}

/* Returns how many allocations the story makes. */
static unsigned long fail_each_allocation(struct world *w)
{
	unsigned long nth = 0;
	bool failed;

	assert_result(w, gupsim_machine_destroy(&w->machine), 0);
	w->config.ram_cma = 2 << 20;
	do {
		w->allocations = 0;
		w->fail_at = ++nth;
		build_until_it_works(w);
		failed = run_story(w);
		assert_result(w, gupsim_machine_destroy(&w->machine), 0);
		assert_number(w, w->blocks, 0);
	} while (failed);
	return nth - 1;
}

static void every_allocation_fails_once(void **state)
{
	struct world *w = *state;

	assert_true(fail_each_allocation(w) > 100);
}

/* The same without what allocates the most. */
static void so_without_ledger_and_trace(void **state)
{
	struct world *w = *state;

	w->config.ledger = w->config.trace = false;
	assert_true(fail_each_allocation(w) > 50);
}

SUITE(world_test(every_allocation_fails_once), world_test(so_without_ledger_and_trace))
