/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What drivers map: registers without a struct page, and pages of their own. */
#include "world.h"

#include "mm/pgtable.h"

static void map_device(struct world *w, enum gupsim_backing backing)
{
	map_at(w, HEAP, 2, RW, MAP_SHARED, FILE_OF("d", backing, .bytes = PG), 0);
}

static const struct {
	const char *name;
	enum gupsim_backing backing;
	struct ask ask;
	struct answer answer;
	const char *held;
} rows[] = {
	{"registers, pages NULL", GUPSIM_PFNMAP,
	 ASKS(REMOTE, HEAP, 1, 0, .no_pages = true), GETS(-EFAULT), NULL},
	{"a driver's page, LONGTERM", GUPSIM_INSERTED,
	 ASKS(REMOTE, HEAP, 1, FOLL_LONGTERM), GETS(1),
	 "refs 3 map 1 nomapping referenced"},
	{"nothing mapped, nothing to fault in", GUPSIM_INSERTED,
	 ASKS(REMOTE, HEAP + PG, 1, 0), GETS(-EFAULT), NULL},
	{"nor to dump", GUPSIM_INSERTED, ASKS(REMOTE, HEAP + PG, 1, FOLL_DUMP),
	 GETS(-EFAULT), NULL},
};

static void device_pages_are_pinned_if_they_are_pages(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		world_row(w, rows[i].name);
		map_device(w, rows[i].backing);
		probe(w, rows[i].ask, rows[i].answer);
		if (rows[i].held)
			assert_pages(w, 1, rows[i].held);
		release(w);
	}
}

/* Counted but not given: the pin still leaves its mark on the pte. */
static void a_touch_marks_a_special_pte(struct world *w)
{
	map_device(w, GUPSIM_MIXEDMAP);
	assert_pte(w, HEAP, "PWA- special");
	probe(w, ASK(REMOTE, HEAP, 1, FOLL_WRITE, .no_pages = true), GIVES(1));
	assert_pte(w, HEAP, "PWAD special");
}

/* A frame that nobody wants to be told of is made writable as it is. */
static void a_write_makes_a_special_pte_writable(struct world *w)
{
	pte_t *ptep;

	map_device(w, GUPSIM_MIXEDMAP);
	ptep = mm_find_pte(w->mm, HEAP);
	*ptep = pte_wrprotect(*ptep);
	touch(w, HEAP, 1);
	assert_pte(w, HEAP, "PWAD special");
	assert_number(w, w->task->min_flt, 1);
}

static void registers_have_no_page(struct world *w)
{
	map_device(w, GUPSIM_PFNMAP);
	assert_null(page_at(w, HEAP));
	put_text(w, HEAP, "x");
	assert_bytes(w, HEAP, "");
}

static void inserted_pages_are_the_drivers(struct world *w)
{
	struct page *page;

	map_device(w, GUPSIM_INSERTED);
	page = page_at(w, HEAP);
	assert_page(w, page, "refs 2 map 1 nomapping");
	unmap(w, HEAP, 2);
	assert_page(w, page, "refs 1 map 0 nomapping referenced"); /* the pte was young */
}

static void devices_are_mapped_shared(struct world *w)
{
	static const enum gupsim_backing backings[] = {GUPSIM_PFNMAP, GUPSIM_MIXEDMAP,
						       GUPSIM_INSERTED, GUPSIM_P2PDMA};

	for (size_t i = 0; i < ARRAY_LEN(backings); i++) {
		struct file *file;

		world_renew(w);
		file = FILE_OF("d", backings[i], .bytes = PG);
		assert_result(w, gupsim_mmap(w->mm, HEAP, PG, RW, MAP_PRIVATE, file, 0),
			      -EINVAL);
		assert_vmas(w, "");
	}
	assert_result(w,
		      gupsim_mmap(w->mm, HEAP, PG, RW, MAP_PRIVATE, devdax_node(w, 1), 0),
		      -EINVAL);
}

/* A page goes back to the device with its last reference, whoever has that. */
static void pci_pages_are_the_mappings(struct world *w)
{
	struct file *file = FILE_OF("d", GUPSIM_P2PDMA, .bytes = 2 * PG);
	struct page *page;

	assert_result(w, gupsim_mmap(w->mm, HEAP, PG, RW, MAP_SHARED, file, PG), -EINVAL);
	assert_result(w, gupsim_mmap(w->mm, HEAP, 3 * PG, RW, MAP_SHARED, file, 0),
		      -ENOMEM);
	assert_vmas(w, "");
	map_at(w, HEAP, 2, RW, MAP_SHARED, file, 0);
	assert_pte(w, HEAP, "PWA-");
	page = page_at(w, HEAP);
	assert_page(w, page, "refs 1 map 1 device reserved nomapping");
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1));
	unmap(w, HEAP, 2); /* the second mark takes that of the call back */
	assert_page(w, page, "refs 1 map 0 device reserved nomapping");
	assert_result(w, gupsim_mmap(w->mm, HEAP, 2 * PG, RW, MAP_SHARED, file, 0),
		      -ENOMEM);
	release(w);
	assert_page(w, page, "refs 1 map 0 device reserved nomapping");
	map_at(w, HEAP, 2, RW, MAP_SHARED, file, 0);
	assert_is(w, page_at(w, HEAP), page);
	unmap(w, HEAP, 2);
}

SUITE(world_test(device_pages_are_pinned_if_they_are_pages),
      world_test(a_touch_marks_a_special_pte),
      world_test(a_write_makes_a_special_pte_writable),
      world_test(registers_have_no_page), world_test(inserted_pages_are_the_drivers),
      world_test(pci_pages_are_the_mappings), world_test(devices_are_mapped_shared))
