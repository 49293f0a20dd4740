/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop over the pages: what counts, where it ends, what it stores and takes. */
#include "world.h"

#define A(n)	"refs " #n " map 1 anon lru referenced active"
#define ZERO(n) "refs " #n " map 0 zero reserved nomapping"

static void touched(struct world *w)
{
	anon(w, HEAP, 6, RW);
	touch(w, HEAP, 6);
}

static void untouched(struct world *w)
{
	anon(w, HEAP, 6, RW);
}

static void hole_in_the_middle(struct world *w)
{
	touched(w);
	unmap(w, HEAP + 3 * PG, 1);
}

static void then_read_only(struct world *w)
{
	anon(w, HEAP, 2, RW);
	touch(w, HEAP, 2);
	anon(w, HEAP + 2 * PG, 2, PROT_READ);
}

static void write_only(struct world *w)
{
	anon(w, HEAP, 4, PROT_WRITE);
}

static void none(struct world *w)
{
	anon(w, HEAP, 4, PROT_NONE);
}

static void exec_only(struct world *w)
{
	anon(w, HEAP, 4, PROT_EXEC);
}

static void file_mapping(struct world *w)
{
	map_at(w, HEAP, 4, RW, MAP_SHARED,
	       FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG, .cached = true), 0);
}

static void shmem(struct world *w)
{
	shared(w, HEAP, 4, RW);
}

static void zero_then_touched(struct world *w)
{
	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 1);
	peek(w, HEAP + PG, 1);
}

