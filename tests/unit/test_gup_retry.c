/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The retry protocol of *locked: when the lock is dropped and taken again, what may
 * happen in between, and what is told in the end.
 */
#include "world.h"

#include <stdio.h>
#include <string.h>

/* A listener that writes down the points, and acts at the first of a kind. */
struct listener {
	struct world *w;
	void (*act)(struct world *w);
	enum gupsim_point at;
	bool acted;
	char log[256]; /* each point, and how often the lock is held for reading */
};

static void hear(void *arg, enum gupsim_point point)
{
	struct listener *listener = arg;
	size_t used = strlen(listener->log);

	snprintf(listener->log + used, sizeof(listener->log) - used, "%s%s %d",
		 used ? ", " : "", gupsim_point_name(point),
		 listener->w->mm->mmap_sem.readers);
	if (listener->act && point == listener->at && !listener->acted) {
		listener->acted = true;
		listener->act(listener->w);
	}
}

static void listen(struct world *w, struct listener *listener)
{
	listener->w = w;
	assert_result(w, gupsim_listen(w->machine, hear, listener), 0);
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

#define DROP	    "lock.dropping 1, lock.dropped 0"
#define RETAKE	    "fault.retry 0, lock.retaking 0, lock.retaken 1"
#define ONCE	    DROP ", fault.sleeping 0, " RETAKE
#define AND	    ", "
#define DROPS(m, n) .dropped = true, .min = (m), .maj = (n)

static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	struct ask ask;
	struct answer answer;
	const char *log;
} rows[] = {
	{"a page to read", cold, ASKS(LOCKED, HEAP, 1, 0, .locked = true),
	 GETS(1, DROPS(1, 1)), ONCE},
	{"two", cold, ASKS(REMOTE, HEAP, 2, 0, .locked = true), GETS(2, DROPS(2, 2)),
	 ONCE AND ONCE},
	{"pages NULL", cold, ASKS(LOCKED, HEAP, 2, 0, .locked = true, .no_pages = true),
	 GETS(2, DROPS(2, 2)), ONCE AND ONCE},
	{"a page to make dirty", warm, ASKS(REMOTE, HEAP, 1, FOLL_WRITE, .locked = true),
	 GETS(1, DROPS(1, 0)), DROP AND RETAKE},
	{"unlocked", cold, ASKS(UNLOCKED, HEAP, 1, 0), GETS(1, .min = 1, .maj = 1), ONCE},
	{"nobody may drop it", cold, ASKS(GUP, HEAP, 1, 0), GETS(1, .maj = 1),
	 "fault.sleeping 1"},
	{"a hole, after a drop", cold, ASKS(REMOTE, HEAP + 3 * PG, 2, 0, .locked = true),
	 GETS(1, DROPS(1, 1)), ONCE},
	{"a hole at once", cold, ASKS(REMOTE, HEAP + 4 * PG, 2, 0, .locked = true),
	 GETS(-EFAULT), ""},
};

static void the_lock_is_dropped_to_wait(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct listener listener = {0};

		world_row(w, rows[i].name);
		rows[i].set_up(w);
		listen(w, &listener);
		probe(w, rows[i].ask, rows[i].answer);
		assert_text(w, listener.log, rows[i].log);
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
	assert_result(w, gupsim_file_evict(w->mm->mmap->vm_file, 0, 1), -EBUSY);
}

static void unmap_in_vain(struct world *w)
{
	assert_result(w, gupsim_munmap(w->mm, HEAP, 4 * PG), -EDEADLK);
}

