/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long-term pins: what may not be held for an unbounded time. Everything is pinned first;
 * then pages that somebody wants back are moved out of CMA areas and, since v5.13, out of
 * ZONE_MOVABLE. Up to v5.10 fsdax mappings make the whole call fail here; since then
 * check_vma_flags() lets none of them pass.
 */
#include "gup/gup.h"
#include "gup/seam.h"
#include "mm/hugetlb.h"
#include "vm/huge_memory.h"
#include "vm/migrate.h"

#include <errno.h>

static const char longterm_func[] = "__gup_longterm_locked";

/* What was asked for. */
struct longterm_call {
	struct task_struct *tsk;
	struct mm_struct *mm;
	unsigned long start, nr_pages;
	struct page **pages;
	struct vm_area_struct **vmas; /* set, once they are noted */
	int *locked;
	unsigned int gup_flags;
};

static long pin_pages(const struct longterm_call *call, unsigned long nr_pages)
{
	return __get_user_pages_locked(call->tsk, call->mm, call->start, nr_pages,
				       call->pages, call->vmas, call->locked,
				       call->gup_flags);
}

/* Without the lock an entry may be of a VMA that has gone, or was never set. */
static bool is_no_vma(const struct vm_area_struct *vma)
{
	const char *what = !vma		   ? "an entry of vmas that was never set"
			   : vma_gone(vma) ? "a VMA that is gone: use after free"
					   : NULL;

	return base_bug_on(current_base(), what, "check_dax_vmas", what);
}

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
		if (is_no_vma(vma_prev))
			return false;
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

/* Before v5.10 pins are given back like references here, and most of each stays. */
static void put_longterm_pages(struct page **pages, long nr_pages, unsigned int gup_flags)
{
	if (rule_is(LONGTERM_RELEASE, RELEASE_PUT_PAGE)) {
		if (gup_flags & FOLL_PIN)
			base_decision(current_base(), longterm_func,
				      RULE_LONGTERM_RELEASE,
				      "put_page() gives back a part of each pin");
		gup_flags = FOLL_GET;
	}
	put_grabbed_pages(pages, nr_pages, gup_flags);
}

/* For a migration nothing may be held, nor does the caller get to see what was. */
static void put_pages_to_migrate(struct page **pages, long nr_pages,
				 unsigned int gup_flags)
{
	put_longterm_pages(pages, nr_pages, gup_flags);
	if (rule_is(MIGRATE_ENTRIES, ENTRIES_LEFT))
		return;
	for (long i = 0; i < nr_pages; i++)
		pages[i] = NULL;
	base_decision(current_base(), longterm_func, RULE_MIGRATE_ENTRIES,
		      "the entries of what was given back are NULL");
}

/* folio_is_longterm_pinnable() on later releases. */
bool is_pinnable_page(const struct page *page)
{
	if (is_migrate_cma_page(page))
		return false;
	return page_zonenum(page) != GUPSIM_ZONE_MOVABLE ||
	       rule_is(ZONE_MOVABLE, MOVABLE_PINNABLE);
}

/*
 * A long-term pin looks at every entry of pages, also at one that was never set: what a
 * kernel does with that is undefined.
 */
int longterm_uses_unset_entry(void)
{
	base_contract(current_base(), "__gup_longterm_locked",
		      "an entry of pages that was never set is used");
	base_die(current_base(), GUPSIM_DEAD_BUG,
		 "__gup_longterm_locked() uses an entry of pages that was never set");
	return -EIO;
}

/* Outside CMA areas, and outside ZONE_MOVABLE as it happens. */
static struct page *new_non_cma_page(struct page *page)
{
	return alloc_migration_target(page, GFP_USER);
}

/* No pagevec keeps a huge page. */
static bool folio_may_be_lru_cached(const struct page *page)
{
	return !PageCompound(page);
}

/*
 * Somebody's pagevec may still have the page: then it cannot be isolated, or not be
 * moved. It is drained once a round, when that shows. v6.1.192 compares with one
 * reference more, where a pin has added 1024: it always shows.
 */
static bool should_drain(struct page *page)
{
	switch (base_rule(current_base(), RULE_MIGRATE_DRAIN)) {
	case DRAIN_IF_NOT_LRU:
		return !PageLRU(page);
	case DRAIN_ALWAYS:
		return folio_may_be_lru_cached(page);
	default:
		return folio_may_be_lru_cached(page) &&
		       page_count(page) != total_mapcount(page) +
						   expected_page_refs(page) - 1 +
						   pin_refs(page);
	}
}

/* What a round finds: pages to move, and pages that should be but would not come. */
struct round {
	struct list_head movable_page_list;
	long isolation_errors;
	bool drain_allow;
};