/* Labels: scenario numbers, or rows of measured v5.6. */
static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	struct ask ask;
	struct answer answer;
	const char *held; /* all of the pages; NULL: none, or not alike */
} rows[] = {
	{"1, anon_read_untouched", untouched, ASKS(REMOTE, HEAP, 4, 0), GETS(4, .min = 4),
	 ZERO(5)},
	{"4, anon_read_touched", touched, ASKS(REMOTE, HEAP, 4, 0), GETS(4), A(2)},
	{"5, 24_gup_locked_null", touched, ASKS(REMOTE, HEAP, 6, FOLL_WRITE), GETS(6),
	 A(2)},
	{"anon_write", untouched, ASKS(REMOTE, HEAP, 4, FOLL_WRITE), GETS(4, .min = 4),
	 A(2)},
	{"6, 11_unaligned_remote", touched, ASKS(REMOTE, HEAP + 100, 2, FOLL_WRITE),
	 GETS(2), A(2)},
	{"the last byte of a page", touched, ASKS(REMOTE, HEAP + 4095, 3, FOLL_WRITE),
	 GETS(3), A(2)},
	{"9", untouched, ASKS(GUP, HEAP, 6, FOLL_WRITE, .no_pages = true),
	 GETS(6, .min = 6), NULL},
	{"12, read", none, ASKS(GUP, HEAP, 1, 0), GETS(-EFAULT), NULL},
	{"12, write", none, ASKS(GUP, HEAP, 1, FOLL_WRITE), GETS(-EFAULT), NULL},
	{"13, 09s", write_only, ASKS(GUP, HEAP, 4, FOLL_WRITE), GETS(4, .min = 4), A(2)},
	{"13, read", write_only, ASKS(GUP, HEAP, 1, 0), GETS(-EFAULT), NULL},
	{"13, force", write_only, ASKS(GUP, HEAP, 1, FOLL_FORCE), GETS(1, .min = 1),
	 ZERO(2)},
	{"31g_exec_only_read", exec_only, ASKS(REMOTE, HEAP, 4, 0), GETS(-EFAULT), NULL},
	{"15", touched, ASKS(GUP, HEAP + 6 * PG, 1, 0), GETS(-EFAULT), NULL},
	{"the mapping ends", touched, ASKS(GUP, HEAP, 1UL << 52, 0, .no_pages = true),
	 GETS(6), NULL},
	{"16, 03r", then_read_only, ASKS(GUP, HEAP, 4, FOLL_WRITE), GETS(2), A(2)},
	{"16, first", then_read_only, ASKS(GUP, HEAP + 2 * PG, 2, FOLL_WRITE),
	 GETS(-EFAULT), NULL},
	{"18c", hole_in_the_middle, ASKS(GUP, HEAP, 6, FOLL_WRITE), GETS(3), A(2)},
	{"18g", hole_in_the_middle, ASKS(REMOTE, HEAP + 3 * PG, 2, FOLL_WRITE),
	 GETS(-EFAULT), NULL},
	{"18h", hole_in_the_middle, ASKS(UNLOCKED, HEAP, 6, FOLL_WRITE), GETS(3), A(2)},
	{"18h, LONGTERM", hole_in_the_middle,
	 ASKS(REMOTE, HEAP, 6, FOLL_WRITE | FOLL_LONGTERM), GETS(3), A(2)},
	{"a hole with locked", hole_in_the_middle,
	 ASKS(REMOTE, HEAP, 6, FOLL_WRITE, .locked = true), GETS(3), A(2)},
	{"19, 11_wrap_remote", touched, ASKS(REMOTE, -PG, 4, 0), GETS(-EFAULT), NULL},
	{"11_wrap_unlocked", touched, ASKS(UNLOCKED, -PG, 4, 0), GETS(-EFAULT), NULL},
	{"11_remote_noncanonical", touched, ASKS(REMOTE, 0x800000000000, 1, 0),
	 GETS(-EFAULT), NULL},
	{"kernel_addr", touched, ASKS(REMOTE, 0xffff888000000000, 1, 0), GETS(-EFAULT),
	 NULL},
	{"null_addr", touched, ASKS(REMOTE, 0, 1, 0), GETS(-EFAULT), NULL},
	{"13a_gate_read, xonly", touched, ASKS(REMOTE, 0xffffffffff600000, 1, 0),
	 GETS(-EFAULT), NULL},
	{"24_foll_anon_on_file", file_mapping, ASKS(REMOTE, HEAP, 4, FOLL_ANON),
	 GETS(-EFAULT), NULL},
	{"114", shmem, ASKS(REMOTE, HEAP, 4, FOLL_ANON), GETS(-EFAULT), NULL},
	{"24_foll_anon_on_anon", touched, ASKS(REMOTE, HEAP, 4, FOLL_ANON), GETS(4),
	 A(2)},
	{"24_foll_dump_zero", zero_then_touched, ASKS(REMOTE, HEAP + PG, 2, FOLL_DUMP),
	 GETS(-EFAULT), NULL},
	{"24_foll_dump_touched2", zero_then_touched, ASKS(REMOTE, HEAP, 4, FOLL_DUMP),
	 GETS(1), A(2)},
	{"115", untouched, ASKS(REMOTE, HEAP, 4, FOLL_DUMP), GETS(-EFAULT), NULL},
	{"117", file_mapping, ASKS(REMOTE, HEAP, 4, FOLL_DUMP), GETS(4, .min = 1),
	 "refs 3 map 1 lru referenced"},
	{"24_foll_mlock_only_untouched", untouched,
	 ASKS(REMOTE, HEAP, 4, FOLL_WRITE | FOLL_MLOCK, .no_hold = true), GETS(4), NULL},
	{"08_shmem, first", shmem, ASKS(REMOTE, HEAP, 4, FOLL_WRITE), GETS(4, .min = 4),
	 "refs 3 map 1 dirty lru referenced"},
	{"10u", shmem, ASKS(UNLOCKED, HEAP, 4, FOLL_WRITE), GETS(4, .min = 4),
	 "refs 3 map 1 dirty lru referenced"},
	{"145", untouched, ASKS(REMOTE, HEAP, 4, FOLL_WRITE, .no_tsk = true), GETS(4),
	 A(2)},
};

static void the_walk_counts_pages(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		long nr = rows[i].answer.ret;

		world_renew(w);
		w->where = rows[i].name;
		rows[i].set_up(w);
		w->task->min_flt = w->task->maj_flt = 0;
		probe(w, rows[i].ask, rows[i].answer);
		if (rows[i].held)
			assert_pages(w, nr, rows[i].held);
		else if (nr > 0)
			assert_null(w->pages[0]);
		assert_null(w->pages[nr > 0 ? nr : 0]);
		release(w);
	}
}

