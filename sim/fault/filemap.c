/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page-cache files: a disk file that may have to be read first, and shmem. */
#include "fault/backing.h"

static void map_cached_page(struct vm_fault *vmf, struct page *page,
			    unsigned long address)
{
	pte_t *ptep = mm_find_pte(vmf->vma->vm_mm, address);

	if (PageLocked(page) || !PageUptodate(page) || !pte_none(*ptep))
		return;
	get_page_as(page, REF_MAPPING);
	page_add_file_rmap(page, vmf->vma);
	set_pte(ptep, mk_pte(page, vmf->vma->vm_page_prot));
}

static bool is_ready(struct gupsim_file *file, pgoff_t index)
{
	struct page *page = find_get_page(&file->mapping, index);
	bool ready = page && !PageLocked(page) && PageUptodate(page);

	if (page)
		put_page_as(page, REF_KERNEL);
	return ready;
}

/*
 * Whoever may not map more than a file has asks for no table where the first page that is
 * ready is the file's last: without one nothing is mapped around.
 */
static bool finds_no_table(struct vm_fault *vmf, struct gupsim_file *file, pgoff_t start,
			   pgoff_t end)
{
	if (vmf->pte || file->backing == GUPSIM_SHMEM ||
	    base_rule(mm_base(vmf->vma->vm_mm), RULE_MAP_LAST_PAGE) == LAST_PAGE_MAPPED)
		return false;
	while (start <= end && start < file->nr_pages && !is_ready(file, start))
		start++;
	return start + 1 == file->nr_pages;
}

/* Map what is in the cache and ready, without waiting for anything. */
static void filemap_map_pages(struct vm_fault *vmf, pgoff_t start, pgoff_t end)
{
	struct gupsim_file *file = gupsim_file(vmf->vma->vm_file);

	if (finds_no_table(vmf, file, start, end) || !fault_pte(vmf))
		return;
	for (pgoff_t index = start; index <= end && index < file->nr_pages; index++) {
		struct page *page = find_get_page(&file->mapping, index);

		if (!page)
			continue;
		map_cached_page(vmf, page,
				vmf->address + ((index - vmf->pgoff) << PAGE_SHIFT));
		put_page_as(page, REF_KERNEL);
	}
}

struct gupsim_file *maybe_unlock_mmap_for_io(struct vm_fault *vmf,
					     struct gupsim_file *fpin)
{
	struct mm_struct *mm;

	/* Once it is released the VMA may be gone: nothing of it is read. */
	if (fpin)
		return fpin;
	mm = vmf->vma->vm_mm;
	if (!fault_may_retry(mm_base(mm), vmf->flags))
		return NULL;
	fpin = gupsim_file(vmf->vma->vm_file);
	file_get(fpin);
	base_decision_at(mm_base(mm), __func__, vmf->address,
			 "the fault may retry: mmap_sem is released");
	base_point(mm_base(mm), GUPSIM_POINT_LOCK_DROPPING);
	up_read(&mm->mmap_sem);
	base_point(mm_base(mm), GUPSIM_POINT_LOCK_DROPPED);
	return fpin;
}

/*
 * Sleep until the page can be locked, and do. False: a SIGKILL came first. A task's own
 * access is not cut short: nobody would see how it ends.
 */
static bool sleep_and_lock(const struct vm_fault *vmf, struct page *page, bool killable)
{
	base_point(page_phys(page)->base, GUPSIM_POINT_FAULT_SLEEPING);
	if (killable && !(vmf->flags & FAULT_FLAG_USER))
		return !lock_page_killable(page);
	lock_page(page);
	return true;
}

/*
 * False: it would have to wait and may not, or a SIGKILL has ended the wait; then
 * mmap_sem is released in any case.
 */
static bool lock_page_maybe_drop_mmap(struct vm_fault *vmf, struct page *page,
				      struct gupsim_file **fpin)
{
	if (trylock_page(page))
		return true;
	if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		return false;
	*fpin = maybe_unlock_mmap_for_io(vmf, *fpin);
	if (sleep_and_lock(vmf, page, vmf->flags & FAULT_FLAG_KILLABLE))
		return true;
	base_decision_at(page_phys(page)->base, __func__, vmf->address,
			 "a SIGKILL ends the wait for the page's lock");
	/* Who could not drop the lock before does now: only a retry asks for signals. */
	if (!*fpin)
		up_read(&vmf->vma->vm_mm->mmap_sem);
	return false;
}

struct filemap_lookup {
	struct gupsim_file *file;
	struct gupsim_file *fpin; /* set once mmap_sem is released: the VMA may be gone */
	struct page *page;	  /* with a reference of REF_KERNEL */
	bool random;		  /* MADV_RANDOM: nothing but the page itself is read */
};

static void do_sync_mmap_readahead(struct vm_fault *vmf, struct filemap_lookup *lookup)
{
	if (lookup->random)
		return;
	lookup->fpin = maybe_unlock_mmap_for_io(vmf, lookup->fpin);
	/* What readahead cannot get now is read page by page below. */
	(void)readahead(lookup->file, vmf->pgoff);
}

