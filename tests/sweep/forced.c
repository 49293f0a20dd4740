/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole tree where what is rare happens at every chance. What a call gives may not
 * depend on that: who differs is named here, with the reason, and has to differ. What a
 * forced event lets go of the expectations has to be needed by some fixture.
 */
#define _GNU_SOURCE
#include "tree.h"

#include "scenario/expect.h"
#include "scenario/forced.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct exclusion {
	const char *spec, *why;
	const char *fixtures[72]; /* by folder and name */
} exclusions[] = {
	{"retry=always",
	 "its event comes at the first drop of the lock, which is another now",
	 {"retry/killed_meanwhile", "retry/killed_while_retrying",
	  "retry/signal_completed", "retry/signal_interruptible",
	  "retry/killed_at_page_lock", "retry/killed_while_reading",
	  "retry/sleeps_with_lock", "retry/own_write_twice", "doors/dump_page_cold",
	  "doors/populate"}},
	{"retry=always",
	 "it is about what is mapped around a page",
	 {"truncate/hole_beside_read"}},
	{"fault_around=page",
	 "it is about what is mapped around a page",
	 {"doors/dump_page_cold", "file/last_page_around", "file/shared_write",
	  "truncate/hole_beside_read"}},
	{"isolation=fails",
	 "its pages stay where they are, or are waited for, as none can be isolated",
	 {"doors/follow_page_migration",
	  "hugetlb/old_pte",
	  "cma/allocation_scope",
	  "cma/balance",
	  "cma/drained_anyway",
	  "cma/entries_behind_the_count",
	  "cma/entries_nulled",
	  "cma/foreign_reference",
	  "cma/gone_once_moved",
	  "cma/held_in_movable_zone",
	  "cma/held_once_released",
	  "cma/isolated",
	  "cma/movable_zone",
	  "cma/migration_fails_once",
	  "cma/moved_out",
	  "cma/moved_ptes",
	  "cma/moved_ptes_movable_zone",
	  "cma/new_pages",
	  "cma/pagevec",
	  "cma/pin_waits_for_migration",
	  "cma/pinned_foreign_reference",
	  "cma/pinned_isolated",
	  "cma/pinned_movable_zone",
	  "cma/raced_while_unmapped",
	  "cma/referenced_in_movable_zone",
	  "cma/shared_by_fork",
	  "cma/some_of_them",
	  "cma/stale_activation",
	  "cma/taken_back",
	  "cma/taken_back_movable",
	  "cma/waits_for_migration",
	  "contents/moved",
	  "fast/cma",
	  "fast/cma_leaks",
	  "fast/huge_longterm",
	  "fast/movable_zone",
	  "fast/race_migrate",
	  "fast/race_migrate_paravirt",
	  "longterm/fsdax_before_cma",
	  "longterm/repin_killed",
	  "mlock/cma",
	  "thp/cma",
	  "thp/cma_step",
	  "thp/migrating",
	  "numa/moved",
	  "numa/moved_cma",
	  "pkey/moved",
	  "truncate/migrating",
	  "whatif/no_cma_migration",
	  "doors/follow_page_huge_migration",
	  "field/guest_blocks_unplug",
	  "field/guest_cannot_leave_cma",
	  "field/guest_leaves_cma",
	  "field/guest_stuck_in_cma",
	  "thp/mlock_moved",
	  "thp/moved_in_part",
	  "thp/moves_undrained",
	  "thp/no_huge_page_to_go_to",
	  "doors/follow_page_hugetlb_migration",
	  "hugetlb/cma",
	  "hugetlb/isolated",
	  "hugetlb/movable_zone",
	  "hugetlb/moves_file",
	  "hugetlb/moves_into_pool",
	  "hugetlb/moves_out_of_cma"}},
	{"isolation=fails",
	 "it marks pages that leave one list for another",
	 {"mlock/accessed"}},
	{"thp_alloc=fails",
	 "its fault brings all of a huge page, of which most is missing now",
	 {"daxhuge/hole", "fast/huge_unshare", "fast/thp_ptes", "numa/thp", "pkey/thp",
	  "thp/fork_pinned", "thp/huge_zero_page", "thp/untouched_write"}},
	{"thp_alloc=fails",
	 "a huge page goes another way there than small ones",
	 {"args/get_and_pin_huge", "daxhuge/split_hole", "fast/huge_pages_null",
	  "thp/cma_step", "thp/foll_split", "thp/foll_split_held", "thp/foll_split_pmd",
	  "thp/mlock", "thp/mprotect_back", "thp/reuse_when_held",
	  "doors/follow_page_huge_migration", "thp/mlock_copied", "thp/mlock_double",
	  "thp/mlock_moved", "thp/mlock_ptes", "thp/mlock_split", "thp/moved_in_part",
	  "thp/moves_undrained", "thp/no_huge_page_to_go_to"}},
	{"thp_alloc=fails",
	 "its huge page is one page, with one count of references and mappings",
	 {"fast/get_and_pin_huge",
	  "fast/huge_longterm",
	  "fast/huge_page",
	  "fast/huge_pins",
	  "fast/huge_race",
	  "fast/huge_zero",
	  "fork/count_below_zero",
	  "thp/cma",
	  "thp/copied_in_part",
	  "thp/counts",
	  "thp/count_overflow",
	  "thp/count_overflow_readonly",
	  "thp/force_write",
	  "thp/fork_and_write",
	  "thp/migrating",
	  "thp/part_unmapped",
	  "thp/pins",
	  "thp/prot_none",
	  "thp/ptes_longterm",
	  "thp/split_overflow",
	  "thp/split_ptes"}},
	{"thp_alloc=fails",
	 "small pages are reused where parts of a huge one are not",
	 {"thp/part_left"}},
	{"thp_alloc=fails",
	 "the allocation that it lets fail is a small page's now",
	 {"thp/copied_by_pages", "thp/no_huge_page"}},
	{"pagevec=hold",
	 "a hint passes over pages that a pagevec holds",
	 {"numa/accessed", "numa/asked_for", "numa/locked_mm", "numa/moved_cma",
	  "numa/nofault", "numa/pinned", "numa/spared_private", "pkey/kept",
	  "numa/fast"}},
	{"pagevec=hold",
	 "it isolates pages that wait in a pagevec",
	 {"cma/isolated", "cma/pinned_isolated"}},
	{"pagevec=hold",
	 "its page would be held by a reference that has been drained by then",
	 {"cma/referenced_in_movable_zone"}},
	{"pagevec=hold",
	 "marks of pages differ by whether they have reached their list",
	 {"anon/write", "fast/race_fork", "mlock/accessed"}},
};

