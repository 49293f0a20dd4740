/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pinning functions, as mm/gup.c has them: from the public ones down to the loop. */
#ifndef SIM_GUP_GUP_H
#define SIM_GUP_GUP_H

#include <linux/mm_types.h>
#include <linux/sched.h>

long get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked);
long get_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages, struct vm_area_struct **vmas);
long get_user_pages_locked(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages, int *locked);
long get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     struct page **pages, unsigned int gup_flags);

long pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas, int *locked);
long pin_user_pages(unsigned long start, unsigned long nr_pages, unsigned int gup_flags,
		    struct page **pages, struct vm_area_struct **vmas);
long pin_user_pages_locked(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages, int *locked);
long pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			     struct page **pages, unsigned int gup_flags);

int get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			struct page **pages);
int __get_user_pages_fast(unsigned long start, int nr_pages, int write,
			  struct page **pages);
int get_user_pages_fast_only(unsigned long start, int nr_pages, unsigned int gup_flags,
			     struct page **pages);
int pin_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			struct page **pages);
int pin_user_pages_fast_only(unsigned long start, int nr_pages, unsigned int gup_flags,
			     struct page **pages);

/*
 * args.c: does the release let these be passed? WARNs if not. @to_set: what the function
 * adds, of which FOLL_PIN counts.
 */
bool gup_args_valid(struct page **pages, const int *locked, unsigned int gup_flags,
		    unsigned int to_set);

/* The same for a pin by @func, with what that asks itself. */
bool may_pin(const char *func, struct page **pages, const int *locked,
	     unsigned int gup_flags);

/* What is left once the arguments are fine. */
long __get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
			     unsigned long start, unsigned long nr_pages,
			     unsigned int gup_flags, struct page **pages,
			     struct vm_area_struct **vmas, int *locked);
long __get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
			       struct page **pages, unsigned int gup_flags);

/*
 * The VMA of @address, to which a stack above it may have grown. NULL: none. Locking:
 * mmap_sem held.
 */
struct vm_area_struct *find_extend_vma(struct mm_struct *mm, unsigned long address);

/*
 * Have the pages of a VMA, or of a range, faulted in, for writing if it is private and
 * writable, and mlocked if it is locked. The first returns how many pages it has done,
 * which may be fewer. The second takes mmap_sem itself and passes over holes; where a VMA
 * ends in an error, it goes on with the next if @ignore_errors.
 */
long populate_vma_page_range(struct vm_area_struct *vma, unsigned long start,
			     unsigned long end, int *nonblocking);
int __mm_populate(struct mm_struct *mm, unsigned long start, unsigned long end,
		  bool ignore_errors);
/*
 * For madvise(), which asks for permission: a VMA that may not be accessed so is -EINVAL,
 * and in the second, where there is no VMA, it is -ENOMEM. *@locked is 0 if mmap_sem was
 * dropped.
 */
long faultin_vma_page_range(struct vm_area_struct *vma, unsigned long start,
			    unsigned long end, bool write, int *locked);
long faultin_page_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			bool write, int *locked);

/* gate.c: of an address in the gate area. @page may be NULL. 0 or an errno. */
int get_gate_page(struct mm_struct *mm, unsigned int gup_flags,
		  struct vm_area_struct **vma, struct page **page);
/* check_vma.c: may one pin from the VMA so? 0 or an errno. */
int check_vma_flags(struct vm_area_struct *vma, unsigned int gup_flags);

/*
 * fixup.c, dump.c, follow.c: the other doors, which hold one page or none. The first
 * returns with mmap_sem held; *@unlocked tells that it was not, meanwhile.
 */
int fixup_user_fault(struct task_struct *tsk, struct mm_struct *mm, unsigned long address,
		     unsigned int fault_flags, bool *unlocked);
struct page *get_dump_page(unsigned long addr);
struct page *follow_page(struct vm_area_struct *vma, unsigned long address,
			 unsigned int foll_flags);
/* longterm.c: pin for an unbounded time if @gup_flags has FOLL_LONGTERM. */
long __gup_longterm_locked(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   struct page **pages, struct vm_area_struct **vmas, int *locked,
			   unsigned int gup_flags);

/* gup.c: pin with the retry protocol of @locked. */
long __get_user_pages_locked(struct task_struct *tsk, struct mm_struct *mm,
			     unsigned long start, unsigned long nr_pages,
			     struct page **pages, struct vm_area_struct **vmas,
			     int *locked, unsigned int flags);

/* gup.c: FOLL_GET goes with a pages array, unless FOLL_PIN takes its place. */
unsigned int add_foll_get(unsigned int flags, struct page **pages);

/* How often one address may be looked up before it counts as spinning for ever. */
#define MAX_LOOKUPS 100

/* pin.c: how many references a pin of @page takes. */
int pin_refs(const struct page *page);
/* @pins more, or fewer, where a compound page counts them beside its references. */
void account_pin(struct page *page, int pins);
/* pin.c: of FOLL_GET and FOLL_PIN together only FOLL_GET has been taken. */
unsigned int taken_by(unsigned int flags);

/*
 * Give back what the running call has taken with the same flags: pins if FOLL_PIN is
 * among them, even where FOLL_GET beside it had references taken.
 */
void put_grabbed_pages(struct page **pages, long nr, unsigned int flags);

/* longterm.c: a long-term pin may move it: CMA areas and, since v5.13, ZONE_MOVABLE want
 * it back. */
bool is_pinnable_page(const struct page *page);

/*
 * fast_walk.c: the pages that current's page tables have from @start on, without a look
 * at VMAs and without mmap_sem, up to the first that somebody would have to see to. The
 * range lies below TASK_SIZE_MAX.
 */
long lockless_pages_from_mm(unsigned long start, unsigned long end,
			    unsigned int gup_flags, struct page **pages);

/* longterm.c: does a long-term pin look at its pages once it has them? */
bool longterm_looks_at_pages(const struct base *base);

/* What a kernel does with an entry of pages that was never set is undefined: -EIO. */
int longterm_uses_unset_entry(void);

/* walk.c: the loop over the pages. *@nonblocking becomes 0 if mmap_sem was released. */
long __get_user_pages(struct task_struct *tsk, struct mm_struct *mm, unsigned long start,
		      unsigned long nr_pages, unsigned int gup_flags, struct page **pages,
		      struct vm_area_struct **vmas, int *nonblocking);

#endif
