/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gupsim_error(): which calls have words for what went wrong, and for how long. */
#include "words.h"
#include "world.h"

#include "machine/machine.h"

#include <string.h>

/* What the calls that have no table of their own return instead of 0. */
static void errors_have_words(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true);
	struct task_struct *task;

	map_at(w, HEAP, 2, PROT_READ, MAP_SHARED, file, 0);
	peek(w, HEAP, 1);
	SPOKEN(gupsim_read(w->task, 0x200000, NULL, 1, NULL), -EFAULT);
	SPOKEN(gupsim_read(w->task, HEAP + PG, NULL, 1, NULL), -EFAULT);
	assert_part(w, gupsim_error(w->machine), "SIGBUS");
	SPOKEN(gupsim_putback(page_at(w, HEAP)), -EINVAL);
	SPOKEN(gupsim_isolate(gupsim_page_by_pfn(w->machine, 1)), -EBUSY);
	SPOKEN(gupsim_alloc_contig(gupsim_page_by_pfn(w->machine, 1)), -EINVAL);
	SPOKEN(gupsim_file_evict(file, 0, 1), -EBUSY);
	SPOKEN(gupsim_file_evict(FILE_OF("s", GUPSIM_SHMEM, .bytes = PG), 0, 1), -EINVAL);
	down_read(&w->mm->mmap_sem);
	SPOKEN(gupsim_fork(w->task, "B", &task), -EDEADLK);
	SPOKEN(gupsim_exit(w->task), -EDEADLK);
	up_read(&w->mm->mmap_sem);
	anon(w, 0x200000, 4, RW);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
	SPOKEN(gupsim_write(w->task, 0x200000, NULL, 1, NULL), -ENOMEM);
	assert_part(w, gupsim_error(w->machine), "machine");
	for (unsigned int nth = 1; nth <= 2; nth++) {
		gupsim_fail(w->machine, GUPSIM_FAIL_HOST, nth);
		SPOKEN(gupsim_munmap(w->mm, 0x201000, PG), -ENOMEM);
		assert_part(w, gupsim_error(w->machine), "host");
		gupsim_fail(w->machine, GUPSIM_FAIL_HOST, nth);
		SPOKEN(gupsim_task_create(w->machine, "B", &task), -ENOMEM);
		assert_part(w, gupsim_error(w->machine), "host");
	}
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 1);
	SPOKEN(gupsim_thread_create(w->task, "B", &task), -ENOMEM);
}

static void rules_are_refused_with_words(struct world *w)
{
	assert_result(w, gupsim_rule_set(w->machine, "check_dax_vma.fsdax", "accepted"),
		      -EINVAL);
	assert_part(w, gupsim_error(w->machine), "check_dax_vmas.fsdax");
	assert_result(w, gupsim_rule_set(w->machine, "check_dax_vmas.fsdax", "acepted"),
		      -EINVAL);
	assert_part(w, gupsim_error(w->machine), "accepted");
}

static void ignore(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

/* Nor does a call that succeeds, or that the kernel refuses, leave words behind. */
static void words_end_with_their_call(struct world *w)
{
	struct task_struct *b;

	SPOKEN(gupsim_task_create(w->machine, "B", &b), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_mmap(w->mm, HEAP, PG, RW, MAP_PRIVATE, NULL, 0), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_kill(b), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_signal(b), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_allocate_in(w->machine, GUPSIM_ANYWHERE), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_rule_set(w->machine, "check_dax_vmas.fsdax", "accepted"), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_set_current(b), 0);
	assert_text(w, gupsim_error(w->machine), "");
	gupsim_set_current(w->task);
	base_error(&w->machine->base, 0, "stale");
	probe(w, ASK(GUP, 0x200000, 1, 0), GIVES(-EFAULT));
	assert_text(w, gupsim_error(w->machine), "");
}

/* One cleans up before one tells what went wrong. */
static void words_outlive_cleaning_up(struct world *w)
{
	touched(w, 1);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1));
	down_read(&w->mm->mmap_sem);
	base_error(&w->machine->base, 0, "what went wrong");
	release(w);
	up_read(&w->mm->mmap_sem);
	gupsim_drain(w->machine);
	gupsim_io_done(w->machine);
	gupsim_listen(w->machine, NULL, NULL);
	gupsim_name_calls(w->machine, NULL);
	gupsim_dump(w->machine, ignore, NULL);
	assert_result(w, gupsim_audit(w->machine, NULL, NULL), 0);
	assert_result(w, gupsim_held(w->machine, NULL, NULL), 0);
	assert_text(w, gupsim_error(w->machine), "what went wrong");
}

static void fail_in_vain(void *arg, enum gupsim_point point)
{
	struct world *w = arg;

	(void)point;
	SPOKEN(gupsim_munmap(w->mm, HEAP, PG), -EDEADLK);
}

/* What a listener was told is not what the call is told that it runs in. */
static void words_of_a_listener_are_its_own(struct world *w)
{
	anon(w, HEAP, 1, RW);
	gupsim_listen(w->machine, fail_in_vain, w);
	probe(w, ASK(GUP, HEAP, 1, FOLL_LONGTERM | FOLL_WRITE), GIVES(1, .min = 1));
	assert_text(w, gupsim_error(w->machine), "");
	release(w);
}

SUITE(world_test(errors_have_words), world_test(rules_are_refused_with_words),
      world_test(words_end_with_their_call), world_test(words_outlive_cleaning_up),
      world_test(words_of_a_listener_are_its_own))