#define NR_EXCLUSIONS (sizeof(exclusions) / sizeof(exclusions[0]))

static const char *root;
static struct tree fixtures;

static bool is_path_of(const char *path, const char *fixture)
{
	char whole[256];

	snprintf(whole, sizeof(whole), "%s/%s.gup", root, fixture);
	return !strcmp(path, whole);
}

/* How many exclusions say it. */
static size_t excluded(const char *path, const struct forced *forced)
{
	size_t nr = 0;

	for (size_t i = 0; i < NR_EXCLUSIONS; i++) {
		const char *const *fixture = exclusions[i].fixtures;

		if (!strcmp(exclusions[i].spec, forced->spec))
			for (; *fixture; fixture++)
				nr += is_path_of(path, *fixture);
	}
	return nr;
}

/* Does it hold? @told: what is said of it, to be freed. */
static bool holds(size_t fixture, const struct forced *forced, char **told)
{
	const struct gupsim_scenario_options options = {
		.forced = &forced->spec,
		.nr_forced = 1,
	};
	const char *path = fixtures.path[fixture];
	int status = run_told(path, fixtures.text[fixture], options, NULL, told);

	if (status < 0 || status > 1)
		fail_msg("%s with %s: status %d\n%s", path, forced->spec, status, *told);
	return status == 0;
}

