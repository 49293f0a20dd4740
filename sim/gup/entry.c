/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions as they are called from outside: each brackets one call for the ledger
 * and the trace, and holds the caller to what the kernel's callers keep without being
 * asked.
 */
#include "gup/gup.h"
#include "gup/seam.h"
#include "vm/mmap.h"

#include <errno.h>
#include <gupsim/machine.h>

struct api_call {
	const char *func;
	struct base *base;
	struct mm_struct *mm;
	struct call *outer;
	unsigned long refusals;	  /* of host memory, before this call */
	struct rw_semaphore *sem; /* lent by the caller; NULL: the function takes it */
	int lent;		  /* of sem, before this call */
	bool borrowed; /* sem was not held: the call does, in the caller's place */
};

static int api_call_begin(struct api_call *call, const char *func, struct mm_struct *mm,
			  unsigned int gup_flags)
{
	int error;

	if (!current)
		return mm ? base_error(mm_base(mm), -ESRCH, "%s: current is not set",
				       func)
			  : -ESRCH;
	if (!mm)
		return base_error(current_base(), -EINVAL, "%s: there is no mm", func);
	*call = (struct api_call){.func = func, .base = mm_base(mm), .mm = mm};
	if (current_base() != call->base)
		return base_error(call->base, -ESRCH, "%s: current is of another machine",
				  func);
	error = base_call_begin(call->base, func, &call->outer);
	if (error)
		return error;
	if (!release_has_function(call->base->rules.kernel, func)) {
		base_call_end(call->base, call->outer);
		return base_error(call->base, -ENOSYS,
				  "%s: the release has no such function", func);
	}
	if (unlikely(gup_flags & GUPSIM_FOLL_UNKNOWN))
		base_decision(call->base, func, RULE_NONE,
			      "ignored: bits that are no FOLL_ flag of the release");
	call->refusals = call->base->heap.refusals;
	mmget(mm);
	return 0;
}

/* A partial count would look like a kernel's answer. */
static long out_of_host_memory(struct api_call *call, unsigned int gup_flags,
			       struct page **pages, long nr_pages)
{
	/* With FOLL_MLOCK some entries may not be set, and nobody knows which. */
	if (gup_flags & FOLL_MLOCK)
		return nr_pages;
	if (pages)
		put_grabbed_pages(pages, nr_pages, add_foll_get(gup_flags, pages));
	return base_error(call->base, -ENOMEM, "%s: the host is out of memory",
			  call->func);
}

/* What pin_user_pages() adds to the flags of its caller. */
static unsigned int pin_flag(void)
{
	return rule_is(PIN_FOLL_PIN, PIN_IS_GET) ? 0 : FOLL_PIN;
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

static long api_call_end(struct api_call *call, unsigned int gup_flags,
			 struct page **pages, long ret)
{
	struct base *base = call->base;

	if (!base_alive(base))
		ret = -EIO;
	else if (base->heap.refusals != call->refusals)
		ret = out_of_host_memory(call, gup_flags, pages, ret);
	base_decided(base, call->func, "returns", RULE_NONE, ret);
	return_sem(call);
	mmput(call->mm);
	phys_end_of_call(mm_phys(call->mm));
	base_call_end(base, call->outer);
	return ret;
}

/*
 * The caller lends its hold to the call, so that no listener can give it back meanwhile.
 * That there is none, nothing in a kernel notices.
 */
static void expect_locked(struct api_call *call)
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

static void expect_unlocked(struct api_call *call)
{
	if (rwsem_is_locked(&call->mm->mmap_sem))
		base_contract(call->base, call->func, "mmap_sem is held");
}

long gupsim_get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
				  unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas, int *locked)
{
	struct api_call call;
	long ret = api_call_begin(&call, "get_user_pages_remote", mm, gup_flags);

	if (ret)
		return ret;
	expect_locked(&call);
	ret = get_user_pages_remote(tsk, mm, start, nr_pages, gup_flags, pages, vmas,
				    locked);
	return api_call_end(&call, gup_flags, pages, ret);
}

long gupsim_get_user_pages(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas)
{
	struct api_call call;
	long ret = api_call_begin(&call, "get_user_pages", current ? current->mm : NULL,
				  gup_flags);

	if (ret)
		return ret;
	expect_locked(&call);
	ret = get_user_pages(start, nr_pages, gup_flags, pages, vmas);
	return api_call_end(&call, gup_flags, pages, ret);
}

long gupsim_get_user_pages_locked(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  int *locked)
{
	struct api_call call;
	long ret = api_call_begin(&call, "get_user_pages_locked",
				  current ? current->mm : NULL, gup_flags);

	if (ret)
		return ret;
	expect_locked(&call);
	ret = get_user_pages_locked(start, nr_pages, gup_flags, pages, locked);
	return api_call_end(&call, gup_flags, pages, ret);
}

long gupsim_get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
				    struct page **pages, unsigned int gup_flags)
{
	struct api_call call;
	long ret = api_call_begin(&call, "get_user_pages_unlocked",
				  current ? current->mm : NULL, gup_flags);

	if (ret)
		return ret;
	expect_unlocked(&call);
	ret = get_user_pages_unlocked(start, nr_pages, pages, gup_flags);
	return api_call_end(&call, gup_flags, pages, ret);
}

long gupsim_pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
				  unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas, int *locked)
{
	struct api_call call;
	long ret = api_call_begin(&call, "pin_user_pages_remote", mm, gup_flags);

	if (ret)
		return ret;
	expect_locked(&call);
	ret = pin_user_pages_remote(tsk, mm, start, nr_pages, gup_flags, pages, vmas,
				    locked);
	return api_call_end(&call, gup_flags | pin_flag(), pages, ret);
}

long gupsim_pin_user_pages(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas)
{
	struct api_call call;
	long ret = api_call_begin(&call, "pin_user_pages", current ? current->mm : NULL,
				  gup_flags);

	if (ret)
		return ret;
	expect_locked(&call);
	ret = pin_user_pages(start, nr_pages, gup_flags, pages, vmas);
	return api_call_end(&call, gup_flags | pin_flag(), pages, ret);
}

long gupsim_pin_user_pages_locked(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  int *locked)
{
	struct api_call call;
	long ret = api_call_begin(&call, "pin_user_pages_locked",
				  current ? current->mm : NULL, gup_flags);

	if (ret)
		return ret;
	expect_locked(&call);
	ret = pin_user_pages_locked(start, nr_pages, gup_flags, pages, locked);
	return api_call_end(&call, gup_flags | pin_flag(), pages, ret);
}

long gupsim_pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
				    struct page **pages, unsigned int gup_flags)
{
	struct api_call call;
	long ret = api_call_begin(&call, "pin_user_pages_unlocked",
				  current ? current->mm : NULL, gup_flags);

	if (ret)
		return ret;
	expect_unlocked(&call);
	ret = pin_user_pages_unlocked(start, nr_pages, pages, gup_flags);
	return api_call_end(&call, gup_flags | pin_flag(), pages, ret);
}
