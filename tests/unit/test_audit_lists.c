/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The audit's words on what is no reference: locks, lists and counts; and when it runs.
 */
#include "world.h"

#include "machine/machine.h"

#include <stdio.h>
#include <string.h>

/* The words of the findings, one after the other. */
static void append_words(void *arg, const struct gupsim_finding *finding)
{
	char *text = arg;
	size_t used = strlen(text);

	snprintf(text + used, 512 - used, "%s%s", used ? "; " : "", finding->text);
}

static const char *words_of_audit(struct world *w)
{
	static char words[512];

	words[0] = '\0';
	gupsim_audit(w->machine, append_words, words);
	return words;
}

static struct page *cached(struct world *w)
{
	return gupsim_file_page(find_vma(w->mm, 0x300000)->vm_file, 0);
}

static void page_lock(struct world *w, int by)
{
	cached(w)->flags ^= 1UL << PG_locked;
	(void)by;
}

static void queued_read(struct world *w, int by)
{
	static struct started_read read;
	struct vfs *vfs = &w->machine->vfs;

	read = (struct started_read){.page = cached(w)};
	vfs->reads = by > 0 ? &read : NULL;
	vfs->nr_reads = by > 0;
}

static void lru_flag(struct world *w, int by)
{
	page_at(w, HEAP)->flags ^= 1UL << PG_lru;
	(void)by;
}

static void lru_unlinked(struct world *w, int by)
{
	struct lru *lru = &w->machine->phys->lru;
	struct page *page = page_at(w, HEAP);

	if (by > 0)
		list_del(&page->lru);
	else
		list_add(&page->lru, &lru->list[LRU_ACTIVE_ANON]);
	lru->size[LRU_ACTIVE_ANON] -= by;
}

static void lru_active(struct world *w, int by)
{
	page_at(w, HEAP)->flags ^= 1UL << PG_active;
	(void)by;
}

static void lru_swapbacked(struct world *w, int by)
{
	cached(w)->flags ^= 1UL << PG_swapbacked;
	(void)by;
}

static void lru_size(struct world *w, int by)
{
	w->machine->phys->lru.size[LRU_ACTIVE_ANON] += by;
}

static void freed_active(struct world *w, int by)
{
	gupsim_page_by_pfn(w->machine, 4)->flags ^= 1UL << PG_active;
	(void)by;
}

static void nr_isolated_anon(struct world *w, int by)
{
	w->machine->phys->lru.nr_isolated_anon += by;
}

static void nr_isolated_file(struct world *w, int by)
{
	w->machine->phys->lru.nr_isolated_file += by;
}

static void flags_and_lists_agree(struct world *w)
{
	static const struct {
		void (*by)(struct world *w, int by);
		const char *words;
	} rows[] = {
		{page_lock, "pfn 5: locked, and nobody reads it"},
		{queued_read, "pfn 5: not locked, and a read of it is queued"},
		{lru_flag, "pfn 2: PG_lru is clear, it is on 1 LRU lists"},
		{lru_unlinked, "pfn 2: PG_lru is set, it is on 0 LRU lists"},
		{lru_active, "pfn 2: on the active anon list, its flags say inactive "
			     "anon"},
		{lru_swapbacked, "pfn 5: on the inactive file list, its flags say "
				 "inactive anon"},
		{freed_active, "pfn 4: no references, and not free"},
		{nr_isolated_anon, "1 anon pages count as isolated, 0 are"},
		{nr_isolated_file, "1 file pages count as isolated, 0 are"},
		{lru_size, "the active anon list counts 4 pages and has 3"},
	};

	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 3);
	map_at(w, 0x300000, 1, RW, MAP_SHARED,
	       FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true), 0);
	touch(w, HEAP + 3 * PG, 1);
	unmap(w, HEAP + 2 * PG, 1); /* pfn 4 is free again */
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_text(w, words_of_audit(w), "");
		rows[i].by(w, 1);
		assert_text(w, words_of_audit(w), rows[i].words);
		rows[i].by(w, -1);
	}
}

