/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lockless walk through page tables: no VMA, no lock, no fault. What it finds may
 * have changed by the time that it has a reference, so it looks again. Invariant: the
 * pages before the first that it leaves to the slow path are held, no other is.
 */
#include "gup/fast_walk.h"

#include "gup/follow.h"
#include "gup/seam.h"
#include "vm/mmu_gather.h"

static const char walk_func[] = "gup_pte_range";

bool fast_stops(const char *func, unsigned long address, const char *words)
{
	base_decision_at(current_base(), func, address, words);
	return STOP;
}

bool fast_stops_by(enum rule rule, const char *words)
{
	base_decision(current_base(), walk_func, rule, words);
	return STOP;
}

/* Of the ways in which an entry may keep the walk out, the one that this one has. */
bool fast_not_permitted(const char *func, pte_t pte, unsigned long address)
{
	return fast_stops(func, address,
			  pte_none(pte)	      ? "nothing is there"
			  : pte_protnone(pte) ? "an entry that nobody may go through"
			  : pte_present(pte)  ? "the entry is read-only"
					      : "an entry that is not present");
}

/* Would a long-term pin move the page, had it not come this way? */
static bool has_to_move(const struct page *page, unsigned int flags)
{
	bool refused;

	if ((flags & (FOLL_LONGTERM | FOLL_GET)) != FOLL_LONGTERM ||
	    is_pinnable_page(page))
		return false;
	refused = rule_is(FAST_LONGTERM, FAST_LONGTERM_PINNABLE);
	base_decision(
		current_base(), walk_func, RULE_FAST_LONGTERM,
		refused ? "a page that would have to be moved"
			: "a page that would have to be moved is taken where it is");
	return refused;
}

/* try_grab_folio_fast() on v6.12. */
bool try_grab_compound_head(const struct fast_walk *walk, struct page *page, int nr)
{
	unsigned int flags = walk->flags;

	if (is_pci_p2pdma_page(page) && !(flags & FOLL_PCI_P2PDMA) &&
	    rule_is(TRY_GRAB_P2PDMA, P2PDMA_REFUSED))
		return fast_stops_by(RULE_TRY_GRAB_P2PDMA,
				     "memory of a PCI device, without FOLL_PCI_P2PDMA");
	if (has_to_move(page, flags))
		return STOP;
	return try_grab_parts(page, nr, flags & FOLL_PIN ? flags : FOLL_GET);
}

static bool page_is_secretmem(const struct page *page)
{
	return !PageAnon(page) && page->mapping &&
	       file_of(page->mapping)->backing == GUPSIM_SECRETMEM;
}

static bool secretmem_allowed(const struct page *page)
{
	switch (base_rule(current_base(), RULE_FAST_SECRETMEM)) {
	case FAST_SECRETMEM_TAKEN:
		return true;
	case FAST_SECRETMEM_IF_LRU:
		return !PageLRU(page) || !page_is_secretmem(page);
	case FAST_SECRETMEM_REFUSED:
		return !page_is_secretmem(page);
	default:
		return PageCompound(page) || (page->mapping && !page_is_secretmem(page));
	}
}

/* A file system may have to hear of the writes; shmem has not. */
static bool file_write_allowed(const struct page *page, unsigned int flags)
{
	const unsigned int lasting_write = FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE;

	return (flags & lasting_write) != lasting_write || PageAnon(page) ||
	       rule_is(FAST_FILE_WRITE, FAST_FILE_WRITE_TAKEN) ||
	       (page->mapping && file_of(page->mapping)->backing == GUPSIM_SHMEM);
}

/* Asked once the page is held: it cannot become another's then. */
static bool gup_fast_folio_allowed(const struct fast_walk *walk, const struct page *page,
				   pte_t pte)
{
	const struct page *folio = compound_head(page);

	if (!secretmem_allowed(folio))
		return fast_stops_by(RULE_FAST_SECRETMEM,
				     folio->mapping ? "memory of a memfd_secret"
						    : "a page of no file");
	if (!file_write_allowed(folio, walk->flags))
		return fast_stops_by(RULE_FAST_FILE_WRITE,
				     "the file system may track dirty pages");
	if (!pte_write(pte) && gup_must_unshare(NULL, walk->flags, page))
		return fast_stops_by(RULE_MUST_UNSHARE,
				     "the page has to be the mapping's own first");
	return true;
}

/* Pages of the table that the walk is in, if their device goes meanwhile. */
void undo_dev_pagemap(struct fast_walk *walk, long nr_start)
{
	for (long i = nr_start; i < walk->nr; i++)
		ClearPageReferenced(walk->pages[i]);
	put_grabbed_pages(walk->pages + nr_start, walk->nr - nr_start, walk->flags);
	walk->nr = nr_start;
}

