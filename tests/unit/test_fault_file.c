/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cached files and shmem: who maps what how, fault-around, write-notify, end of file. */
#include "world.h"

#include "file/pagecache.h"

#define SHMEM_F                                    \
	{                                          \
		"f", GUPSIM_SHMEM, .bytes = 8 * PG \
	}
#define DISK_F                                                    \
	{                                                         \
		"f", GUPSIM_DISK, .bytes = 8 * PG, .cached = true \
	}
#define WRITTEN_F                                                                  \
	{                                                                          \
		"f", GUPSIM_DISK, .bytes = 8 * PG, .cached = true, .buffers = true \
	}

/* An access to a mapping, or a read and then a write: faults, pte and page. */
static const struct {
	const char *name;
	struct gupsim_file_spec spec;
	int prot, flags;
	const char *access;
	unsigned long faults;
	const char *pte, *page;
} accesses[] = {
	{"shared read waits to be told of the write", DISK_F, RW, MAP_SHARED, "r", 1,
	 "P-A-", "refs 2 map 1 lru"},
	{"shared write finds blocks: buffers", DISK_F, RW, MAP_SHARED, "w", 1, "PWAD",
	 "refs 3 map 1 dirty lru"},
	{"shared write after a read", DISK_F, RW, MAP_SHARED, "rw", 2, "PWAD",
	 "refs 3 map 1 dirty lru"},
	{"buffers that are there stay", WRITTEN_F, RW, MAP_SHARED, "w", 1, "PWAD",
	 "refs 3 map 1 dirty lru"},
	{"shared read-only", DISK_F, PROT_READ, MAP_SHARED, "r", 1, "P-A-",
	 "refs 2 map 1 lru"},
	{"private read maps the cache", DISK_F, RW, MAP_PRIVATE, "r", 1, "P-A-",
	 "refs 2 map 1 lru"},
	{"private write copies", DISK_F, RW, MAP_PRIVATE, "w", 1, "PWAD",
	 "refs 1 map 1 anon lru active"},
	{"private write after a read", DISK_F, RW, MAP_PRIVATE, "rw", 2, "PWAD",
	 "refs 1 map 1 anon lru active"},
	/* measured v5.6 26b */
	{"shmem is writable from the first read on", SHMEM_F, RW, MAP_SHARED, "r", 1,
	 "PWA-", "refs 2 map 1 lru"},
	{"shmem write", SHMEM_F, RW, MAP_SHARED, "w", 1, "PWAD",
	 "refs 2 map 1 dirty lru"},
	{"shmem write after a read: nobody is told", SHMEM_F, RW, MAP_SHARED, "rw", 1,
	 "PWAD", "refs 2 map 1 lru"},
	{"shmem private write", SHMEM_F, RW, MAP_PRIVATE, "w", 1, "PWAD",
	 "refs 1 map 1 anon lru active"},
};

static void accesses_map(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(accesses); i++) {
		world_row(w, accesses[i].name);
		map_at(w, HEAP, 8, accesses[i].prot, accesses[i].flags,
		       make_file(w, accesses[i].spec), 0);
		for (const char *access = accesses[i].access; *access; access++)
			(*access == 'r' ? peek : touch)(w, HEAP, 1);
		assert_pte(w, HEAP, accesses[i].pte);
		assert_mapped(w, HEAP, 1, accesses[i].page);
		assert_number(w, w->task->min_flt, accesses[i].faults);
		assert_number(w, w->task->maj_flt, 0);
	}
}

/*
 * 16 pages from an aligned address on, or from the VMA's start if that is later; not past
 * the page table, the VMA or the file. Pages are counted from the VMA's start.
 */
