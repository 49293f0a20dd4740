/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flags and arguments, on v5.6 and on v5.5: measured v5.6, the rows named. */
#include "world.h"

#define WL	    (FOLL_WRITE | FOLL_LONGTERM)
#define REMOTE_WARN "WARN get_user_pages_remote"
/* v5.5 answers the same. */
#define BOTH(...) .v5_6 = GETS(__VA_ARGS__), .v5_5 = GETS(__VA_ARGS__)

static const struct {
	const char *name;
	struct ask ask;
	struct answer v5_6, v5_5;
} rows[] = {
	{"01_remote_longterm_vmas", ASKS(REMOTE, HEAP, 4, WL, .vmas = true), GETS(4),
	 GETS(-EINVAL, .reports = REMOTE_WARN)},
	{"02_remote_longterm_locked", ASKS(REMOTE, HEAP, 4, WL, .locked = true),
	 BOTH(-EINVAL, .reports = REMOTE_WARN)},
	{"02_remote_longterm_locked_nr0", ASKS(REMOTE, HEAP, 0, WL, .locked = true),
	 BOTH(-EINVAL, .reports = REMOTE_WARN)},
	{"02_remote_longterm_locked_pages_null",
	 ASKS(REMOTE, HEAP, 4, WL, .locked = true, .no_pages = true),
	 BOTH(-EINVAL, .reports = REMOTE_WARN)},
	{"02_remote_longterm_locked_hole", ASKS(REMOTE, 0x1000, 1, WL, .locked = true),
	 BOTH(-EINVAL, .reports = REMOTE_WARN)},
	{"07_longterm_pages_null", ASKS(REMOTE, HEAP, 4, WL, .no_pages = true),
	 GETS(-EINVAL), GETS(-EINVAL, .reports = REMOTE_WARN)},
	{"07_longterm_pages_null_nr0", ASKS(REMOTE, HEAP, 0, WL, .no_pages = true),
	 GETS(-EINVAL), GETS(-EINVAL, .reports = REMOTE_WARN)},
	{"07_longterm_pages_null_local", ASKS(GUP, HEAP, 4, WL, .no_pages = true),
	 BOTH(-EINVAL)},
	{"07_longterm_pages_null_vmas",
	 ASKS(REMOTE, HEAP, 4, WL, .no_pages = true, .vmas = true), GETS(-EINVAL),
	 GETS(-EINVAL, .reports = REMOTE_WARN)},
	{"18_longterm_nr0", ASKS(REMOTE, HEAP, 0, WL), GETS(0),
	 GETS(-EINVAL, .reports = REMOTE_WARN)},
	{"18_nr0_hole", ASKS(REMOTE, 0x1000, 0, FOLL_WRITE), BOTH(0)},
	{"nr_zero", ASKS(REMOTE, HEAP, 0, FOLL_WRITE), BOTH(0)},
	{"nr 0, locked", ASKS(REMOTE, HEAP, 0, FOLL_WRITE, .locked = true), BOTH(0)},
	{"06q", ASKS(UNLOCKED, HEAP, 4, WL),
	 BOTH(-EINVAL, .reports = "WARN get_user_pages_unlocked")},
	{"24_longterm_nr_huge_2e20", ASKS(REMOTE, HEAP, 1UL << 20, WL),
	 GETS(-ENOMEM, .reports = "WARN __alloc_pages_nodemask"),
	 GETS(-EINVAL, .reports = REMOTE_WARN)},
	{"24_longterm_nr_overflow", ASKS(REMOTE, HEAP, 1UL << 62, WL), GETS(-ENOMEM),
	 GETS(-EINVAL, .reports = REMOTE_WARN)},
	{"24_remote_longterm_pin", ASKS(REMOTE, HEAP, 4, WL | FOLL_PIN),
	 BOTH(-EINVAL, .reports = REMOTE_WARN)},
	{"24_remote_pin_locked",
	 ASKS(REMOTE, HEAP, 4, FOLL_WRITE | FOLL_PIN, .locked = true),
	 GETS(-EINVAL, .reports = REMOTE_WARN), GETS(4)},
	{"24_local_pin", ASKS(GUP, HEAP, 4, FOLL_WRITE | FOLL_PIN),
	 GETS(-EINVAL, .reports = "WARN get_user_pages"), GETS(4)},
	{"24_gup_locked_longterm", ASKS(LOCKED, HEAP, 4, WL, .locked = true),
	 BOTH(-EINVAL, .reports = "WARN get_user_pages_locked")},
	{"24_gup_locked_longterm_null", ASKS(LOCKED, HEAP, 4, WL),
	 BOTH(-EINVAL, .reports = "WARN get_user_pages_locked")},
	{"24_gup_locked_plain", ASKS(LOCKED, HEAP, 4, FOLL_WRITE, .locked = true),
	 BOTH(4)},
	{"24_gup_locked_null", ASKS(LOCKED, HEAP, 4, FOLL_WRITE), BOTH(4)},
	{"24_gup_unlocked_GET_and_PIN",
	 ASKS(UNLOCKED, HEAP, 4, FOLL_WRITE | FOLL_PIN | FOLL_GET),
	 GETS(-EINVAL, .reports = "WARN follow_page_pte"), GETS(4)},
	{"24_remote_explicit_GET", ASKS(REMOTE, HEAP, 4, FOLL_WRITE | FOLL_GET), BOTH(4)},
	{"explicit_foll_pin, touched", ASKS(REMOTE, HEAP, 4, FOLL_WRITE | FOLL_PIN),
	 GETS(-EINVAL, .reports = REMOTE_WARN), GETS(4)},
};

