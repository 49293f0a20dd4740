/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files: an inode, its address_space, and what stands behind it. A file lives as long as
 * its machine knows its name or a VMA maps it.
 */
#ifndef SIM_FILE_FILE_H
#define SIM_FILE_FILE_H

#include "base/hash.h"
#include "phys/page.h"

#include <gupsim/file.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <sys/queue.h>

/* Larger files would only cost host memory for tables. */
#define MAX_FILE_BYTES ((uint64_t)1 << 40)

/* Where a range of pages ends that has all from its first on. */
#define END_OF_ALL_FILES (~0UL)

struct address_space_operations {
	/* Return 1 if the page was clean before. */
	int (*set_page_dirty)(struct page *page);
};

struct cached_page {
	pgoff_t index;
	struct page *page;
	UT_hash_handle hh;
};

struct address_space {
	const struct address_space_operations *a_ops;
	struct cached_page *pages; /* a uthash, by index */
	struct list_head i_mmap;   /* the VMAs that map it */
};

/* What the disk has, where it is not zeroes. */
struct disk_block {
	pgoff_t index;
	UT_hash_handle hh;
	unsigned char *bytes; /* of a page; NULL: it has no block there any more */
};

struct gupsim_pmem {
	struct dev_pagemap pgmap;
	struct phys *phys;
	unsigned long align;	/* DEVDAX: bytes that one entry maps, all or nothing */
	unsigned long used;	/* frames that files ever had, from the start on */
	unsigned long free_pfn; /* the first that was given back: a list, 0 at its end */
	struct file *node;	/* DEVDAX: its device node, once created */
	char name[NAME_MAX_LENGTH + 1];
	SLIST_ENTRY(gupsim_pmem) link;
};

/* Memory of a PCI device: each mapping of its file takes a row of idle pages. */
struct p2pdma {
	struct dev_pagemap pgmap;
	SLIST_ENTRY(p2pdma) link;
};

/*
 * All files and devices of a machine, and the reads in flight: a page is locked from the
 * start of its read to the end. The disk answers in order, and a request as a whole.
 */
struct vfs {
	TAILQ_HEAD(, gupsim_file) files; /* also those that only a VMA knows */
	SLIST_HEAD(, gupsim_pmem) pmems;
	SLIST_HEAD(, p2pdma) p2pdmas; /* also those whose file is gone */
	struct started_read {
		struct gupsim_file *file;
		struct page *page;
		unsigned long request;
	} * reads; /* in order of request */
	size_t nr_reads, capacity;
	unsigned long last_request;
	struct page *awaited; /* what the last call would have slept for; NULL: nothing */
};

struct gupsim_file {
	struct file file;
	struct inode inode;
	struct address_space mapping;
	struct phys *phys;
	struct vfs *vfs;
	enum gupsim_backing backing; /* as served: FSDAX is DISK without CONFIG_FS_DAX */
	unsigned long users;	     /* VMAs, and the name */
	bool closed;		     /* only VMAs have it open */
	unsigned long nr_pages;	     /* of i_size, the last one perhaps partial */
	unsigned long nr_allocated;  /* DISK: pages that always had a block, from 0 on */
	struct gupsim_pmem *pmem;
	unsigned long *extents; /* FSDAX: the frame of each block, 0 for a hole */
	unsigned long nr_extents;
	bool *known_holes;	    /* FSDAX: of each block, see file/holes.h */
	bool known_tail;	    /* and of those that the file may grow by */
	unsigned char *dax_entries; /* FSDAX: of each page, as far as there are any */
	unsigned long nr_dax_entries;
	struct page **inserted;	   /* INSERTED: the driver's own pages */
	struct p2pdma *p2pdma;	   /* P2PDMA */
	struct hstate *hstate;	   /* HUGETLB: the pool of its pages */
	struct resv_map *resv_map; /* HUGETLB: those there, or spoken for */
	unsigned long device_pfn;  /* PFNMAP, MIXEDMAP: the first register frame */
	struct disk_block *blocks; /* DISK: a uthash, by index */
	char name[NAME_MAX_LENGTH + 1];
	TAILQ_ENTRY(gupsim_file) link;
};

static inline struct gupsim_file *file_of(const struct address_space *mapping)
{
	return (struct gupsim_file *)((char *)mapping -
				      offsetof(struct gupsim_file, mapping));
}

static inline struct gupsim_file *gupsim_file(const struct file *file)
{
	return file->private_data;
}

void vfs_init(struct vfs *vfs);
void vfs_destroy(struct phys *phys, struct vfs *vfs);

/* -EINVAL, -ENOSPC, -ENOMEM, with words in the base. */
int file_create(struct phys *phys, struct vfs *vfs, const struct gupsim_file_spec *spec,
		struct gupsim_file **out);
/* -EBADF: it is closed. */
int file_check_open(const struct gupsim_file *file);
void file_get(struct gupsim_file *file);
/* The last user gone, cached pages are dropped and the file is freed. */
void file_put(struct gupsim_file *file);

int pmem_create(struct phys *phys, struct vfs *vfs, const char *name,
		enum gupsim_pmem_mode mode, uint64_t bytes, uint64_t align,
		struct gupsim_pmem **out);

/* P2PDMA: the first of so many idle pages in a row. NULL: there is no such row. */
struct page *p2pdma_find_idle(const struct gupsim_file *file, unsigned long nr_pages);

/* FSDAX: give the block a frame, zeroed. -ENOSPC. */
int file_allocate_block(struct gupsim_file *file, pgoff_t index);
/* FSDAX: the same for all that a pmd maps from @index on. -ENOSPC: no such row is free.
 */
int file_allocate_row(struct gupsim_file *file, pgoff_t index);
/* FSDAX: is there a row of them from @index on that a pmd could map? */
bool file_is_row(const struct gupsim_file *file, pgoff_t index);
/* FSDAX: give it back. */
void file_free_block(struct gupsim_file *file, pgoff_t index);

#endif
