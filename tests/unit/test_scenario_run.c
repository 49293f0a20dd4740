/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running fixtures: what holds, what fails and how it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "collected.h"

#include "scenario/run.h"

#include <errno.h>
#include <gupsim/gupsim.h>
#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TASK	 "task A\nvma A.heap at 0x10000 4 pages rw private anon\n"
#define PIN_VMAS "p = get_user_pages_remote(A, A.heap, 4, WRITE, vmas=yes) -> 4\n"
#define PIN	 "p = get_user_pages_remote(A, A.heap, 4, WRITE) -> 4\n"

/* A2 goes on in the mm that A made. */
#define LEFT TASK "thread A2 of A\nwrite A.heap\nexit A\n"
#define STORY                                                                         \
	"kernels v5.5..v6.12\n"                                                       \
	"use pin = get_user_pages_remote | v5.10: pin_user_pages_remote\n"            \
	"pmem pm0 1M\nfile data on pm0 64K\n" TASK                                    \
	"vma A.dax at 0x14000 4 pages rw shared file data\n"                          \
	"write A.heap\nwrite A.dax\n"                                                 \
	"q = pin(A, A.heap, 6, WRITE|LONGTERM) -> -EINVAL warn get_user_pages_remote" \
	" | v5.6: -EOPNOTSUPP | v5.11: 4\n"                                           \
	"expect A.heap refcount 1+q mapcount 1\n"                                     \
	"expect A.dax[0..1] refcount 1 mapcount 0 device\n"

#define DAX                                        \
	"pmem pm0 64K\nfile data on pm0 8K\n" TASK \
	"vma A.dax at 0x20000 2 pages rw shared file data\nwrite A.dax\n"

#define LOG                              \
	"file log on disk 16K\ntask A\n" \
	"vma A.log at 0x10000 4 pages r shared file log random\n"

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no `%s` in:\n%s", part, text);
}