static void isolated_pages_are_counted_by_kind(struct world *w)
{
	struct lru *lru = &w->machine->phys->lru;
	struct page *page;

	anon(w, HEAP, 3, RW);
	touch(w, HEAP, 3);
	map_at(w, 0x300000, 1, RW, MAP_SHARED,
	       FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true), 0);
	page = cached(w);
	assert_result(w, gupsim_isolate(page), 0);
	assert_number(w, lru->nr_isolated_file, 1);
	assert_result(w, gupsim_isolate(page_at(w, HEAP)), 0);
	assert_text(w, words_of_audit(w), "");
	assert_result(w, gupsim_putback(page_at(w, HEAP)), 0);
	assert_result(w, gupsim_putback(page), 0);
	assert_text(w, words_of_audit(w), "");
}

/*
 * At 1 a device's page is idle. The put that takes it to 0 frees nothing and is told by
 * nobody, in the kernel as here; the audit names it.
 */
static void a_put_of_an_idle_device_page_is_named(struct world *w)
{
	map_at(w, HEAP, 1, RW, MAP_SHARED, fsdax_file(w, 1), 0);
	touch(w, HEAP, 1);
	probe(w, ASK(GUP, HEAP, 1, FOLL_WRITE), GIVES(1));
	release(w);
	gupsim_name_calls(w->machine, "surplus");
	put_page(w->pages[0]);
	assert_reports(w, "");
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_ALIVE);
	assert_number(w, page_count(w->pages[0]), 0);
	assert_text(w, words_of_audit(w),
		    "pfn 16896: -1 by put_page (call 7, surplus), who did not hold it");
	get_page(w->pages[0]);
	assert_reports(w, "BUG get_page");
	w->findings = 1;
}

static void audit_inside(void *arg, enum gupsim_point point)
{
	struct world *w = arg;

	if (point == GUPSIM_POINT_LOCK_DROPPED)
		assert_text(w, words_of_audit(w), "");
	w->where = "at a point";
}

/* What the running call keeps for itself, pages and a device, is explained. */
static void a_running_call_is_explained(struct world *w)
{
	map_at(w, HEAP, 1, RW, MAP_SHARED, fsdax_file(w, 1), 0);
	map_at(w, HEAP + PG, 1, RW, MAP_SHARED,
	       FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true), 0);
	map_at(w, HEAP + 2 * PG, 1, RW, MAP_SHARED,
	       FILE_OF("g", GUPSIM_DISK, .bytes = PG), 0);
	touch(w, HEAP, 1);
	peek(w, HEAP + PG, 1);
	gupsim_listen(w->machine, audit_inside, w);
	probe(w, ASK(LOCKED, HEAP, 3, FOLL_WRITE, .locked = true),
	      GIVES(3, .dropped = true, .min = 2, .maj = 1));
	assert_text(w, w->where, "at a point");
	release(w);
}

static void append(void *arg, const char *text)
{
	char *all = arg;
	size_t used = strlen(all);

	snprintf(all + used, 4096 - used, "%s", text);
}

/* Without references, and yet nobody will get them: a lost frame, a device's page. */
static void what_is_lost_is_not_free(struct world *w)
{
	char dump[4096] = "";

	anon(w, HEAP, 2, RW);
	map_at(w, HEAP + 2 * PG, 1, RW, MAP_SHARED, fsdax_file(w, 1), 0);
	touch(w, HEAP, 3);
	probe(w, ASK(GUP, HEAP, 3, 0), GIVES(3));
	release(w);
	unmap(w, HEAP + PG, 1);
	for (int i = 0; i < 3; i++) {
		if (i != 1)
			put_page(w->pages[i]);
		assert_number(w, page_count(w->pages[i]), 0);
		assert_number(w, gupsim_page_is_free(w->pages[i]), i == 1);
	}
	assert_result(w, gupsim_dump(w->machine, append, dump), 0);
	assert_part(w, dump, "page 0x2 Normal refcount 0 mapcount 1");
	assert_no_part(w, dump, "page 0x3 ");
	assert_part(w, dump, "Device refcount 0 mapcount 0");
	w->findings = 2;
}

SUITE(world_test(flags_and_lists_agree), world_test(isolated_pages_are_counted_by_kind),
      world_test(a_put_of_an_idle_device_page_is_named),
      world_test(a_running_call_is_explained), world_test(what_is_lost_is_not_free))