/* The page of the cache, made if there is none. */
static bool find_or_add(struct vm_fault *vmf, struct filemap_lookup *lookup)
{
	lookup->page = find_get_page(&lookup->file->mapping, vmf->pgoff);
	if (lookup->page)
		return true;
	lookup->page = page_cache_alloc_add(&lookup->file->mapping, vmf->pgoff);
	if (!lookup->page)
		return false;
	unlock_page(lookup->page);
	return true;
}

static vm_fault_t out_retry(struct filemap_lookup *lookup, vm_fault_t ret)
{
	if (lookup->page)
		put_page_as(lookup->page, REF_KERNEL);
	if (lookup->fpin)
		file_put(lookup->fpin);
	return ret | VM_FAULT_RETRY;
}

/* The page is locked, of this file, and its bytes are there: the fault's end. */
static vm_fault_t found(struct filemap_lookup *lookup, vm_fault_t ret)
{
	if (!lookup->fpin)
		return ret | VM_FAULT_LOCKED;
	unlock_page(lookup->page);
	return out_retry(lookup, ret);
}

/* The read of the page is under way: 0, or why it has not brought it. */
static vm_fault_t wait_for_read(const struct vm_fault *vmf, struct page *page)
{
	struct base *base = page_phys(page)->base;
	bool killable = base_rule(base, RULE_READ_KILLED) == READ_KILLED_SIGBUS;

	if (PageLocked(page)) {
		if (!sleep_and_lock(vmf, page, killable)) {
			base_decision(base, "filemap_fault", RULE_READ_KILLED,
				      "a SIGKILL ends the wait for the read");
			return VM_FAULT_SIGBUS;
		}
		unlock_page(page);
	}
	/* Nothing but the host's memory makes a read fail. */
	return PageUptodate(page) ? 0 : VM_FAULT_OOM;
}

/* The page is locked and was never read: that is done now, under mmap_sem or not. */
static vm_fault_t page_not_uptodate(struct vm_fault *vmf, struct filemap_lookup *lookup)
{
	int error = readpage(lookup->file, lookup->page);

	lookup->fpin = maybe_unlock_mmap_for_io(vmf, lookup->fpin);
	return error ? VM_FAULT_OOM : wait_for_read(vmf, lookup->page);
}

static vm_fault_t find_and_lock(struct vm_fault *vmf, struct filemap_lookup *lookup,
				vm_fault_t ret)
{
	for (;;) {
		vm_fault_t failed = 0;

		if (!find_or_add(vmf, lookup))
			return lookup->fpin ? out_retry(lookup, ret) : VM_FAULT_OOM;
		if (!lock_page_maybe_drop_mmap(vmf, lookup->page, &lookup->fpin))
			return out_retry(lookup, ret);
		if (lookup->page->mapping != &lookup->file->mapping) {
			unlock_page(lookup->page);
		} else if (PageUptodate(lookup->page)) {
			return found(lookup, ret);
		} else {
			failed = page_not_uptodate(vmf, lookup);
			if (lookup->fpin)
				return out_retry(lookup, ret);
		}
		put_page_as(lookup->page, REF_KERNEL);
		if (failed)
			return failed;
	}
}

static vm_fault_t filemap_fault(struct vm_fault *vmf)
{
	struct filemap_lookup lookup = {
		.file = gupsim_file(vmf->vma->vm_file),
		.random = vmf->vma->vm_flags & VM_RAND_READ,
	};
	vm_fault_t ret = 0;

	if (vmf->pgoff >= lookup.file->nr_pages)
		return VM_FAULT_SIGBUS;
	lookup.page = find_get_page(&lookup.file->mapping, vmf->pgoff);
	if (lookup.page) {
		put_page_as(lookup.page, REF_KERNEL);
	} else {
		ret = VM_FAULT_MAJOR;
		do_sync_mmap_readahead(vmf, &lookup);
	}
	ret = find_and_lock(vmf, &lookup, ret);
	vmf->page = lookup.page;
	return ret;
}

/* The file system finds a block for the page: from now on it has buffers. */
static vm_fault_t ext4_page_mkwrite(struct vm_fault *vmf)
{
	lock_page(vmf->page);
	if (!vmf->page->mapping) {
		unlock_page(vmf->page);
		return VM_FAULT_NOPAGE;
	}
	attach_buffers(vmf->page);
	return VM_FAULT_LOCKED;
}

static vm_fault_t shmem_fault(struct vm_fault *vmf)
{
	struct gupsim_file *file = gupsim_file(vmf->vma->vm_file);

	if (vmf->pgoff >= file->nr_pages)
		return VM_FAULT_SIGBUS;
	vmf->page = find_get_page(&file->mapping, vmf->pgoff);
	if (!vmf->page)
		vmf->page = shmem_alloc_add(&file->mapping, vmf->pgoff);
	if (!vmf->page)
		return VM_FAULT_OOM;
	lock_page(vmf->page);
	return VM_FAULT_LOCKED;
}

const struct vm_operations_struct ext4_file_vm_ops = {
	.fault = filemap_fault,
	.map_pages = filemap_map_pages,
	.page_mkwrite = ext4_page_mkwrite,
};

const struct vm_operations_struct shmem_vm_ops = {
	.fault = shmem_fault,
	.map_pages = filemap_map_pages,
};
