/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that the unit tests share, and their asserts. */
#include "world.h"

#include "machine/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void failed(const struct world *w, const char *file, int line, const char *what,
		   const char *actual, const char *expected)
{
	const char *where = w && w->where ? w->where : "";

	print_error("%s:%d: %s%s%s:\n  actual   %s\n  expected %s\n", file, line, where,
		    *where ? ": " : "", what, actual, expected);
	_fail(file, line);
}

void result_at(const struct world *w, long actual, long expected, const char *what,
	       const char *file, int line)
{
	char names[2][32];

	if (actual != expected)
		failed(w, file, line, what,
		       gupsim_result_name(actual, names[0], sizeof(names[0])),
		       gupsim_result_name(expected, names[1], sizeof(names[1])));
}

void number_at(const struct world *w, long long actual, long long expected,
	       const char *what, const char *file, int line)
{
	char text[2][64];

	if (actual == expected)
		return;
	snprintf(text[0], sizeof(text[0]), "%lld (%#llx)", actual, actual);
	snprintf(text[1], sizeof(text[1]), "%lld (%#llx)", expected, expected);
	failed(w, file, line, what, text[0], text[1]);
}

void is_at(const struct world *w, const void *actual, const void *expected,
	   const char *what, const char *name, const char *file, int line)
{
	if (actual != expected)
		failed(w, file, line, what, actual ? "something else" : "NULL", name);
}

static void place_text(char *buf, size_t size, bool same, const struct page *page)
{
	if (!page)
		snprintf(buf, size, "%sno page", same ? "" : "not ");
	else
		snprintf(buf, size, "%sthe page of frame %lu", same ? "" : "not ",
			 page_to_pfn(page));
}

void same_at(const struct world *w, const struct page *actual,
	     const struct page *expected, bool same, const char *what, const char *file,
	     int line)
{
	char text[2][64];

	if ((actual == expected) == same)
		return;
	place_text(text[0], sizeof(text[0]), true, actual);
	place_text(text[1], sizeof(text[1]), same, expected);
	failed(w, file, line, what, text[0], text[1]);
}

void text_at(struct world *w, const char *actual, const char *expected, const char *what,
	     const char *file, int line)
{
	if (!actual || strcmp(actual, expected))
		failed(w, file, line, what, actual ? actual : "NULL", expected);
}

/* Text in pieces, cut off at the end of its buffer. */
struct text {
	char *buf;
	size_t size, used;
};

static void add(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct text *text, const char *format, ...)
{
	size_t room = text->size - text->used;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text->buf + text->used, room, format, args);
	va_end(args);
	text->used += (size_t)n < room ? (size_t)n : room - 1;
}

