/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unmapping. */
#include "vm/zap.h"

#include "file/pagecache.h"
#include "mm/pagewalk.h"
#include "vm/rmap.h"

static void zap_pte(struct vm_area_struct *vma, pte_t *ptep)
{
	pte_t pte = *ptep;
	struct page *page;

	set_pte(ptep, (pte_t){0});
	if (!pte_present(pte))
		return;
	page = vm_normal_page(vma, pte);
	if (!page)
		return;
	if (!PageAnon(page)) {
		if (pte_dirty(pte))
			set_page_dirty(page);
		if (pte_young(pte) && !(vma->vm_flags & VM_SEQ_READ))
			mark_page_accessed(page);
	}
	page_remove_rmap(page);
	put_page_as(page, REF_MAPPING);
}

static int zap_entry(pte_t *ptep, unsigned long address, void *vma)
{
	(void)address;
	zap_pte(vma, ptep);
	return 0;
}

void zap_page_range(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	walk_page_range(vma->vm_mm, start, end, zap_entry, vma);
}

static bool maps_private_copy(struct vm_area_struct *vma, pte_t pte)
{
	struct page *page = pte_present(pte) ? vm_normal_page(vma, pte) : NULL;

	return page && PageAnon(page);
}

void unmap_mapping_page(struct address_space *mapping, pgoff_t index)
{
	struct vma *vma;

	list_for_each_entry (vma, &mapping->i_mmap, i_mmap_link) {
		struct vm_area_struct *vm = &vma->vm;
		pte_t *ptep;

		if (index < vm->vm_pgoff || index >= vm->vm_pgoff + vma_pages(vm))
			continue;
		ptep = mm_find_pte(vm->vm_mm,
				   vm->vm_start + ((index - vm->vm_pgoff) << PAGE_SHIFT));
		if (ptep && !pte_none(*ptep) && !maps_private_copy(vm, *ptep))
			zap_pte(vm, ptep);
	}
}