/* Every test of the flags of a VMA, one by one. */
static void vma_flags_decide(void **state)
{
	static const struct {
		const char *name;
		unsigned long set, cleared;
		unsigned int foll;
		long ret;
	} flags[] = {
		{"nothing changed", 0, 0, FOLL_WRITE, 1},
		{"VM_IO", VM_IO, 0, 0, -EFAULT},
		{"VM_IO, FORCE", VM_IO, 0, FOLL_FORCE, -EFAULT},
		{"VM_PFNMAP", VM_PFNMAP, 0, 0, -EFAULT},
		{"VM_MIXEDMAP", VM_MIXEDMAP, 0, 0, 1},
		{"no VM_WRITE", 0, VM_WRITE, FOLL_WRITE, -EFAULT},
		{"no VM_WRITE, FORCE", 0, VM_WRITE, FOLL_WRITE | FOLL_FORCE, 1},
		{"no VM_MAYWRITE, FORCE", 0, VM_WRITE | VM_MAYWRITE,
		 FOLL_WRITE | FOLL_FORCE, -EFAULT},
		{"VM_SHARED, FORCE", VM_SHARED, VM_WRITE, FOLL_WRITE | FOLL_FORCE,
		 -EFAULT},
		{"VM_MAYSHARE, FORCE", VM_MAYSHARE, VM_WRITE, FOLL_WRITE | FOLL_FORCE, 1},
		{"no VM_READ", 0, VM_READ, 0, -EFAULT},
		{"no VM_READ, FORCE", 0, VM_READ, FOLL_FORCE, 1},
		{"no VM_MAYREAD, FORCE", 0, VM_READ | VM_MAYREAD, FOLL_FORCE, -EFAULT},
		{"a write needs no VM_READ", 0, VM_READ, FOLL_WRITE, 1},
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		struct vm_area_struct *vma;

		world_renew(w);
		w->where = flags[i].name;
		touched(w);
		vma = find_vma(w->mm, HEAP);
		vma->vm_flags = (vma->vm_flags | flags[i].set) & ~flags[i].cleared;
		probe(w, ASK(GUP, HEAP, 1, flags[i].foll), GIVES(flags[i].ret));
		release(w);
	}
}

static void entries_are_the_pages_in_order(void **state)
{
	struct world *w = *state;

	touched(w);
	probe(w, ASK(GUP, HEAP + PG + 7, 4, 0), GIVES(4));
	for (int i = 0; i < 4; i++)
		assert_ptr_equal(w->pages[i], page_at(w, HEAP + (i + 1) * PG));
	release(w);
}

/* Scenario 3: the zero page stays held; the writer gets a page of his own. */
static void a_write_after_a_read_is_another_page(void **state)
{
	struct world *w = *state;

	untouched(w);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1, .min = 1));
	assert_pages(w, 1, ZERO(2));
	probe(w, ASK(GUP, HEAP, 1, FOLL_WRITE), GIVES(1, .min = 1));
	assert_pages(w, 1, A(2));
	assert_page(w, w->taken[0], ZERO(2));
	release(w);
	assert_page(w, w->taken[0], ZERO(1));
}

/* Scenario 10. */
static void calls_add_up(void **state)
{
	struct world *w = *state;

	touched(w);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1));
	probe(w, ASK(REMOTE, HEAP, 1, FOLL_WRITE), GIVES(1));
	assert_pages(w, 1, A(3));
	release(w);
}

/* measured v5.6 30_vmas_three, 30_vmas_no_pages; scenarios 18 and 143. */
static void vmas_are_stored(void **state)
{
	struct world *w = *state;

	anon(w, HEAP, 2, RW);
	anon(w, HEAP + 2 * PG, 2, PROT_READ);
	anon(w, HEAP + 4 * PG, 1, RW);
	for (int no_pages = 0; no_pages < 2; no_pages++) {
		probe(w, ASK(REMOTE, HEAP, 7, 0, .vmas = true, .no_pages = no_pages),
		      GIVES(5, .min = no_pages ? 0 : 5));
		for (int i = 0; i < 5; i++)
			assert_ptr_equal(w->vmas[i], find_vma(w->mm, HEAP + i * PG));
		assert_ptr_not_equal(w->vmas[1], w->vmas[2]);
		assert_null(w->vmas[5]);
		release(w);
	}
}

/* A kernel without DEBUG_VM: counted, stored nowhere, held for ever. */
static void foll_get_without_pages_leaks(void **state)
{
	struct world *w = *state;

	touched(w);
	probe(w, ASK(REMOTE, HEAP, 4, FOLL_WRITE | FOLL_GET, .no_pages = true), GIVES(4));
	assert_int_equal(gupsim_held(w->machine, NULL, NULL), 4);
	/* measured v5.6 24_after_foll_get_pages_null */
	probe(w, ASK(REMOTE, HEAP, 4, FOLL_WRITE), GIVES(4));
	assert_pages(w, 4, A(3));
	release(w);
	for (int i = 0; i < 4; i++)
		put_page(page_at(w, HEAP + i * PG));
}

