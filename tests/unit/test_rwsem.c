/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmap_sem: it knows who holds it, and a wait without end is an end. */
#include "world.h"

static void readers_share(struct world *w)
{
	struct rw_semaphore *sem = &w->mm->mmap_sem;

	assert_false(rwsem_is_locked(sem));
	down_read(sem);
	down_read(sem);
	up_read(sem);
	assert_true(rwsem_is_locked(sem));
	up_read(sem);
	assert_false(rwsem_is_locked(sem));
	down_write(sem);
	assert_true(rwsem_is_locked(sem));
	up_write(sem);
	assert_false(rwsem_is_locked(sem));
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_ALIVE);
}

typedef void (*lock_fn)(struct rw_semaphore *sem);

/* What is done to the lock in turn, and how the machine fares. */
static void misuse_ends_the_machine(struct world *w)
{
	static const struct {
		const char *name;
		lock_fn first, second;
		enum gupsim_state ends;
		const char *reports;
	} rows[] = {
		{"up_read", up_read, NULL, GUPSIM_DEAD_BUG, "BUG up_read"},
		{"up_write", up_write, NULL, GUPSIM_DEAD_BUG, "BUG up_write"},
		{"up_write of a reader", down_read, up_write, GUPSIM_DEAD_BUG,
		 "BUG up_write"},
		{"up_read of the writer", down_write, up_read, GUPSIM_DEAD_BUG,
		 "BUG up_read"},
		{"read under write", down_write, down_read, GUPSIM_DEAD_BLOCKS, ""},
		{"write under read", down_read, down_write, GUPSIM_DEAD_BLOCKS, ""},
		{"write under write", down_write, down_write, GUPSIM_DEAD_BLOCKS, ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rw_semaphore *sem = &w->mm->mmap_sem;

		w->where = rows[i].name;
		rows[i].first(sem);
		if (rows[i].second)
			rows[i].second(sem);
		assert_number(w, gupsim_machine_state(w->machine), rows[i].ends);
		assert_number(w, *gupsim_machine_cause(w->machine) != 0, true);
		assert_reports(w, rows[i].reports);
		assert_result(w, gupsim_munmap(w->mm, HEAP, PG), -EIO);
		sem->readers = 0;
		sem->writer = false;
		world_renew(w);
	}
}

static int map_one(struct world *w)
{
	return gupsim_mmap(w->mm, HEAP + 8 * PG, PG, RW, MAP_PRIVATE, NULL, 0);
}

static int unmap_one(struct world *w)
{
	return gupsim_munmap(w->mm, HEAP, PG);
}

static int advise_one(struct world *w)
{
	return gupsim_madvise(w->mm, HEAP, PG, MADV_RANDOM);
}

static int drop_one(struct world *w)
{
	return gupsim_madvise(w->mm, HEAP + PG, PG, MADV_DONTNEED);
}

static int mlock_one(struct world *w)
{
	return gupsim_mlock(w->mm, HEAP, PG, false);
}

static int munlock_one(struct world *w)
{
	return gupsim_munlock(w->mm, HEAP, PG);
}

static int hint_one(struct world *w)
{
	return gupsim_numa_hint(w->mm, HEAP, PG);
}

static int protect_one(struct world *w)
{
	return gupsim_mprotect(w->mm, HEAP, PG, PROT_READ);
}

static int fork_one(struct world *w)
{
	struct task_struct *child;

	return gupsim_fork(w->task, "B", &child);
}

static int exit_one(struct world *w)
{
	return gupsim_exit(w->task);
}

static int read_present(struct world *w)
{
	return gupsim_read(w->task, HEAP, NULL, 1, NULL);
}

static int read_absent(struct world *w)
{
	return gupsim_read(w->task, HEAP + PG, NULL, 1, NULL);
}

/* Nobody else could release it: whoever has to wait is told so, and nothing is done. */
static void what_would_wait_is_refused(struct world *w)
{
	static const struct {
		const char *name;
		int (*call)(struct world *w);
		int under_read, under_write;
	} rows[] = {
		{"mmap", map_one, -EDEADLK, -EDEADLK},
		{"munmap", unmap_one, -EDEADLK, -EDEADLK},
		{"MADV_DONTNEED", drop_one, 0, -EDEADLK},
		{"mlock", mlock_one, -EDEADLK, -EDEADLK},
		{"munlock", munlock_one, -EDEADLK, -EDEADLK},
		{"NUMA hint", hint_one, 0, 0},
		{"mprotect", protect_one, -EDEADLK, -EDEADLK},
		{"madvise", advise_one, -EDEADLK, -EDEADLK},
		{"fork", fork_one, -EDEADLK, -EDEADLK},
		{"exit", exit_one, -EDEADLK, -EDEADLK},
		{"access without a fault", read_present, 0, 0},
		{"access with one", read_absent, 0, -EDEADLK},
	};

	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		bool write = i % 2;

		world_row(w, rows[i / 2].name);
		anon(w, HEAP, 4, RW);
		touch(w, HEAP, 1);
		(write ? down_write : down_read)(&w->mm->mmap_sem);
		assert_result(w, rows[i / 2].call(w),
			      write ? rows[i / 2].under_write : rows[i / 2].under_read);
		(write ? up_write : up_read)(&w->mm->mmap_sem);
		assert_vmas(w, "100+4 rw-p");
		assert_mapped(w, HEAP, 1, "refs 1 map 1 anon lru active");
		assert_is(w, gupsim_current(), w->task);
	}
}

SUITE(world_test(readers_share), world_test(misuse_ends_the_machine),
      world_test(what_would_wait_is_refused))
