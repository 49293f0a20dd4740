// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looking at pages without touching them: no fault, no reference, and no allocation but
 * to read what the kernel does not map.
 */
#include "probe.h"

#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched/mm.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/magic.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

/*
 * Whoever looks asks when nobody else runs; the walk takes no page table lock. @huge: how
 * many bytes a pmd or pud covers; 0: it is a pte.
 */
static pte_t entry_at(struct mm_struct *mm, unsigned long address, unsigned long *huge)
{
	pgd_t *pgd = pgd_offset(mm, address);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	*huge = 0;
	if (pgd_none(*pgd))
		return __pte(0);
	p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d))
		return __pte(0);
	pud = pud_offset(p4d, address);
	if (pud_none(*pud))
		return __pte(0);
	*huge = PUD_SIZE;
	if (pud_leaf(*pud))
		return __pte(pud_val(*pud));
	pmd = pmd_offset(pud, address);
	*huge = PMD_SIZE;
	if (pmd_present(*pmd) && pmd_leaf(*pmd))
		return __pte(pmd_val(*pmd));
	*huge = 0;
	return pmd_none(*pmd) ? __pte(0) : *pte_offset_kernel(pmd, address);
}

static unsigned long pfn_at(pte_t pte, unsigned long address, unsigned long huge)
{
	unsigned long within = huge ? (address & (huge - 1)) >> PAGE_SHIFT : 0;

	return (huge == PUD_SIZE   ? pud_pfn(__pud(pte_val(pte)))
		: huge == PMD_SIZE ? pmd_pfn(__pmd(pte_val(pte)))
				   : pte_pfn(pte)) +
	       within;
}

static u32 pte_bits(pte_t pte, unsigned long huge)
{
	bool hole = !(pte_flags(pte) & _PAGE_PRESENT);
	bool protnone = hole && pte_flags(pte) & _PAGE_PROTNONE;

	if (hole && !protnone)
		return 0;
	return (protnone ? PROBE_PTE_PROTNONE : PROBE_PTE_PRESENT) |
	       (pte_write(pte) ? PROBE_PTE_WRITE : 0) |
	       (pte_dirty(pte) ? PROBE_PTE_DIRTY : 0) |
	       (pte_young(pte) ? PROBE_PTE_YOUNG : 0) |
	       (!huge && pte_flags(pte) & _PAGE_SPECIAL ? PROBE_PTE_SPECIAL : 0) |
	       (pte_flags(pte) & _PAGE_DEVMAP ? PROBE_PTE_DEVMAP : 0) |
	       (huge ? PROBE_PTE_HUGE : 0) |
	       pte_flags_pkey(pte_flags(pte)) << PROBE_PTE_PKEY_SHIFT;
}

static void tell_vma(struct probe *probe, struct mm_struct *mm, struct probe_look *look)
{
	struct vm_area_struct *vma = find_vma(mm, look->at);

	look->vma = PROBE_FRAME_NONE;
	if (!vma || vma->vm_start > look->at)
		return;
	look->vma = probe_vma(probe, vma);
	look->vma_start = vma->vm_start;
	look->vma_end = vma->vm_end;
	look->vma_flags = vma->vm_flags;
}

/* Whoever keeps the lock for a plan may be its writer. */
static bool lock_to_look(struct probe *probe, struct mm_struct *mm)
{
	bool kept = probe_kept(probe, mm);

	if (!kept)
		mmap_read_lock(mm);
	return !kept;
}

static int find_at_address(struct probe *probe, struct probe_look *look,
			   struct page **page)
{
	struct mm_struct *mm = probe_mm(look->pid);
	unsigned long pfn, huge;
	bool locked;
	pte_t pte;

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	locked = lock_to_look(probe, mm);
	tell_vma(probe, mm, look);
	pte = entry_at(mm, look->at, &huge);
	look->pte = pte_bits(pte, huge);
	if (look->pte & (PROBE_PTE_PRESENT | PROBE_PTE_PROTNONE)) {
		pfn = pfn_at(pte, look->at, huge);
		*page = pfn_valid(pfn) ? pfn_to_page(pfn) : NULL;
	}
	if (locked)
		mmap_read_unlock(mm);
	mmput(mm);
	return 0;
}

/* Of pages in the page cache, or those of persistent memory that a fault has used. */
static struct page *page_of_entry(void *entry)
{
	const unsigned long zero = 1 << 2, empty = 1 << 3, shift = 4;
	unsigned long value;

