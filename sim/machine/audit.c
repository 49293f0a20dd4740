/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit: walk everything that can hold a reference, count afresh, and compare with
 * what the pages and the ledger say. What nobody explains is a finding.
 */
#include "machine/machine.h"

#include "vm/rmap.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* What the structures of the machine come to for one frame. */
struct tally {
	int kind[NR_REF_KINDS];
	int mapcount;
};

struct audit {
	struct gupsim_machine *machine;
	struct phys *phys;
	struct tally *tally; /* by audit_index() */
	gupsim_finding_fn fn;
	void *arg;
	long findings;
};

static void report(struct audit *audit, struct gupsim_finding *finding,
		   const char *format, ...) SIM_PRINTF(3, 4);

static void report(struct audit *audit, struct gupsim_finding *finding,
		   const char *format, ...)
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

/* Frames that were ever used, in one row: each area's, then the devices'. */
static unsigned long nr_used_frames(const struct phys *phys)
{
	unsigned long nr = phys->nr_frames - phys->area[AREA_MOVABLE].end + FIRST_RAM_PFN;

	for (int i = 0; i < NR_AREAS; i++)
		nr += phys->area[i].fresh - phys->area[i].start;
	return nr;
}

static unsigned long audit_index(const struct phys *phys, unsigned long pfn)
{
	unsigned long before = FIRST_RAM_PFN;

	if (pfn < FIRST_RAM_PFN)
		return pfn;
	for (int i = 0; i < NR_AREAS; i++) {
		if (pfn < phys->area[i].end)
			return before + pfn - phys->area[i].start;
		before += phys->area[i].fresh - phys->area[i].start;
	}
	return before + pfn - phys->area[AREA_MOVABLE].end;
}

static struct tally *tally_of(struct audit *audit, const struct page *page)
{
	return &audit->tally[audit_index(audit->phys, pfn_of_page(page))];
}

static void tally_pte(struct audit *audit, struct vm_area_struct *vma, pte_t pte,
		      unsigned long address)
{
	struct page *page = vma && pte_present(pte) ? vm_normal_page(vma, pte) : NULL;

	if (!vma) {
		report(audit, &(struct gupsim_finding){0}, "%#lx has a pte but no VMA",
		       address);
		return;
	}
	if (!page)
		return;
	tally_of(audit, page)->kind[REF_MAPPING]++;
	tally_of(audit, page)->mapcount++;
}

static unsigned long tally_level(struct audit *audit, struct mm_struct *mm, u64 *table,
				 unsigned long base, unsigned int shift)
{
	unsigned long tables = 1;

	for (unsigned long i = 0; i < PTRS_PER_TABLE; i++) {
		unsigned long address = base + (i << shift);

		if (!table[i])
			continue;
		if (shift == PAGE_SHIFT)
			tally_pte(audit, find_extend_vma(mm, address), (pte_t){table[i]},
				  address);
		else
			tables += tally_level(audit, mm, table_of(table[i]), address,
					      shift - 9);
	}
	return tables;
}

static void audit_vmas(struct audit *audit, struct mm_struct *mm)
{
	const struct vm_area_struct *vma, *prev = NULL;
	int nr = 0;

	for_each_vma (vma, mm) {
		if (vma->vm_prev != prev || vma->vm_start >= vma->vm_end ||
		    (prev && prev->vm_end > vma->vm_start))
			report(audit, &(struct gupsim_finding){0},
			       "%s: the VMA at %#lx is out of order", mm->sim->name,
			       vma->vm_start);
		if (find_vma(mm, vma->vm_start) != vma)
			report(audit, &(struct gupsim_finding){0},
			       "%s: the VMA at %#lx is not found in the tree",
			       mm->sim->name, vma->vm_start);
		prev = vma;
		nr++;
	}
	if (nr != mm->map_count)
		report(audit, &(struct gupsim_finding){0}, "%s: %d VMAs, map_count is %d",
		       mm->sim->name, nr, mm->map_count);
}

