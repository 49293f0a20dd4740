/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fsdax and device dax: pages are mapped straight from the device, without counts. */
#include "world.h"

#include "machine/machine.h"

#define IDLE "refs 1 map 0 device reserved"

static void map_fsdax(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED, fsdax_file(w, 4), 0);
}

static void touched_fsdax(struct world *w)
{
	map_fsdax(w);
	touch(w, HEAP, 4);
}

static void private_fsdax(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_PRIVATE, fsdax_file(w, 4), 0);
}

static struct file *hole_file(struct world *w)
{
	return FILE_OF("hole", GUPSIM_FSDAX, .bytes = 4 * PG, .hole = true,
		       .pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 4));
}

static void hole(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED, hole_file(w), 0);
}

static void read_hole(struct world *w)
{
	hole(w);
	peek(w, HEAP, 4);
}

static void devdax(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED, devdax_node(w, 8), 0);
}

/* What a pin's fault puts into the page table. */
static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	unsigned int flags;
	struct answer answer;
	const char *pte, *after;
} rows[] = {
	{"fsdax, read", map_fsdax, 0, GETS(4, .min = 4), "P-A- devmap special", IDLE},
	{"fsdax, write", map_fsdax, FOLL_WRITE, GETS(4, .min = 4), "PWAD devmap special",
	 IDLE},
	{"private fsdax, read", private_fsdax, 0, GETS(4, .min = 4),
	 "P-A- devmap special", IDLE},
	{"private fsdax, write", private_fsdax, FOLL_WRITE, GETS(4, .min = 4), "PWAD",
	 "refs 1 map 1 anon lru referenced active"},
	{"a hole, read", hole, 0, GETS(4, .min = 4), "P-A- special",
	 "refs 1 map 0 zero reserved nomapping"},
	{"a hole, written", hole, FOLL_WRITE, GETS(4, .maj = 4), "PWAD devmap special",
	 IDLE},
	{"a hole, written after a read", read_hole, FOLL_WRITE, GETS(4, .maj = 4),
	 "PWAD devmap special", IDLE},
	{"device dax, read", devdax, 0, GETS(4, .min = 4), "PWA- devmap special", IDLE},
	{"device dax, write", devdax, FOLL_WRITE, GETS(4, .min = 4),
	 "PWA- devmap special", IDLE},
};

static void ptes_tell_of_the_device(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		world_row(w, rows[i].name);
		rows[i].set_up(w);
		w->task->min_flt = 0;
		probe(w, ASK(REMOTE, HEAP, 4, rows[i].flags), rows[i].answer);
		assert_pte(w, HEAP + 3 * PG, rows[i].pte);
		release(w);
		assert_mapped(w, HEAP, 4, rows[i].after);
	}
}

/* One call over two devices gives back what it took of the first. */
static void a_pin_goes_from_device_to_device(struct world *w)
{
	touched_fsdax(w);
	map_at(w, HEAP + 4 * PG, 4, RW, MAP_SHARED, devdax_node(w, 4), 0);
	touch(w, HEAP + 4 * PG, 4);
	probe(w, ASK(REMOTE, HEAP, 8, FOLL_WRITE), GIVES(8));
	assert_pages(w, 8, "refs 2 map 0 device reserved");
	release(w);
}

/* Whoever mapped the hole as the zero page faults again and finds the block. */
static void a_filled_hole_is_seen_by_all(struct world *w)
{
	read_hole(w);
	map_at(w, 0x200000, 4, RW, MAP_SHARED, w->mm->mmap->vm_file, 0);
	peek(w, 0x200000, 4);
	map_at(w, 0x300000, 2, RW, MAP_SHARED, w->mm->mmap->vm_file, 2);
	peek(w, 0x300000, 2);
	put_text(w, HEAP, "new");
	assert_pte(w, 0x200000, "none");
	assert_pte(w, 0x201000, "P-A- special");
	assert_pte(w, 0x300000, "P-A- special"); /* of another part of the file */
	assert_bytes(w, 0x200000, "new");
	assert_same(w, page_at(w, 0x200000), page_at(w, HEAP));
}

