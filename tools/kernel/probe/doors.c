// SPDX-License-Identifier: GPL-2.0-or-later
/* The other doors. Most are not for modules: their addresses are looked up by name. */
#include "arguments.h"

#include <linux/err.h>
#include <linux/kprobes.h>

/* Since v5.7 no module may call it either: a probe of it knows where it is. */
static unsigned long lookup(const char *name)
{
	struct kprobe kallsyms = {.symbol_name = "kallsyms_lookup_name"};
	static unsigned long (*kallsyms_lookup)(const char *name);

	if (!kallsyms_lookup && !register_kprobe(&kallsyms)) {
		kallsyms_lookup = (void *)kallsyms.addr;
		unregister_kprobe(&kallsyms);
	}
	return kallsyms_lookup ? kallsyms_lookup(name) : 0;
}

struct vm_area_struct *probe_gate_vma(void)
{
	struct vm_area_struct *(*fn)(struct mm_struct * mm) =
		(void *)lookup("get_gate_vma");

	return fn && current->mm ? fn(current->mm) : NULL;
}

static long one_page(const struct arguments *a, struct page *page)
{
	if (IS_ERR(page))
		return PTR_ERR(page);
	if (page)
		a->pages[0] = page;
	return page != NULL;
}

static long fixup(const struct arguments *a)
{
	bool unlocked = false;
	int ret =
		fixup_user_fault(a->mm, a->start, a->flags, a->locked ? &unlocked : NULL);

	if (a->locked)
		*a->locked = unlocked;
	return ret;
}

static long dump(const struct arguments *a)
{
	struct page *(*fn)(unsigned long addr) = (void *)lookup("get_dump_page");

	return fn ? one_page(a, fn(a->start)) : -ENOSYS;
}

static struct vm_area_struct *vma_of(const struct arguments *a)
{
	struct vm_area_struct *vma = find_vma(a->mm, a->start);

	return vma && vma->vm_start <= a->start ? vma : NULL;
}

static long follow(const struct arguments *a)
{
	struct page *(*fn)(struct vm_area_struct * vma, unsigned long address,
			   unsigned int flags) = (void *)lookup("follow_page");
	struct vm_area_struct *vma = vma_of(a);

	if (!fn)
		return -ENOSYS;
	return vma ? one_page(a, fn(vma, a->start, a->flags)) : -EFAULT;
}

static long populate_vma(const struct arguments *a)
{
	long (*fn)(struct vm_area_struct * vma, unsigned long start, unsigned long end,
		   int *locked) = (void *)lookup("populate_vma_page_range");
	struct vm_area_struct *vma = vma_of(a);
	unsigned long start = a->start & PAGE_MASK, nr;

	if (!fn)
		return -ENOSYS;
	if (!vma)
		return -EFAULT;
	nr = min(a->nr, (vma->vm_end - start) >> PAGE_SHIFT);
	return fn(vma, start, start + (nr << PAGE_SHIFT), a->locked);
}

static long populate(const struct arguments *a)
{
	int (*fn)(unsigned long start, unsigned long len, int ignore_errors) =
		(void *)lookup("__mm_populate");

	return fn ? fn(a->start & PAGE_MASK, a->nr << PAGE_SHIFT, a->flags) : -ENOSYS;
}

long probe_door(u32 function, const struct arguments *args)
{
	switch (function) {
	case PROBE_FIXUP:
		return fixup(args);
	case PROBE_DUMP_PAGE:
		return dump(args);
	case PROBE_FOLLOW_PAGE:
		return follow(args);
	case PROBE_POPULATE_VMA:
		return populate_vma(args);
	case PROBE_POPULATE:
		return populate(args);
	default:
		return -ENOSYS;
	}
}
