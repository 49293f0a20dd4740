/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving pages: every mapping follows, and whoever else holds the page keeps it there. */
#include "world.h"

#include "machine/machine.h"
#include "vm/migrate.h"

static int nr_frames; /* that migration has asked for */

static struct page *new_frame(struct page *page)
{
	nr_frames++;
	return alloc_page(page_phys(page), GFP_USER, REF_KERNEL);
}

/* Returns what migrate_pages() does; what has not moved is put back. */
static int migrate(struct world *w, struct page *page)
{
	struct list_head list = LIST_HEAD_INIT(list);
	int ret;

	nr_frames = 0;
	assert_result(w, isolate_lru_page(page), 0);
	list_add_tail(&page->lru, &list);
	ret = migrate_pages(&w->machine->base, &list, new_frame);
	assert_number(w, list_empty(&list), !ret);
	putback_movable_pages(&list);
	gupsim_drain(w->machine);
	assert_number(w, w->machine->phys->lru.nr_isolated_anon, 0);
	assert_number(w, w->machine->phys->lru.nr_isolated_file, 0);
	return ret;
}

static void an_anonymous_page_moves(struct world *w)
{
	struct page *old;

	anon(w, HEAP, 2, RW);
	put_text(w, HEAP + PG - 3, "bytes");
	old = page_at(w, HEAP);
	assert_number(w, migrate(w, old), 0);
	assert_page(w, old, "free");
	/* the pte was dirty: now the page is; the pte is like that of a split huge page,
	 * measured v5.6 08_thp_after_split */
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon dirty lru active");
	assert_pte(w, HEAP, "PW--");
	assert_bytes(w, HEAP + PG - 3, "bytes");
}

static void every_mapping_follows(struct world *w)
{
	struct task_struct *b;
	struct page *old;

	touched(w, 3);
	b = fork_as(w->task, "B");
	unmap(w, HEAP + PG, 1); /* the page is in one half only */
	old = page_at(w, HEAP + 2 * PG);
	assert_number(w, migrate(w, old), 0);
	assert_page(w, old, "free");
	assert_mapped(w, HEAP + 2 * PG, 1, "refs 2 map 2 anon dirty lru active");
	assert_same(w, gupsim_page_at(b->mm, HEAP + 2 * PG), page_at(w, HEAP + 2 * PG));
	assert_pte(w, HEAP + 2 * PG, "P---");
}

static void a_cached_page_moves_in_its_cache(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = 2 * PG, .cached = true,
				    .buffers = true);
	struct page *old;

	map_at(w, HEAP, 2, RW, MAP_SHARED, file, 0);
	map_at(w, 0x200000, 1, PROT_READ, MAP_PRIVATE, file, 1);
	touch(w, HEAP + PG, 1);
	peek(w, 0x200000, 1);
	old = gupsim_file_page(file, 1);
	assert_page(w, old, "refs 4 map 2 dirty lru");
	assert_number(w, migrate(w, old), 0);
	assert_page(w, old, "free");
	assert_page(w, gupsim_file_page(file, 1), "refs 4 map 2 dirty lru");
	assert_same(w, page_at(w, 0x200000), gupsim_file_page(file, 1));
	assert_same(w, page_at(w, HEAP + PG), gupsim_file_page(file, 1));
	assert_pte(w, HEAP + PG, "PW--");
	assert_pte(w, 0x200000, "P---");
	assert_true(PageUptodate(gupsim_file_page(file, 1)));
}

/* The VMA that a page was born in has become part of another. */
static void a_merged_mapping_is_found(struct world *w)
{
	struct page *old;

	anon(w, HEAP + 4 * PG, 1, RW);
	touch(w, HEAP + 4 * PG, 1);
	anon(w, HEAP, 4, RW);
	assert_vmas(w, "100+5 rw-p");
	old = page_at(w, HEAP + 4 * PG);
	assert_number(w, migrate(w, old), 0);
	assert_page(w, old, "free");
	assert_true(PageSwapBacked(page_at(w, HEAP + 4 * PG)));
}

/* A private copy is no page of the file, though its VMA maps the file. */
static void copies_and_originals_are_told_apart(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true);
	struct page *copy;

	map_at(w, HEAP, 1, RW, MAP_PRIVATE, file, 0);
	touch(w, HEAP, 1);
	copy = page_at(w, HEAP);
	assert_number(w, migrate(w, gupsim_file_page(file, 0)), 0);
	assert_same(w, page_at(w, HEAP), copy);
	assert_number(w, migrate(w, copy), 0);
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon dirty lru active");
	assert_page(w, gupsim_file_page(file, 0), "refs 1 map 0 lru");
}

/* Whatever migration does not know of keeps the page, and its ptes come back. */
static void a_held_page_stays(struct world *w)
{
	struct page *page = touched(w, 1);

	get_page(page);
	assert_number(w, migrate(w, page), 1);
	assert_number(w, nr_frames, 10); /* passes */
	assert_same(w, page_at(w, HEAP), page);
	assert_page(w, page, "refs 2 map 1 anon dirty lru active");
	assert_pte(w, HEAP, "PW--");
	put_page(page);
	assert_number(w, migrate(w, page), 0);
}

static void a_page_without_a_mapping_is_freed(struct world *w)
{
	struct list_head list = LIST_HEAD_INIT(list);
	struct page *page = touched(w, 1);

	assert_result(w, isolate_lru_page(page), 0);
	list_add_tail(&page->lru, &list);
	unmap(w, HEAP, 1);
	nr_frames = 0;
	assert_number(w, migrate_pages(&w->machine->base, &list, new_frame), 0);
	assert_number(w, nr_frames, 0);
	assert_true(list_empty(&list));
	assert_page(w, page, "free");
}

static void without_a_frame_nothing_moves(struct world *w)
{
	struct page *page = touched(w, 1);

	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
	assert_result(w, migrate(w, page), -ENOMEM);
	assert_same(w, page_at(w, HEAP), page);
	assert_page(w, page, "refs 1 map 1 anon lru active");
	assert_pte(w, HEAP, "PWAD");
}

static void without_host_memory_nothing_moves(struct world *w)
{
	struct page *page = touched(w, 1);

	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 1); /* the bytes of the new frame */
	assert_result(w, migrate(w, page), -ENOMEM);
	assert_same(w, page_at(w, HEAP), page);
	assert_page(w, page, "refs 1 map 1 anon dirty lru active");
}

/* Entries remember from v6.1 on how the hardware used the page. */
static void ptes_keep_what_entries_remember(struct world *w)
{
	w->config.kernel = "v6.1";
	w->config.linux_version = GUPSIM_KERNEL_VERSION(6, 1, 0);
	world_renew(w);
	assert_number(w, migrate(w, touched(w, 1)), 0);
	assert_pte(w, HEAP, "PWAD");
	assert_true(gupsim_page_is_exclusive(page_at(w, HEAP)));
}

SUITE(world_test(an_anonymous_page_moves), world_test(every_mapping_follows),
      world_test(a_merged_mapping_is_found), world_test(a_cached_page_moves_in_its_cache),
      world_test(copies_and_originals_are_told_apart), world_test(a_held_page_stays),
      world_test(a_page_without_a_mapping_is_freed),
      world_test(without_a_frame_nothing_moves),
      world_test(without_host_memory_nothing_moves),
      world_test(ptes_keep_what_entries_remember))
