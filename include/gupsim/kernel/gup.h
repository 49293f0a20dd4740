/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pinning functions under the kernel's names, with the arguments they have in the
 * release that GUPSIM_LINUX_VERSION names; one that the release lacks is not declared.
 * Behind each stands the gupsim_ function of linux/mm.h, which takes them all.
 *
 * @tsk went in v5.9: faults are current's since then. @vmas went in v6.5.
 */
#ifndef GUPSIM_KERNEL_GUP_H
#define GUPSIM_KERNEL_GUP_H

#include <linux/mm.h>

#if !GUPSIM_LINUX_SINCE(5, 9, 0)

static inline long get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
					 unsigned long start, unsigned long nr_pages,
					 unsigned int gup_flags, struct page **pages,
					 struct vm_area_struct **vmas, int *locked)
{
	return gupsim_get_user_pages_remote(tsk, mm, start, nr_pages,
					    gupsim_foll_flags(gup_flags), pages, vmas,
					    locked);
}

#if GUPSIM_LINUX_SINCE(5, 6, 0)
static inline long pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
					 unsigned long start, unsigned long nr_pages,
					 unsigned int gup_flags, struct page **pages,
					 struct vm_area_struct **vmas, int *locked)
{
	return gupsim_pin_user_pages_remote(tsk, mm, start, nr_pages,
					    gupsim_foll_flags(gup_flags), pages, vmas,
					    locked);
}
#endif

#elif !GUPSIM_LINUX_SINCE(6, 5, 0)

static inline long get_user_pages_remote(struct mm_struct *mm, unsigned long start,
					 unsigned long nr_pages, unsigned int gup_flags,
					 struct page **pages,
					 struct vm_area_struct **vmas, int *locked)
{
	return gupsim_get_user_pages_remote(gupsim_current(), mm, start, nr_pages,
					    gupsim_foll_flags(gup_flags), pages, vmas,
					    locked);
}

static inline long pin_user_pages_remote(struct mm_struct *mm, unsigned long start,
					 unsigned long nr_pages, unsigned int gup_flags,
					 struct page **pages,
					 struct vm_area_struct **vmas, int *locked)
{
	return gupsim_pin_user_pages_remote(gupsim_current(), mm, start, nr_pages,
					    gupsim_foll_flags(gup_flags), pages, vmas,
					    locked);
}

#else

static inline long get_user_pages_remote(struct mm_struct *mm, unsigned long start,
					 unsigned long nr_pages, unsigned int gup_flags,
					 struct page **pages, int *locked)
{
	return gupsim_get_user_pages_remote(gupsim_current(), mm, start, nr_pages,
					    gupsim_foll_flags(gup_flags), pages, NULL,
					    locked);
}

static inline long pin_user_pages_remote(struct mm_struct *mm, unsigned long start,
					 unsigned long nr_pages, unsigned int gup_flags,
					 struct page **pages, int *locked)
{
	return gupsim_pin_user_pages_remote(gupsim_current(), mm, start, nr_pages,
					    gupsim_foll_flags(gup_flags), pages, NULL,
					    locked);
}

#endif

#if !GUPSIM_LINUX_SINCE(6, 5, 0)

static inline long get_user_pages(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas)
{
	return gupsim_get_user_pages(start, nr_pages, gupsim_foll_flags(gup_flags), pages,
				     vmas);
}

#if GUPSIM_LINUX_SINCE(5, 6, 0)
static inline long pin_user_pages(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas)
{
	return gupsim_pin_user_pages(start, nr_pages, gupsim_foll_flags(gup_flags), pages,
				     vmas);
}
#endif

#else

static inline long get_user_pages(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages)
{
	return gupsim_get_user_pages(start, nr_pages, gupsim_foll_flags(gup_flags), pages,
				     NULL);
}

static inline long pin_user_pages(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages)
{
	return gupsim_pin_user_pages(start, nr_pages, gupsim_foll_flags(gup_flags), pages,
				     NULL);
}

#endif

#if !GUPSIM_LINUX_SINCE(5, 18, 0)
static inline long get_user_pages_locked(unsigned long start, unsigned long nr_pages,
					 unsigned int gup_flags, struct page **pages,
					 int *locked)
{
	return gupsim_get_user_pages_locked(start, nr_pages, gupsim_foll_flags(gup_flags),
					    pages, locked);
}
#endif

#if GUPSIM_LINUX_SINCE(5, 8, 0) && !GUPSIM_LINUX_SINCE(5, 18, 0)
static inline long pin_user_pages_locked(unsigned long start, unsigned long nr_pages,
					 unsigned int gup_flags, struct page **pages,
					 int *locked)
{
	return gupsim_pin_user_pages_locked(start, nr_pages, gupsim_foll_flags(gup_flags),
					    pages, locked);
}
#endif

