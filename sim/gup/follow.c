/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From an entry of a page table to the page that a pinner may have: what an entry that is
 * not a writable page of memory comes to. follow_page_pte(), which asks, is in
 * follow_pte.h. Invariant: no fault is taken here.
 */
#include "gup/follow_pte.h"

#include <errno.h>
#include <limits.h>

struct page *dump_of_nothing(const struct vm_area_struct *vma)
{
	if (vma->vm_ops && vma->vm_ops->fault)
		return NULL;
	return ERR_PTR(decided_in("no_page_table", -EFAULT,
				  "FOLL_DUMP: nothing is there to dump"));
}

/* The page is the mapping's own, which only its protection keeps from writing. */
static bool is_forced_exclusive(const struct vm_area_struct *vma, const struct page *page,
				unsigned int flags)
{
	return (flags & FOLL_FORCE) && is_cow_mapping(vma->vm_flags) &&
	       !(vma->vm_flags & VM_WRITE) && page && PageAnon(page) &&
	       PageAnonExclusive(page);
}

bool can_follow_write_readonly(const struct vm_area_struct *vma, const struct page *page,
			       pte_t pte, unsigned int flags)
{
	bool broken = (flags & FOLL_COW) && pte_dirty(pte), can;

	switch (base_rule(current_base(), RULE_READONLY_PTE)) {
	case READONLY_PTE_FORCE_COW:
		can = broken && (flags & FOLL_FORCE);
		break;
	case READONLY_PTE_COW:
		can = broken;
		break;
	default:
		can = is_forced_exclusive(vma, page, flags);
	}
	if (flags & FOLL_FORCE)
		base_decision(current_base(), "can_follow_write_pte", RULE_READONLY_PTE,
			      can ? "the forced write may go through a read-only pte"
				  : "a forced write: COW has to be broken first");
	return can;
}

static bool pfn_is_refused(unsigned int flags)
{
	switch (base_rule(current_base(), RULE_PFN_PTE)) {
	case PFN_EFAULT_IF_GET:
		return flags & FOLL_GET;
	case PFN_EFAULT_IF_HELD:
		return flags & (FOLL_GET | FOLL_PIN);
	default:
		return false;
	}
}

static struct page *follow_pfn_pte(pte_t *ptep, unsigned int flags)
{
	if (pfn_is_refused(flags))
		return ERR_PTR(decided_by(PFN_PTE, -EFAULT,
					  "a frame without a struct page to hold"));
	if (flags & FOLL_TOUCH) {
		pte_t entry = pte_mkyoung(*ptep);

		set_pte(ptep, flags & FOLL_WRITE ? pte_mkdirty(entry) : entry);
	}
	return ERR_PTR(decided(-EEXIST, "the entry counts, without a page"));
}

unsigned int devmap_flags(void)
{
	return rule_is(DEVMAP_PIN, DEVMAP_IF_GET) ? FOLL_GET : FOLL_GET | FOLL_PIN;
}

struct page *follow_special_pte(struct vm_area_struct *vma, pte_t *ptep,
				unsigned int flags, struct follow_page_context *ctx)
{
	struct phys *phys = mm_phys(vma->vm_mm);
	unsigned long pfn = pte_pfn(*ptep);

	if (pte_devmap(*ptep) && (flags & devmap_flags())) {
		ctx->pgmap = get_dev_pagemap(phys, pfn, ctx->pgmap);
		if (ctx->pgmap)
			return pfn_to_page(phys, pfn);
		base_decision(current_base(), "get_dev_pagemap", RULE_NONE,
			      "the device is going away: no page");
		return NULL;
	}
	if (flags & FOLL_DUMP)
		return ERR_PTR(decided_in("follow_page_pte", -EFAULT,
					  "FOLL_DUMP of a special pte"));
	if (is_zero_pfn(pfn))
		return zero_page(phys);
	return follow_pfn_pte(ptep, flags);
}

