/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The retry protocol of *locked: when the lock is dropped and taken again, what may
 * happen in between, and what is told in the end.
 */
#include "world.h"

#include <stdio.h>
#include <string.h>

#define COLD  "refs 3 map 1 lru referenced"
#define WROTE "refs 4 map 1 dirty lru referenced"

/* A listener that writes down the points, and does something at one of them. */
struct listener {
	struct world *w;
	void (*act)(struct world *w);
	enum gupsim_point at;
	int nth; /* the time that counts, from 1 on */
	int seen[GUPSIM_NR_POINTS];
	char log[256]; /* each point, and how often the lock is held for reading */
};

static void hear(void *arg, enum gupsim_point point)
{
	struct listener *listener = arg;
	size_t used = strlen(listener->log);

	snprintf(listener->log + used, sizeof(listener->log) - used, "%s%s %d",
		 used ? ", " : "", gupsim_point_name(point),
		 listener->w->mm->mmap_sem.readers);
	listener->seen[point]++;
	if (listener->act && point == listener->at &&
	    listener->seen[point] == listener->nth)
		listener->act(listener->w);
}

static void listen(struct world *w, struct listener *listener)
{
	listener->w = w;
	assert_result(gupsim_listen(w->machine, hear, listener), 0);
}

static void map_file(struct world *w, int prot, int flags, bool cached)
{
	map_at(w, HEAP, 4, prot, flags,
	       FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG, .cached = cached), 0);
	madvise_random(w, HEAP, 4);
}

static void cold(struct world *w)
{
	map_file(w, RW, MAP_SHARED, false);
}

static void cold_private(struct world *w)
{
	map_file(w, RW, MAP_PRIVATE, false);
}

static void warm(struct world *w)
{
	map_file(w, RW, MAP_SHARED, true);
}

static void warm_read(struct world *w)
{
	warm(w);
	peek(w, HEAP, 4);
}

static void warm_private(struct world *w)
{
	map_file(w, RW, MAP_PRIVATE, true);
}

static void second_is_cold(struct world *w)
{
	warm(w);
	assert_result(gupsim_file_evict(w->mm->mmap->vm_file, 1, 1), 0);
}

static void anon_then_cold(struct world *w)
{
	cold(w);
	map_at(w, HEAP, 2, RW, MAP_PRIVATE | MAP_FIXED, NULL, 0);
}

static void shmem(struct world *w)
{
	shared(w, HEAP, 4, RW);
}

static void shmem_read(struct world *w)
{
	shmem(w);
	peek(w, HEAP, 4);
}

static void untouched(struct world *w)
{
	anon(w, HEAP, 4, RW);
}

#define ONCE	    "lock.dropped 0, lock.retaken 1"
#define AND	    ", "
#define DROPS(m, n) .dropped = true, .min = (m), .maj = (n)

