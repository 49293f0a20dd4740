/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faulting a range in beforehand, without holding its pages. */
#include "gup/gup.h"
#include "gup/seam.h"

#include <errno.h>

/* Pages that have come are on their lists when it is through. */
static long drained(struct mm_struct *mm, long ret)
{
	if (rule_is(POPULATE_DRAIN, POPULATE_DRAINS)) {
		base_decision(current_base(), "populate_vma_page_range",
			      RULE_POPULATE_DRAIN, "the pagevecs are drained");
		lru_add_drain_all(mm_phys(mm));
	}
	return ret;
}

/* Without mmap_sem the VMA may be gone. */
static long populate_pages(struct vm_area_struct *vma, unsigned long start,
			   unsigned long end, unsigned int gup_flags, int *locked)
{
	struct mm_struct *mm = vma->vm_mm;

	return drained(mm,
		       __get_user_pages(current, mm, start, (end - start) >> PAGE_SHIFT,
					gup_flags, NULL, NULL, locked));
}

long populate_vma_page_range(struct vm_area_struct *vma, unsigned long start,
			     unsigned long end, int *nonblocking)
{
	unsigned int gup_flags = FOLL_TOUCH | FOLL_POPULATE | FOLL_MLOCK;

	if (vma->vm_flags & VM_LOCKONFAULT) {
		/* Pages are mlocked as they are mapped: nothing is to be done. */
		if (rule_is(LOCKONFAULT, LOCKONFAULT_PASSED_OVER))
			return (end - start) >> PAGE_SHIFT;
		gup_flags &= ~FOLL_POPULATE;
	}
	/* COW is broken now, so that no write faults later. */
	if ((vma->vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		gup_flags |= FOLL_WRITE;
	if (vma->vm_flags & (VM_READ | VM_WRITE | VM_EXEC))
		gup_flags |= FOLL_FORCE;
	return populate_pages(vma, start, end, gup_flags, nonblocking);
}

long faultin_vma_page_range(struct vm_area_struct *vma, unsigned long start,
			    unsigned long end, bool write, int *locked)
{
	/* As long as there were flags for it, memory was mlocked on the way. */
	unsigned int mlocks = gupsim_kernel_flags(mm_base(vma->vm_mm)->rules.kernel) &
			      (FOLL_POPULATE | FOLL_MLOCK);
	unsigned int gup_flags =
		FOLL_TOUCH | FOLL_HWPOISON | mlocks | (write ? FOLL_WRITE : 0);

	if (check_vma_flags(vma, gup_flags))
		return decided(-EINVAL, "the VMA is not to be accessed so");
	return populate_pages(vma, start, end, gup_flags, locked);
}

long faultin_page_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			bool write, int *locked)
{
	unsigned int gup_flags =
		FOLL_TOUCH | FOLL_HWPOISON | FOLL_UNLOCKABLE | FOLL_MADV_POPULATE;

	if (write)
		gup_flags |= FOLL_WRITE;
	return drained(mm, __get_user_pages_locked(current, mm, start,
						   (end - start) >> PAGE_SHIFT, NULL,
						   NULL, locked, gup_flags));
}

/* One go at one VMA. Returns how far it came, or an error. */
static long populate_some(struct vm_area_struct *vma, unsigned long *start,
			  unsigned long end, int *locked)
{
	long nr;

	if (end > vma->vm_end)
		end = vma->vm_end;
	if (*start < vma->vm_start)
		*start = vma->vm_start;
	if (vma->vm_flags & (VM_IO | VM_PFNMAP)) {
		*start = end;
		return 0;
	}
	nr = populate_vma_page_range(vma, *start, end, locked);
	if (nr > 0)
		*start += nr << PAGE_SHIFT;
	return nr;
}

int __mm_populate(struct mm_struct *mm, unsigned long start, unsigned long end,
		  bool ignore_errors)
{
	int locked = 1;
	long ret = 0;

	down_read(&mm->mmap_sem);

	while (start < end && ret >= 0 && base_alive(mm_base(mm))) {
		struct vm_area_struct *vma;
		unsigned long next;

		if (!locked)
			mmap_read_relock(mm);
		locked = 1;
		vma = find_vma(mm, start);
		if (!vma || vma->vm_start >= end)
			break;
		next = vma->vm_end;
		ret = populate_some(vma, &start, end, &locked);
		if (ret < 0 && ignore_errors) {
			ret = 0;
			start = next;
		}
	}
	if (locked)
		up_read(&mm->mmap_sem);
	return ret < 0 ? (int)ret : 0;
}
