/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * get_user_pages and its relatives, from the public functions down to the loop over the
 * pages: argument checks, the retry protocol of `locked`, VMA checks, faults.
 */
#include "gup/seam.h"

#include <errno.h>

/* How often one address may be looked up before it counts as spinning for ever. */
#define MAX_LOOKUPS 100

static int refuse_vma(const struct vm_area_struct *vma, const char *why)
{
	return base_decided(mm_base(vma->vm_mm), "check_vma_flags", why, RULE_NONE,
			    -EFAULT);
}

static int check_vma_flags(struct vm_area_struct *vma, unsigned int gup_flags)
{
	unsigned long vm_flags = vma->vm_flags;

	if (vm_flags & (VM_IO | VM_PFNMAP))
		return refuse_vma(vma, "VM_IO or VM_PFNMAP: there are no pages to pin");
	if ((gup_flags & FOLL_ANON) && !vma_is_anonymous(vma))
		return refuse_vma(vma, "FOLL_ANON, and the VMA is not anonymous");
	if (gup_flags & FOLL_WRITE) {
		if (vm_flags & VM_WRITE)
			return 0;
		if (!(gup_flags & FOLL_FORCE))
			return refuse_vma(vma, "FOLL_WRITE without VM_WRITE");
		if (!is_cow_mapping(vm_flags))
			return refuse_vma(vma, "a forced write, and not a COW mapping");
		return 0;
	}
	if (vm_flags & VM_READ)
		return 0;
	if (!(gup_flags & FOLL_FORCE))
		return refuse_vma(vma, "a read without VM_READ");
	if (!(vm_flags & VM_MAYREAD))
		return refuse_vma(vma, "a forced read without VM_MAYREAD");
	return 0;
}

static unsigned int fault_flags_of(unsigned int foll_flags, const int *nonblocking)
{
	unsigned int fault_flags = 0;

	if (foll_flags & FOLL_WRITE)
		fault_flags |= FAULT_FLAG_WRITE;
	if (foll_flags & FOLL_REMOTE)
		fault_flags |= FAULT_FLAG_REMOTE;
	if (nonblocking)
		fault_flags |= FAULT_FLAG_ALLOW_RETRY;
	if (foll_flags & FOLL_NOWAIT)
		fault_flags |= FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT;
	if (foll_flags & FOLL_TRIED)
		fault_flags |= FAULT_FLAG_TRIED;
	return fault_flags;
}

/* Also for a fault that has to be retried: the page then counts twice. */
static void account_fault(struct task_struct *tsk, vm_fault_t ret)
{
	if (!tsk)
		return;
	if (ret & VM_FAULT_MAJOR)
		tsk->maj_flt++;
	else
		tsk->min_flt++;
}

/*
 * 0: look again; -EBUSY: mmap_sem was released, or nothing may be waited for; -ENOENT:
 * the page counts though it is not there; other errors to end with.
 */
static int faultin_page(struct task_struct *tsk, struct vm_area_struct *vma,
			unsigned long address, unsigned int *flags, int *nonblocking)
{
	struct base *base = mm_base(vma->vm_mm);
	unsigned int fault_flags = fault_flags_of(*flags, nonblocking);
	vm_fault_t ret;

	if ((*flags & (FOLL_POPULATE | FOLL_MLOCK)) == FOLL_MLOCK)
		return -ENOENT;
	ret = handle_mm_fault(vma, address, fault_flags);
	if (ret & VM_FAULT_ERROR)
		return base_decided(base, __func__, "the fault failed", RULE_NONE,
				    vm_fault_to_errno(ret, *flags));
	account_fault(tsk, ret);
	if (ret & VM_FAULT_RETRY) {
		if (nonblocking && !(fault_flags & FAULT_FLAG_RETRY_NOWAIT))
			*nonblocking = 0;
		return base_decided(base, __func__, "the fault has to be retried",
				    RULE_NONE, -EBUSY);
	}
	base_decision_at(base, __func__, address,
			 ret & VM_FAULT_MAJOR ? "a major fault brought the page"
					      : "a minor fault brought the page");
	/* COW is broken, and the pte stays read-only: only FOLL_COW gets past it. */
	if ((ret & VM_FAULT_WRITE) && !(vma->vm_flags & VM_WRITE)) {
		base_decision_at(base, __func__, address,
				 "COW is broken for a forced write");
		*flags |= FOLL_COW;
	}
	return 0;
}

static struct vm_area_struct *
find_checked_vma(struct mm_struct *mm, unsigned long address, unsigned int gup_flags)
{
	struct vm_area_struct *vma = find_extend_vma(mm, address);

	if (!vma)
		base_decision_at(mm_base(mm), "__get_user_pages", address, "no VMA");
	return vma && !check_vma_flags(vma, gup_flags) ? vma : NULL;
}

/* Look, fault, look again, until there is a page or an error. */
static struct page *find_page(struct task_struct *tsk, struct vm_area_struct *vma,
			      unsigned long address, unsigned int foll_flags,
			      int *nonblocking, struct follow_page_context *ctx)
{
	struct base *base = mm_base(vma->vm_mm);

	for (int lookups = 0; lookups < MAX_LOOKUPS; lookups++) {
		struct page *page;
		int error;

		if (unlikely(fatal_signal_pending(current)))
			return ERR_PTR(base_decided(base, __func__,
						    "a SIGKILL is pending", RULE_NONE,
						    -ERESTARTSYS));
		page = follow_page_mask(vma, address, foll_flags, ctx);
		if (likely(page))
			return page;
		error = faultin_page(tsk, vma, address, &foll_flags, nonblocking);
		if (error)
			return ERR_PTR(error);
		if (!base_alive(base))
			return ERR_PTR(-EIO);
	}
	base_die(base, GUPSIM_DEAD_SPINS, "__get_user_pages() at %#lx", address);
	return ERR_PTR(-EIO);
}

static long __get_user_pages(struct task_struct *tsk, struct mm_struct *mm,
			     unsigned long start, unsigned long nr_pages,
			     unsigned int gup_flags, struct page **pages,
			     struct vm_area_struct **vmas, int *nonblocking)
{
	struct follow_page_context ctx = {0};
	struct vm_area_struct *vma = NULL;
	unsigned long i;
	long ret = 0;

	/* Whoever is not forced takes the faults that NUMA hints are made of. */
	if (!(gup_flags & FOLL_FORCE))
		gup_flags |= FOLL_NUMA;
	for (i = 0; i < nr_pages; i++, start += PAGE_SIZE) {
		struct page *page;

		if (!vma || start >= vma->vm_end) {
			vma = find_checked_vma(mm, start, gup_flags);
			if (!vma) {
				ret = -EFAULT;
				break;
			}
		}
		page = find_page(tsk, vma, start, gup_flags, nonblocking, &ctx);
		if (unlikely(IS_ERR(page))) {
			ret = PTR_ERR(page);
			/* Entries that count, but have no page to give. */
			if (ret != -EEXIST && ret != -ENOENT)
				break;
			/* Every entry of a long-term pin is looked at: this one is not
			 * set. */
			if (pages && BUG_ON(gup_flags & FOLL_LONGTERM))
				return -EIO;
		} else if (pages) {
			pages[i] = page;
		}
		if (vmas)
			vmas[i] = vma;
	}
	put_dev_pagemap(ctx.pgmap);
	if (i && i < nr_pages)
		base_decided(mm_base(mm), __func__, "the pages before the error count",
			     RULE_NONE, i);
	if (i)
		return i;
	return ret == -EBUSY ? 0 : ret;
}

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
