/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random fixtures: what a seed decides, what rules decide, and what is never made. */
#define _GNU_SOURCE /* memmem() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asserts.h"

#include "scenario/names.h"
#include "scenario/random.h"

#include <errno.h>
#include <gupsim/scenario.h>
#include <linux/mm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All fixtures of a seed, one behind the other; without what the model said if @bare. */

struct made {
	FILE *file;
	bool bare;
};

static void write_bare(FILE *file, const char *line, size_t length)
{
	const char *arrow = memmem(line, length, " ->", 3);

	if (strncmp(line, "expect", 6) != 0)
		fprintf(file, "%.*s\n", (int)(arrow ? arrow - line : (long)length), line);
}

static int take(void *arg, const char *name, const char *text, size_t length)
{
	struct made *made = arg;
	const char *newline;

	fprintf(made->file, "%s\n", name);
	assert_int_equal(length, strlen(text));
	if (!made->bare)
		fputs(text, made->file);
	for (; made->bare && *text; text = newline + 1) {
		newline = strchr(text, '\n');
		write_bare(made->file, text, newline - text);
	}
	return 0;
}

/* The caller frees it. */
static char *make(uint64_t seed, const char *kernel, const char *rule, bool bare)
{
	struct gupsim_scenario_options options = {
		.size = sizeof(options),
		.kernels = &kernel,
		.nr_kernels = 1,
		.rules = &rule,
		.nr_rules = rule ? 1 : 0,
	};
	struct made made = {.bare = bare};
	char *text;
	size_t size;

	made.file = open_memstream(&text, &size);
	assert_int_equal(gupsim_scenario_random(seed, 2000, &options, take, &made), 0);
	fclose(made.file);
	return text;
}

/* Are these two, which are used up, the same bytes? */
static void assert_alike(char *a, char *b, bool expected)
{
	size_t at = 0;

	while (a[at] && a[at] == b[at])
		at++;
	if (!expected)
		assert_string_not_equal(a, b);
	else if (a[at] != b[at])
		fail_msg("behind %zu bytes:\n%.80s\nand not\n%.80s", at, a + at, b + at);
	free(a);
	free(b);
}

static void a_seed_gives_the_same_bytes(void **state)
{
	(void)state;
	assert_alike(make(1, "v5.6", NULL, false), make(1, "v5.6", NULL, false), true);
	assert_alike(make(1, "v5.6", NULL, false), make(2, "v5.6", NULL, false), false);
}

static void a_program_does_not_depend_on_what_is_asked_for_besides(void **state)
{
	struct draft a = {.heap = NULL}, b;
	struct heap heap;

	(void)state;
	heap_init(&heap, NULL, NULL);
	a.heap = &heap;
	b = a;
	random_program(&a, 0, 5, 1, 100);
	random_program(&b, 0, 5, 2, 100);
	b.length = 0;
	random_program(&b, 0, 5, 1, 100);
	assert_string_equal(a.bytes, b.bytes);
	draft_free(&a);
	draft_free(&b);
	assert_int_equal(heap.live, 0);
}

static void rules_change_results_and_no_program(void **state)
{
	const char *rule = "get_user_pages_remote.longterm=refused";

	(void)state;
	assert_alike(make(1, "v5.6", NULL, false), make(1, "v5.6", rule, false), false);
	assert_alike(make(1, "v5.6", NULL, true), make(1, "v5.6", rule, true), true);
}

/* What is kept out. */

static size_t kernel_named(const char *name)
{
	size_t k = 0;

	while (strcmp(gupsim_kernel_name(k), name))
		k++;
	return k;
}

static void calls_are_kept_out_by_release(void **state)
{
	static const struct random_function get = {.name = "get_user_pages_unlocked"};
	struct random_args args = {.function = &get, .flags = FOLL_PIN};
	const struct random_exclusion *out;

	(void)state;
	assert_null(random_excluded(kernel_named("v5.5"), &args));
	out = random_excluded(kernel_named("v5.6"), &args);
	assert_string_equal(out->what, "FOLL_PIN for get_user_pages_unlocked()");
	args.flags = FOLL_WRITE | FOLL_NUMA;
	assert_null(random_excluded(kernel_named("v5.6"), &args));
	args.flags |= FOLL_FORCE;
	assert_non_null(random_excluded(kernel_named("v5.6"), &args));
	args = (struct random_args){.function = &get, .locked = '0'};
	assert_non_null(random_excluded(kernel_named("v6.1.192"), &args));
	assert_null(random_excluded(kernel_named("v6.12"), &args));
	args = (struct random_args){.function = &get, .flags = FOLL_MLOCK};
	assert_null(random_excluded(kernel_named("v5.15"), &args));
	args.flags |= FOLL_LONGTERM;
	assert_non_null(random_excluded(kernel_named("v5.15"), &args));
	args.flags |= FOLL_POPULATE;
	assert_null(random_excluded(kernel_named("v5.15"), &args));
}

