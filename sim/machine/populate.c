/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who populates, and how its errors read. */
#include "machine/populate.h"

#include "gup/gup.h"
#include "vm/mmap.h"

#include <errno.h>

/* Who was current before, and is so again. */
struct stand_in {
	struct gupsim_machine *machine;
	struct task_struct *outer;
	bool ours; /* of this machine: a listener may have made it exit meanwhile */
};

struct task_struct *machine_task_in(const struct mm_struct *mm)
{
	struct gupsim_machine *machine = base_machine(mm_base(mm));
	struct gupsim_task *task;

	if (current && current->mm == mm)
		return current;
	TAILQ_FOREACH (task, &machine->tasks, link)
		if (task->task.mm == mm)
			return &task->task;
	return NULL;
}

/* False: no task runs in the mm. */
static bool stand_in(struct stand_in *in, struct mm_struct *mm)
{
	struct task_struct *task;

	in->machine = base_machine(mm_base(mm));
	in->outer = current;
	in->ours = current && current->sim->base == &in->machine->base;
	task = machine_task_in(mm);
	if (!task)
		return false;
	current = task;
	mmget(mm);
	return true;
}

static bool still_runs(const struct stand_in *in)
{
	const struct gupsim_task *task;

	TAILQ_FOREACH (task, &in->machine->tasks, link)
		if (&task->task == in->outer)
			return !task_exited(&task->task);
	return false;
}

static void step_back(const struct stand_in *in, struct mm_struct *mm)
{
	mmput(mm);
	current = in->ours && !still_runs(in) ? NULL : in->outer;
}

void machine_populate_vma(struct vm_area_struct *vma, unsigned long start,
			  unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;
	struct stand_in in;

	if (!stand_in(&in, mm))
		return;
	(void)populate_vma_page_range(vma, start, end, NULL);
	step_back(&in, mm);
}

/* mlock() has errors of its own for what populating ends in, and none for the host's. */
static int mlock_errno(struct base *base, int error, unsigned long refusals)
{
	if (base->heap.refusals != refusals)
		return -ENOMEM;
	if (error == -EFAULT)
		return base_error(base, -ENOMEM, "there is memory that cannot be had");
	if (error == -ENOMEM)
		return base_error(base, -EAGAIN, "the machine is out of memory");
	return error;
}

int machine_populate(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct base *base = mm_base(mm);
	unsigned long refusals = base->heap.refusals;
	struct stand_in in;
	int error;

	if (!stand_in(&in, mm))
		return 0;
	error = __mm_populate(mm, start, end, false);
	step_back(&in, mm);
	return mlock_errno(base, error, refusals);
}

int machine_mm_populate(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct base *base = mm_base(mm);
	unsigned long refusals = base->heap.refusals;
	struct stand_in in;

	if (!stand_in(&in, mm))
		return 0;
	__mm_populate(mm, start, end, true);
	step_back(&in, mm);
	return base->heap.refusals == refusals ? 0 : -ENOMEM;
}

/* madvise */

/* The lock that was dropped to wait is held for the next go. */
static void retake(struct mm_struct *mm, int *locked)
{
	if (!*locked)
		mmap_read_relock(mm);
	*locked = 1;
}

/* One go at [start, end), of which the first part lies in one VMA. */
static long populate_in_vma(struct mm_struct *mm, unsigned long start, unsigned long end,
			    bool write, int *locked)
{
	struct vm_area_struct *vma = vma_lookup(mm, start);

	if (!vma)
		return -ENOMEM;
	return faultin_vma_page_range(vma, start, end < vma->vm_end ? end : vma->vm_end,
				      write, locked);
}

static int populate_all(struct mm_struct *mm, unsigned long start, unsigned long end,
			bool write)
{
	bool to_hole =
		base_rule(mm_base(mm), RULE_MADV_POPULATE) == MADV_POPULATE_TO_HOLE;
	int locked = 1;

	while (start < end && base_alive(mm_base(mm))) {
		long pages = (to_hole ? faultin_page_range
				      : populate_in_vma)(mm, start, end, write, &locked);

		retake(mm, &locked);
		if (pages < 0)
			return (int)pages;
		start += pages << PAGE_SHIFT;
	}
	return 0;
}

/* Holes are passed over, and make it -ENOMEM at the end. */
static int populate_each_vma(struct mm_struct *mm, unsigned long start, unsigned long end,
			     bool write)
{
	bool hole = false;
	int error = 0;

	while (start < end && !error) {
		struct vm_area_struct *vma = find_vma_intersection(mm, start, end);
		unsigned long vma_end;

		hole |= !vma || vma->vm_start > start;
		if (!vma)
			break;
		if (vma->vm_start > start)
			start = vma->vm_start;
		vma_end = vma->vm_end < end ? vma->vm_end : end;
		error = populate_all(mm, start, vma_end, write);
		start = vma_end;
	}
	return error ? error : hole ? -ENOMEM : 0;
}

static int populate_errno(struct base *base, int error, unsigned long start,
			  unsigned long refusals)
{
	if (base->heap.refusals != refusals)
		return -ENOMEM;
	switch (error) {
	case 0:
	case -EINTR:
	case -EINVAL:
	case -EFAULT:
	case -EHWPOISON:
		break;
	default:
		error = -ENOMEM;
	}
	return error ? base_error(base, error, "memory from %#lx on cannot be had", start)
		     : 0;
}

int machine_madvise_populate(struct mm_struct *mm, unsigned long start, unsigned long end,
			     bool write)
{
	struct base *base = mm_base(mm);
	bool to_hole = base_rule(base, RULE_MADV_POPULATE) == MADV_POPULATE_TO_HOLE;
	unsigned long refusals = base->heap.refusals;
	struct stand_in in;
	int error;

	if (!stand_in(&in, mm))
		return base_error(base, -ESRCH, "no task runs in the address space");
	error = (to_hole ? populate_all : populate_each_vma)(mm, start, end, write);
	step_back(&in, mm);
	return populate_errno(base, error, start, refusals);
}
