/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page cache: what is read when, reads in flight, eviction, dirty pages. */
#include "world.h"

#include "file/pagecache.h"
#undef set_page_dirty /* the one from outside is meant */
#include "machine/machine.h"

static struct file *disk_file(struct world *w, unsigned long nr, bool cached)
{
	return FILE_OF("log", GUPSIM_DISK, .bytes = nr * PG, .cached = cached);
}

static void a_file_is_cached_as_it_was_made(struct world *w)
{
	static const struct {
		struct gupsim_file_spec spec;
		const char *page;
	} rows[] = {
		{{"cold", GUPSIM_DISK, .bytes = PG}, "none"},
		{{"cached", GUPSIM_DISK, .bytes = PG, .cached = true},
		 "refs 1 map 0 lru"},
		{{"written", GUPSIM_DISK, .bytes = PG, .cached = true, .buffers = true},
		 "refs 2 map 0 lru"},
		{{"partial", GUPSIM_DISK, .bytes = 1, .cached = true},
		 "refs 1 map 0 lru"},
		{{"shmem", GUPSIM_SHMEM, .bytes = PG, .cached = true},
		 "refs 1 map 0 lru"},
		{{"hole", GUPSIM_SHMEM, .bytes = PG, .hole = true}, "none"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct file *file = make_file(w, rows[i].spec);

		w->where = rows[i].spec.name;
		assert_page(w, gupsim_file_page(file, 0), rows[i].page);
		assert_page(w, gupsim_file_page(file, 1), "none");
		assert_number(w, file_inode(file)->i_size, rows[i].spec.bytes);
	}
	assert_null(gupsim_file_page(NULL, 0));
}

/* 128 KiB around the page that is missing, but inside the file; one page if random. */
static void readahead_reads_around(struct world *w)
{
	static const struct {
		unsigned long page;
		bool random;
		const char *cached;
	} rows[] = {
		{0, false, "0-31"},  {5, false, "0-31"},   {16, false, "0-31"},
		{17, false, "1-32"}, {50, false, "34-65"}, {98, false, "82-99"},
		{50, true, "50-50"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct file *file;

		world_renew(w);
		file = disk_file(w, 100, false);
		map_at(w, HEAP, 100, PROT_READ, MAP_SHARED, file, 0);
		if (rows[i].random)
			madvise_random(w, HEAP, 100);
		peek(w, HEAP + rows[i].page * PG, 1);
		assert_text(w, cached_text(file, 100), rows[i].cached);
		assert_number(w, w->task->maj_flt, 1);
		assert_number(w, w->task->min_flt, 0);
	}
}

/* measured v5.6 33m: the read is started, nobody waits, and no page is had. */
static void a_started_read_keeps_its_pages_locked(struct world *w)
{
	struct file *file = disk_file(w, 8, false);
	struct page *page;

	map_at(w, HEAP, 8, PROT_READ, MAP_SHARED, file, 0);
	probe(w, ASK(REMOTE, HEAP, 4, FOLL_NOWAIT), GIVES(0, .maj = 1));
	page = gupsim_file_page(file, 7);
	assert_true(PageLocked(page));
	assert_false(PageUptodate(page));
	probe(w, ASK(REMOTE, HEAP, 4, FOLL_NOWAIT), GIVES(0, .min = 1));
	assert_result(w, gupsim_io_done(w->machine), 8);
	assert_false(PageLocked(page));
	assert_true(PageUptodate(page));
	probe(w, ASK(REMOTE, HEAP, 4, FOLL_NOWAIT), GIVES(4, .min = 1));
	release(w);
}

/* What is in flight is waited for with the lock dropped, by whoever may drop it. */
static void a_read_in_flight_is_waited_for(struct world *w)
{
	static const struct {
		const char *name;
		struct ask ask;
		struct answer answer;
	} waits[] = {
		{"may drop the lock", ASKS(REMOTE, HEAP, 4, 0, .locked = true),
		 GETS(4, .dropped = true, .min = 2)},
		{"may not", ASKS(REMOTE, HEAP, 4, 0), GETS(4, .min = 2)},
	};

	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		world_row(w, waits[i].name);
		map_at(w, HEAP, 4, RW, MAP_SHARED, disk_file(w, 4, false), 0);
		probe(w, ASK(REMOTE, HEAP, 4, FOLL_NOWAIT), GIVES(0, .maj = 1));
		probe(w, waits[i].ask, waits[i].answer);
		release(w);
	}
}

/* The disk answers in order, a request as a whole. */
static void waiting_completes_up_to_a_request(struct world *w)
{
	struct file *file = disk_file(w, 128, false);
	struct gupsim_file *f = gupsim_file(file);

	for (unsigned long first = 16; first < 128; first += 32)
		assert_result(w, readahead(f, first), 0);
	assert_text(w, cached_text(file, 128), "0-127");
	lock_page(gupsim_file_page(file, 40));
	assert_false(PageLocked(gupsim_file_page(file, 0)));
	assert_false(PageLocked(gupsim_file_page(file, 63)));
	assert_true(PageLocked(gupsim_file_page(file, 64)));
	assert_true(PageLocked(gupsim_file_page(file, 40)));
	unlock_page(gupsim_file_page(file, 40));
	assert_result(w, gupsim_io_done(w->machine), 64);
	for (unsigned long i = 0; i < 128; i++)
		if (!PageUptodate(gupsim_file_page(file, i)))
			fail_msg("page %lu is not uptodate", i);
}

/* Nobody reads it, so nobody will ever unlock it. */
static void a_lock_that_stays_is_the_end(struct world *w)
{
	struct file *file = disk_file(w, 1, true);

	lock_page(gupsim_file_page(file, 0));
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_ALIVE);
	assert_null(gupsim_blocked_on(w->machine));
	lock_page(gupsim_file_page(file, 0));
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BLOCKS);
	assert_same(w, gupsim_blocked_on(w->machine), gupsim_file_page(file, 0));
	w->findings = 1;
}

