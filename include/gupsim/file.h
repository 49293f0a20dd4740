/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and the devices under them. */
#ifndef GUPSIM_FILE_H
#define GUPSIM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct file;
struct gupsim_machine;
struct gupsim_pmem;
struct page;

enum gupsim_pmem_mode {
	GUPSIM_PMEM_FSDAX,  /* a block device that a DAX file system is mounted on */
	GUPSIM_PMEM_DEVDAX, /* a character device that is mapped as it is */
};

/*
 * gupsim_pmem_create() - plug in persistent memory, with a struct page for each frame
 * @bytes: a multiple of the page size
 * Errors: -EINVAL (also a name in use), -ENOMEM.
 */
int gupsim_pmem_create(struct gupsim_machine *machine, const char *name,
		       enum gupsim_pmem_mode mode, uint64_t bytes,
		       struct gupsim_pmem **out);

/*
 * gupsim_devdax_create() - plug in a device-dax node of a given alignment
 * @bytes: a multiple of @align
 * @align: 4 KiB, as gupsim_pmem_create() has it, 2 MiB or 1 GiB. All is mapped by entries
 *         of that size: mappings begin and end at a multiple of it, and cannot be split
 *         elsewhere
 * Errors: -EINVAL (also a name in use), -ENOMEM.
 */
int gupsim_devdax_create(struct gupsim_machine *machine, const char *name, uint64_t bytes,
			 uint64_t align, struct gupsim_pmem **out);

/*
 * gupsim_pmem_kill() - from now on get_dev_pagemap() fails for the device's pages, as
 * while it is being removed
 * Errors: -EINVAL (NULL), -EIO (the machine is dead).
 */
int gupsim_pmem_kill(struct gupsim_pmem *pmem);

enum gupsim_backing {
	GUPSIM_DISK,	  /* page cache over a disk that takes time to answer */
	GUPSIM_SHMEM,	  /* tmpfs, memfd, shared anonymous memory */
	GUPSIM_FSDAX,	  /* a file of the file system on a pmem device */
	GUPSIM_DEVDAX,	  /* the device-dax node itself */
	GUPSIM_PFNMAP,	  /* a driver that maps its registers with remap_pfn_range() */
	GUPSIM_MIXEDMAP,  /* a driver that maps raw frames with vmf_insert_mixed() */
	GUPSIM_INSERTED,  /* a driver that maps its own pages with vm_insert_page() */
	GUPSIM_P2PDMA,	  /* memory of a PCI device: each mapping has pages of its own */
	GUPSIM_SECRETMEM, /* memfd_secret(2): out of the kernel's own reach */
	GUPSIM_HUGETLB,	  /* hugetlbfs: huge pages out of a pool */
};

struct gupsim_file_spec {
	const char *name;
	enum gupsim_backing backing;
	struct gupsim_pmem *pmem; /* FSDAX, DEVDAX */
	uint64_t bytes; /* i_size; devices have none: what they map; DEVDAX: all, or 0 */
	bool cached;	/* DISK, SHMEM: in the page cache from the start */
	bool buffers;	/* DISK: cached, as write(2) leaves it, with buffers */
	bool hole;	/* FSDAX, SHMEM: no block is allocated yet */
	bool readonly;	/* opened O_RDONLY */
	uint64_t huge_page; /* HUGETLB: the size of each, 2 MiB or 1 GiB */
};

/*
 * gupsim_file_create() - make a file and open it
 *
 * With CONFIG_FS_DAX off an FSDAX file is served through the page cache. Kernels let
 * users map a PCI device's memory since v6.2, and have memfd_secret(2) since v5.14;
 * before that it is as if a driver did so.
 * Errors: -EINVAL (a spec that makes no sense, a name in use), -ENOSPC (the device is
 * full), -ENOMEM.
 */
int gupsim_file_create(struct gupsim_machine *machine,
		       const struct gupsim_file_spec *spec, struct file **out);

/*
 * gupsim_close() - close(2): from now on only mappings lead to the file
 *
 * Its pages stay where they are. What is asked of it afterwards by this pointer, and a
 * mapping of it, is -EBADF; gupsim_file_page() still looks.
 * Errors: -EBADF (it is closed), -EINVAL (NULL).
 */
int gupsim_close(struct file *file);

/*
 * gupsim_file_evict() - write back and drop cached pages, as fsync and
 * POSIX_FADV_DONTNEED
 * @first, @nr: pages of the file; there is nothing to drop behind its end
 * All of the file is written back. Errors: -EBUSY if one of the pages is mapped or held;
 * the others are gone.
 */
