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

/* True: the call ends with @*ret before it has begun. */
static bool starts_badly(struct mm_struct *mm, struct vm_area_struct **vmas, int *locked,
			 bool *must_unlock, long *ret)
{
	static const char func[] = "__get_user_pages_locked";
	struct base *base = current_base();

	*ret = -EIO;
	if (!locked)
		return false;
	if (vmas && rule_is(LOCKED_VMAS, LOCKED_VMAS_FILLED))
		base_decision(base, func, RULE_LOCKED_VMAS,
			      "entries of vmas outlive the lock, or are never set");
	else if (base_bug_on(base, vmas, func, "BUG_ON(vmas)"))
		return true;
	if (*locked == 1)
		return false;
	if (base_bug_on(base, rule_is(NOT_LOCKED, NOT_LOCKED_BUG), func,
			"BUG_ON(*locked != 1)"))
		return true;
	if (down_read_killable(&mm->mmap_sem)) {
		*ret = base_decided(base, func, "a SIGKILL came before the lock",
				    RULE_NOT_LOCKED, -EAGAIN);
		return true;
	}
	*locked = 1;
	*must_unlock = true;
	return false;
}

/* Is there a signal that ends the wait for a page? */
static bool gup_signal_pending(unsigned int flags)
{
	if (rule_is(KILLABLE, KILLABLE_EINTR) && fatal_signal_pending(current))
		return refused_by(KILLABLE, "a SIGKILL is pending");
	if ((flags & FOLL_INTERRUPTIBLE) && rule_is(GUP_SIGNAL, GUP_SIGNAL_EINTR) &&
	    signal_pending(current))
		return refused_by(GUP_SIGNAL,
				  "FOLL_INTERRUPTIBLE, and a signal is pending");
	return false;
}

/* -EINTR: somebody has it for writing, and a SIGKILL ends the wait. */
static int relock_killable(struct mm_struct *mm)
{
	struct base *base = current_base();

	base_point(base, GUPSIM_POINT_LOCK_RETAKING);
	if (rule_is(KILLABLE, KILLABLE_NOT))
		down_read(&mm->mmap_sem);
	else if (down_read_killable(&mm->mmap_sem))
		return base_decided(base, "__get_user_pages_locked",
				    "a SIGKILL came before the lock", RULE_KILLABLE,
				    -EINTR);
	base_point(base, GUPSIM_POINT_LOCK_RETAKEN);
	return 0;
}

/* Take the lock again for a page that was waited for. -EINTR: a signal came first. */
static int relock(struct mm_struct *mm, int *locked, unsigned long start,
		  unsigned int flags)
{
	struct base *base = current_base();

	if (gup_signal_pending(flags))
		return -EINTR;
	if (relock_killable(mm))
		return -EINTR;
	*locked = 1;
	base_decision_at(base, "__get_user_pages_locked", start,
			 "mmap_sem is taken again for one page");
	return 0;
}

/*
 * The page that the lock was dropped for, by itself. The second attempt waits without
 * dropping the lock, or drops it as often as it takes.
 */
static long retry_page(struct task_struct *tsk, struct mm_struct *mm, unsigned long start,
		       unsigned int flags, struct page **pages, int *locked)
{
	bool many = rule_is(RETRIES, RETRIES_MANY);

	for (int retries = 0; retries < MAX_LOOKUPS; retries++) {
		long ret = relock(mm, locked, start, flags);

		if (ret)
			return ret;
		ret = __get_user_pages(tsk, mm, start, 1, flags | FOLL_TRIED, pages, NULL,
				       many ? locked : NULL);
		if (*locked)
			return ret;
		if (base_bug_on(current_base(), ret != 0, "__get_user_pages_locked",
				"BUG_ON(ret != 0)"))
			return -EIO;
	}
	base_die(current_base(), GUPSIM_DEAD_SPINS, "%s() at %#lx",
		 "__get_user_pages_locked", start);
	return -EIO;
}

/*
 * With @locked the lock may go while a fault waits. The page that it waited for is then
 * asked for once more by itself; after that the rest goes on as before. *@locked tells
 * whether the lock is still held.
 */
long __get_user_pages_locked(struct task_struct *tsk, struct mm_struct *mm,
			     unsigned long start, unsigned long nr_pages,
			     struct page **pages, struct vm_area_struct **vmas,
			     int *locked, unsigned int flags)
{
	bool must_unlock = false;
	long pages_done = 0;
	long ret;

	if (!nr_pages && rule_is(NOTHING_PINNED, NOTHING_PINNED_EFAULT))
		return 0;
	if (starts_badly(mm, vmas, locked, &must_unlock, &ret))
		return ret;
	if (unlikely(flags & FOLL_PIN))
		mm_set_has_pinned(mm);
	flags = add_foll_get(flags, pages);
	for (;;) {
		ret = __get_user_pages(tsk, mm, start, nr_pages, flags, pages, vmas,
				       locked);
		if (!locked) {
			pages_done = ret;
			break;
		}
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
		must_unlock = true;
		ret = retry_page(tsk, mm, start, flags, pages, locked);
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
	if (must_unlock && *locked) {
		up_read(&mm->mmap_sem);
		*locked = 0;
	}
	if (!pages_done && !(flags & FOLL_NOWAIT) &&
	    rule_is(NOTHING_PINNED, NOTHING_PINNED_EFAULT)) {
		base_warn(current_base(), __func__, "no page, and no error");
		return decided_by(NOTHING_PINNED, -EFAULT,
				  "no page, and nobody says why");
	}
	return pages_done;
}

/* It was a part of get_user_pages_remote() before there were pins. */
long __get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			     unsigned long start, unsigned long nr_pages,
			     unsigned int gup_flags, struct page **pages,
			     struct vm_area_struct **vmas, int *locked)
{
	struct base *base = current_base();
	const char *func =
		rule_is(PIN_FOLL_PIN, PIN_IS_GET) ? "get_user_pages_remote" : __func__;

