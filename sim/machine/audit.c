/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit: what the machine's structures come to is compared with what the pages and
 * the ledger say. What nobody explains is a finding.
 */
#include "machine/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void audit_report(struct audit *audit, struct gupsim_finding *finding, const char *format,
		  ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	finding->text = text;
	audit->findings++;
	if (audit->fn)
		audit->fn(audit->arg, finding);
}

/* What was counted before is forgotten, the memory kept. False: the host has none. */
static bool clear_tallies(struct gupsim_machine *machine)
{
	struct phys *phys = machine->phys;
	size_t nr = phys->nr_frames / TALLY_CHUNK + 1;

	if (nr > machine->nr_tally) {
		audit_destroy(machine);
		machine->tally = heap_calloc_aside(&machine->base.heap, nr,
						   sizeof(*machine->tally));
		machine->nr_tally = machine->tally ? nr : 0;
	}
	for (size_t i = 0; i < machine->nr_tally; i++)
		if (machine->tally[i])
			memset(machine->tally[i], 0,
			       TALLY_CHUNK * sizeof(*machine->tally[i]));
	return machine->tally;
}

void audit_destroy(struct gupsim_machine *machine)
{
	for (size_t i = 0; i < machine->nr_tally; i++)
		heap_free(&machine->base.heap, machine->tally[i]);
	heap_free(&machine->base.heap, machine->tally);
	machine->tally = NULL;
	machine->nr_tally = 0;
}

struct tally *tally_of(struct audit *audit, const struct page *page)
{
	unsigned long pfn = pfn_of_page(page);
	struct tally **chunk = &audit->machine->tally[pfn / TALLY_CHUNK];

	if (!*chunk)
		*chunk = heap_calloc_aside(&audit->machine->base.heap, TALLY_CHUNK,
					   sizeof(**chunk));
	if (*chunk)
		return *chunk + pfn % TALLY_CHUNK;
	audit->no_memory = true;
	return &audit->nowhere;
}

static void report_call(struct audit *audit, struct page *page,
			const struct call_ref *ref, const char *before, const char *after)
{
	const struct call *call = ref->call;
	struct gupsim_finding finding = {
		.page = page,
		.surplus = ref->count,
		.by_func = call->func,
		.by_name = call->name,
	};

	audit_report(audit, &finding, "pfn %lu: %ld %s %s (call %lu%s%s)%s",
		     pfn_of_page(page), ref->count, before, call->func, call->serial,
		     *call->name ? ", " : "", call->name, after);
}

static const struct page_ledger *ledger_of_page(const struct audit *audit,
						const struct page *page)
{
	return ledger_of(&audit->phys->ledger, pfn_of_page(page));
}

/* References that calls hold. Those that are missing are findings of their own. */
static long audit_calls(struct audit *audit, struct page *page)
{
	const struct call_ref *ref = ledger_of_page(audit, page)->calls;
	long sum = 0;

	for (; ref; ref = ref->next) {
		sum += ref->count;
		if (ref->count < 0)
			report_call(audit, page, ref, "by", ", who did not hold it");
	}
	return sum;
}

static void audit_kind(struct audit *audit, struct page *page, enum ref_kind kind,
		       int found, int noted)
{
	if (found == noted)
		return;
	audit_report(audit,
		     &(struct gupsim_finding){.page = page, .surplus = noted - found},
		     "pfn %lu: %d references of the %s are noted, %d found",
		     pfn_of_page(page), noted, ref_kind_name(kind), found);
}

/* Whose last reference went too early is told by audit_calls(). */
static void audit_lost(struct audit *audit, struct page *page)
{
	if (!page_count(page) && !gupsim_page_is_free(page) &&
	    !ledger_of_page(audit, page)->calls)
		audit_page_finding(audit, page, "pfn %lu: no references, and not free",
				   pfn_of_page(page));
}

