/* SPDX-License-Identifier: GPL-2.0-or-later */
/* References from outside, and the bytes of pages. */
#include "phys/compound.h"

#include <errno.h>
#include <string.h>

static struct page_ledger *page_ledger(struct page *page)
{
	return ledger_of(&page_phys(page)->ledger, pfn_of_page(page));
}

int ledger_take_for_call(struct page *page, int nr)
{
	struct base *base = page_phys(page)->base;

	return ledger_take(base, &page_phys(page)->ledger, page_ledger(page), base->call,
			   nr);
}

void ledger_drop_for_call(struct page *page, int nr)
{
	struct base *base = page_phys(page)->base;

	ledger_drop(base, &page_phys(page)->ledger, page_ledger(page), base->call, nr);
}

void warn_of_bad_count(const struct page *page, bool pin)
{
	static const char *const funcs[] = {
		[WARNS_TRY_GET_PAGE] = "try_get_page",
		[WARNS_TRY_GRAB_PAGE] = "try_grab_page",
		[WARNS_TRY_GRAB_FOLIO] = "try_grab_folio",
	};
	struct base *base = page_phys(page)->base;
	unsigned int rule = base_rule(base, RULE_TRY_GRAB_WARNS);

	/* Pins were never try_get_page()'s. */
	if (pin && rule == WARNS_TRY_GET_PAGE)
		rule = WARNS_TRY_GRAB_PAGE;
	base_warn(base, funcs[rule], "a page reference count of 0 or below");
}

/* One by one: would any of so many be added to a count of 0, or of the 127 below? */
static bool page_ref_zero_or_close_to_overflow(const struct page *page, int refs)
{
	unsigned int count = page_ref_count(page);

	return !count || (uint64_t)count + refs + 127 > 1ULL << 32;
}

/* It cannot fail: without host memory to name the call, the references stay unnamed. */
void get_page_refs(struct page *page, int refs, const char *func)
{
	struct base *base = page_phys(page)->base;
	struct call *outer;
	bool named;

	if (!base_alive(base))
		return;
	page = compound_head(page);
	named = !base_call_begin(base, func, &outer);
	if (!named)
		base_call_begin_anonymous(base, &outer);
	if (!base_bug_on(base, page_ref_zero_or_close_to_overflow(page, refs), func,
			 "a page reference count of 0, or that comes close to it")) {
		if (page_phys(page)->ledger.chunk &&
		    (!named || ledger_take_for_call(page, refs)))
			ledger_note(page, REF_UNNAMED, refs);
		page_ref_add(page, refs);
	}
	base_call_end(base, outer);
}

void get_page(struct page *page)
{
	get_page_refs(page, 1, __func__);
}

/* Apart, so that a machine without a ledger does without the registers that it takes. */
__attribute__((noinline)) static void ledger_drop_outside(struct page *page, int nr,
							  const char *func)
{
	struct base *base = page_phys(page)->base;
	struct call *call;

	if (ledger_drop_youngest(base, &page_phys(page)->ledger, page_ledger(page), nr))
		return;
	if ((unsigned int)page_ledger(page)->kind[REF_UNNAMED] >= (unsigned int)nr) {
		ledger_note(page, REF_UNNAMED, -nr);
		return;
	}
	call = call_new(base, func);
	if (!call)
		return;
	ledger_book_missing(base, &page_phys(page)->ledger, page_ledger(page), call, nr);
	call_put(base, call);
}

void put_page_refs(struct page *page, int refs, const char *func)
{
	struct phys *phys = page_phys(page);
	struct call *outer;

	if (!base_alive(phys->base))
		return;
	page = compound_head(page);
	base_call_begin_anonymous(phys->base, &outer);
	if (!base_bug_on(phys->base, page_ref_count(page) == 0, func,
			 "a page that has no references")) {
		if (phys->ledger.chunk)
			ledger_drop_outside(page, refs, func);
		page_ref_add(page, -refs);
		page_ref_dropped(page);
	}
	base_call_end(phys->base, outer);
}

gfp_t current_gfp_context(const struct phys *phys, gfp_t gfp)
{
	if (gfp == GFP_USER || !current || current->sim->base != phys->base ||
	    !(current->flags & PF_MEMALLOC_NOCMA))
		return gfp;
	switch (base_rule(phys->base, RULE_LONGTERM_SCOPE)) {
	case SCOPE_NO_CMA:
		return GFP_MOVABLE_NO_CMA;
	case SCOPE_NOT_MOVABLE:
		return GFP_USER;
	default:
		return gfp;
	}
}

static struct area *area_with_room(struct phys *phys, gfp_t gfp)
{
	for (struct area **area = phys->zonelist[gfp]; *area; area++)
		if ((*area)->nr_free)
			return *area;
	return NULL;
}

struct page *alloc_page_anywhere(struct phys *phys, gfp_t gfp, enum ref_kind kind)
{
	struct area *area;

	if (phys->base->memalloc_scopes)
		gfp = current_gfp_context(phys, gfp);
	area = area_with_room(phys, gfp);
	if (phys->may_balance)
		area = balance_cma(phys, gfp, area);
	if (base_fails(&phys->fail_page_in) || !area)
		return NULL;
	return list_empty(&area->free[0]) ? alloc_fresh_page(phys, area, kind)
					  : take_free_page(area, kind);
}

void put_page(struct page *page)
{
	put_page_refs(page, 1, __func__);
}

bool page_maybe_dma_pinned(const struct page *page)
{
	page = compound_head(page);
	if (hpage_pincount_available(page))
		return page[1].compound_pincount > 0;
	return (unsigned int)page_ref_count(page) >= GUP_PIN_COUNTING_BIAS;
}

unsigned long page_to_pfn(const struct page *page)
{
	return pfn_of_page(page);
}

void *kmap(struct page *page)
{
	struct base *base = page_phys(page)->base;

	/* A frame that nobody owns would lose its bytes to the next owner. */
	if (!page->contents && page_count(page) && base_alive(base))
		page->contents = heap_calloc(&base->heap, 1, PAGE_SIZE);
	return page->contents;
}

int copy_highpage(struct page *to, struct page *from)
{
	if (!from->contents) {
		page_forget_contents(to);
		return 0;
	}
	if (!kmap(to))
		return -ENOMEM;
	memcpy(to->contents, from->contents, PAGE_SIZE);
	return 0;
}

int page_write(struct page *page, size_t offset, const void *buf, size_t length)
{
	char *bytes = kmap(page);

	if (!bytes)
		return -ENOMEM;
	memcpy(bytes + offset, buf, length);
	return 0;
}

void page_read(const struct page *page, size_t offset, void *buf, size_t length)
{
	if (page->contents)
		memcpy(buf, (const char *)page->contents + offset, length);
	else
		memset(buf, 0, length);
}

void page_forget_contents(struct page *page)
{
	heap_free(&page_phys(page)->base->heap, page->contents);
	page->contents = NULL;
}
