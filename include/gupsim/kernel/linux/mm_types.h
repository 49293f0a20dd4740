/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct page, vm_area_struct and mm_struct: the kernel's names for what the pinning
 * logic reads. Every address and length here is in bytes, every pgoff_t in 4 KiB pages.
 */
#ifndef GUPSIM_LINUX_MM_TYPES_H
#define GUPSIM_LINUX_MM_TYPES_H

#include <gupsim/version.h>
#include <linux/types.h>

#define PAGE_SHIFT    12
#define PAGE_SIZE     (1UL << PAGE_SHIFT)
#define PAGE_MASK     (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(x) (((x) + PAGE_SIZE - 1) & PAGE_MASK)
#define TASK_SIZE_MAX 0x7ffffffff000UL

struct address_space;
struct anon_vma;
struct base;
struct dev_pagemap;
struct file;
struct vm_area_struct;
struct vm_fault;

/*
 * One page frame. A reference keeps the frame from being given to somebody else; a
 * mapping is one pte that points at it. _mapcount starts at -1 as in the kernel: read it
 * with page_mapcount().
 *
 * Frames that were allocated together are a compound page: a head, and tails that lead to
 * it. References, and all flags that are not of a frame, are the head's; a pmd or pud
 * that maps it counts in compound_mapcount.
 */
struct page {
	unsigned long flags;
	union {
		struct list_head lru;
		struct dev_pagemap *pgmap; /* ZONE_DEVICE: never on an LRU list */
		__extension__ struct {
			unsigned long compound_head; /* of a tail: bit 0 set */
			/* The first tail keeps what the head has no room for. */
			unsigned char compound_order;
			int compound_mapcount;
		};
	};
	struct address_space *mapping; /* bit 0 set: an anon_vma, as PageAnon() tests */
	union {
		pgoff_t index;
		int compound_pincount; /* the first tail's: v5.7 on, pins one by one */
	};
#ifdef __cplusplus
	unsigned long private_;
#else
	unsigned long private;
#endif
	int _mapcount;
	int _refcount;
	void *contents; /* host memory of the bytes; NULL reads as zeroes */
};

typedef struct {
	u64 pgprot;
} pgprot_t;

/* A lock that counts its holders, so that a call against its contract is reported. */
struct rw_semaphore {
	int readers;
	int lent; /* holds that running calls rely on: nobody may give them back */
	bool writer;
	const struct task_struct *owner; /* of a writer: who was current */
	struct base *base;
};

#if !GUPSIM_LINUX_SINCE(6, 6, 0) && !defined(GUPSIM_BUILD)
/* By their orders, which later releases pass instead. */
enum page_entry_size {
	PE_SIZE_PTE = 0,
	PE_SIZE_PMD = 9,
	PE_SIZE_PUD = 18
};
#endif

struct vm_operations_struct {
	/* May the mapping end at @addr, inside of it? -errno: it may not. */
#if GUPSIM_LINUX_SINCE(5, 11, 0) || defined(GUPSIM_BUILD)
	int (*may_split)(struct vm_area_struct *vma, unsigned long addr);
#else
	int (*split)(struct vm_area_struct *vma, unsigned long addr);
#endif
	/* Bring in the page at vmf->pgoff; VM_FAULT_* in return. */
	vm_fault_t (*fault)(struct vm_fault *vmf);
	/* Map all that an entry of an upper level maps; VM_FAULT_FALLBACK: by ptes. */
#if GUPSIM_LINUX_SINCE(6, 6, 0) || defined(GUPSIM_BUILD)
	vm_fault_t (*huge_fault)(struct vm_fault *vmf, unsigned int order);
#else
	vm_fault_t (*huge_fault)(struct vm_fault *vmf, enum page_entry_size pe_size);
#endif
	/* Map what is already cached in [start, end], in pages of the file. */
	void (*map_pages)(struct vm_fault *vmf, pgoff_t start, pgoff_t end);
	/* A read-only page of a shared mapping is about to become writable. */
	vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
	/* A read-only frame of a shared raw mapping is about to become writable. */
	vm_fault_t (*pfn_mkwrite)(struct vm_fault *vmf);
};

/* A lock, or a list, keeps its place when its name goes. */
#if GUPSIM_LINUX_SINCE(5, 8, 0) && !defined(GUPSIM_BUILD)
#define GUPSIM_MMAP_LOCK mmap_lock
#else
#define GUPSIM_MMAP_LOCK mmap_sem
#endif
#if GUPSIM_LINUX_SINCE(6, 1, 0) && !defined(GUPSIM_BUILD)
#define GUPSIM_VMA_LIST(name) gupsim_##name
#else
#define GUPSIM_VMA_LIST(name) name
#endif

struct vm_area_struct {
	unsigned long vm_start; /* first byte */
	unsigned long vm_end;	/* one past the last byte */
	struct vm_area_struct *GUPSIM_VMA_LIST(vm_next), *GUPSIM_VMA_LIST(vm_prev);
	struct mm_struct *vm_mm;
	pgprot_t vm_page_prot;
	unsigned long vm_flags;
	struct anon_vma *anon_vma;
	const struct vm_operations_struct *vm_ops; /* NULL: anonymous */
	pgoff_t vm_pgoff;
	struct file *vm_file;
	void *vm_private_data;
};

struct mm_struct {
	struct vm_area_struct *GUPSIM_VMA_LIST(mmap); /* in order of address */
	struct rw_semaphore GUPSIM_MMAP_LOCK;
	int map_count;
	struct gupsim_mm *sim; /* libgupsim's own part */
};

#undef GUPSIM_MMAP_LOCK
#undef GUPSIM_VMA_LIST

#endif