/* Fixtures that hold. */
static void these_hold(void **state)
{
	static const char *const texts[] = {
		STORY "put q\n",
		TASK PIN "expect A.heap refcount 1+p anon lru\nput p\n",
		/* A raw put_page() is accounted for in the sum. */
		TASK PIN
		"put_page(p[0])\nexpect A.heap[0] refcount 1+p\n"
		"expect A.heap[1..3] refcount 1+p\nput_page(p[1])\nput_page(p[2])\n"
		"put_page(p[3])\nexpect A.heap refcount 1\n" /* all by hand */
		"x = get_page(A.heap[0])\nput_page(x)\n",
		TASK "write A.heap \"abc\\x00\"\nexpect A.heap bytes \"abc\\x00\\x00\"\n"
		     "frame old = A.heap[1]\nmunmap A.heap[1]\nexpect old free\n"
		     "expect A.heap[1] none\nexpect A.heap[0] same as A.heap[2] no\n"
		     "write A.heap[1] -> SIGSEGV\n",
		TASK "fork A B\nwrite A.heap\nwrite B.heap\nexpect A.heap[0] same as "
		     "B.heap[0] no\n"
		     "expect A faults min 4 maj 0\nexpect B faults min 4\nexit B\n",
		LOG
		"at lock.dropped: munmap A.log\n"
		"p = get_user_pages_remote(A, A.log, 4, 0, locked=1) -> -EFAULT\n"
		"expect p locked 0\nexpect p faults min 0 maj 1\nexpect vma A.log none\n",
		/* `put` gives back what is still held. */
		TASK PIN "put_page(p[0])\nput p\nexpect A.heap refcount 1\n"
			 "get_user_pages(0, 1, 0) -> -EFAULT\n",
		TASK
		"p = get_user_pages(0, 1, 0) -> -EFAULT\nput p\nput p\n"
		"q = get_user_pages(A.heap, 1, 0, pages=NULL) -> 1\nput q\n"
		"r = get_user_pages(A.heap, 1, 0) -> -\nput r\nx = get_page(A.heap[0])"
		" -> -\nput x\n",
		/* An event that has to wait for the lock happens after the call. */
		LOG
		"at lock.retaken: t = munmap A.log -> would block on A lock\n"
		"at lock.dropped #9 ?: kill A\n"
		"p = get_user_pages_remote(A, A.log, 4, 0, locked=1) -> 4\n"
		"expect t done\nexpect A.log none\nexpect p[0..3] refcount 1+p\nput p\n",
		/* Faults of a statement at a point are not the call's. */
		LOG "vma A.heap at 0x20000 2 pages rw private anon\n"
		    "at lock.dropped:\n    write A.heap\n    expect A.heap mapcount 1\n"
		    "p = get_user_pages_remote(A, A.log, 1, 0, locked=1) -> 1\n"
		    "expect p faults min 1 maj 1\nexpect A faults min 3 maj 1\nput p\n",
		/* Another call in the middle of one; each has its own lock and faults. */
		LOG "vma A.heap at 0x20000 4 pages rw private anon\ntask B\n"
		    "at lock.dropped as B:\n"
		    "    q = get_user_pages_remote(A, A.heap, 2, WRITE) -> 2\n"
		    "    expect q faults min 2 maj 0\n"
		    "at lock.retaken: r = get_user_pages(A.heap, 4, 0) -> 4\n"
		    "p = get_user_pages_remote(A, A.log, 1, 0, locked=1) -> 1\n"
		    "expect p faults min 1 maj 1\nexpect p[0] refcount 2+p\n"
		    "expect A.heap[0..1] refcount 1+q+r\nput r\nput q\nput p\n",
		/* The fixture's lock is gone where the call has dropped it. */
		LOG "vma A.heap at 0x20000 1 page rw private anon\nlock A read\n"
		    "at lock.dropped: q = get_user_pages(A.heap, 1, WRITE) -> 1\n"
		    "p = get_user_pages_locked(A.log, 1, 0, locked=1) -> 1\n"
		    "expect p locked 0\nexpect lock A none\nput p\nput q\n",
		/* Whatever can stand in a line can stand at a point. */
		LOG "at lock.dropped:\n    pmem pm0 1M\n    file data on pm0 4K\n"
		    "    task B\n    thread B2 of B\n"
		    "    vma B.dax at 0x10000 1 page rw shared file data\n"
		    "    q = get_user_pages_remote(B, B.dax, 1, WRITE|LONGTERM)"
		    " -> -EOPNOTSUPP\n"
		    "    write B.dax\n"
		    "p = get_user_pages_remote(A, A.log, 1, 0, locked=1) -> 1\n"
		    "expect B.dax refcount 1 mapcount 0\nput p\n",
		/* A task that has exited names its mm while another runs in it. */
		LEFT "as A2: p = get_user_pages(A.heap, 1, WRITE) -> 1\n"
		     "expect p[0] mapcount 1 refcount 1+p same as A.heap[0]\n"
		     "expect A.heap none no young\nexpect vma A.heap pages 4\nput p\n",
		LEFT "as A2: p = get_user_pages_remote(A, A.heap, 4, WRITE) -> 4\nput p\n"
		     "lock A read\nexpect lock A2 read\nunlock A2\n"
		     "vma A.e at 0x20000 1 page rw private anon\nas A2: write A.e\n"
		     "as A2: munmap A.heap\nexpect A.heap none\nexit A2\n"
		     "expect A.e none\nexpect vma A.e none\n",
		/* Or while a call does. */
		LOG "task B\nat lock.dropped:\n    exit A\n    expect vma A.log pages 4\n"
		    "as B: p = get_user_pages_remote(A, A.log, 1, 0, locked=1) -> 1\n"
		    "expect vma A.log none\nput p\n",
		/* No call has taken the reference of an isolated page. */
		TASK "write A.heap\nisolate A.heap[0]\nexpect leak A.heap[0] 0\n"
		     "putback A.heap[0]\n",
		/* What is left of a VMA is still that VMA. */
		TASK PIN_VMAS "munmap A.heap[1..3]\nexpect p.vmas[0..3] A.heap[0]\n"
			      "vma A.e at 0x11000 1 page r private anon\n"
			      "expect p.vmas[1] A.heap[0]\nput p\n",
		TASK "lock A read\nexpect lock A read\n" PIN "expect lock A read\n"
		     "unlock A\nexpect lock A none\nput p\n",
		/* Readers are counted; a call drops one. */
		TASK "lock A read\nlock A read\nunlock A\nexpect lock A read\n" PIN
		     "unlock A\nexpect lock A none\nput p\n",
		LOG "lock A read\nlock A read\n"
		    "p = get_user_pages_locked(A.log, 1, 0, locked=1) -> 1\n"
		    "expect p locked 0\nexpect lock A read\nunlock A\nput p\n",
		TASK "lock A write\nmunmap A.heap -> would block on A lock\nunlock A\n"
		     "expect vma A.heap none\n",
		/* The rest is not run once the machine is dead. */
		TASK "p = get_user_pages_remote(A, A.heap, 1, 0, locked=0)"
		     " -> BUG __get_user_pages_locked\nexpect A.heap refcount 99\n",
		TASK
		"p = get_user_pages_remote(A, A.heap, 4, 0) -> -\n"
		"expect A.heap[0] refcount 7+p\nexpect p[0] same as A.heap[0]\nput p\n",
		TASK PIN "put p\nput_page(A.heap[0]) -> 0 warn bad_page\n"
			 "expect audit A.heap[0] -1 by put_page\nwrite A.heap[1]\n",
		TASK "get_user_pages_remote(A, A.heap, 4, WRITE|GET, pages=NULL) -> 4\n"
		     "expect leak A.heap 1\n",
		TASK
		"get_user_pages_remote(A, A.heap, 0xffffffffffffffff, WRITE, vmas=yes,"
		" pages=NULL) -> 4\n",
		"kernels v6.99\n" TASK "p = pin_user_pages(A.heap, 1, 0) -> 1\n",
		/* A failure is used up; one that need not happen may be left over. */
		TASK "fail page 2\nwrite A.heap -> -ENOMEM\nfail page 9 ?\n"
		     "fail page 1\nwrite A.heap -> -ENOMEM\nfail kmalloc 1 ?\n",
		/* Nor does one come that a release or a dead machine leaves out. */
		TASK "fail page 1 -> - | v7.9: 0\n",
		TASK "fail page 1\np = get_user_pages_remote(A, A.heap, 1, 0, locked=0)"
		     " -> BUG __get_user_pages_locked\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct collected c = collect(texts[i], NULL);

		if (c.status)
			fail_msg("%s\n%s%s", texts[i], c.report, c.mistakes);
		assert_string_equal(c.mistakes, "");
		assert_int_equal(c.result.failed + c.result.errors, 0);
		collected_free(&c);
	}
}

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
		size_t length = strlen(rows[i].report);

		assert_true(strlen(c.report) > length);
		assert_string_equal(c.report + length,
				    "FAILED  t.gup on v5.6\n0 passed, 1 failed\n");
		c.report[length] = '\0';
		assert_string_equal(c.report, rows[i].report);
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
	assert_null(strstr(c.report, "refcount 99"));
	collected_free(&c);
}

