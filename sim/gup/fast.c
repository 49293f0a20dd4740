/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fast functions: what they refuse, and how the pages that the lockless walk has
 * found come together with those that the slow path brings.
 */
#include "gup/gup.h"
#include "gup/seam.h"

#include <errno.h>

/* The flags of each value of the rule, beside those of the ones before it. */
static unsigned int flags_allowed(unsigned int rule)
{
	static const unsigned int since[] = {
		[FAST_TAKES_LONGTERM] = FOLL_WRITE | FOLL_LONGTERM,
		[FAST_TAKES_FORCE] = FOLL_FORCE | FOLL_PIN,
		[FAST_TAKES_GET] = FOLL_GET,
		[FAST_TAKES_FAST_ONLY] = FOLL_FAST_ONLY,
		[FAST_TAKES_NOFAULT] = FOLL_NOFAULT,
		[FAST_TAKES_P2PDMA] = FOLL_PCI_P2PDMA | FOLL_HONOR_NUMA_FAULT,
	};
	unsigned int allowed = 0;

	for (unsigned int i = 0; i <= rule; i++)
		allowed |= since[i];
	return allowed;
}

/* Which of the functions it is that looks at the flags. */
static const char *func_of_flags(unsigned int rule)
{
	return rule == FAST_TAKES_LONGTERM ? "get_user_pages_fast"
	       : rule < FAST_TAKES_P2PDMA  ? "internal_get_user_pages_fast"
					   : "gup_fast_fallback";
}

static bool refuses_flags(unsigned int gup_flags)
{
	struct base *base = current_base();
	unsigned int rule = base_rule(base, RULE_FAST_FLAGS);
	const char *func = func_of_flags(rule);

	if (!base_warn_on(base, gup_flags & ~flags_allowed(rule), func,
			  "a flag that fast functions do not take"))
		return false;
	base_decision(base, func, RULE_FAST_FLAGS,
		      "a flag that fast functions do not take");
	return true;
}

static const char range_func[] = "internal_get_user_pages_fast";

static long ends_with(long result, const char *words)
{
	return base_decided(current_base(), range_func, words, RULE_FAST_RANGE, result);
}

/* True: the range is none to walk, and the call ends with @*ret. */
static bool refuses_range(unsigned long start, unsigned long len, unsigned long *end,
			  long *ret)
{
	bool wraps = __builtin_add_overflow(start, len, end);

	*ret = 0;
	if (rule_is(FAST_RANGE, FAST_RANGE_EMPTY_ZERO)) {
		if (*end <= start) {
			*ret = ends_with(0, "the range is empty, or goes round");
			return true;
		}
	} else if (wraps) {
		bool told = rule_is(FAST_RANGE, FAST_RANGE_OVERFLOW_ERROR);

		*ret = ends_with(told ? -EOVERFLOW : 0, "the range goes round");
		return true;
	}
	/* gup_fast_permitted() */
	if (*end <= TASK_SIZE_MAX)
		return false;
	*ret = decided_in(range_func, -EFAULT, "addresses that no user has");
	return true;
}

/*
 * Of no pages at all, since nobody stops that any more: the walk looks for the end of the
 * range, behind which it is already, and writes to pages[] all that it finds.
 */
static long walk_past_the_end(unsigned long start, unsigned int gup_flags)
{
	struct page *page;
	long found = lockless_pages_from_mm(start, start + PAGE_SIZE, gup_flags, &page);

	if (!found)
		return decided_in(range_func, 0, "no pages are asked for");
	put_grabbed_pages(&page, found, taken_by(gup_flags));
	base_bug(current_base(), range_func,
		 "nr_pages is 0: it writes behind the end of pages");
	return -EIO;
}

/* A long-term pin waits under the lock, until those that take it themselves serve it. */
static long __gup_longterm_unlocked(unsigned long start, unsigned long nr_pages,
				    unsigned int gup_flags, struct page **pages)
{
	struct mm_struct *mm = current->mm;
	long ret;

	if (!(gup_flags & FOLL_LONGTERM) ||
	    rule_is(UNLOCKED_LONGTERM, UNLOCKED_LONGTERM_SERVED))
		return __get_user_pages_unlocked(start, nr_pages, pages, gup_flags);
	down_read(&mm->mmap_sem);
	ret = __gup_longterm_locked(current, mm, start, nr_pages, pages, NULL, NULL,
				    gup_flags);
	up_read(&mm->mmap_sem);
	return ret;
}

