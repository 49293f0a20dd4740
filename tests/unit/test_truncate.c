/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ftruncate(): what is refused, what is waited for, what is left of the file. */
#include "world.h"

#include "machine/machine.h"

#include <limits.h>
#include <string.h>
#include <sys/mman.h>

static void sizes_are_refused(struct world *w)
{
	const struct {
		struct gupsim_file_spec spec;
		uint64_t bytes;
		int error;
	} rows[] = {
		{{"disk", GUPSIM_DISK, .bytes = PG}, 0, 0},
		{{"as it is", GUPSIM_DISK, .bytes = PG}, PG, 0},
		{{"largest", GUPSIM_DISK, .bytes = PG}, (uint64_t)1 << 40, 0},
		{{"too large", GUPSIM_SHMEM, .bytes = PG},
		 ((uint64_t)1 << 40) + 1,
		 -EFBIG},
		{{"far too large", GUPSIM_SHMEM, .bytes = PG}, UINT64_MAX, -EFBIG},
		{{"O_RDONLY", GUPSIM_DISK, .bytes = PG, .readonly = true}, 0, -EINVAL},
		{{"registers", GUPSIM_PFNMAP, .bytes = PG}, 0, -EINVAL},
		{{"a driver's pages", GUPSIM_INSERTED, .bytes = PG}, 0, -EINVAL},
		{{"a PCI device", GUPSIM_P2PDMA, .bytes = PG}, 0, -EINVAL},
		{{"secret memory", GUPSIM_SECRETMEM, .bytes = PG}, 0, -EINVAL},
	};
	struct file *node;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct file *file = make_file(w, rows[i].spec);
		uint64_t before = file_inode(file)->i_size;
		uint64_t size = rows[i].error ? before : rows[i].bytes;

		w->where = rows[i].spec.name;
		assert_result(w, gupsim_ftruncate(file, rows[i].bytes), rows[i].error);
		assert_null(gupsim_awaited(w->machine));
		assert_number(w, file_inode(file)->i_size, size);
		assert_number(w, *gupsim_error(w->machine) != 0, rows[i].error != 0);
	}
	node = devdax_node(w, 1);
	assert_result(w, gupsim_ftruncate(node, 0), -EINVAL);
	assert_number(w, file_inode(node)->i_size, 0); /* a character device has none */
	assert_result(w, gupsim_ftruncate(NULL, 0), -EINVAL);
}

static void a_held_page_is_waited_for(struct world *w)
{
	struct file *file = fsdax_file(w, 4);

	map_at(w, HEAP, 4, RW, MAP_SHARED, file, 0);
	touch(w, HEAP, 4);
	probe(w, ASK(GUP, HEAP + 2 * PG, 1, FOLL_WRITE), GIVES(1));
	assert_result(w, gupsim_ftruncate(file, PG), -EDEADLK);
	assert_same(w, gupsim_awaited(w->machine), w->taken[0]);
	assert_text(w, gupsim_error(w->machine),
		    "page 2 of data is held by get_user_pages()");
	assert_number(w, file_inode(file)->i_size, 4 * PG);
	assert_mapped(w, HEAP, 4, "none");
	assert_result(w, gupsim_ftruncate(file, PG), -EDEADLK);
	release(w);
	assert_result(w, gupsim_ftruncate(file, PG), 0);
	assert_null(gupsim_awaited(w->machine));
	assert_number(w, write_signal(w, HEAP + PG), SIGBUS);
}