/* measured v5.6 21: before the first page is looked at, whosever mm it is. */
static void a_sigkill_of_current_ends_it(void **state)
{
	static const struct ask asks[] = {
		ASKS(REMOTE, HEAP, 4, FOLL_WRITE | FOLL_LONGTERM),
		ASKS(REMOTE, HEAP, 4, 0),
		ASKS(UNLOCKED, HEAP, 4, FOLL_WRITE),
		ASKS(GUP, HEAP, 4, 0),
		ASKS(LOCKED, HEAP, 4, 0, .locked = true),
	};
	struct world *w = *state;
	struct task_struct *b;

	touched(w);
	b = fork_as(w->task, "B");
	gupsim_kill(b);
	probe(w, ASK(REMOTE, HEAP, 4, 0, .of = b), GIVES(4));
	release(w);
	gupsim_kill(w->task);
	for (size_t i = 0; i < ARRAY_LEN(asks); i++)
		probe(w, asks[i], GIVES(-ERESTARTSYS));
	probe(w, ASK(GUP, HEAP, 0, 0), GIVES(0));
	probe(w, ASK(GUP, 0, 1, 0), GIVES(-EFAULT)); /* the VMA is looked up before */
}

static void set_count(struct page *page, int count)
{
	page->_refcount = count;
}

/* measured v5.6 23: a count of 2^31 - 1 is still raised, once, and then no more. */
static void counts_overflow_once(void **state)
{
	static const struct {
		const char *name;
		int count;
		unsigned int flags;
		struct answer answer;
		const char *held;
	} counts[] = {
		{"23a", 0x7ffffffe, FOLL_WRITE, GETS(1),
		 "refs 2147483647 map 1 anon lru referenced active"},
		{"23c2", 0x7fffffff, FOLL_WRITE | FOLL_LONGTERM, GETS(1),
		 "refs -2147483648 map 1 anon lru referenced active"},
		{"23d", -0x7fffffff - 1, FOLL_WRITE,
		 GETS(-ENOMEM, .reports = "WARN try_get_page"), NULL},
		{"23f", -0x7fffffff - 1, FOLL_WRITE | FOLL_LONGTERM,
		 GETS(-ENOMEM, .reports = "WARN try_get_page"), NULL},
		{"107", 0, 0, GETS(-ENOMEM, .reports = "WARN try_get_page"), NULL},
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		struct page *page;

		world_renew(w);
		w->where = counts[i].name;
		touched(w);
		page = page_at(w, HEAP);
		set_count(page, counts[i].count);
		probe(w, ASK(REMOTE, HEAP, 1, counts[i].flags), counts[i].answer);
		if (counts[i].held)
			assert_pages(w, 1, counts[i].held);
		release(w);
		assert_int_equal(page_count(page), counts[i].count);
		set_count(page, 1);
	}
}

/* Faults are those of the task that is named, or nobody's. */
static void faults_are_charged_to_tsk(void **state)
{
	struct world *w = *state;
	struct task_struct *b;

	untouched(w);
	b = fork_as(w->task, "B");
	probe(w, ASK(REMOTE, HEAP, 4, FOLL_WRITE, .of = b), GIVES(4, .min = 4));
	assert_int_equal(w->task->min_flt, 0);
	release(w);
	down_read(&b->mm->mmap_sem);
	assert_result(get_user_pages_remote(w->task, b->mm, HEAP + 4 * PG, 2, FOLL_WRITE,
					    w->taken, NULL, NULL),
		      2);
	up_read(&b->mm->mmap_sem);
	assert_int_equal(w->task->min_flt, 2);
	assert_int_equal(b->min_flt, 4);
	w->nr_taken = 2;
	release(w);
}

SUITE(world_test(the_walk_counts_pages), world_test(vma_flags_decide),
      world_test(entries_are_the_pages_in_order),
      world_test(a_write_after_a_read_is_another_page), world_test(calls_add_up),
      world_test(vmas_are_stored), world_test(foll_get_without_pages_leaks),
      world_test(a_sigkill_of_current_ends_it), world_test(counts_overflow_once),
      world_test(faults_are_charged_to_tsk))
