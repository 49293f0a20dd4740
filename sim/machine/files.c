/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The control API of files and pmem devices. */
#include "machine/machine.h"

#include "file/pagecache.h"
#include "phys/hugetlb.h"
#include "vm/direct.h"
#include "vm/truncate.h"
#include "vm/writeback.h"

#include <errno.h>
#include <limits.h>

static struct gupsim_machine *file_machine(const struct file *file)
{
	return base_machine(gupsim_file(file)->phys->base);
}

static int create_pmem(struct gupsim_machine *machine, const char *name,
		       enum gupsim_pmem_mode mode, uint64_t bytes, uint64_t align,
		       struct gupsim_pmem **out)
{
	const struct gupsim_pmem *pmem;

	SLIST_FOREACH (pmem, &machine->vfs.pmems, link)
		if (same_name(pmem->name, name))
			return machine_refuse_name(machine, "pmem device", name);
	return pmem_create(machine->phys, &machine->vfs, name, mode, bytes, align, out);
}

int gupsim_pmem_create(struct gupsim_machine *machine, const char *name,
		       enum gupsim_pmem_mode mode, uint64_t bytes,
		       struct gupsim_pmem **out)
{
	int error = machine_begin(machine, name && out);

	if (error)
		return error;
	return MACHINE_CALL(machine, "pmem",
			    create_pmem(machine, name, mode, bytes, PAGE_SIZE, out));
}

int gupsim_devdax_create(struct gupsim_machine *machine, const char *name, uint64_t bytes,
			 uint64_t align, struct gupsim_pmem **out)
{
	int error = machine_begin(machine, name && out);

	if (error)
		return error;
	return MACHINE_CALL(machine, "devdax",
			    create_pmem(machine, name, GUPSIM_PMEM_DEVDAX, bytes, align,
					out));
}

int gupsim_pmem_kill(struct gupsim_pmem *pmem)
{
	int error = pmem ? machine_check(base_machine(pmem->phys->base)) : -EINVAL;

	if (error)
		return error;
	pmem->pgmap.dying = true;
	return 0;
}

static int create_file(struct gupsim_machine *machine,
		       const struct gupsim_file_spec *spec, struct file **out)
{
	struct gupsim_file *file;
	int error;

	TAILQ_FOREACH (file, &machine->vfs.files, link)
		if (same_name(file->name, spec->name))
			return machine_refuse_name(machine, "file", spec->name);
	error = file_create(machine->phys, &machine->vfs, spec, &file);
	if (!error)
		*out = &file->file;
	return error;
}

int gupsim_file_create(struct gupsim_machine *machine,
		       const struct gupsim_file_spec *spec, struct file **out)
{
	int error = machine_begin(machine, spec && spec->name && out);

	if (error)
		return error;
	return MACHINE_CALL(machine, "file", create_file(machine, spec, out));
}

static int close_file(struct gupsim_file *file)
{
	int error = file_check_open(file);

	file->closed = true;
	return error;
}

int gupsim_close(struct file *file)
{
	if (!file)
		return -EINVAL;
	return MACHINE_CALL(file_machine(file), "close", close_file(gupsim_file(file)));
}

/* Of an open file, one that has a page cache over a disk. */
static int check_disk_file(const struct gupsim_file *file)
{
	int error = file_check_open(file);

	if (!error && file->backing != GUPSIM_DISK)
		error = base_error(file->phys->base, -EINVAL, "%s is no disk file",
				   file->name);
	return error;
}

/* What is in use stays, and is no reason to keep the rest. */
static int do_evict(struct gupsim_file *file, unsigned long first, unsigned long nr)
{
	unsigned long i, busy = ULONG_MAX;
	int error = check_disk_file(file);

	if (error)
		return error;
	error = write_back_file(file);
	for (i = first; !error && i < file->nr_pages && i - first < nr; i++)
		if (!invalidate_page(file, i))
			busy = i < busy ? i : busy;
	return error || busy == ULONG_MAX
		       ? error
		       : base_error(file->phys->base, -EBUSY,
				    "page %lu of %s is mapped or held", busy, file->name);
}

int gupsim_file_evict(struct file *file, unsigned long first, unsigned long nr)
{
	if (!file)
		return -EINVAL;
	return MACHINE_CALL(file_machine(file), "evict",
			    do_evict(gupsim_file(file), first, nr));
}

