/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fork, exit and threads: what two address spaces share, and who gets the copy. */
#include "world.h"

#include "machine/machine.h"

static struct page *in(const struct task_struct *task, unsigned long addr)
{
	return gupsim_page_at(task->mm, addr);
}

static void write_as(struct task_struct *task, unsigned long addr)
{
	assert_result(NULL, gupsim_write(task, addr, NULL, 1, NULL), 0);
}

static void a_page_is_shared_read_only(struct world *w)
{
	struct task_struct *b;

	touched(w, 1);
	b = fork_as(w->task, "B");
	assert_mapped(w, HEAP, 1, "refs 2 map 2 anon lru active");
	assert_same(w, in(b, HEAP), in(w->task, HEAP));
	assert_pte(w, HEAP, "P-AD");		       /* measured v5.6 17_forked */
	assert_text(w, pte_text(b->mm, HEAP), "P--D"); /* not used by the child yet */
}

/* What a fault can bring back is not copied; special ptes are, without counts. */
static void some_mappings_are_copied(struct world *w)
{
	static const struct {
		const char *name;
		struct gupsim_file_spec spec;
		int flags;
		bool write;
		const char *parent, *child;
	} rows[] = {
		{"shared file",
		 {"f", GUPSIM_DISK, .bytes = PG, .cached = true},
		 MAP_SHARED,
		 true,
		 "refs 3 map 1 dirty lru",
		 "none"},
		{"fsdax",
		 {"f", GUPSIM_FSDAX, .bytes = PG},
		 MAP_SHARED,
		 true,
		 "refs 1 map 0 device reserved",
		 "none"},
		{"private file, read",
		 {"f", GUPSIM_DISK, .bytes = PG, .cached = true},
		 MAP_PRIVATE,
		 false,
		 "refs 2 map 1 lru",
		 "none"},
		{"private file, written",
		 {"f", GUPSIM_DISK, .bytes = PG, .cached = true},
		 MAP_PRIVATE,
		 true,
		 "refs 2 map 2 anon lru active",
		 "refs 2 map 2 anon lru active"},
		{"a driver's pages",
		 {"f", GUPSIM_INSERTED, .bytes = PG},
		 MAP_SHARED,
		 false,
		 "refs 3 map 2 nomapping",
		 "refs 3 map 2 nomapping"},
		{"a PCI device's pages",
		 {"f", GUPSIM_P2PDMA, .bytes = PG},
		 MAP_SHARED,
		 false,
		 "refs 2 map 2 device reserved nomapping",
		 "refs 2 map 2 device reserved nomapping"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gupsim_file_spec spec = rows[i].spec;
		struct task_struct *b;

		world_row(w, rows[i].name);
		if (spec.backing == GUPSIM_FSDAX)
			spec.pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 1);
		map_at(w, HEAP, 1, RW, rows[i].flags, make_file(w, spec), 0);
		if (rows[i].write)
			touch(w, HEAP, 1);
		else
			peek(w, HEAP, 1);
		b = fork_as(w->task, "B");
		assert_page(w, page_at(w, HEAP), rows[i].parent);
		assert_page(w, in(b, HEAP), rows[i].child);
	}
}

static void the_zero_page_is_copied_uncounted(struct world *w)
{
	struct task_struct *b;

	anon(w, HEAP, 2, RW);
	peek(w, HEAP, 1);
	touch(w, HEAP + PG, 1);
	b = fork_as(w->task, "B");
	assert_page(w, in(b, HEAP), "refs 1 map 0 zero reserved nomapping");
	write_as(b, HEAP);
	assert_page(w, in(b, HEAP), "refs 1 map 1 anon lru active");
	assert_mapped(w, HEAP, 1, "refs 1 map 0 zero reserved nomapping");
}

/* What is shared is no COW mapping: it stays writable on both sides. */
static void registers_stay_mapped(struct world *w)
{
	struct task_struct *b;

	map_at(w, HEAP, 1, RW, MAP_SHARED, FILE_OF("r", GUPSIM_PFNMAP, .bytes = PG), 0);
	b = fork_as(w->task, "B");
	assert_pte(w, HEAP, "PWA- special");
	assert_text(w, pte_text(b->mm, HEAP), "PW-- special");
}

static void vm_dontcopy_is_left_out(struct world *w)
{
	struct task_struct *b;

	anon(w, HEAP, 2, RW);
	anon(w, 0x200000, 2, PROT_READ);
	find_vma(w->mm, HEAP)->vm_flags |= VM_DONTCOPY;
	b = fork_as(w->task, "B");
	assert_text(w, vmas_text(b->mm), "200+2 r--p");
}

