/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vsyscall page: one page above all address spaces that belongs to no VMA of theirs.
 * Only with vsyscall=emulate is it mapped for reading.
 */
#ifndef SIM_MM_GATE_H
#define SIM_MM_GATE_H

#include "mm/mm.h"
#include "phys/phys.h"

#define VSYSCALL_ADDR 0xffffffffff600000UL

/* NULL: there is none, with vsyscall=none. */
static inline struct vm_area_struct *get_gate_vma(struct mm_struct *mm)
{
	struct vm_area_struct *gate = &sim_mm(mm)->gate_vma;

	return gate->vm_end ? gate : NULL;
}

static inline bool in_gate_area(struct mm_struct *mm, unsigned long addr)
{
	const struct vm_area_struct *gate = get_gate_vma(mm);

	return gate && addr >= gate->vm_start && addr < gate->vm_end;
}

#endif
