/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FOLL_LONGTERM before and after v5.6: who is served, and that a range which reaches into
 * an fsdax mapping is refused as a whole, every page back at its count.
 */
#include "world.h"

#define W	  FOLL_WRITE
#define L	  FOLL_LONGTERM
#define ANON_HELD "refs 2 map 1 anon lru referenced active"
#define ANON	  "refs 1 map 1 anon lru referenced active"
#define DAX_HELD  "refs 2 map 0 device reserved"
#define DAX	  "refs 1 map 0 device reserved"
#define REFUSED	  GETS(-EINVAL, .reports = "WARN get_user_pages_remote")

static void map_dax(struct world *w, unsigned long page, int prot)
{
	map_at(w, HEAP + page * PG, 2, prot, MAP_SHARED | MAP_FIXED, fsdax_file(w, 2), 0);
}

static void anon_dax(struct world *w)
{
	anon(w, HEAP, 4, RW);
	map_dax(w, 2, RW);
	touch(w, HEAP, 4);
}

static void dax_anon(struct world *w)
{
	anon(w, HEAP, 4, RW);
	map_dax(w, 0, RW);
	touch(w, HEAP, 4);
}

static void touched_six(struct world *w)
{
	anon(w, HEAP, 6, RW);
	touch(w, HEAP, 6);
}

static void anon_hole_dax(struct world *w)
{
	touched_six(w);
	unmap(w, HEAP + 2 * PG, 1);
	map_dax(w, 3, RW);
}

static void anon_dax_hole(struct world *w)
{
	touched_six(w);
	map_dax(w, 2, RW);
	unmap(w, HEAP + 4 * PG, 1);
}

static void anon_rodax_anon(struct world *w)
{
	touched_six(w);
	map_dax(w, 2, PROT_READ);
}

static void touched(struct world *w)
{
	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 4);
}

static void untouched(struct world *w)
{
	anon(w, HEAP, 4, RW);
}

static void private_dax(struct world *w)
{
	map_at(w, HEAP, 2, RW, MAP_PRIVATE, fsdax_file(w, 2), 0);
	touch(w, HEAP, 2);
}

/* measured v5.6, the rows named: what the first and the last page asked for are like */
static const struct {
	const char *name;
	void (*set_up)(struct world *w);
	struct ask ask;
	struct answer v5_6, v5_5;
	const char *first_held, *last_held; /* on v5.6; NULL: nothing is held */
	const char *first, *last;	    /* afterwards */
} rows[] = {
	{"26, pin_longterm_null", touched, ASKS(REMOTE, HEAP, 4, W | L), GETS(4), REFUSED,
	 ANON_HELD, ANON_HELD, ANON, ANON},
	{"gup_remote_longterm_null", untouched, ASKS(REMOTE, HEAP, 4, W | L),
	 GETS(4, .min = 4), REFUSED, ANON_HELD, ANON_HELD, ANON, ANON},
	{"gup_local_longterm", untouched, ASKS(GUP, HEAP, 4, W | L), GETS(4, .min = 4),
	 GETS(4, .min = 4), ANON_HELD, ANON_HELD, ANON, ANON},
	{"tsk NULL", touched, ASKS(REMOTE, HEAP, 4, W | L, .no_tsk = true), GETS(4),
	 REFUSED, ANON_HELD, ANON_HELD, ANON, ANON},
	{"03a", anon_dax, ASKS(REMOTE, HEAP, 4, W), GETS(4), GETS(4), ANON_HELD, DAX_HELD,
	 ANON, DAX},
	{"03d", anon_dax, ASKS(GUP, HEAP, 4, W | L), GETS(-EOPNOTSUPP), GETS(-EOPNOTSUPP),
	 NULL, NULL, ANON, DAX},
	{"03e", anon_dax, ASKS(GUP, HEAP, 4, W | L, .vmas = true), GETS(-EOPNOTSUPP),
	 GETS(-EOPNOTSUPP), NULL, NULL, ANON, DAX},
	{"29, anon_then_dax_gup_longterm", anon_dax, ASKS(REMOTE, HEAP, 4, W | L),
	 GETS(-EOPNOTSUPP), REFUSED, NULL, NULL, ANON, DAX},
	{"03f", anon_dax, ASKS(REMOTE, HEAP, 4, W | L, .vmas = true), GETS(-EOPNOTSUPP),
	 REFUSED, NULL, NULL, ANON, DAX},
	{"anon_prefix_gup_longterm", anon_dax, ASKS(REMOTE, HEAP, 2, W | L), GETS(2),
	 REFUSED, ANON_HELD, ANON_HELD, ANON, ANON},
	{"03h", anon_dax, ASKS(REMOTE, HEAP + 2 * PG, 2, W | L), GETS(-EOPNOTSUPP),
	 REFUSED, NULL, NULL, DAX, DAX},
	{"03j", anon_hole_dax, ASKS(REMOTE, HEAP, 6, W | L), GETS(2), REFUSED, ANON_HELD,
	 NULL, ANON, "refs 1 map 1 anon lru active"},
	{"03k", dax_anon, ASKS(REMOTE, HEAP, 4, W | L), GETS(-EOPNOTSUPP), REFUSED, NULL,
	 NULL, DAX, ANON},
	{"03m", dax_anon, ASKS(REMOTE, HEAP, 4, W | L, .locked = true), REFUSED, REFUSED,
	 NULL, NULL, DAX, "refs 1 map 1 anon lru active"},
	{"03n", dax_anon, ASKS(REMOTE, HEAP, 4, W | L, .no_pages = true), GETS(-EINVAL),
	 REFUSED, NULL, NULL, DAX, "refs 1 map 1 anon lru active"},
	{"03p", dax_anon, ASKS(REMOTE, HEAP, 4, W, .locked = true), GETS(4), GETS(4),
	 DAX_HELD, ANON_HELD, DAX, ANON},
	{"03r", anon_rodax_anon, ASKS(REMOTE, HEAP, 6, W | L), GETS(2), REFUSED,
	 ANON_HELD, NULL, ANON, "refs 1 map 1 anon lru active"},
	{"03s", anon_rodax_anon, ASKS(REMOTE, HEAP, 6, L), GETS(-EOPNOTSUPP, .min = 2),
	 REFUSED, NULL, NULL, ANON, ANON},
	{"anon_dax_hole_longterm", anon_dax_hole, ASKS(REMOTE, HEAP, 4, W | L),
	 GETS(-EOPNOTSUPP, .min = 2), REFUSED, NULL, NULL, ANON, DAX},
	{"34", private_dax, ASKS(GUP, HEAP, 2, W | L), GETS(-EOPNOTSUPP),
	 GETS(-EOPNOTSUPP), NULL, NULL, ANON, ANON},
	{"no page of it is asked for", anon_dax, ASKS(GUP, HEAP + 2 * PG, 0, W | L),
	 GETS(0), GETS(0), NULL, NULL, NULL, NULL},
};