/* False: it stays where it is. Huge pages of a pool are on no LRU list. */
static bool may_isolate(struct round *round, struct page *page)
{
	if (PageHuge(page))
		return isolate_huge_page(page, &round->movable_page_list);
	if (round->drain_allow && should_drain(page)) {
		lru_add_drain_all(page_phys(page));
		round->drain_allow = false;
	}
	if (isolate_lru_page(page))
		return false;
	list_add_tail(&page->lru, &round->movable_page_list);
	return true;
}

static void isolate_page(struct round *round, struct page *page)
{
	if (may_isolate(round, page))
		return;
	if (rule_is(MIGRATE_FAILURE, FAILURE_ENOMEM))
		round->isolation_errors++;
	base_decision(current_base(), "check_and_migrate_cma_pages", RULE_MIGRATE_FAILURE,
		      "a page that cannot be isolated");
}

/*
 * How many entries of pages the one with @page stands for: up to v5.10 for the rest of
 * its compound page, whatever is in them.
 */
static unsigned long entries_to_pass(const struct page *page)
{
	const struct page *head = compound_head(page);

	return rule_is(COLLECT_STEP, COLLECT_COMPOUND) ? compound_nr(head) - (page - head)
						       : 1;
}

static void collect_longterm_unpinnable_pages(struct round *round, struct page **pages,
					      long nr_pages)
{
	const struct page *prev_head = NULL;
	unsigned long step;

	for (long i = 0; i < nr_pages; i += step) {
		struct page *head = compound_head(pages[i]);

		step = entries_to_pass(pages[i]);
		if (head == prev_head && rule_is(COLLECT_STEP, COLLECT_EACH))
			continue;
		prev_head = head;
		if (!is_pinnable_page(head))
			isolate_page(round, head);
	}
}

/* True: all of them have moved. */
static bool migrate_longterm_unpinnable_pages(struct list_head *list)
{
	if (!migrate_pages(current_base(), list, new_non_cma_page))
		return true;
	putback_movable_pages(list);
	return false;
}

/* A page that cannot be isolated is looked at for ever; here, for a while. */
static long spins_for_isolation(void)
{
	base_die(current_base(), GUPSIM_DEAD_SPINS,
		 "check_and_migrate_cma_pages(): a page that cannot be isolated");
	return -EIO;
}

/* Up to v5.10 as many as were given back; since then all that was asked for. */
static long pin_again(const struct longterm_call *call, long nr_pages)
{
	return pin_pages(call, rule_is(LONGTERM_VMAS, VMAS_NOTED)
				       ? (unsigned long)nr_pages
				       : call->nr_pages);
}

/*
 * Migration needs the pages without our references, so these are given back, and the
 * range is pinned again afterwards: what is found then is looked at again. Since v5.13
 * it is check_and_migrate_movable_pages().
 */
static long check_and_migrate_cma_pages(const struct longterm_call *call, long nr_pages)
{
	bool migrate_allow = true;
	long ret = nr_pages;

	if (rule_is(CMA_MIGRATE, CMA_KEPT)) {
		base_decision(current_base(), __func__, RULE_CMA_MIGRATE,
			      "pages stay where they are");
		return ret;
	}
	for (int rounds = 0; ret > 0 && migrate_allow; rounds++) {
		struct round round = {.drain_allow = true};

		INIT_LIST_HEAD(&round.movable_page_list);
		if (rounds == MAX_LOOKUPS)
			return spins_for_isolation();
		nr_pages = ret;
		collect_longterm_unpinnable_pages(&round, call->pages, nr_pages);
		if (list_empty(&round.movable_page_list) && !round.isolation_errors)
			break;
		base_decision(current_base(), __func__, RULE_CMA_MIGRATE,
			      "pages that may not stay where they are");
		put_pages_to_migrate(call->pages, nr_pages, call->gup_flags);
		base_point(current_base(), GUPSIM_POINT_LONGTERM_RELEASED);
		migrate_allow =
			migrate_longterm_unpinnable_pages(&round.movable_page_list);
		base_point(current_base(), GUPSIM_POINT_LONGTERM_MIGRATED);
		if (!migrate_allow && rule_is(MIGRATE_FAILURE, FAILURE_ENOMEM))
			return decided_by(MIGRATE_FAILURE, -ENOMEM,
					  "some pages would not migrate");
		if (!migrate_allow)
			base_decision(current_base(), __func__, RULE_MIGRATE_FAILURE,
				      "some pages would not migrate: pinned there");
		ret = pin_again(call, nr_pages);
	}
	return ret;
}

/*
 * memalloc_pin_save() on later releases: what a fault may not allocate from meanwhile. A
 * custom vm_ops can see the scope; before v5.9 only the slow one of the allocator's paths
 * heeds it, which there is none of here.
 */
static unsigned int memalloc_nocma_save(void)
{
	unsigned int flags = current->flags & PF_MEMALLOC_NOCMA;

	current->flags |= PF_MEMALLOC_NOCMA;
	current_base()->memalloc_scopes++;
	return flags;
}

