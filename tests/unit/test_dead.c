/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dead machine: every way in from outside, and that none changes it any more. It is
 * looked at as before, and destroyed by the teardown.
 */
#include "words.h"
#include "world.h"

#include "machine/machine.h"

#include <string.h>

/* What the entries below are called with, made while the machine lived. */
struct dead {
	struct world *w;
	struct task_struct *exited, *task;
	struct file *file;
	struct gupsim_pmem *pmem;
	struct page *page, *isolated;
};

/* All that one of the calls could change. */
struct snapshot {
	struct gupsim_machine machine;
	struct phys phys;
	struct gupsim_mm mm;
	struct gupsim_task task;
	struct gupsim_pmem pmem;
	struct page page, isolated, cached;
};

static void nobody_listens(void *arg, enum gupsim_point point)
{
	(void)arg;
	(void)point;
}

#define ENTRY(name, expression)            \
	static long name(struct dead *d)   \
	{                                  \
		struct world *w = d->w;    \
                                           \
		(void)w;                   \
		return (long)(expression); \
	}
#define VOID_ENTRY(name, statement)      \
	static long name(struct dead *d) \
	{                                \
		statement;               \
		return 0;                \
	}

ENTRY(rule_set, gupsim_rule_set(w->machine, "check_dax_vmas.fsdax", "accepted"))
ENTRY(rule_unknown, gupsim_rule_set(w->machine, "no.rule", "accepted"))
ENTRY(fail_host, gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 1))
ENTRY(fail_page, gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1))
ENTRY(fail_kmalloc, gupsim_fail(w->machine, GUPSIM_FAIL_KMALLOC, 1))
ENTRY(listen, gupsim_listen(w->machine, nobody_listens, NULL))
ENTRY(allocate_in, gupsim_allocate_in(w->machine, GUPSIM_IN_MOVABLE))
ENTRY(drain, gupsim_drain(w->machine))
ENTRY(name_calls, gupsim_name_calls(w->machine, "late"))
ENTRY(task_create, gupsim_task_create(w->machine, "C", &d->task))
ENTRY(thread_create, gupsim_thread_create(w->task, "C", &d->task))
ENTRY(thread_of_exited, gupsim_thread_create(d->exited, "C", &d->task))
ENTRY(fork_task, gupsim_fork(w->task, "C", &d->task))
ENTRY(fork_exited, gupsim_fork(d->exited, "C", &d->task))
ENTRY(exit_task, gupsim_exit(w->task))
ENTRY(exit_twice, gupsim_exit(d->exited))
ENTRY(reap, gupsim_reap(&d->exited))
ENTRY(kill_task, gupsim_kill(w->task))
ENTRY(kill_exited, gupsim_kill(d->exited))
ENTRY(signal_task, gupsim_signal(w->task))
ENTRY(signal_exited, gupsim_signal(d->exited))
ENTRY(mmap_anon, gupsim_mmap(w->mm, 0x900000, PG, RW, MAP_PRIVATE, NULL, 0))
ENTRY(mmap_shared, gupsim_mmap(w->mm, 0x900000, PG, RW, MAP_SHARED, NULL, 0))
ENTRY(mmap_over, gupsim_mmap(w->mm, HEAP, PG, RW, MAP_PRIVATE | MAP_FIXED, NULL, 0))
ENTRY(mmap_unaligned, gupsim_mmap(w->mm, HEAP + 1, PG, RW, MAP_PRIVATE, NULL, 0))
ENTRY(munmap_one, gupsim_munmap(w->mm, HEAP, PG))
ENTRY(munmap_nothing, gupsim_munmap(w->mm, HEAP, 0))
ENTRY(drop, gupsim_madvise(w->mm, HEAP, PG, MADV_DONTNEED))
ENTRY(lock_memory, gupsim_mlock(w->mm, HEAP, PG, false))
ENTRY(unlock_memory, gupsim_munlock(w->mm, HEAP, PG))
ENTRY(hint, gupsim_numa_hint(w->mm, HEAP, PG))
ENTRY(protect_with_key, gupsim_pkey_mprotect(w->mm, HEAP, PG, PROT_READ, 1))
ENTRY(set_key, gupsim_pkey_set(w->task, 1, 0))
ENTRY(protect, gupsim_mprotect(w->mm, HEAP, PG, PROT_READ))
ENTRY(advise, gupsim_madvise(w->mm, HEAP, PG, MADV_RANDOM))
ENTRY(read_one, gupsim_read(w->task, HEAP, NULL, 1, NULL))
ENTRY(read_nothing, gupsim_read(w->task, HEAP, NULL, 0, NULL))
ENTRY(write_one, gupsim_write(w->task, HEAP, NULL, 1, NULL))
ENTRY(write_exited, gupsim_write(d->exited, HEAP, NULL, 1, NULL))
ENTRY(isolate, gupsim_isolate(d->page))
ENTRY(putback, gupsim_putback(d->isolated))
ENTRY(alloc_contig, gupsim_alloc_contig(d->page))
ENTRY(new_pmem, gupsim_pmem_create(w->machine, "p2", GUPSIM_PMEM_FSDAX, PG, &d->pmem))
ENTRY(new_devdax, gupsim_devdax_create(w->machine, "p3", PG, PG, &d->pmem))
ENTRY(pmem_kill, gupsim_pmem_kill(d->pmem))
ENTRY(new_file,
      gupsim_file_create(w->machine,
			 &(struct gupsim_file_spec){"g", GUPSIM_DISK, .bytes = PG},
			 &d->file))
