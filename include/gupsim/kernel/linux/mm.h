/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page pinning under the kernel's names, as Linux declares it.
 *
 * GUPSIM_LINUX_VERSION selects the release whose signatures, names and flag values this
 * header offers; the machine is told, and refuses a release with other signatures.
 */
#ifndef GUPSIM_LINUX_MM_H
#define GUPSIM_LINUX_MM_H

#include <gupsim/kernel/foll.h>
#include <gupsim/version.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <linux/page-flags.h>
#include <linux/rwsem.h>

#ifdef __cplusplus
extern "C" {
#endif

struct task_struct;

/* The task set by gupsim_set_current(), NULL when none is. One per host thread. */
struct task_struct *gupsim_current(void);

#define VM_READ	       0x00000001UL
#define VM_WRITE       0x00000002UL
#define VM_EXEC	       0x00000004UL
#define VM_SHARED      0x00000008UL
#define VM_MAYREAD     0x00000010UL
#define VM_MAYWRITE    0x00000020UL
#define VM_MAYEXEC     0x00000040UL
#define VM_MAYSHARE    0x00000080UL
#define VM_GROWSDOWN   0x00000100UL
#define VM_PFNMAP      0x00000400UL
#define VM_LOCKED      0x00002000UL
#define VM_IO	       0x00004000UL
#define VM_SEQ_READ    0x00008000UL
#define VM_RAND_READ   0x00010000UL
#define VM_DONTCOPY    0x00020000UL
#define VM_DONTEXPAND  0x00040000UL
#define VM_LOCKONFAULT 0x00080000UL
#define VM_ACCOUNT     0x00100000UL
#define VM_NORESERVE   0x00200000UL
#define VM_HUGETLB     0x00400000UL
#define VM_DONTDUMP    0x04000000UL
#define VM_MIXEDMAP    0x10000000UL
#define VM_HUGEPAGE    0x20000000UL
#define VM_NOHUGEPAGE  0x40000000UL

#if GUPSIM_LINUX_SINCE(5, 7, 0) || defined(GUPSIM_BUILD)
#define GUP_PIN_COUNTING_BIAS 1024 /* references that a pin takes */
#endif

#define FAULT_FLAG_WRITE	0x01
#define FAULT_FLAG_MKWRITE	0x02
#define FAULT_FLAG_ALLOW_RETRY	0x04
#define FAULT_FLAG_RETRY_NOWAIT 0x08
#define FAULT_FLAG_KILLABLE	0x10
#define FAULT_FLAG_TRIED	0x20
#define FAULT_FLAG_USER		0x40
#define FAULT_FLAG_REMOTE	0x80
#if GUPSIM_LINUX_SINCE(5, 7, 0) || defined(GUPSIM_BUILD)
#define FAULT_FLAG_INTERRUPTIBLE 0x200
#define FAULT_FLAG_DEFAULT \
	(FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_KILLABLE | FAULT_FLAG_INTERRUPTIBLE)
#endif
#if GUPSIM_LINUX_SINCE(5, 19, 0) || defined(GUPSIM_BUILD)
#define FAULT_FLAG_UNSHARE	  0x400
#define FAULT_FLAG_ORIG_PTE_VALID 0x800
#endif
#if GUPSIM_LINUX_SINCE(6, 4, 0) || defined(GUPSIM_BUILD)
#define FAULT_FLAG_VMA_LOCK 0x1000
#endif

#define VM_FAULT_OOM	0x0001
#define VM_FAULT_SIGBUS 0x0002
#define VM_FAULT_MAJOR	0x0004
#if !GUPSIM_LINUX_SINCE(6, 2, 0) || defined(GUPSIM_BUILD)
#define VM_FAULT_WRITE 0x0008
#endif
#define VM_FAULT_HWPOISON	0x0010
#define VM_FAULT_HWPOISON_LARGE 0x0020
#define VM_FAULT_SIGSEGV	0x0040
#define VM_FAULT_NOPAGE		0x0100
#define VM_FAULT_LOCKED		0x0200
#define VM_FAULT_RETRY		0x0400
#define VM_FAULT_FALLBACK	0x0800
#define VM_FAULT_DONE_COW	0x1000
#define VM_FAULT_NEEDDSYNC	0x2000
#if GUPSIM_LINUX_SINCE(6, 0, 0) || defined(GUPSIM_BUILD)
#define VM_FAULT_COMPLETED 0x4000
#endif
#define VM_FAULT_ERROR                                                           \
	(VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | VM_FAULT_HWPOISON | \
	 VM_FAULT_HWPOISON_LARGE | VM_FAULT_FALLBACK)

/* What a fault is about, for the functions of a vm_operations_struct. */
struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address;
	pgoff_t pgoff;	       /* of the page in the file */
	void *pte;	       /* libgupsim's own */
	u64 orig_pte;	       /* the pte as the fault found it */
	struct page *page;     /* ->fault() stores the page here, with a reference */
	struct page *cow_page; /* a private write: where the copy goes */
	unsigned int flags;    /* FAULT_FLAG_* */
};