static void memalloc_nocma_restore(unsigned int flags)
{
	current->flags = (current->flags & ~PF_MEMALLOC_NOCMA) | flags;
	current_base()->memalloc_scopes--;
}

/* Is there a struct page at @address, so that its entry of pages is set? */
static bool entry_is_set(struct vm_area_struct *vma, unsigned long address)
{
	unsigned int shift;
	pte_t *ptep = mm_find_leaf(vma->vm_mm, address, &shift);

	if (is_vm_hugetlb_page(vma))
		return true;
	return ptep &&
	       (!pte_special(*ptep) || pte_devmap(*ptep) || is_zero_pfn(pte_pfn(*ptep)));
}

static long refuse_fsdax(const struct longterm_call *call, long nr_pages)
{
	for (long i = 0; i < nr_pages; i++)
		if (call->vmas[i] &&
		    !entry_is_set(call->vmas[i], call->start + i * PAGE_SIZE))
			return longterm_uses_unset_entry();
	put_longterm_pages(call->pages, nr_pages, call->gup_flags);
	return decided_in(longterm_func, -EOPNOTSUPP, "all is released");
}

bool longterm_looks_at_pages(const struct base *base)
{
	return base->config_cma ||
	       base_rule(base, RULE_ZONE_MOVABLE) == MOVABLE_NOT_PINNABLE;
}

/* A kernel that has neither fsdax nor pages that it wants back has nothing to check. */
static bool longterm_has_checks(const struct base *base)
{
	return longterm_looks_at_pages(base) ||
	       (rule_is(LONGTERM_VMAS, VMAS_NOTED) && base->config_fs_dax);
}

static long check_noted_pages(const struct longterm_call *call, long nr_pages)
{
	const struct base *base = mm_base(call->mm);

	nr_pages =
		decided_in(longterm_func, nr_pages, "pages are pinned, their VMAs noted");
	base_point(current_base(), GUPSIM_POINT_LONGTERM_WALKED);
	if (check_dax_vmas(call->vmas, nr_pages))
		return refuse_fsdax(call, nr_pages);
	if (!base_alive(base))
		return -EIO;
	return base->config_cma ? check_and_migrate_cma_pages(call, nr_pages) : nr_pages;
}

static long pin_noting_vmas(const struct longterm_call *call)
{
	unsigned int nocma = memalloc_nocma_save();
	long rc = pin_pages(call, call->nr_pages);

	/* Since v5.9 the scope lasts until all is pinned again. */
	if (rule_is(LONGTERM_SCOPE, SCOPE_SLOW_PATH))
		memalloc_nocma_restore(nocma);
	if (rc >= 0)
		rc = check_noted_pages(call, rc);
	if (!rule_is(LONGTERM_SCOPE, SCOPE_SLOW_PATH))
		memalloc_nocma_restore(nocma);
	return rc;
}

/*
 * Before v5.11: every page with its VMA, for check_dax_vmas(). Nobody with @locked comes
 * here but in a what-if: VMAs may go then, and are kept to be told from others.
 */
static long longterm_noting_vmas(struct longterm_call *call)
{
	struct vm_area_struct **vmas_tmp = NULL;
	long rc;

	if (!call->pages)
		return decided_in(longterm_func, -EINVAL,
				  "FOLL_LONGTERM without a pages array");
	if (!call->vmas) {
		vmas_tmp = kcalloc(call->nr_pages, sizeof(*vmas_tmp));
		if (!vmas_tmp)
			return decided_in(longterm_func, -ENOMEM,
					  "no memory for the vmas array");
		call->vmas = vmas_tmp;
	}
	if (call->locked)
		mm_keep_vmas(call->mm);
	rc = pin_noting_vmas(call);
	if (call->locked)
		mm_forget_vmas(call->mm);
	kfree(vmas_tmp);
	return rc;
}

static long longterm(const struct longterm_call *call)
{
	unsigned int nocma = memalloc_nocma_save();
	long rc = pin_pages(call, call->nr_pages);

	if (rc > 0 && !call->pages) {
		rc = longterm_uses_unset_entry();
	} else if (rc > 0) {
		base_point(current_base(), GUPSIM_POINT_LONGTERM_WALKED);
		rc = check_and_migrate_cma_pages(call, rc);
	}
	memalloc_nocma_restore(nocma);
	return rc;
}

long __gup_longterm_locked(struct task_struct *tsk, struct mm_struct *mm,
			   unsigned long start, unsigned long nr_pages,
			   struct page **pages, struct vm_area_struct **vmas, int *locked,
			   unsigned int gup_flags)
{
	struct longterm_call call = {tsk,   mm,	  start,  nr_pages,
				     pages, vmas, locked, gup_flags};

	if (!(gup_flags & FOLL_LONGTERM) || !longterm_has_checks(mm_base(mm)))
		return pin_pages(&call, nr_pages);
	return rule_is(LONGTERM_VMAS, VMAS_NOTED) ? longterm_noting_vmas(&call)
						  : longterm(&call);
}