static void an_mm_goes_with_its_last_task(struct world *w)
{
	struct task_struct *thread;
	struct page *page = touched(w, 1);

	assert_result(w, gupsim_thread_create(w->task, "A2", &thread), 0);
	assert_is(w, thread->mm, w->mm);
	probe(w, ASK(GUP, HEAP, 1, 0, .no_pages = true), GIVES(1));
	assert_result(w, gupsim_exit(w->task), 0);
	assert_null(w->task->mm);
	assert_null(gupsim_current());
	assert_page(w, page, "refs 1 map 1 anon lru referenced active");
	assert_result(w, gupsim_exit(thread), 0);
	assert_page(w, page, "free");
	assert_result(w, gupsim_exit(thread), -EINVAL);
}

/* A child starts with no faults of its own and no signal. */
static void a_child_starts_anew(struct world *w)
{
	struct task_struct *b;

	touched(w, 4);
	gupsim_kill(w->task);
	gupsim_signal(w->task);
	b = fork_as(w->task, "B");
	assert_number(w, w->task->min_flt, 4);
	assert_number(w, b->min_flt, 0);
	assert_false(b->sigkill_pending);
	assert_false(b->sig_pending);
	assert_is(w, gupsim_current(), w->task);
}

#define REFS 1100 /* enough for a pin to be among them */

struct pinned_row {
	const char *kernel;
	unsigned int linux_version;
	bool copied;
};

static void fork_referenced(struct world *w, const struct pinned_row *row,
			    bool has_pinned)
{
	struct task_struct *b;
	struct page *page;

	w->config.kernel = row->kernel;
	w->config.linux_version = row->linux_version;
	world_row(w, row->kernel);
	page = touched(w, 1);
	for (int i = 0; i < REFS; i++)
		get_page(page);
	if (has_pinned)
		mm_set_has_pinned(w->mm);
	b = fork_as(w->task, "B");
	if (has_pinned && row->copied) {
		assert_pte(w, HEAP, "PWAD");
		assert_text(w, pte_text(b->mm, HEAP), "PWAD");
		assert_number(w, page_count(page), 1 + REFS);
		assert_number(w, page_count(in(b, HEAP)), 1);
		assert_number(w, page_mapcount(in(b, HEAP)), 1);
	} else {
		assert_same(w, in(b, HEAP), page);
		assert_number(w, page_count(page), 2 + REFS);
	}
	for (int i = 0; i < REFS; i++)
		put_page(page);
}

/* Booted v5.10.223, v6.1.192 and v6.12.117: 46a, 46b, 17_forked. */
static void pinned_pages_are_copied(struct world *w)
{
	static const struct pinned_row rows[] = {
		{"v5.6", GUPSIM_KERNEL_VERSION(5, 6, 0), false},
		{"v5.8", GUPSIM_KERNEL_VERSION(5, 8, 0), false},
		{"v5.9", GUPSIM_KERNEL_VERSION(5, 10, 0), true},
		{"v5.10.223", GUPSIM_KERNEL_VERSION(5, 10, 0), true},
		{"v6.1.192", GUPSIM_KERNEL_VERSION(6, 1, 0), true},
		{"v6.12", GUPSIM_KERNEL_VERSION(6, 12, 0), true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		fork_referenced(w, &rows[i], false);
		fork_referenced(w, &rows[i], true);
	}
}

/* What another child shares is not exclusive: from v5.19 on no pin can be on it. */
static void shared_pages_stay_shared(struct world *w)
{
	struct task_struct *b, *c;
	struct page *page;

	w->config.kernel = "v6.1.192";
	w->config.linux_version = GUPSIM_KERNEL_VERSION(6, 1, 0);
	world_row(w, "v6.1.192");
	page = touched(w, 1);
	b = fork_as(w->task, "B");
	for (int i = 0; i < REFS; i++)
		get_page(page);
	mm_set_has_pinned(w->mm);
	c = fork_as(w->task, "C");
	assert_same(w, in(b, HEAP), page);
	assert_same(w, in(c, HEAP), page);
	for (int i = 0; i < REFS; i++)
		put_page(page);
}

SUITE(world_test(a_page_is_shared_read_only), world_test(some_mappings_are_copied),
      world_test(the_zero_page_is_copied_uncounted), world_test(registers_stay_mapped),
      world_test(vm_dontcopy_is_left_out), world_test(an_mm_goes_with_its_last_task),
      world_test(a_child_starts_anew), world_test(pinned_pages_are_copied),
      world_test(shared_pages_stay_shared))
