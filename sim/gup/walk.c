/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop over the pages of a call. For each one: the VMA (check_vma_flags), the page
 * that is mapped (follow_page_pte), and if there is none yet, a fault (bring_page).
 */
#include "gup/faultin.h"
#include "gup/follow_pte.h"
#include "gup/hugetlb.h"
#include "mm/gate.h"

#include <errno.h>

/* Who pays for the faults of a call. */
static struct task_struct *charged_for(struct task_struct *tsk)
{
	if (likely(rule_is(FAULT_COUNT, FAULT_COUNT_TSK)))
		return tsk;
	if (tsk != current)
		base_decision(current_base(), "handle_mm_fault", RULE_FAULT_COUNT,
			      "faults are charged to current");
	return current;
}

/* madvise() has errnos of its own, and no stack grows for it. */
SIM_COLD static struct vm_area_struct *
find_vma_to_populate(struct mm_struct *mm, unsigned long address, unsigned int gup_flags)
{
	struct vm_area_struct *vma = vma_lookup(mm, address);

	if (!vma)
		return ERR_PTR(decided(-ENOMEM, "no VMA to populate"));
	return check_vma_flags(vma, gup_flags) ? ERR_PTR(-EINVAL) : vma;
}

/* ERR_PTR: there is no VMA, or none to pin from. */
static struct vm_area_struct *
find_checked_vma(struct mm_struct *mm, unsigned long address, unsigned int gup_flags)
{
	struct vm_area_struct *vma;
	int error;

	if (unlikely(gup_flags & FOLL_MADV_POPULATE))
		return find_vma_to_populate(mm, address, gup_flags);
	vma = find_extend_vma(mm, address);
	if (!vma) {
		base_decision_at(current_base(), "__get_user_pages", address, "no VMA");
		return ERR_PTR(-EFAULT);
	}
	error = check_vma_flags(vma, gup_flags);
	return error ? ERR_PTR(error) : vma;
}

/* Of the gate area there is a page all the same. @why: there is no VMA to pin from. */
SIM_COLD static long without_vma(struct mm_struct *mm, unsigned long address,
				 unsigned int gup_flags, long why, struct page **page,
				 struct vm_area_struct **vma)
{
	struct vm_area_struct *gate;

	if ((gup_flags & FOLL_MADV_POPULATE) || !in_gate_area(mm, address))
		return why;
	why = get_gate_page(mm, gup_flags, &gate, page);
	if (!why && vma)
		*vma = gate;
	return why;
}

/*
 * With COW broken "either way" a writer could leave the reader with the wrong page: one
 * release has every reader who holds the page break it, as if he were to write.
 */
__attribute__((noinline)) static unsigned int
should_force_cow_break(const struct vm_area_struct *vma, unsigned int gup_flags)
{
	if (likely(rule_is(COW_READS, COW_READS_SHARE)) ||
	    !is_cow_mapping(vma->vm_flags) || (gup_flags & FOLL_WRITE) ||
	    !(gup_flags & (FOLL_GET | FOLL_PIN)))
		return 0;
	base_decision(current_base(), "should_force_cow_break", RULE_COW_READS,
		      "a COW mapping: the read breaks COW like a write");
	return FOLL_WRITE;
}

/*
 * Where there is no table of ptes. Of a huge page all that is asked for is had at once:
 * the page that is returned is walk->passed behind the one at @address.
 */
__attribute__((noinline)) static struct page *
follow_upper_level(struct walk *walk, unsigned long address, unsigned long nr,
		   struct page **pages, struct vm_area_struct **vmas)
{
	struct vm_area_struct *vma = walk->vma;
	unsigned int flags = walk->foll_flags;
	unsigned long behind;
	struct page *page;

	walk->passed = 0;
	if (fatal_signal_pending(current))
		return ERR_PTR(gup_killed());
	page = follow_pmd_mask(vma, address, flags, &walk->ctx);
	if (IS_ERR_OR_NULL(page) || nr == 1)
		return page;
	behind = pages_behind(vma, address, flags);
	if (behind > nr - 1)
		behind = nr - 1;
	if (!behind)
		return page;
	if (pages && rule_is(GRAB_PARTS, GRAB_PARTS_AT_ONCE)) {
		if (try_grab_folio(page, (int)behind, flags)) {
			put_grabbed_pages(&page, 1, flags);
			return ERR_PTR(decided_by(GRAB_PARTS, -EFAULT,
						  "the first part is had, the rest not"));
		}
	} else if (!try_grab_rest(page, behind, flags)) {
		return page;
	}
	note_pages(pages, page, behind);
	note_vmas(vmas, vma, behind);
	walk->passed = behind;
	return page + behind;
}

__attribute__((noinline)) static unsigned int fault_flags_of(unsigned int foll_flags,
							     const int *nonblocking)
{
	unsigned int fault_flags = 0;

	if (foll_flags & FOLL_WRITE)
		fault_flags |= FAULT_FLAG_WRITE;
	if (foll_flags & FOLL_REMOTE)
		fault_flags |= FAULT_FLAG_REMOTE;
	if (nonblocking)
		fault_flags |= FAULT_FLAG_ALLOW_RETRY;
	if (nonblocking && rule_is(KILLABLE, KILLABLE_EINTR))
		fault_flags |= FAULT_FLAG_KILLABLE;
	if (nonblocking && (foll_flags & FOLL_INTERRUPTIBLE) &&
	    rule_is(GUP_SIGNAL, GUP_SIGNAL_EINTR))
		fault_flags |= FAULT_FLAG_INTERRUPTIBLE;
	if (foll_flags & FOLL_NOWAIT)
		fault_flags |= FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT;
	if (foll_flags & FOLL_TRIED)
		fault_flags |= FAULT_FLAG_TRIED;
	return fault_flags;
}

