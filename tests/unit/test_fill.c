/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filling a fixture: what is written, what is left out, and what cannot be filled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asserts.h"

#include "scenario/fill.h"

#include <string.h>

#define ON_V5_6 1

static const char *filled(const char *text, bool *right)
{
	static char result[4096];
	const struct gupsim_scenario_options options = {.size = sizeof(options)};
	struct session session;
	struct draft from = {.heap = &session.heap}, out = from;
	struct pool words;
	const char *why;

	assert_int_equal(session_begin(&session, &options), 0);
	pool_init(&words, &session.heap);
	draft_add(&from, text, strlen(text));
	assert_int_equal(fill_text(&session, "a.gup", &from, ON_V5_6, &out, &words, &why),
			 0);
	strlcpy(result, why ? why : out.bytes, sizeof(result));
	*right = !why;
	draft_free(&from);
	draft_free(&out);
	pool_destroy(&words);
	assert_int_equal(session.heap.live, 0);
	return result;
}

static void assert_filled(const char *text, const char *expected)
{
	bool right;

	assert_string_equal(filled(text, &right), expected);
	assert_true(right);
}

static void assert_refused(const char *text, const char *why)
{
	bool right;

	assert_string_equal(filled(text, &right), why);
	assert_false(right);
}

static void results_and_looks_are_filled_in(void **state)
{
	(void)state;
	assert_filled(
		"# A title.\nkernels v5.5..v5.9\n\n"
		"task A\n"
		"vma A.a at 0x10000 3 pages rw private anon   # by itself\n"
		"write A.a[1] \"x\\\"\"\n"
		"p = get_user_pages_locked(A.a, 4, 0, locked=1) -> 7 # wrong\n"
		"expect A.a[0] refcount 99\n"
		"put p\n"
		"read A.a[2] -> SIGBUS\n"
		"exit A\n",
		"# A title.\nkernels v5.6\n\n"
		"task A\n"
		"vma A.a at 0x10000 3 pages rw private anon   # by itself\n"
		"write A.a[1] \"x\\\"\"\n"
		"expect A faults min 1 maj 0\n"
		"expect A.a[0] none\n"
		"expect A.a[1] refcount 1 mapcount 1 dirty no anon bytes \"x\\x22\"\n"
		"expect A.a[2] none\n"
		"p = get_user_pages_locked(A.a, 4, 0, locked=1) -> 3\n"
		"expect p locked 1 faults min 2 maj 0\n"
		"expect A.a[0] zero\n"
		"expect A.a[1] refcount 2 mapcount 1 dirty no anon bytes \"x\\x22\"\n"
		"expect A.a[2] zero\n"
		"expect p[0] zero\n"
		"expect p[1] same as A.a[1]\n"
		"expect p[2] zero\n"
		"expect p[3] unset\n"
		"put p\n"
		"expect A.a[0] zero\n"
		"expect A.a[1] refcount 1 mapcount 1 dirty no anon bytes \"x\\x22\"\n"
		"expect A.a[2] zero\n"
		"read A.a[2]\n"
		"expect A faults min 3 maj 0\n"
		"expect A.a[0] zero\n"
		"expect A.a[1] refcount 1 mapcount 1 dirty no anon bytes \"x\\x22\"\n"
		"expect A.a[2] zero\n"
		"exit A\n");
}

/* A page that a fork shares, then one that it no longer does. */
static void relations_are_told(void **state)
{
	(void)state;
	assert_filled(
		"task A\nvma A.a at 0x10000 2 pages rw private anon\n"
		"write A.a\n"
		"fork A B\n"
		"write B.a[1]\n",
		"kernels v5.6\n"
		"task A\nvma A.a at 0x10000 2 pages rw private anon\n"
		"write A.a\n"
		"expect A faults min 2 maj 0\n"
		"expect A.a[0..1] refcount 1 mapcount 1 dirty no anon\n"
		"fork A B\n"
		"expect A.a[0..1] refcount 2 mapcount 2 dirty no anon\n"
		"expect B.a[0..1] same as A.a[0..1]\n"
		"write B.a[1]\n"
		"expect A faults min 2 maj 0\n"
		"expect B faults min 1 maj 0\n"
		"expect A.a[0] refcount 2 mapcount 2 dirty no anon\n"
		"expect A.a[1] refcount 1 mapcount 1 dirty no anon\n"
		"expect B.a[0] same as A.a[0]\n"
		"expect B.a[1] refcount 1 mapcount 1 dirty no anon same as A.a[1] no\n");
}

static void vmas_are_told(void **state)
{
	(void)state;
	assert_filled("task A\nvma A.a at 0x10000 2 pages rw private anon\n"
		      "vma A.b at 0x12000 1 page r private anon\n"
		      "p = get_user_pages(A.a, 4, 0, pages=NULL, vmas=yes) -> 3\n",
		      "kernels v5.6\n"
		      "task A\nvma A.a at 0x10000 2 pages rw private anon\n"
		      "vma A.b at 0x12000 1 page r private anon\n"
		      "p = get_user_pages(A.a, 4, 0, pages=NULL, vmas=yes) -> 3\n"
		      "expect p faults min 3 maj 0\n"
		      "expect p.vmas[0..1] A.a[0]\n"
		      "expect p.vmas[2] A.b[0]\n"
		      "expect p.vmas[3] unset\n"
		      "expect A.a[0..1] zero\n"
		      "expect A.b[0] zero\n");
}

static void signals_and_warns_are_results(void **state)
{
	(void)state;
	assert_filled("task A\nvma A.a at 0x10000 1 page r private anon\n"
		      "write A.a\n"
		      "get_user_pages_unlocked(A.a, 1, LONGTERM) -> 0\n",
		      "kernels v5.6\n"
		      "task A\nvma A.a at 0x10000 1 page r private anon\n"
		      "write A.a -> SIGSEGV\n"
		      "expect A faults min 0 maj 0\n"
		      "expect A.a[0] none\n"
		      "get_user_pages_unlocked(A.a, 1, LONGTERM) -> -EINVAL warn "
		      "get_user_pages_unlocked\n"
		      "expect A.a[0] none\n");
}

#define ONE_PAGE "task A\nvma A.a at 0x10000 1 page rw private anon\nwrite A.a\n"

static void what_cannot_be_filled_is_said(void **state)
{
	bool right;

	(void)state;
	assert_refused("task A\nfrob\n", "line 2: unknown verb 'frob'");
	assert_refused(ONE_PAGE "p = get_user_pages(A.a, 1, 0) -> 1\n",
		       "line 0: 'p' of line 4: expected put, got still held");
	assert_refused(ONE_PAGE "get_user_pages_locked(A.a, 1, 0, locked=0) -> 1\n",
		       "the machine dies");
	/* A reference that nobody took. */
	assert_part(NULL,
		    filled(ONE_PAGE "x = get_page(A.a)\nput x\nput_page(A.a)\n", &right),
		    "expected every reference explained");
	assert_false(right);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results_and_looks_are_filled_in),
		cmocka_unit_test(relations_are_told),
		cmocka_unit_test(vmas_are_told),
		cmocka_unit_test(signals_and_warns_are_results),
		cmocka_unit_test(what_cannot_be_filled_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
