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
 * machine is dead, see enum gupsim_state), -EINVAL (there is no mm), -ENOMEM (the host is
 * out of memory; nothing is held).
 */
long gupsim_get_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
				  unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas, int *locked);

/*
 * get_user_pages() - pin user pages of current's own address space
 * @start, @nr_pages, @gup_flags, @pages, @vmas: as in get_user_pages_remote()
 *
 * FOLL_LONGTERM is served by v5.5 to v5.9, with the fsdax check and the move out of CMA.
 * v5.10 and later refuse it with a WARN and -EINVAL: it is for pins alone.
 *
 * Return, errors: as get_user_pages_remote() with @locked NULL. Faults are accounted to
 * current.
 * Locking: current->mm->mmap_sem held for read or write on entry, and on return.
 */
long gupsim_get_user_pages(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas);

/*
 * get_user_pages_locked() - pin pages of current's mm; the lock may be dropped; to v5.17
 * @start, @nr_pages, @gup_flags, @pages, @locked: as in get_user_pages_remote()
 *
 * Return, errors: as get_user_pages_remote(). FOLL_LONGTERM, and FOLL_PIN since v5.8:
 * WARN, -EINVAL. -ENOSYS: the machine's release is v5.18 or later, which has no such
 * function.
 * Locking: mmap_sem held for read on entry, *@locked tells on return.
 */
long gupsim_get_user_pages_locked(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  int *locked);

/*
 * get_user_pages_unlocked() - pin pages of current's mm, taking mmap_sem itself
 * @start, @nr_pages, @pages, @gup_flags: as in get_user_pages_remote(). Note the order:
 *                                        @pages before @gup_flags
 *
 * Return, errors: as get_user_pages_remote(). FOLL_LONGTERM: WARN, -EINVAL. FOLL_PIN is
 * not refused before v6.3. -EAGAIN (v6.12): somebody else has mmap_sem for writing, and a
 * SIGKILL ends the wait for it.
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
 * @start is rounded down to its page. Flags other than FOLL_WRITE, FOLL_LONGTERM (up to
 * v5.9) and FOLL_FORCE (since v5.6): WARN, -EINVAL; later releases take more.
 * Return: as get_user_pages_unlocked(). A range of nothing: 0; since v5.11 it must not be
 * asked for: the kernel writes behind the end of @pages, which the machine dies of. A
 * range that goes round: 0, since v6.5 -EOVERFLOW; one of addresses that no user has:
 * -EFAULT.
 * Locking: mmap_sem not held on entry, not held on return.
 */
int gupsim_get_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			       struct page **pages);

/*
 * __get_user_pages_fast() - the walk of get_user_pages_fast() alone; up to v5.7
 * @start:    first address, in bytes; rounded down to its page
 * @nr_pages: how many pages
 * @write:    0, or as FOLL_WRITE
 * @pages:    room for @nr_pages entries
 *
 * Return: how many pages were had before one that only a fault or the slow path brings; 0
 * for all errors but libgupsim's own: those of get_user_pages_remote(), and -ENOSYS: the
 * machine's release has no such function.
 * Locking: none is taken; mmap_sem may be held.
 */
int gupsim___get_user_pages_fast(unsigned long start, int nr_pages, int write,
				 struct page **pages);

