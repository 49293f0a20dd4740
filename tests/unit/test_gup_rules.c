/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A single rule of another release decides what a call answers. */
#include "world.h"

#define WRITE_LONG  (FOLL_WRITE | FOLL_LONGTERM)
#define REMOTE_WARN "WARN get_user_pages_remote"
#define HELD	    "refs 2 map 1 anon lru referenced active"
#define NOT_HELD    "refs 1 map 1 anon lru referenced active"

static void anonymous(struct world *w)
{
	touched(w, 2);
}

static void in_cma(struct world *w)
{
	assert_result(w, gupsim_allocate_in(w->machine, GUPSIM_IN_CMA), 0);
	touched(w, 2);
}

static void fsdax(struct world *w)
{
	map_at(w, HEAP, 2, RW, MAP_SHARED, fsdax_file(w, 2), 0);
	touch(w, HEAP, 2);
}

static void raw_frames(struct world *w)
{
	map_at(w, HEAP, 2, RW, MAP_SHARED, FILE_OF("d", GUPSIM_MIXEDMAP, .bytes = 2 * PG),
	       0);
}

static const struct {
	const char *rule, *value;
	void (*set_up)(struct world *w);
	struct ask ask;
	struct answer answer;
	const char *pages;
} rows[] = {
	{"get_user_pages_remote.longterm", "refused", anonymous,
	 ASKS(REMOTE, HEAP, 2, WRITE_LONG), GETS(-EINVAL, .reports = REMOTE_WARN), NULL},
	{"get_user_pages_remote.foll_pin", "ignored", anonymous,
	 ASKS(REMOTE, HEAP, 2, FOLL_PIN, .no_hold = true), GETS(2), NOT_HELD},
	{"get_user_pages.foll_pin", "ignored", anonymous,
	 ASKS(GUP, HEAP, 2, FOLL_PIN, .no_hold = true), GETS(2), NOT_HELD},
	/* entries without a page are not set, and a long-term pin looks at every entry */
	{"get_user_pages.foll_pin", "ignored", raw_frames,
	 ASKS(GUP, HEAP, 2, FOLL_PIN | FOLL_LONGTERM),
	 GETS(-EIO, .reports = "CONTRACT __gup_longterm_locked"), NULL},
	{"follow_page_pte.get_and_pin", "allowed", anonymous,
	 ASKS(UNLOCKED, HEAP, 2, FOLL_GET | FOLL_PIN), GETS(2), HELD},
	{"__get_user_pages_locked.foll_get", "always", anonymous,
	 ASKS(UNLOCKED, HEAP, 2, FOLL_PIN),
	 GETS(-EINVAL, .reports = "WARN follow_page_pte"), NULL},
	{"check_dax_vmas.fsdax", "accepted", fsdax, ASKS(REMOTE, HEAP, 2, WRITE_LONG),
	 GETS(2), "refs 2 map 0 device reserved"},
	{"check_and_migrate_cma_pages.cma", "kept", in_cma,
	 ASKS(REMOTE, HEAP, 2, WRITE_LONG), GETS(2),
	 "refs 2 map 1 anon lru cma referenced active"},
};

static void one_rule_is_another_releases(struct world *w)
{
	w->config.ram_cma = 2 << 20;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		world_row(w, rows[i].rule);
		assert_result(w, gupsim_rule_set(w->machine, rows[i].rule, rows[i].value),
			      0);
		rows[i].set_up(w);
		probe(w, rows[i].ask, rows[i].answer);
		if (rows[i].pages)
			assert_pages(w, 2, rows[i].pages);
		release(w);
	}
}

SUITE(world_test(one_rule_is_another_releases))