/* What a special pte stands for is the slow path's, but for a device that is held. */
static bool special_permitted(struct fast_walk *walk, pte_t pte, unsigned long address,
			      long nr_start)
{
	unsigned long pfn = pte_pfn(pte);

	if (!pte_devmap(pte))
		return fast_stops(walk_func, address,
				  is_zero_pfn(pfn) ? "the zero page"
						   : "a frame without a page");
	if (walk->flags & FOLL_LONGTERM)
		return fast_stops(walk_func, address, "a device's page, for a long time");
	walk->pgmap = get_dev_pagemap(walk->phys, pfn, walk->pgmap);
	if (walk->pgmap)
		return true;
	undo_dev_pagemap(walk, nr_start);
	return fast_stops(walk_func, address,
			  "the device is going away: this table's pages go back");
}

static bool pte_changed(pte_t pte, const pte_t *ptep, unsigned long address)
{
	if (likely(pte.pte == ptep->pte) || rule_is(FAST_RECHECK, RECHECK_NONE))
		return false;
	base_decision(current_base(), walk_func, RULE_FAST_RECHECK,
		      "the pte is no longer what it was");
	fast_stops(walk_func, address, "the page goes back");
	return true;
}

bool fast_entry_read(const struct fast_walk *walk)
{
	base_point(walk->phys->base, GUPSIM_POINT_FAST_PTE_READ);
	return base_alive(walk->phys->base);
}

/* A caller that wants no pages is a mistake that nobody looks for. */
bool fast_writes_to_null(const char *func)
{
	base_bug(current_base(), func, "it writes to pages, which is NULL");
	return STOP;
}

/* Where a flush waits for the walk, nobody gets on who has cleared the entry. */
static void fire_ref_taken(const struct fast_walk *walk, const struct page *page, int nr,
			   unsigned long pages)
{
	struct phys *phys = walk->phys;
	bool pins = walk->flags & FOLL_PIN;

	if (!phys->base->tlb_flush_paravirt) {
		phys->passing = page;
		phys->nr_passing = pages;
		phys->passing_refs = nr * (pins ? pin_refs(page) : 1);
	}
	base_point(phys->base, GUPSIM_POINT_FAST_REF_TAKEN);
	phys->nr_passing = 0;
}

bool fast_has_changed(const struct fast_walk *walk, const struct page *page, int nr,
		      unsigned long pages, pte_t entry, const pte_t *ptep,
		      unsigned long address)
{
	fire_ref_taken(walk, page, nr, pages);
	return !base_alive(walk->phys->base) || pte_changed(entry, ptep, address);
}

/* Where nobody listens at the points, nobody can have changed a thing. */
static bool gup_pte(struct fast_walk *walk, const pte_t *ptep, unsigned long address,
		    long nr_start)
{
	bool watched = walk->phys->base->listener;
	pte_t pte = *ptep;
	struct page *page;

	if (unlikely(!fast_permits(walk, pte)))
		return fast_not_permitted(walk_func, pte, address);
	if (unlikely(pte_special(pte)) &&
	    !special_permitted(walk, pte, address, nr_start))
		return STOP;
	if (unlikely(!walk->pages))
		return fast_writes_to_null(walk_func);
	page = pfn_to_page(walk->phys, pte_pfn(pte));
	if (unlikely(watched) && !fast_entry_read(walk))
		return STOP;
	if (!try_grab_compound_head(walk, page, 1))
		return fast_stops(walk_func, address, "no reference can be had");
	if ((unlikely(watched) &&
	     fast_has_changed(walk, compound_head(page), 1, 1, pte, ptep, address)) ||
	    !gup_fast_folio_allowed(walk, page, pte)) {
		put_grabbed_pages(&page, 1, walk->flags);
		return STOP;
	}
	SetPageReferenced(page);
	walk->pages[walk->nr++] = page;
	return GO_ON;
}

/*
 * The same where a reference is all that there is to it, and nobody can have changed the
 * pte meanwhile. Returns how many it has done: the next one is none of these. By itself
 * it has registers enough for the loop.
 */
__attribute__((noinline)) static unsigned long
gup_plain_ptes(struct fast_walk *walk, const pte_t *ptep, unsigned long nr)
{
	const u64 asked = walk->permitted | _PAGE_SPECIAL | _PAGE_PKEY;
	const u64 permitted = walk->permitted;
	struct page **pages = walk->pages + walk->nr;
	const struct phys *phys = walk->phys;
	unsigned long i;

	for (i = 0; i < nr; i++) {
		struct page *page;

		if (unlikely((ptep[i].pte & asked) != permitted))
			break;
		page = pfn_to_page(phys, pte_pfn(ptep[i]));
		if (unlikely(page_ref_count(page) <= 0))
			break;
		page_ref_add(page, 1);
		SetPageReferenced(page);
		pages[i] = page;
	}
	walk->nr += i;
	return i;
}

