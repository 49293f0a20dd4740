/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fixtures that hold, and who is current behind them. */
#include "stories.h"

#include <gupsim/gupsim.h>
#include <linux/sched.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(these_hold),
		cmocka_unit_test(current_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
