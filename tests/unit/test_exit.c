/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How address spaces end: with their last user, inside the call that was it. */
#include "world.h"

#include "machine/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

struct leaving {
	struct task_struct *task;
	int left;
};

static void exit_task(void *arg, enum gupsim_point point)
{
	struct leaving *leaving = arg;

	if (point != GUPSIM_POINT_LOCK_DROPPED)
		return;
	assert_result(NULL, gupsim_exit(leaving->task), 0);
	leaving->left++;
}

/* B reads what its mm alone maps, and is gone before the disk has answered. */
static void the_last_access_ends_the_mm(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = 2 * PG);
	struct leaving leaving = {0};

	map_at(w, HEAP, 2, PROT_READ, MAP_SHARED, file, 0);
	madvise_random(w, HEAP, 2);
	leaving.task = fork_as(w->task, "B");
	peek(w, HEAP, 1);
	unmap(w, HEAP, 2); /* the page was referenced once */
	assert_result(w, gupsim_read(leaving.task, HEAP, NULL, PG, NULL), 0);

	gupsim_listen(w->machine, exit_task, &leaving);
	assert_result(w, gupsim_read(leaving.task, HEAP + PG, NULL, PG, NULL), 0);
	gupsim_listen(w->machine, NULL, NULL);
	assert_number(w, leaving.left, 1);
	/* Referenced twice, and no pagevec holds it after the call. */
	assert_page(w, gupsim_file_page(file, 0), "refs 1 map 0 lru active");
}

static void append(void *arg, const char *text)
{
	char *all = arg;
	size_t used = strlen(all);

	snprintf(all + used, 4096 - used, "%s", text);
}

static const char *dumped(struct world *w)
{
	static char all[4096];

	all[0] = '\0';
	assert_result(w, gupsim_dump(w->machine, append, all), 0);
	return all;
}

/* Its husk can be asked, and answers as an address space that nothing is mapped in. */
static void a_gone_mm_is_empty(struct world *w)
{
	struct mm_struct *mm;
	struct task_struct *b;

	anon(w, HEAP, 2, RW);
	touch(w, HEAP, 2);
	b = fork_as(w->task, "B");
	mm = b->mm;
	assert_part(w, dumped(w), "mm B:");
	assert_result(w, gupsim_exit(b), 0);
	assert_no_part(w, dumped(w), "mm B:");
	assert_part(w, dumped(w), "mm A:");

	assert_null(mm->mmap);
	assert_null(find_vma(mm, HEAP));
	assert_null(gupsim_page_at(mm, HEAP));
	assert_number(w, gupsim_pte_at(mm, HEAP), 0);
	assert_result(w, gupsim_munmap(mm, HEAP, PG), 0);
	assert_result(w, gupsim_madvise(mm, HEAP, PG, MADV_RANDOM), -ENOMEM);
	assert_result(w, gupsim_mprotect(mm, HEAP, PG, RW), -ENOMEM);
	assert_result(w, gupsim_mmap(mm, HEAP, PG, RW, MAP_PRIVATE, NULL, 0), -EINVAL);
	assert_part(w, gupsim_error(w->machine), "gone");
	down_read(&mm->mmap_sem);
	assert_result(w,
		      get_user_pages_remote(NULL, mm, HEAP, 1, 0, w->taken, NULL, NULL),
		      -EFAULT);
	up_read(&mm->mmap_sem);
	assert_mapped(w, HEAP, 2, "refs 1 map 1 anon lru active");
}

static void a_thread_keeps_the_mm(struct world *w)
{
	struct task_struct *b = fork_as(w->task, "B"), *c;
	struct mm_struct *mm = b->mm;

	assert_result(w, gupsim_thread_create(b, "C", &c), 0);
	assert_result(w, gupsim_exit(b), 0);
	assert_result(w, gupsim_reap(&b), 0);
	assert_is(w, c->mm, mm);
	assert_result(w, gupsim_mmap(mm, HEAP, PG, RW, MAP_PRIVATE, NULL, 0), 0);
	assert_result(w, gupsim_write(c, HEAP, NULL, PG, NULL), 0);
	assert_result(w, gupsim_exit(c), 0);
	assert_null(mm->mmap);
	assert_result(w, gupsim_reap(&c), 0);
}

