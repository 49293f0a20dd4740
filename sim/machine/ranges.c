/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls on a range of an address space. Invariant: none waits for mmap_sem, there
 * is nobody to give it back; and one that works VMA by VMA keeps what it has done when it
 * ends in an error, as in the kernel.
 */
#include "machine/populate.h"

#include "vm/madvise.h"
#include "vm/mlock.h"
#include "vm/mmap.h"
#include "vm/mprotect.h"
#include "vm/numa.h"

#include <errno.h>
#include <sys/mman.h>

static int check_aligned(struct gupsim_machine *machine, unsigned long addr)
{
	return addr % PAGE_SIZE
		       ? machine_refuse(machine, "the address is not page aligned")
		       : 0;
}

int machine_check_range(struct gupsim_machine *machine, unsigned long addr,
			unsigned long length, int above)
{
	int error = check_aligned(machine, addr);

	if (error)
		return error;
	if (!length)
		return machine_refuse(machine, "the length is 0");
	if (addr > TASK_SIZE_MAX || length > TASK_SIZE_MAX - addr)
		return base_error(&machine->base, above,
				  "the range ends above the address space");
	return 0;
}

/* What a range of addresses has to be, and what is done with it. @arg: PROT_*, MADV_*. */
struct range_call {
	const char *func;
	int (*check)(struct gupsim_machine *machine, unsigned long addr,
		     unsigned long length, int arg);
	int (*fn)(struct mm_struct *mm, unsigned long start, unsigned long end, int arg);
	bool (*for_writing)(int arg); /* which way mmap_sem is taken; NULL: for writing */
};

static int under_write_lock(struct mm_struct *mm, unsigned long start, unsigned long end,
			    int arg, const struct range_call *call)
{
	int error = mmap_write_trylock(mm);

	if (error)
		return error;
	error = call->fn(mm, start, end, arg);
	up_write(&mm->mmap_sem);
	return error;
}

static int under_read_lock(struct mm_struct *mm, unsigned long start, unsigned long end,
			   int arg, const struct range_call *call)
{
	int error = mmap_read_trylock(mm);

	if (error)
		return error;
	error = call->fn(mm, start, end, arg);
	up_read(&mm->mmap_sem);
	return error;
}

static int under_lock(struct mm_struct *mm, unsigned long addr, unsigned long length,
		      int arg, const struct range_call *call)
{
	int error = call->check(base_machine(mm_base(mm)), addr, length, arg);
	bool write = !call->for_writing || call->for_writing(arg);

	if (error || !length)
		return error;
	return (write ? under_write_lock
		      : under_read_lock)(mm, addr, addr + PAGE_ALIGN(length), arg, call);
}

static int range_call(struct mm_struct *mm, unsigned long addr, unsigned long length,
		      int arg, const struct range_call *call)
{
	if (!mm)
		return -EINVAL;
	return MACHINE_CALL(base_machine(mm_base(mm)), call->func,
			    under_lock(mm, addr, length, arg, call));
}

static int not_mapped(struct mm_struct *mm, unsigned long address)
{
	return base_error(mm_base(mm), -ENOMEM, "%#lx is not mapped", address);
}

/* munmap */

static int check_munmap(struct gupsim_machine *machine, unsigned long addr,
			unsigned long length, int arg)
{
	(void)arg;
	return machine_check_range(machine, addr, length, -EINVAL);
}

static int munmap_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			int arg)
{
	(void)arg;
	return do_munmap(mm, start, end);
}

int gupsim_munmap(struct mm_struct *mm, unsigned long addr, unsigned long length)
{
	static const struct range_call munmap = {"munmap", check_munmap, munmap_range,
						 NULL};

	return range_call(mm, addr, length, 0, &munmap);
}

/* mprotect */

static int check_mprotect(struct gupsim_machine *machine, unsigned long addr,
			  unsigned long length, int prot)
{
	int error = check_aligned(machine, addr);

	if (error || !length)
		return error;
	if (addr + PAGE_ALIGN(length) <= addr)
		return base_error(&machine->base, -ENOMEM, "the range wraps around");
	if (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC))
		return machine_refuse(machine, "a protection is made of PROT_READ, "
					       "PROT_WRITE and PROT_EXEC");
	return 0;
}

