/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMAs: found, linked, split and merged; and the links that lead from a page back to the
 * VMAs that may map it (an anon_vma, a file's i_mmap).
 */
#ifndef SIM_MM_VMA_H
#define SIM_MM_VMA_H

#include "mm/pgtable.h"

/*
 * All the VMAs that may map the anonymous pages of one VMA: itself, what was split off
 * it, neighbours that may merge with it, and their copies in forked mms. Wider than the
 * kernel's trees, and searched in full.
 */
struct anon_vma {
	unsigned int users;
	struct list_head vmas;
};

struct vma {
	struct vm_area_struct vm;
	bool gone;		   /* kept for a call that may still look at it */
	bool resv_unmapped;	   /* of huge pages: the owner has taken one away */
	unsigned long forked_end;  /* where it ended when it came by a fork, else 0 */
	struct resv_map *resv_map; /* of private huge pages: the owner's */
	RB_ENTRY(vma) node;
	struct list_head i_mmap_link, anon_link;
};

static inline struct vma *sim_vma(const struct vm_area_struct *vm)
{
	return (struct vma *)((char *)vm - offsetof(struct vma, vm));
}

/* VMAs of drivers: never merged, never locked. */
#define VM_SPECIAL	      (VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP)

#define for_each_vma(vma, mm) for (vma = (mm)->mmap; vma; vma = vma->vm_next)

/* What a new mapping is to be. */
struct vma_spec {
	unsigned long start, end;
	unsigned long vm_flags;
	struct gupsim_file *file;
	pgoff_t pgoff;
	const struct vm_operations_struct *vm_ops;
};

/* A VMA that is not in its mm yet. NULL: out of memory. */
struct vm_area_struct *vma_alloc(struct mm_struct *mm, const struct vma_spec *spec);
/* Put it there, where nothing is mapped. Returns it, or the neighbour that it became. */
struct vm_area_struct *vma_link(struct vm_area_struct *vma);
/* It is not, or no more, in its mm. */
void vma_free(struct vm_area_struct *vma);
/* A copy of @vma for a forked mm, at the end of its list. */
struct vm_area_struct *vma_dup(struct mm_struct *mm, const struct vm_area_struct *vma);
/* Does what is mapped across @address let it end there? Else -errno. */
int vma_may_split(struct mm_struct *mm, unsigned long address);
/* split_vma() of what crosses @start or @end. -ENOMEM: nothing has changed. */
int split_range(struct mm_struct *mm, unsigned long start, unsigned long end);
/* Merge with its neighbours where they say the same. */
void vma_merge(struct vm_area_struct *vma);
/* Take it out of its mm and free it; its pages are unmapped. */
void vma_unmap(struct vm_area_struct *vma);

/* The first write to a shared page must fault where the file system wants to know of it.
 */
bool vma_wants_writenotify(const struct vm_area_struct *vma);
/* Is it of a memfd_secret(2)? */
static inline bool vma_is_secretmem(const struct vm_area_struct *vma)
{
	return vma->vm_file && gupsim_file(vma->vm_file)->backing == GUPSIM_SECRETMEM;
}

#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)

/* May anybody do anything with it? */
static inline bool vma_is_accessible(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_ACCESS_FLAGS;
}

/* vm_page_prot follows from the flags. */
void vma_set_page_prot(struct vm_area_struct *vma);

/* Like find_vma(), but only if @address lies in it. */
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long address);
/* The first VMA that has a part of [start, end), or NULL. */
struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start,
					     unsigned long end);

/*
 * What a kernel without the lock would use after it was freed: VMAs that go stay until
 * all who asked for that have had their look.
 */
void mm_keep_vmas(struct mm_struct *mm);
void mm_forget_vmas(struct mm_struct *mm);
static inline bool vma_gone(const struct vm_area_struct *vma)
{
	return sim_vma(vma)->gone;
}

int __anon_vma_prepare(struct vm_area_struct *vma);
/* Also of one whose last VMA has gone meanwhile. NULL: nothing is done. */
void put_anon_vma(struct base *base, struct anon_vma *anon_vma);

/* Anonymous pages are about to be added. -ENOMEM. */
static inline int anon_vma_prepare(struct vm_area_struct *vma)
{
	return likely(vma->anon_vma) ? 0 : __anon_vma_prepare(vma);
}

static inline pgoff_t linear_page_index(const struct vm_area_struct *vma,
					unsigned long address)
{
	return ((address - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff;
}

static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

#endif
