/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the CPU does: reads and writes through the page tables, and the faults they take.
 */
#include "machine/machine.h"

#include "fault/fault.h"
#include "mm/pkey.h"
#include "mm/stack.h"
#include "vm/mmap.h"

#include <errno.h>
#include <signal.h>

/* How often one page may be faulted before it counts as faulting for ever. */
#define MAX_FAULTS 100

/* One access, page by page. */
struct access {
	struct task_struct *task;
	struct mm_struct *mm;
	bool write;
	int signal;
};

static bool permitted(const struct vm_area_struct *vma, bool write)
{
	return vma->vm_flags & (write ? VM_WRITE : VM_READ | VM_WRITE | VM_EXEC);
}

static bool pkey_allows(const struct access *access, unsigned int pkey)
{
	return pkru_allows_pkey(access->task->sim->pkru, pkey, access->write);
}

/* The MMU's part: is the pte good for the access? It then notes that it was used. */
static bool translate(const struct access *access, unsigned long address)
{
	unsigned int shift;
	pte_t *ptep = address < TASK_SIZE_MAX ? mm_find_leaf(access->mm, address, &shift)
					      : NULL;

	if (!ptep || !(ptep->pte & _PAGE_PRESENT) || (access->write && !pte_write(*ptep)))
		return false;
	if (!pkey_allows(access, pte_pkey(*ptep)))
		return false;
	set_pte(ptep,
		access->write ? pte_mkdirty(pte_mkyoung(*ptep)) : pte_mkyoung(*ptep));
	return true;
}

static int signalled(struct access *access, unsigned long address, int signal)
{
	access->signal = signal;
	return base_error(mm_base(access->mm), -EFAULT, "%s at %#lx",
			  signal == SIGBUS ? "SIGBUS" : "SIGSEGV", address);
}

static int fault_error(struct access *access, unsigned long address, vm_fault_t fault)
{
	if (fault & VM_FAULT_OOM)
		return -ENOMEM;
	return signalled(access, address, fault & VM_FAULT_SIGBUS ? SIGBUS : SIGSEGV);
}

/* Charged to the task: once, when the last pass has ended, or for the passes that ended.
 */
static void count_pass(const struct access *access, unsigned int flags, vm_fault_t fault,
		       bool *major)
{
	*major |= fault & VM_FAULT_MAJOR;
	if (fault & VM_FAULT_ERROR)
		return;
	if (base_rule(mm_base(access->mm), RULE_FAULT_COUNT) == FAULT_COUNT_CURRENT)
		count_fault(access->task, flags, fault);
	else if (!(fault & VM_FAULT_RETRY))
		count_fault(access->task, 0, *major ? VM_FAULT_MAJOR : 0);
}

/* The kernel's own fault handler grows stacks on every release. */
static struct vm_area_struct *vma_for_access(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(mm, address);

	if (!vma || vma->vm_start <= address)
		return vma;
	return expand_stack(vma, address) ? NULL : vma;
}

/* What begins under the VMA's lock shows only where that is not enough. */
static bool tries_vma_lock(const struct vm_area_struct *vma, bool first)
{
	return first && vma->vm_ops && !vma->vm_ops->map_pages &&
	       base_rule(mm_base(vma->vm_mm), RULE_VMA_LOCK) == VMA_LOCK_FIRST;
}

static vm_fault_t try_fault(struct vm_area_struct *vma, unsigned long address,
			    unsigned int flags, bool first)
{
	struct base *base = mm_base(vma->vm_mm);
	vm_fault_t fault;

	if (tries_vma_lock(vma, first)) {
		fault = handle_mm_fault(vma, address, flags | FAULT_FLAG_VMA_LOCK);
		if (!(fault & VM_FAULT_RETRY))
			return fault;
		base_decision(base, "vmf_can_call_fault", RULE_VMA_LOCK,
			      "mmap_lock is needed: the fault begins again");
	}
	fault = base_rare(base, GUPSIM_RARE_RETRY)
			? fault_forced_to_retry(vma->vm_mm, address, flags)
			: 0;
	return fault ? fault : handle_mm_fault(vma, address, flags);
}

/*
 * The first try may have been under the VMA's own lock, which is not worth a note. One
 * that is forced to be in vain was under mmap_sem, which it releases.
 */
static unsigned int flags_to_retry(const struct base *base, unsigned int flags,
				   vm_fault_t fault, bool first)
{
	if (base_rule(base, RULE_RETRIES) != RETRIES_MANY)
		flags &= ~FAULT_FLAG_ALLOW_RETRY;
	if (!first || (fault & VM_FAULT_MAJOR) || base_rare(base, GUPSIM_RARE_RETRY) ||
	    base_rule(base, RULE_FAULT_TRIED) == FAULT_TRIED_ALWAYS)
		flags |= FAULT_FLAG_TRIED;
	return flags;
}

