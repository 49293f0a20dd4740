/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fixtures that do not hold: what the report says of them. */
#include "stories.h"

#include <stdio.h>

/* Fixtures that fail, and two things that the report then says. */
static void these_fail(void **state)
{
	static const struct {
		const char *text, *says, *too;
	} rows[] = {
		{TASK PIN "expect A.heap refcount 2+p\nput p\n",
		 "expected  3 (p holds 1)\n", "where     A.heap[0] refcount\n"},
		{TASK PIN "put p\nwrite A.heap -> -EFAULT\n", "expected  -EFAULT\n",
		 "actual    0\n"},
		{STORY "r = pin(A, A.dax, 1, LONGTERM) -> 1\n", "actual    -EOPNOTSUPP\n",
		 "trace     r = get_user_pages_remote(), line 13\n"},
		/* A WARN that the line does not name. */
		{TASK
		 "get_user_pages_remote(A, A.heap, 1, LONGTERM, locked=1) -> -EINVAL\n",
		 "actual    -EINVAL warn get_user_pages_remote\n", "expected  -EINVAL\n"},
		{TASK "get_user_pages_remote(A, A.heap, 1, 0) -> 1 warn nothing\n",
		 "expected  1 warn nothing\n", "actual    1\n"},
		{TASK PIN, "at the end of the file\n  where     'p' of line 3\n",
		 "actual    still held\n"},
		{TASK "write A.heap\nx = get_page(A.heap[0])\n", "'x' of line 4\n",
		 "expected  put\n"},
		{TASK "get_user_pages_remote(A, A.heap, 4, WRITE) -> 4\n",
		 "at the end of the file\n  where     A.heap[0]\n", "given back by now"},
		{TASK PIN "put p\nput p\n",
		 "t.gup:5:1: on v5.6\n    put p\n  where     p\n",
		 "expected  held\n  actual    given back already\n"},
		{TASK PIN "put_page(p[0])\nput_page(p[1])\nput_page(p[2])\n"
			  "put_page(p[3])\nput p\n",
		 "t.gup:8:1: on v5.6\n", "actual    given back already\n"},
		{TASK "read A.heap[0]\nx = get_page(A.heap[0])\nput_page(x)\nput x\n",
		 "where     x\n", "actual    given back already\n"},
		{TASK "lock A write\n", "expected  given back by now\n",
		 "actual    mmap_sem of A is still held for writing\n"},
		{TASK "lock A write\nmunmap A.heap -> would block on A lock\n",
		 "where     at the end\n",
		 "actual    still waiting (mmap_sem of A is held for writing)\n"},
		{TASK "lock A write\nmunmap A.heap\nunlock A\n",
		 "actual    would block on A lock\n", "expected  success\n"},
		{TASK "unlock A\n", "where     A's lock\n  expected  taken by `lock`\n",
		 "actual    it is not\n"},
		{TASK "exit A\nlock A read\n", "where     A\n",
		 "expected  a task with an mm\n"},
		{LEFT "expect A.heap none\n", "where     A.heap[0] none\n",
		 "actual    none no\n"},
		{LEFT "lock A2 read\n", "expected  given back by now\n",
		 "actual    mmap_sem of A is still held for reading\n"},
		{DAX "p = get_user_pages(A.dax, 2, 0) -> 2\n"
		     "truncate data 0 -> waits p[1]\nput p\n",
		 "expected  waits p[1]\n",
		 "actual    waits data[0] (page 0 of data is held by p of "
		 "get_user_pages())\n"},
		{DAX "p = get_user_pages(A.dax[1], 1, 0) -> 1\ntruncate data 0\nput p\n",
		 "expected  success\n",
		 "actual    waits data[1] (page 1 of data is held by p of "
		 "get_user_pages())\n"},
		{DAX "x = get_page(A.dax[0])\ntruncate data 0 -> waits x\n",
		 "where     at the end\n",
		 "actual    still waiting (page 0 of data is held by x of get_page())\n"},
		{DAX "x = get_page(A.dax[0])\nt = truncate data 0 -> waits x\n"
		     "u = punch data[0]\nput x\n",
		 "expected  success\n",
		 "actual    waits data[0] (line 8 has the file, and waits: page 0 of "
		 "data "
		 "is held by x of get_page())\n"},
		{DAX "x = get_page(A.dax[0])\nt = truncate data 0 -> waits x\n"
		     "close data\nput x\n",
		 "where     data\n",
		 "expected  a file that no event waits with\n"
		 "  actual    that of line 8 does\n"},
		{DAX "close data\ntruncate data 0\n", "expected  success\n",
		 "actual    -EBADF (data is closed)\n"},
		{DAX "x = get_page(A.dax[0])\ny = get_page(A.dax[0])\n"
		     "z = get_page(A.dax[0])\nv = get_page(A.dax[0])\n"
		     "w = get_page(A.dax[0])\npunch data[0]\nput x\nput y\nput z\nput v\n"
		     "put w\n",
		 "expected  success\n",
		 "held by w of get_page(), v of get_page(), z of get_page(), y of "
		 "get_page(), others)\n"},
		{DAX
		 "x = get_page(A.dax[0])\npunch data[0] -> waits x\nsignal A\nput x\n",
		 "where     once it could begin\n",
		 "actual    -EINTR (page 0 of data is held by x of get_page(), and there "
		 "is a signal)\n"},
		{DAX "truncate data 0 -> waits data[0]\n", "expected  waits data[0]\n",
		 "actual    0\n"},
		{TASK PIN "device write p[0] \"abc\"\ndevice read p[0] \"abd\"\nput p\n",
		 "where     what the device reads\n",
		 "expected  \"abd\"\n  actual    \"abc\"\n"},
		{TASK PIN "put p\ndevice write p[0] \"abc\"\n", "where     p[0]\n",
		 "expected  a page that is held\n  actual    it is not\n"},
		{TASK "write A.heap\nframe f = A.heap[0]\ndevice read f \"x\"\n",
		 "where     f\n", "expected  a page that is held\n"},
		/* Errors come with their words. */
		{LEFT "get_user_pages_remote(A, A.heap, 4, WRITE) -> 4\n",
		 "expected  4\n", "actual    -ESRCH ("},
		{LEFT "write A.heap\n", "expected  success\n",
		 "actual    -EINVAL (the task has exited)\n"},
		{LEFT "write A.heap \"a\" -> -EFAULT\n", "expected  -EFAULT\n",
		 "actual    -EINVAL (the task has exited)\n"},
		{TASK "write A.heap\nisolate A.heap[0]\nisolate A.heap[0] -> -EFAULT\n"
		      "putback A.heap[0]\n",
		 "expected  -EFAULT\n", "actual    -EBUSY ("},
		{TASK "lock A read\nmunmap A.heap -> 0\nunlock A\n", "expected  0\n",
		 "actual    would block on A lock\n"},
		{TASK "fail host 1\nget_user_pages(A.heap, 1, 0) -> 1\n", "expected  1\n",
		 "actual    -ENOMEM (get_user_pages: the host is out of memory)\n"},
		/* The kernel's own have none; what a listener met is not the call's. */
		{LOG "at lock.dropped: thread A2 of A -> 1\n"
		     "p = get_user_pages_remote(A, A.log, 5, 0, locked=1) -> 5\nput p\n",
		 "expected  5\n  actual    4\n", "expected  1\n  actual    0\n"},
		/* Who did it has a line, if it has no name. */
		{TASK PIN "put p\nput_page(A.heap[0]) -> 0 warn bad_page\n"
			  "get_page(A.heap[1])\n",
		 "-1 by put_page (call 7, line 5), who did not hold it\n",
		 "still held by get_page (call 8, line 6)\n"},
		{LOG
		 "at lock.dropped:\n    get_user_pages_remote(A, 0x10000, 0, 0) -> 0\n"
		 "    get_page(log[0])\n"
		 "get_user_pages_remote(A, A.log, 1, 0, locked=1) -> 1\n",
		 "(call 6, line 6)\n", "(call 4, line 7)\n"},
		/* It waits for its own call, not for a lock. */
		{LOG "task B\nat lock.dropped: t = exit B\n"
		     "as B: p = get_user_pages_remote(A, A.log, 1, 0, locked=1) -> "
		     "1\nput p\n",
		 "where     B\n  expected  a task that can exit\n",
		 "actual    it is inside a call\n"},
		{TASK "lock A read\nlock A read\nunlock A\n",
		 "expected  given back by now\n",
		 "actual    mmap_sem of A is still held for reading\n"},
		/* A call at a point is told by its own decisions, and so is who is met.
		 */
		{LOG "at lock.dropped: q = get_user_pages_remote(A, 0, 1, 0) -> 1\n"
		     "p = get_user_pages_remote(A, A.log, 1, 0, locked=1) -> 2\nput p\n",
		 "t.gup:4:18: on v5.6\n",
		 "trace     p = get_user_pages_remote(), line 5"},
		{TASK "at lock.dropped: drain\n" PIN "put p\n", "t.gup:3:1: on v5.6\n",
		 "where     lock.dropped\n"},
		{LOG "at lock.dropped #5: drain\n"
		     "p = get_user_pages_remote(A, A.log, 4, 0, locked=1) -> 4\nput p\n",
		 "expected  reached 5 times\n", "actual    reached 4 times\n"},
		{TASK PIN "put p\nput_page(A.heap[0]) -> 0 warn bad_page\n",
		 "where     A.heap[0]\n  expected  every reference explained\n",
		 "-1 by put_page"},
		{TASK "get_user_pages_remote(A, A.heap, 4, WRITE|GET, pages=NULL) -> 4\n",
		 "at the end of the file\n", "given back by now"},
		{TASK "expect A.heap[1] refcount 1\n", "where     A.heap[1] refcount\n",
		 "actual    nothing is mapped there\n"},
		{TASK PIN "expect p[2] unset\nput p\n", "expected  unset\n",
		 "actual    unset no\n"},
		{TASK PIN "expect p[2] null\nput p\n", "expected  null\n",
		 "actual    null no\n"},
		{TASK "write A.heap \"abc\"\nexpect A.heap[0] bytes \"abd\"\n",
		 "expected  \"abd\"\n", "actual    \"abc\"\n"},
		/* The next VMA may have the old one's address in the host, or not. */
		{TASK PIN_VMAS
		 "munmap A.heap\nvma A.e at 0x10000 4 pages r private anon\n"
		 "expect p.vmas[0] A.e\nput p\n",
		 "expected  the VMA of A.e\n", "actual    one that is gone\n"},
		{TASK PIN_VMAS "vma A.e at 0x10000 4 pages r private anon replace\n"
			       "munmap A.e\nvma A.f at 0x10000 4 pages rw private anon\n"
			       "expect p.vmas[3] A.f\nput p\n",
		 "where     p.vmas[3]\n", "actual    one that is gone\n"},
		{TASK PIN_VMAS
		 "exit A\ntask B\nvma B.e at 0x10000 4 pages rw private anon\n"
		 "expect p.vmas[1] B.e\nput p\n",
		 "where     p.vmas[1]\n", "actual    one that is gone\n"},
		{TASK PIN "expect p locked 1\nput p\n", "expected  a call with locked\n",
		 "actual    it has none\n"},
		{TASK "read A.heap\nexpect A faults min 3\n", "expected  min 3 maj 0\n",
		 "actual    min 4 maj 0\n"},
		{TASK "expect vma A.heap flags SHARED\n", "expected  SHARED\n",
		 "actual    READ|WRITE|"},
		{TASK "write A.heap\nexpect A.heap zone movable\n", "expected  movable\n",
		 "actual    normal\n"},
		{TASK "exit A\nget_user_pages_remote(A, 0x10000, 1, 0) -> -EFAULT\n",
		 "expected  a task with an mm\n", "actual    it has none\n"},
		{TASK "task B\nexit B\nas B: drain\n", "expected  a task that runs\n",
		 "actual    it has exited\n"},
		/* A failure that was asked for and never came. */
		{TASK "write A.heap\nfail kmalloc 3\n" PIN "put p\n",
		 "t.gup:4:1: on v5.6\n    fail kmalloc 3\n  where     kmalloc 3\n",
		 "expected  an allocation that fails\n"
		 "  actual    3 short of it at the end of the file\n"},
		{TASK "fail page 9\nwrite A.heap[0]\nfail page 1\n"
		      "write A.heap -> -ENOMEM\n",
		 "t.gup:3:1: on v5.6\n    fail page 9\n  where     page 9\n",
		 "actual    8 short of it when line 5 asks for another\n"},
		{LOG "at lock.dropped: fail host 5000\n"
		     "p = get_user_pages_remote(A, A.log, 1, 0, locked=1) -> 1\nput p\n",
		 "t.gup:4:18: on v5.6\n", "where     host 5000\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct collected c = collect(rows[i].text, NULL);

		if (c.status != 1)
			fail_msg("status %d of:\n%s\n%s%s", c.status, rows[i].text,
				 c.report, c.mistakes);
		assert_has(c.report, rows[i].says);
		assert_has(c.report, rows[i].too);
		assert_has(c.report, "FAILED  t.gup on ");
		collected_free(&c);
	}
}

/* What cannot be run has no result that could be wrong as well. */
static void what_cannot_be_run_fails_once(void **state)
{
	static const struct {
		const char *text, *report;
	} rows[] = {
		{TASK "exit A\nget_user_pages_remote(A, 0x10000, 1, 0) -> -EFAULT\n",
		 "t.gup:4:1: on v5.6\n"
		 "    get_user_pages_remote(A, 0x10000, 1, 0) -> -EFAULT\n"
		 "  where     A\n  expected  a task with an mm\n"
		 "  actual    it has none\n"},
		{TASK "task B\nexit B\nas B: get_user_pages(0x10000, 1, 0) -> -EFAULT\n",
		 "t.gup:5:1: on v5.6\n"
		 "    as B: get_user_pages(0x10000, 1, 0) -> -EFAULT\n"
		 "  where     B\n  expected  a task that runs\n"
		 "  actual    it has exited\n"},
		/* Without its file it would be anonymous memory. */
		{"file f on disk 4K -> - | v5.7: 0\ntask A\n"
		 "vma A.f at 0x10000 1 page r shared file f\n",
		 "t.gup:3:1: on v5.6\n    vma A.f at 0x10000 1 page r shared file f\n"
		 "  where     f\n  expected  a file\n"
		 "  actual    it was never made\n"},
		{TASK "isolate A.heap[0] -> -EBUSY\n",
		 "t.gup:3:1: on v5.6\n    isolate A.heap[0] -> -EBUSY\n"
		 "  where     A.heap[0]\n  expected  a page\n"
		 "  actual    there is none\n"},
		{"option io hold\n" TASK "io done\n",
		 "t.gup:4:1: on v5.6\n    io done\n"
		 "  where     io\n  expected  reads under way\n"
		 "  actual    there are none\n"},
		{TASK "io done\n",
		 "t.gup:3:1: on v5.6\n    io done\n"
		 "  where     io\n  expected  reads under way\n"
		 "  actual    there are none without `option io hold`\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct collected c = collect(rows[i].text, NULL);
		char expected[512];

		snprintf(expected, sizeof(expected),
			 "%sFAILED  t.gup on v5.6\n0 passed, 1 failed\n", rows[i].report);
		assert_string_equal(c.report, expected);
		collected_free(&c);
	}
}

/* A dead machine runs nothing more; that it died must have been expected. */
static void an_unexpected_bug_fails(void **state)
{
	struct collected c =
		collect(TASK "get_user_pages_remote(A, A.heap, 1, 0, locked=0)"
			     " -> -EINVAL\nexpect A.heap refcount 99\n",
			NULL);

	(void)state;
	assert_int_equal(c.status, 1);
	assert_has(c.report, "actual    BUG __get_user_pages_locked\n");
	assert_lacks(c.report, "refcount 99");
	collected_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(these_fail),
		cmocka_unit_test(what_cannot_be_run_fails_once),
		cmocka_unit_test(an_unexpected_bug_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