/* A private copy of the hole is not undone when somebody fills it. */
static void a_private_copy_stays(struct world *w)
{
	hole(w);
	map_at(w, 0x200000, 1, RW, MAP_PRIVATE, w->mm->mmap->vm_file, 0);
	touch(w, 0x200000, 1);
	touch(w, HEAP, 1);
	assert_mapped(w, 0x200000, 1, "refs 1 map 1 anon lru active");
	assert_mapped(w, HEAP, 1, IDLE);
}

static void copies_start_as_the_block_was(struct world *w)
{
	touched_fsdax(w);
	put_text(w, HEAP, "abc");
	map_at(w, 0x200000, 1, RW, MAP_PRIVATE, w->mm->mmap->vm_file, 0);
	map_at(w, 0x300000, 1, RW, MAP_PRIVATE, w->mm->mmap->vm_file, 0);
	peek(w, 0x300000, 1); /* the block itself, read-only, until it is written */
	for (unsigned long addr = 0x200000; addr <= 0x300000; addr += 0x100000) {
		assert_result(w, gupsim_write(w->task, addr + 1, "B", 1, NULL), 0);
		assert_bytes(w, addr, "aBc");
		assert_mapped(w, addr, 1, "refs 1 map 1 anon lru active");
	}
	assert_bytes(w, HEAP, "abc");
}

static void a_full_device_is_sigbus(struct world *w)
{
	struct file *file = FILE_OF("big", GUPSIM_FSDAX, .bytes = 8 * PG, .hole = true,
				    .pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 2));

	map_at(w, HEAP, 8, RW, MAP_SHARED, file, 0);
	touch(w, HEAP + 4 * PG, 2);
	assert_number(w, write_signal(w, HEAP), SIGBUS);
	probe(w, ASK(GUP, HEAP, 1, FOLL_WRITE), GIVES(-EFAULT));
	probe(w, ASK(GUP, HEAP, 8, 0), GIVES(8, .min = 6));
	release(w);
}

static void dax_files_end(struct world *w)
{
	map_at(w, HEAP, 8, RW, MAP_SHARED, fsdax_file(w, 4), 0);
	probe(w, ASK(GUP, HEAP, 8, 0), GIVES(4, .min = 4));
	release(w);
	probe(w, ASK(GUP, HEAP + 4 * PG, 1, 0), GIVES(-EFAULT));
	world_renew(w);
	map_at(w, HEAP, 8, RW, MAP_SHARED, devdax_node(w, 4), 0);
	probe(w, ASK(GUP, HEAP, 8, FOLL_LONGTERM), GIVES(4, .min = 4));
	release(w);
	probe(w, ASK(GUP, HEAP + 4 * PG, 1, 0), GIVES(-EFAULT));
}

/* Pages of a device that is being removed are counted, but never had; no more are mapped.
 */
static void a_dying_device_gives_nothing(struct world *w)
{
	touched_fsdax(w);
	assert_result(w, gupsim_pmem_kill(gupsim_file(w->mm->mmap->vm_file)->pmem), 0);
	probe(w, ASK(GUP, HEAP, 1, 0, .no_pages = true), GIVES(1));
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(-EIO, .min = 100));
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_SPINS);
	world_renew(w);
	devdax(w);
	assert_result(w, gupsim_pmem_kill(gupsim_file(w->mm->mmap->vm_file)->pmem), 0);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(-EFAULT));
}

/* Without CONFIG_FS_DAX it is a file like any other, and may be held for long. */
static void without_fs_dax_it_is_a_disk_file(struct world *w)
{
	w->config.config_fs_dax = false;
	world_renew(w);
	map_fsdax(w);
	assert_false(vma_is_dax(w->mm->mmap));
	probe(w, ASK(REMOTE, HEAP, 4, FOLL_LONGTERM), GIVES(4, .min = 1, .maj = 1));
	assert_pages(w, 4, "refs 3 map 1 lru referenced");
	release(w);
}

