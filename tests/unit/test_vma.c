/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMAs: how mappings split and merge, what flags they get, how they are found. */
#include "world.h"

#include "machine/machine.h"

#include <stdio.h>
#include <string.h>

#define NO_FILE (GUPSIM_SECRETMEM + 1)
#define R	PROT_READ
#define RX	(PROT_READ | PROT_EXEC)

static int prot_of(const char *rights)
{
	return (strchr(rights, 'r') ? PROT_READ : 0) |
	       (strchr(rights, 'w') ? PROT_WRITE : 0) |
	       (strchr(rights, 'x') ? PROT_EXEC : 0);
}

/* One step of a story, as "map 100+4 rw": page number, pages, rights. */
static void take_step(struct world *w, const char *act, unsigned long page,
		      unsigned long nr, int prot)
{
	unsigned long addr = page * PG;

	if (!strcmp(act, "map"))
		anon(w, addr, nr, prot);
	else if (!strcmp(act, "fixed"))
		map_at(w, addr, nr, prot, MAP_PRIVATE | MAP_FIXED, NULL, 0);
	else if (!strcmp(act, "shmem"))
		shared(w, addr, nr, prot);
	else if (!strcmp(act, "unmap"))
		unmap(w, addr, nr);
	else if (!strcmp(act, "advise"))
		madvise_random(w, addr, nr);
	else if (!strcmp(act, "protect"))
		assert_result(w, gupsim_mprotect(w->mm, addr, nr * PG, prot), 0);
	else if (!strcmp(act, "touch"))
		touch(w, addr, nr);
	else
		fail_msg("no step %s", act);
}

/* Steps with ';' between them; "f 100+2 rw @4" maps file f from its page 4 on. */
static void play(struct world *w, const char *story)
{
	struct file *f = FILE_OF("f", GUPSIM_DISK, .bytes = 16 * PG);
	struct file *g = FILE_OF("g", GUPSIM_DISK, .bytes = 16 * PG);
	struct file *d = FILE_OF("d", GUPSIM_INSERTED, .bytes = 16 * PG);

	for (; story; story = strchr(story, ';'), story = story ? story + 1 : NULL) {
		char act[9] = "", rights[4] = "";
		unsigned long page, nr, off;
		int n = sscanf(story, " %8s %lx+%lu %3[rwx] @%lu", act, &page, &nr,
			       rights, &off);

		if (n < 3)
			fail_msg("no step: %s", story);
		if (n == 5)
			map_at(w, page * PG, nr, prot_of(rights), MAP_SHARED,
			       *act == 'f'   ? f
			       : *act == 'g' ? g
					     : d,
			       off);
		else
			take_step(w, act, page, nr, prot_of(rights));
	}
}

static const struct {
	const char *name, *story, *vmas;
} splits_and_merges[] = {
	{"what says the same is one", "map 100+4 rw; map 104+4 rw", "100+8 rw-p"},
	{"below as above", "map 104+4 rw; map 100+4 rw", "100+8 rw-p"},
	{"what fills the gap joins both", "map 100+4 rw; map 108+4 rw; map 104+4 rw",
	 "100+12 rw-p"},
	{"other rights stay apart", "map 100+4 rw; map 104+4 r; map 108+4 rx",
	 "100+4 rw-p, 104+4 r--p, 108+4 r-xp"},
	{"so do gaps", "map 100+4 rw; map 105+4 rw", "100+4 rw-p, 105+4 rw-p"},
	{"touched and untouched merge", "map 100+4 rw; touch 100+1; map 104+4 rw",
	 "100+8 rw-p"},
	{"two with anonymous pages of their own do not",
	 "map 100+1 rw; map 102+1 rw; touch 100+1; touch 102+1; map 101+1 rw",
	 "100+2 rw-p, 102+1 rw-p"},
	{"a hole splits", "map 100+8 rw; unmap 102+2", "100+2 rw-p, 104+4 rw-p"},
	{"filled again it is whole",
	 "map 100+8 rw; touch 100+8; unmap 102+2; map 102+2 rw", "100+8 rw-p"},
	{"ends are cut off", "map 100+8 rw; unmap f0+18; unmap 106+32", "102+4 rw-p"},
	{"several go at once", "map 100+2 rw; map 102+2 r; map 106+2 rw; unmap 101+6",
	 "100+1 rw-p, 107+1 rw-p"},
	{"nothing to unmap is no error", "unmap 100+8", ""},
	{"MAP_FIXED replaces", "map 100+8 rw; fixed 102+2 r",
	 "100+2 rw-p, 102+2 r--p, 104+4 rw-p"},
	{"and merges if it says the same", "map 100+8 rw; fixed 102+2 rw", "100+8 rw-p"},
	{"offsets that go on", "f 100+2 rw @0; f 102+2 rw @2", "100+4 rw-s"},
	{"offsets that do not", "f 100+2 rw @0; f 102+2 rw @0", "100+2 rw-s, 102+2 rw-s"},
	{"two files", "f 100+2 rw @0; g 102+2 rw @2", "100+2 rw-s, 102+2 rw-s"},
	{"shared anonymous mappings are files of their own",
	 "shmem 100+2 rw; shmem 102+2 rw", "100+2 rw-s, 102+2 rw-s"},
	{"a driver's mappings never merge", "d 100+2 rw @0; d 102+2 rw @2",
	 "100+2 rw-s, 102+2 rw-s"},
	{"advice splits", "f 100+8 rw @0; advise 102+2",
	 "100+2 rw-s, 102+2 rw-s, 104+4 rw-s"},
	{"and merges when it is the same again",
	 "f 100+8 rw @0; advise 102+2; advise 100+8", "100+8 rw-s"},
	{"a protection splits", "map 100+8 rw; protect 102+2 r",
	 "100+2 rw-p, 102+2 r--p, 104+4 rw-p"},
	{"and merges with what says the same below",
	 "map 100+8 rw; protect 100+4 r; "
	 "protect 104+2 r",
	 "100+6 r--p, 106+2 rw-p"},
	{"and above", "map 100+8 rw; protect 104+4 r; protect 102+2 r",
	 "100+2 rw-p, 102+6 r--p"},
	{"and when it is the same again",
	 "map 100+8 rw; touch 100+8; protect 102+2 r; protect 100+8 rw", "100+8 rw-p"},
	{"what got its pages while it was apart merges as well",
	 "map 100+2 rw; protect 101+1 r; touch 100+1; protect 100+1 r; protect 101+1 rw; "
	 "touch 101+1; protect 100+1 rw",
	 "100+2 rw-p"},
	{"a protection reaches across VMAs",
	 "map 100+2 rw; map 102+2 rx; f 104+2 rw @0; protect 101+4 r",
	 "100+1 rw-p, 101+1 r--p, 102+2 r--p, 104+1 r--s, 105+1 rw-s"},
};