/* Labels: scenarios, or measured v5.6 10*. */
static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	struct ask ask;
	struct answer answer;
	const char *log, *held;
} rows[] = {
	{"51, 10f", cold, ASKS(LOCKED, HEAP, 1, 0, .locked = true), GETS(1, DROPS(1, 1)),
	 ONCE, COLD},
	{"52, 10w", warm, ASKS(LOCKED, HEAP, 4, 0, .locked = true), GETS(4, .min = 1), "",
	 COLD},
	{"53", second_is_cold, ASKS(LOCKED, HEAP, 3, 0, .locked = true),
	 GETS(3, DROPS(2, 1)), ONCE, COLD},
	{"54", cold, ASKS(GUP, HEAP, 1, 0), GETS(1, .maj = 1), "", COLD},
	{"55", cold, ASKS(UNLOCKED, HEAP, 1, 0), GETS(1, .min = 1, .maj = 1), ONCE, COLD},
	{"10a", cold, ASKS(REMOTE, HEAP, 4, 0, .locked = true), GETS(4, DROPS(4, 4)),
	 ONCE AND ONCE AND ONCE AND ONCE, COLD},
	{"10b", cold, ASKS(REMOTE, HEAP, 2, FOLL_WRITE, .locked = true),
	 GETS(2, DROPS(2, 2)), ONCE AND ONCE, WROTE},
	{"156, 10v", warm_read, ASKS(REMOTE, HEAP, 4, FOLL_WRITE, .locked = true),
	 GETS(4, DROPS(4, 0)), ONCE AND ONCE AND ONCE AND ONCE, WROTE},
	{"156, unmapped", warm, ASKS(LOCKED, HEAP, 1, FOLL_WRITE, .locked = true),
	 GETS(1, DROPS(1, 0)), ONCE, WROTE},
	{"156, shmem", shmem, ASKS(LOCKED, HEAP, 1, FOLL_WRITE, .locked = true),
	 GETS(1, DROPS(1, 0)), ONCE, "refs 3 map 1 dirty lru referenced"},
	{"157", warm, ASKS(GUP, HEAP, 4, FOLL_WRITE), GETS(4, .min = 4), "", WROTE},
	{"159", warm, ASKS(LOCKED, HEAP, 4, FOLL_WRITE | FOLL_NOWAIT, .locked = true),
	 GETS(4, .min = 4), "", WROTE},
	{"10t", shmem, ASKS(REMOTE, HEAP, 4, 0, .locked = true), GETS(4, .min = 4), "",
	 COLD},
	{"10t2", shmem_read, ASKS(REMOTE, HEAP, 4, FOLL_WRITE, .locked = true), GETS(4),
	 "", "refs 3 map 1 dirty lru referenced"},
	{"10x", warm_private, ASKS(REMOTE, HEAP, 4, FOLL_WRITE, .locked = true),
	 GETS(4, .min = 4), "", "refs 2 map 1 anon lru referenced active"},
	{"anonymous memory never drops", untouched,
	 ASKS(REMOTE, HEAP, 4, FOLL_WRITE, .locked = true), GETS(4, .min = 4), "",
	 "refs 2 map 1 anon lru referenced active"},
	{"a hole, after a drop", cold, ASKS(REMOTE, HEAP + 3 * PG, 2, 0, .locked = true),
	 GETS(1, DROPS(1, 1)), ONCE, COLD},
	{"a hole at once", cold, ASKS(REMOTE, HEAP + 4 * PG, 2, 0, .locked = true),
	 GETS(-EFAULT), "", NULL},
	{"no page at all", cold, ASKS(LOCKED, HEAP, 0, 0, .locked = true), GETS(0), "",
	 NULL},
	{"pages NULL", cold, ASKS(LOCKED, HEAP, 2, 0, .locked = true, .no_pages = true),
	 GETS(2, DROPS(2, 2)), ONCE AND ONCE, NULL},
};

static void the_lock_is_dropped_to_wait(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct listener listener = {0};

		world_renew(w);
		w->where = rows[i].name;
		rows[i].set_up(w);
		listen(w, &listener);
		w->task->min_flt = w->task->maj_flt = 0;
		probe(w, rows[i].ask, rows[i].answer);
		assert_text(w, listener.log, rows[i].log);
		if (rows[i].held)
			assert_pages(w, rows[i].answer.ret, rows[i].held);
		release(w);
	}
}

/* measured v5.6 10v2: once writable and dirty, nothing drops the lock any more. */
static void a_second_write_keeps_the_lock(void **state)
{
	struct world *w = *state;

	warm_read(w);
	for (int again = 0; again < 2; again++) {
		probe(w, ASK(REMOTE, HEAP, 4, FOLL_WRITE, .locked = true),
		      GIVES(4, .dropped = !again, .min = again ? 0 : 4));
		assert_pages(w, 4, again ? "refs 4 map 1 dirty lru active" : WROTE);
		release(w);
	}
}

static void unmap_it(struct world *w)
{
	unmap(w, HEAP, 4);
}

static void remap_anonymous(struct world *w)
{
	unmap(w, HEAP, 4);
	anon(w, HEAP, 4, RW);
}

static void remap_read_only(struct world *w)
{
	struct file *file = w->mm->mmap->vm_file;

	unmap(w, HEAP, 4);
	map_at(w, HEAP, 4, PROT_READ, MAP_SHARED, file, 0);
}