bool gup_must_unshare(const struct vm_area_struct *vma, unsigned int flags,
		      const struct page *page)
{
	unsigned int rule = base_rule(current_base(), RULE_MUST_UNSHARE);

	if (rule == MUST_UNSHARE_NONE || (flags & (FOLL_PIN | FOLL_WRITE)) != FOLL_PIN)
		return false;
	if (PageAnon(page))
		return !PageAnonExclusive(page);
	if (rule != MUST_UNSHARE_LONGTERM || !(flags & FOLL_LONGTERM))
		return false;
	return !vma || is_cow_mapping(vma->vm_flags);
}

/* The zero page belongs to nobody's mapping, and parts of a huge page may leave the VMA.
 */
void mlock_followed(struct page *page)
{
	if (PageCompound(page) || !page->mapping || !trylock_page(page))
		return;
	lru_add_drain_all(page_phys(page));
	mlock_vma_page(page);
	unlock_page(page);
}

static const char get_and_pin[] = "FOLL_GET and FOLL_PIN exclude each other";

static bool warn_of_both(const char *func, unsigned int flags)
{
	const unsigned int both = FOLL_GET | FOLL_PIN;

	return base_warn_on(current_base(), (flags & both) == both, func, get_and_pin);
}

bool warns_of_get_and_pin(const char *func, unsigned int flags)
{
	return rule_is(TRY_GRAB_PIN, PIN_TAKES_BIAS) && warn_of_both(func, flags);
}

int pte_get_and_pin(unsigned int flags)
{
	static const char func[] = "follow_page_pte";

	if (!rule_is(PTE_GET_AND_PIN, GET_AND_PIN_REFUSED) || !warn_of_both(func, flags))
		return 0;
	return base_decided(current_base(), func, get_and_pin, RULE_PTE_GET_AND_PIN,
			    -EINVAL);
}

/* How many references one page takes, as @flags have it. */
static int grab_refs(const struct page *page, unsigned int flags)
{
	return flags & FOLL_GET ? 1 : flags & FOLL_PIN ? pin_refs(page) : 0;
}

/* Up to v5.15 who takes nothing does not ask. */
static bool has_bad_count(const struct page *page, int refs, unsigned int flags)
{
	if (page_count(page) > 0 ||
	    (!refs && rule_is(TRY_GRAB_WARNS, WARNS_TRY_GET_PAGE)))
		return false;
	warn_of_bad_count(page, !(flags & FOLL_GET));
	return true;
}

int try_grab_folio(struct page *page, int nr, unsigned int flags)
{
	int refs = grab_refs(page, flags);

	warns_of_get_and_pin("try_grab_page", flags);
	if (has_bad_count(page, refs, flags))
		return decided_in("try_grab_page", -ENOMEM,
				  flags & FOLL_GET ? "no reference can be taken"
						   : "the page cannot be pinned");
	if (is_pci_p2pdma_page(page) && !(flags & FOLL_PCI_P2PDMA) &&
	    rule_is(TRY_GRAB_P2PDMA, P2PDMA_REFUSED))
		return decided_by(TRY_GRAB_P2PDMA, -EREMOTEIO,
				  "memory of a PCI device, without FOLL_PCI_P2PDMA");
	if (refs && !try_take_call_page(page, refs * nr, !(flags & FOLL_GET)))
		return -ENOMEM;
	if (refs && !(flags & FOLL_GET))
		account_pin(page, nr);
	return 0;
}

int try_grab_page(struct page *page, unsigned int flags)
{
	return try_grab_folio(page, 1, flags);
}

int try_grab_leaf_page(struct page *page, unsigned int flags)
{
	if (!rule_is(TRY_GRAB_PIN, PIN_TAKES_NOTHING))
		return try_grab_page(page, flags);
	return !(flags & FOLL_GET) || take_call_page(compound_head(page), 1) ? 0
									     : -ENOMEM;
}

bool try_grab_rest(struct page *page, unsigned long nr, unsigned int flags)
{
	struct page *head = compound_head(page);
	long refs = grab_refs(page, flags);
	long count = page_ref_count(head);

	if (count <= 0 || count + refs * (long)nr > INT_MAX)
		return false;
	/* The count has room, and the ledger has the call: it cannot fail. */
	if (refs)
		try_take_call_page(head, (int)(refs * (long)nr), flags & FOLL_PIN);
	if (refs && !(flags & FOLL_GET))
		account_pin(head, (int)nr);
	return true;
}

