/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables for huge pages, and reservations. */
#include "mm/hugetlb.h"

#include "file/resv_map.h"

#include <errno.h>

pte_t *huge_pte_offset(const struct vm_area_struct *vma, unsigned long address)
{
	if (hstate_vma(vma)->order == HPAGE_PUD_ORDER)
		return (pte_t *)mm_find_pud(vma->vm_mm, address);
	return (pte_t *)mm_find_pmd(vma->vm_mm, address);
}

pte_t *huge_pte_alloc(const struct vm_area_struct *vma, unsigned long address)
{
	if (hstate_vma(vma)->order == HPAGE_PUD_ORDER)
		return (pte_t *)pud_alloc(vma->vm_mm, address);
	return (pte_t *)pmd_alloc(vma->vm_mm, address);
}

/* NULL: nothing is kept for the mapping. */
static struct resv_map *vma_resv_map(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_MAYSHARE ? gupsim_file(vma->vm_file)->resv_map
					   : sim_vma(vma)->resv_map;
}

/* Is there nothing spoken for the page at @address? */
static bool vma_needs_reservation(const struct vm_area_struct *vma, unsigned long address)
{
	const struct resv_map *map = vma_resv_map(vma);
	bool noted = map && resv_map_has(map, vma_hugecache_offset(vma, address));

	if (!map)
		return true;
	return vma->vm_flags & VM_MAYSHARE ? !noted : noted;
}

static bool vma_has_reserves(const struct vm_area_struct *vma, unsigned long address)
{
	if (!(vma->vm_flags & VM_MAYSHARE) &&
	    ((vma->vm_flags & VM_NORESERVE) || !sim_vma(vma)->resv_map))
		return false;
	return !vma_needs_reservation(vma, address);
}

static int reserve_private(struct vm_area_struct *vma)
{
	struct resv_map *map = resv_map_alloc(mm_base(vma->vm_mm));
	struct hstate *h = hstate_vma(vma);

	if (!map)
		return -ENOMEM;
	if (!hugetlb_acct_memory(h, vma_pages(vma) >> h->order)) {
		resv_map_put(mm_base(vma->vm_mm), map);
		return -ENOMEM;
	}
	sim_vma(vma)->resv_map = map;
	return 0;
}

static int reserve_shared(const struct vm_area_struct *vma)
{
	unsigned long from = vma_hugecache_offset(vma, vma->vm_start);
	unsigned long to = from + (vma_pages(vma) >> hstate_vma(vma)->order);
	struct resv_map *map = gupsim_file(vma->vm_file)->resv_map;
	long more = to - from - resv_map_count(map, from, to);

	if (!hugetlb_acct_memory(hstate_vma(vma), more))
		return -ENOMEM;
	if (!resv_map_add(mm_base(vma->vm_mm), map, from, to))
		return 0;
	hugetlb_acct_memory(hstate_vma(vma), -more);
	return -ENOMEM;
}

int hugetlb_reserve_pages(struct vm_area_struct *vma)
{
	int error;

	if (vma->vm_flags & VM_NORESERVE)
		return 0;
	error = vma->vm_flags & VM_MAYSHARE ? reserve_shared(vma) : reserve_private(vma);
	return error ? base_error(mm_base(vma->vm_mm), error,
				  "the pool has not so many huge pages")
		     : 0;
}

void hugetlb_vma_close(const struct vm_area_struct *vma)
{
	const struct resv_map *map = sim_vma(vma)->resv_map;
	unsigned long start, end;

	if (!map)
		return;
	start = vma_hugecache_offset(vma, vma->vm_start);
	end = start + (vma_pages(vma) >> hstate_vma(vma)->order);
	hugetlb_acct_memory(hstate_vma(vma),
			    -(long)(end - start - resv_map_count(map, start, end)));
}

/* It counts as there, or as used up, from now on. False: out of the host's memory. */
static bool commit(struct vm_area_struct *vma, unsigned long address)
{
	unsigned long index = vma_hugecache_offset(vma, address);
	struct resv_map *map = vma_resv_map(vma);

	return !map || !resv_map_add(mm_base(vma->vm_mm), map, index, index + 1);
}

struct page *alloc_huge_page(struct vm_area_struct *vma, unsigned long address,
			     bool outside)
{
	bool reserved = !outside && vma_has_reserves(vma, address);
	struct hstate *h = hstate_vma(vma);
	struct page *page;

	if (!reserved && h->nr_free == h->nr_reserved)
		return NULL;
	page = dequeue_huge_page(mm_phys(vma->vm_mm), h, GFP_HIGHUSER_MOVABLE,
				 REF_KERNEL);
	if (!page)
		return NULL;
	if (!commit(vma, address)) {
		put_page_as(page, REF_KERNEL);
		return NULL;
	}
	if (reserved) {
		page->flags |= PAGE_RESTORES;
		h->nr_reserved--;
	}
	return page;
}

void huge_page_is_used(struct page *page)
{
	page->flags &= ~PAGE_RESTORES;
}

void restore_reserve_on_error(struct vm_area_struct *vma, unsigned long address,
			      struct page *page)
{
	unsigned long index = vma_hugecache_offset(vma, address);
	struct resv_map *map = vma_resv_map(vma);
	bool reserved = page->flags & PAGE_RESTORES;

	if (map && reserved == !(vma->vm_flags & VM_MAYSHARE))
		resv_map_del(map, index, index + 1);
	put_page_as(page, REF_KERNEL);
}

void hugetlb_restore_reserve(struct vm_area_struct *vma, unsigned long address,
			     struct page *page)
{
	unsigned long index = vma_hugecache_offset(vma, address);
	struct resv_map *map = sim_vma(vma)->resv_map;

	if (!map || !PageAnon(page) || page_mapped(page) ||
	    base_rule(mm_base(vma->vm_mm), RULE_HUGETLB_UNMAP) != HUGETLB_UNMAP_RESERVES)
		return;
	page->flags |= PAGE_RESTORES;
	resv_map_del(map, index, index + 1);
}