static void blocks_are_used_again(struct world *w)
{
	struct gupsim_pmem *pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 4);
	struct file *a = FILE_OF("a", GUPSIM_FSDAX, .pmem = pmem, .bytes = 3 * PG);
	struct gupsim_file_spec two = {"b", GUPSIM_FSDAX, .pmem = pmem, .bytes = 2 * PG};
	struct file *b;

	map_at(w, HEAP, 3, RW, MAP_SHARED, a, 0);
	put_text(w, HEAP + 2 * PG, "a's");
	assert_result(w, gupsim_file_create(w->machine, &two, &b), -ENOSPC);
	assert_result(w, gupsim_ftruncate(a, PG), 0);
	assert_result(w, gupsim_file_create(w->machine, &two, &b), 0);
	map_at(w, 0x200000, 2, RW, MAP_SHARED, b, 0);
	assert_bytes(w, 0x200000, "");
	assert_bytes(w, 0x200000 + PG, "");
	assert_result(w, gupsim_ftruncate(a, 3 * PG), 0);
	touch(w, HEAP + PG, 1);
	assert_number(w, write_signal(w, HEAP + 2 * PG), SIGBUS); /* the device is full */
}

/* The end of the last page, which no read had brought in, is written to the disk. */
static void the_disk_has_zeroes_behind_the_end(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = 2 * PG);

	map_at(w, HEAP, 2, RW, MAP_SHARED, file, 0);
	put_text(w, HEAP, "0123456789");
	unmap(w, HEAP, 2);
	assert_result(w, gupsim_file_evict(file, 0, 2), 0);
	assert_result(w, gupsim_ftruncate(file, 4), 0);
	assert_page(w, gupsim_file_page(file, 0), "refs 2 map 0 dirty lru referenced");
	assert_result(w, gupsim_file_evict(file, 0, 1), 0);
	assert_result(w, gupsim_ftruncate(file, 2 * PG), 0);
	map_at(w, HEAP, 2, RW, MAP_SHARED, file, 0);
	assert_bytes(w, HEAP, "0123");
	assert_bytes(w, HEAP + PG, "");
}

/* What a file has grown by has no block: there is nothing to zero, nor to write. */
static void a_hole_has_no_end_to_zero(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = PG);

	assert_result(w, gupsim_ftruncate(file, 4 * PG), 0);
	assert_result(w, gupsim_ftruncate(file, 2 * PG + 1), 0);
	assert_page(w, gupsim_file_page(file, 2), "refs 2 map 0 lru referenced");
	assert_page(w, gupsim_file_page(file, 0), "none");
}

static void a_page_that_is_read_is_waited_for(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = 40 * PG);

	map_at(w, HEAP, 40, PROT_READ, MAP_SHARED, file, 0);
	probe(w, ASK(REMOTE, HEAP, 1, FOLL_NOWAIT), GIVES(0, .maj = 1));
	assert_true(PageLocked(gupsim_file_page(file, 20)));
	assert_result(w, gupsim_ftruncate(file, 10 * PG), 0);
	assert_text(w, cached_text(file, 40), "0-9");
	assert_number(w, PageLocked(gupsim_file_page(file, 9)), 0);
}

static void holes_are_refused(struct world *w)
{
	const struct {
		struct gupsim_file_spec spec;
		unsigned long first, nr;
		int error;
	} rows[] = {
		{{"disk", GUPSIM_DISK, .bytes = PG}, 0, 1, 0},
		{{"beyond the end", GUPSIM_DISK, .bytes = PG}, 9, 1, 0},
		{{"the last", GUPSIM_SHMEM, .bytes = PG}, (1UL << 28) - 1, 1, 0},
		{{"one too far", GUPSIM_SHMEM, .bytes = PG}, 1UL << 28, 1, -EINVAL},
		{{"all there are", GUPSIM_SHMEM, .bytes = PG}, 2, ULONG_MAX, -EINVAL},
		{{"none", GUPSIM_SHMEM, .bytes = PG}, 0, 0, -EINVAL},
		{{"O_RDONLY", GUPSIM_DISK, .bytes = PG, .readonly = true}, 0, 1, -EBADF},
		{{"registers", GUPSIM_PFNMAP, .bytes = PG}, 0, 1, -ENODEV},
		{{"a PCI device", GUPSIM_P2PDMA, .bytes = PG}, 0, 1, -ENODEV},
		{{"secret memory", GUPSIM_SECRETMEM, .bytes = PG}, 0, 1, -EOPNOTSUPP},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct file *file = make_file(w, rows[i].spec);
		uint64_t size = file_inode(file)->i_size;

		w->where = rows[i].spec.name;
		assert_result(w, gupsim_punch_hole(file, rows[i].first, rows[i].nr),
			      rows[i].error);
		assert_null(gupsim_awaited(w->machine));
		assert_number(w, file_inode(file)->i_size, size);
		assert_number(w, *gupsim_error(w->machine) != 0, rows[i].error != 0);
	}
	assert_result(w, gupsim_punch_hole(NULL, 0, 1), -EINVAL);
}

