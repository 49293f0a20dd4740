/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The doors from outside: each brackets one call for the ledger and the trace, and holds
 * the caller to what the kernel's callers keep without being asked.
 */
#include "gup/gup.h"
#include "gup/seam.h"

#include "vm/zap.h"

#include <errno.h>
#include <gupsim/machine.h>

struct door {
	struct base *base;
	struct mm_struct *mm;
	struct call *outer;
};

static int enter(struct door *door, const char *func, struct mm_struct *mm)
{
	int error;

	if (!current)
		return -ESRCH;
	if (!mm)
		return -EINVAL;
	door->base = mm_base(mm);
	door->mm = mm;
	if (current_base() != door->base)
		return base_error(door->base, -ESRCH, "%s: current is of another machine",
				  func);
	error = base_call_begin(door->base, func, &door->outer);
	if (!error)
		mmget(mm);
	return error;
}

static long leave(struct door *door, const char *func, long ret)
{
	if (!base_alive(door->base))
		ret = -EIO;
	base_decided(door->base, func, "returns", RULE_NONE, ret);
	mmput(door->mm);
	phys_end_of_call(mm_phys(door->mm));
	base_call_end(door->base, door->outer);
	return ret;
}

static void expect_locked(struct mm_struct *mm, const char *func)
{
	if (!rwsem_is_locked(&mm->mmap_sem))
		base_contract(mm_base(mm), func, "mmap_sem is not held");
}

static void expect_unlocked(struct mm_struct *mm, const char *func)
{
	if (rwsem_is_locked(&mm->mmap_sem))
		base_contract(mm_base(mm), func, "mmap_sem is held");
}

long gupsim_get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
				  unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas, int *locked)
{
	static const char func[] = "get_user_pages_remote";
	struct door door;
	long ret = enter(&door, func, mm);

	if (ret)
		return ret;
	expect_locked(mm, func);
	ret = get_user_pages_remote(tsk, mm, start, nr_pages, gup_flags, pages, vmas,
				    locked);
	return leave(&door, func, ret);
}

long gupsim_get_user_pages(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas)
{
	static const char func[] = "get_user_pages";
	struct door door;
	long ret = enter(&door, func, current ? current->mm : NULL);

	if (ret)
		return ret;
	expect_locked(current->mm, func);
	ret = get_user_pages(start, nr_pages, gup_flags, pages, vmas);
	return leave(&door, func, ret);
}

long gupsim_get_user_pages_locked(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  int *locked)
{
	static const char func[] = "get_user_pages_locked";
	struct door door;
	long ret = enter(&door, func, current ? current->mm : NULL);

	if (ret)
		return ret;
	expect_locked(current->mm, func);
	ret = get_user_pages_locked(start, nr_pages, gup_flags, pages, locked);
	return leave(&door, func, ret);
}

long gupsim_get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
				    struct page **pages, unsigned int gup_flags)
{
	static const char func[] = "get_user_pages_unlocked";
	struct door door;
	long ret = enter(&door, func, current ? current->mm : NULL);

	if (ret)
		return ret;
	expect_unlocked(current->mm, func);
	ret = get_user_pages_unlocked(start, nr_pages, pages, gup_flags);
	return leave(&door, func, ret);
}
