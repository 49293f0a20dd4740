/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same history gives the same text, and two machines never meet. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dump {
	char *text;
	size_t size;
};

static void append(void *arg, const char *text)
{
	struct dump *dump = arg;
	size_t length = strlen(text);

	dump->text = realloc(dump->text, dump->size + length + 1);
	memcpy(dump->text + dump->size, text, length + 1);
	dump->size += length;
}

static void append_decision(void *arg, const struct gupsim_decision *decision)
{
	char line[512];

	snprintf(line, sizeof(line), "%lu %s %s %lx %ld\n", decision->call,
		 decision->func, decision->what, decision->addr, decision->result);
	append(arg, line);
}

static void append_finding(void *arg, const struct gupsim_finding *finding)
{
	append(arg, finding->text);
}

static struct dump dump_of(struct gupsim_machine *machine)
{
	struct dump dump = {0};

	assert_result(NULL, gupsim_dump(machine, append, &dump), 0);
	gupsim_trace(machine, 0, append_decision, &dump);
	gupsim_held(machine, append_finding, &dump);
	return dump;
}

/* A machine with something of everything; its pins are left held. */
static void some_history(struct world *w)
{
	struct task_struct *b;

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

static void with_cma(struct world *w)
{
	w->config.ram_cma = 2 << 20;
	world_renew(w);
}

/* Both machines are there at once: an address of the host would differ. */
static void the_same_history_gives_the_same_text(struct world *w)
{
	struct world *v;
	struct dump dump[2];

	with_cma(w);
	some_history(w);
	dump[0] = dump_of(w->machine);
	release(w);
	v = world_create();
	with_cma(v);
	some_history(v);
	dump[1] = dump_of(v->machine);
	release(v);
	assert_other(w, v->taken[0], w->taken[0]);
	world_destroy(v);
	assert_true(dump[0].size > 4000);
	assert_text(w, dump[0].text, dump[1].text);
	free(dump[0].text);
	free(dump[1].text);
}

/* VMAs, ptes, pages, counts, and who holds them. */
static void a_dump_tells_what_there_is(struct world *w)
{
	static const char *const facts[] = {
		"mm A:",	"mm B:",   "mmap_sem free", "rw-p",
		" f page 0",	"fsdax",   " cma",	    "refcount 2 mapcount 1",
		"page cache 1", "buffers", "devmap",	    "p = get_user_pages_remote",
	};
	struct dump dump = {0};

	with_cma(w);
	some_history(w);
	assert_result(w, gupsim_dump(w->machine, append, &dump), 0);
	release(w);
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		assert_text(w, strstr(dump.text, facts[i]) ? facts[i] : dump.text,
			    facts[i]);
	free(dump.text);
}

static void two_machines_do_not_meet(struct world *w)
{
	struct world *v;
	struct dump before, after;

	with_cma(w);
	some_history(w);
	before = dump_of(w->machine);

	v = world_create();
	assert_is(w, gupsim_current(), v->task); /* the first task of a machine */
	with_cma(v);
	some_history(v);
	release(v);
	world_destroy(v);

	after = dump_of(w->machine);
	assert_text(w, before.text, after.text);
	free(before.text);
	free(after.text);
	assert_null(gupsim_current());
	gupsim_set_current(w->task);
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