static void vmas_tell_fsdax_from_device_dax(struct world *w)
{
	map_fsdax(w);
	assert_true(vma_is_dax(w->mm->mmap));
	assert_true(vma_is_fsdax(w->mm->mmap));
	world_renew(w);
	devdax(w);
	assert_true(vma_is_dax(w->mm->mmap));
	assert_false(vma_is_fsdax(w->mm->mmap));
	world_renew(w);
	anon(w, HEAP, 1, RW);
	assert_false(vma_is_dax(w->mm->mmap));
	assert_false(vma_is_fsdax(w->mm->mmap));
}

#define ROW 512 /* frames that a pmd maps */

static struct file *big_file(struct world *w, struct gupsim_pmem *pmem, const char *name,
			     bool hole)
{
	return FILE_OF(name, GUPSIM_FSDAX, .bytes = ROW * PG, .hole = hole, .pmem = pmem);
}

static void map_big(struct world *w, unsigned long addr, struct file *file)
{
	map_at(w, addr, ROW, RW, MAP_SHARED, file, 0);
}

/* Files get rows of blocks while there are any, be it that others have given them back.
 */
static void blocks_lie_in_rows(struct world *w)
{
	const unsigned long at = 0x10000000, step = 0x10000000;
	struct gupsim_pmem *pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 3 * ROW);
	struct file *big;

	FILE_OF("small", GUPSIM_FSDAX, .bytes = 4 * PG, .pmem = pmem);
	big = big_file(w, pmem, "big", false);
	map_big(w, at, big);
	map_big(w, at + step, big_file(w, pmem, "second", false));
	map_big(w, at + 2 * step, big_file(w, pmem, "late", true));
	touch(w, at, 1);
	touch(w, at + step, 1);
	assert_pte(w, at + PG, "PWAD devmap huge");
	assert_pte(w, at + step, "PWAD devmap huge");
	assert_result(w, gupsim_ftruncate(big, 0), 0);
	touch(w, at + 2 * step, 1);
	assert_pte(w, at + 2 * step, "PWAD devmap huge");
	map_big(w, at + 3 * step, big_file(w, pmem, "last", true));
	touch(w, at + 3 * step, 1);
	assert_pte(w, at + 3 * step, "PWAD devmap special");
	assert_number(w, w->task->maj_flt, 0); /* who asked for a pmd has left blocks */
	touch(w, at + 3 * step + (ROW - 5) * PG, 1);
	assert_number(w, write_signal(w, at + 3 * step + (ROW - 1) * PG), SIGBUS);
}

static void append(void *arg, const char *text)
{
	strlcat(arg, text, 4096);
}

static void a_dump_tells_the_level(struct world *w)
{
	char dump[4096] = "";

	map_big(w, 0x10000000,
		big_file(w, make_pmem(w, GUPSIM_PMEM_FSDAX, ROW), "big", false));
	touch(w, 0x10000000, 1);
	assert_result(w, gupsim_dump(w->machine, append, dump), 0);
	assert_part(w, dump, "  pmd 000010000000 ");
	assert_no_part(w, dump, "  pte 000010000000 ");
}

SUITE(world_test(ptes_tell_of_the_device), world_test(a_pin_goes_from_device_to_device),
      world_test(a_filled_hole_is_seen_by_all), world_test(a_private_copy_stays),
      world_test(copies_start_as_the_block_was), world_test(a_full_device_is_sigbus),
      world_test(dax_files_end), world_test(a_dying_device_gives_nothing),
      world_test(without_fs_dax_it_is_a_disk_file),
      world_test(vmas_tell_fsdax_from_device_dax), world_test(blocks_lie_in_rows),
      world_test(a_dump_tells_the_level))
