/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walking to a page: follow_page_mask() finds the page table, follow_page_pte() decides
 * whether what the pte maps may be had, and takes the reference.
 */
#include "gup/seam.h"

#include <errno.h>

/* A dump skips what only a fault could bring, unless a file has it. */
static struct page *no_page_table(struct vm_area_struct *vma, unsigned int flags)
{
	if ((flags & FOLL_DUMP) && (!vma->vm_ops || !vma->vm_ops->fault))
		return ERR_PTR(-EFAULT);
	return NULL;
}

/* A forced write may go through a read-only pte once COW has been broken for it. */
static bool can_follow_write_pte(pte_t pte, unsigned int flags)
{
	return pte_write(pte) ||
	       ((flags & FOLL_FORCE) && (flags & FOLL_COW) && pte_dirty(pte));
}

static struct page *follow_pfn_pte(pte_t *ptep, unsigned int flags)
{
	if (flags & FOLL_GET)
		return ERR_PTR(base_decided(current_base(), __func__,
					    "a frame without a struct page to hold",
					    RULE_NONE, -EFAULT));
	if (flags & FOLL_TOUCH) {
		pte_t entry = pte_mkyoung(*ptep);

		set_pte(ptep, flags & FOLL_WRITE ? pte_mkdirty(entry) : entry);
	}
	return ERR_PTR(-EEXIST);
}

/* What a special pte stands for: a device's page, the zero page, or no page at all. */
static struct page *follow_special_pte(struct vm_area_struct *vma, pte_t *ptep,
				       unsigned int flags,
				       struct follow_page_context *ctx)
{
	struct phys *phys = mm_phys(vma->vm_mm);
	unsigned long pfn = pte_pfn(*ptep);

	if (pte_devmap(*ptep) && (flags & FOLL_GET)) {
		ctx->pgmap = get_dev_pagemap(phys, pfn, ctx->pgmap);
		return ctx->pgmap ? pfn_to_page(phys, pfn) : NULL;
	}
	if (flags & FOLL_DUMP)
		return ERR_PTR(-EFAULT);
	if (is_zero_pfn(pfn))
		return zero_page(phys);
	return follow_pfn_pte(ptep, flags);
}

static void touch_page(struct page *page, pte_t pte, unsigned int flags)
{
	if ((flags & FOLL_WRITE) && !pte_dirty(pte) && !PageDirty(page))
		set_page_dirty(page);
	mark_page_accessed(page);
}

static bool get_and_pin_refused(unsigned int flags)
{
	return (flags & (FOLL_GET | FOLL_PIN)) == (FOLL_GET | FOLL_PIN) &&
	       base_rule(current_base(), RULE_PTE_GET_AND_PIN) == GET_AND_PIN_REFUSED;
}

static struct page *follow_page_pte(struct vm_area_struct *vma, unsigned long address,
				    pmd_t *pmd, unsigned int flags,
				    struct follow_page_context *ctx)
{
	struct page *page = NULL;
	pte_t *ptep, pte;

	if (WARN_ON_ONCE(get_and_pin_refused(flags)))
		return ERR_PTR(base_decided(current_base(), __func__,
					    "FOLL_GET and FOLL_PIN", RULE_PTE_GET_AND_PIN,
					    -EINVAL));
	ptep = pte_offset_map_lock(vma->vm_mm, pmd, address);
	pte = *ptep;
	if (!pte_present(pte)) {
		page = pte_none(pte) ? no_page_table(vma, flags) : NULL;
		goto out;
	}
	if ((flags & FOLL_NUMA) && pte_protnone(pte))
		goto out;
	if ((flags & FOLL_WRITE) && !can_follow_write_pte(pte, flags))
		goto out;

	page = vm_normal_page(vma, pte);
	if (unlikely(!page)) {
		page = follow_special_pte(vma, ptep, flags, ctx);
		if (!page || IS_ERR(page))
			goto out;
	}
	if ((flags & FOLL_GET) && unlikely(!try_get_page(page))) {
		page = ERR_PTR(-ENOMEM);
		goto out;
	}
	if (flags & FOLL_TOUCH)
		touch_page(page, pte, flags);
out:
	ptl_unlock(vma->vm_mm);
	return page;
}

struct page *follow_page_mask(struct vm_area_struct *vma, unsigned long address,
			      unsigned int flags, struct follow_page_context *ctx)
{
	if (!ctx->pmd || (address & PMD_MASK) != ctx->pmd_address) {
		pmd_t *pmd = mm_find_pmd(vma->vm_mm, address);

		if (!pmd || pmd_none(*pmd))
			return no_page_table(vma, flags);
		ctx->pmd = pmd;
		ctx->pmd_address = address & PMD_MASK;
	}
	return follow_page_pte(vma, address, ctx->pmd, flags, ctx);
}