int gupsim_file_evict(struct file *file, unsigned long first, unsigned long nr);

/*
 * gupsim_ftruncate() - ftruncate(2): let a file end at @bytes
 * @bytes: the new i_size, smaller or larger, of at most 1 TiB
 *
 * What lies beyond the new end is unmapped everywhere, private copies too, and leaves the
 * page cache; an access to it then ends in SIGBUS. Whoever holds such a page keeps it,
 * without mapping, clean, and without buffers. The last page is zeroed behind the end.
 * What a file grows by is a hole. mmap_sem is neither taken nor looked at.
 *
 * The file system of an fsdax file first unmaps all of it, private copies excepted, and
 * then waits, also when the file grows, as long as somebody holds one of its pages, be it
 * elsewhere in the file. Here nobody can wait: all of the file is unmapped, and the call
 * fails with -EDEADLK. It is to be made again when the page that gupsim_awaited() has is
 * idle. A file that nothing maps is truncated at once, with a WARN in
 * dax_disassociate_entry() for each page that is held. A signal that is pending for
 * `current` ends the wait, as gupsim_signal() has it: with -EINTR, where the kernel has
 * -ERESTARTSYS for the way back to the user.
 *
 * Errors: -EINVAL (no regular file, a secretmem file, whose size is given once, opened
 * O_RDONLY, a NULL file), -EFBIG, -EDEADLK, -EINTR, -ENOMEM (nothing has changed, or the
 * file has its new size and the rest of its last page is not zeroed).
 */
int gupsim_ftruncate(struct file *file, uint64_t bytes);

/*
 * gupsim_punch_hole() - fallocate(2) with FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE
 * @first, @nr: the pages that are cut out; beyond the end there is nothing to cut
 *
 * The pages are unmapped everywhere, private copies excepted, and leave the page cache:
 * what is read there then is zeroes. Whoever holds such a page keeps it, as with
 * gupsim_ftruncate(). Of an fsdax file all is unmapped first, and any page of it that is
 * held is waited for, in the same way.
 *
 * Errors: -EINVAL (no pages, an end beyond 1 TiB, a NULL file), -EBADF (opened O_RDONLY),
 * -ENODEV (no regular file), -EOPNOTSUPP (secretmem), -EDEADLK, -EINTR, -ENOMEM (of the
 * host).
 */
int gupsim_punch_hole(struct file *file, unsigned long first, unsigned long nr);

/*
 * gupsim_direct_write() - pwrite(2) of whole pages to a disk file opened with O_DIRECT
 * @first, @nr: the pages; the file grows if they lie beyond its end
 * @buf, @length: what each begins with, at most a page; behind it are zeroes
 *
 * What is dirty of the pages is written back, then they are unmapped, private copies
 * excepted, and leave the page cache, mapped, held or not. Whoever holds one keeps it,
 * with what it had; the file has it no more, and whoever reads next gets what was written
 * from the disk, in another page.
 * Errors: -EINVAL (no disk file, too many bytes, NULL), -EBADF (opened O_RDONLY), -EFBIG,
 * -ENOMEM (of the host).
 */
int gupsim_direct_write(struct file *file, unsigned long first, unsigned long nr,
			const void *buf, size_t length);

/*
 * gupsim_awaited() - the held page that a call would have slept for, until it is idle
 *
 * Of gupsim_ftruncate(), gupsim_punch_hole() and gupsim_madvise() with MADV_REMOVE, after
 * their -EDEADLK and before the machine's next control call. NULL: there is none, as when
 * the lock of an mm or of a page was in the way.
 */
struct page *gupsim_awaited(const struct gupsim_machine *machine);

/*
 * gupsim_fsync() - fsync(2): write back what is dirty of a file
 *
 * Pages become clean, also those that are mapped or held, and shared ptes of them clean
 * and read-only: the next write of the CPU's faults and makes the page dirty again, that
 * of a device does not. A dirty page of a disk file without buffers is a BUG. To pmem all
 * is written at once, and only ptes change; shmem is left alone.
 * Errors: -EINVAL (no regular file, secretmem, NULL), -ENOMEM (of the host).
 */
int gupsim_fsync(struct file *file);

/*
 * gupsim_io_done() - complete the reads that were started and that nobody waited for
 * Return: the number of pages that were read.
 * Errors: -EINVAL (NULL), -EIO (the machine is dead).
 */
int gupsim_io_done(struct gupsim_machine *machine);

/* The cached page at @index, or NULL; its reference count is not changed. */
struct page *gupsim_file_page(struct file *file, unsigned long index);

#ifdef __cplusplus
}
#endif

#endif
