/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same history gives the same text, and two machines never meet. */
#include "world.h"

#include "collected.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(void *arg, const char *text)
{
	append_text(arg, text);
}

static void append_decision(void *arg, const struct gupsim_decision *decision)
{
	char line[512];

	snprintf(line, sizeof(line), "%lu %s %s %lx %ld\n", decision->call,
		 decision->func, decision->what, decision->addr, decision->result);
	append_text(arg, line);
}

static void append_finding(void *arg, const struct gupsim_finding *finding)
{
	append_text(arg, finding->text);
}

/* All that can be seen of a machine; the caller's to free. */
static char *dump_of(struct world *w)
{
	char *text = NULL;

	assert_result(w, gupsim_dump(w->machine, append, &text), 0);
	gupsim_trace(w->machine, 0, append_decision, &text);
	gupsim_held(w->machine, append_finding, &text);
	return text;
}

/* A machine with something of everything; its pins are left held. */
static void some_history(struct world *w)
{
	struct task_struct *b;

	w->config.ram_cma = 2 << 20;
	world_renew(w);
	map_at(w, 0x200000, 8, RW, MAP_SHARED, FILE_OF("f", GUPSIM_DISK, .bytes = 8 * PG),
	       0);
	map_at(w, 0x300000, 2, RW, MAP_SHARED, fsdax_file(w, 2), 0);
	gupsim_allocate_in(w->machine, GUPSIM_IN_CMA);
	anon(w, HEAP, 8, RW);
	touch(w, HEAP, 4);
	touch(w, HEAP + 7 * PG, 1);
	gupsim_allocate_in(w->machine, GUPSIM_ANYWHERE);
	b = fork_as(w->task, "B");
	touch(w, HEAP, 2);
	gupsim_name_calls(w->machine, "p");
	probe(w, ASK(REMOTE, HEAP, 4, FOLL_LONGTERM, .of = b), GIVES(4));
	probe(w, ASK(REMOTE, 0x200000, 8, FOLL_WRITE, .locked = true),
	      GIVES(8, .dropped = true, .min = 8, .maj = 1));
	probe(w, ASK(REMOTE, 0x300000, 2, FOLL_WRITE), GIVES(2, .min = 2));
	unmap(w, HEAP + PG, 2);
}

/* Both machines are there at once: an address of the host would differ. */
static void the_same_history_gives_the_same_text(struct world *w)
{
	struct world *v;
	char *text[2];

	some_history(w);
	text[0] = dump_of(w);
	release(w);
	v = world_create();
	some_history(v);
	text[1] = dump_of(v);
	release(v);
	assert_other(w, v->taken[0], w->taken[0]);
	world_destroy(v);
	assert_number(w, strlen(text[0]) > 4000, true);
	assert_text(w, text[0], text[1]);
	free(text[0]);
	free(text[1]);
}

/* VMAs, ptes, pages, counts, and who holds them. */
static void a_dump_tells_what_there_is(struct world *w)
{
	static const char *const facts[] = {
		"mm A:",	"mm B:",   "mmap_sem free", "rw-p",
		" f page 0",	"fsdax",   " cma",	    "refcount 2 mapcount 1",
		"page cache 1", "buffers", "devmap",	    "p = get_user_pages_remote",
	};
	char *text;

	some_history(w);
	text = dump_of(w);
	release(w);
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		assert_part(w, text, facts[i]);
	free(text);
}

static void two_machines_do_not_meet(struct world *w)
{
	char *before, *after;
	struct world *v;

	some_history(w);
	before = dump_of(w);

	v = world_create();
	assert_is(w, gupsim_current(), v->task); /* the first task of a machine */
	some_history(v);
	release(v);
	world_destroy(v);
	assert_null(gupsim_current());
	gupsim_set_current(w->task);

	after = dump_of(w);
	assert_text(w, before, after);
	free(before);
	free(after);
	release(w);
}

/* A machine that goes does not take the current of another with it. */
static void current_is_of_one_machine(struct world *w)
{
	struct gupsim_machine *other;
	struct task_struct *task;

	assert_result(w, gupsim_machine_create(NULL, &other), 0);
	assert_result(w, gupsim_task_create(other, "A", &task), 0);
	gupsim_set_current(w->task);
	assert_result(w, gupsim_machine_destroy(&other), 0);
	assert_is(w, gupsim_current(), w->task);
}

SUITE(world_test(the_same_history_gives_the_same_text),
      world_test(a_dump_tells_what_there_is), world_test(two_machines_do_not_meet),
      world_test(current_is_of_one_machine))