ENTRY(evict, gupsim_file_evict(d->file, 3, 1))
ENTRY(truncate_file, gupsim_ftruncate(d->file, 0))
ENTRY(device_write, gupsim_device_write(d->page, 0, "", 1))
ENTRY(device_read, gupsim_device_read(d->page, 0, w->taken, 1))
ENTRY(sync_file, gupsim_fsync(d->file))
ENTRY(io_done, gupsim_io_done(w->machine))
ENTRY(remote, get_user_pages_remote(w->task, w->mm, HEAP, 1, 0, w->taken, NULL, NULL))
ENTRY(gup, get_user_pages(HEAP, 1, 0, w->taken, NULL))
ENTRY(gup_locked, get_user_pages_locked(HEAP, 1, 0, w->taken, NULL))
ENTRY(gup_unlocked, get_user_pages_unlocked(HEAP, 1, w->taken, 0))
ENTRY(gup_fast, get_user_pages_fast(HEAP, 1, 0, w->taken))
ENTRY(pre_gup_fast, __get_user_pages_fast(HEAP, 1, 0, w->taken))

ENTRY(dirty, set_page_dirty(d->page))
ENTRY(dirty_lock, set_page_dirty_lock(d->page))
VOID_ENTRY(get, get_page(d->page))
VOID_ENTRY(put, put_page(d->page))
VOID_ENTRY(read_lock, down_read(&d->w->mm->mmap_sem))
VOID_ENTRY(read_unlock, up_read(&d->w->mm->mmap_sem))
VOID_ENTRY(write_lock, down_write(&d->w->mm->mmap_sem))
VOID_ENTRY(write_unlock, up_write(&d->w->mm->mmap_sem))

static const struct entry {
	const char *name;
	long (*call)(struct dead *d);
	long returns;
} entries[] = {
#define DEAD(name)                \
	{                         \
#name, name, -EIO \
	}
#define SILENT(name)           \
	{                      \
#name, name, 0 \
	}
	DEAD(rule_set),	      DEAD(rule_unknown),
	DEAD(fail_host),      DEAD(fail_page),
	DEAD(fail_kmalloc),   DEAD(listen),
	DEAD(allocate_in),    DEAD(drain),
	DEAD(name_calls),     DEAD(task_create),
	DEAD(thread_create),  DEAD(thread_of_exited),
	DEAD(fork_task),      DEAD(fork_exited),
	DEAD(exit_task),      DEAD(exit_twice),
	DEAD(reap),	      DEAD(kill_task),
	DEAD(kill_exited),    DEAD(signal_task),
	DEAD(signal_exited),  DEAD(mmap_anon),
	DEAD(mmap_shared),    DEAD(mmap_over),
	DEAD(mmap_unaligned), DEAD(munmap_one),
	DEAD(munmap_nothing), DEAD(protect),
	DEAD(lock_memory),    DEAD(unlock_memory),
	DEAD(hint),	      DEAD(protect_with_key),
	DEAD(set_key),	      DEAD(drop),
	DEAD(advise),	      DEAD(read_one),
	DEAD(read_nothing),   DEAD(write_one),
	DEAD(write_exited),   DEAD(isolate),
	DEAD(alloc_contig),   DEAD(putback),
	DEAD(new_pmem),	      DEAD(new_devdax),
	DEAD(pmem_kill),      DEAD(new_file),
	DEAD(evict),	      DEAD(sync_file),
	DEAD(device_write),   DEAD(device_read),
	DEAD(truncate_file),  DEAD(io_done),
	DEAD(remote),	      DEAD(gup),
	DEAD(gup_locked),     DEAD(gup_unlocked),
	DEAD(gup_fast),	      DEAD(pre_gup_fast),
	SILENT(dirty),	      SILENT(dirty_lock),
	SILENT(get),	      SILENT(put),
	SILENT(read_lock),    SILENT(read_unlock),
	SILENT(write_lock),   SILENT(write_unlock),
};

static void take_snapshot(const struct dead *d, struct snapshot *snapshot)
{
	memset(snapshot, 0, sizeof(*snapshot));
	memcpy(&snapshot->machine, d->w->machine, sizeof(snapshot->machine));
	/* The words are the call's own. */
	memset(snapshot->machine.base.error, 0, sizeof(snapshot->machine.base.error));
	/* Their padding is nobody's; the number stays. */
	memset(snapshot->machine.base.reports, 0, sizeof(snapshot->machine.base.reports));
	memcpy(&snapshot->phys, d->w->machine->phys, sizeof(snapshot->phys));
	memcpy(&snapshot->mm, d->w->mm->sim, sizeof(snapshot->mm));
	memcpy(&snapshot->task, d->w->task->sim, sizeof(snapshot->task));
	memcpy(&snapshot->pmem, d->pmem, sizeof(snapshot->pmem));
	memcpy(&snapshot->page, d->page, sizeof(snapshot->page));
	memcpy(&snapshot->isolated, d->isolated, sizeof(snapshot->isolated));
	memcpy(&snapshot->cached, gupsim_file_page(d->file, 0), sizeof(struct page));
}