/* What the walk has found stays the caller's, whatever becomes of the rest. */
static long get_the_rest(unsigned long start, unsigned long nr_pages, long nr_pinned,
			 unsigned int gup_flags, struct page **pages)
{
	long ret;

	base_decision_at(current_base(), range_func, start + nr_pinned * PAGE_SIZE,
			 "from here on the slow path goes on");
	ret = __gup_longterm_unlocked(start + nr_pinned * PAGE_SIZE, nr_pages - nr_pinned,
				      gup_flags, pages ? pages + nr_pinned : NULL);
	if (ret >= 0)
		return nr_pinned + ret;
	return nr_pinned ? decided_in(range_func, nr_pinned,
				      "the pages of the walk count, the error does not")
			 : ret;
}

static long internal_get_user_pages_fast(unsigned long start, int nr_pages,
					 unsigned int gup_flags, struct page **pages)
{
	unsigned long len = (unsigned long)nr_pages << PAGE_SHIFT, end;
	long nr_pinned, ret;

	if (refuses_flags(gup_flags))
		return -EINVAL;
	if (gup_flags & FOLL_PIN)
		mm_set_has_pinned(current->mm);
	start &= PAGE_MASK;
	if (refuses_range(start, len, &end, &ret))
		return ret;
	if (unlikely(!nr_pages))
		return walk_past_the_end(start, gup_flags);
	nr_pinned = lockless_pages_from_mm(start, end, gup_flags, pages);
	if (likely(nr_pinned == nr_pages) || (gup_flags & FOLL_FAST_ONLY) ||
	    !base_alive(current_base()))
		return nr_pinned;
	return get_the_rest(start, nr_pages, nr_pinned, gup_flags, pages);
}

int get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			struct page **pages)
{
	if (!gup_args_valid(pages, NULL, gup_flags, FOLL_GET))
		return -EINVAL;
	if (rule_is(GUP_FOLL_PIN, FOLL_PIN_REFUSED) && WARN_ON_ONCE(gup_flags & FOLL_PIN))
		return decided_by(GUP_FOLL_PIN, -EINVAL, "FOLL_PIN is not for callers");
	if (!rule_is(PIN_FOLL_PIN, PIN_IS_GET))
		gup_flags |= FOLL_GET;
	return internal_get_user_pages_fast(start, nr_pages, gup_flags, pages);
}

/* It was there before get_user_pages_fast_only(), and knows of one flag. */
int __get_user_pages_fast(unsigned long start, int nr_pages, int write,
			  struct page **pages)
{
	unsigned int gup_flags = write ? FOLL_GET | FOLL_WRITE : FOLL_GET;
	unsigned long end;
	long ret;

	start &= PAGE_MASK;
	if (refuses_range(start, (unsigned long)nr_pages << PAGE_SHIFT, &end, &ret))
		return 0;
	return lockless_pages_from_mm(start, end, gup_flags | FOLL_FAST_ONLY, pages);
}

static int no_error(long ret)
{
	if (ret >= 0 || rule_is(FAST_ONLY_ERROR, FAST_ONLY_ERRNO) || ret == -EIO)
		return ret;
	return base_decided(current_base(), "get_user_pages_fast_only",
			    "it has no error to return", RULE_FAST_ONLY_ERROR, 0);
}

int get_user_pages_fast_only(unsigned long start, int nr_pages, unsigned int gup_flags,
			     struct page **pages)
{
	/* Nobody asked is_valid_gup_flags(). */
	if (rule_is(GUP_ARGS, ARGS_IS_VALID_GUP_ARGS) &&
	    !gup_args_valid(pages, NULL, gup_flags, FOLL_GET | FOLL_FAST_ONLY))
		return no_error(-EINVAL);
	return no_error(internal_get_user_pages_fast(
		start, nr_pages, gup_flags | FOLL_GET | FOLL_FAST_ONLY, pages));
}

int pin_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			struct page **pages)
{
	if (rule_is(PIN_FOLL_PIN, PIN_IS_GET))
		return get_user_pages_fast(start, nr_pages, gup_flags, pages);
	if (!may_pin(__func__, pages, NULL, gup_flags))
		return decided(-EINVAL, "the pin is refused");
	return internal_get_user_pages_fast(start, nr_pages, gup_flags | FOLL_PIN, pages);
}

int pin_user_pages_fast_only(unsigned long start, int nr_pages, unsigned int gup_flags,
			     struct page **pages)
{
	if (!may_pin(__func__, pages, NULL, gup_flags))
		return no_error(-EINVAL);
	return no_error(internal_get_user_pages_fast(
		start, nr_pages, gup_flags | FOLL_PIN | FOLL_FAST_ONLY, pages));
}