static void kill_current(struct world *w)
{
	gupsim_kill(w->task);
}

static void run_out_of_memory(struct world *w)
{
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
}

static void fork_it(struct world *w)
{
	fork_as(w->task, "B");
}

static void evict_in_vain(struct world *w)
{
	assert_result(gupsim_file_evict(w->mm->mmap->vm_file, 0, 1), -EBUSY);
}

static void unmap_in_vain(struct world *w)
{
	assert_result(gupsim_munmap(w->mm, HEAP, 4 * PG), -EDEADLK);
}

/* Somebody acts at the nth time that the lock is dropped. */
static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	void (*act)(struct world *w);
	int nth;
	struct ask ask;
	struct answer answer;
	const char *held;
} races[] = {
	{"57", cold, unmap_it, 1, ASKS(LOCKED, HEAP, 1, 0, .locked = true),
	 GETS(-EFAULT, DROPS(0, 1)), NULL},
	{"58", cold, unmap_it, 2, ASKS(LOCKED, HEAP, 4, 0, .locked = true),
	 GETS(1, DROPS(1, 2)), "refs 2 map 0 lru active"},
	{"unlocked", cold, unmap_it, 1, ASKS(UNLOCKED, HEAP, 4, 0),
	 GETS(-EFAULT, .maj = 1), NULL},
	{"after a completed write", warm, unmap_it, 1,
	 ASKS(LOCKED, HEAP, 2, FOLL_WRITE, .locked = true), GETS(-EFAULT, DROPS(1, 0)),
	 NULL},
	{"other memory is there now", cold, remap_anonymous, 1,
	 ASKS(LOCKED, HEAP, 4, FOLL_WRITE, .locked = true), GETS(4, DROPS(4, 1)),
	 "refs 2 map 1 anon lru referenced active"},
	{"it may no longer be written", warm, remap_read_only, 1,
	 ASKS(LOCKED, HEAP, 4, FOLL_WRITE, .locked = true), GETS(-EFAULT, DROPS(1, 0)),
	 NULL},
	{"64", cold, kill_current, 1, ASKS(LOCKED, HEAP, 4, 0, .locked = true),
	 GETS(-ERESTARTSYS, DROPS(0, 1)), NULL},
	{"63, 64", cold, kill_current, 3, ASKS(LOCKED, HEAP, 4, 0, .locked = true),
	 GETS(2, DROPS(2, 3)), COLD},
	{"64, unlocked", cold, kill_current, 1, ASKS(UNLOCKED, HEAP, 4, 0),
	 GETS(-ERESTARTSYS, .maj = 1), NULL},
	{"no memory for the second attempt", cold_private, run_out_of_memory, 1,
	 ASKS(LOCKED, HEAP, 4, FOLL_WRITE, .locked = true), GETS(-ENOMEM, DROPS(0, 1)),
	 NULL},
	{"fork", cold, fork_it, 1, ASKS(LOCKED, HEAP, 1, 0, .locked = true),
	 GETS(1, DROPS(1, 1)), COLD},
	{"the page that is read is held", cold, evict_in_vain, 1,
	 ASKS(LOCKED, HEAP, 1, 0, .locked = true), GETS(1, DROPS(1, 1)), COLD},
};

static void the_world_may_change_meanwhile(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(races); i++) {
		struct listener listener = {
			.act = races[i].act,
			.at = GUPSIM_POINT_LOCK_DROPPED,
			.nth = races[i].nth,
		};

		world_renew(w);
		w->where = races[i].name;
		races[i].set_up(w);
		listen(w, &listener);
		probe(w, races[i].ask, races[i].answer);
		if (races[i].held)
			assert_pages(w, races[i].answer.ret, races[i].held);
		gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 0);
		release(w);
	}
}

