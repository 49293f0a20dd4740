/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long-term pins: what may not be held for an unbounded time. Everything is pinned first;
 * then fsdax mappings make the whole call fail, and pages in CMA areas are moved out.
 */
#include "gup/gup.h"
#include "gup/seam.h"
#include "vm/migrate.h"

#include <errno.h>

/* Entries equal to the one before them say nothing new. */
static bool check_dax_vmas(struct vm_area_struct **vmas, long nr_pages)
{
	struct vm_area_struct *vma_prev = NULL;

	if (rule_is(DAX_VMAS, DAX_VMAS_ACCEPTED)) {
		base_decision(current_base(), __func__, RULE_DAX_VMAS,
			      "fsdax mappings are let pass");
		return false;
	}
	for (long i = 0; i < nr_pages; i++) {
		if (vmas[i] == vma_prev)
			continue;
		vma_prev = vmas[i];
		if (vma_is_fsdax(vma_prev)) {
			base_decision_at(current_base(), __func__, vma_prev->vm_start,
					 "a VMA of a file on an fsdax device");
			base_decision(current_base(), __func__, RULE_DAX_VMAS,
				      "the file system may want its blocks back");
			return true;
		}
	}
	return false;
}

static void put_pages(struct page **pages, long nr_pages)
{
	for (long i = 0; i < nr_pages; i++)
		put_page(pages[i]);
}

/* Outside CMA areas, and outside ZONE_MOVABLE as it happens. */
static struct page *new_non_cma_page(struct page *page, void *arg)
{
	(void)arg;
	return alloc_page(page_phys(page), GFP_USER, REF_KERNEL);
}

/* A page still in a pagevec can not be isolated: drain them, once a round. */
static void isolate_cma_page(struct page *page, struct list_head *list, bool *drain_allow)
{
	struct base *base = current_base();

	if (!PageLRU(page) && *drain_allow) {
		lru_add_drain_all(page_phys(page));
		*drain_allow = false;
	}
	if (isolate_lru_page(page)) {
		base_decision(base, "check_and_migrate_cma_pages", RULE_NONE,
			      "a CMA page that can not be isolated stays");
		return;
	}
	list_add_tail(&page->lru, list);
}

static void isolate_cma_pages(struct page **pages, long nr_pages, struct list_head *list)
{
	bool drain_allow = true;

	for (long i = 0; i < nr_pages; i++) {
		struct page *head = compound_head(pages[i]);

		if (is_migrate_cma_page(head))
			isolate_cma_page(head, list, &drain_allow);
	}
}

/* True: all of them have moved. */
static bool migrate_cma_pages(struct list_head *list)
{
	if (!migrate_pages(current_base(), list, new_non_cma_page, NULL))
		return true;
	base_decision(current_base(), "check_and_migrate_cma_pages", RULE_NONE,
		      "some pages would not migrate: pinned where they are");
	putback_movable_pages(list);
	return false;
}

/*
 * Migration needs the pages without our references, so these are given back, and the
 * range is pinned again afterwards: what is found then is looked at again.
 */
static long check_and_migrate_cma_pages(struct task_struct *tsk, struct mm_struct *mm,
					unsigned long start, long nr_pages,
					struct page **pages, struct vm_area_struct **vmas,
					unsigned int gup_flags)
{
	bool migrate_allow = true;
	long ret = nr_pages;

	if (rule_is(CMA_MIGRATE, CMA_KEPT)) {
		base_decision(current_base(), __func__, RULE_CMA_MIGRATE,
			      "pages in CMA areas stay where they are");
		return ret;
	}
	while (ret > 0 && migrate_allow) {
		struct list_head cma_page_list = LIST_HEAD_INIT(cma_page_list);

		nr_pages = ret;
		isolate_cma_pages(pages, nr_pages, &cma_page_list);
		if (list_empty(&cma_page_list))
			break;
		base_decision(current_base(), __func__, RULE_CMA_MIGRATE,
			      "pages in a CMA area are moved out");
		put_pages(pages, nr_pages);
		migrate_allow = migrate_cma_pages(&cma_page_list);
		ret = __get_user_pages_locked(tsk, mm, start, nr_pages, pages, vmas, NULL,
					      gup_flags);
	}
	return ret;
}

/* A custom vm_ops can see the scope; of the allocator's paths only the slow one heeds it,
 * in kernels of this age. */
static unsigned int memalloc_nocma_save(void)
{
	unsigned int flags = current->flags & PF_MEMALLOC_NOCMA;

	current->flags |= PF_MEMALLOC_NOCMA;
	return flags;
}

static void memalloc_nocma_restore(unsigned int flags)
{
	current->flags = (current->flags & ~PF_MEMALLOC_NOCMA) | flags;
}

long __gup_longterm_locked(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   struct page **pages, struct vm_area_struct **vmas,
			   unsigned int gup_flags)
{
	const struct base *base = mm_base(mm);
	struct vm_area_struct **vmas_tmp = vmas;
	unsigned int nocma;
	long rc;

	/* A kernel with neither has nothing to check. */
	if (!(gup_flags & FOLL_LONGTERM) || (!base->config_fs_dax && !base->config_cma))
		return __get_user_pages_locked(tsk, mm, start, nr_pages, pages, vmas,
					       NULL, gup_flags);
	if (!pages)
		return decided(-EINVAL, "FOLL_LONGTERM without a pages array");
	if (!vmas_tmp) {
		vmas_tmp = kcalloc(nr_pages, sizeof(*vmas_tmp));
		if (!vmas_tmp)
			return decided(-ENOMEM, "no memory for the vmas array");
	}
	nocma = memalloc_nocma_save();
	rc = __get_user_pages_locked(tsk, mm, start, nr_pages, pages, vmas_tmp, NULL,
				     gup_flags);
	memalloc_nocma_restore(nocma);
	if (rc < 0)
		goto out;
	rc = decided(rc, "pages are pinned, their VMAs noted");
	base_point(current_base(), GUPSIM_POINT_LONGTERM_WALKED);
	if (check_dax_vmas(vmas_tmp, rc)) {
		put_pages(pages, rc);
		rc = decided(-EOPNOTSUPP, "all is released");
		goto out;
	}
	if (base->config_cma)
		rc = check_and_migrate_cma_pages(tsk, mm, start, rc, pages, vmas_tmp,
						 gup_flags);
out:
	if (vmas_tmp != vmas)
		kfree(vmas_tmp);
	return rc;
}
