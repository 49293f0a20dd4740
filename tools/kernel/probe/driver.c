// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drivers that map their memory when they are asked to: frames without a struct page, or
 * pages of their own.
 */
#include "probe.h"

#include <linux/fs.h>
#include <linux/pfn_t.h>
#include <linux/slab.h>
#include <linux/version.h>

/* Physical addresses at which the guest has neither memory nor devices. */
#define NOWHERE_PFN  (0x90000000ul >> PAGE_SHIFT)
#define DRIVER_SHIFT (PROBE_DRIVER_SHIFT - PAGE_SHIFT)

static int make_pages(struct driver *driver)
{
	driver->pages = kcalloc(driver->nr_pages, sizeof(*driver->pages), GFP_KERNEL);
	if (!driver->pages)
		return -ENOMEM;
	for (unsigned int i = 0; i < driver->nr_pages; i++) {
		driver->pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!driver->pages[i])
			return -ENOMEM;
	}
	return 0;
}

static void driver_gone(struct driver *driver)
{
	for (unsigned int i = 0; driver->pages && i < driver->nr_pages; i++)
		if (driver->pages[i])
			put_page(driver->pages[i]);
	kfree(driver->pages);
	*driver = (struct driver){.nr_pages = 0};
}

int probe_driver(struct probe *probe, struct probe_driver *request)
{
	struct driver *driver = &probe->drivers[probe->nr_drivers];
	int error = 0;

	if (request->kind >= PROBE_NR_DRIVER_KINDS || !request->pages ||
	    request->pages > PROBE_DRIVER_PAGES || request->reserved)
		return -EINVAL;
	if (probe->nr_drivers == PROBE_DRIVERS)
		return -ENFILE;
	*driver = (struct driver){.kind = request->kind, .nr_pages = request->pages};
	if (driver->kind == PROBE_INSERTED)
		error = make_pages(driver);
	if (error) {
		driver_gone(driver);
		return error;
	}
	request->id = probe->nr_drivers++;
	return 0;
}

void probe_drivers_gone(struct probe *probe)
{
	for (unsigned int i = 0; i < probe->nr_drivers; i++)
		driver_gone(&probe->drivers[i]);
}

static void is_mixed(struct vm_area_struct *vma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(vma, VM_MIXEDMAP);
#else
	vma->vm_flags |= VM_MIXEDMAP;
#endif
}

static int map_page(struct vm_area_struct *vma, const struct driver *driver,
		    unsigned long address, unsigned long pfn, unsigned long page)
{
	if (driver->kind == PROBE_INSERTED)
		return vm_insert_page(vma, address, driver->pages[page]);
	return vmf_insert_mixed(vma, address, __pfn_to_pfn_t(pfn + page, PFN_DEV)) ==
			       VM_FAULT_NOPAGE
		       ? 0
		       : -EFAULT;
}

static int map_pages(struct vm_area_struct *vma, const struct driver *driver,
		     unsigned long pfn, unsigned long first, unsigned long nr)
{
	int error = 0;

	if (driver->kind == PROBE_PFNMAP)
		return nr ? remap_pfn_range(vma, vma->vm_start, pfn + first,
					    nr << PAGE_SHIFT, vma->vm_page_prot)
			  : 0;
	is_mixed(vma);
	for (unsigned long i = 0; i < nr && !error; i++)
		error = map_page(vma, driver, vma->vm_start + i * PAGE_SIZE, pfn,
				 first + i);
	return error;
}

int probe_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct probe *probe = file->private_data;
	unsigned long id = vma->vm_pgoff >> DRIVER_SHIFT, nr = vma_pages(vma);
	unsigned long first = vma->vm_pgoff & ((1ul << DRIVER_SHIFT) - 1);
	const struct driver *driver = &probe->drivers[id];

	if (id >= probe->nr_drivers)
		return -ENXIO;
	nr = first >= driver->nr_pages ? 0 : min(nr, driver->nr_pages - first);
	return map_pages(vma, driver, NOWHERE_PFN + id * PROBE_DRIVER_PAGES, first, nr);
}