static void releases_are_selected(void **state)
{
	const char *v55 = "v5.5", *all = "all", *none = "v5.66";
	struct gupsim_scenario_options options = {.kernels = &v55, .nr_kernels = 1};
	struct collected c = collect("kernels v5.5 v5.6\n" TASK, &options);

	(void)state;
	assert_int_equal(c.result.passed, 1);
	assert_int_equal(c.result.skipped, 0);
	collected_free(&c);

	c = collect(TASK, &options); /* it is for v5.6 */
	assert_int_equal(c.status, 0);
	assert_int_equal(c.result.passed, 0);
	assert_int_equal(c.result.skipped, 1);
	assert_string_equal(c.report, "0 passed, 1 skipped\n");
	collected_free(&c);

	options.kernels = &all;
	c = collect(TASK, &options);
	assert_int_equal(c.result.passed, 1);
	assert_int_equal(c.result.skipped, gupsim_nr_kernels() - 1);
	collected_free(&c);

	options.kernels = &none;
	c = collect(TASK, &options);
	assert_int_equal(c.status, 2);
	assert_string_equal(
		c.mistakes,
		"gupsim: unknown kernel 'v5.66': there are v5.5, v5.6, v5.7, v5.8, "
		"v5.9, v5.10, v5.10.223, v5.15, v6.1, v6.1.192, v6.12, all\n");
	collected_free(&c);
}

