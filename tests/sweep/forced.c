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

#include <gupsim/scenario.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIRST_DROP   "its event comes at the first drop of the lock, which is another now"
#define NEIGHBOURS   "it is about what is mapped around a page"
#define STAYS	     "its pages stay where they are, or are waited for, as none can be isolated"
#define LEFT_LIST    "it marks pages that leave one list for another"
#define HINTS	     "a hint passes over pages that a pagevec holds"
#define ISOLATES     "it isolates pages that wait in a pagevec"
#define DRAINED	     "its page would be held by a reference that has been drained by then"
#define ONE_PAGE     "its huge page is one page, with one count of references and mappings"
#define ALL_AT_ONCE  "its fault brings all of a huge page, of which most is missing now"
#define HUGE_WAY     "a huge page goes another way there than small ones"
#define FAILS_ONCE   "the allocation that it lets fail is a small page's now"
#define FIRST_ACCESS "marks of pages differ by whether they have reached their list"

static const struct exclusion {
	const char *spec, *fixture, *why;
} exclusions[] = {
	{"retry=always", "retry/killed_meanwhile", FIRST_DROP},
	{"retry=always", "retry/killed_while_retrying", FIRST_DROP},
	{"retry=always", "retry/signal_completed", FIRST_DROP},
	{"retry=always", "retry/signal_interruptible", FIRST_DROP},
	{"retry=always", "retry/sleeps_with_lock", FIRST_DROP},
	{"retry=always", "doors/dump_page_cold", FIRST_DROP},
	{"retry=always", "doors/populate", FIRST_DROP},
	{"retry=always", "truncate/hole_beside_read", NEIGHBOURS},
	{"fault_around=page", "doors/dump_page_cold", NEIGHBOURS},
	{"fault_around=page", "file/last_page_around", NEIGHBOURS},
	{"fault_around=page", "file/shared_write", NEIGHBOURS},
	{"fault_around=page", "truncate/hole_beside_read", NEIGHBOURS},
	{"isolation=fails", "doors/follow_page_migration", STAYS},
	{"isolation=fails", "doors/follow_page_huge_migration", STAYS},
	{"isolation=fails", "cma/allocation_scope", STAYS},
	{"isolation=fails", "cma/balance", STAYS},
	{"isolation=fails", "cma/drained_anyway", STAYS},
	{"isolation=fails", "cma/foreign_reference", STAYS},
	{"isolation=fails", "cma/gone_once_moved", STAYS},
	{"isolation=fails", "cma/held_in_movable_zone", STAYS},
	{"isolation=fails", "cma/held_once_released", STAYS},
	{"isolation=fails", "cma/isolated", STAYS},
	{"isolation=fails", "cma/movable_zone", STAYS},
	{"isolation=fails", "cma/migration_fails_once", STAYS},
	{"isolation=fails", "cma/moved_out", STAYS},
	{"isolation=fails", "cma/moved_ptes", STAYS},
	{"isolation=fails", "cma/moved_ptes_movable_zone", STAYS},
	{"isolation=fails", "cma/new_pages", STAYS},
	{"isolation=fails", "cma/pagevec", STAYS},
	{"isolation=fails", "cma/pin_waits_for_migration", STAYS},
	{"isolation=fails", "cma/pinned_foreign_reference", STAYS},
	{"isolation=fails", "cma/pinned_isolated", STAYS},
	{"isolation=fails", "cma/pinned_movable_zone", STAYS},
	{"isolation=fails", "cma/raced_while_unmapped", STAYS},
	{"isolation=fails", "cma/referenced_in_movable_zone", STAYS},
	{"isolation=fails", "cma/shared_by_fork", STAYS},
	{"isolation=fails", "cma/some_of_them", STAYS},
	{"isolation=fails", "cma/stale_activation", STAYS},
	{"isolation=fails", "cma/taken_back", STAYS},
	{"isolation=fails", "cma/taken_back_movable", STAYS},
	{"isolation=fails", "cma/waits_for_migration", STAYS},
	{"isolation=fails", "contents/moved", STAYS},
	{"isolation=fails", "fast/cma", STAYS},
	{"isolation=fails", "fast/cma_leaks", STAYS},
	{"isolation=fails", "fast/huge_longterm", STAYS},
	{"isolation=fails", "fast/movable_zone", STAYS},
	{"isolation=fails", "fast/race_migrate", STAYS},
	{"isolation=fails", "fast/race_migrate_paravirt", STAYS},
	{"isolation=fails", "field/guest_blocks_unplug", STAYS},
	{"isolation=fails", "field/guest_cannot_leave_cma", STAYS},
	{"isolation=fails", "field/guest_leaves_cma", STAYS},
	{"isolation=fails", "field/guest_stuck_in_cma", STAYS},
	{"isolation=fails", "longterm/fsdax_before_cma", STAYS},
	{"isolation=fails", "longterm/repin_killed", STAYS},
	{"isolation=fails", "mlock/cma", STAYS},
	{"isolation=fails", "thp/cma", STAYS},
	{"isolation=fails", "thp/cma_step", STAYS},
	{"isolation=fails", "thp/migrating", STAYS},
	{"isolation=fails", "thp/mlock_moved", STAYS},
	{"isolation=fails", "thp/moved_in_part", STAYS},
	{"isolation=fails", "thp/no_huge_page_to_go_to", STAYS},
	{"isolation=fails", "numa/moved", STAYS},
	{"isolation=fails", "numa/moved_cma", STAYS},
	{"isolation=fails", "pkey/moved", STAYS},
	{"isolation=fails", "truncate/migrating", STAYS},
	{"isolation=fails", "whatif/no_cma_migration", STAYS},
	{"isolation=fails", "mlock/accessed", LEFT_LIST},
	{"thp_alloc=fails", "daxhuge/hole", ALL_AT_ONCE},
	{"thp_alloc=fails", "daxhuge/split_hole", HUGE_WAY},
	{"thp_alloc=fails", "fast/huge_longterm", ONE_PAGE},
	{"thp_alloc=fails", "fast/huge_page", ONE_PAGE},
	{"thp_alloc=fails", "fast/huge_pages_null", HUGE_WAY},
	{"thp_alloc=fails", "fast/huge_pins", ONE_PAGE},
	{"thp_alloc=fails", "fast/huge_race", ONE_PAGE},
	{"thp_alloc=fails", "fast/huge_unshare", ALL_AT_ONCE},
	{"thp_alloc=fails", "fast/huge_zero", ONE_PAGE},
	{"thp_alloc=fails", "numa/thp", ALL_AT_ONCE},
	{"thp_alloc=fails", "pkey/thp", ALL_AT_ONCE},
	{"thp_alloc=fails", "thp/cma", ONE_PAGE},
	{"thp_alloc=fails", "thp/cma_step", HUGE_WAY},
	{"thp_alloc=fails", "thp/copied_by_pages", FAILS_ONCE},
	{"thp_alloc=fails", "thp/copied_in_part", ONE_PAGE},
	{"thp_alloc=fails", "thp/counts", ONE_PAGE},
	{"thp_alloc=fails", "thp/foll_split", HUGE_WAY},
	{"thp_alloc=fails", "thp/foll_split_held", HUGE_WAY},
	{"thp_alloc=fails", "thp/foll_split_pmd", HUGE_WAY},
	{"thp_alloc=fails", "thp/force_write", ONE_PAGE},
	{"thp_alloc=fails", "thp/fork_and_write", ONE_PAGE},
	{"thp_alloc=fails", "thp/fork_pinned", ALL_AT_ONCE},
	{"thp_alloc=fails", "thp/huge_zero_page", ALL_AT_ONCE},
	{"thp_alloc=fails", "thp/migrating", ONE_PAGE},
	{"thp_alloc=fails", "thp/mlock", HUGE_WAY},
	{"thp_alloc=fails", "thp/mprotect_back", HUGE_WAY},
	{"thp_alloc=fails", "thp/no_huge_page", FAILS_ONCE},
	{"thp_alloc=fails", "thp/part_unmapped", ONE_PAGE},
	{"thp_alloc=fails", "thp/pins", ONE_PAGE},
	{"thp_alloc=fails", "thp/prot_none", ONE_PAGE},
	{"thp_alloc=fails", "thp/ptes_longterm", ONE_PAGE},
	{"thp_alloc=fails", "thp/reuse_when_held", HUGE_WAY},
	{"thp_alloc=fails", "thp/split_ptes", ONE_PAGE},
	{"thp_alloc=fails", "thp/untouched_write", ALL_AT_ONCE},
	{"thp_alloc=fails", "doors/follow_page_huge_migration", HUGE_WAY},
	{"thp_alloc=fails", "thp/mlock_copied", HUGE_WAY},
	{"thp_alloc=fails", "thp/mlock_double", HUGE_WAY},
	{"thp_alloc=fails", "thp/mlock_moved", HUGE_WAY},
	{"thp_alloc=fails", "thp/mlock_ptes", HUGE_WAY},
	{"thp_alloc=fails", "thp/mlock_split", HUGE_WAY},
	{"thp_alloc=fails", "thp/moved_in_part", HUGE_WAY},
	{"thp_alloc=fails", "thp/no_huge_page_to_go_to", HUGE_WAY},
	{"pagevec=hold", "numa/accessed", HINTS},
	{"pagevec=hold", "numa/asked_for", HINTS},
	{"pagevec=hold", "numa/fast", HINTS},
	{"pagevec=hold", "numa/locked_mm", HINTS},
	{"pagevec=hold", "numa/moved_cma", HINTS},
	{"pagevec=hold", "numa/nofault", HINTS},
	{"pagevec=hold", "numa/pinned", HINTS},
	{"pagevec=hold", "numa/spared_private", HINTS},
	{"pagevec=hold", "pkey/kept", HINTS},
	{"pagevec=hold", "cma/isolated", ISOLATES},
	{"pagevec=hold", "cma/pinned_isolated", ISOLATES},
	{"pagevec=hold", "cma/referenced_in_movable_zone", DRAINED},
	{"pagevec=hold", "anon/write", FIRST_ACCESS},
	{"pagevec=hold", "fast/race_fork", FIRST_ACCESS},
	{"pagevec=hold", "mlock/accessed", FIRST_ACCESS},
};

