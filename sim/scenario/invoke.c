/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel functions, told of nothing but the arguments of a call. Invariant: what one
 * returns is its result; a page is the only entry of its pages[] instead, and the result
 * says whether there is one.
 */
#include "scenario/calls.h"

#include <errno.h>
#include <linux/err.h>
#include <linux/mm.h>

INVOKE(invoke_remote)
{
	return gupsim_get_user_pages_remote(a->tsk, a->mm, a->start, a->nr, a->flags,
					    a->pages, a->vmas, a->locked);
}

INVOKE(invoke_local)
{
	return gupsim_get_user_pages(a->start, a->nr, a->flags, a->pages, a->vmas);
}

INVOKE(invoke_locked)
{
	return gupsim_get_user_pages_locked(a->start, a->nr, a->flags, a->pages,
					    a->locked);
}

INVOKE(invoke_unlocked)
{
	return gupsim_get_user_pages_unlocked(a->start, a->nr, a->pages, a->flags);
}

INVOKE(invoke_pin_remote)
{
	return gupsim_pin_user_pages_remote(a->tsk, a->mm, a->start, a->nr, a->flags,
					    a->pages, a->vmas, a->locked);
}

INVOKE(invoke_pin)
{
	return gupsim_pin_user_pages(a->start, a->nr, a->flags, a->pages, a->vmas);
}

INVOKE(invoke_pin_locked)
{
	return gupsim_pin_user_pages_locked(a->start, a->nr, a->flags, a->pages,
					    a->locked);
}

INVOKE(invoke_pin_unlocked)
{
	return gupsim_pin_user_pages_unlocked(a->start, a->nr, a->pages, a->flags);
}

/* nr_pages is an int: what does not fit is cut off, as a compiler does. */

INVOKE(invoke_fast)
{
	return gupsim_get_user_pages_fast(a->start, (int)a->nr, a->flags, a->pages);
}

INVOKE(invoke_pre_fast)
{
	return gupsim___get_user_pages_fast(a->start, (int)a->nr, a->flags & FOLL_WRITE,
					    a->pages);
}

INVOKE(invoke_fast_only)
{
	return gupsim_get_user_pages_fast_only(a->start, (int)a->nr, a->flags, a->pages);
}

INVOKE(invoke_pin_fast)
{
	return gupsim_pin_user_pages_fast(a->start, (int)a->nr, a->flags, a->pages);
}

INVOKE(invoke_pin_fast_only)
{
	return gupsim_pin_user_pages_fast_only(a->start, (int)a->nr, a->flags, a->pages);
}

/* The other doors. */

INVOKE(invoke_fixup)
{
	bool unlocked = false;
	int ret = gupsim_fixup_user_fault(a->tsk, a->mm, a->start, a->flags,
					  a->unlocked ? &unlocked : NULL);

	if (a->unlocked)
		*a->unlocked = unlocked;
	return ret;
}

static long one_page(const struct arguments *a, struct page *page)
{
	if (IS_ERR(page))
		return PTR_ERR(page);
	if (page)
		a->pages[0] = page;
	return page != NULL;
}

INVOKE(invoke_dump)
{
	return one_page(a, gupsim_get_dump_page(a->start));
}

/* Callers look for the VMA first; NULL: there is none, and the call is not made. */
static struct vm_area_struct *vma_of(const struct arguments *a)
{
	struct vm_area_struct *vma = find_vma(a->mm, a->start);

	return vma && vma->vm_start <= a->start ? vma : NULL;
}

INVOKE(invoke_follow)
{
	struct vm_area_struct *vma = vma_of(a);

	return vma ? one_page(a, gupsim_follow_page(vma, a->start, a->flags)) : -EFAULT;
}

INVOKE(invoke_populate_vma)
{
	struct vm_area_struct *vma = vma_of(a);
	unsigned long start = a->start & PAGE_MASK, nr;

	if (!vma)
		return -EFAULT;
	nr = (vma->vm_end - start) / PAGE_SIZE;
	if (nr > a->nr)
		nr = a->nr;
	return gupsim_populate_vma_page_range(vma, start, start + nr * PAGE_SIZE,
					      a->locked);
}

INVOKE(invoke_populate)
{
	return gupsim_mm_populate(a->start & PAGE_MASK, a->nr * PAGE_SIZE,
				  story_says(a->made, "ignore_errors", "1"));
}
