/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vsyscall page: its modes, and who may not have it. */
#include "world.h"

#include "machine/machine.h"
#include "mm/gate.h"

static void renew_with(struct world *w, enum gupsim_vsyscall vsyscall)
{
	w->config.vsyscall = vsyscall;
	world_renew(w);
}

static void modes(struct world *w)
{
	probe(w, ASK(GUP, VSYSCALL_ADDR, 1, 0), GIVES(-EFAULT));
	assert_number(w, get_gate_vma(w->mm)->vm_flags, VM_EXEC);
	renew_with(w, GUPSIM_VSYSCALL_EMULATE);
	probe(w, ASK(GUP, VSYSCALL_ADDR, 1, 0), GIVES(1));
	assert_number(w, get_gate_vma(w->mm)->vm_flags, VM_READ | VM_EXEC);
	assert_true(in_gate_area(w->mm, VSYSCALL_ADDR + PG - 1));
	assert_false(in_gate_area(w->mm, VSYSCALL_ADDR + PG));
	assert_false(in_gate_area(w->mm, VSYSCALL_ADDR - 1));
	release(w);
	renew_with(w, GUPSIM_VSYSCALL_NONE);
	probe(w, ASK(GUP, VSYSCALL_ADDR, 1, 0), GIVES(-EFAULT));
	assert_null(get_gate_vma(w->mm));
}

/* All mms have the same page, which is no VMA's. */
static void one_page_for_all(struct world *w)
{
	struct task_struct *b;
	struct page *page;

	renew_with(w, GUPSIM_VSYSCALL_EMULATE);
	b = fork_as(w->task, "B");
	probe(w, ASK(GUP, VSYSCALL_ADDR, 1, 0, .vmas = true), GIVES(1));
	page = w->taken[0];
	assert_is(w, w->vmas[0], get_gate_vma(w->mm));
	assert_null(find_vma(w->mm, VSYSCALL_ADDR));
	probe(w, ASK(REMOTE, VSYSCALL_ADDR, 1, 0, .of = b), GIVES(1));
	assert_same(w, w->taken[1], page);
	assert_number(w, page_count(page), 3);
	release(w);
	assert_number(w, page_count(page), 1);
}

/* A count that has run over is not counted on. */
static void too_many_references(struct world *w)
{
	static const char *const kernels[] = {"v5.6", "v5.10"};

	w->config.linux_version = 0;
	for (size_t i = 0; i < ARRAY_LEN(kernels); i++) {
		struct page *page;

		w->config.kernel = kernels[i];
		renew_with(w, GUPSIM_VSYSCALL_EMULATE);
		page = w->machine->phys->gate_page;
		page->_refcount = -1;
		probe(w, ASK(GUP, VSYSCALL_ADDR, 1, 0),
		      GIVES(-ENOMEM, .reports = "WARN try_get_page"));
		page->_refcount = 1;
	}
}

SUITE(world_test(modes), world_test(one_page_for_all), world_test(too_many_references))