#define NR_EXCLUSIONS (sizeof(exclusions) / sizeof(exclusions[0]))

static const char *root;
static struct tree fixtures;

static const struct exclusion *excluded(const struct forced *forced, const char *path)
{
	char name[256];

	for (size_t i = 0; i < NR_EXCLUSIONS; i++) {
		snprintf(name, sizeof(name), "%s/%s.gup", root, exclusions[i].fixture);
		if (!strcmp(exclusions[i].spec, forced->spec) && !strcmp(name, path))
			return &exclusions[i];
	}
	return NULL;
}

static int run(const char *path, const struct forced *forced)
{
	const struct gupsim_scenario_options options = {
		.size = sizeof(options),
		.forced = &forced->spec,
		.nr_forced = 1,
	};

	return gupsim_scenario_run_file(path, &options, NULL);
}

/* Returns how many have another result than is said of them. */
static size_t sweep(const struct forced *forced)
{
	size_t wrong = 0;

	for (size_t i = 0; i < fixtures.nr; i++) {
		const char *path = fixtures.path[i];
		const struct exclusion *exclusion = excluded(forced, path);
		int status = run(path, forced);

		if (status == (exclusion != NULL))
			continue;
		print_error("%s with %s: %s\n", path, forced->spec,
			    exclusion ? "holds: it need not be excluded"
				      : "does not hold");
		wrong++;
	}
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

static void what_is_excluded_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_EXCLUSIONS; i++) {
		struct nearest spec = nearest_to(exclusions[i].spec);
		const struct forced *forced = forced_nth(forced_find(&spec));
		size_t found = 0;

		assert_non_null(forced);
		for (size_t f = 0; f < fixtures.nr; f++)
			found += excluded(forced, fixtures.path[f]) == &exclusions[i];
		if (!found)
			fail_msg("there is no %s.gup, or twice", exclusions[i].fixture);
	}
}