/* A machine with something of all kinds, that dies with its lock as @lock leaves it. */
static void make_dead(struct dead *d, void (*lock)(struct rw_semaphore *sem))
{
	struct world *w = d->w;

	d->file = FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG, .cached = true);
	d->pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 1);
	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 2);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1));
	release(w);
	w->taken[0] = NULL;
	d->page = page_at(w, HEAP);
	d->isolated = page_at(w, HEAP + PG);
	assert_result(w, gupsim_isolate(d->isolated), 0);
	d->exited = fork_as(w->task, "B");
	assert_result(w, gupsim_exit(d->exited), 0);
	if (lock)
		lock(&w->mm->mmap_sem);
	put_page(gupsim_page_by_pfn(w->machine, 100));
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
}

static void call_all(struct dead *d)
{
	struct snapshot before, after;

	for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
		const struct entry *e = &entries[i];
		long result;

		d->w->where = e->name;
		words_before(d->w);
		take_snapshot(d, &before);
		result = e->call(d);
		if (e->returns)
			words_at(d->w, result, e->returns, e->name, __FILE__, __LINE__);
		else
			result_at(d->w, result, 0, e->name, __FILE__, __LINE__);
		take_snapshot(d, &after);
		if (memcmp(&before, &after, sizeof(before)))
			fail_msg("%s has changed a dead machine", e->name);
	}
	assert_null(d->w->taken[0]);
	assert_null(d->task);
}

static void a_dead_machine_changes_no_more(struct world *w)
{
	static void (*const locks[])(struct rw_semaphore * sem) = {NULL, down_read,
								   down_write};
	struct dead d = {.w = w};

	for (size_t i = 0; i < ARRAY_LEN(locks); i++) {
		make_dead(&d, locks[i]);
		call_all(&d);
		world_renew(d.w);
	}
}

static void count_pieces(void *arg, const char *text)
{
	++*(int *)arg;
	assert_non_null(text);
}

static void a_dead_machine_can_be_looked_at(struct world *w)
{
	struct dead d = {.w = w};
	int pieces = 0;

	make_dead(&d, down_read);
	assert_result(w, gupsim_audit(w->machine, NULL, NULL), 0);
	assert_result(w, gupsim_held(w->machine, NULL, NULL), 0);
	assert_result(w, gupsim_dump(w->machine, count_pieces, &pieces), 0);
	assert_at_least(w, pieces, 1);
	assert_at_least(w, gupsim_trace(w->machine, 0, NULL, NULL), 1);
	assert_text(w, gupsim_machine_cause(w->machine),
		    "BUG in put_page(): a page that has no references");
	assert_reports(w, "BUG put_page");
	assert_page(w, d.page, "refs 1 map 1 anon lru referenced active");
	assert_page(w, gupsim_file_page(d.file, 0), "refs 1 map 0 lru");
	assert_vmas(w, "100+4 rw-p");
	assert_true(rwsem_is_locked(&w->mm->mmap_sem));
	assert_is(w, find_vma(w->mm, HEAP), w->mm->mmap);
}

/* `current` is the host thread's, not the machine's. */
static void a_dead_machine_has_a_current(struct world *w)
{
	struct dead d = {.w = w};

	make_dead(&d, NULL);
	assert_result(w, gupsim_set_current(NULL), 0);
	assert_null(gupsim_current());
	assert_result(w, gupsim_set_current(d.w->task), 0);
	assert_is(w, gupsim_current(), d.w->task);
}

/* A huge page counts its pins apart from its references. */
static void pins_of_a_huge_page_stay(struct world *w)
{
	const unsigned long start = PMD_SIZE;
	struct page *page;

	w->config.kernel = "v6.1";
	w->config.linux_version = 0;
	w->config.thp = GUPSIM_THP_ALWAYS;
	w->config.ledger = false; /* what is held stays held */
	world_renew(w);
	anon(w, start, PMD_SIZE / PG, RW);
	touch(w, start, 1);
	page = page_at(w, start);
	assert_result(w, gupsim_pin_user_pages_fast(start, 1, FOLL_WRITE, w->taken), 1);
	assert_number(w, gupsim_compound_pincount(page), 1);
	put_page(gupsim_page_by_pfn(w->machine, 100));
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
	gupsim_unpin_user_page(page);
	assert_number(w, gupsim_compound_pincount(page), 1);
	w->taken[0] = NULL;
}

SUITE(world_test(a_dead_machine_changes_no_more), world_test(pins_of_a_huge_page_stay),
      world_test(a_dead_machine_can_be_looked_at),
      world_test(a_dead_machine_has_a_current))