static void audit_mm(struct audit *audit, struct mm_struct *mm)
{
	unsigned long tables;

	audit_vmas(audit, mm);
	tables = tally_level(audit, mm, (u64 *)mm->sim->pgd, 0, PGDIR_SHIFT);
	if (tables != mm->sim->nr_tables)
		report(audit, &(struct gupsim_finding){0},
		       "%s: %lu page tables in use, %lu reached", mm->sim->name,
		       mm->sim->nr_tables, tables);
}

static void audit_file(struct audit *audit, const struct gupsim_file *file)
{
	struct cached_page *entry, *next;

	HASH_ITER (hh, file->mapping.pages, entry, next) {
		struct tally *tally = tally_of(audit, entry->page);

		tally->kind[REF_CACHE]++;
		if (PagePrivate(entry->page))
			tally->kind[REF_BUFFERS]++;
		if (entry->page->mapping != &file->mapping ||
		    entry->page->index != entry->index)
			report(audit, &(struct gupsim_finding){.page = entry->page},
			       "page %lu of %s has another mapping or index",
			       entry->index, file->name);
	}
	for (pgoff_t i = 0; file->inserted && i < file->nr_pages; i++)
		if (file->inserted[i])
			tally_of(audit, file->inserted[i])->kind[REF_BASE]++;
}

static void tally_pagevec(struct audit *audit, const struct pagevec *pvec)
{
	for (unsigned int i = 0; i < pvec->nr; i++)
		tally_of(audit, pvec->page[i])->kind[REF_PAGEVEC]++;
}

static void audit_lru(struct audit *audit)
{
	const struct lru *lru = &audit->phys->lru;
	struct page *page;

	tally_pagevec(audit, &lru->add);
	tally_pagevec(audit, &lru->activate);
	for (int i = 0; i < NR_LRU_LISTS; i++) {
		unsigned long nr = 0;

		list_for_each_entry (page, &lru->list[i], lru)
			nr += PageLRU(page);
		if (nr != lru->size[i])
			report(audit, &(struct gupsim_finding){0},
			       "LRU list %d counts %lu pages and has %lu", i,
			       lru->size[i], nr);
	}
}

static void audit_areas(struct audit *audit)
{
	for (int i = 0; i < NR_AREAS; i++) {
		const struct area *area = &audit->phys->area[i];
		unsigned long nr = area->end - area->fresh;
		struct page *page;

		list_for_each_entry (page, &area->free, lru)
			nr++;
		if (nr != area->nr_free)
			report(audit, &(struct gupsim_finding){0},
			       "area %d counts %lu free frames and has %lu", i,
			       area->nr_free, nr);
	}
}

static void audit_pmem(struct audit *audit)
{
	const struct gupsim_pmem *pmem;

	SLIST_FOREACH (pmem, &audit->machine->vfs.pmems, link)
		if (pmem->pgmap.ref)
			report(audit, &(struct gupsim_finding){0},
			       "pmem %s: %d references to its pgmap are left", pmem->name,
			       pmem->pgmap.ref);
}

/* References that calls hold. Those that are missing are findings of their own. */
static long audit_calls(struct audit *audit, struct page *page,
			const struct page_ledger *ledger)
{
	const struct call_ref *ref;
	long sum = 0;

	for (ref = ledger->calls; ref; ref = ref->next) {
		sum += ref->count;
		if (ref->count < 0)
			report(audit,
			       &(struct gupsim_finding){.page = page,
							.surplus = ref->count,
							.by_func = ref->call->func,
							.by_name = ref->call->name},
			       "pfn %lu: %ld by %s (call %lu%s%s), who did not hold it",
			       pfn_of_page(page), ref->count, ref->call->func,
			       ref->call->serial, *ref->call->name ? ", " : "",
			       ref->call->name);
	}
	return sum;
}

static void audit_kind(struct audit *audit, struct page *page, enum ref_kind kind,
		       int found, int noted)
{
	if (found == noted)
		return;
	report(audit, &(struct gupsim_finding){.page = page, .surplus = noted - found},
	       "pfn %lu: %d references of the %s are noted, %d found", pfn_of_page(page),
	       noted, ref_kind_name(kind), found);
}