/* A fixture with an option of its own has to be right about all that it expects. */

struct report {
	char *text;
	size_t length;
};

static void keep(void *arg, const char *text)
{
	struct report *report = arg;
	size_t more = strlen(text);

	report->text = realloc(report->text, report->length + more + 1);
	assert_non_null(report->text);
	memcpy(report->text + report->length, text, more + 1);
	report->length += more;
}

/* The fixture with the option in front; to be freed. */
static char *with_option(const char *path, const struct forced *forced)
{
	const char *value = strchr(forced->spec, '=') + 1;
	FILE *file = fopen(path, "r");
	char *text = NULL, *all = NULL;
	size_t size = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &size, '\0', file) > 0);
	fclose(file);
	assert_true(asprintf(&all, "option %s %s\n%s", forced->option, value, text) > 0);
	free(text);
	return all;
}

static bool fails_about(const char *path, const struct forced *forced, const char *what)
{
	struct report report = {0};
	const struct gupsim_scenario_options options = {
		.size = sizeof(options),
		.format = GUPSIM_JSON,
		.write = keep,
		.write_arg = &report,
	};
	char *text = with_option(path, forced), needle[80];
	bool found;

	snprintf(needle, sizeof(needle), " %s\", \"actual\":", what);
	gupsim_scenario_run(path, text, strlen(text), &options, NULL);
	found = report.text && strstr(report.text, needle);
	free(report.text);
	free(text);
	return found;
}

static bool is_needed(const struct forced *forced, const char *what)
{
	for (size_t i = 0; i < fixtures.nr; i++)
		if (fails_about(fixtures.path[i], forced, what))
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