static void audit_counts(struct audit *audit, struct page *page)
{
	const struct page_ledger *ledger = ledger_of_page(audit, page);
	const struct tally *tally = tally_of(audit, page);
	long explained = audit_calls(audit, page);
	int surplus;

	for (int kind = 0; kind < NR_REF_KINDS; kind++) {
		audit_kind(audit, page, kind, tally->kind[kind], ledger->kind[kind]);
		explained += tally->kind[kind];
	}
	surplus = (int)((unsigned int)page_ref_count(page) - (unsigned long)explained);
	if (surplus)
		audit_report(audit,
			     &(struct gupsim_finding){.page = page, .surplus = surplus},
			     "pfn %lu: %d references, %ld are explained",
			     pfn_of_page(page), page_ref_count(page), explained);
	else
		audit_lost(audit, page);
}

/* Those that leave no trace but the page itself, or the call that is running. */
static void tally_page(struct audit *audit, struct page *page)
{
	struct tally *tally = tally_of(audit, page);

	if ((is_zone_device_page(page) && !PageTail(page) && !p2pdma_in_use(page)) ||
	    (gupsim_page_is_zero(page) && !PageTail(page)) ||
	    page == audit->phys->gate_page)
		tally->kind[REF_BASE]++;
	/* Nobody is to be found who holds these. */
	tally->kind[REF_UNNAMED] = ledger_of_page(audit, page)->kind[REF_UNNAMED];
	if (audit->machine->base.call_depth)
		tally->kind[REF_KERNEL] = ledger_of_page(audit, page)->kind[REF_KERNEL];
	if (!(page->flags & PAGE_ISOLATED))
		return;
	tally->kind[REF_ISOLATED]++;
	if (PageHuge(page)) /* nobody counts these */
		return;
	if (page_is_file_cache(page))
		audit->nr_isolated_file++;
	else
		audit->nr_isolated_anon++;
}

static void audit_flags(struct audit *audit, struct page *page)
{
	const struct tally *tally = tally_of(audit, page);
	unsigned long pfn = pfn_of_page(page);

	if (PageTail(page)) /* they are the head's */
		return;
	if (PageLRU(page) != tally->lists)
		audit_page_finding(audit, page,
				   "pfn %lu: PG_lru is %s, it is on %d LRU lists", pfn,
				   PageLRU(page) ? "set" : "clear", tally->lists);
	if (PageMlocked(page) && !tally->mapcount && !tally->whole)
		audit_page_finding(audit, page, "pfn %lu: mlocked, and nobody maps it",
				   pfn);
	if (PageLocked(page) && !tally->reads)
		audit_page_finding(audit, page, "pfn %lu: locked, and nobody reads it",
				   pfn);
	if (!PageLocked(page) && tally->reads)
		audit_page_finding(audit, page,
				   "pfn %lu: not locked, and a read of it is queued",
				   pfn);
}

/* Those of all of a compound page stand at its head. */
static void audit_mapcounts(struct audit *audit, struct page *page)
{
	const struct tally *tally = tally_of(audit, page);
	unsigned long pfn = pfn_of_page(page);
	int counted = page->_mapcount + 1;

	if (!page_count(page))
		return;
	if (counted != tally->mapcount)
		audit_page_finding(audit, page, "pfn %lu: mapcount %d, %d mappings found",
				   pfn, counted, tally->mapcount);
	counted = PageHead(page) ? compound_mapcount(page) : 0;
	if (counted != tally->whole)
		audit_page_finding(audit, page,
				   "pfn %lu: mapcount %d of the whole, %d mappings found",
				   pfn, counted, tally->whole);
}

static void audit_page(struct audit *audit, struct page *page)
{
	tally_page(audit, page);
	audit_counts(audit, page);
	audit_flags(audit, page);
	audit_mapcounts(audit, page);
}

static void audit_isolated(struct audit *audit, const char *kind, unsigned long counted,
			   unsigned long found)
{
	if (counted != found)
		audit_finding(audit, "%lu %s pages count as isolated, %lu are", counted,
			      kind, found);
}

/*
 * Is there nothing to be found of a frame? Devices and huge pages are large, and most of
 * their frames are as they were made, or lie in the gap before them.
 */
