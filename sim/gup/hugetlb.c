/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Huge pages: what is found in their entries. Each of the pages of 4 KiB that a call gets
 * is a reference to the head, or a pin of it.
 */
#include "gup/hugetlb.h"

#include "fault/fault.h"
#include "fault/hugetlb.h"
#include "gup/follow.h"
#include "gup/gup.h"
#include "gup/faultin.h"
#include "gup/seam.h"
#include "vm/huge_memory.h"

#include <errno.h>

static bool hugetlbfs_pagecache_present(const struct vm_area_struct *vma,
					unsigned long address)
{
	address &= huge_page_mask(hstate_vma(vma));
	return find_cached_page(vma->vm_file->f_mapping, linear_page_index(vma, address));
}

/* A hole that a dump leaves alone. */
static bool is_dumped_as_hole(const struct vm_area_struct *vma, unsigned long address,
			      unsigned int flags)
{
	return (flags & FOLL_DUMP) && !hugetlbfs_pagecache_present(vma, address);
}

static struct page *subpage_at(const struct vm_area_struct *vma, pte_t entry,
			       unsigned long address)
{
	unsigned long within = address & ~huge_page_mask(hstate_vma(vma));

	return pfn_to_page(mm_phys(vma->vm_mm), pte_pfn(entry) + (within >> PAGE_SHIFT));
}

/* Has the entry to change before its page can be had? For what: @fault_flags. */
static bool must_fault(const struct vm_area_struct *vma, pte_t entry, unsigned int flags,
		       unsigned int *fault_flags)
{
	*fault_flags &= ~FAULT_FLAG_UNSHARE;
	if (!pte_present(entry))
		return true;
	if (pte_write(entry))
		return false;
	if (flags & FOLL_WRITE)
		return true;
	if (!gup_must_unshare(vma, flags, subpage_at(vma, entry, vma->vm_start)))
		return false;
	*fault_flags |= FAULT_FLAG_UNSHARE;
	return true;
}

/* The faults are nobody's: they are not counted. */
static int hugetlb_faultin(struct vm_area_struct *vma, unsigned long address,
			   unsigned int flags, unsigned int fault_flags)
{
	vm_fault_t ret = hugetlb_fault(vma, address, fault_flags & ~FAULT_FLAG_REMOTE);

	base_decision_at(current_base(), "follow_hugetlb_page", address,
			 ret & VM_FAULT_ERROR ? "the fault fails"
					      : "a fault brought the huge page");
	return vm_fault_to_errno(ret, (int)flags);
}

/* Before pins count, a reference to each is taken whatever was asked for. */
static unsigned int grab_flags(unsigned int flags)
{
	return rule_is(TRY_GRAB_PIN, PIN_TAKES_NOTHING) ? flags | FOLL_GET : flags;
}

/* A long-term pin of a huge page that would have to move: it is too late for that here.
 */
static bool may_stay(const struct page *page, unsigned int flags)
{
	const unsigned int lasting = FOLL_PIN | FOLL_LONGTERM;

	return (flags & lasting) != lasting || is_pinnable_page(compound_head(page)) ||
	       !rule_is(HUGETLB_UNPINNABLE, HUGETLB_UNPINNABLE_REFUSED) ||
	       !refused_by(HUGETLB_UNPINNABLE, "the huge page would have to move");
}

static int not_grabbed(void)
{
	base_warn(current_base(), "follow_hugetlb_page",
		  "a huge page that cannot be held");
	return decided_in("follow_hugetlb_page", -ENOMEM, "it is not held");
}

/* What the count has room for is kept. */
static long grab_each(struct page *page, unsigned long nr, unsigned int flags,
		      struct page **pages)
{
	for (unsigned long i = 0; i < nr; i++) {
		note_pages(pages + i, page + i, 1);
		if (try_grab_page(page + i, flags))
			return i ? (long)i : not_grabbed();
		if (i + 1 < nr && try_grab_rest(page + i, nr - 1 - i, flags)) {
			note_pages(pages + i, page + i, nr - i);
			break;
		}
	}
	return (long)nr;
}

/* All or none. */
static long grab_at_once(struct page *page, unsigned long nr, unsigned int flags,
			 struct page **pages)
{
	note_pages(pages, page, nr);
	if (!may_stay(page, flags) || !try_grab_parts(page, (int)nr, flags))
		return not_grabbed();
	return (long)nr;
}

static long grab_subpages(struct page *page, unsigned long nr, unsigned int flags,
			  struct page **pages)
{
	flags = grab_flags(flags);
	switch (base_rule(current_base(), RULE_HUGETLB_GRAB)) {
	case HUGETLB_GRAB_IF_ANY:
		if (page_count(page) <= 0)
			return decided_by(HUGETLB_GRAB, -ENOMEM,
					  "a page reference count of 0 or below");
		return grab_at_once(page, nr, flags, pages);
	case HUGETLB_GRAB_EACH:
		return may_stay(page, flags) ? grab_each(page, nr, flags, pages)
					     : not_grabbed();
	default:
		return grab_at_once(page, nr, flags, pages);
	}
}

/* As many pages as are asked for of the huge page at @address. */
static unsigned long pages_left(const struct vm_area_struct *vma, unsigned long address,
				unsigned long nr)
{
	unsigned long size = huge_page_size(hstate_vma(vma));
	unsigned long end = (address & ~(size - 1)) + size;
	unsigned long here = (end - (address & PAGE_MASK)) >> PAGE_SHIFT;

	return here < nr ? here : nr;
}

