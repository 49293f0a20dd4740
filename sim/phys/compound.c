/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Allocating compound pages. */
#include "phys/compound.h"

#include "phys/buddy.h"

void prep_compound_page(struct page *head, unsigned int order)
{
	for (unsigned long i = 1; i < 1UL << order; i++)
		head[i] = (struct page){
			.flags = head->flags & 3UL << ZONE_SHIFT,
			.compound_head = (unsigned long)head + 1,
			._mapcount = -1,
		};
	head->flags |= 1UL << PG_head;
	head[1].compound_order = order;
	head[1].compound_mapcount = -1;
}

bool hpage_pincount_available(const struct page *head)
{
	switch (base_rule(page_phys(head)->base, RULE_PINCOUNT)) {
	case PINCOUNT_NONE:
		return false;
	case PINCOUNT_OF_ORDER_2:
		return compound_order(head) > 1;
	default:
		return PageHead(head);
	}
}

struct page *alloc_compound_page(struct phys *phys, gfp_t gfp, unsigned int order,
				 enum ref_kind kind)
{
	if (unlikely(phys->base->memalloc_scopes))
		gfp = current_gfp_context(phys, gfp);
	if (base_fails(&phys->fail_page_in))
		return NULL;
	for (struct area **area = phys->zonelist[gfp]; *area; area++) {
		struct area *from =
			phys->may_balance ? balance_cma(phys, gfp, *area) : *area;
		struct page *page = take_block(phys, from, order);

		if (!page)
			continue;
		prep_new_page(page, from, kind);
		prep_compound_page(page, order);
		return page;
	}
	return NULL;
}

/* Once there, it stays: the kernel's shrinker takes it back when nobody maps it. */
struct page *get_huge_zero_page(struct phys *phys)
{
	if (base_rare(phys->base, GUPSIM_RARE_NO_HUGE_PAGE))
		return NULL;
	if (!phys->huge_zero_page)
		phys->huge_zero_page =
			alloc_compound_page(phys, GFP_USER, HPAGE_PMD_ORDER, REF_BASE);
	return phys->huge_zero_page;
}
