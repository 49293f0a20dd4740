/* SPDX-License-Identifier: GPL-2.0-or-later */
/* madvise(), one VMA at a time. */
#include "vm/madvise.h"

#include "vm/huge_memory.h"
#include "vm/hugetlb.h"
#include "vm/truncate.h"
#include "vm/zap.h"

#include <errno.h>
#include <sys/mman.h>

bool madvise_behavior_valid(int advice)
{
	return advice == MADV_NORMAL || advice == MADV_RANDOM ||
	       advice == MADV_DONTNEED || advice == MADV_REMOVE ||
	       advice == MADV_HUGEPAGE || advice == MADV_NOHUGEPAGE;
}

bool madvise_need_mmap_write(int advice)
{
	return advice != MADV_DONTNEED && advice != MADV_REMOVE;
}

static unsigned long advised_flags(unsigned long vm_flags, int advice)
{
	switch (advice) {
	case MADV_RANDOM:
		return (vm_flags & ~VM_SEQ_READ) | VM_RAND_READ;
	case MADV_HUGEPAGE:
		return (vm_flags & ~VM_NOHUGEPAGE) | VM_HUGEPAGE;
	case MADV_NOHUGEPAGE:
		return (vm_flags & ~VM_HUGEPAGE) | VM_NOHUGEPAGE;
	default:
		return vm_flags & ~(VM_RAND_READ | VM_SEQ_READ);
	}
}

/* The range becomes a VMA of its own, unless a neighbour agrees. */
static int madvise_behavior(struct vm_area_struct *vma, unsigned long start,
			    unsigned long end, int advice)
{
	unsigned long vm_flags = advised_flags(vma->vm_flags, advice);
	struct mm_struct *mm = vma->vm_mm;
	int error;

	if (vm_flags == vma->vm_flags)
		return 0;
	error = split_mapped_range(mm, start, end);
	if (error)
		return error;
	vma = find_vma(mm, start);
	vma->vm_flags = vm_flags;
	vma_merge(vma);
	return 0;
}

/* Whole huge pages, but not the one that the range ends in. */
static int hugetlb_dontneed(struct vm_area_struct *vma, unsigned long start,
			    unsigned long end)
{
	unsigned long mask = huge_page_mask(hstate_vma(vma));
	struct base *base = mm_base(vma->vm_mm);

	if (base_rule(base, RULE_HUGETLB_DONTNEED) == HUGETLB_DONTNEED_REFUSED)
		return base_error(base, -EINVAL, "huge pages at %#lx", start);
	if (start & ~mask)
		return base_error(base, -EINVAL, "%#lx is inside a huge page", start);
	unmap_hugepage_range(vma, start, end & mask, NULL);
	return 0;
}

/* Pages that somebody pinned stay his; whoever touches the memory again gets others. */
static int madvise_dontneed(struct vm_area_struct *vma, unsigned long start,
			    unsigned long end)
{
	if (is_vm_hugetlb_page(vma))
		return hugetlb_dontneed(vma, start, end);
	if (vma->vm_flags & (VM_LOCKED | VM_PFNMAP))
		return base_error(mm_base(vma->vm_mm), -EINVAL, "%s at %#lx",
				  vma->vm_flags & VM_LOCKED ? "memory is locked"
							    : "a device is mapped",
				  start);
	lru_add_drain_all(mm_phys(vma->vm_mm));
	zap_page_range(vma, start, end);
	return 0;
}

/* A shared mapping may be writable, or only able to become so by mprotect(). */
static bool may_remove(const struct vm_area_struct *vma)
{
	bool asks_maywrite = base_rule(mm_base(vma->vm_mm), RULE_MADVISE_REMOVE) ==
			     MADVISE_REMOVE_MAYWRITE;
	unsigned long wanted = VM_SHARED | (asks_maywrite ? VM_MAYWRITE : VM_WRITE);

	return (vma->vm_flags & wanted) == wanted;
}

/*
 * The file gets a hole, for all who map it. The kernel lets go of mmap_sem meanwhile; and
 * so it is where this waits, as nothing is held of it then.
 */
static int madvise_remove(struct vm_area_struct *vma, unsigned long start,
			  unsigned long end)
{
	struct base *base = mm_base(vma->vm_mm);

	if ((vma->vm_flags & VM_LOCKED) || !vma->vm_file)
		return base_error(base, -EINVAL, "%s at %#lx",
				  vma->vm_file ? "memory is locked" : "there is no file",
				  start);
	if (!may_remove(vma))
		return base_error(base, -EACCES, "no shared writable mapping at %#lx",
				  start);
	return vfs_punch_hole(gupsim_file(vma->vm_file), linear_page_index(vma, start),
			      (end - start) >> PAGE_SHIFT);
}

int madvise_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		int advice)
{
	switch (advice) {
	case MADV_DONTNEED:
		return madvise_dontneed(vma, start, end);
	case MADV_REMOVE:
		return madvise_remove(vma, start, end);
	default:
		return madvise_behavior(vma, start, end, advice);
	}
}
