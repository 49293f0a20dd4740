/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stack growth and its limits. */
#include "mm/stack.h"

#include <errno.h>

#define MMAP_MIN_ADDR	0x10000UL
#define STACK_GUARD_GAP (256UL << PAGE_SHIFT)

/* Other stacks, and what nobody may access, keep no distance. */
static bool guard_gap_allows(const struct vm_area_struct *prev, unsigned long address)
{
	if (!prev || (prev->vm_flags & VM_GROWSDOWN) ||
	    !(prev->vm_flags & (VM_READ | VM_WRITE | VM_EXEC)))
		return true;
	return address - prev->vm_end >= STACK_GUARD_GAP;
}

static int acct_stack_growth(const struct vm_area_struct *vma, unsigned long address)
{
	struct base *base = mm_base(vma->vm_mm);

	if (vma->vm_end - address <= base->rlimit_stack)
		return 0;
	base_decision_at(base, __func__, address,
			 "RLIMIT_STACK: the stack does not grow");
	return -ENOMEM;
}

static int expand_downwards(struct vm_area_struct *vma, unsigned long address)
{
	unsigned long grow = (vma->vm_start - address) >> PAGE_SHIFT;
	struct base *base = mm_base(vma->vm_mm);
	int error;

	if (address < MMAP_MIN_ADDR)
		return -EPERM;
	if (!guard_gap_allows(vma->vm_prev, address)) {
		base_decision_at(base, __func__, address,
				 "a mapping is too near below: the stack does not grow");
		return -ENOMEM;
	}
	if (anon_vma_prepare(vma) || grow > vma->vm_pgoff)
		return -ENOMEM;
	error = acct_stack_growth(vma, address);
	if (error)
		return error;
	vma->vm_start = address;
	vma->vm_pgoff -= grow;
	base_decision_at(base, __func__, address, "the stack grows");
	return 0;
}

int expand_stack(struct vm_area_struct *vma, unsigned long address)
{
	return vma->vm_flags & VM_GROWSDOWN ? expand_downwards(vma, address & PAGE_MASK)
					    : -EPERM;
}