#define TEXT(name, length)                                                  \
	static char name##_buf[length];                                     \
	struct text name = {.buf = name##_buf, .size = sizeof(name##_buf)}; \
	name##_buf[0] = '\0'

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
	add(&text, "refs %d map %d", page_count(page), page_mapcount(page));
	add(&text, "%s%s%s%s%s", zero ? " zero" : "", device ? " device" : "",
	    PageAnon(page) ? " anon" : "", PageDirty(page) ? " dirty" : "",
	    PageLRU(page) ? " lru" : "");
	add(&text, "%s%s%s",
	    gupsim_page_zone(page) == GUPSIM_ZONE_MOVABLE ? " movable" : "",
	    gupsim_page_is_cma(page) ? " cma" : "",
	    PageReserved(page) ? " reserved" : "");
	add(&text, "%s%s%s", page->mapping ? "" : " nomapping",
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
	add(&text, "%c%c%c%c", pte & GUPSIM_PTE_PRESENT ? 'P' : '-',
	    pte & GUPSIM_PTE_WRITE ? 'W' : '-', pte & GUPSIM_PTE_ACCESSED ? 'A' : '-',
	    pte & GUPSIM_PTE_DIRTY ? 'D' : '-');
	add(&text, "%s%s%s",
	    !(pte & GUPSIM_PTE_PRESENT) && pte & GUPSIM_PTE_PROTNONE ? " protnone" : "",
	    pte & GUPSIM_PTE_DEVMAP ? " devmap" : "",
	    pte & GUPSIM_PTE_SPECIAL ? " special" : "");
	return text.buf;
}

const char *vmas_text(const struct mm_struct *mm)
{
	TEXT(text, 512);

	for (const struct vm_area_struct *vma = mm->mmap; vma; vma = vma->vm_next)
		add(&text, "%s%lx+%lu %c%c%c%c", text.used ? ", " : "",
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
		add(&text, "%s%s %s", i ? ", " : "", kinds[reports[i].kind],
		    reports[i].func);
	return text.buf;
}

void pages_at(struct world *w, long nr, const char *expected, const char *file, int line)
{
	for (long i = 0; i < nr; i++) {
		char what[32];

		snprintf(what, sizeof(what), "pages[%ld]", i);
		text_at(w, page_text(w->pages[i]), expected, what, file, line);
	}
}

void mapped_at(struct world *w, unsigned long addr, unsigned long nr,
	       const char *expected, const char *file, int line)
{
	for (unsigned long i = 0; i < nr; i++) {
		char what[32];

		snprintf(what, sizeof(what), "the page at %#lx", addr + i * PG);
		text_at(w, page_text(page_at(w, addr + i * PG)), expected, what, file,
			line);
	}
}

void bytes_at(struct world *w, unsigned long addr, const char *expected, const char *what,
	      const char *file, int line)
{
	char actual[64] = "";

	assert_result(w, gupsim_read(w->task, addr, actual, strlen(expected) + 1, NULL),
		      0);
	text_at(w, actual, expected, what, file, line);
}

static const char *runs_text(struct page *const *pages, unsigned long nr)
{
	TEXT(text, 128);

	for (unsigned long i = 0; i < nr; i++) {
		unsigned long first = i;

		while (i < nr && pages[i])
			i++;
		if (i > first)
			add(&text, "%s%lu-%lu", text.used ? ", " : "", first, i - 1);
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

/* The host's memory, counted. */
static void *counting_realloc(void *arg, void *ptr, size_t size)
{
	struct world *w = arg;
	void *block;

	if (!size) {
		w->blocks -= ptr != NULL;
		free(ptr);
		return NULL;
	}
	if (++w->allocations == w->fail_at)
		return NULL;
	block = realloc(ptr, size);
	w->blocks += block && !ptr;
	return block;
}

static void build(struct world *w)
{
	assert_result(w, gupsim_machine_create(&w->config, &w->machine), 0);
	assert_result(w, gupsim_task_create(w->machine, "A", &w->task), 0);
	w->mm = w->task->mm;
}

static void print_finding(void *arg, const struct gupsim_finding *finding)
{
	(void)arg;
	print_error("  %s\n", finding->text);
}

static void check(struct world *w)
{
	struct gupsim_mm *mm;
	long findings = gupsim_audit(w->machine, NULL, NULL);

	if (findings != w->findings)
		gupsim_audit(w->machine, print_finding, NULL);
	assert_number(w, findings, w->findings);
	if (gupsim_held(w->machine, NULL, NULL))
		gupsim_held(w->machine, print_finding, NULL);
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 0);
	TAILQ_FOREACH (mm, &w->machine->mms, link)
		assert_text(w, rwsem_is_locked(&mm->mm.mmap_sem) ? mm->name : "free",
			    "free");
}

static void tear_down(struct world *w)
{
	if (w->config.ledger)
		check(w);
	w->findings = 0;
	assert_result(w, gupsim_machine_destroy(&w->machine), 0);
	assert_null(w->machine);
	assert_null(gupsim_current());
	assert_number(w, w->blocks, 0);
}

struct world *world_create(void)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->config = gupsim_config_default();
	w->config.host_realloc = counting_realloc;
	w->config.host_arg = w;
	build(w);
	return w;
}

void world_destroy(struct world *w)
{
	if (w->machine)
		tear_down(w);
	free(w);
}

int unit_set_up(void **state)
{
	const struct unit *unit = *state;
	struct world *w = world_create();

	w->test = unit->test;
	*state = w;
	return 0;
}

void unit_run(void **state)
{
	struct world *w = *state;

	w->test(w);
}

int unit_tear_down(void **state)
{
	world_destroy(*state);
	return 0;
}

void world_renew(struct world *w)
{
	tear_down(w);
	build(w);
}

void world_row(struct world *w, const char *where)
{
	world_renew(w);
	w->where = where;
}

void map_at(struct world *w, unsigned long addr, unsigned long nr, int prot, int flags,
	    struct file *file, unsigned long page)
{
	assert_result(w, gupsim_mmap(w->mm, addr, nr * PG, prot, flags, file, page * PG),
		      0);
}

void anon(struct world *w, unsigned long addr, unsigned long nr, int prot)
{
	map_at(w, addr, nr, prot, MAP_PRIVATE, NULL, 0);
}

void shared(struct world *w, unsigned long addr, unsigned long nr, int prot)
{
	map_at(w, addr, nr, prot, MAP_SHARED, NULL, 0);
}

void touch(struct world *w, unsigned long addr, unsigned long nr)
{
	assert_result(w, gupsim_write(w->task, addr, NULL, nr * PG, NULL), 0);
}

struct page *touched(struct world *w, unsigned long nr)
{
	anon(w, HEAP, nr, RW);
	touch(w, HEAP, nr);
	return page_at(w, HEAP);
}

void peek(struct world *w, unsigned long addr, unsigned long nr)
{
	assert_result(w, gupsim_read(w->task, addr, NULL, nr * PG, NULL), 0);
}

void put_text(struct world *w, unsigned long addr, const char *text)
{
	assert_result(w, gupsim_write(w->task, addr, text, strlen(text) + 1, NULL), 0);
}

int read_signal(struct world *w, unsigned long addr)
{
	int signal = 0;
	int error = gupsim_read(w->task, addr, NULL, 1, &signal);

	assert_result(w, error, signal ? -EFAULT : 0);
	return signal;
}

int write_signal(struct world *w, unsigned long addr)
{
	int signal = 0;
	int error = gupsim_write(w->task, addr, NULL, 1, &signal);

	assert_result(w, error, signal ? -EFAULT : 0);
	return signal;
}

void unmap(struct world *w, unsigned long addr, unsigned long nr)
{
	assert_result(w, gupsim_munmap(w->mm, addr, nr * PG), 0);
}

void madvise_random(struct world *w, unsigned long addr, unsigned long nr)
{
	assert_result(w, gupsim_madvise_random(w->mm, addr, nr * PG), 0);
}

struct task_struct *fork_as(struct task_struct *parent, const char *name)
{
	struct task_struct *child = NULL;

	assert_result(NULL, gupsim_fork(parent, name, &child), 0);
	return child;
}

struct file *make_file(struct world *w, struct gupsim_file_spec spec)
{
	struct file *file = NULL;

	assert_result(w, gupsim_file_create(w->machine, &spec, &file), 0);
	return file;
}

struct gupsim_pmem *make_pmem(struct world *w, enum gupsim_pmem_mode mode,
			      unsigned long nr)
{
	struct gupsim_pmem *pmem = NULL;

	assert_result(w, gupsim_pmem_create(w->machine, "pm", mode, nr * PG, &pmem), 0);
	return pmem;
}

struct file *fsdax_file(struct world *w, unsigned long nr)
{
	return FILE_OF("data", GUPSIM_FSDAX, .bytes = nr * PG,
		       .pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, nr));
}

struct file *devdax_node(struct world *w, unsigned long nr)
{
	return FILE_OF("dax0", GUPSIM_DEVDAX,
		       .pmem = make_pmem(w, GUPSIM_PMEM_DEVDAX, nr));
}

struct page *page_at(struct world *w, unsigned long addr)
{
	return gupsim_page_at(w->mm, addr);
}

static long call(const struct ask *ask, struct world *w, struct mm_struct *mm,
		 struct page **pages, int *locked)
{
	struct task_struct *tsk = ask->of ? ask->of : w->task;

	switch (ask->door) {
	case REMOTE:
		return get_user_pages_remote(tsk, mm, ask->start, ask->nr, ask->flags,
					     pages, ask->vmas ? w->vmas : NULL, locked);
	case GUP:
		return get_user_pages(ask->start, ask->nr, ask->flags, pages,
				      ask->vmas ? w->vmas : NULL);
	case LOCKED:
		return get_user_pages_locked(ask->start, ask->nr, ask->flags, pages,
					     locked);
	case UNLOCKED:
		return get_user_pages_unlocked(ask->start, ask->nr, pages, ask->flags);
	}
	return -EINVAL;
}

/* The call as a caller wrote it. */
static const char *ask_text(struct text *text, const struct ask *ask)
{
	static const char *const doors[] = {
		[REMOTE] = "remote",
		[GUP] = "",
		[LOCKED] = "locked",
		[UNLOCKED] = "unlocked",
	};

	add(text, "get_user_pages%s%s(%#lx, %lu, %#x)", *doors[ask->door] ? "_" : "",
	    doors[ask->door], ask->start, ask->nr, ask->flags);
	return text->buf;
}

static const char *answer_text(struct text *text, const struct answer *answer,
			       const char *reports)
{
	char name[32];

	add(text, "%s%s, faults min %lu maj %lu%s%s",
	    gupsim_result_name(answer->ret, name, sizeof(name)),
	    answer->dropped ? ", *locked 0" : "", answer->min, answer->maj,
	    *reports ? ", " : "", reports);
	return text->buf;
}

/* mmap_sem is held on return, unless it was dropped or the call takes it itself. */
static void check_lock(struct world *w, const struct ask *ask, struct mm_struct *mm,
		       int locked, const char *file, int line)
{
	bool held = ask->door != UNLOCKED && locked;

	text_at(w, rwsem_is_locked(&mm->mmap_sem) ? "held" : "free",
		held ? "held" : "free", "mmap_sem on return", file, line);
	if (held)
		up_read(&mm->mmap_sem);
}

void probe_at(struct world *w, struct ask ask, struct answer want, const char *file,
	      int line)
{
	struct task_struct *of = ask.of ? ask.of : w->task;
	struct answer got = {.min = of->min_flt, .maj = of->maj_flt};
	struct mm_struct *mm = of->mm;
	int locked = 1;
	TEXT(what, 80);
	TEXT(actual, 256);
	TEXT(expected, 256);

	w->pages = &w->taken[w->nr_taken];
	memset(w->pages, 0, (MAX_TAKEN - w->nr_taken) * sizeof(*w->pages));
	memset(w->vmas, 0, sizeof(w->vmas));
	if (ask.door != UNLOCKED)
		down_read(&mm->mmap_sem);
	got.ret = call(&ask, w, mm, ask.no_pages ? NULL : w->pages,
		       ask.locked ? &locked : NULL);
	got.dropped = !locked;
	got.min = of->min_flt - got.min;
	got.maj = of->maj_flt - got.maj;
	text_at(w, answer_text(&actual, &got, reports_text(w->machine)),
		answer_text(&expected, &want, want.reports ? want.reports : ""),
		ask_text(&what, &ask), file, line);
	check_lock(w, &ask, mm, locked, file, line);
	if (got.ret > 0 && !ask.no_pages && !ask.no_hold)
		w->nr_taken += got.ret;
}

void release(struct world *w)
{
	while (w->nr_taken)
		put_page(w->taken[--w->nr_taken]);
}
