/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a machine as text, the same for the same history. */
#include "machine/machine.h"

#include "mm/pagewalk.h"
#include "mm/pkey.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

struct dump {
	struct phys *phys;
	gupsim_write_fn write;
	void *arg;
};

static void put(struct dump *dump, const char *format, ...) SIM_PRINTF(2, 3);

static void put(struct dump *dump, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	dump->write(dump->arg, text);
}

/* Most have none to tell of. */
static void put_pkey(struct dump *dump, unsigned int pkey)
{
	if (pkey)
		put(dump, " pkey %u", pkey);
}

static void dump_vma(struct dump *dump, const struct vm_area_struct *vma)
{
	unsigned long flags = vma->vm_flags;

	put(dump, "  vma %012lx-%012lx %c%c%c%c flags %#lx", vma->vm_start, vma->vm_end,
	    flags & VM_READ ? 'r' : '-', flags & VM_WRITE ? 'w' : '-',
	    flags & VM_EXEC ? 'x' : '-', flags & VM_MAYSHARE ? 's' : 'p', flags);
	if (vma->vm_file)
		put(dump, " %s page %lu%s", gupsim_file(vma->vm_file)->name,
		    vma->vm_pgoff, vma_is_fsdax(vma) ? " fsdax" : "");
	put_pkey(dump, vma_pkey(vma));
	put(dump, "\n");
}

static int dump_leaf(pte_t *leaf, unsigned long address, unsigned int shift, void *arg)
{
	struct dump *dump = arg;
	pte_t pte = *leaf;

	put(dump, "  %s %012lx %016lx pfn %#lx %c%c%c%c%s%s%s",
	    shift == PUD_SHIFT	 ? "pud"
	    : shift == PMD_SHIFT ? "pmd"
				 : "pte",
	    address, pte.pte, pte_pfn(pte), pte.pte & _PAGE_PRESENT ? 'P' : '-',
	    pte_write(pte) ? 'W' : '-', pte_young(pte) ? 'A' : '-',
	    pte_dirty(pte) ? 'D' : '-', pte_protnone(pte) ? " protnone" : "",
	    pte_devmap(pte) ? " devmap" : "", pte_special(pte) ? " special" : "");
	put_pkey(dump, pte_present(pte) ? pte_pkey(pte) : 0);
	put(dump, "\n");
	return 0;
}

static int dump_pte(pte_t *ptep, unsigned long address, void *dump)
{
	return dump_leaf(ptep, address, PAGE_SHIFT, dump);
}

static const struct mm_walk_ops dump_ops = {
	.pte_entry = dump_pte,
	.huge_entry = dump_leaf,
};

static void dump_mm(struct dump *dump, struct mm_struct *mm)
{
	const struct vm_area_struct *vma;

	put(dump, "mm %s: %d VMAs, %lu page tables, mmap_sem ", mm->sim->name,
	    mm->map_count, mm->sim->nr_tables);
	put(dump, "%s\n",
	    mm->mmap_sem.writer	   ? "held for writing"
	    : mm->mmap_sem.readers ? "held for reading"
				   : "free");
	for_each_vma (vma, mm) {
		dump_vma(dump, vma);
		walk_page_range(mm, vma->vm_start, vma->vm_end, &dump_ops, dump);
	}
}

static const char *const flag_names[] = {
	[PG_locked] = "locked",
	[PG_referenced] = "referenced",
	[PG_uptodate] = "uptodate",
	[PG_dirty] = "dirty",
	[PG_lru] = "lru",
	[PG_active] = "active",
	[PG_reserved] = "reserved",
	[PG_private] = "private",
	[PG_swapbacked] = "swapbacked",
	[PG_unevictable] = "unevictable",
	[PG_mlocked] = "mlocked",
};

static void dump_flags(struct dump *dump, const struct page *page)
{
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if (flag_names[i] && page->flags & 1UL << i)
			put(dump, " %s", flag_names[i]);
	if (PageAnon(page))
		put(dump, " anon");
	if (is_migrate_cma_page(page))
		put(dump, " cma");
	if (gupsim_page_is_zero(page))
		put(dump, " zero");
	if (PageHuge(page))
		put(dump, PageTail(page) ? " hugetlb tail" : " hugetlb");
}

static void dump_holders(struct dump *dump, const struct page *page)
{
	const struct page_ledger *ledger =
		ledger_of(&dump->phys->ledger, pfn_of_page(page));
	const struct call_ref *ref;

	for (int kind = 0; kind < NR_REF_KINDS; kind++)
		if (ledger->kind[kind])
			put(dump, ", %s %d", ref_kind_name(kind), ledger->kind[kind]);
	for (ref = ledger->calls; ref; ref = ref->next)
		put(dump, ", %s%s%s (call %lu) %ld", ref->call->name,
		    *ref->call->name ? " = " : "", ref->call->func, ref->call->serial,
		    ref->count);
}

static void dump_page(struct dump *dump, const struct page *page)
{
	static const char *const zones[] = {"Normal", "Movable", "Device"};

	put(dump, "page %#lx %s refcount %d mapcount %d", pfn_of_page(page),
	    zones[page_zonenum(page)], page_count(page), page_mapcount(page));
	dump_flags(dump, page);
	if (dump->phys->ledger.chunk)
		dump_holders(dump, page);
	put(dump, "\n");
}

/* A device's idle pages all look alike: only those that differ are told. */
static bool worth_telling(const struct page *page)
{
	if (is_zone_device_page(page))
		return !PageTail(page) && (page_count(page) != 1 || page->mapping);
	return !gupsim_page_is_free(page);
}

static void dump_frames(struct dump *dump, struct frames row)
{
	struct page *page = pfn_to_page(dump->phys, row.start);

	for (; row.start < row.end; row.start++, page++)
		if (worth_telling(page))
			dump_page(dump, page);
}

int gupsim_dump(struct gupsim_machine *machine, gupsim_write_fn write, void *arg)
{
	struct dump dump = {.write = write, .arg = arg};
	struct gupsim_mm *mm;

	if (!machine)
		return -EINVAL;
	if (!write)
		return machine_refuse(machine, "an argument is NULL");
	dump.phys = machine->phys;
	TAILQ_FOREACH (mm, &machine->mms, link)
		if (!mm_gone(&mm->mm))
			dump_mm(&dump, &mm->mm);
	for (int i = 0; i < NR_USED_FRAMES; i++)
		dump_frames(&dump, used_frames(dump.phys, i));
	return 0;
}
