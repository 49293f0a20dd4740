/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages that a pmd maps: parts of a huge page. */
#include "gup/follow.h"
#include "gup/gup.h"
#include "gup/hugetlb.h"
#include "gup/seam.h"
#include "vm/devmap.h"
#include "vm/huge_memory.h"

#include <errno.h>

/*
 * Only a page that one pmd alone maps, and no ptes, of memory that is locked. Where those
 * who lock it are counted, it was as it was mapped, or by mlock() itself.
 */
static void mlock_huge(const struct vm_area_struct *vma, struct page *head)
{
	if (!rule_is(MLOCK_COUNT, MLOCK_COUNT_NONE))
		return;
	if (!(vma->vm_flags & VM_LOCKED) || compound_mapcount(head) != 1 ||
	    (head[1].flags & PAGE_DOUBLE_MAP) || !head->mapping || !trylock_page(head))
		return;
	lru_add_drain_all(page_phys(head));
	mlock_vma_page(head);
	unlock_page(head);
}

static bool can_follow_write_pmd(pte_t leaf, const struct page *page,
				 const struct vm_area_struct *vma, unsigned int flags)
{
	return pte_write(leaf) || can_follow_write_readonly(vma, page, leaf, flags);
}

static struct page *follow_trans_huge_pmd(struct vm_area_struct *vma,
					  unsigned long address, pte_t *leaf,
					  unsigned int flags)
{
	struct page *head = pfn_to_page(mm_phys(vma->vm_mm), pte_pfn(*leaf));
	struct page *normal = vm_normal_page_pmd(vma, *leaf);
	int error;

	if ((flags & FOLL_WRITE) && !can_follow_write_pmd(*leaf, normal, vma, flags))
		return NULL;
	if ((flags & FOLL_DUMP) && !normal)
		return ERR_PTR(decided(-EFAULT, "FOLL_DUMP of the huge zero page"));
	if (!pte_write(*leaf) && gup_must_unshare(vma, flags, head))
		return ERR_PTR(decided_by(MUST_UNSHARE, -EMLINK,
					  "the page has to be the mapping's own first"));
	error = try_grab_leaf_page(head, flags);
	if (error)
		return ERR_PTR(error);
	if (flags & FOLL_TOUCH)
		touch_pmd(leaf, flags & FOLL_WRITE);
	if (flags & FOLL_MLOCK)
		mlock_huge(vma, head);
	return head + ((address & ~PMD_MASK) >> PAGE_SHIFT);
}

/* A huge page whose count is bad is not split, where a pmd maps it; ptes do not ask. */
static int split_mapped_page(struct page *head)
{
	if (page_ref_count(head) > 0)
		return split_followed_page(head);
	warn_of_bad_count(head, false);
	return decided_in("follow_pmd_mask", -ENOMEM, "no reference can be taken");
}

int split_followed_page(struct page *page)
{
	struct page *head = compound_head(page);
	int error;

	get_page_as(head, REF_KERNEL);
	lock_page(head);
	error = split_huge_page(head);
	unlock_page(head);
	put_page_as(head, REF_KERNEL);
	return error ? decided(error, "FOLL_SPLIT: the huge page cannot be split") : 0;
}

/* To split the huge zero page of a file with a hole leaves nothing there. */
static int fill_cleared_pmd(struct vm_area_struct *vma, unsigned long address)
{
	if (rule_is(SPLIT_HOLE, SPLIT_HOLE_BUSY))
		return decided_by(SPLIT_HOLE, -EBUSY,
				  "the pmd of a hole is none once it is split");
	base_decision(current_base(), "follow_pmd_mask", RULE_SPLIT_HOLE,
		      "the pmd of a hole has a table once it is split");
	return pte_alloc_map(vma->vm_mm, address) ? 0 : -ENOMEM;
}

/* The huge zero page is no more than mapped by ptes. */
static struct page *follow_split_pmd(struct vm_area_struct *vma, unsigned long address,
				     pte_t *leaf, unsigned int flags,
				     struct follow_page_context *ctx)
{
	struct page *head = vm_normal_page_pmd(vma, *leaf);
	int error = 0;

	if ((flags & FOLL_SPLIT) && head)
		error = split_mapped_page(head);
	else
		split_huge_pmd(vma, leaf, address);
	if (!error && vma_is_special_huge(vma))
		error = fill_cleared_pmd(vma, address);
	if (error)
		return ERR_PTR(error);
	return follow_small_page(vma, mm_find_pte(vma->vm_mm, address), flags, ctx);
}

/* A pmd that gives no page is handed on to follow_page_pte(), which finds it bad. */
static struct page *follow_device_leaf(struct vm_area_struct *vma, unsigned long address,
				       pte_t *leaf, unsigned int shift,
				       unsigned int flags,
				       struct follow_page_context *ctx)
{
	struct page *page =
		follow_devmap(mm_phys(vma->vm_mm), address, leaf, shift, flags, ctx);
	int error;

	if (page)
		return page;
	error = shift == PMD_SHIFT ? pte_get_and_pin(flags) : 0;
	return error ? ERR_PTR(error) : no_page_table(vma, flags);
}

struct page *follow_pmd_mask(struct vm_area_struct *vma, unsigned long address,
			     unsigned int flags, struct follow_page_context *ctx)
{
	unsigned int shift;
	pte_t *leaf;

	if (is_vm_hugetlb_page(vma))
		return rule_is(HUGETLB_WALK, HUGETLB_WALK_OWN)
			       ? follow_huge_pmd_pte(vma, address, flags)
			       : follow_hugetlb_leaf(vma, address, flags);
	leaf = mm_find_leaf(vma->vm_mm, address, &shift);
	if (!leaf)
		return no_page_table(vma, flags);
	if (!pte_present(*leaf)) {
		struct page *moves = follow_migration_entry(vma, *leaf, flags);

		return moves ? moves : no_page_table(vma, flags);
	}
	if (pte_devmap(*leaf))
		return follow_device_leaf(vma, address, leaf, shift, flags, ctx);
	if (pte_protnone(*leaf) && !gup_can_follow_protnone(vma, flags))
		return no_page_table(vma, flags);
	if (flags & (FOLL_SPLIT | FOLL_SPLIT_PMD))
		return follow_split_pmd(vma, address, leaf, flags, ctx);
	return follow_trans_huge_pmd(vma, address, leaf, flags);
}

/* Where the parts are had at once, all that a pud maps is alike, a device's memory, too.
 */
static bool gives_parts(const pte_t *leaf, unsigned int shift, unsigned int flags)
{
	bool at_once = rule_is(GRAB_PARTS, GRAB_PARTS_AT_ONCE);

	if (shift == PUD_SHIFT && at_once)
		return true;
	if (pte_devmap(*leaf) || (flags & (FOLL_SPLIT | FOLL_SPLIT_PMD | FOLL_MLOCK)))
		return false;
	return at_once || pte_write(*leaf) || !(flags & (FOLL_WRITE | FOLL_PIN));
}

unsigned long pages_behind(struct vm_area_struct *vma, unsigned long address,
			   unsigned int flags)
{
	unsigned int shift;
	const pte_t *leaf = mm_find_leaf(vma->vm_mm, address, &shift);
	unsigned long end;

	if (!pte_hw_present(*leaf) || !gives_parts(leaf, shift, flags))
		return 0;
	/* No entry maps what is outside its VMA. */
	end = (address | ((1UL << shift) - 1)) + 1;
	return (end - (address & PAGE_MASK)) / PAGE_SIZE - 1;
}