/* They are drawn, so that only the table keeps them out. */
static void what_is_kept_out_is_not_made(void **state)
{
	static const char *const out[] = {"COW", "vmas=yes, locked=1", ", locked=0"};
	char *text = make(3, "v5.6", NULL, false);

	(void)state;
	for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++)
		assert_no_part(NULL, text, out[i]);
	assert_part(NULL, text, "PIN");
	assert_part(NULL, text, "vmas=yes");
	free(text);
	text = make(3, "v5.5", NULL, true);
	assert_no_part(NULL, text, "PIN");
	free(text);
}

/* Not as a part of another word. */
static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	while ((text = strstr(text, word))) {
		if (strchr(" |", text[-1]) && strchr("|,)", text[length]))
			return true;
		text += length;
	}
	return false;
}

/* Each flag of a release, but those that callers are kept from, and no other. */
static void flags_are_those_of_the_release(void **state)
{
	static const char *const releases[] = {"v5.5", "v5.10.223", "v6.1.192", "v6.12"};

	(void)state;
	for (size_t i = 0; i < sizeof(releases) / sizeof(releases[0]); i++) {
		unsigned int has = gupsim_kernel_flags(kernel_named(releases[i]));
		char *text = make(1, releases[i], NULL, true);

		for (unsigned int bit = 0; bit < 32 && gupsim_flag_name(1u << bit);
		     bit++) {
			const char *name = gupsim_flag_name(1u << bit);
			bool made = has & 1u << bit & ~FOLL_COW;

			if (has_word(text, name) != made)
				fail_msg("%s on %s", name, releases[i]);
		}
		free(text);
	}
}

static void release_words(char *buf, size_t size, uint64_t version)
{
	unsigned int point = version & 0xffff;
	int length = snprintf(buf, size, version ? "v%u.%u" : "",
			      (unsigned int)(version >> 32),
			      (unsigned int)(version >> 16 & 0xffff));

	if (point)
		snprintf(buf + length, size - length, ".%u", point);
}

static void the_page_has_the_table(void **state)
{
	const struct random_exclusion *out;
	char page[65536], row[512], from[16], below[16];
	FILE *file = fopen(GUPSIM_SOURCE "/docs/random.md", "r");

	(void)state;
	assert_non_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (size_t i = 0; (out = random_exclusion_nth(i)); i++) {
		release_words(from, sizeof(from), out->from);
		release_words(below, sizeof(below), out->below);
		snprintf(row, sizeof(row), "| %s | %s | %s | %s |\n", out->what, from,
			 below, out->why);
		if (!strstr(page, row))
			fail_msg("docs/random.md lacks %s", row);
	}
}

/* The host runs out of memory sooner or later. */

static int without_memory(unsigned int fail_host, const char *path)
{
	const char *kernel = "v5.6";
	struct gupsim_scenario_options options = {
		.size = sizeof(options),
		.kernels = &kernel,
		.nr_kernels = 1,
		.fail_host = fail_host,
	};

	if (!path)
		return gupsim_scenario_random(1, 1, &options, NULL, NULL);
	return gupsim_scenario_reduce(path, &options, NULL, NULL);
}

static void assert_survives(const char *path)
{
	unsigned int nth = 1;
	int status;

	while ((status = without_memory(nth, path))) {
		assert_int_equal(status, -ENOMEM);
		nth += 1 + nth / 8; /* less and less often: runs get longer */
	}
	assert_at_least(NULL, nth, 11);
}

static void a_host_without_memory_is_told(void **state)
{
	(void)state;
	assert_survives(NULL);
	assert_survives(GUPSIM_SOURCE "/fixtures/anon/write.gup");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_gives_the_same_bytes),
		cmocka_unit_test(a_program_does_not_depend_on_what_is_asked_for_besides),
		cmocka_unit_test(rules_change_results_and_no_program),
		cmocka_unit_test(calls_are_kept_out_by_release),
		cmocka_unit_test(what_is_kept_out_is_not_made),
		cmocka_unit_test(flags_are_those_of_the_release),
		cmocka_unit_test(the_page_has_the_table),
		cmocka_unit_test(a_host_without_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
