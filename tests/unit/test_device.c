/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DMA: bytes move, and nothing else changes. */
#include "world.h"

static void only_bytes_change(struct world *w)
{
	struct page *page = touched(w, 1);
	char buf[4];

	assert_result(w, gupsim_device_write(page, 2, "dma", 4), 0);
	assert_result(w, gupsim_device_read(page, 3, buf, 3), 0);
	assert_text(w, buf, "ma");
	assert_bytes(w, HEAP + 2, "dma");
	assert_page(w, page, "refs 1 map 1 anon lru active");
	assert_pte(w, HEAP, "PWAD");
}

static void transfers_are_refused(struct world *w)
{
	static const struct {
		const char *name;
		size_t offset, length;
		int error;
	} rows[] = {
		{"nothing", 0, 0, 0},
		{"nothing at the end", PG, 0, 0},
		{"the last byte", PG - 1, 1, 0},
		{"the whole page", 0, PG, 0},
		{"beyond the end", PG, 1, -EINVAL},
		{"across the end", 1, PG, -EINVAL},
		{"far away", ~(size_t)0, 2, -EINVAL},
		{"too long", 2, ~(size_t)0, -EINVAL},
	};
	static char buf[PAGE_SIZE];
	struct page *page = touched(w, 1);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		assert_result(
			w, gupsim_device_write(page, rows[i].offset, buf, rows[i].length),
			rows[i].error);
		assert_result(
			w, gupsim_device_read(page, rows[i].offset, buf, rows[i].length),
			rows[i].error);
		assert_number(w, *gupsim_error(w->machine) != 0, rows[i].error != 0);
	}
	unmap(w, HEAP, 1);
	assert_result(w, gupsim_device_write(page, 0, buf, 1), -EINVAL);
	assert_text(w, gupsim_error(w->machine), "nobody holds the page");
	assert_result(w, gupsim_device_read(page, 0, buf, 1), -EINVAL);
}

/* Nothing keeps a device from it: then all memory that was only read shows it. */
static void the_zero_page_can_be_written(struct world *w)
{
	anon(w, HEAP, 2, RW);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1, .min = 1));
	assert_true(gupsim_page_is_zero(w->taken[0]));
	assert_result(w, gupsim_device_write(w->taken[0], 0, "dma", 4), 0);
	assert_bytes(w, HEAP + PG, "dma");
	release(w);
}

SUITE(world_test(only_bytes_change), world_test(transfers_are_refused),
      world_test(the_zero_page_can_be_written))
