/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks and address spaces: the system calls and the CPU's own accesses. */
#ifndef GUPSIM_MEMORY_H
#define GUPSIM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct file;
struct gupsim_machine;
struct mm_struct;
struct page;
struct task_struct;

/*
 * A task with an mm of its own. The first task of a machine becomes `current`. No two
 * tasks that run have one name. Errors: -EINVAL, -ENOMEM.
 */
int gupsim_task_create(struct gupsim_machine *machine, const char *name,
		       struct task_struct **out);

/* Another task on the mm of @of. Errors: -EINVAL (@of has exited), -ENOMEM. */
int gupsim_thread_create(struct task_struct *of, const char *name,
			 struct task_struct **out);

/* Who runs in this host thread; NULL: nobody. -EINVAL if the task has exited. A task that
 * exits or whose machine goes ceases to be current, in the host thread where it happens.
 */
int gupsim_set_current(struct task_struct *task);

/*
 * The system calls below take mmap_sem for writing, unless they say otherwise. If
 * somebody holds it they return -EDEADLK, nothing done: there is nobody else to release
 * it.
 */

/*
 * gupsim_mmap() - mmap(2) with MAP_FIXED_NOREPLACE or, if @flags has it, MAP_FIXED
 * @prot:   PROT_* of <sys/mman.h>
 * @flags:  MAP_PRIVATE or MAP_SHARED, and of these:
 *          - MAP_FIXED;
 *          - MAP_GROWSDOWN: private anonymous memory becomes a stack. An access below it
 *            makes it begin there, as long as it is not larger than RLIMIT_STACK then and
 *            256 pages away from what can be accessed below it. So does a pin before
 *            v6.5, but not in v6.1.192;
 *          - MAP_POPULATE: the pages are brought in, unless MAP_NONBLOCK is there, too;
 *          - MAP_LOCKED: they are brought in and locked, as gupsim_mlock() does it, but
 *            what cannot be had is no error;
 *          - MAP_HUGETLB, alone or with MAP_HUGE_2MB or MAP_HUGE_1GB: anonymous memory of
 *            huge pages, of 2 MiB if nothing is said, which are spoken for in their pool;
 *          - MAP_NORESERVE: nothing is spoken for.
 *          Other bits of @prot and @flags are ignored, as a kernel ignores them
 * @file:   NULL: anonymous memory (MAP_SHARED: a shmem file of its own)
 * @offset: into the file, in bytes
 *
 * Errors: -EINVAL (unaligned, empty, neither or both of MAP_PRIVATE and MAP_SHARED, and
 * so MAP_SHARED_VALIDATE, a device that cannot be mapped so, a stack of anything else, a
 * part of a huge page), -EEXIST (something is mapped there), -ENOMEM (above the address
 * space, out of memory, or of huge pages), -EACCES (a writable shared mapping of a
 * read-only file), -ENXIO (a device-dax node whose device goes away: gupsim_pmem_kill()),
 * -EBADF (a closed file), -EOVERFLOW (@offset and @length are more than a file can have).
 * After an error the address space is as it was. One exception is the kernel's too: when
 * a driver runs out of memory while it fills its mapping, what was there has gone.
 */
int gupsim_mmap(struct mm_struct *mm, unsigned long addr, unsigned long length, int prot,
		int flags, struct file *file, uint64_t offset);

/*
 * munmap(2). Errors: -EINVAL (unaligned, empty, ends above the address space), -ENOMEM (a
 * mapping cannot be split): nothing has changed. -EINVAL too for a part of a huge page:
 * if the range ends in one, mappings may be split where it starts.
 */
int gupsim_munmap(struct mm_struct *mm, unsigned long addr, unsigned long length);

/*
 * gupsim_mprotect() - mprotect(2): other permissions for what is mapped
 * @addr, @length: in bytes; @length is rounded up to pages, 0 is nothing to do
 * @prot:          PROT_READ, PROT_WRITE and PROT_EXEC of <sys/mman.h>; 0: none of them
 *
 * Ptes follow at once. A private page stays read-only until a write faults, whatever it
 * was before; so does a clean page of a file whose file system wants to know of writes.
 *
 * Errors: -EINVAL (unaligned, other bits in @prot), -ENOMEM (a hole, the range wraps
 * around, or out of memory), -EACCES (the mapping may never have the permission: it is
 * shared and its file open for reading only), -EDEADLK (mmap_sem is held). What stands
 * below the address of the error has its new permissions, all else is as it was.
 */
int gupsim_mprotect(struct mm_struct *mm, unsigned long addr, unsigned long length,
		    int prot);

/*
 * gupsim_pkey_mprotect() - pkey_mprotect(2): permissions, and a protection key of x86
 * @pkey: 0 to 15; key 0 is what all memory has to begin with, and denies nothing. -1:
 *        none is named, as by mprotect(2)
 *
 * The keys up to @pkey count as allocated, as pkey_alloc(2) gives the lowest one that is
 * free. mprotect(2) leaves memory its key; but what may only be executed (PROT_EXEC
 * alone, also by mmap(2)) gets one that no other has, and has key 0 when that ends. A
 * child of fork() has the keys of its parent. Accesses of a task are held against what
 * gupsim_pkey_set() said last, those of calls with FOLL_REMOTE are not.
 *
 * Errors: as gupsim_mprotect(), and -EINVAL (no such key, or it is the one for what may
 * only be executed).
 */
