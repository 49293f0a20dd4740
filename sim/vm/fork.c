/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying an address space. */
#include "vm/fork.h"

#include "mm/pagewalk.h"
#include "vm/rmap.h"

#include <errno.h>

static void copy_one_pte(struct vm_area_struct *vma, pte_t *to, pte_t *from)
{
	struct page *page;
	pte_t pte = *from;

	if (!pte_present(pte))
		return;
	if (is_cow_mapping(vma->vm_flags) && pte_write(pte)) {
		pte = pte_wrprotect(pte);
		set_pte(from, pte);
	}
	if (vma->vm_flags & VM_SHARED)
		pte = pte_mkclean(pte);
	pte = pte_mkold(pte);
	page = vm_normal_page(vma, pte);
	if (page) {
		get_page_as(page, REF_MAPPING);
		page_dup_rmap(page);
		ClearPageAnonExclusive(page);
	}
	set_pte(to, pte);
}

/* What faults can bring back anyway is not copied. */
static bool need_not_copy(const struct vm_area_struct *vma)
{
	return !(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)) && !vma->anon_vma;
}

/* Where the ptes of a VMA are copied to. */
struct copy {
	struct mm_struct *to;
	struct vm_area_struct *vma;
};

static int copy_entry(pte_t *from, unsigned long address, void *arg)
{
	const struct copy *copy = arg;
	pte_t *to = pte_alloc_map(copy->to, address);

	if (!to)
		return -ENOMEM;
	copy_one_pte(copy->vma, to, from);
	return 0;
}

static int copy_page_range(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct copy copy = {mm, vma};

	return walk_page_range(vma->vm_mm, vma->vm_start, vma->vm_end, copy_entry, &copy);
}

int dup_mmap(struct mm_struct *mm, struct mm_struct *from)
{
	struct vm_area_struct *vma;

	for_each_vma (vma, from) {
		if (vma->vm_flags & VM_DONTCOPY)
			continue;
		if (!vma_dup(mm, vma))
			return -ENOMEM;
		if (!need_not_copy(vma) && copy_page_range(mm, vma))
			return -ENOMEM;
	}
	return 0;
}
