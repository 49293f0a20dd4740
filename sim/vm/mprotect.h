/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other permissions for what is mapped already: the VMA's flags, and the ptes with them.
 * Invariant: a pte never allows what its VMA does not. */
#ifndef SIM_VM_MPROTECT_H
#define SIM_VM_MPROTECT_H

#include "mm/pkey.h"
#include "mm/vma.h"

/* The flags that PROT_* and a protection key ask for. */
unsigned long calc_vm_prot_bits(int prot, unsigned int pkey);

/* What is asked for. */
struct mprotect_request {
	int prot;
	int pkey;		  /* -1: none is named */
	struct task_struct *task; /* who asks, or NULL */
};

/*
 * Give [start, end) of @vma the permissions and the key of @request, as a VMA of its own
 * unless a neighbour agrees; @vma may be gone then. -EACCES: it may never have one of
 * them. -ENOMEM: it cannot be split. Locking: mmap_sem held for writing.
 */
int mprotect_fixup(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		   const struct mprotect_request *request);

/* May a pte that stands read-only for @vma become writable without a fault? */
bool can_change_pte_writable(const struct vm_area_struct *vma, pte_t pte);

#endif