/* Somebody acts the first time that the lock is dropped. */
static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	void (*act)(struct world *w);
	struct ask ask;
	struct answer answer;
	const char *held;
} races[] = {
	{"unmapped, unlocked", cold, unmap_it, ASKS(UNLOCKED, HEAP, 4, 0),
	 GETS(-EFAULT, .maj = 1), NULL},
	{"unmapped after a completed write", warm, unmap_it,
	 ASKS(LOCKED, HEAP, 2, FOLL_WRITE, .locked = true), GETS(-EFAULT, DROPS(1, 0)),
	 NULL},
	{"other memory is there now", cold, remap_anonymous,
	 ASKS(LOCKED, HEAP, 4, FOLL_WRITE, .locked = true), GETS(4, DROPS(4, 1)),
	 "refs 2 map 1 anon lru referenced active"},
	{"it may no longer be written", warm, remap_read_only,
	 ASKS(LOCKED, HEAP, 4, FOLL_WRITE, .locked = true), GETS(-EFAULT, DROPS(1, 0)),
	 NULL},
	{"killed, unlocked", cold, kill_current, ASKS(UNLOCKED, HEAP, 4, 0),
	 GETS(-ERESTARTSYS, .maj = 1), NULL},
	{"no memory for the second attempt", cold_private, run_out_of_memory,
	 ASKS(LOCKED, HEAP, 4, FOLL_WRITE, .locked = true), GETS(-ENOMEM, DROPS(0, 1)),
	 NULL},
	{"forked", cold, fork_it, ASKS(LOCKED, HEAP, 1, 0, .locked = true),
	 GETS(1, DROPS(1, 1)), "refs 3 map 1 lru referenced"},
	{"the page that is read is held", cold, evict_in_vain,
	 ASKS(LOCKED, HEAP, 1, 0, .locked = true), GETS(1, DROPS(1, 1)),
	 "refs 3 map 1 lru referenced"},
};

static void the_world_may_change_meanwhile(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(races); i++) {
		struct listener listener = {
			.act = races[i].act,
			.at = GUPSIM_POINT_LOCK_DROPPED,
		};

		world_row(w, races[i].name);
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
static void the_lock_protects_once_retaken(struct world *w)
{
	struct listener listener = {.act = unmap_in_vain,
				    .at = GUPSIM_POINT_LOCK_RETAKEN};

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
static void the_lock_goes_before_the_read(struct world *w)
{
	struct listener listener = {.act = nothing_is_read_yet,
				    .at = GUPSIM_POINT_LOCK_DROPPED};

	map_at(w, HEAP, 4, RW, MAP_SHARED, FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG), 0);
	listen(w, &listener);
	probe(w, ASK(LOCKED, HEAP, 4, 0, .locked = true), GIVES(4, DROPS(1, 1)));
	assert_text(w, listener.log, ONCE);
	release(w);
}

/* What was done before the drop counts; the arrays go on where they were. */
static void entries_go_on_after_a_drop(struct world *w)
{
	cold(w);
	map_at(w, HEAP, 2, RW, MAP_PRIVATE | MAP_FIXED, NULL, 0);
	probe(w, ASK(REMOTE, HEAP + 1, 4, FOLL_WRITE, .locked = true),
	      GIVES(4, DROPS(4, 2)));
	for (int i = 0; i < 4; i++)
		assert_same(w, w->pages[i], page_at(w, HEAP + i * PG));
	release(w);
}

static void an_access_meets_the_same_race(struct world *w)
{
	struct listener listener = {.act = unmap_it, .at = GUPSIM_POINT_LOCK_DROPPED};

	cold(w);
	listen(w, &listener);
	assert_number(w, read_signal(w, HEAP), SIGSEGV);
	assert_text(w, listener.log, ONCE);
}

static void take_for_ever(struct world *w)
{
	down_write(&w->mm->mmap_sem);
}

static void a_lock_never_released_ends_the_machine(struct world *w)
{
	struct listener listener = {.act = take_for_ever,
				    .at = GUPSIM_POINT_LOCK_DROPPED};
	int locked = 1;

	cold(w);
	listen(w, &listener);
	down_read(&w->mm->mmap_sem);
	assert_result(w, get_user_pages_locked(HEAP, 1, 0, w->taken, &locked), -EIO);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BLOCKS);
	w->mm->mmap_sem.readers = 0;
	w->mm->mmap_sem.writer = false;
	assert_null(w->taken[0]);
}

SUITE(world_test(the_lock_is_dropped_to_wait), world_test(the_world_may_change_meanwhile),
      world_test(the_lock_protects_once_retaken),
      world_test(the_lock_goes_before_the_read), world_test(entries_go_on_after_a_drop),
      world_test(an_access_meets_the_same_race),
      world_test(a_lock_never_released_ends_the_machine))