static void mappings_split_and_merge(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(splits_and_merges); i++) {
		world_row(w, splits_and_merges[i].name);
		play(w, splits_and_merges[i].story);
		assert_vmas(w, splits_and_merges[i].vmas);
	}
}

/* A child's pages may be its parent's: a new neighbour has none of those. */
static void a_forked_mapping_stays_apart(struct world *w)
{
	struct task_struct *child;

	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 1);
	child = fork_as(w->task, "B");
	anon(w, HEAP + 4 * PG, 4, RW);
	assert_vmas(w, "100+8 rw-p");
	assert_result(w,
		      gupsim_mmap(child->mm, HEAP + 4 * PG, 4 * PG, RW, MAP_PRIVATE, NULL,
				  0),
		      0);
	assert_text(w, vmas_text(child->mm), "100+4 rw-p, 104+4 rw-p");
	/* so does what is split off it */
	assert_result(w, gupsim_munmap(child->mm, HEAP + PG, 3 * PG), 0);
	assert_result(w, gupsim_munmap(child->mm, HEAP + 4 * PG, 4 * PG), 0);
	assert_result(w, gupsim_mmap(child->mm, HEAP + PG, PG, RW, MAP_PRIVATE, NULL, 0),
		      0);
	assert_text(w, vmas_text(child->mm), "100+1 rw-p, 101+1 rw-p");
}

static void an_untouched_forked_mapping_merges(struct world *w)
{
	struct task_struct *child;

	anon(w, HEAP, 4, RW);
	child = fork_as(w->task, "B");
	assert_result(w,
		      gupsim_mmap(child->mm, HEAP + 4 * PG, 4 * PG, RW, MAP_PRIVATE, NULL,
				  0),
		      0);
	assert_text(w, vmas_text(child->mm), "100+8 rw-p");
}