/* Is the result another than is said of it? */
static bool is_wrong(size_t fixture, const struct forced *forced)
{
	const char *path = fixtures.path[fixture];
	bool should_hold = !excluded(path, forced);
	char *told;
	bool does = holds(fixture, forced, &told);

	if (does && !should_hold)
		print_error("%s with %s holds: it need not be excluded\n", path,
			    forced->spec);
	if (!does && should_hold) {
		print_error("%s with %s does not hold\n", path, forced->spec);
		fputs(told, stderr); /* too long for print_error() */
	}
	free(told);
	return does != should_hold;
}

static size_t sweep(const struct forced *forced)
{
	size_t wrong = 0;

	for (size_t i = 0; i < fixtures.nr; i++)
		wrong += is_wrong(i, forced);
	return wrong;
}

static void the_tree_holds(void **state)
{
	const struct forced *forced;
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; (forced = forced_nth(i)); i++)
		wrong += sweep(forced);
	assert_int_equal(wrong, 0);
}

static const char *path_of(const char *fixture)
{
	for (size_t i = 0; i < fixtures.nr; i++)
		if (is_path_of(fixtures.path[i], fixture))
			return fixtures.path[i];
	return NULL;
}

static void check_fixture(const struct forced *forced, const char *fixture)
{
	const char *path = path_of(fixture);
	size_t times = path ? excluded(path, forced) : 0;

	if (!path)
		fail_msg("%s excludes %s: there is no such fixture", forced->spec,
			 fixture);
	if (times != 1)
		fail_msg("%s excludes %s %zu times", forced->spec, fixture, times);
}

static void what_is_excluded_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_EXCLUSIONS; i++) {
		struct nearest spec = nearest_to(exclusions[i].spec);
		const struct forced *forced = forced_nth(forced_find(&spec));

		assert_non_null(forced);
		for (size_t f = 0; exclusions[i].fixtures[f]; f++)
			check_fixture(forced, exclusions[i].fixtures[f]);
	}
}

/* A fixture with an option of its own has to be right about all that it expects. */

static bool fails_about(size_t fixture, const struct forced *forced, const char *what)
{
	const struct gupsim_scenario_options options = {.format = GUPSIM_JSON};
	char *text, *told, needle[80];
	bool found;

	assert_true(asprintf(&text, "option %s %s\n%s", forced->option,
			     strchr(forced->spec, '=') + 1, fixtures.text[fixture]) > 0);
	snprintf(needle, sizeof(needle), " %s\", \"actual\":", what);
	run_told(fixtures.path[fixture], text, options, NULL, &told);
	found = strstr(told, needle);
	free(told);
	free(text);
	return found;
}

static bool is_needed(const struct forced *forced, const char *what)
{
	for (size_t i = 0; i < fixtures.nr; i++)
		if (fails_about(i, forced, what))
			return true;
	print_error("%s need not let go of '%s'\n", forced->spec, what);
	return false;
}

static void what_is_let_go_has_to_be(void **state)
{
	const struct forced *forced;
	size_t superfluous = 0;

	(void)state;
	for (size_t i = 0; (forced = forced_nth(i)); i++)
		for (const struct let_go *let_go = forced->lets_go; let_go->name;
		     let_go++)
			superfluous += !is_needed(forced, let_go->name);
	assert_int_equal(superfluous, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tree_holds),
		cmocka_unit_test(what_is_excluded_is_there),
		cmocka_unit_test(what_is_let_go_has_to_be),
	};
	int failed;

	root = argc > 1 ? argv[1] : "fixtures";
	fixtures = tree_read(root);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	tree_free(&fixtures);
	return failed != 0;
}
