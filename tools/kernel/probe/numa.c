// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NUMA hints, as the scanner of the scheduler sets them: the mappings that it visits are
 * chosen here as it chooses them, the pages by the kernel's own change_prot_numa().
 */
#include "probe.h"

#include <linux/dax.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/hugetlb_inline.h>
#include <linux/kprobes.h>
#include <linux/sched/mm.h>
#include <linux/version.h>

typedef unsigned long (*lookup_fn)(const char *name);
typedef unsigned long (*hint_fn)(struct vm_area_struct *vma, unsigned long start,
				 unsigned long end);

static hint_fn change_prot;
static int *balancing_mode; /* NULL: the release hints whatever it is */

/* Neither function is for modules; a kprobe knows where they are all the same. */
int probe_numa_find(void)
{
	struct kprobe probe = {.symbol_name = "kallsyms_lookup_name"};
	int error = register_kprobe(&probe);
	lookup_fn lookup = (lookup_fn)probe.addr;

	if (error)
		return error;
	unregister_kprobe(&probe);
	change_prot = (hint_fn)lookup("change_prot_numa");
	balancing_mode = (int *)lookup("sysctl_numa_balancing_mode");
	return change_prot ? 0 : -ENOENT;
}

static bool is_scanned(struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_IO | VM_PFNMAP | VM_MIXEDMAP) || is_vm_hugetlb_page(vma))
		return false;
	if (vma_is_dax(vma))
		return false;
	if (vma->vm_file && (vma->vm_flags & (VM_READ | VM_WRITE)) == VM_READ)
		return false;
	return vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC);
}

/* -ENOMEM: nothing is mapped there. */
static int hint_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	int error = start < end ? -ENOMEM : 0;

	while (start < end) {
		struct vm_area_struct *vma = find_vma(mm, start);

		if (!vma || vma->vm_start >= end)
			break;
		error = 0;
		if (is_scanned(vma))
			change_prot(vma, max(start, vma->vm_start),
				    min(end, vma->vm_end));
		start = vma->vm_end;
	}
	return error;
}

/* The mode lasts no longer than this, so that the scheduler sets no hints of its own. */
static int hint_as_balancing(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	int mode = balancing_mode ? *balancing_mode : 0;
	int error;

	if (balancing_mode)
		*balancing_mode = 1;
	error = hint_range(mm, start, end);
	if (balancing_mode)
		*balancing_mode = mode;
	return error;
}

/*
 * That the mm has another user keeps the kernel from sparing pages of this node. Like the
 * scanner it does nothing while the mm is being changed.
 */
int probe_hint(const struct probe_hint *hint)
{
	struct mm_struct *mm;
	int error = 0;

	if (hint->reserved || hint->start % PAGE_SIZE || hint->pages > PROBE_ROOM)
		return -EINVAL;
	mm = probe_mm(hint->pid);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	if (mmap_read_trylock(mm)) {
		error = hint_as_balancing(mm, hint->start,
					  hint->start + hint->pages * PAGE_SIZE);
		mmap_read_unlock(mm);
	}
	mmput(mm);
	return error;
}