	if (!xa_is_value(entry))
		return entry;
	value = xa_to_value(entry);
	if (!value || value & (zero | empty) || !pfn_valid(value >> shift))
		return NULL;
	return pfn_to_page(value >> shift);
}

/* Files of huge pages count these, until v6.7. */
static unsigned long index_in(const struct file *file, unsigned long index)
{
	bool hugetlb = file_inode(file)->i_sb->s_magic == HUGETLBFS_MAGIC;

	return hugetlb && LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
		       ? index >> (PMD_SHIFT - PAGE_SHIFT)
		       : index;
}

static int find_in_file(const struct probe_look *look, struct page **page)
{
	struct file *file = fget(look->handle);

	if (!file)
		return -EBADF;
	rcu_read_lock();
	*page = page_of_entry(
		xa_load(&file->f_mapping->i_pages, index_in(file, look->at)));
	if (*page && PageHead(*page))
		*page += look->at & (compound_nr(*page) - 1);
	rcu_read_unlock();
	fput(file);
	return 0;
}

#define WRITER 1 /* the bit of the count that a writer of a rw_semaphore sets */

static int find_lock(struct probe *probe, struct probe_look *look)
{
	struct mm_struct *mm = probe_mm(look->pid);
	long count;

	if (IS_ERR(mm))
		return PTR_ERR(mm);
	count = probe_kept(probe, mm) || probe_stays_locked(mm)
			? atomic_long_read(&mm->mmap_lock.count)
			: 0;
	look->lock = count & WRITER ? PROBE_LOCK_WRITE
		     : count	    ? PROBE_LOCK_READ
				    : PROBE_LOCK_NONE;
	mmput(mm);
	return 0;
}

static int find_entry(struct probe *probe, const struct probe_look *look,
		      struct page **page)
{
	const struct held *held;

	if (look->handle >= probe->nr_held)
		return -EBADF;
	held = &probe->held[look->handle];
	if (!held->pages || look->at >= PROBE_ROOM)
		return -EINVAL;
	*page = held->pages[look->at];
	if (*page == probe_unset() || IS_ERR_OR_NULL(*page))
		*page = NULL;
	return 0;
}

int probe_find(struct probe *probe, struct probe_look *look, struct page **page)
{
	*page = NULL;
	look->flags = look->pte = 0;
	switch (look->place) {
	case PROBE_AT_ADDRESS:
		return look->at < TASK_SIZE_MAX ? find_at_address(probe, look, page)
						: -EINVAL;
	case PROBE_AT_ENTRY:
		return find_entry(probe, look, page);
	case PROBE_AT_FRAME:
		if (look->at >= probe->nr_pfns)
			return -EINVAL;
		*page = pfn_to_page(probe->pfns[look->at]);
		return 0;
	case PROBE_AT_FILE:
		return find_in_file(look, page);
	case PROBE_AT_LOCK:
		return find_lock(probe, look);
	default:
		return -EINVAL;
	}
}

/* What is_migrate_cma_page() says, which no module may call. */
bool probe_is_cma(const struct page *page)
{
#ifdef CONFIG_CMA
	unsigned long pfn = page_to_pfn(page);
	const unsigned long *blocks = section_to_usemap(__pfn_to_section(pfn));
	unsigned long bit =
		(pfn & (PAGES_PER_SECTION - 1)) / pageblock_nr_pages * NR_PAGEBLOCK_BITS;
	unsigned long type = blocks[bit / BITS_PER_LONG] >> bit % BITS_PER_LONG;

	return (type & ((1UL << PB_migratetype_bits) - 1)) == MIGRATE_CMA;
#else
	return false;
#endif
}

/* By pmds and puds. Pages that are mapped by ptes, too, count each of those once more. */
static int compound_mapcount_of(struct page *head)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	return folio_entire_mapcount(page_folio(head));
#else
	return compound_mapcount(head) - (!PageHuge(head) && PageDoubleMap(head));
#endif
}

/* A page that has a type instead has a negative count: no pte maps it. */
static int mapcount_of(struct page *page)
{
	int count = atomic_read(&page->_mapcount) + 1;

	if (count < 0)
		count = 0;
	return PageCompound(page) ? count + compound_mapcount_of(compound_head(page))
				  : count;
}