static void a_hole_waits_for_a_held_page(struct world *w)
{
	struct file *file = fsdax_file(w, 4);

	map_at(w, HEAP, 4, RW, MAP_SHARED, file, 0);
	touch(w, HEAP, 4);
	probe(w, ASK(GUP, HEAP + 2 * PG, 1, FOLL_WRITE), GIVES(1));
	assert_result(w, gupsim_punch_hole(file, 0, 1), -EDEADLK);
	assert_same(w, gupsim_awaited(w->machine), w->taken[0]);
	assert_result(w, gupsim_madvise(w->mm, HEAP, PG, MADV_REMOVE), -EDEADLK);
	assert_same(w, gupsim_awaited(w->machine), w->taken[0]);
	put_page(w->taken[0]);
	assert_result(w, gupsim_punch_hole(file, 0, 1), 0);
	assert_null(gupsim_awaited(w->machine));
	assert_null(gupsim_awaited(NULL));
}

/* Unlike advice on how memory will be used, which changes VMAs. */
static void a_hole_by_advice_needs_no_writer(struct world *w)
{
	struct rw_semaphore *sem = &w->mm->mmap_sem;

	map_at(w, HEAP, 2, RW, MAP_SHARED,
	       FILE_OF("shmem", GUPSIM_SHMEM, .bytes = 2 * PG), 0);
	map_at(w, HEAP + 4 * PG, 1, RW, MAP_PRIVATE,
	       FILE_OF("disk", GUPSIM_DISK, .bytes = PG), 0);
	touch(w, HEAP, 2);
	down_read(sem);
	assert_result(w, gupsim_madvise(w->mm, HEAP, PG, MADV_HUGEPAGE), -EDEADLK);
	assert_result(w, gupsim_madvise(w->mm, HEAP, PG, MADV_NOHUGEPAGE), -EDEADLK);
	assert_result(w, gupsim_madvise(w->mm, HEAP, PG, MADV_REMOVE), 0);
	assert_null(gupsim_page_at(w->mm, HEAP));
	assert_non_null(gupsim_page_at(w->mm, HEAP + PG));
	assert_result(w, gupsim_madvise(w->mm, HEAP + 4 * PG, PG, MADV_REMOVE), -EACCES);
	up_read(sem);
	down_write(sem);
	assert_result(w, gupsim_madvise(w->mm, HEAP + PG, PG, MADV_REMOVE), -EDEADLK);
	assert_non_null(gupsim_page_at(w->mm, HEAP + PG));
	assert_null(gupsim_awaited(w->machine));
	up_write(sem);
}

