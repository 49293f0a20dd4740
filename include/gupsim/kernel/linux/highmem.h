/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a page, for code that reads or writes through what it pinned. */
#ifndef GUPSIM_LINUX_HIGHMEM_H
#define GUPSIM_LINUX_HIGHMEM_H

#include <linux/mm_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * kmap() - the page's PAGE_SIZE bytes in host memory
 * Return: a pointer valid until the page is freed; NULL, which a kernel's kmap() does not
 * know, if the host is out of memory, nobody holds the page or the machine is dead.
 */
void *kmap(struct page *page);

static inline void kunmap(struct page *page)
{
	(void)page;
}

#ifdef __cplusplus
}
#endif

#endif
