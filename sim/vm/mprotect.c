/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mprotect(), one VMA at a time. */
#include "vm/mprotect.h"

#include "mm/pagewalk.h"

#include <errno.h>
#include <sys/mman.h>

#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)
/* VM_MAYREAD and its like stand this many bits above VM_READ and its like. */
#define VM_MAY_SHIFT 4

unsigned long calc_vm_prot_bits(int prot)
{
	return (prot & PROT_READ ? VM_READ : 0) | (prot & PROT_WRITE ? VM_WRITE : 0) |
	       (prot & PROT_EXEC ? VM_EXEC : 0);
}

struct change {
	pgprot_t prot;
	bool dirty_accountable; /* a write fault would only learn what the pte says */
};

/* A private page becomes read-only whatever is asked for: who writes must fault. */
static int change_pte(pte_t *ptep, unsigned long address, void *arg)
{
	const struct change *change = arg;
	pte_t pte = *ptep;

	(void)address;
	if (!pte_present(pte))
		return 0;
	pte = pte_modify(pte, change->prot);
	if (change->dirty_accountable && pte_dirty(pte))
		pte = pte_mkwrite(pte);
	set_pte(ptep, pte);
	return 0;
}

static void change_protection(struct vm_area_struct *vma)
{
	struct change change = {vma->vm_page_prot, vma_wants_writenotify(vma)};

	walk_page_range(vma->vm_mm, vma->vm_start, vma->vm_end, change_pte, &change);
}

/* Private memory that could not be written so far begins to count as committed. */
static unsigned long account(unsigned long oldflags, unsigned long newflags)
{
	const unsigned long free_of_it =
		VM_ACCOUNT | VM_WRITE | VM_HUGETLB | VM_SHARED | VM_NORESERVE;

	return (newflags & VM_WRITE) && !(oldflags & free_of_it) ? VM_ACCOUNT : 0;
}

int mprotect_fixup(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		   int prot)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long oldflags = vma->vm_flags;
	unsigned long newflags = (oldflags & ~VM_ACCESS_FLAGS) | calc_vm_prot_bits(prot);

	if (newflags & ~(newflags >> VM_MAY_SHIFT) & VM_ACCESS_FLAGS)
		return base_error(mm_base(mm), -EACCES,
				  "the mapping at %#lx may never allow this", start);
	if (newflags == oldflags)
		return 0;
	if (split_range(mm, start, end))
		return -ENOMEM;
	vma = find_vma(mm, start);
	vma->vm_flags = newflags | account(oldflags, newflags);
	vma_set_page_prot(vma);
	change_protection(vma);
	vma_merge(vma);
	return 0;
}