/* It cannot pass: nothing of it has run. */
static void a_fixture_for_no_release_is_skipped(void **state)
{
	static const char *const says[] = {
		[GUPSIM_TEXT] = "skipped t.gup: it names no release that is modelled\n"
				"0 passed, 1 skipped\n",
		[GUPSIM_KTAP] =
			"KTAP version 1\n1..1\n"
			"ok 1 t.gup # SKIP it names no release that is modelled\n",
		[GUPSIM_JSON] = "{\"tests\": [\n  {\"path\": \"t.gup\", \"verdict\": "
				"\"skipped\"}\n"
				"], \"passed\": 0, \"failed\": 0, \"skipped\": 1, "
				"\"errors\": 0}\n",
	};

	(void)state;
	for (int format = GUPSIM_TEXT; format <= GUPSIM_JSON; format++) {
		struct gupsim_scenario_options options = {.format = format};
		struct collected c = collect("kernels v5.66 v6.99\n" TASK, &options);

		assert_int_equal(c.status, 0);
		assert_string_equal(c.report, says[format]);
		assert_int_equal(c.result.skipped, 1);
		collected_free(&c);
	}
}

/* No result can be written that names more WARNs than a statement has room for. */
static void warns_past_the_last_are_counted(void **state)
{
	const struct gupsim_report warn = {GUPSIM_WARN, "f", "x"};
	struct result result = {.kind = RESULT_NUMBER};
	struct frame frame = {.result = &result};
	struct run run = {.frame = &frame};
	struct heap heap;
	struct pool pool;

	(void)state;
	heap_init(&heap, NULL, NULL);
	pool_init(&pool, &heap);
	for (int i = 0; i < MAX_WARNS; i++)
		run_report(&run, &warn);
	assert_string_equal(result_words(&pool, &result),
			    "0 warn f warn f warn f warn f");
	run_report(&run, &warn);
	run_report(&run, &warn);
	assert_string_equal(result_words(&pool, &result),
			    "0 warn f warn f warn f warn f and 2 more");
	pool_destroy(&pool);
}

static void rules_are_overridden(void **state)
{
	static const char fixture[] = "rule get_user_pages_remote.longterm refused\n" TASK
				      "get_user_pages_remote(A, A.heap, 1, LONGTERM) -> "
				      "-EINVAL warn get_user_pages_remote\n";
	const char *rule = "get_user_pages_remote.longterm=unless_locked";
	const char *wrong[] = {"check_dax_vmas.fsdx=refused",
			       "check_dax_vmas.fsdax=refusd", "check_dax_vmas.fsdax"};
	struct gupsim_scenario_options options = {.rules = &rule, .nr_rules = 1};
	struct collected c = collect(fixture, NULL);

	(void)state;
	assert_int_equal(c.status, 0);
	collected_free(&c);
	c = collect(fixture, &options); /* the option has the last word */
	assert_int_equal(c.status, 1);
	collected_free(&c);

	for (size_t i = 0; i < 3; i++) {
		static const char *const says[] = {
			"gupsim: unknown rule 'check_dax_vmas.fsdx'; did you mean "
			"'check_dax_vmas.fsdax'?\n",
			"gupsim: unknown value 'refusd' of check_dax_vmas.fsdax: there "
			"are refused, accepted\n",
			"gupsim: a rule is given as NAME=VALUE, not "
			"'check_dax_vmas.fsdax'\n",
		};

		options.rules = &wrong[i];
		c = collect(TASK, &options);
		assert_int_equal(c.status, 2);
		assert_string_equal(c.mistakes, says[i]);
		collected_free(&c);
	}
}

static void ktap_has_a_plan(void **state)
{
	struct gupsim_scenario_options options = {.format = GUPSIM_KTAP};
	struct collected c = collect("kernels v5.5 v5.6\n" TASK "expect A.heap none\n"
				     "expect A.heap young | v5.6: none\n",
				     &options);

	(void)state;
	assert_int_equal(c.status, 1);
	assert_string_equal(c.report, "KTAP version 1\n"
				      "1..2\n"
				      "  KTAP version 1\n"
				      "  1..3\n"
				      "  ok 1 line 4\n"
				      "  # A.heap[0] young\n"
				      "  # expected young\n"
				      "  # actual   young no\n"
				      "  not ok 2 line 5\n"
				      "  ok 3 end of file\n"
				      "not ok 1 t.gup@v5.5\n"
				      "  KTAP version 1\n"
				      "  1..3\n"
				      "  ok 1 line 4\n"
				      "  ok 2 line 5\n"
				      "  ok 3 end of file\n"
				      "ok 2 t.gup@v5.6\n");
	collected_free(&c);

	c = collect("task A\nfrob\n", &options);
	assert_int_equal(c.status, 2);
	assert_has(c.report, "KTAP version 1\n1..1\n# t.gup:2:1: unknown verb 'frob'");
	assert_has(c.report, "\nnot ok 1 t.gup\n");
	collected_free(&c);
}