/* The lock is held before and after. */
static int user_fault(struct access *access, unsigned long address)
{
	unsigned int flags = FAULT_FLAG_USER | FAULT_FLAG_ALLOW_RETRY |
			     FAULT_FLAG_KILLABLE | (access->write ? FAULT_FLAG_WRITE : 0);
	bool major = false, first = true;
	vm_fault_t fault;

	do {
		struct vm_area_struct *vma = vma_for_access(access->mm, address);

		if (!vma || !permitted(vma, access->write) ||
		    !pkey_allows(access, vma_pkey(vma)))
			return signalled(access, address, SIGSEGV);
		fault = try_fault(vma, address, flags, first);
		count_pass(access, flags, fault, &major);
		if (fault & (VM_FAULT_RETRY | VM_FAULT_COMPLETED))
			mmap_read_relock(access->mm);
		flags = flags_to_retry(mm_base(access->mm), flags, fault, first);
		first = false;
	} while ((fault & VM_FAULT_RETRY) && base_alive(mm_base(access->mm)));
	return fault & VM_FAULT_ERROR ? fault_error(access, address, fault) : 0;
}

static int fault_once(struct access *access, unsigned long address)
{
	struct mm_struct *mm = access->mm;
	int error = mmap_read_trylock(mm);

	if (error)
		return error;
	error = user_fault(access, address);
	up_read(&mm->mmap_sem);
	return base_alive(mm_base(mm)) ? error : -EIO;
}

static int make_accessible(struct access *access, unsigned long address)
{
	for (int faults = 0; !translate(access, address); faults++) {
		int error;

		if (faults == MAX_FAULTS) {
			base_die(mm_base(access->mm), GUPSIM_DEAD_SPINS,
				 "a page fault at %#lx", address);
			return -EIO;
		}
		error = fault_once(access, address);
		if (error)
			return error;
	}
	return 0;
}

/* Registers have no bytes here: they read as zeroes and forget what is written. */
static struct page *page_behind(const struct access *access, unsigned long address)
{
	unsigned int shift;
	const pte_t *leaf = mm_find_leaf(access->mm, address, &shift);
	unsigned long pfn = leaf_pfn(*leaf, shift, address);
	const struct phys *phys = mm_phys(access->mm);

	return pfn_valid(phys, pfn) ? pfn_to_page(phys, pfn) : NULL;
}

static int move_bytes(const struct access *access, unsigned long address, void *buf,
		      size_t length)
{
	struct page *page = page_behind(access, address);
	size_t offset = address % PAGE_SIZE;

	if (!page) {
		if (!access->write)
			memset(buf, 0, length);
		return 0;
	}
	if (access->write)
		return page_write(page, offset, buf, length);
	page_read(page, offset, buf, length);
	return 0;
}

static int access_range(struct access *access, unsigned long address, char *buf,
			size_t length)
{
	while (length) {
		size_t chunk = PAGE_SIZE - address % PAGE_SIZE;
		char touch = 1;
		int error;

		if (chunk > length)
			chunk = length;
		error = make_accessible(access, address);
		if (!error)
			error = move_bytes(access, address, buf ? buf : &touch,
					   buf ? chunk : 1);
		if (error)
			return error;
		address += chunk;
		length -= chunk;
		buf = buf ? buf + chunk : NULL;
	}
	return 0;
}

static int access_mm(struct access *access, unsigned long address, char *buf,
		     size_t length)
{
	int error;

	if (task_exited(access->task) || !length)
		return base_error(access->task->sim->base, -EINVAL, "%s",
				  length ? "the task has exited" : "the length is 0");
	/* The task may be made to exit meanwhile, by who listens. */
	access->mm = access->task->mm;
	mmget(access->mm);
	error = access_range(access, address, buf, length);
	mmput(access->mm);
	return error;
}

static int access_call(struct task_struct *task, unsigned long addr, void *buf,
		       size_t length, bool write, int *signal)
{
	struct access access = {.task = task, .write = write};
	int error;

	if (!task)
		return -EINVAL;
	error = MACHINE_CALL(base_machine(task->sim->base), write ? "write" : "read",
			     access_mm(&access, addr, buf, length));
	if (signal)
		*signal = access.signal;
	return error;
}

int gupsim_read(struct task_struct *task, unsigned long addr, void *buf, size_t length,
		int *signal)
{
	return access_call(task, addr, buf, length, false, signal);
}

int gupsim_write(struct task_struct *task, unsigned long addr, const void *buf,
		 size_t length, int *signal)
{
	/* Only read from: the access is a write. */
	return access_call(task, addr, (void *)(uintptr_t)buf, length, true, signal);
}