static void who_runs_is_not_reaped(struct world *w)
{
	struct task_struct *b = fork_as(w->task, "B"), *kept = b;

	assert_result(w, gupsim_reap(NULL), -EINVAL);
	assert_result(w, gupsim_reap(&b), -EINVAL);
	assert_is(w, b, kept);
	assert_result(w, gupsim_exit(b), 0);
	assert_result(w, gupsim_reap(&b), 0);
	assert_null(b);
	assert_result(w, gupsim_reap(&b), -EINVAL);
}

static void reap_in_vain(void *arg, enum gupsim_point point)
{
	struct leaving *leaving = arg;

	(void)point;
	assert_result(NULL, gupsim_reap(&leaving->task), -EDEADLK);
	leaving->left++;
}

/* The call that runs may be on its mm. */
static void nobody_is_reaped_inside_a_call(struct world *w)
{
	struct leaving leaving = {.task = fork_as(w->task, "B")};

	assert_result(w, gupsim_exit(leaving.task), 0);
	anon(w, HEAP, 1, RW);
	gupsim_listen(w->machine, reap_in_vain, &leaving);
	probe(w, ASK(GUP, HEAP, 1, FOLL_LONGTERM | FOLL_WRITE), GIVES(1, .min = 1));
	assert_number(w, leaving.left, 1);
	assert_non_null(leaving.task);
	release(w);
}

struct nested {
	struct world *w;
	struct task_struct *inner;
	int depth;
};

static void pin_longterm(struct nested *nested)
{
	struct mm_struct *mm = nested->w->mm;
	struct page *page;

	nested->depth++;
	down_read(&mm->mmap_sem);
	assert_result(nested->w,
		      get_user_pages_remote(NULL, mm, HEAP, 1, FOLL_LONGTERM, &page, NULL,
					    NULL),
		      1);
	up_read(&mm->mmap_sem);
	put_page(page);
	nested->depth--;
}

static void exit_both_in_vain(void *arg, enum gupsim_point point)
{
	struct nested *nested = arg;

	(void)point;
	if (nested->depth == 1) {
		assert_result(nested->w, gupsim_set_current(nested->inner), 0);
		pin_longterm(nested);
		return;
	}
	assert_result(nested->w, gupsim_exit(nested->w->task), -EDEADLK);
	assert_part(nested->w, gupsim_error(nested->w->machine), "A is inside a call");
	assert_result(nested->w, gupsim_exit(nested->inner), -EDEADLK);
}

/* Each goes on with his own call when the listener is through. */
static void whoever_is_inside_a_call_stays(struct world *w)
{
	struct nested nested = {.w = w, .inner = fork_as(w->task, "B")};

	anon(w, HEAP, 1, RW);
	touch(w, HEAP, 1);
	gupsim_listen(w->machine, exit_both_in_vain, &nested);
	pin_longterm(&nested);
	gupsim_listen(w->machine, NULL, NULL);
	assert_is(w, gupsim_current(), w->task);
	assert_result(w, gupsim_exit(nested.inner), 0);
}

struct meeting {
	struct world *w, *other;
	bool reached;
};

static void leave_in_vain(void *arg, enum gupsim_point point)
{
	struct meeting *meeting = arg;

	(void)point;
	assert_result(meeting->w, gupsim_exit(meeting->other->task), -EDEADLK);
	assert_result(meeting->w, gupsim_machine_destroy(&meeting->other->machine),
		      -EDEADLK);
	meeting->reached = true;
}

/* Current is of another machine, and is so again when the listener is through. */
static void whoever_is_interrupted_stays(struct world *w)
{
	struct meeting meeting = {.w = w, .other = world_create()};

	map_at(w, HEAP, 1, RW, MAP_SHARED, FILE_OF("f", GUPSIM_DISK, .bytes = PG), 0);
	assert_result(w, gupsim_set_current(meeting.other->task), 0);
	gupsim_listen(w->machine, leave_in_vain, &meeting);
	assert_result(w, gupsim_read(w->task, HEAP, NULL, 1, NULL), 0);
	gupsim_listen(w->machine, NULL, NULL);
	assert_true(meeting.reached);
	assert_is(w, gupsim_current(), meeting.other->task);
	world_destroy(meeting.other);
}

