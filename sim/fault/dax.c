/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of a DAX file system: memory mapped straight from a pmem device. */
#include "fault/backing.h"
#include "fault/huge_file.h"
#include "file/dax_entry.h"
#include "file/holes.h"
#include "vm/huge_memory.h"
#include "vm/zap.h"

vm_fault_t vmf_insert_pfn_pte(struct vm_fault *vmf, unsigned long pfn, bool mkwrite)
{
	struct phys *phys = mm_phys(vmf->vma->vm_mm);
	pte_t *ptep = fault_pte(vmf);
	pte_t entry;

	if (!ptep)
		return VM_FAULT_OOM;
	entry = pfn_pte(pfn, vmf->vma->vm_page_prot);
	entry = is_zone_device_page(pfn_to_page(phys, pfn)) ? pte_mkdevmap(entry)
							    : pte_mkspecial(entry);
	if (mkwrite)
		entry = maybe_mkwrite(pte_mkdirty(pte_mkyoung(entry)), vmf->vma);
	set_pte(ptep, entry);
	return VM_FAULT_NOPAGE;
}

static vm_fault_t falls_back(const struct vm_fault *vmf, const char *words)
{
	base_decision_at(mm_base(vmf->vma->vm_mm), "dax_iomap_pmd_fault", vmf->address,
			 words);
	return VM_FAULT_FALLBACK;
}

/*
 * grab_mapping_entry() of a page. An entry of a whole pmd gives way, if there are no
 * blocks behind it.
 */
static vm_fault_t grab_page_entry(struct gupsim_file *file, pgoff_t index)
{
	unsigned int entry = dax_entry_at(file, index);
	pgoff_t first = first_of_pmd(index);

	if (entry & DAX_PMD && (entry & DAX_STATE) != DAX_BLOCK) {
		if ((entry & DAX_STATE) == DAX_ZERO)
			unmap_mapping_pages(&file->mapping, first, first + HPAGE_PMD_NR,
					    false);
		dax_delete_entries(file, index, index + 1);
		entry = DAX_NONE;
	}
	return entry == DAX_NONE && dax_store_entry(file, index, DAX_EMPTY) ? VM_FAULT_OOM
									    : 0;
}

/* The same of a whole pmd, whose entry there cannot be beside entries of pages. */
static vm_fault_t grab_pmd_entry(struct vm_fault *vmf, struct gupsim_file *file)
{
	if (dax_has_page_entry(file, vmf->pgoff))
		return falls_back(vmf, "a page of the file has an entry of its own");
	if (dax_entry_at(file, vmf->pgoff) == DAX_NONE &&
	    dax_store_entry(file, vmf->pgoff, DAX_PMD | DAX_EMPTY))
		return VM_FAULT_OOM;
	return 0;
}

/*
 * The entry that was grabbed says from now on what is behind it. Whoever maps the hole as
 * zeroes must fault again when there is a block.
 */
static void dax_insert_entry(struct gupsim_file *file, pgoff_t index,
			     enum dax_entry state)
{
	unsigned int entry = dax_entry_at(file, index), pmd = entry & DAX_PMD;
	unsigned long nr = pmd ? HPAGE_PMD_NR : 1;

	if (pmd)
		index = first_of_pmd(index);
	if ((entry & DAX_STATE) == DAX_ZERO && state == DAX_BLOCK)
		unmap_mapping_pages(&file->mapping, index, index + nr, false);
	if ((entry & DAX_STATE) == DAX_BLOCK)
		return;
	dax_store_entry(file, index,
			pmd | state); /* there is room since it was grabbed */
	if (state == DAX_BLOCK)
		dax_associate_entry(&file->mapping,
				    pfn_to_page(file->phys, file->extents[index]), index,
				    nr);
}

static vm_fault_t copy_block(struct vm_fault *vmf, unsigned long pfn)
{
	struct page *block = pfn_to_page(mm_phys(vmf->vma->vm_mm), pfn);
	vm_fault_t ret;

	if (pfn && copy_highpage(vmf->cow_page, block))
		return VM_FAULT_OOM;
	ret = finish_fault(vmf);
	return ret ? ret : VM_FAULT_DONE_COW;
}

