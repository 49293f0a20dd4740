/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the CPU does when the faults that it takes do not help. */
#include "world.h"

#include "machine/machine.h"

static vm_fault_t bring_nothing(struct vm_fault *vmf)
{
	++*(int *)vmf->vma->vm_private_data;
	return VM_FAULT_NOPAGE;
}

static const struct vm_operations_struct brings_nothing = {.fault = bring_nothing};

/* A CPU would fault on for ever. */
static void a_fault_that_never_helps_spins(struct world *w)
{
	struct vm_area_struct *vma;
	int faults = 0;

	shared(w, HEAP, 1, RW);
	vma = find_vma(w->mm, HEAP);
	vma->vm_ops = &brings_nothing;
	vma->vm_private_data = &faults;
	assert_result(w, gupsim_read(w->task, HEAP, NULL, 1, NULL), -EIO);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_SPINS);
	assert_text(w, gupsim_machine_cause(w->machine), "a page fault at 0x100000");
	assert_number(w, faults, 100);
	assert_false(rwsem_is_locked(&w->mm->mmap_sem));
}

SUITE(world_test(a_fault_that_never_helps_spins))
