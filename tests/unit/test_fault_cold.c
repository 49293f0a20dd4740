/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages that the disk has to bring: what a pin returns, whether it kept the lock, and how
 * many faults that took, as a booted v5.6 answered.
 */
#include "world.h"

#define COLD	"refs 3 map 1 lru referenced"
#define WROTE	"refs 4 map 1 dirty lru referenced"
#define OWN	"refs 2 map 1 anon lru referenced active"
#define ZERO(n) "refs " #n " map 0 zero reserved nomapping"

static struct file *cold_file(struct world *w)
{
	return FILE_OF("cold", GUPSIM_DISK, .bytes = 32 * PG);
}

static void one_by_one(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED, cold_file(w), 0);
	madvise_random(w, HEAP, 4);
}

static void read_ahead(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED, cold_file(w), 0);
}

static void private_read_ahead(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_PRIVATE, cold_file(w), 0);
}

static void first_two_read(struct world *w)
{
	one_by_one(w);
	peek(w, HEAP, 2);
}

static void anon_then_file(struct world *w)
{
	anon(w, HEAP, 4, RW);
	map_at(w, HEAP + 2 * PG, 2, RW, MAP_SHARED | MAP_FIXED, cold_file(w), 0);
}

static void anon_file_anon(struct world *w)
{
	anon(w, HEAP, 6, RW);
	map_at(w, HEAP + 2 * PG, 2, RW, MAP_SHARED | MAP_FIXED, cold_file(w), 0);
	madvise_random(w, HEAP + 2 * PG, 2);
}

static void last_two_pages(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED, cold_file(w), 30);
}

static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	struct ask ask;
	struct answer answer;
	const char *pages; /* held; NULL: none, or they are not alike */
} rows[] = {
	/* MADV_RANDOM: each page is read by itself */
	{"10a, 33a", one_by_one, ASKS(REMOTE, HEAP, 4, 0, .locked = true),
	 GETS(4, .dropped = true, .min = 4, .maj = 4), COLD},
	{"10b, 33f", one_by_one, ASKS(REMOTE, HEAP, 4, FOLL_WRITE, .locked = true),
	 GETS(4, .dropped = true, .min = 4, .maj = 4), WROTE},
	{"10c, 33b", one_by_one, ASKS(REMOTE, HEAP, 4, 0), GETS(4, .maj = 4), COLD},
	{"10d, 33c", one_by_one, ASKS(REMOTE, HEAP, 4, FOLL_NOWAIT), GETS(4, .maj = 4),
	 COLD},
	{"file_cold_nowait_locked", one_by_one,
	 ASKS(REMOTE, HEAP, 4, FOLL_NOWAIT, .locked = true), GETS(4, .maj = 4), COLD},
	{"10f", one_by_one, ASKS(REMOTE, HEAP, 1, 0, .locked = true),
	 GETS(1, .dropped = true, .min = 1, .maj = 1), COLD},
	{"10h, 33g", one_by_one, ASKS(UNLOCKED, HEAP, 4, 0), GETS(4, .min = 4, .maj = 4),
	 COLD},
	{"10j", one_by_one, ASKS(REMOTE, HEAP, 4, FOLL_LONGTERM), GETS(4, .maj = 4),
	 COLD},
	{"10k", one_by_one, ASKS(GUP, HEAP, 4, FOLL_NOWAIT), GETS(4, .maj = 4), COLD},
	{"33e", one_by_one, ASKS(REMOTE, HEAP, 4, FOLL_LONGTERM | FOLL_NOWAIT),
	 GETS(4, .maj = 4), COLD},
	{"the start is carried unaligned", one_by_one,
	 ASKS(REMOTE, HEAP + 4095, 3, 0, .locked = true),
	 GETS(3, .dropped = true, .min = 3, .maj = 3), COLD},
	{"33i", first_two_read, ASKS(REMOTE, HEAP, 4, FOLL_NOWAIT, .locked = true),
	 GETS(4, .maj = 2), COLD},
	{"10m", anon_file_anon,
	 ASKS(REMOTE, HEAP, 6, FOLL_WRITE | FOLL_NOWAIT, .locked = true),
	 GETS(6, .min = 4, .maj = 2), NULL},
	{"10n", anon_file_anon,
	 ASKS(REMOTE, HEAP, 6, FOLL_WRITE, .locked = true, .no_pages = true),
	 GETS(6, .dropped = true, .min = 6, .maj = 2), NULL},
	/* one read brings all of them */
	{"33k", read_ahead, ASKS(REMOTE, HEAP, 4, 0, .locked = true),
	 GETS(4, .dropped = true, .min = 1, .maj = 1), COLD},
	{"33l", read_ahead, ASKS(REMOTE, HEAP, 4, 0), GETS(4, .min = 1, .maj = 1), COLD},
	{"33m", read_ahead, ASKS(REMOTE, HEAP, 4, FOLL_NOWAIT), GETS(0, .maj = 1), NULL},
	{"33p", read_ahead, ASKS(REMOTE, HEAP, 4, FOLL_LONGTERM),
	 GETS(4, .min = 1, .maj = 1), COLD},
	{"33s", read_ahead, ASKS(UNLOCKED, HEAP, 4, 0), GETS(4, .min = 1, .maj = 1),
	 COLD},
	{"33t", private_read_ahead, ASKS(REMOTE, HEAP, 4, FOLL_WRITE, .locked = true),
	 GETS(4, .dropped = true, .min = 4, .maj = 1), OWN},
	{"33u", anon_then_file, ASKS(REMOTE, HEAP, 4, FOLL_NOWAIT, .locked = true),
	 GETS(2, .min = 2, .maj = 1), ZERO(3)},
	{"33v", anon_then_file, ASKS(REMOTE, HEAP, 4, FOLL_NOWAIT | FOLL_LONGTERM),
	 GETS(2, .min = 2, .maj = 1), ZERO(3)},
	/* the file ends */
	{"10p", last_two_pages, ASKS(REMOTE, HEAP, 4, 0, .locked = true),
	 GETS(2, .dropped = true, .min = 1, .maj = 1), COLD},
	{"10q", last_two_pages, ASKS(REMOTE, HEAP + 2 * PG, 2, 0, .locked = true),
	 GETS(-EFAULT), NULL},
};