/*
 * get_user_pages_remote() - pin user pages of any address space
 * @tsk:       up to v5.8: the task that faults are accounted to; NULL: no accounting.
 *             Since then it is current
 * @mm:        the address space
 * @start:     first address, in bytes; need not be page aligned
 * @nr_pages:  how many pages, counted from the one that holds @start
 * @gup_flags: FOLL_*
 * @pages:     room for @nr_pages entries, of which as many are set as the call returns;
 *             NULL: pages are only faulted in, none is held
 * @vmas:      up to v6.4: room for @nr_pages entries: the VMA of each page; NULL: not
 *             wanted
 * @locked:    NULL, or points to 1. With it the call may drop mmap_sem, which is called
 *             mmap_lock since v5.8, to wait, and then stores 0 and returns with the lock
 *             dropped
 *
 * Return:
 * - @nr_pages 0, or nothing to be had without waiting where that was asked for: 0;
 * - nothing else either, because of an error: a negative errno;
 * - else the number of pages, which may be less than asked for: what stopped the call is
 *   learnt by calling again from there.
 *
 * The pages are those that an access of the task's would have met at this instant, each
 * with one reference more. The caller gives it back with put_page(), one call an entry.
 * Without FOLL_WRITE the pages may not be written. Whoever has written to one calls
 * set_page_dirty(), or set_page_dirty_lock() as its context allows, when he is done with
 * it and before put_page().
 *
 * @vmas entries are valid only as long as mmap_sem is held. A caller of @vmas passes
 * @locked NULL: both together is a BUG.
 *
 * Locking: mmap_sem of @mm held for read or write on entry. It is still held on return,
 * unless *@locked says otherwise. A call that is refused with -EINVAL leaves the lock and
 * *@locked alone.
 *
 * A reference keeps the page frame from being reused. It does not keep the page in the
 * address space: by the time the call returns a completely different page may be mapped
 * there, and no one is stopped from writing to it.
 *
 * FOLL_LONGTERM (v5.6 to v5.9; later ones serve it for pins alone): only with @locked
 * NULL. Mappings of fsdax files are then refused with -EOPNOTSUPP, all of the range at
 * once and whether or not @vmas was given, and pages in CMA areas are moved out first.
 * The comment that came with the change says ENOTSUPP (524); what is returned is
 * EOPNOTSUPP (95). v5.5 refuses FOLL_LONGTERM with -EINVAL in all cases.
 *
 * For most callers get_user_pages_locked(), _unlocked() and _fast() do better: they can
 * wait for the disk without the lock. get_user_pages() is to be phased out for them.
 *
 * What is said here holds for v5.6, where no other release is named; what others do
 * differently stands in docs/kernels.md.
 *
 * Errors: -EINVAL (FOLL_LONGTERM with @locked, FOLL_PIN, both with a WARN; FOLL_LONGTERM
 * with @pages NULL), -EFAULT (no VMA, no permission, no page), -ENOMEM (also
 * FOLL_LONGTERM without @vmas over more pages than an array of 4 MiB has entries, with a
 * WARN), -EOPNOTSUPP, -ERESTARTSYS (a SIGKILL is pending for current), -EHWPOISON. Of
 * libgupsim itself: -ESRCH (current is not set, or is of another machine), -EIO (the
 * machine is dead after a BUG), -ENOMEM (the host is out of memory; nothing is held).
 */
long gupsim_get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
				  unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas, int *locked);

/*
 * get_user_pages() - pin user pages of current's own address space
 *
 * As get_user_pages_remote() with @locked NULL; faults are accounted to current.
 * FOLL_LONGTERM is served, with the fsdax check and the move out of CMA.
 * Locking: current->mm->mmap_sem held on entry and on return.
 */
long gupsim_get_user_pages(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas);

