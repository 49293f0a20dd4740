/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of forced rare events. */
#include "scenario/forced.h"
#include "phys/page.h"
#include "scenario/expect.h"

#include <string.h>

static const struct forced table[] = {
	{"retry=always", "retry",
	 "each fault that may release mmap_sem does, and has to be retried",
	 .rare = GUPSIM_RARE_RETRY,
	 .lets_go = {{"faults", OF_CALL | OF_TASK},
		     {"locked", OF_CALL},
		     {"unlocked", OF_CALL}}},
	{"fault_around=page", "fault_around",
	 "a read fault maps the page alone, and none around it",
	 .rare = GUPSIM_RARE_NO_FAULT_AROUND, .lets_go = {{"faults", OF_CALL | OF_TASK}}},
	{"isolation=fails", "isolation", "no page can be taken off its list, to be moved",
	 .rare = GUPSIM_RARE_NO_ISOLATION, .lets_go = {{"unevictable", OF_PAGE}}},
	{"migration=fails_once", "migration",
	 "the first attempt to move a page is in vain", .rare = GUPSIM_RARE_MIGRATION},
	{"thp_alloc=fails", "thp_alloc", "no fault gets a transparent huge page",
	 .rare = GUPSIM_RARE_NO_HUGE_PAGE,
	 .lets_go = {{"faults", OF_CALL | OF_TASK}, {"huge", OF_PAGE}}},
	{"pagevec=hold", "pagevec", "pagevecs are drained only where the kernel does it",
	 .lets_go = {{"lru", OF_PAGE}, {"unevictable", OF_PAGE}, {"free", OF_PAGE}}},
};

const struct forced *forced_nth(size_t nth)
{
	return nth < sizeof(table) / sizeof(table[0]) ? &table[nth] : NULL;
}

int forced_find(struct nearest *best)
{
	const struct forced *forced;

	for (int i = 0; (forced = forced_nth(i)); i++)
		if (nearest_is(best, forced->spec))
			return i;
	return -1;
}

void forced_apply(const struct forced *forced, struct gupsim_config *config)
{
	config->rare |= forced->rare;
	config->pagevec_hold |= !forced->rare;
}

static bool has_pagevecs(unsigned int set)
{
	for (size_t i = 0; set >> i; i++)
		if ((set >> i & 1) && !table[i].rare)
			return true;
	return false;
}

long forced_references(unsigned int set, const struct page *page)
{
	const struct phys *phys = has_pagevecs(set) ? page_phys(page) : NULL;

	return phys ? ledger_of(&phys->ledger, pfn_of_page(page))->kind[REF_PAGEVEC] : 0;
}

static bool lets_go(const struct forced *forced, const char *name, unsigned int subject)
{
	const struct let_go *let_go = forced->lets_go;

	while (let_go->name &&
	       (strcmp(let_go->name, name) || !(let_go->subjects & subject)))
		let_go++;
	return let_go->name;
}

bool forced_lets_go(unsigned int set, const char *name, unsigned int subject)
{
	for (size_t i = 0; name && set >> i; i++)
		if ((set >> i & 1) && lets_go(&table[i], name, subject))
			return true;
	return false;
}