static inline long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
					   struct page **pages, unsigned int gup_flags)
{
	return gupsim_get_user_pages_unlocked(start, nr_pages, pages,
					      gupsim_foll_flags(gup_flags));
}

#if GUPSIM_LINUX_SINCE(5, 8, 0)
static inline long pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
					   struct page **pages, unsigned int gup_flags)
{
	return gupsim_pin_user_pages_unlocked(start, nr_pages, pages,
					      gupsim_foll_flags(gup_flags));
}
#endif

#if !GUPSIM_LINUX_SINCE(5, 9, 0)
static inline int fixup_user_fault(struct task_struct *tsk, struct mm_struct *mm,
				   unsigned long address, unsigned int fault_flags,
				   bool *unlocked)
{
	return gupsim_fixup_user_fault(tsk, mm, address, fault_flags, unlocked);
}
#else
static inline int fixup_user_fault(struct mm_struct *mm, unsigned long address,
				   unsigned int fault_flags, bool *unlocked)
{
	return gupsim_fixup_user_fault(gupsim_current(), mm, address, fault_flags,
				       unlocked);
}
#endif

static inline struct page *get_dump_page(unsigned long addr)
{
	return gupsim_get_dump_page(addr);
}

#if !GUPSIM_LINUX_SINCE(6, 12, 0)
static inline struct page *follow_page(struct vm_area_struct *vma, unsigned long address,
				       unsigned int foll_flags)
{
	return gupsim_follow_page(vma, address, gupsim_foll_flags(foll_flags));
}
#endif

static inline long populate_vma_page_range(struct vm_area_struct *vma,
					   unsigned long start, unsigned long end,
					   int *locked)
{
	return gupsim_populate_vma_page_range(vma, start, end, locked);
}

static inline int __mm_populate(unsigned long addr, unsigned long len, int ignore_errors)
{
	return gupsim_mm_populate(addr, len, ignore_errors);
}

static inline void mm_populate(unsigned long addr, unsigned long len)
{
	(void)gupsim_mm_populate(addr, len, 1);
}

static inline int get_user_pages_fast(unsigned long start, int nr_pages,
				      unsigned int gup_flags, struct page **pages)
{
	return gupsim_get_user_pages_fast(start, nr_pages, gupsim_foll_flags(gup_flags),
					  pages);
}

#if !GUPSIM_LINUX_SINCE(5, 8, 0)
static inline int __get_user_pages_fast(unsigned long start, int nr_pages, int write,
					struct page **pages)
{
	return gupsim___get_user_pages_fast(start, nr_pages, write, pages);
}
#else
static inline int get_user_pages_fast_only(unsigned long start, int nr_pages,
					   unsigned int gup_flags, struct page **pages)
{
	return gupsim_get_user_pages_fast_only(start, nr_pages,
					       gupsim_foll_flags(gup_flags), pages);
}
#endif

#if GUPSIM_LINUX_SINCE(5, 6, 0)
static inline int pin_user_pages_fast(unsigned long start, int nr_pages,
				      unsigned int gup_flags, struct page **pages)
{
	return gupsim_pin_user_pages_fast(start, nr_pages, gupsim_foll_flags(gup_flags),
					  pages);
}
#endif

#if GUPSIM_LINUX_SINCE(5, 8, 0) && !GUPSIM_LINUX_SINCE(6, 3, 0)
static inline int pin_user_pages_fast_only(unsigned long start, int nr_pages,
					   unsigned int gup_flags, struct page **pages)
{
	return gupsim_pin_user_pages_fast_only(start, nr_pages,
					       gupsim_foll_flags(gup_flags), pages);
}
#endif

#if !GUPSIM_LINUX_SINCE(5, 6, 0)

static inline void put_user_page(struct page *page)
{
	gupsim_unpin_user_page(page);
}

static inline void put_user_pages(struct page **pages, unsigned long npages)
{
	gupsim_unpin_user_pages(pages, npages);
}

static inline void put_user_pages_dirty_lock(struct page **pages, unsigned long npages,
					     bool make_dirty)
{
	gupsim_unpin_user_pages_dirty_lock(pages, npages, make_dirty);
}

#else

static inline void unpin_user_page(struct page *page)
{
	gupsim_unpin_user_page(page);
}

static inline void unpin_user_pages(struct page **pages, unsigned long npages)
{
	gupsim_unpin_user_pages(pages, npages);
}

static inline void unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages,
					       bool make_dirty)
{
	gupsim_unpin_user_pages_dirty_lock(pages, npages, make_dirty);
}

#endif

#endif