/* measured v5.6, the rows named; file_cold_*: the general probes. */
static void cold_pages_are_brought(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		world_renew(w);
		w->where = rows[i].name;
		rows[i].set_up(w);
		w->task->min_flt = w->task->maj_flt = 0;
		probe(w, rows[i].ask, rows[i].answer);
		if (rows[i].pages)
			assert_pages(w, rows[i].answer.ret, rows[i].pages);
		release(w);
	}
}

static void ten_m_and_n_leave_these_pages(void **state)
{
	struct world *w = *state;

	anon_file_anon(w);
	probe(w, ASK(REMOTE, HEAP, 6, FOLL_WRITE | FOLL_NOWAIT, .locked = true),
	      GIVES(6, .min = 4, .maj = 2));
	assert_page(w, w->pages[1], OWN);
	assert_page(w, w->pages[2], WROTE);
	assert_page(w, w->pages[5], OWN);
	release(w);
	world_renew(w);
	anon_file_anon(w);
	probe(w, ASK(REMOTE, HEAP, 6, FOLL_WRITE, .locked = true, .no_pages = true),
	      GIVES(6, .dropped = true, .min = 6, .maj = 2));
	assert_mapped(w, HEAP, 2, "refs 1 map 1 anon lru referenced active");
	assert_mapped(w, HEAP + 2 * PG, 2, "refs 3 map 1 dirty lru referenced");
	assert_page(w, w->pages[0], "none");
}

/* The CPU's own access is counted once, whatever it took. */
static void an_access_counts_one_major_fault(void **state)
{
	struct world *w = *state;

	read_ahead(w);
	peek(w, HEAP, 4);
	assert_int_equal(w->task->maj_flt, 1);
	assert_int_equal(w->task->min_flt, 0);
	assert_mapped(w, HEAP, 4, "refs 2 map 1 lru");
}

/* What is in flight is waited for with the lock dropped, by whoever may drop it. */
static void a_read_in_flight_is_waited_for(void **state)
{
	static const struct {
		const char *name;
		struct ask ask;
		struct answer answer;
	} waits[] = {
		{"may drop the lock", ASKS(REMOTE, HEAP, 4, 0, .locked = true),
		 GETS(4, .dropped = true, .min = 2)},
		{"may not", ASKS(REMOTE, HEAP, 4, 0), GETS(4, .min = 2)},
		{"may not wait", ASKS(REMOTE, HEAP, 4, FOLL_NOWAIT), GETS(0, .min = 1)},
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		world_renew(w);
		w->where = waits[i].name;
		read_ahead(w);
		probe(w, ASK(REMOTE, HEAP, 4, FOLL_NOWAIT), GIVES(0, .maj = 1));
		probe(w, waits[i].ask, waits[i].answer);
		release(w);
	}
}

SUITE(world_test(cold_pages_are_brought), world_test(ten_m_and_n_leave_these_pages),
      world_test(an_access_counts_one_major_fault),
      world_test(a_read_in_flight_is_waited_for))
