/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What FOLL_LONGTERM does around the walk: kernel options, memory, scope, the point. */
#include "world.h"

#define WRITE_LONG (FOLL_WRITE | FOLL_LONGTERM)

/* Two anonymous pages, then two of an fsdax file. */
static void anon_dax(struct world *w)
{
	anon(w, HEAP, 4, RW);
	map_at(w, HEAP + 2 * PG, 2, RW, MAP_SHARED | MAP_FIXED, fsdax_file(w, 2), 0);
	touch(w, HEAP, 4);
}

/* Each option alone still takes the arrays; without both the flag means nothing. */
static void options_of_the_kernel(struct world *w)
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

	for (size_t i = 0; i < ARRAY_LEN(kernels); i++) {
		w->config.config_fs_dax = kernels[i].fs_dax;
		w->config.config_cma = kernels[i].cma;
		world_row(w, kernels[i].name);
		anon_dax(w);
		probe(w, ASK(REMOTE, HEAP, 4, WRITE_LONG), kernels[i].mixed);
		probe(w, ASK(REMOTE, HEAP, 2, WRITE_LONG), GIVES(2));
		release(w);
		probe(w, ASK(REMOTE, HEAP, 4, WRITE_LONG, .no_pages = true),
		      kernels[i].no_pages);
	}
}

/* The caller's array of VMAs does as well as one of the kernel's. */
static void a_callers_array_needs_no_memory(struct world *w)
{
	anon(w, HEAP, 4, RW);
	gupsim_fail(w->machine, GUPSIM_FAIL_KMALLOC, 1);
	probe(w, ASK(GUP, HEAP, 4, WRITE_LONG, .vmas = true), GIVES(4, .min = 4));
	probe(w, ASK(GUP, HEAP, 4, WRITE_LONG), GIVES(-ENOMEM));
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
	assert_result(witness->w, gupsim_munmap(witness->w->mm, HEAP, PG), -EDEADLK);
}

/* Everything is pinned when the checks begin, and the allocation scope is left. */
static void pages_are_pinned_before_the_checks(struct world *w)
{
	struct witness witness = {.w = w};

	anon_dax(w);
	gupsim_listen(w->machine, see, &witness);
	probe(w, ASK(REMOTE, HEAP, 4, WRITE_LONG), GIVES(-EOPNOTSUPP));
	assert_number(w, witness.walked, 1);
	assert_number(w, witness.held, 4);
	assert_number(w, witness.flags & PF_MEMALLOC_NOCMA, 0);
	probe(w, ASK(REMOTE, HEAP, 4, FOLL_WRITE), GIVES(4));
	assert_number(w, witness.walked, 1);
	release(w);
}

static void give_the_lock_back(void *arg, enum gupsim_point point)
{
	struct world *w = arg;

	(void)point;
	down_read(&w->mm->mmap_sem); /* its own comes and goes */
	up_read(&w->mm->mmap_sem);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_ALIVE);
	up_read(&w->mm->mmap_sem);
	assert_result(w, gupsim_munmap(w->mm, HEAP, PG), -EIO);
}

/* The vmas that are looked at next stand only as long as the lock is held. */
static void a_listener_has_not_the_callers_lock(struct world *w)
{
	struct page *pages[4];

	anon_dax(w);
	gupsim_listen(w->machine, give_the_lock_back, w);
	down_read(&w->mm->mmap_sem);
	assert_result(w,
		      get_user_pages_remote(w->task, w->mm, HEAP, 4, WRITE_LONG, pages,
					    NULL, NULL),
		      -EIO);
	assert_reports(w, "BUG up_read");
}

static void an_outer_scope_is_kept(struct world *w)
{
	touched(w, 1);
	w->task->flags |= PF_MEMALLOC_NOCMA;
	probe(w, ASK(GUP, HEAP, 1, WRITE_LONG), GIVES(1));
	assert_true(w->task->flags & PF_MEMALLOC_NOCMA);
	release(w);
}

SUITE(world_test(options_of_the_kernel), world_test(a_callers_array_needs_no_memory),
      world_test(pages_are_pinned_before_the_checks),
      world_test(a_listener_has_not_the_callers_lock), world_test(an_outer_scope_is_kept))
