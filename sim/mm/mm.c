/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address space: made, emptied of its tables, and given back. */
#include "mm/gate.h"

#include <errno.h>
#include <string.h>

static void init_gate_vma(struct gupsim_mm *mm)
{
	if (mm->phys->vsyscall == GUPSIM_VSYSCALL_NONE)
		return;
	mm->gate_vma.vm_start = VSYSCALL_ADDR;
	mm->gate_vma.vm_end = VSYSCALL_ADDR + PAGE_SIZE;
	mm->gate_vma.vm_flags = mm->phys->gate_page ? VM_READ | VM_EXEC : VM_EXEC;
}

int mm_create(struct base *base, struct phys *phys, const char *name,
	      struct gupsim_mm **out)
{
	struct gupsim_mm *mm = heap_calloc(&base->heap, 1, sizeof(*mm));

	if (!mm)
		return -ENOMEM;
	mm->base = base;
	mm->phys = phys;
	mm->mm.sim = mm;
	mm->mm.mmap_sem.base = base;
	mm->last_walk.start = NO_WALK;
	mm->pkeys = 1; /* key 0 is everybody's */
	RB_INIT(&mm->tree);
	init_gate_vma(mm);
	strlcpy(mm->name, name, sizeof(mm->name));
	mm->pgd = table_alloc(mm);
	if (!mm->pgd) {
		heap_free(&base->heap, mm);
		return -ENOMEM;
	}
	*out = mm;
	return 0;
}

void mm_free_tables(struct gupsim_mm *mm)
{
	struct heap *heap = &mm->base->heap;

	mm->pgd = NULL;
	mm->free_tables = mm->dead_tables = NULL;
	mm->nr_tables = 0;
	mm->deposited = NULL;
	mm->nr_deposited = 0;
	while (mm->blocks) {
		struct table_block *block = mm->blocks;

		mm->blocks = block->next;
		heap_free(heap, block->memory);
		heap_free(heap, block);
	}
}

void mm_destroy(struct gupsim_mm *mm)
{
	struct unflushed *batch;

	mm_free_tables(mm);
	while ((batch = mm->unflushed)) { /* the machine died in a walk */
		mm->unflushed = batch->next;
		heap_free(&mm->base->heap, batch);
	}
	heap_free(&mm->base->heap, mm);
}