static void json_is_one_object(void **state)
{
	struct gupsim_scenario_options options = {.format = GUPSIM_JSON};
	struct collected c = collect(TASK "expect A.heap young\n", &options);

	(void)state;
	assert_string_equal(
		c.report,
		"{\"tests\": [\n"
		"  {\"path\": \"t.gup\", \"kernel\": \"v5.6\", \"verdict\": \"failed\", "
		"\"checks\": [\n"
		"    {\"line\": 3, \"verdict\": \"failed\", \"failures\": "
		"[{\"expected\": "
		"\"young\", \"where\": \"A.heap[0] young\", \"actual\": \"young no\", "
		"\"trace\": []}]},\n"
		"    {\"line\": null, \"verdict\": \"passed\", \"failures\": []}]}\n"
		"], \"passed\": 0, \"failed\": 1, \"skipped\": 0, \"errors\": 0}\n");
	collected_free(&c);

	c = collect("task \"A\"\n", &options);
	assert_has(c.report,
		   "\"verdict\": \"error\", \"mistakes\": 1, \"first\": [\n"
		   "    {\"line\": 1, \"column\": 6, \"message\": \"expected a name, "
		   "not '\\\"A\\\"'\"}]}");
	collected_free(&c);
}

static void current_is_left_alone(void **state)
{
	struct gupsim_machine *machine;
	struct task_struct *task;
	struct collected c;

	(void)state;
	assert_int_equal(gupsim_machine_create(NULL, &machine), 0);
	assert_int_equal(gupsim_task_create(machine, "mine", &task), 0);
	c = collect(TASK PIN "put p\n", NULL);
	assert_int_equal(c.status, 0);
	assert_ptr_equal(current, task);
	collected_free(&c);
	assert_int_equal(gupsim_machine_destroy(&machine), 0);
}

/* Each allocation of host memory fails once; the sanitizers see what is not given back.
 */
static void out_of_host_memory(void **state)
{
	static const char *const texts[] = {
		STORY,
		LOG "at lock.dropped: munmap A.log\n"
		    "p = get_user_pages_remote(A, A.log, 4, 0, locked=1) -> -EFAULT\n",
		TASK PIN "expect A.heap refcount 9\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct gupsim_scenario_options options = {.fail_host = 0};
		struct collected c;
		int status;

		do {
			options.fail_host++;
			c = collect(texts[i], &options);
			status = c.status;
			collected_free(&c);
		} while (status == -ENOMEM);
		c = collect(texts[i], NULL);
		assert_int_equal(status, c.status);
		assert_true(options.fail_host > 20);
		collected_free(&c);
	}
}

/* Is a failure told of the last statement when the host has no memory for it? */
static bool is_left_behind(const char *text, const char *what)
{
	static const char *const kernels[] = {"v5.6"};
	struct gupsim_scenario_options options = {.kernels = kernels, .nr_kernels = 1};
	bool told = false;
	struct collected c;
	int status;

	do {
		options.fail_host++;
		c = collect(text, &options);
		status = c.status;
		if (status == -ENOMEM && c.result.failed) {
			assert_has(c.report, what);
			told = true;
		}
		collected_free(&c);
	} while (status == -ENOMEM);
	return told;
}

/* What is half done then is told; what the fixture expects there is not. */
static void what_is_left_behind_is_told(void **state)
{
#define TWICE TASK PIN "drain\nput p\nput_page(p[0]) -> 0 warn bad_page\n"

	(void)state;
	assert_true(is_left_behind(
		TWICE, "  where     A.heap[0]\n  expected  every reference explained\n"));
	assert_true(is_left_behind(
		TASK "get_user_pages(A.heap, 1, WRITE) -> 1\nwrite A.heap[1] \"x\"\n",
		"  expected  given back when the host had no memory\n"));
	assert_true(is_left_behind(
		TWICE "expect audit A.heap[0] -1 by p\nx = get_page(A.heap[0])\n",
		"  actual    BUG get_page\n"));
	assert_false(is_left_behind(TWICE "expect audit A.heap[0] -1 by p\n", ""));
	assert_false(is_left_behind(STORY "put q\n", ""));
	assert_false(is_left_behind(TASK PIN "expect A.heap refcount 9\n", ""));
}