int gupsim_pkey_mprotect(struct mm_struct *mm, unsigned long addr, unsigned long length,
			 int prot, int pkey);

/*
 * gupsim_pkey_set() - what a task may do through a protection key, as pkey_set(3)
 * @pkey:   1 to 15
 * @rights: 0, or of GUPSIM_PKEY_DISABLE_*
 *
 * A task begins with GUPSIM_PKEY_DISABLE_ACCESS for all of them, as in the kernel, or
 * with what the task has that it was forked from, or is a thread of. Errors: -EINVAL (the
 * task has exited, other keys, other rights).
 */
#define GUPSIM_PKEY_DISABLE_ACCESS 1
#define GUPSIM_PKEY_DISABLE_WRITE  2
int gupsim_pkey_set(struct task_struct *task, int pkey, unsigned int rights);

/*
 * gupsim_madvise() - madvise(2)
 * @addr, @length: in bytes; @length is rounded up to pages, 0 is nothing to do
 * @advice:        of <sys/mman.h>, one of these:
 *          - MADV_RANDOM: no readahead in the mapping; MADV_NORMAL: no such advice any
 *            more;
 *          - MADV_HUGEPAGE: faults may map huge pages, also under GUPSIM_THP_MADVISE;
 *            MADV_NOHUGEPAGE: they may not, not even under GUPSIM_THP_ALWAYS;
 *          - MADV_DONTNEED: what is mapped there is unmapped. The next access to
 *            anonymous memory finds zeroes and to a file what the file has, also where
 *            a private copy was. Whoever holds a page keeps it;
 *          - MADV_REMOVE: the file that is mapped there gets a hole, for all who map it,
 *            as gupsim_punch_hole() cuts it;
 *          - MADV_POPULATE_READ, MADV_POPULATE_WRITE (since v5.14): bring the pages in
 *            as if they were read, or written to. It is done by a task of the mm. It asks
 *            for permission, and ends where there is none, or no page; what lies below is
 *            done
 *
 * Locking: MADV_DONTNEED, MADV_REMOVE and population take mmap_sem for reading, so that
 * they can come while others hold it so; population may drop it meanwhile. The rest is
 * for writing.
 * Errors: -EINVAL (unaligned, wraps around, other advice), -ENOMEM (a hole: all else is
 * done, but that v6.9 and later end population there; out of memory), -EDEADLK (mmap_sem
 * is held). Where an error is about a part of the range, what lies below is done:
 * - MADV_DONTNEED: -EINVAL (locked memory, a device's registers; huge pages of a pool
 *   where the release has none of it, or from inside one);
 * - MADV_REMOVE: -EINVAL (locked memory, no file; it lies beyond 1 TiB of the file),
 *   -EACCES (the mapping is private, or is not writable; since v6.1.192: cannot become
 *   so), -ENODEV (a device), -EOPNOTSUPP (secretmem), -EDEADLK (a page of the fsdax file
 *   is held: gupsim_awaited() has it), -EINTR (the same, and a signal is pending for
 *   `current`);
 * - population: -EINVAL (no permission), -EFAULT (nothing is there), -EINTR (a SIGKILL is
 *   pending), -ESRCH (no task runs in the mm).
 */
int gupsim_madvise(struct mm_struct *mm, unsigned long addr, unsigned long length,
		   int advice);

/*
 * gupsim_mlock(), gupsim_munlock() - mlock2(2), munlock(2)
 * @addr, @length: in bytes; every page that the range touches counts
 * @onfault:       MLOCK_ONFAULT: pages are locked as they come in, none is brought in
 *
 * Without @onfault mlock() brings in what is not there, writable if the memory is private
 * and may be written, on behalf of a task of the mm: `current` if it is one. Mappings of
 * devices and DAX files are passed over. Where the memory cannot be had the VMAs stay
 * locked all the same. A child of fork() has nothing locked.
 *
 * Locking: mmap_sem is taken for writing, and then for reading; that may be released to
 * wait for the disk.
 * Errors: -EINVAL (wraps around), -ENOMEM (a hole: what lies below is done; memory
 * without permissions, beyond the end of a file; the host's), -EAGAIN (the machine is out
 * of memory), -EDEADLK (mmap_sem is held).
 */
int gupsim_mlock(struct mm_struct *mm, unsigned long addr, unsigned long length,
		 bool onfault);
int gupsim_munlock(struct mm_struct *mm, unsigned long addr, unsigned long length);

