/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * faultin_page(), and how often it is called for one page. Invariant: no page is held
 * here; what is found is found by the lookup.
 */
#include "gup/faultin.h"

static const char *why_failed(vm_fault_t ret)
{
	return ret & VM_FAULT_OOM      ? "the fault finds no memory"
	       : ret & VM_FAULT_SIGBUS ? "the fault would end in SIGBUS: there is nothing"
	       : ret & VM_FAULT_SIGSEGV
		       ? "the fault would end in SIGSEGV: a protection key is in the way"
		       : "the fault failed";
}

/* The fault brings no page, or one that cannot be looked at: the lock is gone. */
static int fault_without_page(struct walk *walk, unsigned long address, vm_fault_t ret)
{
	static const char func[] = "faultin_page";

	if (ret & VM_FAULT_ERROR) {
		int err = vm_fault_to_errno(ret, walk->foll_flags);

		if (base_bug_on(current_base(), !err, func, "BUG()"))
			return -EIO;
		return base_decided_at(current_base(), func, why_failed(ret), address,
				       err);
	}
	if (walk->nonblocking && !(walk->fault_flags & FAULT_FLAG_RETRY_NOWAIT))
		*walk->nonblocking = 0;
	if (ret & VM_FAULT_COMPLETED)
		return base_decided(current_base(), func,
				    "the fault is complete, but mmap_sem is released",
				    RULE_SHARED_WRITE_END, -EAGAIN);
	return base_decided(current_base(), func, "the fault has to be retried",
			    RULE_NONE, -EBUSY);
}

/* faultin_page(): the page is there for a forced write, but its pte stays read-only. */
#define COW_BROKEN 1

static const char *what_it_brought(vm_fault_t ret, bool unshare)
{
	return unshare		      ? "a fault made the page the mapping's own"
	       : ret & VM_FAULT_MAJOR ? "a major fault brought the page"
				      : "a minor fault brought the page";
}

/* What faultin_page() does about a fault that is not simply a minor one. */
SIM_COLD static int special_fault(struct walk *walk, unsigned long address,
				  vm_fault_t ret, bool unshare)
{
	static const char func[] = "faultin_page";
	struct base *base = walk->base;

	if (!(ret & VM_FAULT_ERROR))
		count_fault(walk->tsk, walk->fault_flags, ret);
	if (ret & (VM_FAULT_ERROR | VM_FAULT_RETRY | VM_FAULT_COMPLETED))
		return fault_without_page(walk, address, ret);
	base_decision_at(base, func, address, what_it_brought(ret, unshare));
	if (!base_alive(base))
		return -EIO;
	if (!(ret & VM_FAULT_WRITE) || (walk->vma->vm_flags & VM_WRITE))
		return 0;
	base_decision_at(base, func, address, "COW is broken, the pte stays read-only");
	return COW_BROKEN;
}

/* Flags of which some concern faults, or keep them away. */
#define FOLL_RARE_FAULT (FOLL_MLOCK | FOLL_NOFAULT | FOLL_TRIED | FOLL_RETRY_FORCED)

SIM_COLD static int rare_fault(struct walk *walk, unsigned long address, bool unshare)
{
	static const char func[] = "faultin_page";
	unsigned int flags = walk->foll_flags, fault_flags = walk->fault_flags;
	vm_fault_t ret = 0;

	if ((flags & FOLL_NOFAULT) && rule_is(NOFAULT, NOFAULT_EFAULT))
		return base_decided(walk->base, func,
				    "FOLL_NOFAULT, and the page is not there",
				    RULE_NOFAULT, -EFAULT);
	if ((flags & (FOLL_MLOCK | FOLL_POPULATE)) == FOLL_MLOCK &&
	    rule_is(MLOCK_ALONE, MLOCK_ALONE_SKIPS))
		return base_decided(walk->base, func,
				    "FOLL_MLOCK alone brings nothing in",
				    RULE_MLOCK_ALONE, -ENOENT);
	if (flags & FOLL_RETRY_FORCED)
		ret = fault_forced_to_retry(walk->vma->vm_mm, address, fault_flags);
	if (!ret)
		ret = handle_mm_fault(walk->vma, address,
				      fault_flags | (unshare ? FAULT_FLAG_UNSHARE : 0));
	return special_fault(walk, address, ret, unshare);
}

/*
 * 0: look again; COW_BROKEN: the same, with FOLL_COW for this page; -EBUSY: mmap_sem was
 * released, or nothing may be waited for; -EAGAIN: it was released after the page had
 * come; -ENOENT: the page counts though it is not there; other errors to end with.
 */
static SIM_HOT int faultin_page(struct walk *walk, unsigned long address,
				const struct page *missing)
{
	unsigned int flags = walk->foll_flags;
	vm_fault_t ret;

	if (unlikely((flags & FOLL_RARE_FAULT) | (uintptr_t)missing))
		return rare_fault(walk, address, missing);
	ret = handle_mm_fault(walk->vma, address, walk->fault_flags);
	if (unlikely(ret))
		return special_fault(walk, address, ret, false);
	if (walk->tsk)
		walk->tsk->min_flt++;
	base_decision_at(walk->base, __func__, address, "a minor fault brought the page");
	return base_alive(walk->base) ? 0 : -EIO;
}

int gup_killed(void)
{
	return base_decided(current_base(), "__get_user_pages", "a SIGKILL is pending",
			    RULE_FATAL_SIGNAL,
			    rule_is(FATAL_SIGNAL, SIGNAL_EINTR) ? -EINTR : -ERESTARTSYS);
}

int gup_spins(unsigned long address)
{
	static const char func[] = "__get_user_pages";

	base_die(current_base(), GUPSIM_DEAD_SPINS, "%s() at %#lx", func, address);
	return base_decided(current_base(), func,
			    "fault after fault and no page: it spins", RULE_NONE, -EIO);
}

/* Is it the last lookup at @address that is spent on a fault? */
static bool looked_too_often(struct walk *walk, unsigned long address)
{
	if (walk->faulted != address)
		walk->lookups = 0;
	walk->faulted = address;
	return ++walk->lookups == MAX_LOOKUPS;
}

struct page *bring_page(struct walk *walk, unsigned long address,
			const struct page *missing)
{
	int error = faultin_page(walk, address, missing);

	/* -EBUSY of a page that cannot be split is another. */
	if (unlikely(error < 0))
		return ERR_PTR(error == -EBUSY ? -EAGAIN : error);
	if (unlikely(looked_too_often(walk, address)))
		return ERR_PTR(gup_spins(address));
	/* FOLL_COW is for this page alone; nobody runs between the fault and this. */
	if (unlikely(error == COW_BROKEN))
		return follow_page_mask(walk->vma, address, walk->foll_flags | FOLL_COW,
					&walk->ctx);
	return NULL;
}