/* Locked private memory has its COW broken at once, so that no write has to fault. */
static bool becomes_writable(const struct vm_area_struct *vma, int prot)
{
	return (prot & PROT_WRITE) &&
	       (vma->vm_flags & (VM_WRITE | VM_SHARED | VM_LOCKED)) == VM_LOCKED;
}

static int mprotect_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			  const struct mprotect_request *request)
{
	int error = 0;

	while (start < end && !error) {
		struct vm_area_struct *vma = find_vma(mm, start);
		unsigned long vma_end;
		bool populate;

		if (!vma || vma->vm_start > start)
			return not_mapped(mm, start);
		vma_end = vma->vm_end < end ? vma->vm_end : end;
		populate = becomes_writable(vma, request->prot);
		error = mprotect_fixup(vma, start, vma_end, request);
		if (!error && populate)
			machine_populate_vma(find_vma(mm, start), start, vma_end);
		start = vma_end;
	}
	return error;
}

static int do_mprotect_pkey(struct mm_struct *mm, unsigned long addr,
			    unsigned long length, int prot, int pkey)
{
	struct gupsim_machine *machine = base_machine(mm_base(mm));
	const struct mprotect_request request = {prot, pkey, machine_task_in(mm)};
	int error = check_mprotect(machine, addr, length, prot);

	if (error || !length)
		return error;
	if (pkey < -1 || pkey >= NR_PKEYS)
		return machine_refuse(machine, "there are protection keys from 0 to 15");
	error = mmap_write_trylock(mm);
	if (error)
		return error;
	if (pkey > 0)
		error = mm_pkey_alloc_up_to(mm, pkey);
	if (!error)
		error = mprotect_range(mm, addr, addr + PAGE_ALIGN(length), &request);
	up_write(&mm->mmap_sem);
	return error;
}

int gupsim_pkey_mprotect(struct mm_struct *mm, unsigned long addr, unsigned long length,
			 int prot, int pkey)
{
	if (!mm)
		return -EINVAL;
	return MACHINE_CALL(base_machine(mm_base(mm)), "mprotect",
			    do_mprotect_pkey(mm, addr, length, prot, pkey));
}

int gupsim_mprotect(struct mm_struct *mm, unsigned long addr, unsigned long length,
		    int prot)
{
	return gupsim_pkey_mprotect(mm, addr, length, prot, -1);
}

/* madvise */

static bool is_populate(int advice)
{
	return advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE;
}

/* Holes are passed over, and make it -ENOMEM at the end. */
static int madvise_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			 int advice)
{
	struct vm_area_struct *vma;
	int ret = 0;

	if (is_populate(advice))
		return machine_madvise_populate(mm, start, end,
						advice == MADV_POPULATE_WRITE);
	while (start < end) {
		unsigned long vma_end;
		int error;

		vma = find_vma_intersection(mm, start, end);
		if (!vma || vma->vm_start > start)
			ret = not_mapped(mm, start);
		if (!vma)
			break;
		if (vma->vm_start > start)
			start = vma->vm_start;
		vma_end = vma->vm_end < end ? vma->vm_end : end;
		error = madvise_vma(vma, start, vma_end, advice);
		if (error)
			return error;
		start = vma_end;
	}
	return ret;
}

static bool madvise_for_writing(int advice)
{
	return !is_populate(advice) && madvise_need_mmap_write(advice);
}

/* No range is too far up, and none too short, as long as its end is a number. */
static int check_madvise(struct gupsim_machine *machine, unsigned long addr,
			 unsigned long length, int advice)
{
	int error;

	if (is_populate(advice) &&
	    base_rule(&machine->base, RULE_MADV_POPULATE) == MADV_POPULATE_NO_ADVICE)
		return machine_refuse(machine, "the release has no such advice");
	if (!is_populate(advice) && !madvise_behavior_valid(advice))
		return machine_refuse(machine, "the advice is not modelled");
	error = check_aligned(machine, addr);
	if (!error && length && addr + PAGE_ALIGN(length) <= addr)
		error = machine_refuse(machine, "the range wraps around");
	return error;
}

