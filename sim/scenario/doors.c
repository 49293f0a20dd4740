/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls to the other doors into mm/gup.c. A page that one returns is the only entry of
 * its pages[]; the result says whether there is one.
 */
#include "scenario/calls.h"

#include <errno.h>
#include <linux/err.h>
#include <linux/mm.h>

static long invoke_fixup(const struct arguments *a)
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

static long invoke_dump(const struct arguments *a)
{
	return one_page(a, gupsim_get_dump_page(a->start));
}

/* Callers look for the VMA first; NULL: there is none, and the call is not made. */
static struct vm_area_struct *vma_of(const struct arguments *a)
{
	struct vm_area_struct *vma = find_vma(a->mm, a->start);

	return vma && vma->vm_start <= a->start ? vma : NULL;
}

static long invoke_follow(const struct arguments *a)
{
	struct vm_area_struct *vma = vma_of(a);

	return vma ? one_page(a, gupsim_follow_page(vma, a->start, a->flags)) : -EFAULT;
}

static long invoke_populate_vma(const struct arguments *a)
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

static long invoke_populate(const struct arguments *a)
{
	return gupsim_mm_populate(a->start & PAGE_MASK, a->nr * PAGE_SIZE,
				  story_says(a->made, "ignore_errors", "1"));
}

HANDLER(handle_fixup_user_fault)
{
	call_function(run, s, result, invoke_fixup);
}

HANDLER(handle_get_dump_page)
{
	call_function(run, s, result, invoke_dump);
}

HANDLER(handle_follow_page)
{
	call_function(run, s, result, invoke_follow);
}

HANDLER(handle_populate_vma_page_range)
{
	call_function(run, s, result, invoke_populate_vma);
}

HANDLER(handle_mm_populate)
{
	call_function(run, s, result, invoke_populate);
}