/* The values of vm_flags that mmap(2) comes to on x86-64. */
static void mappings_have_the_kernels_flags(struct world *w)
{
	static const struct {
		const char *name;
		enum gupsim_backing backing;
		int prot, flags;
		bool readonly;
		unsigned long vm_flags;
	} rows[] = {
		{"anon rw", NO_FILE, RW, MAP_PRIVATE, false, 0x100073},
		{"anon none", NO_FILE, PROT_NONE, MAP_PRIVATE, false, 0x70},
		{"anon rx", NO_FILE, RX, MAP_PRIVATE, false, 0x75},
		{"shared anon", NO_FILE, RW, MAP_SHARED, false, 0xfb},
		{"private file", GUPSIM_DISK, RW, MAP_PRIVATE, false, 0x100073},
		{"private, O_RDONLY", GUPSIM_DISK, RW, MAP_PRIVATE, true, 0x100073},
		{"shared file", GUPSIM_DISK, RW, MAP_SHARED, false, 0xfb},
		{"shared, read", GUPSIM_DISK, R, MAP_SHARED, false, 0xf9},
		{"shared, O_RDONLY", GUPSIM_DISK, R, MAP_SHARED, true, 0xd1},
		{"fsdax", GUPSIM_FSDAX, RW, MAP_SHARED, false, 0x200000fb},
		{"fsdax private", GUPSIM_FSDAX, RW, MAP_PRIVATE, false, 0x20100073},
		{"device dax", GUPSIM_DEVDAX, RW, MAP_SHARED, false, 0x200000fb},
		{"registers", GUPSIM_PFNMAP, RW, MAP_SHARED, false, 0x40444fb},
		{"mixed", GUPSIM_MIXEDMAP, RW, MAP_SHARED, false, 0x100000fb},
		{"inserted", GUPSIM_INSERTED, RW, MAP_SHARED, false, 0x100000fb},
		{"p2pdma", GUPSIM_P2PDMA, RW, MAP_SHARED, false, 0x100000fb},
		{"secretmem", GUPSIM_SECRETMEM, RW, MAP_SHARED, false, 0x40000fb},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gupsim_file_spec spec = {"f", rows[i].backing, .bytes = PG,
						.readonly = rows[i].readonly};
		struct file *file = NULL;

		world_row(w, rows[i].name);
		if (rows[i].backing == GUPSIM_FSDAX)
			spec.pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 1);
		if (rows[i].backing == GUPSIM_DEVDAX)
			spec.pmem = make_pmem(w, GUPSIM_PMEM_DEVDAX, 1);
		if (rows[i].backing != NO_FILE)
			file = make_file(w, spec);
		map_at(w, HEAP, 1, rows[i].prot, rows[i].flags, file, 0);
		assert_number(w, w->mm->mmap->vm_flags, rows[i].vm_flags);
		assert_number(w, vma_is_anonymous(w->mm->mmap),
			      !file && rows[i].flags == MAP_PRIVATE);
	}
}

static void vmas_are_found_by_address(struct world *w)
{
	static const struct {
		unsigned long addr;
		unsigned long start; /* of the VMA found; 0: none */
	} rows[] = {
		{0, 0x100000},	      {0xfffff, 0x100000},  {0x100000, 0x100000},
		{0x103fff, 0x100000}, {0x104000, 0x200000}, {0x200000, 0x200000},
		{0x201fff, 0x200000}, {0x202000, 0},	    {~0UL, 0},
	};

	assert_null(find_vma(w->mm, 0));
	anon(w, 0x200000, 2, RW);
	anon(w, 0x100000, 4, RW);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned long addr = rows[i].addr, start = rows[i].start;
		struct vm_area_struct *vma = find_vma(w->mm, addr);
		bool inside = start && addr >= start;

		assert_number(w, vma ? vma->vm_start : 0, start);
		assert_is(w, vma_lookup(w->mm, addr), inside ? vma : NULL);
	}
	assert_is(w, find_vma_intersection(w->mm, 0, 0x100001), w->mm->mmap);
	assert_null(find_vma_intersection(w->mm, 0, 0x100000));
	assert_null(find_vma_intersection(w->mm, 0x104000, 0x200000));
}

/* Both halves still know which part of the file, or of the address space, they are. */
static void a_split_keeps_page_offsets(struct world *w)
{
	struct vm_area_struct *upper;

	map_at(w, HEAP, 8, RW, MAP_SHARED, FILE_OF("f", GUPSIM_DISK, .bytes = 16 * PG),
	       5);
	anon(w, 0x200000, 8, RW);
	unmap(w, HEAP + 2 * PG, 1);
	unmap(w, 0x202000, 1);
	upper = find_vma(w->mm, HEAP + 3 * PG);
	assert_number(w, w->mm->mmap->vm_pgoff, 5);
	assert_number(w, upper->vm_pgoff, 8);
	assert_number(w, linear_page_index(upper, HEAP + 4 * PG), 9);
	assert_number(w, find_vma(w->mm, 0x203000)->vm_pgoff, 0x203);
	assert_number(w, w->mm->map_count, 4);
}

/* The kernel passes over holes, and says so only at the end. */
static void advice_reaches_beyond_a_hole(struct world *w)
{
	anon(w, HEAP, 2, RW);
	anon(w, HEAP + 3 * PG, 2, RW);
	assert_result(w, gupsim_madvise(w->mm, HEAP + PG, 3 * PG, MADV_RANDOM), -ENOMEM);
	assert_vmas(w, "100+1 rw-p, 101+1 rw-p, 103+1 rw-p, 104+1 rw-p");
	assert_true(find_vma(w->mm, HEAP + PG)->vm_flags & VM_RAND_READ);
	assert_true(find_vma(w->mm, HEAP + 3 * PG)->vm_flags & VM_RAND_READ);
	assert_false(find_vma(w->mm, HEAP)->vm_flags & VM_RAND_READ);
	assert_false(find_vma(w->mm, HEAP + 4 * PG)->vm_flags & VM_RAND_READ);
}

SUITE(world_test(mappings_split_and_merge), world_test(a_forked_mapping_stays_apart),
      world_test(an_untouched_forked_mapping_merges),
      world_test(mappings_have_the_kernels_flags), world_test(vmas_are_found_by_address),
      world_test(a_split_keeps_page_offsets), world_test(advice_reaches_beyond_a_hole))