/* The size that the type of the file, and how it was opened, allow. */
static int check_truncate(struct gupsim_file *file, uint64_t bytes)
{
	struct base *base = file->phys->base;
	int error = file_check_open(file);

	if (error)
		return error;
	if (!S_ISREG(file->inode.i_mode))
		return base_error(base, -EINVAL, "%s is no regular file", file->name);
	if (file->backing == GUPSIM_SECRETMEM)
		return base_error(base, -EINVAL, "%s has its size for good", file->name);
	if (!(file->file.f_mode & FMODE_WRITE))
		return base_error(base, -EINVAL, "%s is open for reading only",
				  file->name);
	if (bytes > MAX_FILE_BYTES)
		return base_error(base, -EFBIG, "larger than 1 TiB");
	return 0;
}

static int truncate_file(struct gupsim_file *file, uint64_t bytes)
{
	int error = check_truncate(file, bytes);

	return error ? error : do_truncate(file, bytes);
}

int gupsim_ftruncate(struct file *file, uint64_t bytes)
{
	if (!file)
		return -EINVAL;
	return MACHINE_CALL(file_machine(file), "ftruncate",
			    truncate_file(gupsim_file(file), bytes));
}

struct page *gupsim_awaited(const struct gupsim_machine *machine)
{
	return machine ? machine->vfs.awaited : NULL;
}

static int do_punch_hole(struct gupsim_file *file, unsigned long first, unsigned long nr)
{
	int error = file_check_open(file);

	return error ? error : vfs_punch_hole(file, first, nr);
}

int gupsim_punch_hole(struct file *file, unsigned long first, unsigned long nr)
{
	if (!file)
		return -EINVAL;
	return MACHINE_CALL(file_machine(file), "fallocate",
			    do_punch_hole(gupsim_file(file), first, nr));
}

static int check_direct_write(struct gupsim_file *file, unsigned long first,
			      unsigned long nr, size_t length)
{
	struct base *base = file->phys->base;
	int error = check_disk_file(file);

	if (error)
		return error;
	if (!(file->file.f_mode & FMODE_WRITE))
		return base_error(base, -EBADF, "%s is open for reading only",
				  file->name);
	if (length > PAGE_SIZE)
		return base_error(base, -EINVAL, "more than a page of bytes");
	if (first + nr < first || first + nr > MAX_FILE_BYTES >> PAGE_SHIFT)
		return base_error(base, -EFBIG, "larger than 1 TiB");
	return 0;
}

static int do_direct_write(struct gupsim_file *file, unsigned long first,
			   unsigned long nr, const void *buf, size_t length)
{
	int error = check_direct_write(file, first, nr, length);

	return error || !nr ? error : direct_write(file, first, nr, buf, length);
}

int gupsim_direct_write(struct file *file, unsigned long first, unsigned long nr,
			const void *buf, size_t length)
{
	if (!file || (length && !buf))
		return -EINVAL;
	return MACHINE_CALL(file_machine(file), "direct write",
			    do_direct_write(gupsim_file(file), first, nr, buf, length));
}

static int do_fsync(struct gupsim_file *file)
{
	int error = file_check_open(file);

	if (error)
		return error;
	if (!S_ISREG(file->inode.i_mode))
		return base_error(file->phys->base, -EINVAL, "%s is no regular file",
				  file->name);
	if (file->backing == GUPSIM_SECRETMEM)
		return base_error(file->phys->base, -EINVAL, "%s is written back nowhere",
				  file->name);
	return write_back_file(file);
}

int gupsim_fsync(struct file *file)
{
	if (!file)
		return -EINVAL;
	return MACHINE_CALL(file_machine(file), "fsync", do_fsync(gupsim_file(file)));
}

int gupsim_io_done(struct gupsim_machine *machine)
{
	int error = machine_check(machine);

	return error ? error : (int)complete_reads(&machine->vfs);
}

struct page *gupsim_file_page(struct file *file, unsigned long index)
{
	const struct hstate *h = file ? gupsim_file(file)->hstate : NULL;
	unsigned long within = h ? index & (pages_per_huge_page(h) - 1) : 0;
	struct page *page =
		file ? find_cached_page(file->f_mapping, index - within) : NULL;

	return page ? page + within : NULL;
}