/*
 * As many @refs as there can be at once; the count is not looked at under a lock. What it
 * gives is given back by put_compound_head(), which is put_grabbed_pages() here.
 */
static bool try_get_compound_head(struct page *page, int refs)
{
	page = compound_head(page);
	if (unlikely(page_ref_count(page) <= 0)) {
		base_warn_on(page_phys(page)->base, page_ref_count(page) < 0,
			     rule_is(TRY_GRAB_WARNS, WARNS_TRY_GET_PAGE)
				     ? "try_get_compound_head"
				     : "try_get_folio",
			     "a page reference count below 0");
		return false;
	}
	return take_call_page(page, refs);
}

bool try_grab_parts(struct page *page, int nr, unsigned int flags)
{
	if (!try_get_compound_head(page, grab_refs(page, flags) * nr))
		return false;
	if (!(flags & FOLL_GET))
		account_pin(page, nr);
	return true;
}

struct page *follow_migration_entry(const struct vm_area_struct *vma, pte_t pte,
				    unsigned int flags)
{
	unsigned int has = gupsim_kernel_flags(current_base()->rules.kernel);

	if (!(flags & has & FOLL_MIGRATION))
		return NULL;
	base_decision(current_base(), "follow_page_pte", RULE_NONE,
		      "FOLL_MIGRATION, and the page moves");
	migration_entry_wait(vma->vm_mm, pte);
	return ERR_PTR(-EIO);
}

bool gup_can_follow_protnone(const struct vm_area_struct *vma, unsigned int flags)
{
	bool can;

	switch (base_rule(current_base(), RULE_FOLLOW_PROTNONE)) {
	case PROTNONE_UNLESS_NUMA:
		can = !(flags & FOLL_NUMA);
		break;
	case PROTNONE_IF_FORCED:
		can = flags & FOLL_FORCE;
		break;
	default:
		can = !(flags & FOLL_HONOR_NUMA_FAULT) || !vma_is_accessible(vma);
	}
	if (vma_is_accessible(vma))
		base_decision(current_base(), __func__, RULE_FOLLOW_PROTNONE,
			      can ? "a NUMA hint does not matter"
				  : "a NUMA hint: a fault has to come first");
	return can;
}

struct page *follow_small_page(struct vm_area_struct *vma, pte_t *ptep,
			       unsigned int flags, struct follow_page_context *ctx)
{
	return follow_page_pte(vma, ptep, flags, ctx);
}

/* mm_find_pte() is follow_p4d_mask() and follow_pud_mask() on the way to a small page. */
struct page *follow_page_mask(struct vm_area_struct *vma, unsigned long address,
			      unsigned int flags, struct follow_page_context *ctx)
{
	pte_t *ptep = mm_find_pte(vma->vm_mm, address);

	if (unlikely(!ptep))
		return follow_pmd_mask(vma, address, flags, ctx);
	return follow_page_pte(vma, ptep, flags, ctx);
}

/* For mm/ itself: the VMA is asked for no permission. */
struct page *follow_page(struct vm_area_struct *vma, unsigned long address,
			 unsigned int foll_flags)
{
	struct follow_page_context ctx = {0};
	struct page *page;

	if (vma_is_secretmem(vma) && rule_is(VMA_SECRETMEM, SECRETMEM_REFUSED) &&
	    refused_by(VMA_SECRETMEM, "memory of a memfd_secret"))
		return NULL;
	if ((foll_flags & FOLL_PIN) && rule_is(FOLLOW_PIN, FOLL_PIN_REFUSED) &&
	    refused_by(FOLLOW_PIN, "no page is pinned without a VMA that was checked"))
		return NULL;
	page = follow_page_mask(vma, address, foll_flags, &ctx);
	put_dev_pagemap(ctx.pgmap);
	return page;
}
