/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * get_user_pages and its relatives: what each function refuses, and the retry protocol of
 * `locked` around the loop over the pages.
 */
#include "gup/seam.h"

#include <errno.h>

static unsigned int add_foll_get(unsigned int flags, struct page **pages)
{
	if (!pages)
		return flags;
	if ((flags & FOLL_PIN) &&
	    base_rule(current_base(), RULE_LOCKED_FOLL_GET) == FOLL_GET_UNLESS_PIN) {
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

static bool foll_pin_refused(enum rule rule, unsigned int gup_flags)
{
	return (gup_flags & FOLL_PIN) &&
	       base_rule(current_base(), rule) == FOLL_PIN_REFUSED;
}

static bool remote_longterm_refused(const int *locked)
{
	return locked ||
	       base_rule(current_base(), RULE_REMOTE_LONGTERM) == LONGTERM_REFUSED;
}

long get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked)
{
	struct base *base = current_base();

	if (WARN_ON_ONCE(foll_pin_refused(RULE_REMOTE_FOLL_PIN, gup_flags)))
		return base_decided(base, __func__, "FOLL_PIN is not for callers",
				    RULE_REMOTE_FOLL_PIN, -EINVAL);
	if (gup_flags & FOLL_LONGTERM) {
		/* The DAX check needs the vmas, which a dropped lock makes worthless. */
		if (WARN_ON_ONCE(remote_longterm_refused(locked)))
			return base_decided(base, __func__,
					    locked ? "FOLL_LONGTERM with locked"
						   : "FOLL_LONGTERM",
					    RULE_REMOTE_LONGTERM, -EINVAL);
		base_decision(base, __func__, RULE_REMOTE_LONGTERM,
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
	if (WARN_ON_ONCE(foll_pin_refused(RULE_GUP_FOLL_PIN, gup_flags)))
		return base_decided(current_base(), __func__,
				    "FOLL_PIN is not for callers", RULE_GUP_FOLL_PIN,
				    -EINVAL);
	return __gup_longterm_locked(current, current->mm, start, nr_pages, pages, vmas,
				     gup_flags | FOLL_TOUCH);
}

long get_user_pages_locked(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages, int *locked)
{
	if (WARN_ON_ONCE(gup_flags & FOLL_LONGTERM))
		return base_decided(current_base(), __func__, "FOLL_LONGTERM", RULE_NONE,
				    -EINVAL);
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
		return base_decided(current_base(), __func__, "FOLL_LONGTERM", RULE_NONE,
				    -EINVAL);
	down_read(&mm->mmap_sem);
	ret = __get_user_pages_locked(current, mm, start, nr_pages, pages, NULL, &locked,
				      gup_flags | FOLL_TOUCH);
	if (locked)
		up_read(&mm->mmap_sem);
	return ret;
}
