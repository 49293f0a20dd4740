/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at pages, calls and decisions. */
#include "machine/machine.h"

#include "phys/compound.h"

#include <errno.h>
#include <string.h>

uint64_t gupsim_pte_at(struct mm_struct *mm, unsigned long addr)
{
	unsigned int shift;
	pte_t *leaf = NULL;

	if (mm && !mm_gone(mm) && addr < TASK_SIZE_MAX)
		leaf = mm_find_leaf(mm, addr, &shift);
	return leaf ? leaf->pte : 0;
}

struct page *gupsim_page_at(struct mm_struct *mm, unsigned long addr)
{
	unsigned int shift = PAGE_SHIFT;
	pte_t *leaf = NULL;
	unsigned long pfn;

	if (mm && !mm_gone(mm) && addr < TASK_SIZE_MAX)
		leaf = mm_find_leaf(mm, addr, &shift);
	if (!leaf || !pte_present(*leaf))
		return NULL;
	pfn = leaf_pfn(*leaf, shift, addr);
	return pfn_valid(mm_phys(mm), pfn) ? pfn_to_page(mm_phys(mm), pfn) : NULL;
}

int gupsim_compound_pincount(const struct page *page)
{
	return page ? compound_pincount(page) : 0;
}

enum gupsim_zone gupsim_page_zone(const struct page *page)
{
	const struct phys *phys;
	unsigned long pfn;

	if (!page)
		return GUPSIM_ZONE_NORMAL;
	phys = page_phys(page);
	pfn = pfn_of_page(page);
	/* A free frame has no flags to tell its zone. */
	if (pfn >= phys->area[AREA_MOVABLE].end)
		return GUPSIM_ZONE_DEVICE;
	return pfn >= phys->area[AREA_MOVABLE].start ? GUPSIM_ZONE_MOVABLE
						     : GUPSIM_ZONE_NORMAL;
}

bool gupsim_page_is_cma(const struct page *page)
{
	return page && is_migrate_cma_page(page);
}

bool gupsim_page_is_zero(const struct page *page)
{
	return page && (is_zero_pfn(pfn_of_page(page)) || is_huge_zero_page(page));
}

bool gupsim_page_is_exclusive(const struct page *page)
{
	return page && PageAnonExclusive(page) &&
	       base_rule(page_phys(page)->base, RULE_WP_REUSE) == WP_REUSE_EXCLUSIVE;
}

/* Its mem_map is zeroes, which reads as mapped once. */
static bool never_used(const struct page *page)
{
	unsigned long pfn = pfn_of_page(page);

	for (int i = 0; i < NR_USED_FRAMES; i++) {
		struct frames used = used_frames(page_phys(page), i);

		if (pfn >= used.start && pfn < used.end)
			return false;
	}
	return true;
}

bool gupsim_page_is_free(const struct page *page)
{
	if (page && PageHuge(page)) /* it stays the pool's */
		return !page_count(page);
	/* A device's pages keep their flags, and so does most of what was found bad. */
	if (!page || PageTail(page) || page_count(page) || page->flags || page->mapping)
		return false;
	return !page_mapped(page) || never_used(page);
}

struct page *gupsim_page_by_pfn(struct gupsim_machine *machine, unsigned long pfn)
{
	return machine && pfn_valid(machine->phys, pfn) ? pfn_to_page(machine->phys, pfn)
							: NULL;
}

int gupsim_name_calls(struct gupsim_machine *machine, const char *name)
{
	int error = machine_check(machine);

	if (error)
		return error;
	strlcpy(machine->base.call_name, name ? name : "",
		sizeof(machine->base.call_name));
	return 0;
}

unsigned long gupsim_last_call(const struct gupsim_machine *machine)
{
	return machine ? machine->base.last_call : 0;
}

static struct gupsim_decision decision_of(const struct base *base,
					  const struct trace_entry *entry)
{
	return (struct gupsim_decision){
		.call = entry->call ? entry->call->serial : 0,
		.call_func = entry->call ? entry->call->func : "",
		.call_name = entry->call ? entry->call->name : "",
		.func = entry->func,
		.what = entry->what,
		.rule = rule_name(entry->rule),
		.value = rule_value_name(&base->rules, entry->rule),
		.addr = entry->addr,
		.result = entry->result,
		.has_result = entry->has_result,
	};
}

size_t gupsim_trace(const struct gupsim_machine *machine, unsigned long call,
		    gupsim_decision_fn fn, void *arg)
{
	const struct base *base;
	size_t nr = 0;

	if (!machine || !machine->base.trace)
		return 0;
	base = &machine->base;
	for (size_t i = base->traced > TRACE_ENTRIES ? base->traced - TRACE_ENTRIES : 0;
	     i < base->traced; i++) {
		struct gupsim_decision decision =
			decision_of(base, &base->trace[i % TRACE_ENTRIES]);

		if (call && decision.call != call)
			continue;
		if (fn)
			fn(arg, &decision);
		nr++;
	}
	return nr;
}