/*
 * get_user_pages_locked() - pin pages of current's mm; the lock may be dropped
 *
 * @locked as in get_user_pages_remote(). FOLL_LONGTERM: WARN, -EINVAL.
 * Locking: mmap_sem held for read on entry, *@locked tells on return.
 */
long gupsim_get_user_pages_locked(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  int *locked);

/*
 * get_user_pages_unlocked() - pin pages of current's mm, taking mmap_sem itself
 *
 * Note the order: @pages before @gup_flags. FOLL_LONGTERM: WARN, -EINVAL.
 * Locking: mmap_sem not held on entry, not held on return.
 */
long gupsim_get_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
				    struct page **pages, unsigned int gup_flags);

/*
 * get_user_pages_fast() - pin pages of current's mm, without mmap_sem where that will do
 *
 * What the page tables have is taken as it is: no VMA is looked at, so that a read gets
 * pages of a mapping that may only be written, too. From the first page on that a fault
 * has to bring, or that only the slow path can judge, get_user_pages_unlocked() goes on;
 * pages that were had before count, and an error of the rest does not then.
 *
 * @start is rounded down to its page. Flags other than FOLL_WRITE, FOLL_LONGTERM and
 * FOLL_FORCE: WARN, -EINVAL; other releases take others.
 * Return: as get_user_pages_unlocked(). A range of nothing: 0; since v5.11 it must not be
 * asked for: the kernel writes behind the end of @pages, which the machine dies of.
 * Locking: mmap_sem not held on entry, not held on return.
 */
int gupsim_get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			       struct page **pages);

/*
 * __get_user_pages_fast() - up to v5.7: the walk of get_user_pages_fast() alone
 * get_user_pages_fast_only() - since v5.8: the same, with flags
 *
 * Return: how many pages were had, 0 for all errors; since v6.3 the second has a negative
 * errno for bad arguments. Locking: none; mmap_sem may be held.
 */
int gupsim___get_user_pages_fast(unsigned long start, int nr_pages, int write,
				 struct page **pages);
int gupsim_get_user_pages_fast_only(unsigned long start, int nr_pages,
				    unsigned int gup_flags, struct page **pages);

/*
 * put_page() - give back one reference
 *
 * The last one frees the page. A page without references is a BUG; the machine is dead
 * then. With the ledger on, the reference given back is the youngest that a call of
 * current's holds on the page, else the youngest that any call holds.
 */
void put_page(struct page *page);

/*
 * pin_user_pages_remote(), pin_user_pages() - pin pages to read or write what they hold
 *
 * As get_user_pages_remote() and get_user_pages(), in all that they return and refuse:
 * in v5.6 they are placeholders for callers to be converted to, and do not set FOLL_PIN.
 * Since v5.7 each pin counts as GUP_PIN_COUNTING_BIAS references. What they pin is given
 * back with the unpin_ functions. -ENOSYS: the machine's release has no such function.
 */
long gupsim_pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
				  unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas, int *locked);
long gupsim_pin_user_pages(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas);
long gupsim_pin_user_pages_locked(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  int *locked);
long gupsim_pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
				    struct page **pages, unsigned int gup_flags);
int gupsim_pin_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			       struct page **pages);
int gupsim_pin_user_pages_fast_only(unsigned long start, int nr_pages,
				    unsigned int gup_flags, struct page **pages);

/*
 * unpin_user_page() - give back one pin
 * unpin_user_pages() - give back @npages of them, in order
 * unpin_user_pages_dirty_lock() - the same; with @make_dirty each page that is not dirty
 * yet is made so before, with set_page_dirty_lock()
 *
 * The v5.5 names are put_user_page(), put_user_pages() and put_user_pages_dirty_lock().
 */
void gupsim_unpin_user_page(struct page *page);
void gupsim_unpin_user_pages(struct page **pages, unsigned long npages);
void gupsim_unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages,
					bool make_dirty);

/*
 * fixup_user_fault() - take one page fault in place of the task
 * @tsk:         up to v5.8: the task that the fault is accounted to; NULL: none. Since
 *               then it is current
 * @mm:          the address space
 * @address:     the address, in bytes
 * @fault_flags: FAULT_FLAG_WRITE, or 0 for a read
 * @unlocked:    NULL, or points to false. With it the call may drop mmap_sem to wait: it
 *               takes it again, and stores true
 *
 * For who has found out that an access of its own faults, and may not take that fault:
 * futexes, KVM. Nothing is held; whether the page is still there is to be asked again. A
 * stack grows for it up to v6.4.
 *
 * Return: 0, or a negative errno: -EFAULT (no VMA, no permission, nothing there),
 * -ENOMEM, -EINTR (v5.7 on, with @unlocked: a SIGKILL is pending, whether or not the page
 * is there). FOLL_FORCE has no counterpart here.
 *
 * Locking: mmap_sem of @mm held for reading on entry, and on return.
 */
