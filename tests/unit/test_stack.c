/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stack growth: the limits, and what is no stack. */
#include "world.h"

#include "machine/machine.h"

#define TOP 0x20000000UL

static int map_stack(struct world *w, unsigned long addr, int flags, struct file *file)
{
	return gupsim_mmap(w->mm, addr, PG, RW, flags | MAP_GROWSDOWN, file, 0);
}

static void only_private_anonymous_memory_is_a_stack(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = PG);

	assert_result(w, map_stack(w, TOP, MAP_SHARED, NULL), -EINVAL);
	assert_result(w, map_stack(w, TOP, MAP_PRIVATE, file), -EINVAL);
	assert_text(w, gupsim_error(w->machine), "a stack is private anonymous memory");
	assert_vmas(w, "");
	assert_result(w, map_stack(w, TOP, MAP_PRIVATE, NULL), 0);
	assert_number(w, w->mm->mmap->vm_flags, 0x100173);
}

static void limits_are_kept_to_the_byte(struct world *w)
{
	static const struct {
		const char *name;
		uint64_t limit;
		unsigned long stack, touched; /* addresses */
		bool grows;
	} rows[] = {
		{"as large as allowed", 4 * PG, TOP, TOP - 3 * PG, true},
		{"one page more", 4 * PG, TOP, TOP - 4 * PG, false},
		{"its last byte", 4 * PG, TOP, TOP - 3 * PG - 1, false},
		{"not a whole page more", 4 * PG - 1, TOP, TOP - 3 * PG, false},
		{"no stack at all", 0, TOP, TOP - 1, false},
		{"no end", ~(uint64_t)0, TOP, 0x10000, true},
		{"too near to 0", ~(uint64_t)0, TOP, 0xffff, false},
		{"address 0", ~(uint64_t)0, TOP, 0, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->config.rlimit_stack = rows[i].limit;
		world_row(w, rows[i].name);
		assert_result(w, map_stack(w, rows[i].stack, MAP_PRIVATE, NULL), 0);
		assert_number(w, write_signal(w, rows[i].touched),
			      rows[i].grows ? 0 : SIGSEGV);
		assert_number(w, w->mm->mmap->vm_start,
			      rows[i].grows ? rows[i].touched & PAGE_MASK : TOP);
	}
}

static void pages_know_their_place_after_growth(struct world *w)
{
	assert_result(w, map_stack(w, TOP, MAP_PRIVATE, NULL), 0);
	touch(w, TOP, 1);
	touch(w, TOP - 9 * PG, 1);
	assert_number(w, w->mm->mmap->vm_pgoff, (TOP >> PAGE_SHIFT) - 9);
	assert_number(w, page_at(w, TOP)->index, TOP >> PAGE_SHIFT);
	assert_number(w, page_at(w, TOP - 9 * PG)->index, (TOP >> PAGE_SHIFT) - 9);
}

/* Pinned while the host has no memory for the anon_vma: an error of the host's. */
static void a_stack_grows_or_tells_why(struct world *w)
{
	struct page *page;

	assert_result(w, map_stack(w, TOP, MAP_PRIVATE, NULL), 0);
	w->fail_at = w->allocations + 1;
	assert_result(w, get_user_pages_unlocked(TOP - PG, 1, &page, FOLL_WRITE),
		      -ENOMEM);
	w->fail_at = 0;
	assert_number(w, w->mm->mmap->vm_start, TOP);
	probe(w, ASK(UNLOCKED, TOP - PG, 2, FOLL_WRITE), GIVES(2, .min = 2));
	release(w);
}

static void looking_makes_nothing_grow(struct world *w)
{
	assert_result(w, map_stack(w, TOP, MAP_PRIVATE, NULL), 0);
	assert_null(gupsim_page_at(w->mm, TOP - PG));
	assert_number(w, gupsim_audit(w->machine, NULL, NULL), 0);
	assert_null(vma_lookup(w->mm, TOP - PG));
	assert_result(w, gupsim_mprotect(w->mm, TOP - PG, PG, RW), -ENOMEM);
	assert_result(w, gupsim_madvise(w->mm, TOP - PG, PG, MADV_DONTNEED), -ENOMEM);
	assert_number(w, w->mm->mmap->vm_start, TOP);
}

SUITE(world_test(only_private_anonymous_memory_is_a_stack),
      world_test(limits_are_kept_to_the_byte),
      world_test(pages_know_their_place_after_growth),
      world_test(a_stack_grows_or_tells_why), world_test(looking_makes_nothing_grow))