/*
 * gupsim_numa_hint() - what the kernel's NUMA scanner does to a range of addresses
 * @addr, @length: in bytes; @length is rounded up to pages, 0 is nothing to do
 *
 * Ptes and pmds of mappings that can be accessed become such that the next access
 * faults. The scanner passes over what is not mapped, mappings of devices, DAX files and
 * pools of huge pages, files mapped for reading, zero pages, dirty pages of files and
 * pages of a COW mapping that others use, too, unless a pmd maps them. All memory is of
 * one node, and yet no page counts as being where it is used: for that reason alone a
 * kernel would set no hint in an mm that has one user. A huge page that the range cuts is
 * mapped by ptes then.
 *
 * Locking: mmap_sem is taken for reading; while it is held for writing nothing is done.
 * Errors: -EINVAL (unaligned, wraps around), -ENOMEM (nothing is mapped in the range).
 */
int gupsim_numa_hint(struct mm_struct *mm, unsigned long addr, unsigned long length);

/*
 * fork(2). The child has an mm of its own, COW with its parent.
 * Errors: -EINVAL, -ENOMEM, -EDEADLK: there is no child.
 */
int gupsim_fork(struct task_struct *parent, const char *name, struct task_struct **out);

/*
 * exit(2). @task->mm becomes NULL. The mm is emptied with its last task, and nothing can
 * be mapped in it any more. `current` is cleared if it was @task. Pointers to the task
 * and to its mm stay good until the task, and the last of the mm, is reaped.
 * Errors: -EINVAL (it has exited), -EDEADLK (it is inside a call, its own or one that
 * went on while it was current; or its mm's lock is held and it is the last one there).
 */
int gupsim_exit(struct task_struct *task);

/*
 * wait(2): free what is left of a task that has exited, and its mm if no other task was
 * on it. *@task becomes NULL. Not to reap is no error; the machine's end does it.
 * Errors: -EINVAL (it has not exited), -EDEADLK (from inside a call, by who listens).
 */
int gupsim_reap(struct task_struct **task);

/*
 * gupsim_kill() - a SIGKILL is pending from now on; fatal_signal_pending() sees it
 * Errors: -EINVAL (NULL, the task has exited), -EIO (the machine is dead).
 */
int gupsim_kill(struct task_struct *task);

/*
 * gupsim_signal() - a signal that is not fatal is pending from now on; signal_pending()
 * alone sees it
 * Errors: -EINVAL (NULL, the task has exited), -EIO (the machine is dead).
 */
int gupsim_signal(struct task_struct *task);

/*
 * gupsim_read(), gupsim_write() - what the CPU does on behalf of @task, faults included
 * @buf:    NULL: one byte of each page is touched; a written byte is 1
 * @signal: receives SIGSEGV or SIGBUS if the access ends in one, 0 otherwise; may be NULL
 *
 * Return: 0, or -EFAULT with *@signal set, or -ENOMEM; bytes before the fault are done.
 */
int gupsim_read(struct task_struct *task, unsigned long addr, void *buf, size_t length,
		int *signal);
int gupsim_write(struct task_struct *task, unsigned long addr, const void *buf,
		 size_t length, int *signal);

/*
 * gupsim_device_write(), gupsim_device_read() - what a device does to a page by DMA
 * @offset, @length: bytes inside the page
 *
 * No pte is looked at or changed, and the page becomes neither dirty nor young by it:
 * whoever lets a device write tells with set_page_dirty_lock(). Nor does it matter what
 * the page was pinned for, and whether it is still mapped anywhere. Nobody need be
 * current, and no lock is taken.
 * Errors: -EINVAL (beyond the page, a page that has no references, NULL), -ENOMEM (of the
 * host).
 */
int gupsim_device_write(struct page *page, size_t offset, const void *buf, size_t length);
int gupsim_device_read(struct page *page, size_t offset, void *buf, size_t length);

/* Where the next pages of user memory are allocated. */
enum gupsim_place {
	GUPSIM_ANYWHERE,
	GUPSIM_IN_NORMAL,
	GUPSIM_IN_CMA,
	GUPSIM_IN_MOVABLE,
};

/* Errors: -EINVAL. */
int gupsim_allocate_in(struct gupsim_machine *machine, enum gupsim_place place);

/*
 * gupsim_drain() - lru_add_drain_all(): the LRU pagevecs give up their references
 * Errors: -EINVAL (NULL), -EIO (the machine is dead).
 */
int gupsim_drain(struct gupsim_machine *machine);

/*
 * Take a page off its LRU list and back, as migration or compaction does. No pagevec is
 * drained for it: between calls they are empty, unless config.pagevec_hold, but need
 * not be where a listener isolates.
 * Errors: -EBUSY (it is on no list, or not yet), -EINVAL (it is not isolated; a page of
 * a huge page other than its first).
 */
int gupsim_isolate(struct page *page);
int gupsim_putback(struct page *page);

/*
 * gupsim_alloc_contig() - have a driver take the frame, as alloc_contig_range() does of a
 * CMA area, and give it back at once: whatever is there has to move somewhere else
 * Errors: -EBUSY (somebody holds the page, or it is on no LRU list), -ENOMEM (there is
 * nowhere to move it to), -EINVAL (no RAM that anybody could take).
 */
int gupsim_alloc_contig(struct page *page);

#ifdef __cplusplus
}
#endif

#endif