/* dax_iomap_pte_fault() is part of it. */
static vm_fault_t ext4_dax_fault(struct vm_fault *vmf)
{
	struct gupsim_file *file = gupsim_file(vmf->vma->vm_file);
	bool write = vmf->flags & FAULT_FLAG_WRITE;
	vm_fault_t ret, major = 0;

	if (vmf->pgoff >= file->nr_pages)
		return VM_FAULT_SIGBUS;
	ret = grab_page_entry(file, vmf->pgoff);
	if (ret)
		return ret;
	if (!file->extents[vmf->pgoff])
		file_map_hole(file, vmf->pgoff);
	if (vmf->cow_page)
		return copy_block(vmf, file->extents[vmf->pgoff]);
	if (!file->extents[vmf->pgoff]) {
		if (!write) {
			dax_insert_entry(file, vmf->pgoff, DAX_ZERO);
			return vmf_insert_pfn_pte(vmf, ZERO_PFN, false);
		}
		if (file_allocate_block(file, vmf->pgoff))
			return VM_FAULT_SIGBUS;
		major = VM_FAULT_MAJOR;
	}
	dax_insert_entry(file, vmf->pgoff, DAX_BLOCK);
	return vmf_insert_pfn_pte(vmf, file->extents[vmf->pgoff], write) | major;
}

/* The kernel's conditions, in its order. */
static const char *why_no_pmd(const struct vm_fault *vmf, const struct gupsim_file *file)
{
	const struct vm_area_struct *vma = vmf->vma;
	unsigned long haddr = vmf->address & PMD_MASK;

	if ((vmf->pgoff ^ vmf->address >> PAGE_SHIFT) & (HPAGE_PMD_NR - 1))
		return "the file is mapped at another offset than 2 MiB have";
	if ((vmf->flags & FAULT_FLAG_WRITE) && !(vma->vm_flags & VM_SHARED))
		return "a private write: a page is copied";
	if (haddr < vma->vm_start || haddr + PMD_SIZE > vma->vm_end)
		return "the VMA does not have all of the 2 MiB";
	if (first_of_pmd(vmf->pgoff) + HPAGE_PMD_NR > file->nr_pages)
		return "the file ends within the 2 MiB";
	return NULL;
}

static vm_fault_t dax_pmd_load_hole(struct vm_fault *vmf, struct gupsim_file *file)
{
	struct page *zero = get_huge_zero_page(file->phys);

	if (!zero)
		return falls_back(vmf, "no room for the huge zero page");
	dax_insert_entry(file, vmf->pgoff, DAX_ZERO);
	if (!pte_none(*(pte_t *)vmf->pte))
		return falls_back(vmf, "it is mapped as a hole already");
	set_pte(vmf->pte, mk_huge_pmd(zero, vmf->vma->vm_page_prot));
	return VM_FAULT_NOPAGE;
}

/* Blocks for the @nr pages at @index that are known to be a hole, as far as a pmd
 * reaches. */
static void fill_hole(struct gupsim_file *file, pgoff_t index, unsigned long nr)
{
	pgoff_t end = index + (nr < HPAGE_PMD_NR ? nr : HPAGE_PMD_NR);

	if (nr >= HPAGE_PMD_NR && !file_allocate_row(file, index))
		return;
	for (; index < end; index++)
		if (file_allocate_block(file, index))
			return;
}

static vm_fault_t dax_iomap_pmd_fault(struct vm_fault *vmf, struct gupsim_file *file)
{
	bool write = vmf->flags & FAULT_FLAG_WRITE;
	pgoff_t first = first_of_pmd(vmf->pgoff);
	unsigned long hole;
	const char *why_not;
	vm_fault_t ret;

	if (first >= file->nr_pages)
		return VM_FAULT_SIGBUS;
	why_not = why_no_pmd(vmf, file);
	if (why_not)
		return falls_back(vmf, why_not);
	ret = grab_pmd_entry(vmf, file);
	if (ret)
		return ret;
	hole = file->extents[first] ? 0 : file_map_hole(file, first);
	if (!write && hole >= HPAGE_PMD_NR)
		return dax_pmd_load_hole(vmf, file);
	if (write)
		fill_hole(file, first, hole);
	/* Of what was a hole no more is told: the next fault finds it in a row with the
	 * rest. */
	if (hole && hole < HPAGE_PMD_NR)
		return falls_back(vmf, "what was a hole is less than 2 MiB");
	if (!file_is_row(file, first))
		return falls_back(vmf, "the blocks are not 2 MiB in a row");
	dax_insert_entry(file, first, DAX_BLOCK);
	return vmf_insert_pfn_huge(vmf, file->extents[first], write);
}

static vm_fault_t ext4_dax_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	return order == HPAGE_PMD_ORDER
		       ? dax_iomap_pmd_fault(vmf, gupsim_file(vmf->vma->vm_file))
		       : VM_FAULT_FALLBACK;
}

const struct vm_operations_struct ext4_dax_vm_ops = {
	.fault = ext4_dax_fault,
	.huge_fault = ext4_dax_huge_fault,
	.page_mkwrite = ext4_dax_fault,
	.pfn_mkwrite = ext4_dax_fault,
};
