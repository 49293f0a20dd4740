/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lookup that most pages are found by, one after the other: inline, where it is
 * called from. What it does not meet with every page is in follow.c.
 */
#ifndef SIM_GUP_FOLLOW_PTE_H
#define SIM_GUP_FOLLOW_PTE_H

#include "gup/follow.h"
#include "gup/gup.h"
#include "gup/seam.h"

#include <errno.h>

static SIM_HOT void touch_page(struct page *page, pte_t pte, unsigned int flags)
{
	if ((flags & FOLL_WRITE) && unlikely(!pte_dirty(pte)) && !PageDirty(page))
		set_page_dirty(page);
	mark_page_accessed(page);
}

static SIM_HOT struct page *follow_page_pte(struct vm_area_struct *vma, pte_t *ptep,
					    unsigned int flags,
					    struct follow_page_context *ctx)
{
	struct page *page;
	pte_t pte;
	int error;

	if (unlikely(flags & FOLL_PIN) && pte_get_and_pin(flags))
		return ERR_PTR(-EINVAL);
	pte = *ptep;
	if (unlikely(!pte_hw_present(pte))) {
		if (pte_none(pte))
			return no_page_table(vma, flags);
		if (!pte_present(pte))
			return follow_migration_entry(vma, pte, flags);
		if (!gup_can_follow_protnone(vma, flags))
			return NULL;
	}
	page = vm_normal_page(vma, pte);
	/* can_follow_write_pte(), of which most entries need only the first word. */
	if (unlikely((flags & FOLL_WRITE) && !pte_write(pte)) &&
	    !can_follow_write_readonly(vma, page, pte, flags))
		return NULL;
	if (unlikely(!page)) {
		page = follow_special_pte(vma, ptep, flags, ctx);
		if (!page || IS_ERR(page))
			return page;
	}
	if (unlikely(flags & FOLL_SPLIT) && PageCompound(page)) {
		error = split_followed_page(page);
		return error ? ERR_PTR(error) : follow_small_page(vma, ptep, flags, ctx);
	}
	/* try_grab_page() of most pages: a call for each would be felt. */
	if (likely(flags & FOLL_GET) && likely(!is_zone_device_page(page))) {
		if (unlikely(!try_get_page(page)))
			return ERR_PTR(decided(-ENOMEM, "no reference can be taken"));
	} else {
		if (!pte_write(pte) && gup_must_unshare(vma, flags, page))
			return ERR_PTR(
				decided_by(MUST_UNSHARE, -EMLINK,
					   "the page has to be the mapping's own first"));
		error = try_grab_page(page, flags);
		if (error)
			return ERR_PTR(error);
	}
	if (likely(flags & FOLL_TOUCH))
		touch_page(page, pte, flags);
	if (unlikely(flags & FOLL_MLOCK) && (vma->vm_flags & VM_LOCKED))
		mlock_followed(page);
	return page;
}

#endif
