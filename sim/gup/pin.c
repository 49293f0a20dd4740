/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pins: references that say that the contents of the page are used. v5.6 has functions
 * for callers to be converted to, which do nothing of their own; since v5.7 a pin counts
 * GUP_PIN_COUNTING_BIAS times, so that it can be told from other references.
 */
#include "gup/gup.h"
#include "gup/seam.h"
#include "phys/compound.h"

#include <errno.h>
#include <gupsim/observe.h>

int pin_refs(const struct page *page)
{
	const struct base *base = page_phys(page)->base;

	if (base_rule(base, RULE_TRY_GRAB_PIN) == PIN_TAKES_NOTHING)
		return 0;
	if (is_zero_pfn(pfn_of_page(page)) &&
	    base_rule(base, RULE_TRY_GRAB_ZERO) == ZERO_NOT_COUNTED)
		return 0;
	return hpage_pincount_available(compound_head(page)) ? 1 : GUP_PIN_COUNTING_BIAS;
}

void account_pin(struct page *page, int pins)
{
	struct page *head = compound_head(page);

	if (hpage_pincount_available(head))
		hpage_pincount_add(head, pins);
}

unsigned int taken_by(unsigned int flags)
{
	return flags & FOLL_GET ? FOLL_GET : flags;
}

void put_grabbed_pages(struct page **pages, long nr, unsigned int flags)
{
	for (long i = 0; i < nr; i++) {
		bool pinned = flags & FOLL_PIN;
		int refs = pinned ? pin_refs(pages[i]) : 1;

		if (pinned)
			account_pin(pages[i], -1);
		if (refs)
			put_call_page_refs(pages[i], refs);
	}
}

/* WARNs are @func's, until is_valid_gup_args() has them. */
bool may_pin(const char *func, struct page **pages, const int *locked,
	     unsigned int gup_flags)
{
	struct base *base = current_base();

	if (!gup_args_valid(pages, locked, gup_flags, FOLL_PIN))
		return false;
	if (base_warn_on(base, gup_flags & FOLL_GET, func, "FOLL_GET for a pin")) {
		base_decision(base, func, RULE_PIN_FOLL_PIN, "FOLL_GET for a pin");
		return false;
	}
	if (rule_is(PIN_NO_PAGES, NO_PAGES_REFUSED) &&
	    base_warn_on(base, !pages, func, "nowhere to put the pages")) {
		base_decision(base, func, RULE_PIN_NO_PAGES, "nowhere to put the pages");
		return false;
	}
	return true;
}

/* Since v6.3 it is a pin of no pages. */
static long refused(const char *func)
{
	return base_decided(current_base(), func, "the pin is refused", RULE_PIN_REFUSED,
			    rule_is(PIN_REFUSED, PIN_REFUSED_ZERO) ? 0 : -EINVAL);
}

static bool pin_is_get(void)
{
	return rule_is(PIN_FOLL_PIN, PIN_IS_GET);
}

long pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked)
{
	if (pin_is_get())
		return get_user_pages_remote(tsk, mm, start, nr_pages, gup_flags, pages,
					     vmas, locked);
	if (!may_pin(__func__, pages, locked, gup_flags))
		return refused(__func__);
	return __get_user_pages_remote(tsk, mm, start, nr_pages, gup_flags | FOLL_PIN,
				       pages, vmas, locked);
}

/* It does not mark pages accessed, which no other function leaves out. */
long pin_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages, struct vm_area_struct **vmas)
{
	if (pin_is_get())
		return get_user_pages(start, nr_pages, gup_flags, pages, vmas);
	if (!may_pin(__func__, pages, NULL, gup_flags))
		return refused(__func__);
	return __gup_longterm_locked(current, current->mm, start, nr_pages, pages, vmas,
				     NULL, gup_flags | FOLL_PIN);
}

long pin_user_pages_locked(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages, int *locked)
{
	if (WARN_ON_ONCE(gup_flags & FOLL_LONGTERM))
		return decided(-EINVAL, "FOLL_LONGTERM");
	if (!may_pin(__func__, pages, locked, gup_flags))
		return refused(__func__);
	return __get_user_pages_locked(current, current->mm, start, nr_pages, pages, NULL,
				       locked, gup_flags | FOLL_PIN | FOLL_TOUCH);
}

long pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     struct page **pages, unsigned int gup_flags)
{
	if (!may_pin(__func__, pages, NULL, gup_flags))
		return refused(__func__);
	return __get_user_pages_unlocked(start, nr_pages, pages, gup_flags | FOLL_PIN);
}

int gupsim_pin_refs(const struct page *page)
{
	const struct base *base = page_phys(page)->base;

	return base_rule(base, RULE_PIN_FOLL_PIN) == PIN_IS_GET ? 1 : pin_refs(page);
}

void gupsim_unpin_user_page(struct page *page)
{
	bool pin_is_get =
		base_rule(page_phys(page)->base, RULE_PIN_FOLL_PIN) == PIN_IS_GET;
	int refs = gupsim_pin_refs(page);

	if (!base_alive(page_phys(page)->base))
		return;
	if (!pin_is_get)
		account_pin(page, -1);
	if (pin_is_get)
		(put_page)(page);
	else if (refs)
		put_page_refs(page, refs, "unpin_user_page");
}

void gupsim_unpin_user_pages(struct page **pages, unsigned long npages)
{
	for (unsigned long i = 0; i < npages; i++)
		gupsim_unpin_user_page(pages[i]);
}

/* A page that is dirty already needs no lock: whoever made it so saw to the rest. */
void gupsim_unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages,
					bool make_dirty)
{
	struct call *outer;
	struct base *base;

	if (!npages)
		return;
	base = page_phys(pages[0])->base;
	/* One call for all pages, so that WARN_ON_ONCE() comes once. */
	base_call_begin_anonymous(base, &outer);
	for (unsigned long i = 0; i < npages; i++) {
		if (make_dirty && !PageDirty(pages[i]))
			set_page_dirty_lock(pages[i]);
		gupsim_unpin_user_page(pages[i]);
	}
	base_call_end(base, outer);
}