static void direct_writes_are_refused(struct world *w)
{
	static const char page[PG + 1] = "new";
	struct file *disk = FILE_OF("disk", GUPSIM_DISK, .bytes = PG);
	struct file *ro = FILE_OF("ro", GUPSIM_DISK, .bytes = PG, .readonly = true);
	struct file *shmem = FILE_OF("shmem", GUPSIM_SHMEM, .bytes = PG);

	assert_result(w, gupsim_direct_write(NULL, 0, 1, page, 1), -EINVAL);
	assert_result(w, gupsim_direct_write(disk, 0, 1, NULL, 1), -EINVAL);
	assert_result(w, gupsim_direct_write(disk, 0, 1, page, PG + 1), -EINVAL);
	assert_result(w, gupsim_direct_write(disk, 1UL << 28, 1, page, 1), -EFBIG);
	assert_result(w, gupsim_direct_write(disk, 1, ULONG_MAX, page, 1), -EFBIG);
	assert_result(w, gupsim_direct_write(ro, 0, 1, page, 1), -EBADF);
	assert_result(w, gupsim_direct_write(shmem, 0, 1, page, 1), -EINVAL);
	assert_result(w, gupsim_direct_write(disk, 9, 0, page, 1), 0);
	assert_number(w, file_inode(disk)->i_size, PG);
	assert_result(w, gupsim_direct_write(disk, 3, 1, page, PG), 0);
	assert_number(w, file_inode(disk)->i_size, 4 * PG);
}

static void a_closed_file_is_refused(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true);

	map_at(w, HEAP, 1, RW, MAP_SHARED, file, 0);
	assert_result(w, gupsim_close(NULL), -EINVAL);
	assert_result(w, gupsim_close(file), 0);
	assert_text(w, gupsim_error(w->machine), "");
	assert_result(w, gupsim_close(file), -EBADF);
	assert_text(w, gupsim_error(w->machine), "f is closed");
	assert_result(w, gupsim_ftruncate(file, 0), -EBADF);
	assert_result(w, gupsim_punch_hole(file, 0, 1), -EBADF);
	assert_result(w, gupsim_direct_write(file, 0, 1, "x", 1), -EBADF);
	assert_result(w, gupsim_file_evict(file, 0, 1), -EBADF);
	assert_result(w, gupsim_fsync(file), -EBADF);
	assert_result(w,
		      gupsim_mmap(w->mm, HEAP + PG, PG, PROT_READ, MAP_SHARED, file, 0),
		      -EBADF);
	put_text(w, HEAP, "there");
	assert_bytes(w, HEAP, "there");
	assert_page(w, gupsim_file_page(file, 0), "refs 3 map 1 dirty lru");
}

/* A hole is a hole also where the file had its blocks from the beginning. */
static void nothing_is_read_where_a_hole_is(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = 8 * PG);

	map_at(w, HEAP, 8, RW, MAP_SHARED, file, 0);
	put_text(w, HEAP + 2 * PG, "old");
	assert_result(w, gupsim_punch_hole(file, 2, 2), 0);
	unmap(w, HEAP, 8);
	assert_result(w, gupsim_file_evict(file, 0, 8), 0);
	map_at(w, HEAP, 8, RW, MAP_SHARED, file, 0);
	probe(w, ASK(REMOTE, HEAP + 2 * PG, 1, FOLL_NOWAIT), GIVES(1, .maj = 1));
	assert_bytes(w, HEAP + 2 * PG, "");
	put_text(w, HEAP + 2 * PG, "new");
	unmap(w, HEAP, 8);
	put_page(w->taken[0]);
	assert_result(w, gupsim_file_evict(file, 0, 8), 0);
	map_at(w, HEAP, 8, RW, MAP_SHARED, file, 0);
	assert_bytes(w, HEAP + 2 * PG, "new");
}

SUITE(world_test(sizes_are_refused), world_test(holes_are_refused),
      world_test(a_hole_waits_for_a_held_page),
      world_test(a_hole_by_advice_needs_no_writer),
      world_test(nothing_is_read_where_a_hole_is), world_test(direct_writes_are_refused),
      world_test(a_closed_file_is_refused), world_test(a_held_page_is_waited_for),
      world_test(blocks_are_used_again), world_test(the_disk_has_zeroes_behind_the_end),
      world_test(a_hole_has_no_end_to_zero),
      world_test(a_page_that_is_read_is_waited_for))
