/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Huge pages in page tables: mapped, unmapped, copied and protected as a whole. */
#ifndef SIM_VM_HUGETLB_H
#define SIM_VM_HUGETLB_H

#include "mm/hugetlb.h"

/* One mapping more, or less: its reference is the caller's to take, or to give back. */
void hugepage_add_new_anon_rmap(struct page *page, struct vm_area_struct *vma,
				unsigned long address);
void hugepage_dup_rmap(struct page *page);
void hugepage_remove_rmap(struct page *page);

pte_t make_huge_pte(const struct vm_area_struct *vma, const struct page *page,
		    bool writable);

/* Clear what [start, end) has, but for pages other than @ref_page unless that is NULL. */
void unmap_hugepage_range(struct vm_area_struct *vma, unsigned long start,
			  unsigned long end, struct page *ref_page);
/* -ENOMEM: also of the pool, which is exhausted. */
int copy_hugetlb_page_range(struct vm_area_struct *to, const struct vm_area_struct *from);
void hugetlb_change_protection(struct vm_area_struct *vma);
/* Let the file end there. -EINVAL: inside a huge page. */
int hugetlb_vmtruncate(struct gupsim_file *file, uint64_t bytes);
/*
 * Drop the huge pages that lie whole in [first, end), private copies too. What is spoken
 * for of those that are not there stays so. A part of a huge page is left alone.
 */
void hugetlbfs_punch_hole(struct gupsim_file *file, pgoff_t first, pgoff_t end);

/* A huge page for another mapping than the one it is of. -ENOMEM: of the host. */
int copy_user_huge_page(struct page *to, struct page *from);

#endif