static void long_pins_on_v5_5_and_v5_6(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned long last = rows[i].ask.start + (rows[i].ask.nr - 1) * PG;

		world_kernel(w, "v5.5");
		w->where = rows[i].name;
		rows[i].set_up(w);
		w->task->min_flt = 0;
		probe(w, rows[i].ask, rows[i].v5_5);
		release(w);
		world_kernel(w, "v5.6");
		rows[i].set_up(w);
		w->task->min_flt = 0;
		probe(w, rows[i].ask, rows[i].v5_6);
		if (rows[i].first_held)
			assert_page(w, w->pages[0], rows[i].first_held);
		if (rows[i].last_held)
			assert_page(w, w->pages[rows[i].v5_6.ret - 1], rows[i].last_held);
		release(w);
		if (rows[i].first)
			assert_mapped(w, rows[i].ask.start, 1, rows[i].first);
		if (rows[i].last)
			assert_mapped(w, last, 1, rows[i].last);
	}
}

/* measured v5.6 03u and 03v: the same of another's mm, whose owner the faults are. */
static void anothers_mm_is_checked_too(void **state)
{
	struct world *w = *state;
	struct task_struct *b;

	anon_rodax_anon(w);
	b = fork_as(w->task, "B");
	probe(w, ASK(REMOTE, HEAP, 6, L, .of = b), GIVES(-EOPNOTSUPP, .min = 2));
	assert_mapped(w, HEAP, 1, "refs 2 map 2 anon lru referenced active");
	assert_page(w, gupsim_page_at(b->mm, HEAP + 2 * PG), DAX);
	probe(w, ASK(REMOTE, HEAP, 6, 0, .of = b), GIVES(6));
	assert_page(w, w->pages[0], "refs 3 map 2 anon lru referenced active");
	assert_page(w, w->pages[3], DAX_HELD);
	release(w);
	assert_int_equal(w->task->min_flt, 6);
}

/* What a refused call leaves in the caller's arrays is stale, but it is there. */
static void arrays_are_left_as_they_were_filled(void **state)
{
	struct world *w = *state;

	anon_dax(w);
	probe(w, ASK(REMOTE, HEAP, 4, W | L, .vmas = true), GIVES(-EOPNOTSUPP));
	for (int i = 0; i < 4; i++) {
		assert_ptr_equal(w->pages[i], page_at(w, HEAP + i * PG));
		assert_ptr_equal(w->vmas[i], find_vma(w->mm, HEAP + i * PG));
	}
}

/* measured v5.6 vmas_array */
static void vmas_come_with_the_pages(void **state)
{
	struct world *w = *state;

	anon_rodax_anon(w);
	probe(w, ASK(REMOTE, HEAP, 6, 0, .vmas = true), GIVES(6, .min = 2));
	for (int i = 0; i < 6; i++)
		assert_ptr_equal(w->vmas[i], find_vma(w->mm, HEAP + i / 2 * 2 * PG));
	release(w);
}

