/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other doors, as they are called from outside: each brackets one call, as the
 * pinning functions do.
 */
#include "gup/entry.h"
#include "gup/seam.h"

#include <errno.h>
#include <linux/mm.h>

int gupsim_fixup_user_fault(struct task_struct *tsk, struct mm_struct *mm,
			    unsigned long address, unsigned int fault_flags,
			    bool *unlocked)
{
	struct api_call call;
	int ret = api_call_begin(&call, FIXUP_USER_FAULT, mm, 0, NULL, LENDS_SEM);

	if (ret)
		return ret;
	return (int)api_call_end(&call, fixup_user_fault(tsk, mm, address, fault_flags,
							 unlocked));
}

struct page *gupsim_get_dump_page(unsigned long addr)
{
	struct page *page = NULL;
	struct api_call call;

	if (api_call_begin(&call, GET_DUMP_PAGE, own_mm(), 0, &page, NEVER_LOCKS))
		return NULL;
	page = get_dump_page(addr);
	return api_call_end(&call, page != NULL) == 1 ? page : NULL;
}

/* The page without a reference is nobody's to give back. */
struct page *gupsim_follow_page(struct vm_area_struct *vma, unsigned long address,
				unsigned int foll_flags)
{
	bool holds = foll_flags & (FOLL_GET | FOLL_PIN);
	struct page *page = NULL;
	struct api_call call;
	long ret = api_call_begin(&call, FOLLOW_PAGE, vma ? vma->vm_mm : NULL, foll_flags,
				  holds ? &page : NULL, LENDS_SEM);

	if (ret)
		return ERR_PTR(ret);
	page = follow_page(vma, address, foll_flags);
	if (IS_ERR(page))
		return ERR_PTR(api_call_end(&call, PTR_ERR(page)));
	ret = api_call_end(&call, page != NULL);
	return ret < 0 ? ERR_PTR(ret) : page;
}

static bool is_range_of(const struct vm_area_struct *vma, unsigned long start,
			unsigned long end)
{
	return !((start | end) & ~PAGE_MASK) && start >= vma->vm_start && start <= end &&
	       end <= vma->vm_end;
}

/* Only a kernel with CONFIG_DEBUG_VM would notice. */
static long populate_checked(struct api_call *call, struct vm_area_struct *vma,
			     unsigned long start, unsigned long end, int *locked)
{
	if (is_range_of(vma, start, end))
		return populate_vma_page_range(vma, start, end, locked);
	base_contract(call->base, call->func, "the range is not of the VMA");
	return -EINVAL;
}

long gupsim_populate_vma_page_range(struct vm_area_struct *vma, unsigned long start,
				    unsigned long end, int *locked)
{
	struct api_call call;
	long ret = api_call_begin(&call, POPULATE_VMA_PAGE_RANGE, vma ? vma->vm_mm : NULL,
				  0, NULL, LENDS_SEM);

	if (ret)
		return ret;
	return api_call_end(&call, populate_checked(&call, vma, start, end, locked));
}

int gupsim_mm_populate(unsigned long start, unsigned long len, int ignore_errors)
{
	struct mm_struct *mm = own_mm();
	struct api_call call;
	int ret = api_call_begin(&call, MM_POPULATE, mm, 0, NULL, TAKES_SEM);

	if (ret)
		return ret;
	/* The kernel would go round for ever for less than a page. */
	if ((start | len) & ~PAGE_MASK) {
		base_contract(call.base, call.func, "the range is not of whole pages");
		return (int)api_call_end(&call, -EINVAL);
	}
	return (int)api_call_end(&call,
				 __mm_populate(mm, start, start + len, ignore_errors));
}
