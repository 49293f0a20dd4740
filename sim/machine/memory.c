/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmap(), and pages taken off the LRU. */
#include "machine/populate.h"

#include "fault/backing.h"
#include "phys/hugetlb.h"
#include "vm/migrate.h"
#include "vm/mmap.h"
#include "vm/mprotect.h"

#include <errno.h>
#include <linux/mman.h>
#include <sys/mman.h>

static unsigned long vm_flags_of(int prot, int flags)
{
	unsigned long vm_flags =
		VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | calc_vm_prot_bits(prot, 0);

	if (flags & MAP_LOCKED)
		vm_flags |= VM_LOCKED;
	if (flags & MAP_GROWSDOWN)
		vm_flags |= VM_GROWSDOWN;
	if (flags & MAP_NORESERVE)
		vm_flags |= VM_NORESERVE;
	if (flags & MAP_SHARED)
		vm_flags |= VM_SHARED | VM_MAYSHARE;
	else if ((prot & PROT_WRITE) && !(flags & MAP_NORESERVE))
		vm_flags |= VM_ACCOUNT;
	return vm_flags;
}

/* What mmap() is asked for. */
struct mmap_request {
	unsigned long addr, length;
	int prot, flags;
	struct file *file;
	uint64_t offset;
};

/* The size of huge pages that the flags ask for: 2M unless they say. */
static uint64_t huge_page_of(int flags)
{
	unsigned int shift = (unsigned int)flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;

	return shift ? 1UL << shift : PMD_SIZE;
}

/* A length is in whole pages of the kind that is mapped; what goes round is all there is.
 */
static unsigned long aligned_length(const struct mmap_request *request)
{
	const struct gupsim_file *file =
		request->file ? gupsim_file(request->file) : NULL;
	unsigned long size = PAGE_SIZE;

	if (file && file->hstate)
		size = huge_page_size(file->hstate);
	else if (!file && (request->flags & MAP_HUGETLB))
		size = huge_page_of(request->flags);
	return request->length > -size ? ~0UL
				       : (request->length + size - 1) & ~(size - 1);
}

static int check_request(struct gupsim_machine *machine, const struct mm_struct *mm,
			 const struct mmap_request *request)
{
	unsigned long length = aligned_length(request);
	int error;

	if (mm_gone(mm))
		return machine_refuse(machine,
				      "the address space is gone with its last task");
	if (request->file && gupsim_file(request->file)->phys != machine->phys)
		return machine_refuse(machine, "the file is of another machine");
	if (request->file && gupsim_file(request->file)->closed)
		return file_check_open(gupsim_file(request->file));
	if (!(request->flags & MAP_SHARED) == !(request->flags & MAP_PRIVATE))
		return machine_refuse(machine, "a mapping is either private or shared");
	if ((request->flags & MAP_GROWSDOWN) &&
	    (request->file || (request->flags & MAP_SHARED)))
		return machine_refuse(machine, "a stack is private anonymous memory");
	if (request->offset % PAGE_SIZE)
		return machine_refuse(machine, "the offset is not page aligned");
	if ((request->flags & MAP_HUGETLB) && !request->file &&
	    !size_to_hstate(machine->phys, huge_page_of(request->flags)))
		return machine_refuse(machine, "huge pages are of 2M or 1G");
	error = machine_check_range(machine, request->addr, length, -ENOMEM);
	if (!error && request->file && request->offset > INT64_MAX - length)
		return base_error(&machine->base, -EOVERFLOW,
				  "no file is as long as that");
	return error;
}

static int check_free(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = find_vma_intersection(mm, start, end);

	if (!vma)
		return 0;
	return base_error(mm_base(mm), -EEXIST, "%#lx is mapped already",
			  vma->vm_start > start ? vma->vm_start : start);
}

/* Shared anonymous memory is a file that nobody else can open. */
static int make_anon_file(struct gupsim_machine *machine, struct vma_spec *spec)
{
	struct gupsim_file_spec shmem = {
		.name = "dev/zero",
		.backing = GUPSIM_SHMEM,
		.bytes = spec->end - spec->start,
	};

	return file_create(machine->phys, &machine->vfs, &shmem, &spec->file);
}

/* So is anonymous memory of huge pages, private memory, too. */
static int make_huge_file(struct gupsim_machine *machine, struct vma_spec *spec,
			  int flags)
{
	struct gupsim_file_spec huge = {
		.name = "anon_hugepage",
		.backing = GUPSIM_HUGETLB,
		.bytes = spec->end - spec->start,
		.huge_page = huge_page_of(flags),
	};

	return file_create(machine->phys, &machine->vfs, &huge, &spec->file);
}

/* What a driver could not fill is a hole then, as in the kernel. */
static int populate(struct vm_area_struct *vma)
{
	int error = backing_populate(vma);

	if (error)
		do_munmap(vma->vm_mm, vma->vm_start, vma->vm_end);
	return error;
}

static int mmap_region(struct mm_struct *mm, const struct vma_spec *spec)
{
	struct vm_area_struct *vma = vma_alloc(mm, spec);
	int error;

	if (!vma)
		return -ENOMEM;
	error = do_munmap(mm, spec->start, spec->end);
	if (error) {
		vma_free(vma);
		return error;
	}
	return populate(vma_link(vma));
}

