/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who took each reference: by kind, or by call; whose reference a put gives back. */
#include "world.h"

#include "machine/machine.h"

#include <limits.h>
#include <stdio.h>

static struct page_ledger *ledger_at(struct world *w, unsigned long addr)
{
	return ledger_of(&w->machine->phys->ledger, page_to_pfn(page_at(w, addr)));
}

/* "p 1, q 2": the calls that hold the page, youngest first. */
static const char *holders(struct world *w, unsigned long addr)
{
	static char text[128];
	size_t used = 0;

	text[0] = '\0';
	for (struct call_ref *ref = ledger_at(w, addr)->calls; ref; ref = ref->next)
		used += snprintf(text + used, sizeof(text) - used, "%s%s %ld",
				 used ? ", " : "", ref->call->name, ref->count);
	return text;
}

static void pin_as(struct world *w, const char *name, unsigned long nr)
{
	gupsim_name_calls(w->machine, name);
	for (unsigned long i = 0; i < nr; i++)
		probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1));
	gupsim_name_calls(w->machine, NULL);
}

static void calls_are_kept_youngest_first(struct world *w)
{
	struct page *page = touched(w, 1);

	pin_as(w, "p", 1);
	pin_as(w, "q", 1);
	assert_text(w, holders(w, HEAP), "q 1, p 1");
	put_page(page);
	assert_text(w, holders(w, HEAP), "p 1");
	put_page(page);
	assert_text(w, holders(w, HEAP), "");
	w->nr_taken = 0;
}

/* Two adjacent mappings of one file page: one call takes it twice (scenario 142). */
static void one_call_counts_its_references(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_SHMEM, .bytes = PG);

	map_at(w, HEAP, 1, RW, MAP_SHARED, file, 0);
	map_at(w, HEAP + PG, 1, RW, MAP_SHARED, file, 0);
	gupsim_name_calls(w->machine, "p");
	probe(w, ASK(GUP, HEAP, 2, 0), GIVES(2, .min = 2));
	gupsim_name_calls(w->machine, NULL);
	assert_same(w, w->pages[0], w->pages[1]);
	assert_pages(w, 2, "refs 5 map 2 lru active");
	assert_text(w, holders(w, HEAP), "p 2");
	release(w);
	assert_text(w, holders(w, HEAP), "");
}

static void a_put_prefers_its_own_tasks_calls(struct world *w)
{
	struct task_struct *b;
	struct page *page = touched(w, 1);

	assert_result(w, gupsim_thread_create(w->task, "B", &b), 0);
	pin_as(w, "a1", 1);
	pin_as(w, "a2", 1);
	gupsim_set_current(b);
	pin_as(w, "b", 1);
	assert_text(w, holders(w, HEAP), "b 1, a2 1, a1 1");
	gupsim_set_current(w->task);
	put_page(page);
	assert_text(w, holders(w, HEAP), "b 1, a1 1");
	put_page(page);
	put_page(page); /* none of its own is left */
	assert_text(w, holders(w, HEAP), "");
	w->nr_taken = 0;
}

/* A task of another machine has the pid of one here, and none of its calls. */
static void another_machines_tasks_have_no_calls_here(struct world *w)
{
	struct world *other = world_create();
	struct page *page = touched(w, 1);
	struct task_struct *b;

	assert_result(w, gupsim_thread_create(w->task, "B", &b), 0);
	assert_number(w, other->task->pid, w->task->pid);
	gupsim_set_current(w->task);
	gupsim_set_current(w->task);
	pin_as(w, "a", 1);
	gupsim_set_current(b);
	pin_as(w, "b", 1);
	gupsim_set_current(other->task);
	put_page(page);
	assert_text(w, holders(w, HEAP), "a 1");

	gupsim_name_calls(w->machine, "other");
	get_page(page);
	assert_text(w, holders(w, HEAP), "other 1, a 1");
	gupsim_name_calls(w->machine, NULL);
	gupsim_set_current(w->task);
	put_page(page);
	assert_text(w, holders(w, HEAP), "other 1");
	put_page(page);
	w->nr_taken = 0;
	gupsim_set_current(other->task);
	world_destroy(other);
}

static void what_nobody_holds_is_booked_against_the_put(struct world *w)
{
	shared(w, HEAP, 1, RW);
	touch(w, HEAP, 1);
	gupsim_name_calls(w->machine, "oops");
	put_page(page_at(w, HEAP));
	assert_text(w, holders(w, HEAP), "oops -1");
	gupsim_name_calls(w->machine, "p");
	get_page(page_at(w, HEAP));
	assert_text(w, holders(w, HEAP), "p 1, oops -1");
	put_page(page_at(w, HEAP));
	assert_text(w, holders(w, HEAP), "oops -1");
	w->findings = 1;
}