/*
 * get_user_pages_fast_only() - the walk of get_user_pages_fast() alone; since v5.8
 * @start, @nr_pages, @gup_flags, @pages: as in get_user_pages_fast()
 *
 * Return: how many pages were had before one that only a fault or the slow path brings; 0
 * for all errors. v6.12 has the negative errno of get_user_pages_fast() for arguments
 * that are refused. libgupsim's own errors are those of get_user_pages_remote(), and
 * -ENOSYS: the machine's release has no such function.
 * Locking: none is taken; mmap_sem may be held.
 */
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
 * pin_user_pages_remote() - pin pages of any mm, to read or write what they hold
 * @tsk, @mm, @start, @nr_pages, @vmas, @locked: as in get_user_pages_remote()
 * @gup_flags: FOLL_*, but not FOLL_GET or FOLL_PIN
 * @pages:     room for @nr_pages entries; NULL: pages are only faulted in, none is held.
 *             v6.1 and later refuse NULL
 *
 * In v5.6 it is get_user_pages_remote() in all that it returns and refuses: a placeholder
 * for callers to be converted to, which does not set FOLL_PIN. Since v5.7 each pin counts
 * as GUP_PIN_COUNTING_BIAS references, or as gupsim_pin_refs() has it. What is pinned is
 * given back with the unpin_ functions, one pin an entry.
 *
 * FOLL_LONGTERM: with @locked a WARN and -EINVAL; v6.12 serves it in both cases. Mappings
 * of fsdax files are refused with -EOPNOTSUPP: up to v5.10 all of the range with them,
 * since v5.11 the pages before them stay and count. Pages in CMA areas, and since v5.13
 * in ZONE_MOVABLE, are moved out first; one that does not move is kept there, but is
 * -ENOMEM in v5.10.223 and since v5.13. Writing to a shared mapping of a file whose file
 * system tracks dirty pages is -EFAULT since v6.5.
 *
 * Return: as get_user_pages_remote(). But for arguments that the function refuses, each
 * with a WARN, v5.7 to v6.2 return -EINVAL and v6.3 and later 0. They are FOLL_GET, on
 * v6.1 and later @pages NULL, and since v6.3 also FOLL_PIN and other flags that are not
 * for callers, *@locked other than 1 (a BUG before), and FOLL_LONGTERM together with
 * FOLL_PCI_P2PDMA.
 *
 * Errors: as get_user_pages_remote(), with -EINTR for a SIGKILL since v5.7, -EEXIST for a
 * frame without a struct page since v5.18, and -EREMOTEIO for memory of a PCI device
 * without FOLL_PCI_P2PDMA since v6.2. -ENOSYS: the machine's release is v5.5, which has
 * no such function.
 *
 * Locking: mmap_sem of @mm held for read or write on entry. It is still held on return,
 * unless *@locked says otherwise.
 */
long gupsim_pin_user_pages_remote(struct task_struct *tsk, struct mm_struct *mm,
				  unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  struct vm_area_struct **vmas, int *locked);

/*
 * pin_user_pages() - pin pages of current's mm, to read or write what they hold
 * @start, @nr_pages, @gup_flags, @pages, @vmas: as in pin_user_pages_remote()
 *
 * In v5.6 it is get_user_pages(), a placeholder. Since v5.7 pages do not become accessed
 * by it, as they do by all the others. FOLL_LONGTERM is served by all releases.
 *
 * Return, errors: as pin_user_pages_remote() with @locked NULL: refused arguments are
 * -EINVAL, and 0 since v6.3.
 * Locking: current->mm->mmap_sem held for read or write on entry, and on return.
 */
long gupsim_pin_user_pages(unsigned long start, unsigned long nr_pages,
			   unsigned int gup_flags, struct page **pages,
			   struct vm_area_struct **vmas);

/*
 * pin_user_pages_locked() - pin pages of current's mm; the lock may be dropped; v5.8 to
 * v5.17
 * @start, @nr_pages, @gup_flags, @pages, @locked: as in pin_user_pages_remote()
 *
 * Return, errors: as pin_user_pages_remote(). FOLL_GET and FOLL_LONGTERM: WARN, -EINVAL.
 * -ENOSYS: the machine's release has no such function.
 * Locking: mmap_sem held for read on entry, *@locked tells on return.
 */
long gupsim_pin_user_pages_locked(unsigned long start, unsigned long nr_pages,
				  unsigned int gup_flags, struct page **pages,
				  int *locked);

/*
 * pin_user_pages_unlocked() - pin pages of current's mm, taking mmap_sem itself; v5.8 on
 * @start, @nr_pages, @pages, @gup_flags: as in pin_user_pages_remote(). Note the order:
 *                                        @pages before @gup_flags
 *
 * Return, errors: as pin_user_pages_remote(): refused arguments are -EINVAL, and 0 since
 * v6.3. FOLL_LONGTERM: up to v6.1 a WARN and -EINVAL; v6.12 serves it. -EAGAIN (v6.12):
 * somebody else has mmap_sem for writing, and a SIGKILL ends the wait for it. -ENOSYS:
 * the machine's release has no such function.
 * Locking: mmap_sem not held on entry, not held on return.
 */
long gupsim_pin_user_pages_unlocked(unsigned long start, unsigned long nr_pages,
				    struct page **pages, unsigned int gup_flags);