static int mmap_under_lock(struct mm_struct *mm, struct vma_spec *spec, int flags)
{
	int error = flags & MAP_FIXED ? 0 : check_free(mm, spec->start, spec->end);

	if (!error && (spec->vm_flags & VM_ACCESS_FLAGS) == VM_EXEC)
		spec->vm_flags |=
			(unsigned long)execute_only_pkey(mm, machine_task_in(mm))
			<< VM_PKEY_SHIFT;
	if (!error)
		error = backing_mmap(spec);
	if (spec->file && spec->file->hstate)
		spec->vm_flags &= ~VM_ACCOUNT;
	if ((spec->vm_flags & VM_SPECIAL) ||
	    (spec->file && (spec->file->inode.i_flags & S_DAX)))
		spec->vm_flags &= ~VM_LOCKED;
	return error ? error : mmap_region(mm, spec);
}

/* What cannot be had is left out, unless it is the host that cannot give it. */
static int populate_mapping(struct mm_struct *mm, const struct vma_spec *spec, int flags)
{
	int error = 0;

	if ((flags & MAP_LOCKED) ||
	    (flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE)
		error = machine_mm_populate(mm, spec->start, spec->end);
	if (error && !mmap_write_trylock(mm)) {
		do_munmap(mm, spec->start, spec->end);
		up_write(&mm->mmap_sem);
	}
	return error;
}

static int do_mmap(struct gupsim_machine *machine, struct mm_struct *mm,
		   const struct mmap_request *request)
{
	bool huge = !request->file && (request->flags & MAP_HUGETLB);
	bool anon_file = !request->file && (huge || (request->flags & MAP_SHARED));
	struct vma_spec spec = {
		.start = request->addr,
		.end = request->addr + aligned_length(request),
		.vm_flags = vm_flags_of(request->prot, request->flags),
		.file = request->file ? gupsim_file(request->file) : NULL,
	};
	int error = check_request(machine, mm, request);

	if (!error && anon_file)
		error = huge ? make_huge_file(machine, &spec, request->flags)
			     : make_anon_file(machine, &spec);
	if (error)
		return error;
	/* Anonymous pages are numbered by address, so that neighbours can be one VMA. */
	spec.pgoff = (spec.file ? request->offset : spec.start) >> PAGE_SHIFT;
	error = mmap_write_trylock(mm);
	if (!error) {
		error = mmap_under_lock(mm, &spec, request->flags);
		up_write(&mm->mmap_sem);
	}
	if (anon_file)
		file_put(spec.file); /* the VMA has it now */
	return error ? error : populate_mapping(mm, &spec, request->flags);
}

int gupsim_mmap(struct mm_struct *mm, unsigned long addr, unsigned long length, int prot,
		int flags, struct file *file, uint64_t offset)
{
	struct mmap_request request = {addr, length, prot, flags, file, offset};
	struct gupsim_machine *machine;

	if (!mm)
		return -EINVAL;
	machine = base_machine(mm_base(mm));
	return MACHINE_CALL(machine, "mmap", do_mmap(machine, mm, &request));
}

static int do_isolate(struct page *page)
{
	struct phys *phys = page_phys(page);

	if (PageTail(page))
		return machine_refuse(base_machine(phys->base),
				      "the page is a part of a huge page, whose first "
				      "page is on the list");
	if (!isolate_lru_page(page)) {
		INIT_LIST_HEAD(&page->lru); /* on no list of anybody's */
		return 0;
	}
	return base_error(phys->base, -EBUSY, "the page is %s",
			  lru_has_in_pagevec(&phys->lru, page)
				  ? "in a pagevec, and not on its LRU list yet"
				  : "on no LRU list");
}

int gupsim_isolate(struct page *page)
{
	if (!page)
		return -EINVAL;
	return MACHINE_CALL(base_machine(page_phys(page)->base), "isolate",
			    do_isolate(page));
}

static int do_putback(struct page *page)
{
	if (!(page->flags & PAGE_ISOLATED))
		return base_error(page_phys(page)->base, -EINVAL,
				  "the page is not isolated");
	if (!list_empty(&page->lru))
		return base_error(page_phys(page)->base, -EINVAL,
				  "a running call has isolated the page");
	putback_lru_page(page);
	return 0;
}

int gupsim_putback(struct page *page)
{
	if (!page)
		return -EINVAL;
	return MACHINE_CALL(base_machine(page_phys(page)->base), "putback",
			    do_putback(page));
}

static int do_alloc_contig(struct page *page)
{
	struct base *base = page_phys(page)->base;

	if (is_zone_device_page(page) || is_zero_pfn(pfn_of_page(page)))
		return base_error(base, -EINVAL, "the page is not of the page allocator");
	return alloc_contig_range(base, page);
}

int gupsim_alloc_contig(struct page *page)
{
	if (!page)
		return -EINVAL;
	return MACHINE_CALL(base_machine(page_phys(page)->base), "alloc_contig",
			    do_alloc_contig(page));
}
