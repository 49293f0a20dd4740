/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions as they are called from outside: each brackets one call for the ledger
 * and the trace, and holds the caller to what the kernel's callers keep without being
 * asked.
 */
#include "gup/entry.h"

#include "gup/seam.h"
#include "vm/mmap.h"

#include <errno.h>
#include <gupsim/machine.h>

/*
 * The caller lends its hold to the call, so that no listener can give it back meanwhile.
 * That there is none, nothing in a kernel notices.
 */
static void borrow_sem(struct api_call *call)
{
	call->sem = &call->mm->mmap_sem;
	call->lent = call->sem->lent;
	if (rwsem_is_locked(call->sem)) {
		call->sem->lent++;
		return;
	}
	base_contract(call->base, call->func, "mmap_sem is not held");
	call->borrowed = true;
	down_read(call->sem);
}

/* Unless the call has dropped it. */
static void return_sem(struct api_call *call)
{
	if (!call->sem || call->sem->lent == call->lent)
		return;
	if (call->borrowed)
		up_read(call->sem);
	else
		call->sem->lent--;
}

/* 0: the call has begun for the ledger. */
static int open_call(struct api_call *call, enum pin_function function)
{
	struct mm_struct *mm = call->mm;
	int error;

	if (!current)
		return mm ? base_error(mm_base(mm), -ESRCH, "%s: current is not set",
				       call->func)
			  : -ESRCH;
	if (!mm)
		return base_error(current_base(), -EINVAL, "%s: there is no mm",
				  call->func);
	call->base = mm_base(mm);
	if (current_base() != call->base)
		return base_error(call->base, -ESRCH, "%s: current is of another machine",
				  call->func);
	error = base_call_begin(call->base, call->func, &call->outer);
	if (error)
		return error;
	if (release_has(call->base->rules.kernel, function))
		return 0;
	base_call_end(call->base, call->outer);
	return base_error(call->base, -ENOSYS, "%s: the release has no such function",
			  call->func);
}

int api_call_begin(struct api_call *call, enum pin_function function,
		   struct mm_struct *mm, unsigned int gup_flags, struct page **pages,
		   unsigned int kind)
{
	int error;

	*call = (struct api_call){
		.func = pin_function_name(function),
		.mm = mm,
		.gup_flags = gup_flags,
		.pages = pages,
		.kind = kind,
	};
	error = open_call(call, function);
	if (error)
		return error;
	if (unlikely(call->gup_flags & GUPSIM_FOLL_UNKNOWN) && !(kind & REFUSES_UNKNOWN))
		base_decision(call->base, call->func, RULE_NONE,
			      "ignored: bits that are no FOLL_ flag of the release");
	call->refusals = call->base->heap.refusals;
	mmget(call->mm);
	if (call->kind & LENDS_SEM)
		borrow_sem(call);
	else if (!(call->kind & NEVER_LOCKS) && rwsem_is_locked(&call->mm->mmap_sem) &&
		 !rwsem_is_contended(&call->mm->mmap_sem))
		base_contract(call->base, call->func, "mmap_sem is held");
	return 0;
}

/* How the call has held its pages. */
static unsigned int held_by(const struct api_call *call)
{
	bool pin = (call->kind & PINS) && rule_is(PIN_FOLL_PIN, PIN_SETS_FOLL_PIN);

	return taken_by(
		add_foll_get(call->gup_flags | (pin ? FOLL_PIN : 0), call->pages));
}

/* A partial count would look like a kernel's answer. */
static long out_of_host_memory(struct api_call *call, long nr_pages)
{
	/* With FOLL_MLOCK some entries may not be set, and nobody knows which. */
	if (call->gup_flags & FOLL_MLOCK)
		return nr_pages;
	if (call->pages && nr_pages > 0)
		put_grabbed_pages(call->pages, nr_pages, held_by(call));
	return base_error(call->base, -ENOMEM, "%s: the host is out of memory",
			  call->func);
}

long api_call_end(struct api_call *call, long ret)
{
	struct base *base = call->base;

	if (!base_alive(base))
		ret = -EIO;
	else if (base->heap.refusals != call->refusals)
		ret = out_of_host_memory(call, ret);
	base_decided(base, call->func, "returns", RULE_NONE, ret);
	return_sem(call);
	mmput(call->mm);
	phys_end_of_call(mm_phys(call->mm));
	base_call_end(base, call->outer);
	return ret;
}

long gupsim_get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
				  unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas, int *locked)
{
	struct api_call call;
	long ret = api_call_begin(&call, GET_USER_PAGES_REMOTE, mm, gup_flags, pages,
				  LENDS_SEM);

	if (ret)
		return ret;
	return api_call_end(&call, get_user_pages_remote(tsk, mm, start, nr_pages,
							 gup_flags, pages, vmas, locked));
}

