/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Protection keys of x86: a VMA has one of 16, its ptes carry it, and each task says in
 * its PKRU what it may do through a key. Invariant: key 0 allows everything, and so does
 * whoever accesses the memory of another mm.
 */
#ifndef SIM_MM_PKEY_H
#define SIM_MM_PKEY_H

#include "base/task.h"
#include "mm/mm.h"

#define NR_PKEYS 16

/* Two bits a key; what a process begins with denies all keys but 0. */
#define PKRU_AD_BIT 1u
#define PKRU_WD_BIT 2u
#define PKRU_BITS   2
#define INIT_PKRU   0x55555554u

static inline unsigned int vma_pkey(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & ARCH_VM_PKEY_FLAGS) >> VM_PKEY_SHIFT;
}

static inline bool pkru_allows_pkey(u32 pkru, unsigned int pkey, bool write)
{
	u32 denied = write ? PKRU_AD_BIT | PKRU_WD_BIT : PKRU_AD_BIT;

	return !(pkru >> pkey * PKRU_BITS & denied);
}

/* @rights: the two bits of the key. */
static inline void pkru_set(u32 *pkru, unsigned int pkey, u32 rights)
{
	unsigned int shift = pkey * PKRU_BITS;

	*pkru = (*pkru & ~((PKRU_AD_BIT | PKRU_WD_BIT) << shift)) | rights << shift;
}

/*
 * May current access the memory of @vma, as far as keys go? @foreign: in the name of
 * somebody else.
 */
bool arch_vma_access_permitted(const struct vm_area_struct *vma, bool write,
			       bool foreign);

/* May current, whose mm has @pte, go through it without a fault? */
static inline bool pte_access_permitted(pte_t pte, bool write)
{
	u64 needed = _PAGE_PRESENT | _PAGE_USER | (write ? _PAGE_RW : 0);

	return (pte.pte & needed) == needed &&
	       (likely(!pte_pkey(pte)) ||
		pkru_allows_pkey(current->sim->pkru, pte_pkey(pte), write));
}

/* What pkey_alloc() gives: @mm has all keys up to @pkey. -EINVAL: that one is not to be
 * had. */
int mm_pkey_alloc_up_to(struct mm_struct *mm, unsigned int pkey);

/*
 * The key for what of @mm may only be executed, which @task, who may be NULL, has no
 * access through from now on; 0: there is none left.
 */
unsigned int execute_only_pkey(struct mm_struct *mm, struct task_struct *task);

#endif