static int exit_elsewhere(void *task)
{
	return gupsim_exit(task);
}

/* The thread where a task exits cannot tell another that its current is gone. */
static void nobody_reaped_is_current(struct world *w)
{
	struct task_struct *b = fork_as(w->task, "B");
	thrd_t thread;
	int error;

	assert_result(w, gupsim_set_current(b), 0);
	assert_int_equal(thrd_create(&thread, exit_elsewhere, b), thrd_success);
	assert_int_equal(thrd_join(thread, &error), thrd_success);
	assert_result(w, error, 0);
	assert_is(w, gupsim_current(), b);
	assert_result(w, gupsim_reap(&b), 0);
	assert_null(gupsim_current());
}

/* The next task may stand where this one stood, and is not taken for it. */
static void a_reaped_tasks_calls_stay_its_own(struct world *w)
{
	struct task_struct *b = fork_as(w->task, "B");
	struct call_ref *ref;

	anon(w, HEAP, 1, RW);
	touch(w, HEAP, 1);
	gupsim_set_current(b);
	probe(w, ASK(REMOTE, HEAP, 1, 0), GIVES(1));
	gupsim_set_current(w->task);
	probe(w, ASK(REMOTE, HEAP, 1, 0), GIVES(1));
	assert_result(w, gupsim_exit(b), 0);
	assert_result(w, gupsim_reap(&b), 0);
	b = fork_as(w->task, "C");
	gupsim_set_current(b);
	put_page(w->pages[0]);
	gupsim_set_current(w->task);
	/* Nobody's but the youngest: A's has gone and B's is left. */
	ref = ledger_of(&w->machine->phys->ledger, page_to_pfn(w->pages[0]))->calls;
	assert_null(ref->next);
	assert_int_not_equal(ref->call->pid, w->task->pid);
	assert_int_not_equal(ref->call->pid, b->pid);
	w->nr_taken = 1;
	release(w);
}

/* Host memory in bytes: each block knows its size. */
struct counted {
	size_t size;
	char padding[16 - sizeof(size_t)];
};

static void *count_bytes(void *arg, void *ptr, size_t size)
{
	long *bytes = arg;
	struct counted *block = ptr ? (struct counted *)ptr - 1 : NULL;

	if (block)
		*bytes -= block->size;
	if (!size) {
		free(block);
		return NULL;
	}
	block = realloc(block, sizeof(*block) + size);
	assert_non_null(block);
	block->size = size;
	*bytes += size;
	return block + 1;
}

static void fork_and_exit(struct world *w, bool reaped)
{
	struct task_struct *b = fork_as(w->task, "B");

	assert_result(w, gupsim_write(b, HEAP, NULL, 1, NULL), 0);
	assert_result(w, gupsim_exit(b), 0);
	if (reaped)
		assert_result(w, gupsim_reap(&b), 0);
}

/* What a task leaves is the little that its pointers lead to, and after the reap nothing.
 */
static void exits_leave_no_memory_behind(struct world *w)
{
	long before;

	w->config.host_realloc = count_bytes;
	w->config.host_arg = &w->blocks; /* in bytes for once */
	world_renew(w);
	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 4);
	for (int i = 0; i < 2000; i++) /* until the trace is full */
		fork_and_exit(w, true);
	before = w->blocks;
	for (int i = 0; i < 100000; i++)
		fork_and_exit(w, true);
	assert_number(w, w->blocks, before);
	for (int i = 0; i < 100; i++)
		fork_and_exit(w, false);
	assert_number(w, w->blocks,
		      before + 100 * (long)(sizeof(struct gupsim_mm) +
					    sizeof(struct gupsim_task)));
}

SUITE(world_test(the_last_access_ends_the_mm), world_test(a_gone_mm_is_empty),
      world_test(a_thread_keeps_the_mm), world_test(who_runs_is_not_reaped),
      world_test(nobody_is_reaped_inside_a_call),
      world_test(whoever_is_inside_a_call_stays),
      world_test(whoever_is_interrupted_stays), world_test(nobody_reaped_is_current),
      world_test(a_reaped_tasks_calls_stay_its_own),
      world_test(exits_leave_no_memory_behind))