long gupsim_get_user_pages(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas)
{
	struct api_call call;
	long ret = api_call_begin(&call, GET_USER_PAGES, own_mm(), gup_flags, pages,
				  LENDS_SEM);

	if (ret)
		return ret;
	return api_call_end(&call,
			    get_user_pages(start, nr_pages, gup_flags, pages, vmas));
}

long gupsim_get_user_pages_locked(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  int *locked)
{
	struct api_call call;
	long ret = api_call_begin(&call, GET_USER_PAGES_LOCKED, own_mm(), gup_flags,
				  pages, LENDS_SEM);

	if (ret)
		return ret;
	return api_call_end(&call, get_user_pages_locked(start, nr_pages, gup_flags,
							 pages, locked));
}

long gupsim_get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
				    struct page **pages, unsigned int gup_flags)
{
	struct api_call call;
	long ret = api_call_begin(&call, GET_USER_PAGES_UNLOCKED, own_mm(), gup_flags,
				  pages, TAKES_SEM);

	if (ret)
		return ret;
	return api_call_end(&call,
			    get_user_pages_unlocked(start, nr_pages, pages, gup_flags));
}

long gupsim_pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
				  unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas, int *locked)
{
	struct api_call call;
	long ret = api_call_begin(&call, PIN_USER_PAGES_REMOTE, mm, gup_flags, pages,
				  LENDS_SEM | PINS);

	if (ret)
		return ret;
	return api_call_end(&call, pin_user_pages_remote(tsk, mm, start, nr_pages,
							 gup_flags, pages, vmas, locked));
}

long gupsim_pin_user_pages(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas)
{
	struct api_call call;
	long ret = api_call_begin(&call, PIN_USER_PAGES, own_mm(), gup_flags, pages,
				  LENDS_SEM | PINS);

	if (ret)
		return ret;
	return api_call_end(&call,
			    pin_user_pages(start, nr_pages, gup_flags, pages, vmas));
}

long gupsim_pin_user_pages_locked(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  int *locked)
{
	struct api_call call;
	long ret = api_call_begin(&call, PIN_USER_PAGES_LOCKED, own_mm(), gup_flags,
				  pages, LENDS_SEM | PINS);

	if (ret)
		return ret;
	return api_call_end(&call, pin_user_pages_locked(start, nr_pages, gup_flags,
							 pages, locked));
}

long gupsim_pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
				    struct page **pages, unsigned int gup_flags)
{
	struct api_call call;
	long ret = api_call_begin(&call, PIN_USER_PAGES_UNLOCKED, own_mm(), gup_flags,
				  pages, TAKES_SEM | PINS);

	if (ret)
		return ret;
	return api_call_end(&call,
			    pin_user_pages_unlocked(start, nr_pages, pages, gup_flags));
}

int gupsim_get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			       struct page **pages)
{
	struct api_call call;
	long ret = api_call_begin(&call, GET_USER_PAGES_FAST, own_mm(), gup_flags, pages,
				  TAKES_SEM | REFUSES_UNKNOWN);

	if (ret)
		return ret;
	return api_call_end(&call,
			    get_user_pages_fast(start, nr_pages, gup_flags, pages));
}

int gupsim___get_user_pages_fast(unsigned long start, int nr_pages, int write,
				 struct page **pages)
{
	struct api_call call;
	long ret = api_call_begin(&call, PRE_GET_USER_PAGES_FAST, own_mm(), FOLL_GET,
				  pages, NEVER_LOCKS);

	if (ret)
		return ret;
	return api_call_end(&call, __get_user_pages_fast(start, nr_pages, write, pages));
}

int gupsim_get_user_pages_fast_only(unsigned long start, int nr_pages,
				    unsigned int gup_flags, struct page **pages)
{
	struct api_call call;
	/* It takes references, whatever flag else a caller gets through. */
	long ret = api_call_begin(&call, GET_USER_PAGES_FAST_ONLY, own_mm(),
				  gup_flags | FOLL_GET, pages,
				  NEVER_LOCKS | REFUSES_UNKNOWN);

	if (ret)
		return ret;
	return api_call_end(&call,
			    get_user_pages_fast_only(start, nr_pages, gup_flags, pages));
}

int gupsim_pin_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			       struct page **pages)
{
	struct api_call call;
	long ret = api_call_begin(&call, PIN_USER_PAGES_FAST, own_mm(), gup_flags, pages,
				  TAKES_SEM | PINS | REFUSES_UNKNOWN);

	if (ret)
		return ret;
	return api_call_end(&call,
			    pin_user_pages_fast(start, nr_pages, gup_flags, pages));
}

int gupsim_pin_user_pages_fast_only(unsigned long start, int nr_pages,
				    unsigned int gup_flags, struct page **pages)
{
	struct api_call call;
	long ret = api_call_begin(&call, PIN_USER_PAGES_FAST_ONLY, own_mm(), gup_flags,
				  pages, NEVER_LOCKS | PINS | REFUSES_UNKNOWN);

	if (ret)
		return ret;
	return api_call_end(&call,
			    pin_user_pages_fast_only(start, nr_pages, gup_flags, pages));
}
