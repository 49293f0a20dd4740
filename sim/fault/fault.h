/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page faults, as far as whoever pins can see them. One file a backing; this header has
 * the entry and what the backings share.
 */
#ifndef SIM_FAULT_FAULT_H
#define SIM_FAULT_FAULT_H

#include "file/pagecache.h"
#include "vm/rmap.h"

/*
 * Make the page at @address present, and writable if FAULT_FLAG_WRITE. Returns
 * VM_FAULT_*; with VM_FAULT_COMPLETED, and with VM_FAULT_RETRY unless there was
 * FAULT_FLAG_RETRY_NOWAIT, mmap_sem has been released and @vma may be gone. Locking:
 * mmap_sem held for reading.
 */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
			   unsigned int flags);

/*
 * What a release makes of FAULT_FLAG_UNSHARE, before the fault: 0, or VM_FAULT_* to end
 * with. Who asks gup_must_unshare() needs it not: that asks for nothing unknown.
 */
vm_fault_t sanitize_fault_flags(const struct vm_area_struct *vma, unsigned int *flags);

/* Does an unshare fault leave alone what is no anonymous page? */
static inline bool unshares_anon_alone(const struct vm_area_struct *vma)
{
	return base_rule(mm_base(vma->vm_mm), RULE_MUST_UNSHARE) != MUST_UNSHARE_LONGTERM;
}

/* A file's operations want mmap_lock, but for those that map pages around. */
static inline bool vmf_can_call_fault(const struct vm_fault *vmf)
{
	return !(vmf->flags & FAULT_FLAG_VMA_LOCK) || vmf->vma->vm_ops->map_pages;
}

/*
 * GUPSIM_RARE_RETRY: what a fault with these FAULT_FLAG_* does in place of its work. 0:
 * it may not be retried; otherwise mmap_sem has been released.
 */
vm_fault_t fault_forced_to_retry(struct mm_struct *mm, unsigned long address,
				 unsigned int flags);
/*
 * May a fault with these FAULT_FLAG_* release mmap_sem, to be retried? It is
 * fault_flag_allow_retry_first(), since one may be allowed to retry more than once.
 */
static inline bool fault_may_retry(const struct base *base, unsigned int flags)
{
	unsigned int asked = FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT;

	if (base_rule(base, RULE_RETRIES) == RETRIES_MANY)
		asked |= FAULT_FLAG_TRIED;
	return (flags & asked) == FAULT_FLAG_ALLOW_RETRY;
}

/*
 * Charge @task, who may be NULL, with a pass through handle_mm_fault() that was not in
 * error. @flags: FAULT_FLAG_* it was made with.
 */
void count_fault(struct task_struct *task, unsigned int flags, vm_fault_t ret);

/* -errno for the error bits of a fault, 0 if there are none. */
int vm_fault_to_errno(vm_fault_t fault, int foll_flags);

static inline pte_t fault_orig_pte(const struct vm_fault *vmf)
{
	return (pte_t){vmf->orig_pte};
}

/* The pte to be filled, its table allocated if need be; NULL: out of memory. */
static inline pte_t *fault_pte(struct vm_fault *vmf)
{
	if (!vmf->pte)
		vmf->pte = pte_alloc_map(vmf->vma->vm_mm, vmf->address);
	return vmf->pte;
}

/*
 * A write to a present pte that does not allow it; or, with FAULT_FLAG_UNSHARE, a page of
 * a COW mapping that is to be the mapping's own without becoming writable.
 */
vm_fault_t do_wp_page(struct vm_fault *vmf);
/* A pte that stands for a page that moves: wait until it has. */
vm_fault_t migration_entry_wait(const struct mm_struct *mm, pte_t entry);
/* A NUMA hint: the pte is as good as any other afterwards, and nothing else is done. */
vm_fault_t do_numa_page(struct vm_fault *vmf);
/* The same for a pmd, which vmf->pte is. */
vm_fault_t do_huge_pmd_numa_page(struct vm_fault *vmf);
/* A pte that is none, in a mapping with vm_ops. */
vm_fault_t do_fault(struct vm_fault *vmf);

/* A page for a private write, with a reference of @kind; NULL: out of memory. */
static inline struct page *alloc_anon_page(struct vm_area_struct *vma, enum ref_kind kind)
{
	struct page *page;

	if (anon_vma_prepare(vma))
		return NULL;
	page = alloc_page(mm_phys(vma->vm_mm), GFP_HIGHUSER_MOVABLE, kind);
	if (page)
		page->flags |= 1UL << PG_uptodate;
	return page;
}

/* Map it with @entry, on its way to an LRU list. */
static inline void map_anon_page(struct vm_area_struct *vma, unsigned long address,
				 pte_t *ptep, struct page *page, pte_t entry)
{
	page_add_new_anon_rmap(page, vma, address);
	lru_cache_add_new_anon(page, vma);
	set_pte(ptep, entry);
}

/* Map vmf->page, or vmf->cow_page for a private write. */
vm_fault_t finish_fault(struct vm_fault *vmf);
vm_fault_t do_page_mkwrite(struct vm_fault *vmf);
/* A shared page has just become writable; this is where writers are throttled. */
vm_fault_t fault_dirty_shared_page(struct vm_fault *vmf, struct page *page);

/*
 * Release mmap_sem to wait for I/O, if the fault may: then the file is held for the
 * caller, who gives it back with file_put(). @fpin: what an earlier call returned.
 */
struct gupsim_file *maybe_unlock_mmap_for_io(struct vm_fault *vmf,
					     struct gupsim_file *fpin);

#endif
