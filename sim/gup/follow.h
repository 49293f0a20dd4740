/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From an entry of a page table to the page that a pinner may have: what the levels
 * share. */
#ifndef SIM_GUP_FOLLOW_H
#define SIM_GUP_FOLLOW_H

#include "mm/pte.h"

#include <linux/mm_types.h>

/* What a walk keeps from page to page. */
struct follow_page_context {
	struct dev_pagemap *pgmap; /* pages of a device come in rows */
};

/* A dump skips what only a fault could bring, unless a file has it. */
SIM_COLD struct page *dump_of_nothing(const struct vm_area_struct *vma);

static inline struct page *no_page_table(const struct vm_area_struct *vma,
					 unsigned int flags)
{
	return unlikely(flags & FOLL_DUMP) ? dump_of_nothing(vma) : NULL;
}

/* A NUMA hint, or memory that nobody may access: is the entry good without a fault? */
SIM_COLD bool gup_can_follow_protnone(const struct vm_area_struct *vma,
				      unsigned int flags);

/*
 * What can_follow_write_pte() and can_follow_write_pmd() say of a read-only entry: a
 * write that is forced may go through it once COW is broken for it.
 */
SIM_COLD bool can_follow_write_readonly(const struct vm_area_struct *vma,
					const struct page *page, pte_t pte,
					unsigned int flags);

/*
 * Would a pin for reading share @page, mapped read-only, with whoever writes next?
 * Without a VMA, on the lockless walk, any file's page may be one that is copied then.
 */
SIM_COLD bool gup_must_unshare(const struct vm_area_struct *vma, unsigned int flags,
			       const struct page *page);

/* FOLL_GET and FOLL_PIN together: a WARN in @func, where pins are more than references.
 */
SIM_COLD bool warns_of_get_and_pin(const char *func, unsigned int flags);

/* The same in follow_page_pte(), which refuses them: -EINVAL, or 0. */
SIM_COLD int pte_get_and_pin(unsigned int flags);

/* One reference, pin, or nothing, as @flags have it. Of both it is the reference. */
SIM_COLD int try_grab_page(struct page *page, unsigned int flags);
/* The same of what an entry of an upper level maps: up to v5.6 whatever count it has. */
SIM_COLD int try_grab_leaf_page(struct page *page, unsigned int flags);
/* The same for @nr parts of a compound page, whatever room the count has. */
SIM_COLD int try_grab_folio(struct page *page, int nr, unsigned int flags);

/*
 * The same for @nr parts more of the compound page of which one was grabbed just so.
 * False: nothing was taken, and one after the other has to show where it ends.
 */
bool try_grab_rest(struct page *page, unsigned long nr, unsigned int flags);

/*
 * The same as try_grab_compound_head() takes them, on the lockless walk and for
 * follow_hugetlb_page(): false with a WARN if the count is below 0, without if it is 0.
 */
bool try_grab_parts(struct page *page, int nr, unsigned int flags);

/* What a special pte stands for: a device's page, the zero page, or no page at all. */
SIM_COLD struct page *follow_special_pte(struct vm_area_struct *vma, pte_t *ptep,
					 unsigned int flags,
					 struct follow_page_context *ctx);

/* The page is there no more, but who insists waits for the one that it becomes. */
SIM_COLD struct page *follow_migration_entry(const struct vm_area_struct *vma, pte_t pte,
					     unsigned int flags);

/* FOLL_MLOCK, of memory that is locked. */
SIM_COLD void mlock_followed(struct page *page);

/* follow_page_pte(), for those who have split what was huge. */
SIM_COLD struct page *follow_small_page(struct vm_area_struct *vma, pte_t *ptep,
					unsigned int flags,
					struct follow_page_context *ctx);

/*
 * The page at @address as a pinner may have it: a page, with a reference if @flags has
 * FOLL_GET; NULL if a fault has to come first; or ERR_PTR: -EMLINK if that fault has to
 * unshare the page, -EEXIST for an entry that counts but has no page, other errors to
 * end with.
 */
SIM_COLD struct page *follow_page_mask(struct vm_area_struct *vma, unsigned long address,
				       unsigned int flags,
				       struct follow_page_context *ctx);

/* A page of a device is there only for those who hold it: by which flags? */
unsigned int devmap_flags(void);

/* A page that @leaf, of an upper level, maps of a device. NULL: a fault has to come
 * first. */
SIM_COLD struct page *follow_devmap(struct phys *phys, unsigned long address, pte_t *leaf,
				    unsigned int shift, unsigned int flags,
				    struct follow_page_context *ctx);

/* What a call has found goes to its caller's arrays, where he has them. */
static inline void note_pages(struct page **pages, struct page *first, unsigned long nr)
{
	if (!pages)
		return;
	for (unsigned long i = 0; i < nr; i++)
		pages[i] = first + i;
}

static inline void note_vmas(struct vm_area_struct **vmas, struct vm_area_struct *vma,
			     unsigned long nr)
{
	if (!vmas)
		return;
	for (unsigned long i = 0; i < nr; i++)
		vmas[i] = vma;
}

/* FOLL_SPLIT: small pages are wanted. */
SIM_COLD int split_followed_page(struct page *page);

/*
 * How many pages behind the one at @address, just found in an entry of an upper level,
 * the same entry gives in the same way, without a word on any of them.
 */
unsigned long pages_behind(struct vm_area_struct *vma, unsigned long address,
			   unsigned int flags);

/* Where there is no table of ptes: a huge page, or nothing. */
SIM_COLD struct page *follow_pmd_mask(struct vm_area_struct *vma, unsigned long address,
				      unsigned int flags,
				      struct follow_page_context *ctx);

#endif
