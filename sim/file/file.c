/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making and unmaking files and pmem devices. */
#include "file/file.h"

#include "file/hugetlb.h"
#include "file/pagecache.h"
#include "file/size.h"

#include <errno.h>
#include <string.h>

void vfs_init(struct vfs *vfs)
{
	*vfs = (struct vfs){0};
	TAILQ_INIT(&vfs->files);
	SLIST_INIT(&vfs->pmems);
	SLIST_INIT(&vfs->p2pdmas);
}

void vfs_destroy(struct phys *phys, struct vfs *vfs)
{
	struct gupsim_file *file;
	struct gupsim_pmem *pmem;
	struct p2pdma *p2pdma;

	while ((file = TAILQ_FIRST(&vfs->files))) {
		file->users = 1;
		file_put(file);
	}
	while ((pmem = SLIST_FIRST(&vfs->pmems))) {
		SLIST_REMOVE_HEAD(&vfs->pmems, link);
		heap_free(&phys->base->heap, pmem);
	}
	while ((p2pdma = SLIST_FIRST(&vfs->p2pdmas))) {
		SLIST_REMOVE_HEAD(&vfs->p2pdmas, link);
		heap_free(&phys->base->heap, p2pdma);
	}
	heap_free(&phys->base->heap, vfs->reads);
}

static const char *pmem_problem(enum gupsim_pmem_mode mode, uint64_t bytes,
				uint64_t align)
{
	if ((unsigned int)mode > GUPSIM_PMEM_DEVDAX)
		return "no such mode";
	if (align != PAGE_SIZE && align != PAGE_SIZE << HPAGE_PMD_ORDER &&
	    align != PAGE_SIZE << HPAGE_PUD_ORDER)
		return "an alignment is 4 KiB, 2 MiB or 1 GiB";
	if (!bytes || bytes % align)
		return align == PAGE_SIZE ? "the size is not a multiple of the page size"
					  : "the size is not a multiple of the alignment";
	return NULL;
}

static unsigned long aligned_frames(uint64_t align)
{
	unsigned long frames = align >> PAGE_SHIFT;

	return frames < HPAGE_PMD_NR ? HPAGE_PMD_NR : frames;
}

static unsigned int dev_dax_order(const struct phys *phys, uint64_t align)
{
	if (base_rule(phys->base, RULE_VMEMMAP_SHIFT) == VMEMMAP_SMALL ||
	    align == PAGE_SIZE)
		return 0;
	return align == PAGE_SIZE << HPAGE_PMD_ORDER ? HPAGE_PMD_ORDER : HPAGE_PUD_ORDER;
}

int pmem_create(struct phys *phys, struct vfs *vfs, const char *name,
		enum gupsim_pmem_mode mode, uint64_t bytes, uint64_t align,
		struct gupsim_pmem **out)
{
	const char *problem = pmem_problem(mode, bytes, align);
	struct gupsim_pmem *pmem;
	int error;

	if (problem)
		return base_error(phys->base, -EINVAL, "pmem %s: %s", name, problem);
	pmem = heap_calloc(&phys->base->heap, 1, sizeof(*pmem));
	if (!pmem)
		return -ENOMEM;
	pmem->phys = phys;
	pmem->align = align;
	pmem->pgmap.type =
		mode == GUPSIM_PMEM_DEVDAX ? MEMORY_DEVICE_DEVDAX : MEMORY_DEVICE_FS_DAX;
	if (mode == GUPSIM_PMEM_DEVDAX)
		pmem->pgmap.vmemmap_shift = dev_dax_order(phys, align);
	strlcpy(pmem->name, name, sizeof(pmem->name));
	error = phys_add_device(phys, &pmem->pgmap, bytes >> PAGE_SHIFT,
				aligned_frames(align));
	if (error) {
		heap_free(&phys->base->heap, pmem);
		return base_error(phys->base, error, "pmem %s: no room for its pages",
				  name);
	}
	SLIST_INSERT_HEAD(&vfs->pmems, pmem, link);
	*out = pmem;
	return 0;
}

static int bad_spec(struct phys *phys, const struct gupsim_file_spec *spec,
		    const char *why)
{
	return base_error(phys->base, -EINVAL, "file %s: %s", spec->name, why);
}

static const struct {
	bool pmem;   /* on a pmem device */
	bool cache;  /* has a page cache that can be filled beforehand */
	bool holes;  /* blocks are allocated when they are written */
	bool device; /* a character device, no regular file */
} traits[] = {
	[GUPSIM_DISK] = {.cache = true},
	[GUPSIM_SHMEM] = {.cache = true, .holes = true},
	[GUPSIM_FSDAX] = {.pmem = true, .holes = true},
	[GUPSIM_DEVDAX] = {.pmem = true, .device = true},
	[GUPSIM_PFNMAP] = {.device = true},
	[GUPSIM_MIXEDMAP] = {.device = true},
	[GUPSIM_INSERTED] = {.device = true},
	[GUPSIM_P2PDMA] = {.device = true},
	[GUPSIM_SECRETMEM] = {0},
	[GUPSIM_HUGETLB] = {0},
};