/* What no module may ask is_huge_zero_page() for: nothing else looks like it. */
static bool is_huge_zero(struct page *head)
{
	return PageCompound(head) && compound_order(head) == HPAGE_PMD_ORDER &&
	       !head->mapping && !PageHuge(head) && !PageReserved(head) &&
	       !compound_mapcount_of(head);
}

static u32 flags_of(const struct page *page)
{
	static const struct {
		int bit;
		u32 flag;
	} bits[] = {
		{PG_dirty, PROBE_DIRTY},       {PG_referenced, PROBE_REFERENCED},
		{PG_active, PROBE_ACTIVE},     {PG_lru, PROBE_LRU},
		{PG_uptodate, PROBE_UPTODATE}, {PG_reserved, PROBE_RESERVED},
		{PG_locked, PROBE_PG_LOCKED},  {PG_private, PROBE_PRIVATE},
		{PG_mlocked, PROBE_MLOCKED},   {PG_unevictable, PROBE_UNEVICTABLE},
	};
	const struct page *head = compound_head((struct page *)page);
	u32 flags = 0;

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		if (test_bit(bits[i].bit, &head->flags))
			flags |= bits[i].flag;
	if ((unsigned long)head->mapping & PAGE_MAPPING_ANON)
		flags |= PROBE_ANON;
	if (is_zero_pfn(page_to_pfn(page)) || is_huge_zero((struct page *)head))
		flags |= PROBE_ZERO;
	if (PageCompound(page))
		flags |= PROBE_COMPOUND;
	if (is_zone_device_page(page))
		flags |= PROBE_DEVICE;
	if (page_zonenum(page) == ZONE_MOVABLE)
		flags |= PROBE_MOVABLE;
	if (probe_is_cma(page))
		flags |= PROBE_CMA;
	if (!page_ref_count((struct page *)head))
		flags |= PROBE_FREE;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 19, 0)
	if ((flags & PROBE_ANON) &&
	    test_bit(PG_anon_exclusive,
		     PageHuge((struct page *)page) ? &head->flags : &page->flags))
		flags |= PROBE_EXCLUSIVE;
#endif
	return flags;
}

static int pins_of(struct page *page)
{
	struct page *head = compound_head(page);

	if (!PageCompound(head))
		return 0;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
	return atomic_read(&page_folio(head)->_pincount);
#else
	return compound_order(head) > 1 ? atomic_read(compound_pincount_ptr(head)) : 0;
#endif
}

/* The zero page outlives plans, and so do references to it that nobody has given back. */
static int refcount_of(const struct probe *probe, struct page *page)
{
	int others = is_zero_pfn(page_to_pfn(page)) ? probe->zero_refs : 0;

	return page_ref_count(compound_head(page)) - others;
}

static bool is_mapped_by_kernel(struct page *page)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)page_address(page), &level);

	return pte && pte_flags(*pte) & _PAGE_PRESENT;
}

/* Pages of memfd_secret() are not to be had where the others are. */
static int read_bytes(struct page *page, u8 *bytes)
{
	void *there = page_address(page);
	bool secret = !is_mapped_by_kernel(page);

	if (secret)
		there = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	if (!there)
		return -ENOMEM;
	memcpy(bytes, there, PROBE_BYTES);
	if (secret)
		vunmap(there);
	return 0;
}

int probe_look(struct probe *probe, struct probe_look *look)
{
	struct page *page;
	int error = probe_find(probe, look, &page);

	look->frame = PROBE_FRAME_NONE;
	if (error || !page)
		return error;
	look->frame = probe_frame(probe, page_to_pfn(page));
	look->head = probe_frame(probe, page_to_pfn(compound_head(page)));
	look->refcount = refcount_of(probe, page);
	look->mapcount = mapcount_of(page);
	look->pins = pins_of(page);
	look->flags |= flags_of(page);
	return read_bytes(page, look->bytes);
}

int probe_write(struct probe *probe, const struct probe_write *write)
{
	const struct probe_look *where = &write->where;
	struct page *page;

	if (write->length > PROBE_BYTES || write->reserved ||
	    where->place != PROBE_AT_ENTRY)
		return -EINVAL;
	page = probe_held_page(probe, where->handle, where->at);
	if (!page)
		return -ENOENT;
	if (is_zero_pfn(page_to_pfn(page)))
		return -EPERM; /* all processes would find it there */
	memcpy(page_address(page), where->bytes, write->length);
	return 0;
}
