/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappings of huge pages, and what is spoken for of their pools. A mapping that was made
 * private owns what it needs; its copies in forked mms have nothing. Of a shared mapping
 * it is the file's.
 */
#ifndef SIM_MM_HUGETLB_H
#define SIM_MM_HUGETLB_H

#include "mm/vma.h"
#include "phys/hugetlb.h"

static inline bool is_vm_hugetlb_page(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_HUGETLB;
}

static inline struct hstate *hstate_vma(const struct vm_area_struct *vma)
{
	return gupsim_file(vma->vm_file)->hstate;
}

/* Which huge page of its file the one at @address is. */
static inline unsigned long vma_hugecache_offset(const struct vm_area_struct *vma,
						 unsigned long address)
{
	return linear_page_index(vma, address) >> hstate_vma(vma)->order;
}

/* The entry for the huge page at @address, a pmd or a pud. NULL: there is no table. */
pte_t *huge_pte_offset(const struct vm_area_struct *vma, unsigned long address);
/* Tables are allocated where they lack. NULL: out of memory. */
pte_t *huge_pte_alloc(const struct vm_area_struct *vma, unsigned long address);

/* Speak for the pages of a new mapping. -ENOMEM: there are not so many. */
int hugetlb_reserve_pages(struct vm_area_struct *vma);
/* The mapping goes. */
void hugetlb_vma_close(const struct vm_area_struct *vma);

/*
 * A huge page for @address, with a reference of REF_KERNEL. @outside: not one that is
 * spoken for. NULL: the pool is exhausted, or the host's memory.
 */
struct page *alloc_huge_page(struct vm_area_struct *vma, unsigned long address,
			     bool outside);
/* It is mapped now: what was spoken for is used. */
void huge_page_is_used(struct page *page);
/* It was not needed after all. */
void restore_reserve_on_error(struct vm_area_struct *vma, unsigned long address,
			      struct page *page);
/* A page of the owner's is unmapped for the last time: he may have another. */
void hugetlb_restore_reserve(struct vm_area_struct *vma, unsigned long address,
			     struct page *page);

#endif