/* Scenario 47: the array that the check needs comes first. */
static void without_kernel_memory_nothing_is_touched(void **state)
{
	struct world *w = *state;

	untouched(w);
	gupsim_fail(w->machine, GUPSIM_FAIL_KMALLOC, 1);
	probe(w, ASK(GUP, HEAP, 4, W | L), GIVES(-ENOMEM));
	assert_mapped(w, HEAP, 4, "none");
	gupsim_fail(w->machine, GUPSIM_FAIL_KMALLOC, 1);
	probe(w, ASK(GUP, HEAP, 4, W | L, .vmas = true), GIVES(4, .min = 4));
	gupsim_fail(w->machine, GUPSIM_FAIL_KMALLOC, 0);
	release(w);
}

/* Scenario 150: [CMA, fsdax]. The first check fails, so no page moves. */
static void fsdax_is_checked_before_cma(void **state)
{
	struct world *w = *state;
	struct page *page;

	w->config.ram_cma = 2 << 20;
	world_renew(w);
	gupsim_allocate_in(w->machine, GUPSIM_IN_CMA);
	anon_dax(w);
	page = page_at(w, HEAP);
	probe(w, ASK(GUP, HEAP, 4, W | L), GIVES(-EOPNOTSUPP));
	assert_ptr_equal(page_at(w, HEAP), page);
	assert_page(w, page, "refs 1 map 1 anon lru cma referenced active");
}

/* Each option alone still takes the arrays; without both the flag means nothing. */
static void options_of_the_kernel(void **state)
{
	static const struct {
		const char *name;
		bool fs_dax, cma;
		struct answer mixed, no_pages;
	} kernels[] = {
		{"both", true, true, GETS(-EOPNOTSUPP), GETS(-EINVAL)},
		{"FS_DAX", true, false, GETS(-EOPNOTSUPP), GETS(-EINVAL)},
		{"CMA", false, true, GETS(4), GETS(-EINVAL)},
		{"neither", false, false, GETS(4), GETS(4)},
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(kernels); i++) {
		w->config.config_fs_dax = kernels[i].fs_dax;
		w->config.config_cma = kernels[i].cma;
		world_renew(w);
		w->where = kernels[i].name;
		anon_dax(w);
		probe(w, ASK(REMOTE, HEAP, 4, W | L), kernels[i].mixed);
		release(w);
		probe(w, ASK(REMOTE, HEAP, 4, W | L, .no_pages = true),
		      kernels[i].no_pages);
	}
}

static void a_kernel_that_accepts_fsdax(void **state)
{
	struct world *w = *state;

	assert_result(gupsim_rule_set(w->machine, "check_dax_vmas.fsdax", "accepted"), 0);
	anon_dax(w);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(4));
	assert_page(w, w->pages[3], DAX_HELD);
	release(w);
}

struct witness {
	struct world *w;
	int walked;
	long held;
	unsigned int flags;
};

static void see(void *arg, enum gupsim_point point)
{
	struct witness *witness = arg;

	witness->walked += point == GUPSIM_POINT_LONGTERM_WALKED;
	witness->held = gupsim_held(witness->w->machine, NULL, NULL);
	witness->flags = gupsim_current()->flags;
	assert_result(gupsim_munmap(witness->w->mm, HEAP, PG), -EDEADLK);
}

/* Everything is pinned when the checks begin, and the allocation scope is left. */
static void pages_are_pinned_before_the_checks(void **state)
{
	struct world *w = *state;
	struct witness witness = {.w = w};

	anon_dax(w);
	gupsim_listen(w->machine, see, &witness);
	probe(w, ASK(REMOTE, HEAP, 4, W | L), GIVES(-EOPNOTSUPP));
	assert_int_equal(witness.walked, 1);
	assert_int_equal(witness.held, 4);
	assert_int_equal(witness.flags & PF_MEMALLOC_NOCMA, 0);
	probe(w, ASK(REMOTE, HEAP, 4, W), GIVES(4));
	assert_int_equal(witness.walked, 1);
	release(w);
}

static void an_outer_scope_is_kept(void **state)
{
	struct world *w = *state;

	touched(w);
	w->task->flags |= PF_MEMALLOC_NOCMA;
	probe(w, ASK(GUP, HEAP, 4, W | L), GIVES(4));
	assert_true(w->task->flags & PF_MEMALLOC_NOCMA);
	release(w);
}

SUITE(world_test(long_pins_on_v5_5_and_v5_6), world_test(anothers_mm_is_checked_too),
      world_test(arrays_are_left_as_they_were_filled),
      world_test(vmas_come_with_the_pages),
      world_test(without_kernel_memory_nothing_is_touched),
      world_test(fsdax_is_checked_before_cma), world_test(options_of_the_kernel),
      world_test(a_kernel_that_accepts_fsdax),
      world_test(pages_are_pinned_before_the_checks), world_test(an_outer_scope_is_kept))