static void evicted_bytes_come_back(struct world *w)
{
	struct file *file = disk_file(w, 4, true);

	map_at(w, HEAP, 4, RW, MAP_SHARED, file, 0);
	put_text(w, HEAP + PG + 8, "abc");
	assert_mapped(w, HEAP + PG, 1, "refs 3 map 1 dirty lru");
	unmap(w, HEAP, 4);
	assert_result(w, gupsim_file_evict(file, 0, 4), 0);
	assert_text(w, cached_text(file, 4), "");
	map_at(w, HEAP, 4, RW, MAP_PRIVATE, file, 0);
	assert_bytes(w, HEAP + PG + 8, "abc");
}

static void what_is_used_is_not_evicted(struct world *w)
{
	struct file *file = disk_file(w, 4, true);

	map_at(w, HEAP, 1, PROT_READ, MAP_SHARED, file, 2);
	peek(w, HEAP, 1);
	assert_result(w, gupsim_file_evict(file, 0, 4), -EBUSY);
	assert_text(w, cached_text(file, 4), "2-2"); /* the others are gone */
	unmap(w, HEAP, 1);
	get_page(gupsim_file_page(file, 2));
	assert_result(w, gupsim_file_evict(file, 2, 2), -EBUSY);
	assert_text(w, cached_text(file, 4), "2-2");
	put_page(gupsim_file_page(file, 2));
	assert_result(w, gupsim_file_evict(file, 0, 4), 0);
	assert_text(w, cached_text(file, 4), "");
}

static void eviction_waits_for_the_read(struct world *w)
{
	struct file *file = disk_file(w, 4, false);
	struct page *page;

	map_at(w, HEAP, 4, PROT_READ, MAP_SHARED, file, 0);
	probe(w, ASK(REMOTE, HEAP, 1, FOLL_NOWAIT), GIVES(0, .maj = 1));
	page = gupsim_file_page(file, 3);
	get_page(page);
	assert_result(w, gupsim_file_evict(file, 3, 1), -EBUSY);
	assert_number(w, PageUptodate(page), true);
	put_page(page);
	assert_result(w, gupsim_file_evict(file, 0, 4), 0);
	assert_text(w, cached_text(file, 4), "");
	assert_result(w, gupsim_io_done(w->machine), 0);
}

static void eviction_checks_its_arguments(struct world *w)
{
	struct file *file = disk_file(w, 4, true);

	assert_result(w, gupsim_file_evict(NULL, 0, 1), -EINVAL);
	assert_result(w, gupsim_file_evict(fsdax_file(w, 1), 0, 1), -EINVAL);
	assert_result(w, gupsim_file_evict(file, 4, 1), 0);
	assert_result(w, gupsim_file_evict(file, 3, 0), 0);
	assert_text(w, cached_text(file, 4), "0-3");
	assert_result(w, gupsim_file_evict(file, 1, ~0UL), 0);
	assert_text(w, cached_text(file, 4), "0-0");
}