static uint64_t pmem_bytes(const struct gupsim_pmem *pmem)
{
	return (uint64_t)pmem->pgmap.nr_pages << PAGE_SHIFT;
}

static int check_pmem(struct phys *phys, const struct gupsim_file_spec *spec)
{
	bool devdax = spec->backing == GUPSIM_DEVDAX;

	if (!traits[spec->backing].pmem)
		return spec->pmem ? bad_spec(phys, spec,
					     "only a DAX file is on a pmem device")
				  : 0;
	if (!spec->pmem)
		return bad_spec(phys, spec, "it needs a pmem device");
	if (spec->pmem->phys != phys)
		return bad_spec(phys, spec, "the pmem device is of another machine");
	if (devdax != (spec->pmem->pgmap.type == MEMORY_DEVICE_DEVDAX))
		return bad_spec(phys, spec, "the pmem device is in the other mode");
	if (devdax && spec->bytes && spec->bytes != pmem_bytes(spec->pmem))
		return bad_spec(phys, spec, "a node is as large as its device");
	if (devdax && spec->pmem->node)
		return bad_spec(phys, spec, "the device has its node already");
	return 0;
}

static int check_huge_page(struct phys *phys, const struct gupsim_file_spec *spec)
{
	if (spec->backing != GUPSIM_HUGETLB)
		return spec->huge_page ? bad_spec(phys, spec,
						  "only hugetlb files have huge pages")
				       : 0;
	if (!size_to_hstate(phys, spec->huge_page))
		return bad_spec(phys, spec, "huge pages are of 2M or 1G");
	return spec->bytes % spec->huge_page
		       ? bad_spec(phys, spec, "the size is not a multiple of its pages'")
		       : 0;
}

static int check_spec(struct phys *phys, const struct gupsim_file_spec *spec)
{
	if ((unsigned int)spec->backing > GUPSIM_HUGETLB)
		return bad_spec(phys, spec, "no such backing");
	if (!spec->bytes && spec->backing != GUPSIM_DEVDAX)
		return bad_spec(phys, spec, "the size is 0");
	if (spec->bytes > MAX_FILE_BYTES)
		return bad_spec(phys, spec, "larger than 1 TiB");
	if (spec->cached && !traits[spec->backing].cache)
		return bad_spec(phys, spec,
				"only disk and shmem files have a page cache");
	if (spec->buffers && !(spec->backing == GUPSIM_DISK && spec->cached))
		return bad_spec(phys, spec, "buffers are for cached disk files");
	if (spec->hole && !traits[spec->backing].holes)
		return bad_spec(phys, spec, "only fsdax and shmem files can have holes");
	return check_huge_page(phys, spec) ? -EINVAL : check_pmem(phys, spec);
}

static int allocate_extents(struct gupsim_file *file, bool hole)
{
	pgoff_t i = 0;

	if (file_reserve(file, file->nr_pages))
		return -ENOMEM;
	if (hole)
		return 0;
	while (i + HPAGE_PMD_NR <= file->nr_pages && !file_allocate_row(file, i))
		i += HPAGE_PMD_NR;
	for (; i < file->nr_pages; i++)
		if (file_allocate_block(file, i))
			return base_error(file->phys->base, -ENOSPC,
					  "file %s: the pmem device is full", file->name);
	return 0;
}

static int allocate_inserted(struct gupsim_file *file)
{
	file->inserted = heap_calloc(&file->phys->base->heap, file->nr_pages,
				     sizeof(*file->inserted));
	if (!file->inserted)
		return -ENOMEM;
	for (pgoff_t i = 0; i < file->nr_pages; i++) {
		file->inserted[i] = alloc_page(file->phys, GFP_USER, REF_BASE);
		if (!file->inserted[i])
			return -ENOMEM;
	}
	return 0;
}

static int add_p2pdma(struct gupsim_file *file)
{
	struct p2pdma *p2pdma = heap_calloc(&file->phys->base->heap, 1, sizeof(*p2pdma));
	int error;

	if (!p2pdma)
		return -ENOMEM;
	p2pdma->pgmap.type = MEMORY_DEVICE_PCI_P2PDMA;
	error = phys_add_device(file->phys, &p2pdma->pgmap, file->nr_pages, HPAGE_PMD_NR);
	if (error) {
		heap_free(&file->phys->base->heap, p2pdma);
		return base_error(file->phys->base, error,
				  "file %s: no room for its pages", file->name);
	}
	SLIST_INSERT_HEAD(&file->vfs->p2pdmas, p2pdma, link);
	file->p2pdma = p2pdma;
	return 0;
}

struct page *p2pdma_find_idle(const struct gupsim_file *file, unsigned long nr_pages)
{
	const struct dev_pagemap *pgmap = &file->p2pdma->pgmap;
	unsigned long row = 0;

	for (unsigned long i = 0; i < pgmap->nr_pages; i++) {
		struct page *page = pfn_to_page(file->phys, pgmap->start_pfn + i);

		row = p2pdma_in_use(page) ? 0 : row + 1;
		if (row == nr_pages)
			return page - (nr_pages - 1);
	}
	return NULL;
}

