/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * get_user_pages and its relatives: what each function refuses, and the retry protocol of
 * `locked` around the loop over the pages.
 */
#include "gup/gup.h"

#include "gup/seam.h"

#include <errno.h>

unsigned int add_foll_get(unsigned int flags, struct page **pages)
{
	if (!pages)
		return flags;
	if ((flags & FOLL_PIN) && rule_is(LOCKED_FOLL_GET, FOLL_GET_UNLESS_PIN)) {
		base_decision(current_base(), "__get_user_pages_locked",
			      RULE_LOCKED_FOLL_GET, "FOLL_PIN: no FOLL_GET");
		return flags;
	}
	return flags | FOLL_GET;
}

/*
 * With @locked the lock may go while a fault waits. The page that it waited for is then
 * asked for once more by itself, under the lock and without another chance to drop it;
 * after that the rest goes on as before. *@locked tells whether the lock is still held.
 */
long __get_user_pages_locked(struct task_struct *tsk, struct mm_struct *mm,
			     unsigned long start, unsigned long nr_pages,
			     struct page **pages, struct vm_area_struct **vmas,
			     int *locked, unsigned int flags)
{
	bool lock_dropped = false;
	long pages_done = 0;
	long ret;

	if (locked && (BUG_ON(vmas) || BUG_ON(*locked != 1)))
		return -EIO;
	flags = add_foll_get(flags, pages);
	for (;;) {
		ret = __get_user_pages(tsk, mm, start, nr_pages, flags, pages, vmas,
				       locked);
		if (!locked)
			return ret;
		if (!*locked &&
		    (BUG_ON(ret < 0) || BUG_ON((unsigned long)ret >= nr_pages)))
			return -EIO;
		if (ret > 0) {
			nr_pages -= ret;
			pages_done += ret;
			if (!nr_pages)
				break;
		}
		if (*locked) {
			if (!pages_done)
				pages_done = ret;
			break;
		}

		if (pages)
			pages += ret;
		start += ret << PAGE_SHIFT;
		*locked = 1;
		lock_dropped = true;
		down_read(&mm->mmap_sem);
		base_point(current_base(), GUPSIM_POINT_LOCK_RETAKEN);
		base_decision_at(current_base(), __func__, start,
				 "mmap_sem is taken again for one page");
		ret = __get_user_pages(tsk, mm, start, 1, flags | FOLL_TRIED, pages, NULL,
				       NULL);
		if (ret != 1) {
			if (!pages_done)
				pages_done = ret;
			break;
		}
		nr_pages--;
		pages_done++;
		if (!nr_pages)
			break;
		if (pages)
			pages++;
		start += PAGE_SIZE;
	}
	if (lock_dropped && *locked) {
		up_read(&mm->mmap_sem);
		*locked = 0;
	}
	return pages_done;
}

long get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked)
{
	if (rule_is(REMOTE_FOLL_PIN, FOLL_PIN_REFUSED) &&
	    WARN_ON_ONCE(gup_flags & FOLL_PIN))
		return decided_by(REMOTE_FOLL_PIN, -EINVAL,
				  "FOLL_PIN is not for callers");
	if (gup_flags & FOLL_LONGTERM) {
		if (rule_is(REMOTE_LONGTERM, LONGTERM_REFUSED) &&
		    WARN_ON_ONCE(gup_flags & FOLL_LONGTERM))
			return decided_by(REMOTE_LONGTERM, -EINVAL, "FOLL_LONGTERM");
		/* The DAX check needs the vmas, which a dropped lock makes worthless. */
		if (WARN_ON_ONCE(locked))
			return decided_by(REMOTE_LONGTERM, -EINVAL,
					  "FOLL_LONGTERM with locked");
		base_decision(current_base(), __func__, RULE_REMOTE_LONGTERM,
			      "FOLL_LONGTERM without locked");
		return __gup_longterm_locked(tsk, mm, start, nr_pages, pages, vmas,
					     gup_flags | FOLL_TOUCH | FOLL_REMOTE);
	}
	return __get_user_pages_locked(tsk, mm, start, nr_pages, pages, vmas, locked,
				       gup_flags | FOLL_TOUCH | FOLL_REMOTE);
}

long get_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages, struct vm_area_struct **vmas)
{
	if (rule_is(GUP_FOLL_PIN, FOLL_PIN_REFUSED) && WARN_ON_ONCE(gup_flags & FOLL_PIN))
		return decided_by(GUP_FOLL_PIN, -EINVAL, "FOLL_PIN is not for callers");
	return __gup_longterm_locked(current, current->mm, start, nr_pages, pages, vmas,
				     gup_flags | FOLL_TOUCH);
}

long get_user_pages_locked(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages, int *locked)
{
	if (WARN_ON_ONCE(gup_flags & FOLL_LONGTERM))
		return decided(-EINVAL, "FOLL_LONGTERM");
	return __get_user_pages_locked(current, current->mm, start, nr_pages, pages, NULL,
				       locked, gup_flags | FOLL_TOUCH);
}

long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     struct page **pages, unsigned int gup_flags)
{
	struct mm_struct *mm = current->mm;
	int locked = 1;
	long ret;

	if (WARN_ON_ONCE(gup_flags & FOLL_LONGTERM))
		return decided(-EINVAL, "FOLL_LONGTERM");
	down_read(&mm->mmap_sem);
	ret = __get_user_pages_locked(current, mm, start, nr_pages, pages, NULL, &locked,
				      gup_flags | FOLL_TOUCH);
	if (locked)
		up_read(&mm->mmap_sem);
	return ret;
}

/* Placeholders, for callers to be converted to: up to v5.6 a pin is a reference. */
long pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked)
{
	return get_user_pages_remote(tsk, mm, start, nr_pages, gup_flags, pages, vmas,
				     locked);
}

long pin_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages, struct vm_area_struct **vmas)
{
	return get_user_pages(start, nr_pages, gup_flags, pages, vmas);
}