static void audit_counts(struct audit *audit, struct page *page)
{
	const struct page_ledger *ledger =
		ledger_of(&audit->phys->ledger, pfn_of_page(page));
	const struct tally *tally = tally_of(audit, page);
	long explained = audit_calls(audit, page, ledger);

	for (int kind = 0; kind < NR_REF_KINDS; kind++) {
		audit_kind(audit, page, kind, tally->kind[kind], ledger->kind[kind]);
		explained += tally->kind[kind];
	}
	if (explained != page_count(page))
		report(audit,
		       &(struct gupsim_finding){.page = page,
						.surplus = page_count(page) - explained},
		       "pfn %lu: %d references, %ld are explained", pfn_of_page(page),
		       page_count(page), explained);
}

static void audit_page(struct audit *audit, struct page *page)
{
	struct tally *tally = tally_of(audit, page);

	/* Two that leave no trace but the page itself. */
	if (is_zone_device_page(page) || gupsim_page_is_zero(page))
		tally->kind[REF_BASE]++;
	if (page->flags & PAGE_ISOLATED)
		tally->kind[REF_ISOLATED]++;
	/* And one that has no holder to be found. */
	tally->kind[REF_UNNAMED] =
		ledger_of(&audit->phys->ledger, pfn_of_page(page))->kind[REF_UNNAMED];
	audit_counts(audit, page);
	if (page_count(page) > 0 && tally->mapcount != page_mapcount(page))
		report(audit, &(struct gupsim_finding){.page = page},
		       "pfn %lu: mapcount %d, %d mappings found", pfn_of_page(page),
		       page_mapcount(page), tally->mapcount);
}

static void audit_all(struct audit *audit)
{
	struct gupsim_file *file;
	struct gupsim_mm *mm;

	TAILQ_FOREACH (mm, &audit->machine->mms, link)
		if (!mm_gone(&mm->mm))
			audit_mm(audit, &mm->mm);
	TAILQ_FOREACH (file, &audit->machine->vfs.files, link)
		audit_file(audit, file);
	audit_lru(audit);
	audit_areas(audit);
	audit_pmem(audit);
	for (unsigned long pfn = ZERO_PFN; pfn; pfn = next_used_frame(audit->phys, pfn))
		audit_page(audit, pfn_to_page(audit->phys, pfn));
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
	audit.tally = heap_calloc(&machine->base.heap, nr_used_frames(audit.phys),
				  sizeof(*audit.tally));
	if (!audit.tally)
		return -ENOMEM;
	audit_all(&audit);
	heap_free(&machine->base.heap, audit.tally);
	return audit.findings;
}

static void report_held(struct audit *audit, struct page *page)
{
	const struct call_ref *ref =
		ledger_of(&audit->phys->ledger, pfn_of_page(page))->calls;

	for (; ref; ref = ref->next)
		if (ref->count > 0)
			report(audit,
			       &(struct gupsim_finding){.page = page,
							.surplus = ref->count,
							.by_func = ref->call->func,
							.by_name = ref->call->name},
			       "pfn %lu: %ld still held by %s (call %lu%s%s)",
			       pfn_of_page(page), ref->count, ref->call->func,
			       ref->call->serial, *ref->call->name ? ", " : "",
			       ref->call->name);
}

static void add_surplus(void *arg, const struct gupsim_finding *finding)
{
	*(long *)arg += finding->surplus;
}

long gupsim_held(struct gupsim_machine *machine, gupsim_finding_fn fn, void *arg)
{
	struct audit audit = {.machine = machine};
	int error = check_auditable(machine);
	long held = 0;

	if (error)
		return error;
	audit.phys = machine->phys;
	for (int pass = 0; pass < 2; pass++) {
		audit.fn = pass ? fn : add_surplus;
		audit.arg = pass ? arg : &held;
		for (unsigned long pfn = ZERO_PFN; pfn;
		     pfn = next_used_frame(audit.phys, pfn))
			report_held(&audit, pfn_to_page(audit.phys, pfn));
	}
	return held;
}