static long take_subpages(struct vm_area_struct *vma, unsigned long address, pte_t entry,
			  unsigned long nr, unsigned int flags, struct page **pages,
			  struct vm_area_struct **vmas)
{
	bool recorded = rule_is(HUGETLB_GRAB, HUGETLB_GRAB_AT_ONCE);
	long taken = (long)pages_left(vma, address, nr);

	/* record_subpages_vmas() comes before the page is held. */
	if (recorded)
		note_vmas(vmas, vma, taken);
	if (pages)
		taken = grab_subpages(subpage_at(vma, entry, address), taken, flags,
				      pages);
	if (taken > 0 && !recorded)
		note_vmas(vmas, vma, taken);
	return taken;
}

/* The pages of one huge page. 0: look again. */
static long follow_one(struct vm_area_struct *vma, unsigned long address,
		       unsigned long nr, unsigned int flags, unsigned int fault_flags,
		       struct page **pages, struct vm_area_struct **vmas)
{
	pte_t *ptep = huge_pte_offset(vma, address);
	pte_t entry = ptep ? *ptep : (pte_t){0};

	if (pte_none(entry) && is_dumped_as_hole(vma, address, flags))
		return decided_in("follow_hugetlb_page", -EFAULT,
				  "FOLL_DUMP: nothing is there to dump");
	if (must_fault(vma, entry, flags, &fault_flags))
		return hugetlb_faultin(vma, address, flags, fault_flags);
	return take_subpages(vma, address, entry, nr, flags, pages, vmas);
}

long follow_hugetlb_page(struct vm_area_struct *vma, unsigned long start,
			 unsigned long nr, unsigned int flags, unsigned int fault_flags,
			 struct page **pages, struct vm_area_struct **vmas)
{
	unsigned long left = (vma->vm_end - (start & PAGE_MASK)) >> PAGE_SHIFT;
	unsigned long i = 0;
	long done = 0;
	int lookups = 0;

	nr = nr < left ? nr : left;
	while (i < nr) {
		if (fatal_signal_pending(current)) {
			done = decided(-EFAULT, "a SIGKILL is pending");
			break;
		}
		done = follow_one(vma, start + (i << PAGE_SHIFT), nr - i, flags,
				  fault_flags, pages ? pages + i : NULL,
				  vmas ? vmas + i : NULL);
		lookups = done ? 0 : lookups + 1;
		if (lookups == MAX_LOOKUPS)
			done = gup_spins(start + (i << PAGE_SHIFT));
		if (done < 0)
			break;
		i += done;
	}
	return i ? (long)i : done;
}

static bool finds_no_giga(const struct vm_area_struct *vma, unsigned int flags)
{
	if (huge_page_size(hstate_vma(vma)) != PUD_SIZE ||
	    !(flags & (FOLL_GET | FOLL_PIN)) ||
	    !rule_is(FOLLOW_HUGE_PUD, HUGE_PUD_NOT_HELD))
		return false;
	base_decision(current_base(), "follow_huge_pud", RULE_FOLLOW_HUGE_PUD,
		      "nobody can hold a page of 1G in this way");
	return true;
}

struct page *follow_huge_pmd_pte(struct vm_area_struct *vma, unsigned long address,
				 unsigned int flags)
{
	static const char func[] = "follow_huge_pmd_pte";
	pte_t *ptep = huge_pte_offset(vma, address);
	pte_t entry = ptep ? *ptep : (pte_t){0};
	struct page *page;
	int error;

	if (pte_none(entry) || finds_no_giga(vma, flags))
		return NULL;
	if (warns_of_get_and_pin(func, flags))
		return NULL;
	if (!pte_present(entry)) {
		migration_entry_wait(vma->vm_mm, entry);
		return ERR_PTR(-EIO);
	}
	page = subpage_at(vma, entry, address);
	error = try_grab_page(page, flags);
	base_warn_on(current_base(), error, func, "the huge page cannot be held");
	return error ? NULL : page;
}

struct page *follow_hugetlb_leaf(struct vm_area_struct *vma, unsigned long address,
				 unsigned int flags)
{
	pte_t *ptep = huge_pte_offset(vma, address);
	pte_t entry = ptep ? *ptep : (pte_t){0};
	struct page *page;
	int error;

	if (!pte_present(entry))
		return is_dumped_as_hole(vma, address, flags)
			       ? ERR_PTR(decided(-EFAULT,
						 "FOLL_DUMP: nothing is there to dump"))
			       : NULL;
	if (((flags & FOLL_WRITE) && !pte_write(entry)) ||
	    (pte_protnone(entry) && !gup_can_follow_protnone(vma, flags)))
		return NULL;
	page = subpage_at(vma, entry, address);
	if (!pte_write(entry) && gup_must_unshare(vma, flags, page))
		return ERR_PTR(decided_by(MUST_UNSHARE, -EMLINK,
					  "the huge page has to be the mapping's own"));
	error = try_grab_page(page, flags);
	if (error)
		return ERR_PTR(error);
	/* follow_huge_pmd() serves THP, too; follow_huge_pud() touches devices alone. */
	if ((flags & FOLL_TOUCH) && huge_page_size(hstate_vma(vma)) == PMD_SIZE)
		touch_pmd(ptep, flags & FOLL_WRITE);
	return page;
}
