/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page migration: the contents and the mappings move to another frame. It works only
 * while every reference to the page is one that migration knows of.
 */
#ifndef SIM_VM_MIGRATE_H
#define SIM_VM_MIGRATE_H

#include "mm/vma.h"

/* Allocates the frame that @page moves to, with a reference of REF_KERNEL. */
typedef struct page *(*new_page_fn)(struct page *page);

/* A page for the contents of @page, as large as it is. NULL: there is none. */
struct page *alloc_migration_target(struct page *page, gfp_t gfp);
/* The isolation's, the cache's, the buffers'. Anybody else's keeps the page in place. */
int expected_page_refs(struct page *page);

/*
 * Move the isolated pages of @from. Those that moved leave the list; those that would not
 * stay on it. Returns the number of the latter, or -ENOMEM.
 */
int migrate_pages(struct base *base, struct list_head *from, new_page_fn get_new_page);
void putback_movable_pages(struct list_head *list);

/*
 * Have the frame of @page free, whatever has to move for it. -EBUSY: that would not move,
 * or cannot be isolated; -ENOMEM.
 */
int alloc_contig_range(struct base *base, struct page *page);

#endif