static void wrong_arguments_are_refused(void **state)
{
	struct gupsim_scenario_options options = {.size = 0};
	const char *missing = "/nowhere/at/all.gup", *nothing = NULL;
	struct gupsim_scenario_options wrong[] = {
		{.nr_kernels = 1},
		{.kernels = &nothing, .nr_kernels = 1},
		{.nr_rules = 1},
		{.rules = &nothing, .nr_rules = 1},
		{.format = GUPSIM_JSON + 1},
	};
	struct collected c;

	(void)state;
	assert_int_equal(gupsim_scenario_run(NULL, "", 0, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run("x", NULL, 0, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run_file(NULL, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run("x", "task A\n", 7, &options, NULL),
			 -EINVAL);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		wrong[i].size = sizeof(wrong[i]);
		assert_int_equal(gupsim_scenario_run("x", "task A\n", 7, &wrong[i], NULL),
				 -EINVAL);
		assert_int_equal(gupsim_scenario_explain("x", 0, &wrong[i]), -EINVAL);
	}
	assert_int_equal(gupsim_scenario_run_files(NULL, 0, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run_files(&nothing, 1, NULL, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_run_files(&nothing, 0, NULL, NULL), 0);
	assert_int_equal(gupsim_scenario_run("x", "", 0, NULL, NULL), 2);
	options.size = sizeof(options) + 1;
	assert_int_equal(gupsim_scenario_run("x", "task A\n", 7, &options, NULL),
			 -EINVAL);
	assert_int_equal(gupsim_scenario_run("x", "task A\n", 7, NULL, NULL), 0);
	assert_int_equal(gupsim_scenario_dump(missing, 0, NULL), -EINVAL);
	assert_int_equal(gupsim_scenario_verbs(NULL, false, NULL, NULL), -EINVAL);

	options = collecting(&c, NULL);
	assert_int_equal(gupsim_scenario_run_file(missing, &options, NULL), 2);
	assert_string_equal(c.mistakes,
			    "/nowhere/at/all.gup: No such file or directory\n");
	collected_free(&c);
}

/* A fixture in a file, which looking into it needs. */
static void write_file(char *path, const char *text)
{
	int fd = mkstemps(path, 4);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void warns_of_a_guest_past_the_last_fail(void **state)
{
	char path[] = "/tmp/gupsim-XXXXXX.gup", answers[256];
	const char *paths[] = {path};
	struct collected c;
	struct gupsim_scenario_options options = collecting(&c, NULL);

	(void)state;
	write_file(path, "kernels v5.6\ntask A -> 0 warn a warn b warn c warn d\n");
	snprintf(answers, sizeof(answers),
		 "{\"fixture\":\"%s\"}\n{\"n\":1,\"result\":0,\"signal\":0,\"min\":0,"
		 "\"maj\":0,\"warns\":\"a;b;c;d;e\"}\n{\"end\":\"%s\"}\n",
		 path, path);
	assert_int_equal(gupsim_scenario_judge(paths, 1, "v5.6", answers, &options, NULL),
			 1);
	unlink(path);
	assert_has(c.report, "0 warn a warn b warn c warn d and 1 more\n");
	collected_free(&c);
}

static void explain_tells_the_decisions(void **state)
{
	char path[] = "/tmp/gupsim-XXXXXX.gup";
	struct collected c;
	struct gupsim_scenario_options options = collecting(&c, NULL);

	(void)state;
	write_file(path, STORY);
	assert_int_equal(gupsim_scenario_explain(path, 10, &options), 0);
	assert_has(c.report, ":10: on v5.5\n    q = pin(A, A.heap, 6, WRITE|LONGTERM)");
	assert_has(c.report, "get_user_pages_remote.longterm=refused, until v5.6 made it "
			     "unless_locked (commit c4237f8b1f4f)]");
	assert_has(c.report, "get_user_pages_remote.longterm=unless_locked, since v5.6 "
			     "(commit c4237f8b1f4f)]");
	assert_has(c.report, "  check_dax_vmas: ");
	assert_has(c.report, "get_user_pages_remote: returns -> -EOPNOTSUPP\n");
	assert_int_equal(gupsim_scenario_explain(path, 3, &options), 2);
	assert_has(c.mistakes, "there is no call in this line\n");
	unlink(path);
	collected_free(&c);
}

static void explain_tells_a_call_at_a_point(void **state)
{
	char path[] = "/tmp/gupsim-XXXXXX.gup";
	struct collected c;
	struct gupsim_scenario_options options = collecting(&c, NULL);

	(void)state;
	write_file(path, LOG "at lock.dropped: get_user_pages(0, 1, 0) -> -EFAULT\n"
			     "p = get_user_pages_locked(A.log, 1, 0, locked=1) -> 1\n");
	assert_int_equal(gupsim_scenario_explain(path, 4, &options), 0);
	assert_has(c.report, ":4: on v5.6\n    at lock.dropped: get_user_pages(0, ");
	assert_has(c.report, "returns -> -EFAULT\n");
	assert_null(strstr(c.report, ":5: on v5.6\n"));
	collected_free(&c);
	options = collecting(&c, NULL);
	assert_int_equal(gupsim_scenario_explain(path, 5, &options), 0);
	assert_has(c.report, ":5: on v5.6\n    p = get_user_pages_locked(A.log, 1, ");
	assert_null(strstr(c.report, "-EFAULT"));
	unlink(path);
	collected_free(&c);
}

static void dump_shows_the_state_at_a_line(void **state)
{
	char path[] = "/tmp/gupsim-XXXXXX.gup";
	struct collected c;
	struct gupsim_scenario_options options = collecting(&c, NULL);

	(void)state;
	write_file(path, TASK PIN "\nput p\n");
	assert_int_equal(gupsim_scenario_dump(path, 4, &options), 0); /* a blank line */
	assert_has(c.report, ":4: on v5.6\n");
	assert_has(c.report, "p = get_user_pages_remote");
	collected_free(&c);
	options = collecting(&c, NULL);
	assert_int_equal(gupsim_scenario_dump(path, 5, &options), 0);
	assert_null(strstr(c.report, "p = get_user_pages_remote"));
	unlink(path);
	collected_free(&c);
}

static void collect_help(void *arg, const char *text)
{
	strlcat(arg, text, 32768);
}

static void verbs_have_help(void **state)
{
	static char text[32768];

	(void)state;
	text[0] = '\0';
	assert_int_equal(gupsim_scenario_verbs("munmap", false, collect_help, text), 0);
	assert_has(text, "munmap PAGES\n");
	assert_int_equal(gupsim_scenario_verbs("mumap", false, collect_help, text),
			 -EINVAL);
	text[0] = '\0';
	assert_int_equal(gupsim_scenario_verbs(NULL, true, collect_help, text), 0);
	assert_has(text, "\n### get_user_pages_remote\n");
	assert_has(text, "| a page | `refcount SUM` |");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(these_hold),
		cmocka_unit_test(these_fail),
		cmocka_unit_test(what_cannot_be_run_fails_once),
		cmocka_unit_test(an_unexpected_bug_fails),
		cmocka_unit_test(releases_are_selected),
		cmocka_unit_test(a_fixture_for_no_release_is_skipped),
		cmocka_unit_test(warns_past_the_last_are_counted),
		cmocka_unit_test(rules_are_overridden),
		cmocka_unit_test(ktap_has_a_plan),
		cmocka_unit_test(json_is_one_object),
		cmocka_unit_test(current_is_left_alone),
		cmocka_unit_test(out_of_host_memory),
		cmocka_unit_test(what_is_left_behind_is_told),
		cmocka_unit_test(wrong_arguments_are_refused),
		cmocka_unit_test(warns_of_a_guest_past_the_last_fail),
		cmocka_unit_test(explain_tells_the_decisions),
		cmocka_unit_test(explain_tells_a_call_at_a_point),
		cmocka_unit_test(dump_shows_the_state_at_a_line),
		cmocka_unit_test(verbs_have_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