/* A pte is one word, so that gup_get_pte() is to read it. */
static bool gup_pte_range(struct fast_walk *walk, const pmd_t *pmdp,
			  unsigned long address, unsigned long end)
{
	const pte_t *ptep = pte_offset_map((pmd_t *)pmdp, address);
	long nr_start = walk->nr;
	bool go_on = GO_ON;

	if (!walk->careful) {
		unsigned long done =
			gup_plain_ptes(walk, ptep, (end - address) >> PAGE_SHIFT);

		ptep += done;
		address += done << PAGE_SHIFT;
	}
	for (; go_on && address < end; ptep++, address += PAGE_SIZE)
		go_on = gup_pte(walk, ptep, address, nr_start);
	put_dev_pagemap(walk->pgmap);
	walk->pgmap = NULL;
	return go_on;
}

/* Where the entry that covers @address ends, or the range does. */
static unsigned long addr_end(unsigned long address, unsigned long end,
			      unsigned int shift)
{
	unsigned long next = ((address >> shift) + 1) << shift;

	return next < end ? next : end;
}

static bool gup_pmd_range(struct fast_walk *walk, pud_t *pudp, unsigned long address,
			  unsigned long end)
{
	const pmd_t *pmdp = pmd_offset(pudp, address);
	unsigned long next;

	for (; address < end; pmdp++, address = next) {
		next = addr_end(address, end, PMD_SHIFT);
		if (pmd_none(*pmdp))
			return fast_stops(walk_func, address, "no table of ptes");
		if (pmd_leaf(*pmdp)) {
			if (!gup_huge_leaf(walk, (const pte_t *)pmdp, PMD_SHIFT, address,
					   next))
				return STOP;
		} else if (!gup_pte_range(walk, pmdp, address, next)) {
			return STOP;
		}
	}
	return GO_ON;
}

static bool gup_pud_range(struct fast_walk *walk, pgd_t *pgdp, unsigned long address,
			  unsigned long end)
{
	pud_t *pudp = pud_offset(pgdp, address);
	unsigned long next;

	for (; address < end; pudp++, address = next) {
		next = addr_end(address, end, PUD_SHIFT);
		if (pud_none(*pudp))
			return fast_stops(walk_func, address, "no table of pmds");
		if (pud_leaf(*pudp)) {
			if (!gup_huge_leaf(walk, (const pte_t *)pudp, PUD_SHIFT, address,
					   next))
				return STOP;
		} else if (!gup_pmd_range(walk, pudp, address, next)) {
			return STOP;
		}
	}
	return GO_ON;
}

/* gup_p4d_range() has nothing to do on a machine with four levels. */
static void gup_pgd_range(struct fast_walk *walk, unsigned long address,
			  unsigned long end)
{
	pgd_t *pgdp = pgd_offset(walk->mm, address);
	unsigned long next;

	for (; address < end; pgdp++, address = next) {
		next = addr_end(address, end, PGDIR_SHIFT);
		if (pgd_none(*pgdp)) {
			fast_stops(walk_func, address, "no table of puds");
			return;
		}
		if (!gup_pud_range(walk, pgdp, address, next))
			return;
	}
}

/* Does the release, the call, or who looks on ask more of a page than its count? */
static bool is_careful(const struct phys *phys, unsigned int flags, struct page **pages)
{
	return !pages || phys->base->listener || phys->ledger.chunk ||
	       (flags & (FOLL_PIN | FOLL_LONGTERM)) ||
	       !rule_is(FAST_SECRETMEM, FAST_SECRETMEM_TAKEN) ||
	       !rule_is(TRY_GRAB_P2PDMA, P2PDMA_TAKEN);
}

/* Only a writable pte is sure not to share its page, where readers break COW, too. */
static bool needs_writable(unsigned int flags)
{
	if (flags & FOLL_WRITE)
		return true;
	if (rule_is(COW_READS, COW_READS_SHARE) || (flags & FOLL_FAST_ONLY))
		return false;
	return refused_by(COW_READS, "a read goes through writable ptes only");
}

long lockless_pages_from_mm(unsigned long start, unsigned long end,
			    unsigned int gup_flags, struct page **pages)
{
	struct mm_struct *mm = current->mm;
	unsigned int seq = sim_mm(mm)->write_protect_seq;
	struct fast_walk walk = {
		.mm = mm,
		.phys = mm_phys(mm),
		.flags = gup_flags,
		.pages = pages,
		.permitted = _PAGE_PRESENT | _PAGE_USER |
			     (needs_writable(gup_flags) ? _PAGE_RW : 0),
		.careful = is_careful(mm_phys(mm), gup_flags, pages),
	};

	mm_irq_save(mm);
	gup_pgd_range(&walk, start, end);
	mm_irq_restore(mm);
	base_point(mm_base(mm), GUPSIM_POINT_FAST_WALKED);
	if (!(gup_flags & FOLL_PIN) || sim_mm(mm)->write_protect_seq == seq ||
	    !base_alive(mm_base(mm)))
		return walk.nr;
	if (rule_is(FAST_FORK, FAST_FORK_UNSEEN))
		return decided_by(FAST_FORK, walk.nr,
				  "a fork came between, and nobody looks");
	put_grabbed_pages(pages, walk.nr, gup_flags);
	return decided_by(FAST_FORK, 0, "a fork came between: all goes back");
}