static unsigned int retry_forced(const struct vm_area_struct *vma,
				 unsigned int fault_flags)
{
	const struct base *base = mm_base(vma->vm_mm);

	return base_rare(base, GUPSIM_RARE_RETRY) && fault_may_retry(base, fault_flags)
		       ? FOLL_RETRY_FORCED
		       : 0;
}

/* The huge pages of a pool's VMA, by a loop of their own. How many, or an errno. */
SIM_COLD static long get_huge_pages(struct vm_area_struct *vma, unsigned long start,
				    unsigned long nr, unsigned int gup_flags,
				    struct page **pages, struct vm_area_struct **vmas,
				    const int *nonblocking)
{
	unsigned int foll_flags = gup_flags | should_force_cow_break(vma, gup_flags);

	return follow_hugetlb_page(vma, start, nr, foll_flags,
				   fault_flags_of(foll_flags, nonblocking), pages, vmas);
}

/* Why an entry without a page does not count: 0 if it does. */
SIM_COLD static int count_without_page(const struct mm_struct *mm, int why,
				       unsigned int gup_flags, struct page **pages)
{
	if (why != -EEXIST && why != -ENOENT)
		return why;
	if (why == -EEXIST && pages && rule_is(PFN_PTE, PFN_EEXIST))
		return why;
	if (pages && (gup_flags & FOLL_LONGTERM) && longterm_looks_at_pages(mm_base(mm)))
		return longterm_uses_unset_entry();
	return 0;
}

/* A VMA that is pinned from now on. */
static void enter_vma(struct walk *walk, struct vm_area_struct *vma,
		      unsigned int gup_flags)
{
	walk->vma = vma;
	walk->foll_flags =
		(gup_flags & ~FOLL_RETRY_FORCED) | should_force_cow_break(vma, gup_flags);
	walk->fault_flags = fault_flags_of(walk->foll_flags, walk->nonblocking);
	walk->foll_flags |= retry_forced(vma, walk->fault_flags);
}

long __get_user_pages(struct task_struct *tsk, struct mm_struct *mm, unsigned long start,
		      unsigned long nr_pages, unsigned int gup_flags, struct page **pages,
		      struct vm_area_struct **vmas, int *nonblocking)
{
	struct walk walk = {
		.base = mm_base(mm),
		.tsk = charged_for(tsk),
		.nonblocking = nonblocking,
	};
	struct task_struct *task = current;
	struct vm_area_struct *vma = NULL;
	unsigned long vma_end = 0; /* of none */
	unsigned long i;
	long ret = 0;

	/* Up to v6.0: whoever is not forced takes the faults that NUMA hints ask for. */
	if (!(gup_flags & FOLL_FORCE))
		gup_flags |= FOLL_NUMA;
	for (i = 0; i < nr_pages; i++, start += PAGE_SIZE) {
		struct page *page;
		pte_t *ptep;

		if (unlikely(start >= vma_end)) {
			vma = find_checked_vma(mm, start, gup_flags);
			if (IS_ERR(vma)) {
				ret = without_vma(mm, start, gup_flags, PTR_ERR(vma),
						  pages ? pages + i : NULL,
						  vmas ? vmas + i : NULL);
				if (ret)
					break;
				vma_end = 0;
				continue;
			}
			if (unlikely(is_vm_hugetlb_page(vma)) &&
			    rule_is(HUGETLB_WALK, HUGETLB_WALK_OWN)) {
				ret = get_huge_pages(vma, start, nr_pages - i, gup_flags,
						     pages ? pages + i : NULL,
						     vmas ? vmas + i : NULL, nonblocking);
				if (ret <= 0)
					break;
				i += ret - 1;
				start += (ret - 1) << PAGE_SHIFT;
				ret = 0;
				/* Fewer than there are: what came is all. */
				if (start + PAGE_SIZE < vma->vm_end) {
					i++;
					break;
				}
				continue;
			}
			enter_vma(&walk, vma, gup_flags);
			vma_end = vma->vm_end;
		}

retry:
		ptep = mm_find_pte(mm, start);
		if (unlikely(!ptep)) {
			page = follow_upper_level(&walk, start, nr_pages - i,
						  pages ? pages + i : NULL,
						  vmas ? vmas + i : NULL);
			i += walk.passed;
			start += walk.passed << PAGE_SHIFT;
		} else if (unlikely(fatal_signal_pending(task))) {
			page = ERR_PTR(gup_killed());
		} else {
			page = follow_page_pte(vma, ptep, walk.foll_flags, &walk.ctx);
		}
		if (unlikely(IS_ERR_OR_NULL(page))) {
			if (is_missing(page))
				page = bring_page(&walk, start, page);
			if (!page)
				goto retry;
			if (IS_ERR(page)) {
				ret = count_without_page(mm, PTR_ERR(page), gup_flags,
							 pages);
				if (ret)
					break;
				note_vmas(vmas ? vmas + i : NULL, vma, 1);
				continue;
			}
		}
		if (likely(pages))
			pages[i] = page;
		if (unlikely(vmas))
			vmas[i] = vma;
	}
	put_dev_pagemap(walk.ctx.pgmap);
	if (i && i < nr_pages)
		return base_decided_at(current_base(), __func__,
				       "the pages before this one count", start, i);
	if (i)
		return i;
	return ret == -EAGAIN ? 0 : ret;
}