/*
 * pin_user_pages_fast() - pin pages of current's mm, without mmap_sem where that will do
 * @start:     first address, in bytes; rounded down to its page
 * @nr_pages:  how many pages; 0 as in get_user_pages_fast()
 * @gup_flags: FOLL_WRITE, FOLL_FORCE, FOLL_LONGTERM, and since v5.16 FOLL_NOFAULT; v6.12
 *             takes FOLL_PCI_P2PDMA and FOLL_HONOR_NUMA_FAULT, too
 * @pages:     room for @nr_pages entries, never NULL
 *
 * In v5.6 it is get_user_pages_fast(), a placeholder. Since v5.7 it takes pins in the
 * same way: without the lock first, with it from the first page on that needs it. All
 * releases serve FOLL_LONGTERM. Since v5.7 the slow path has the pages that have to move
 * then, and up to v6.1 it keeps the lock throughout.
 *
 * Return: how many pages were pinned, which may be fewer than asked for; or a negative
 * errno if none was. A range that goes round: 0, since v6.5 -EOVERFLOW.
 * Errors: -EINVAL (refused arguments, each with a WARN: other flags, FOLL_GET, on v6.1
 * and later @pages NULL. v6.3 and v6.4 return 0 here), -EFAULT (also addresses that no
 * user has), else as pin_user_pages_unlocked(). -ENOSYS: the machine's release is v5.5.
 * Locking: mmap_sem not held on entry, not held on return.
 */
int gupsim_pin_user_pages_fast(unsigned long start, int nr_pages, unsigned int gup_flags,
			       struct page **pages);

/*
 * pin_user_pages_fast_only() - the walk of pin_user_pages_fast() alone; v5.8 to v6.2
 * @start, @nr_pages, @gup_flags, @pages: as in pin_user_pages_fast()
 *
 * Return: how many pages were pinned before one that only a fault or the slow path
 * brings; 0 for all errors, refused arguments too, but libgupsim's own: those of
 * get_user_pages_remote(), and -ENOSYS: the machine's release has no such function.
 * Locking: none is taken; mmap_sem may be held.
 */
int gupsim_pin_user_pages_fast_only(unsigned long start, int nr_pages,
				    unsigned int gup_flags, struct page **pages);

/* unpin_user_page() - give back one pin; in v5.5 put_user_page(), of one reference. */
void gupsim_unpin_user_page(struct page *page);

/* unpin_user_pages() - give back the pins of @npages entries, in order; in v5.5
 * put_user_pages(). */
void gupsim_unpin_user_pages(struct page **pages, unsigned long npages);

/*
 * unpin_user_pages_dirty_lock() - give back the pins of @npages entries, in order
 * @make_dirty: each page that is not dirty yet is made so before, with
 *              set_page_dirty_lock()
 *
 * In v5.5 it is put_user_pages_dirty_lock().
 */
void gupsim_unpin_user_pages_dirty_lock(struct page **pages, unsigned long npages,
					bool make_dirty);

/*
 * fixup_user_fault() - take one page fault in place of the task
 * @tsk:         up to v5.8: the task that the fault is accounted to; NULL: none. Since
 *               then it is current
 * @mm:          the address space
 * @address:     the address, in bytes
 * @fault_flags: FAULT_FLAG_WRITE, or 0 for a read; since v5.19 FAULT_FLAG_UNSHARE for a
 *               read of what nobody else may write to
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
 * populate_vma_page_range() - bring in the pages of a part of a VMA beforehand
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
 * __mm_populate() - bring in the pages of a range of current's addresses beforehand
 * mm_populate() - __mm_populate() with @ignore_errors, and without a result
 * @start, @len: in bytes, both of whole pages: else it is -EINVAL and a GUPSIM_CONTRACT,
 *               as a kernel would go round for ever
 *
 * Each VMA's part is brought in as populate_vma_page_range() does it. Holes, and mappings
 * without pages, are passed over. Errors end it, unless @ignore_errors: then they end one
 * VMA.
 *
 * Return: 0 or a negative errno. Locking: mmap_sem not held on entry and on return.
 */
int gupsim_mm_populate(unsigned long start, unsigned long len, int ignore_errors);

/* get_page() - take one more reference to a page that has at least one. */
void get_page(struct page *page);

/*
 * set_page_dirty() - the page's contents differ from what its backing holds
 * set_page_dirty_lock() - sets a page dirty under its lock, for callers without it
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
