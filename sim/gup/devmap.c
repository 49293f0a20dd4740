/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages of a device that a pmd or pud maps: small ones, or all parts of one. */
#include "gup/follow.h"
#include "gup/gup.h"
#include "gup/seam.h"
#include "mm/pgtable.h"
#include "vm/huge_memory.h"

#include <errno.h>

/* Who asks for no page is a user of a pmd, but not always of a pud. */
static bool is_touched(unsigned int shift, unsigned int flags)
{
	if (!(flags & FOLL_TOUCH))
		return false;
	return shift != PUD_SHIFT || (flags & devmap_flags()) ||
	       rule_is(PUD_TOUCH, PUD_TOUCH_FIRST);
}

/* Of a pmd the first question is for FOLL_GET and FOLL_PIN, of a pud the second. */
static bool may_follow(const pte_t *leaf, unsigned int shift, unsigned int flags)
{
	bool may_access = !(flags & FOLL_WRITE) || pte_write(*leaf);

	if (shift == PUD_SHIFT)
		return may_access && !warns_of_get_and_pin("follow_devmap_pud", flags);
	return !warns_of_get_and_pin("follow_devmap_pmd", flags) && may_access;
}

/*
 * follow_devmap_pmd() and follow_devmap_pud(). A device that goes away is an error here,
 * and no reason to fault, as with a pte.
 */
struct page *follow_devmap(struct phys *phys, unsigned long address, pte_t *leaf,
			   unsigned int shift, unsigned int flags,
			   struct follow_page_context *ctx)
{
	unsigned long pfn = leaf_pfn(*leaf, shift, address);
	int error;

	if (!may_follow(leaf, shift, flags))
		return NULL;
	if (is_touched(shift, flags))
		touch_pmd(leaf, flags & FOLL_WRITE);
	if (!(flags & devmap_flags()))
		return ERR_PTR(decided(-EEXIST, "the entry counts, without a page"));
	ctx->pgmap = get_dev_pagemap(phys, pfn, ctx->pgmap);
	if (!ctx->pgmap)
		return ERR_PTR(decided(-EFAULT, "the device is going away"));
	error = try_grab_leaf_page(pfn_to_page(phys, pfn), flags);
	return error ? ERR_PTR(error) : pfn_to_page(phys, pfn);
}
