/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages, ptes, VMAs and reports in words. */
#include "text.h"

#include "world.h"

#include <stdio.h>

void text_add(struct text *text, const char *format, ...)
{
	size_t room = text->size - text->used;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text->buf + text->used, room, format, args);
	va_end(args);
	text->used += (size_t)n < room ? (size_t)n : room - 1;
}

/*
 * PG_referenced of the zero page and of devices' pages only tells whether an odd number
 * of calls has seen them: it is left out.
 */
const char *page_text(const struct page *page)
{
	TEXT(text, 160);
	bool zero = page && gupsim_page_is_zero(page);
	bool device = page && gupsim_page_zone(page) == GUPSIM_ZONE_DEVICE;

	if (!page)
		return "none";
	if (gupsim_page_is_free(page))
		return "free";
	text_add(&text, "refs %d map %d", page_count(page), page_mapcount(page));
	text_add(&text, "%s%s%s%s%s", zero ? " zero" : "", device ? " device" : "",
		 PageAnon(page) ? " anon" : "", PageDirty(page) ? " dirty" : "",
		 PageLRU(page) ? " lru" : "");
	text_add(&text, "%s%s%s",
		 gupsim_page_zone(page) == GUPSIM_ZONE_MOVABLE ? " movable" : "",
		 gupsim_page_is_cma(page) ? " cma" : "",
		 PageReserved(page) ? " reserved" : "");
	text_add(&text, "%s%s", PageMlocked(page) ? " mlocked" : "",
		 PageUnevictable(page) ? " unevictable" : "");
	text_add(&text, "%s%s%s", page->mapping ? "" : " nomapping",
		 PageReferenced(page) && !zero && !device ? " referenced" : "",
		 PageActive(page) ? " active" : "");
	return text.buf;
}

const char *pte_text(struct mm_struct *mm, unsigned long addr)
{
	TEXT(text, 64);
	uint64_t pte = gupsim_pte_at(mm, addr);

	if (!pte)
		return "none";
	text_add(&text, "%c%c%c%c", pte & GUPSIM_PTE_PRESENT ? 'P' : '-',
		 pte & GUPSIM_PTE_WRITE ? 'W' : '-',
		 pte & GUPSIM_PTE_ACCESSED ? 'A' : '-',
		 pte & GUPSIM_PTE_DIRTY ? 'D' : '-');
	text_add(&text, "%s%s%s%s",
		 !(pte & GUPSIM_PTE_PRESENT) && pte & GUPSIM_PTE_PROTNONE ? " protnone"
									  : "",
		 pte & GUPSIM_PTE_DEVMAP ? " devmap" : "",
		 pte & GUPSIM_PTE_SPECIAL ? " special" : "",
		 pte & GUPSIM_PTE_HUGE ? " huge" : "");
	return text.buf;
}

const char *vmas_text(const struct mm_struct *mm)
{
	TEXT(text, 512);

	for (const struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next)
		text_add(&text, "%s%lx+%lu %c%c%c%c", text.used ? ", " : "",
			 vma->vm_start / PG, (vma->vm_end - vma->vm_start) / PG,
			 vma->vm_flags & VM_READ ? 'r' : '-',
			 vma->vm_flags & VM_WRITE ? 'w' : '-',
			 vma->vm_flags & VM_EXEC ? 'x' : '-',
			 vma->vm_flags & VM_MAYSHARE ? 's' : 'p');
	return text.buf;
}

const char *reports_text(const struct gupsim_machine *machine)
{
	static const char *const kinds[] = {
		[GUPSIM_WARN] = "WARN",
		[GUPSIM_BUG] = "BUG",
		[GUPSIM_CONTRACT] = "CONTRACT",
	};
	const struct gupsim_report *reports;
	size_t nr = gupsim_reports(machine, &reports);
	TEXT(text, 512);

	for (size_t i = 0; i < nr; i++)
		text_add(&text, "%s%s %s", i ? ", " : "", kinds[reports[i].kind],
			 reports[i].func);
	return text.buf;
}

static const char *runs_text(struct page *const *pages, unsigned long nr)
{
	TEXT(text, 128);

	for (unsigned long i = 0; i < nr; i++) {
		unsigned long first = i;

		while (i < nr && pages[i])
			i++;
		if (i > first)
			text_add(&text, "%s%lu-%lu", text.used ? ", " : "", first, i - 1);
	}
	return text.buf;
}

const char *cached_text(struct file *file, unsigned long nr)
{
	struct page *pages[128];

	for (unsigned long i = 0; i < nr; i++)
		pages[i] = gupsim_file_page(file, i);
	return runs_text(pages, nr);
}

const char *mapped_text(struct world *w, unsigned long addr, unsigned long nr)
{
	struct page *pages[128];

	for (unsigned long i = 0; i < nr; i++)
		pages[i] = page_at(w, addr + i * PG);
	return runs_text(pages, nr);
}