/* The first page of what is made so and mapped shared. */
static struct page *page_of(struct world *w, struct gupsim_file_spec spec)
{
	struct file *file;

	if (spec.backing == GUPSIM_FSDAX)
		spec.pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 1);
	file = make_file(w, spec);
	map_at(w, HEAP, 1, PROT_READ, MAP_SHARED, file, 0);
	peek(w, HEAP, 1);
	return page_at(w, HEAP);
}

/* What set_page_dirty() returns tells whether the page was clean. */
static void dirtying_depends_on_the_backing(struct world *w)
{
	static const struct {
		struct gupsim_file_spec spec;
		int first, second;
		bool dirty;
		const char *reports;
	} rows[] = {
		{{"written", GUPSIM_DISK, .bytes = PG, .cached = true, .buffers = true},
		 1,
		 0,
		 true,
		 ""},
		{{"shmem", GUPSIM_SHMEM, .bytes = PG}, 1, 0, true, ""},
		{{"fsdax", GUPSIM_FSDAX, .bytes = PG}, 0, 0, false, ""},
		/* read in but never written: there are no buffers */
		{{"read", GUPSIM_DISK, .bytes = PG, .cached = true},
		 1,
		 0,
		 true,
		 "WARN ext4_set_page_dirty"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page *page;

		world_row(w, rows[i].spec.name);
		page = page_of(w, rows[i].spec);
		assert_number(w, set_page_dirty_lock(page), rows[i].first);
		assert_reports(w, rows[i].reports);
		assert_number(w, PageDirty(page), rows[i].dirty);
		assert_number(w, PageLocked(page), 0);
		assert_number(w, set_page_dirty(page), rows[i].second);
	}
}

static void anonymous_pages_become_dirty(struct world *w)
{
	touched(w, 1);
	assert_number(w, set_page_dirty(page_at(w, HEAP)), 1);
	assert_number(w, set_page_dirty(page_at(w, HEAP)), 0);
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon dirty lru active");
}

static void count_reports(void *arg, const struct gupsim_report *report)
{
	*(int *)arg += report->kind == GUPSIM_WARN;
}

/* WARN_ON_ONCE is re-armed for each, as for every call into the machine. */
static void every_dirtying_is_a_call_of_its_own(struct world *w)
{
	struct file *file;
	int warned = 0;

	w->config.report = count_reports;
	w->config.report_arg = &warned;
	world_renew(w);
	file = disk_file(w, 2, true);
	set_page_dirty(gupsim_file_page(file, 0));
	set_page_dirty_lock(gupsim_file_page(file, 1));
	assert_number(w, warned, 2);
	assert_reports(w, "WARN ext4_set_page_dirty");
	touched(w, 1);
	set_page_dirty(page_at(w, HEAP));
	assert_reports(w, "");
}

/* measured v5.6 25: a clean shmem page, read-pinned, then made dirty by the pinner. */
static void a_pinner_dirties_what_it_read(struct world *w)
{
	shared(w, HEAP, 2, PROT_READ);
	peek(w, HEAP, 2);
	assert_mapped(w, HEAP, 1, "refs 2 map 1 lru");
	probe(w, ASK(REMOTE, HEAP, 1, 0), GIVES(1));
	assert_pages(w, 1, "refs 3 map 1 lru referenced");
	set_page_dirty_lock(w->pages[0]);
	release(w);
	assert_mapped(w, HEAP, 1, "refs 2 map 1 dirty lru referenced");
}

SUITE(world_test(a_file_is_cached_as_it_was_made), world_test(readahead_reads_around),
      world_test(a_started_read_keeps_its_pages_locked),
      world_test(a_read_in_flight_is_waited_for),
      world_test(waiting_completes_up_to_a_request),
      world_test(a_lock_that_stays_is_the_end), world_test(evicted_bytes_come_back),
      world_test(what_is_used_is_not_evicted), world_test(eviction_waits_for_the_read),
      world_test(eviction_checks_its_arguments),
      world_test(dirtying_depends_on_the_backing),
      world_test(anonymous_pages_become_dirty),
      world_test(every_dirtying_is_a_call_of_its_own),
      world_test(a_pinner_dirties_what_it_read))