static void check_row(struct world *w, size_t i, const struct answer *answer)
{
	w->where = rows[i].name;
	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 4);
	probe(w, rows[i].ask, *answer);
	if (answer->ret == 4)
		assert_pages(w, 4, "refs 2 map 1 anon lru referenced active");
	if (answer->ret <= 0)
		assert_null(w->pages[0]);
	release(w);
	if (answer->ret <= 0)
		assert_mapped(w, HEAP, 4, "refs 1 map 1 anon lru active");
}

static void arguments_are_checked(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		world_kernel(w, "v5.6");
		check_row(w, i, &rows[i].v5_6);
		world_kernel(w, "v5.5");
		check_row(w, i, &rows[i].v5_5);
	}
}

/* measured v5.6 24_gup_locked_FOLL_PIN_misuse: pages are stored, and nothing holds them.
 */
static void a_misused_foll_pin_takes_nothing(void **state)
{
	struct world *w = *state;

	for (int v5_5 = 0; v5_5 < 2; v5_5++) {
		world_kernel(w, v5_5 ? "v5.5" : "v5.6");
		anon(w, HEAP, 4, RW);
		touch(w, HEAP, 4);
		probe(w,
		      ASK(LOCKED, HEAP, 4, FOLL_WRITE | FOLL_PIN, .locked = true,
			  .no_hold = !v5_5),
		      GIVES(4));
		assert_pages(w, 4,
			     v5_5 ? "refs 2 map 1 anon lru referenced active"
				  : "refs 1 map 1 anon lru referenced active");
		assert_ptr_equal(w->pages[3], page_at(w, HEAP + 3 * PG));
		release(w);
	}
}

/* measured v5.6 24_dax_FOLL_PIN_misuse and 31m: without FOLL_GET a device's page is only
 * counted. */
static void a_misused_foll_pin_leaves_entries_unset(void **state)
{
	struct world *w = *state;

	map_at(w, HEAP, 4, RW, MAP_SHARED, fsdax_file(w, 4), 0);
	touch(w, HEAP, 4);
	probe(w, ASK(UNLOCKED, HEAP, 4, FOLL_WRITE | FOLL_PIN, .no_hold = true),
	      GIVES(4));
	for (int i = 0; i < 4; i++)
		assert_null(w->pages[i]);
	world_renew(w);
	map_at(w, HEAP, 1, RW, MAP_SHARED, FILE_OF("d", GUPSIM_MIXEDMAP, .bytes = PG), 0);
	probe(w, ASK(UNLOCKED, HEAP, 1, FOLL_PIN, .no_hold = true), GIVES(1));
	assert_null(w->pages[0]);
	world_renew(w);
	anon(w, HEAP, 4, RW);
	peek(w, HEAP, 4);
	/* measured v5.6 24_zero_FOLL_PIN_misuse */
	probe(w, ASK(UNLOCKED, HEAP, 4, FOLL_PIN, .no_hold = true), GIVES(4));
	assert_pages(w, 4, "refs 1 map 0 zero reserved nomapping");
}

/* measured v5.6 24_gup_unlocked_pages_null */
static void without_pages_they_are_only_counted(void **state)
{
	struct world *w = *state;

	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 4);
	probe(w, ASK(UNLOCKED, HEAP, 4, FOLL_WRITE, .no_pages = true), GIVES(4));
	assert_mapped(w, HEAP, 4, "refs 1 map 1 anon lru referenced active");
}

/* A single rule of the other release, and nothing else of it. */
static void a_rule_can_be_overridden(void **state)
{
	static const struct {
		const char *rule, *value;
		struct ask ask;
		struct answer answer;
	} what_if[] = {
		{"get_user_pages_remote.longterm", "refused", ASKS(REMOTE, HEAP, 4, WL),
		 GETS(-EINVAL, .reports = REMOTE_WARN)},
		{"get_user_pages_remote.foll_pin", "ignored",
		 ASKS(REMOTE, HEAP, 4, FOLL_WRITE | FOLL_PIN, .no_hold = true), GETS(4)},
		{"get_user_pages.foll_pin", "ignored",
		 ASKS(GUP, HEAP, 4, FOLL_WRITE | FOLL_PIN, .no_hold = true), GETS(4)},
		{"follow_page_pte.get_and_pin", "allowed",
		 ASKS(UNLOCKED, HEAP, 4, FOLL_GET | FOLL_PIN), GETS(4)},
		{"__get_user_pages_locked.foll_get", "always",
		 ASKS(UNLOCKED, HEAP, 4, FOLL_PIN),
		 GETS(-EINVAL, .reports = "WARN follow_page_pte")},
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(what_if); i++) {
		world_renew(w);
		w->where = what_if[i].rule;
		assert_result(gupsim_rule_set(w->machine, what_if[i].rule,
					      what_if[i].value),
			      0);
		anon(w, HEAP, 4, RW);
		touch(w, HEAP, 4);
		probe(w, what_if[i].ask, what_if[i].answer);
		release(w);
	}
}

SUITE(world_test(arguments_are_checked), world_test(a_misused_foll_pin_takes_nothing),
      world_test(a_misused_foll_pin_leaves_entries_unset),
      world_test(without_pages_they_are_only_counted),
      world_test(a_rule_can_be_overridden))