int gupsim_fixup_user_fault(struct task_struct *tsk, struct mm_struct *mm,
			    unsigned long address, unsigned int fault_flags,
			    bool *unlocked);

/*
 * get_dump_page() - the page at an address of current's, for a core dump
 *
 * With one reference more, to be given back with put_page(). NULL: a hole is to be left
 * there, as nothing but zeroes is behind it, or nothing at all. Pages of files are read
 * in for it; no permission is asked for.
 *
 * Locking: up to v5.9 none is taken, as nobody else should be left. Since v5.10 mmap_lock
 * is, and a SIGKILL makes it NULL; up to v6.2 it is dropped to wait for the disk.
 */
struct page *gupsim_get_dump_page(unsigned long addr);

/*
 * follow_page() - the page that is mapped at an address now; up to v6.11
 * @vma:        the VMA of @address
 * @foll_flags: FOLL_GET for a reference, FOLL_WRITE, FOLL_DUMP, FOLL_TOUCH ...
 *
 * No fault is taken and no permission asked for. Without FOLL_GET the page may be another
 * one as soon as the lock is gone; pages of devices are found with FOLL_GET alone.
 *
 * Return: the page; NULL: there is none that may be had so; or ERR_PTR: -EFAULT
 * (FOLL_DUMP of a hole or of zeroes, a frame without a struct page), -EEXIST (such a
 * frame, where no page is to be held, and v5.18 on).
 *
 * Locking: mmap_sem of the VMA's mm held.
 */
struct page *gupsim_follow_page(struct vm_area_struct *vma, unsigned long address,
				unsigned int foll_flags);

/*
 * populate_vma_page_range() - have the pages of a part of a VMA there beforehand
 * @start, @end: page aligned, and within the VMA
 * @locked:      NULL, or points to 1; 0 afterwards: mmap_sem has been dropped
 *
 * Private writable pages are made the mapping's own, others are read in; pages of a
 * VM_LOCKED mapping are mlocked. Of VM_LOCKONFAULT nothing is brought in, though it
 * counts. For mm/ alone: kernels declare it in mm/internal.h.
 *
 * Return: how many pages it has got through, which may be fewer; or a negative errno.
 * Locking: mmap_sem held for reading on entry, *@locked tells on return.
 */
long gupsim_populate_vma_page_range(struct vm_area_struct *vma, unsigned long start,
				    unsigned long end, int *locked);

/*
 * __mm_populate() - the same for a range of current's addresses
 * mm_populate() - and never mind the errors
 *
 * Holes, and mappings without pages, are passed over. Errors end it, unless
 * @ignore_errors: then they end one VMA.
 *
 * Return: 0 or a negative errno. Locking: mmap_sem not held on entry and on return.
 */
int gupsim_mm_populate(unsigned long start, unsigned long len, int ignore_errors);

/* get_page() - take one more reference to a page that has at least one. */
void get_page(struct page *page);

/*
 * set_page_dirty() - the page's contents differ from what its backing holds
 * set_page_dirty_lock() - the same, under the page lock, for callers without it
 * Return: 1 if the page was clean before, else 0.
 */
int set_page_dirty(struct page *page);
int set_page_dirty_lock(struct page *page);

/* The VMA that ends above @addr, or NULL. Locking: mmap_sem held. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);

/* Page frame numbers of the machine's physical memory, in 4 KiB pages. */
unsigned long page_to_pfn(const struct page *page);

#if GUPSIM_LINUX_SINCE(5, 14, 0) && !defined(GUPSIM_BUILD)
/* The VMA that @addr lies in, or NULL. Locking: mmap_lock held. */
static inline struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr ? vma : NULL;
}
#endif

static inline bool is_cow_mapping(unsigned long flags)
{
	return (flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

static inline bool vma_is_anonymous(const struct vm_area_struct *vma)
{
	return !vma->vm_ops;
}

#ifndef GUPSIM_BUILD
#include <gupsim/kernel/gup.h>
#endif

#ifdef __cplusplus
}
#endif

#endif