int gupsim_madvise(struct mm_struct *mm, unsigned long addr, unsigned long length,
		   int advice)
{
	static const struct range_call madvise = {"madvise", check_madvise, madvise_range,
						  madvise_for_writing};

	return range_call(mm, addr, length, advice, &madvise);
}

/* The NUMA scanner */

static int check_numa_hint(struct gupsim_machine *machine, unsigned long addr,
			   unsigned long length)
{
	int error = check_aligned(machine, addr);

	if (!error && length && addr + PAGE_ALIGN(length) <= addr)
		error = machine_refuse(machine, "the range wraps around");
	return error;
}

/* The scanner never looks for what is not there: whoever asks for it is told. */
static int hint_mapped(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	const struct vm_area_struct *vma = find_vma(mm, start);

	if (!vma || vma->vm_start >= end)
		return base_error(mm_base(mm), -ENOMEM, "nothing is mapped at %#lx",
				  start);
	task_numa_work(mm, start, end);
	return 0;
}

/* It waits for nobody: another time will do. */
static int numa_hint(struct mm_struct *mm, unsigned long addr, unsigned long length)
{
	int error = check_numa_hint(base_machine(mm_base(mm)), addr, length);

	if (error || !length)
		return error;
	if (mm->mmap_sem.writer) {
		base_decision(mm_base(mm), "task_numa_work", RULE_NONE,
			      "mmap_sem is held for writing: nothing is done");
		return 0;
	}
	down_read(&mm->mmap_sem);
	error = hint_mapped(mm, addr, addr + PAGE_ALIGN(length));
	up_read(&mm->mmap_sem);
	return error;
}

int gupsim_numa_hint(struct mm_struct *mm, unsigned long addr, unsigned long length)
{
	if (!mm)
		return -EINVAL;
	return MACHINE_CALL(base_machine(mm_base(mm)), "numa_hint",
			    numa_hint(mm, addr, length));
}

/* mlock, munlock: unaligned addresses belong to their pages. */

static int check_mlock(struct gupsim_machine *machine, unsigned long addr,
		       unsigned long length, int arg)
{
	(void)arg;
	if (addr + length < addr)
		return machine_refuse(machine, "the range wraps around");
	return 0;
}

/* All pages that a range touches; none if its length goes round. */
static unsigned long length_of_pages(unsigned long addr, unsigned long length)
{
	return PAGE_ALIGN(length + addr % PAGE_SIZE);
}

static int apply_vma_lock_flags(struct mm_struct *mm, unsigned long start,
				unsigned long end, int flags)
{
	int error = 0;

	while (start < end && !error) {
		struct vm_area_struct *vma = vma_lookup(mm, start);
		unsigned long vma_end;

		if (!vma)
			return not_mapped(mm, start);
		vma_end = vma->vm_end < end ? vma->vm_end : end;
		error = mlock_fixup(vma, start, vma_end, (unsigned long)flags);
		start = vma_end;
	}
	return error;
}

static int do_mlock(struct mm_struct *mm, unsigned long addr, unsigned long length,
		    bool onfault)
{
	static const struct range_call mlock = {"mlock", check_mlock,
						apply_vma_lock_flags, NULL};
	int flags = VM_LOCKED | (onfault ? VM_LOCKONFAULT : 0);
	int error = under_lock(mm, addr, length, flags, &mlock);

	return error || !length ? error : machine_populate(mm, addr, addr + length);
}

int gupsim_mlock(struct mm_struct *mm, unsigned long addr, unsigned long length,
		 bool onfault)
{
	if (!mm)
		return -EINVAL;
	return MACHINE_CALL(base_machine(mm_base(mm)), "mlock",
			    do_mlock(mm, addr & PAGE_MASK, length_of_pages(addr, length),
				     onfault));
}

int gupsim_munlock(struct mm_struct *mm, unsigned long addr, unsigned long length)
{
	static const struct range_call munlock = {"munlock", check_mlock,
						  apply_vma_lock_flags, NULL};

	return range_call(mm, addr & PAGE_MASK, length_of_pages(addr, length), 0,
			  &munlock);
}
