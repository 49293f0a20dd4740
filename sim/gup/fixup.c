/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fixup_user_fault(): one fault, as an access of the task's would take it, and no page to
 * hold. Invariant: mmap_sem is held when it returns, whatever happened in between.
 */
#include "gup/gup.h"
#include "gup/seam.h"
#include "mm/pkey.h"

#include <errno.h>

/* One go, and what it has come to. */
struct fixup {
	struct task_struct *tsk;
	struct mm_struct *mm;
	unsigned long address;
	unsigned int fault_flags;
	bool *unlocked;
	bool major; /* in one of the attempts */
};

/* Nobody forces such a fault. */
static bool vma_permits_fault(const struct vm_area_struct *vma, unsigned int fault_flags)
{
	bool write = fault_flags & FAULT_FLAG_WRITE;

	return (vma->vm_flags & (write ? VM_WRITE : VM_READ)) &&
	       arch_vma_access_permitted(vma, write, fault_flags & FAULT_FLAG_REMOTE);
}

static int refused(const struct fixup *fixup, const char *words, int error)
{
	return base_decided_at(current_base(), "fixup_user_fault", words, fixup->address,
			       error);
}

/* Charged to tsk it is one fault, however often it was tried. */
static void count_attempt(const struct fixup *fixup, vm_fault_t ret)
{
	if (rule_is(FAULT_COUNT, FAULT_COUNT_CURRENT))
		count_fault(current, fixup->fault_flags, ret);
}

static int complete(const struct fixup *fixup)
{
	if (rule_is(FAULT_COUNT, FAULT_COUNT_TSK))
		count_fault(fixup->tsk, 0, fixup->major ? VM_FAULT_MAJOR : 0);
	return base_decided_at(current_base(), "fixup_user_fault",
			       fixup->major ? "a major fault brought the page"
					    : "the page is there",
			       fixup->address, 0);
}

/* The fault has dropped the lock that the caller counts on. */
static void retake(const struct fixup *fixup)
{
	mmap_read_relock(fixup->mm);
	base_decision_at(current_base(), "fixup_user_fault", fixup->address,
			 "mmap_sem is taken again");
	*fixup->unlocked = true;
}

/* Is it to be tried once more? */
static bool try_again(struct fixup *fixup)
{
	bool first = !(fixup->fault_flags & FAULT_FLAG_TRIED);

	fixup->fault_flags |= FAULT_FLAG_TRIED;
	if (rule_is(FIXUP_RETRIES, RETRIES_MANY))
		return true;
	fixup->fault_flags &= ~FAULT_FLAG_ALLOW_RETRY;
	return first;
}

static bool killed(const struct fixup *fixup)
{
	return (fixup->fault_flags & FAULT_FLAG_KILLABLE) &&
	       fatal_signal_pending(current) &&
	       refused_by(FIXUP_KILLABLE, "a SIGKILL is pending");
}

static vm_fault_t take_fault(struct vm_area_struct *vma, const struct fixup *fixup)
{
	unsigned int flags = fixup->fault_flags;
	vm_fault_t ret = sanitize_fault_flags(vma, &flags);

	if (!ret && base_rare(current_base(), GUPSIM_RARE_RETRY))
		ret = fault_forced_to_retry(fixup->mm, fixup->address, flags);
	return ret ? ret : handle_mm_fault(vma, fixup->address, flags);
}

/* 0 or an error to end with; -EAGAIN: once more. */
static int attempt(struct fixup *fixup)
{
	struct vm_area_struct *vma = find_extend_vma(fixup->mm, fixup->address);
	vm_fault_t ret;
	int error;

	if (!vma)
		return refused(fixup, "no VMA", -EFAULT);
	if (!vma_permits_fault(vma, fixup->fault_flags))
		return refused(fixup, "the VMA does not permit it", -EFAULT);
	if (killed(fixup))
		return -EINTR;
	ret = take_fault(vma, fixup);
	fixup->major |= ret & VM_FAULT_MAJOR;
	error = vm_fault_to_errno(ret, 0);
	if (error)
		return refused(fixup, "the fault failed", error);
	if (BUG_ON(ret & VM_FAULT_ERROR))
		return -EIO;
	count_attempt(fixup, ret);
	if (!(ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
		return complete(fixup);
	if (BUG_ON(!fixup->unlocked))
		return -EIO;
	retake(fixup);
	if ((ret & VM_FAULT_COMPLETED) || !try_again(fixup))
		return complete(fixup);
	return -EAGAIN;
}

int fixup_user_fault(struct task_struct *tsk, struct mm_struct *mm, unsigned long address,
		     unsigned int fault_flags, bool *unlocked)
{
	struct fixup fixup = {tsk, mm, address, fault_flags, unlocked, false};

	if (unlocked)
		fixup.fault_flags |= FAULT_FLAG_ALLOW_RETRY;
	if (unlocked && rule_is(FIXUP_KILLABLE, KILLABLE_EINTR))
		fixup.fault_flags |= FAULT_FLAG_KILLABLE;
	for (int attempts = 0; attempts < MAX_LOOKUPS; attempts++) {
		int ret = attempt(&fixup);

		if (ret != -EAGAIN)
			return base_alive(mm_base(mm)) ? ret : -EIO;
	}
	base_die(mm_base(mm), GUPSIM_DEAD_SPINS, "%s() at %#lx", __func__, address);
	return -EIO;
}