/* A count wraps around, and is explained all the same. */
static void many_are_taken_and_given_back_at_once(struct world *w)
{
	struct page *page = touched(w, 1);

	gupsim_name_calls(w->machine, "leak");
	get_page_refs(page, INT_MAX, "get_page");
	gupsim_name_calls(w->machine, "p");
	get_page(page);
	assert_number(w, page_count(page), INT_MIN + 1);
	assert_text(w, holders(w, HEAP), "p 1, leak 2147483647");
	assert_number(w, gupsim_audit(w->machine, NULL, NULL), 0);
	gupsim_name_calls(w->machine, "leak");
	put_page_refs(page, INT_MAX, "put_page");
	assert_text(w, holders(w, HEAP), "p 1");
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 1);
	get_page_refs(page, INT_MAX, "get_page");
	assert_text(w, holders(w, HEAP), "p 1");
	get_page_refs(page, 1000, "get_page");
	assert_number(w, gupsim_audit(w->machine, NULL, NULL), 0);
	put_page_refs(page, 1000, "put_page");
	put_page_refs(page, INT_MAX, "put_page");
	put_page(page);
	assert_text(w, holders(w, HEAP), "");
	assert_number(w, page_count(page), 1);
}

/* Though another is younger, or current's own; as long as it has any. */
static void a_put_prefers_the_call_of_its_name(struct world *w)
{
	struct page *page = touched(w, 1);
	struct task_struct *b;

	pin_as(w, "p", 1);
	assert_result(w, gupsim_thread_create(w->task, "B", &b), 0);
	gupsim_set_current(b);
	gupsim_name_calls(w->machine, "leak");
	get_page_refs(page, 2000, "get_page");
	gupsim_name_calls(w->machine, "p");
	put_page(page);
	assert_text(w, holders(w, HEAP), "leak 2000");
	put_page(page);
	gupsim_set_current(w->task);
	gupsim_name_calls(w->machine, "leak");
	put_page_refs(page, 1999, "put_page");
	assert_text(w, holders(w, HEAP), "");
	w->nr_taken = 0;
}

static void kinds_are_counted(struct world *w)
{
	struct file *file =
		FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true, .buffers = true);
	const struct page_ledger *ledger;

	w->machine->phys->pagevec_hold = true;
	map_at(w, HEAP, 1, RW, MAP_SHARED, file, 0);
	map_at(w, HEAP + PG, 1, RW, MAP_SHARED, file, 0);
	peek(w, HEAP, 2);
	ledger = ledger_at(w, HEAP);
	assert_number(w, ledger->kind[REF_CACHE], 1);
	assert_number(w, ledger->kind[REF_BUFFERS], 1);
	assert_number(w, ledger->kind[REF_MAPPING], 2);
	assert_number(w, ledger->kind[REF_KERNEL], 0);
	assert_result(w, gupsim_isolate(page_at(w, HEAP)), 0);
	assert_number(w, ledger->kind[REF_ISOLATED], 1);
	assert_result(w, gupsim_putback(page_at(w, HEAP)), 0);
	assert_number(w, ledger->kind[REF_ISOLATED], 0);
	assert_number(w, ledger->kind[REF_PAGEVEC], 1);
	gupsim_drain(w->machine);
	assert_number(w, ledger->kind[REF_PAGEVEC], 0);
}

/* No memory to note it: no reference is taken. */
static void an_unnoted_reference_is_not_taken(struct world *w)
{
	touched(w, 1);
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 2); /* the call, then the note */
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(-ENOMEM));
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon lru active");
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1));
	release(w);
}

static void a_put_needs_no_memory(struct world *w)
{
	anon(w, HEAP, 1, RW);
	probe(w, ASK(GUP, HEAP, 1, FOLL_WRITE), GIVES(1, .min = 1));
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 1);
	release(w);
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 0);
	assert_mapped(w, HEAP, 1, "refs 1 map 1 anon lru referenced active");
}

static void a_freed_frame_is_forgotten(struct world *w)
{
	unsigned long pfn;

	touched(w, 1);
	pfn = page_to_pfn(page_at(w, HEAP));
	pin_as(w, "p", 1);
	unmap(w, HEAP, 1);
	assert_page(w, w->pages[0], "refs 1 map 0 anon lru referenced active");
	release(w);
	assert_null(ledger_of(&w->machine->phys->ledger, pfn)->calls);
	assert_number(w, ledger_of(&w->machine->phys->ledger, pfn)->kind[REF_MAPPING], 0);
}

SUITE(world_test(calls_are_kept_youngest_first),
      world_test(one_call_counts_its_references),
      world_test(a_put_prefers_its_own_tasks_calls),
      world_test(another_machines_tasks_have_no_calls_here),
      world_test(what_nobody_holds_is_booked_against_the_put),
      world_test(many_are_taken_and_given_back_at_once),
      world_test(a_put_prefers_the_call_of_its_name), world_test(kinds_are_counted),
      world_test(an_unnoted_reference_is_not_taken), world_test(a_put_needs_no_memory),
      world_test(a_freed_frame_is_forgotten))