/* Once the lock is held again nobody can unmap what is about to be looked up. */
static void the_lock_protects_once_retaken(void **state)
{
	struct world *w = *state;
	struct listener listener = {
		.act = unmap_in_vain, .at = GUPSIM_POINT_LOCK_RETAKEN, .nth = 1};

	cold(w);
	listen(w, &listener);
	probe(w, ASK(LOCKED, HEAP, 1, 0, .locked = true), GIVES(1, DROPS(1, 1)));
	release(w);
}

static void nothing_is_read_yet(struct world *w)
{
	assert_null(gupsim_file_page(w->mm->mmap->vm_file, 0));
}

/* Who may drop the lock does so before the read begins. */
static void the_lock_goes_before_the_read(void **state)
{
	struct world *w = *state;
	struct listener listener = {
		.act = nothing_is_read_yet, .at = GUPSIM_POINT_LOCK_DROPPED, .nth = 1};

	map_at(w, HEAP, 4, RW, MAP_SHARED, FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG), 0);
	listen(w, &listener);
	probe(w, ASK(LOCKED, HEAP, 4, 0, .locked = true), GIVES(4, DROPS(1, 1)));
	assert_text(w, listener.log, ONCE);
	release(w);
}

/* What was done before the drop counts; the arrays go on where they were. */
static void entries_go_on_after_a_drop(void **state)
{
	struct world *w = *state;

	anon_then_cold(w);
	probe(w, ASK(REMOTE, HEAP + 1, 4, FOLL_WRITE, .locked = true),
	      GIVES(4, DROPS(4, 2)));
	for (int i = 0; i < 4; i++)
		assert_ptr_equal(w->pages[i], page_at(w, HEAP + i * PG));
	release(w);
}

static void an_access_meets_the_same_race(void **state)
{
	struct world *w = *state;
	struct listener listener = {
		.act = unmap_it, .at = GUPSIM_POINT_LOCK_DROPPED, .nth = 1};
	int signal = 0;

	cold(w);
	listen(w, &listener);
	assert_result(gupsim_read(w->task, HEAP, NULL, 1, &signal), -EFAULT);
	assert_int_equal(signal, SIGSEGV);
	assert_text(w, listener.log, "lock.dropped 0");
}

static void take_for_ever(struct world *w)
{
	down_write(&w->mm->mmap_sem);
}

static void a_lock_never_released_ends_the_machine(void **state)
{
	struct world *w = *state;
	struct listener listener = {
		.act = take_for_ever, .at = GUPSIM_POINT_LOCK_DROPPED, .nth = 1};
	int locked = 1;

	cold(w);
	listen(w, &listener);
	down_read(&w->mm->mmap_sem);
	assert_result(get_user_pages_locked(HEAP, 1, 0, w->taken, &locked), -EIO);
	assert_int_equal(gupsim_machine_state(w->machine), GUPSIM_DEAD_BLOCKS);
	w->mm->mmap_sem.readers = 0;
	w->mm->mmap_sem.writer = false;
	assert_null(w->taken[0]);
}

/* Scenarios 59 and 60. */
static void misuse_is_a_bug(void **state)
{
	struct world *w = *state;

	for (int with_vmas = 0; with_vmas < 2; with_vmas++) {
		int locked = with_vmas;

		world_renew(w);
		untouched(w);
		down_read(&w->mm->mmap_sem);
		assert_result(get_user_pages_remote(w->task, w->mm, HEAP, 1, FOLL_WRITE,
						    w->taken, with_vmas ? w->vmas : NULL,
						    &locked),
			      -EIO);
		assert_reports(w, "BUG __get_user_pages_locked");
		assert_int_equal(gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
		assert_int_equal(locked, with_vmas);
		assert_pte(w, HEAP, "none");
		up_read(&w->mm->mmap_sem);
	}
}

SUITE(world_test(the_lock_is_dropped_to_wait), world_test(a_second_write_keeps_the_lock),
      world_test(the_world_may_change_meanwhile),
      world_test(the_lock_protects_once_retaken),
      world_test(the_lock_goes_before_the_read), world_test(entries_go_on_after_a_drop),
      world_test(an_access_meets_the_same_race),
      world_test(a_lock_never_released_ends_the_machine), world_test(misuse_is_a_bug))