static bool is_untouched(const struct audit *audit, const struct page *page,
			 unsigned long pfn)
{
	static const struct tally nothing;
	static const struct page_ledger none, born = {.kind = {[REF_BASE] = 1}};
	const struct tally *chunk = audit->machine->tally[pfn / TALLY_CHUNK];
	bool device = is_zone_device_page(page), counts = device && !PageTail(page);
	unsigned long flags =
		device ? (unsigned long)GUPSIM_ZONE_DEVICE << ZONE_SHIFT : 0;

	if (counts)
		flags |= 1UL << PG_reserved;
	return page->flags == flags && page->_refcount == counts &&
	       page->_mapcount == -1 && (device || !page->mapping) &&
	       !memcmp(ledger_of(&audit->phys->ledger, pfn), counts ? &born : &none,
		       sizeof(none)) &&
	       (!chunk || !memcmp(chunk + pfn % TALLY_CHUNK, &nothing, sizeof(nothing)));
}

static void audit_pages(struct audit *audit)
{
	const struct lru *lru = &audit->phys->lru;

	for (int i = 0; i < NR_USED_FRAMES; i++) {
		struct frames row = used_frames(audit->phys, i);
		struct page *page = pfn_to_page(audit->phys, row.start);

		for (unsigned long pfn = row.start; pfn < row.end; pfn++, page++)
			if (!is_untouched(audit, page, pfn))
				audit_page(audit, page);
	}
	audit_isolated(audit, "anon", lru->nr_isolated_anon, audit->nr_isolated_anon);
	audit_isolated(audit, "file", lru->nr_isolated_file, audit->nr_isolated_file);
}

static int check_auditable(struct gupsim_machine *machine)
{
	if (!machine)
		return -EINVAL;
	if (!machine->phys->ledger.chunk)
		return base_error(&machine->base, -EINVAL, "the audit needs the ledger");
	return 0;
}

long gupsim_audit(struct gupsim_machine *machine, gupsim_finding_fn fn, void *arg)
{
	struct audit audit = {.machine = machine, .fn = fn, .arg = arg};
	int error = check_auditable(machine);

	if (error)
		return error;
	audit.phys = machine->phys;
	if (!clear_tallies(machine))
		return machine_no_host_memory(machine);
	audit_walk(&audit);
	if (!audit.no_memory)
		audit_pages(&audit);
	return audit.no_memory ? machine_no_host_memory(machine) : audit.findings;
}

static long report_held(struct audit *audit, struct page *page)
{
	const struct call_ref *ref = ledger_of_page(audit, page)->calls;
	long held = 0;

	for (; ref; ref = ref->next) {
		if (ref->count < 0)
			continue;
		held += ref->count;
		report_call(audit, page, ref, "still held by", "");
	}
	return held;
}

/* Inside a call it may be the kernel's, which gives it back; a dead machine lets nobody.
 */
static bool others_hold(const struct base *base)
{
	return base_alive(base) && !base->call_depth;
}

static long report_isolated(struct audit *audit, struct page *page)
{
	if (!(page->flags & PAGE_ISOLATED))
		return 0;
	audit_page_finding(audit, page, "pfn %lu: isolated, and not put back",
			   pfn_of_page(page));
	return 1;
}

static long report_locks(struct audit *audit)
{
	const struct gupsim_mm *mm;
	long held = 0;

	TAILQ_FOREACH (mm, &audit->machine->mms, link) {
		const struct rw_semaphore *sem = &mm->mm.mmap_sem;

		if (sem->writer || sem->readers)
			audit_finding(audit, "mmap_sem of %s is still held for %s",
				      mm->name, sem->writer ? "writing" : "reading");
		held += sem->writer + sem->readers;
	}
	return held;
}

long gupsim_held(struct gupsim_machine *machine, gupsim_finding_fn fn, void *arg)
{
	struct audit audit = {.machine = machine, .fn = fn, .arg = arg};
	int error = check_auditable(machine);
	long held = 0;

	if (error)
		return error;
	audit.phys = machine->phys;
	for (int i = 0; i < NR_USED_FRAMES; i++) {
		struct frames row = used_frames(audit.phys, i);
		struct page *page = pfn_to_page(audit.phys, row.start);

		for (; row.start < row.end; row.start++, page++) {
			held += report_held(&audit, page);
			if (others_hold(&machine->base))
				held += report_isolated(&audit, page);
		}
	}
	if (others_hold(&machine->base))
		held += report_locks(&audit);
	return held;
}