	gup_flags |= FOLL_TOUCH | FOLL_REMOTE;
	if (!(gup_flags & FOLL_LONGTERM))
		return __get_user_pages_locked(tsk, mm, start, nr_pages, pages, vmas,
					       locked, gup_flags);
	if (rule_is(REMOTE_LONGTERM, LONGTERM_REFUSED)) {
		base_warn(base, func, "FOLL_LONGTERM");
		return base_decided(base, func, "FOLL_LONGTERM", RULE_REMOTE_LONGTERM,
				    -EINVAL);
	}
	/* The DAX check needs the vmas, which a dropped lock makes worthless. */
	if (rule_is(REMOTE_LONGTERM, LONGTERM_UNLESS_LOCKED) &&
	    base_warn_on(base, locked, func, "FOLL_LONGTERM with locked"))
		return base_decided(base, func, "FOLL_LONGTERM with locked",
				    RULE_REMOTE_LONGTERM, -EINVAL);
	base_decision(base, func, RULE_REMOTE_LONGTERM,
		      locked ? "FOLL_LONGTERM with locked"
			     : "FOLL_LONGTERM without locked");
	return __gup_longterm_locked(tsk, mm, start, nr_pages, pages, vmas, locked,
				     gup_flags);
}

long get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked)
{
	if (!gup_args_valid(pages, locked, gup_flags, 0))
		return -EINVAL;
	if (rule_is(REMOTE_FOLL_PIN, FOLL_PIN_REFUSED) &&
	    WARN_ON_ONCE(gup_flags & FOLL_PIN))
		return decided_by(REMOTE_FOLL_PIN, -EINVAL,
				  "FOLL_PIN is not for callers");
	return __get_user_pages_remote(tsk, mm, start, nr_pages, gup_flags, pages, vmas,
				       locked);
}

long get_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages, struct vm_area_struct **vmas)
{
	if (!gup_args_valid(pages, NULL, gup_flags, 0))
		return -EINVAL;
	if (rule_is(GUP_FOLL_PIN, FOLL_PIN_REFUSED) && WARN_ON_ONCE(gup_flags & FOLL_PIN))
		return decided_by(GUP_FOLL_PIN, -EINVAL, "FOLL_PIN is not for callers");
	return __gup_longterm_locked(current, current->mm, start, nr_pages, pages, vmas,
				     NULL, gup_flags | FOLL_TOUCH);
}

long get_user_pages_locked(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages, int *locked)
{
	if (WARN_ON_ONCE(gup_flags & FOLL_LONGTERM))
		return decided(-EINVAL, "FOLL_LONGTERM");
	if (rule_is(LOCKED_FOLL_PIN, FOLL_PIN_REFUSED) &&
	    WARN_ON_ONCE(gup_flags & FOLL_PIN))
		return decided_by(LOCKED_FOLL_PIN, -EINVAL,
				  "FOLL_PIN is not for callers");
	return __get_user_pages_locked(current, current->mm, start, nr_pages, pages, NULL,
				       locked, gup_flags | FOLL_TOUCH);
}

/* Pins came through get_user_pages_unlocked() until they could be long-term ones. */
static bool refuses_longterm_unlocked(unsigned int gup_flags)
{
	static const char func[] = "get_user_pages_unlocked";
	struct base *base = current_base();

	if ((gup_flags & FOLL_PIN) &&
	    rule_is(UNLOCKED_LONGTERM, UNLOCKED_LONGTERM_SERVED))
		return false;
	if (!base_warn_on(base, gup_flags & FOLL_LONGTERM, func, "FOLL_LONGTERM"))
		return false;
	base_decision(base, func,
		      gup_flags & FOLL_PIN ? RULE_UNLOCKED_LONGTERM : RULE_NONE,
		      "FOLL_LONGTERM");
	return true;
}

long __get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			       struct page **pages, unsigned int gup_flags)
{
	struct mm_struct *mm = current->mm;
	/* Where the pages are begun with without the lock, it is taken there. */
	int locked = rule_is(NOT_LOCKED, NOT_LOCKED_BUG);
	long ret;

	if (refuses_longterm_unlocked(gup_flags))
		return -EINVAL;
	if (locked)
		down_read(&mm->mmap_sem);
	ret = __gup_longterm_locked(current, mm, start, nr_pages, pages, NULL, &locked,
				    gup_flags | FOLL_TOUCH);
	if (locked)
		up_read(&mm->mmap_sem);
	return ret;
}

long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     struct page **pages, unsigned int gup_flags)
{
	/* Nobody asked is_valid_gup_flags(). */
	if (rule_is(GUP_ARGS, ARGS_IS_VALID_GUP_ARGS) &&
	    !gup_args_valid(pages, NULL, gup_flags, 0))
		return -EINVAL;
	return __get_user_pages_unlocked(start, nr_pages, pages, gup_flags);
}