static int fill(struct gupsim_file *file, const struct gupsim_file_spec *spec)
{
	switch (file->backing) {
	case GUPSIM_FSDAX:
		return allocate_extents(file, spec->hole);
	case GUPSIM_INSERTED:
		return allocate_inserted(file);
	case GUPSIM_P2PDMA:
		return add_p2pdma(file);
	case GUPSIM_PFNMAP:
	case GUPSIM_MIXEDMAP:
		file->device_pfn = DEVICE_PFN;
		return 0;
	case GUPSIM_DEVDAX:
		file->pmem->node = &file->file;
		return 0;
	case GUPSIM_DISK:
	case GUPSIM_SHMEM:
	case GUPSIM_SECRETMEM:
		return spec->cached ? populate_page_cache(file, spec->buffers) : 0;
	case GUPSIM_HUGETLB:
		return hugetlbfs_create(file,
					size_to_hstate(file->phys, spec->huge_page));
	}
	return -EINVAL;
}

static bool is_dax(const struct gupsim_file *file)
{
	return file->backing == GUPSIM_FSDAX ||
	       (file->backing == GUPSIM_DEVDAX && file->phys->base->config_fs_dax);
}

static void init_file(struct gupsim_file *file, const struct gupsim_file_spec *spec)
{
	uint64_t bytes =
		spec->backing == GUPSIM_DEVDAX ? pmem_bytes(spec->pmem) : spec->bytes;

	file->nr_pages = PAGE_ALIGN(bytes) >> PAGE_SHIFT;
	file->nr_allocated = file->nr_pages;
	file->inode.i_mode = traits[file->backing].device ? S_IFCHR : S_IFREG;
	file->inode.i_size = traits[file->backing].device ? 0 : (long long)bytes;
	file->inode.i_flags = is_dax(file) ? S_DAX : 0;
	file->inode.i_mapping = &file->mapping;
	file->mapping.a_ops = file_aops(file->backing);
	INIT_LIST_HEAD(&file->mapping.i_mmap);
	file->file.f_inode = &file->inode;
	file->file.f_mapping = &file->mapping;
	file->file.f_mode = FMODE_READ | (spec->readonly ? 0 : FMODE_WRITE);
	file->file.private_data = file;
}

static struct gupsim_file *new_file(struct phys *phys, struct vfs *vfs,
				    const struct gupsim_file_spec *spec)
{
	struct gupsim_file *file = heap_calloc(&phys->base->heap, 1, sizeof(*file));

	if (!file)
		return NULL;
	file->phys = phys;
	file->vfs = vfs;
	file->pmem = spec->pmem;
	file->backing = spec->backing;
	if (file->backing == GUPSIM_FSDAX && !phys->base->config_fs_dax)
		file->backing = GUPSIM_DISK;
	file->users = 1;
	TAILQ_INSERT_TAIL(&vfs->files, file, link);
	strlcpy(file->name, spec->name, sizeof(file->name));
	init_file(file, spec);
	return file;
}

int file_create(struct phys *phys, struct vfs *vfs, const struct gupsim_file_spec *spec,
		struct gupsim_file **out)
{
	int error = check_spec(phys, spec);
	struct gupsim_file *file;

	if (error)
		return error;
	file = new_file(phys, vfs, spec);
	if (!file)
		return -ENOMEM;
	error = fill(file, spec);
	if (!error) {
		*out = file;
		return 0;
	}
	file_free_blocks(file, 0, file->nr_extents);
	file_put(file);
	return error;
}

int file_check_open(const struct gupsim_file *file)
{
	return file->closed
		       ? base_error(file->phys->base, -EBADF, "%s is closed", file->name)
		       : 0;
}

void file_get(struct gupsim_file *file)
{
	file->users++;
}

static void drop_cache(struct gupsim_file *file)
{
	struct cached_page *entry, *next;

	HASH_ITER (hh, file->mapping.pages, entry, next)
		delete_from_page_cache(entry->page);
}

static void drop_inserted(struct gupsim_file *file)
{
	for (pgoff_t i = 0; file->inserted && i < file->nr_pages; i++)
		if (file->inserted[i])
			put_page_as(file->inserted[i], REF_BASE);
	heap_free(&file->phys->base->heap, file->inserted);
}

void file_put(struct gupsim_file *file)
{
	if (--file->users)
		return;
	complete_reads(file->vfs);
	TAILQ_REMOVE(&file->vfs->files, file, link);
	hugetlbfs_evict(file);
	drop_cache(file);
	free_disk_blocks(file, 0, END_OF_ALL_FILES);
	drop_inserted(file);
	heap_free(&file->phys->base->heap, file->extents);
	heap_free(&file->phys->base->heap, file->known_holes);
	heap_free(&file->phys->base->heap, file->dax_entries);
	if (file->backing == GUPSIM_DEVDAX && file->pmem->node == &file->file)
		file->pmem->node = NULL;
	heap_free(&file->phys->base->heap, file);
}