static void a_read_maps_what_is_cached_around(struct world *w)
{
	static const struct {
		const char *name;
		unsigned long start, nr, file_pages, page;
		const char *mapped;
	} rows[] = {
		{"the first window", 0x100000, 40, 40, 5, "0-15"},
		{"the second", 0x100000, 40, 40, 20, "16-31"},
		{"the VMA ends", 0x100000, 20, 40, 18, "16-19"},
		{"the VMA starts inside the window", 0x105000, 40, 40, 2, "0-15"},
		{"the next window of that VMA", 0x105000, 40, 40, 12, "11-26"},
		{"the page table ends", 0x1f8000, 40, 40, 2, "0-7"},
		{"the file ends", 0x100000, 40, 10, 3, "0-9"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned long addr = rows[i].start + rows[i].page * PG;

		world_row(w, rows[i].name);
		map_at(w, rows[i].start, rows[i].nr, RW, MAP_PRIVATE,
		       FILE_OF("f", GUPSIM_DISK, .bytes = rows[i].file_pages * PG,
			       .cached = true),
		       0);
		peek(w, addr, 1);
		assert_text(w, mapped_text(w, rows[i].start, rows[i].nr), rows[i].mapped);
		assert_number(w, w->task->min_flt, 1);
	}
}

static void fault_around_waits_for_nobody(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = 8 * PG, .cached = true);

	assert_result(w, gupsim_file_evict(file, 1, 2), 0);
	SetPageLocked(gupsim_file_page(file, 4));
	ClearPageUptodate(gupsim_file_page(file, 5));
	map_at(w, HEAP, 8, PROT_READ, MAP_SHARED, file, 0);
	peek(w, HEAP, 1);
	assert_text(w, mapped_text(w, HEAP, 8), "0-0, 3-3, 6-7");
	ClearPageLocked(gupsim_file_page(file, 4));
}

/* Beyond the last page SIGBUS; the rest of the last page is there and reads as zeroes. */
static void a_file_ends(struct world *w)
{
	static const enum gupsim_backing backings[] = {GUPSIM_DISK, GUPSIM_SHMEM};

	for (size_t i = 0; i < 2 * ARRAY_LEN(backings); i++) {
		int flags = i % 2 ? MAP_SHARED : MAP_PRIVATE;

		world_renew(w);
		map_at(w, HEAP, 4, RW, flags,
		       FILE_OF("f", backings[i / 2], .bytes = PG + 1, .cached = true), 0);
		assert_bytes(w, HEAP + 2 * PG - 1, "");
		touch(w, HEAP + PG, 1);
		assert_number(w, read_signal(w, HEAP + 2 * PG), SIGBUS);
		assert_number(w, write_signal(w, HEAP + 3 * PG), SIGBUS);
		probe(w, ASK(GUP, HEAP + 2 * PG, 1, 0), GIVES(-EFAULT));
		probe(w, ASK(GUP, HEAP + 2 * PG, 1, FOLL_WRITE), GIVES(-EFAULT));
		probe(w, ASK(GUP, HEAP + PG, 3, 0), GIVES(1));
		release(w);
	}
}

static void mappings_of_a_file_agree(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_SHMEM, .bytes = PG);

	map_at(w, HEAP, 1, RW, MAP_SHARED, file, 0);
	map_at(w, 0x200000, 1, PROT_READ, MAP_SHARED, file, 0);
	map_at(w, 0x300000, 1, RW, MAP_PRIVATE, file, 0);
	put_text(w, HEAP, "all");
	put_text(w, 0x300000, "own");
	assert_bytes(w, 0x200000, "all");
	assert_page(w, gupsim_file_page(file, 0), "refs 3 map 2 dirty lru");
}

/* Nobody else can ever map it: its pages go with the last mapping. */
static void shared_anonymous_memory_ends_unmapped(struct world *w)
{
	struct task_struct *b;
	struct page *page;

	shared(w, HEAP, 1, RW);
	touch(w, HEAP, 1);
	page = page_at(w, HEAP);
	b = fork_as(w->task, "B");
	unmap(w, HEAP, 1);
	assert_page(w, page, "refs 1 map 0 dirty lru referenced");
	assert_result(w, gupsim_exit(b), 0);
	assert_page(w, page, "free");
}

/* A pte that the CPU made dirty dirties its page when it goes. */
static void unmapping_passes_the_dirty_bit_on(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_SHMEM, .bytes = PG);

	map_at(w, HEAP, 1, RW, MAP_SHARED, file, 0);
	peek(w, HEAP, 1);
	touch(w, HEAP, 1);
	assert_page(w, gupsim_file_page(file, 0), "refs 2 map 1 lru");
	unmap(w, HEAP, 1);
	assert_page(w, gupsim_file_page(file, 0), "refs 1 map 0 dirty lru referenced");
}

SUITE(world_test(accesses_map), world_test(a_read_maps_what_is_cached_around),
      world_test(fault_around_waits_for_nobody), world_test(a_file_ends),
      world_test(mappings_of_a_file_agree), world_test(unmapping_passes_the_dirty_bit_on),
      world_test(shared_anonymous_memory_ends_unmapped))
