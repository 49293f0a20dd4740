/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names that tasks, devices, files and calls are given. */
#include "words.h"
#include "world.h"

#include <string.h>

/* A name is one thing's, of its sort, as long as that is there. */
static void names_are_given_once(struct world *w)
{
	struct gupsim_file_spec spec = {"A", GUPSIM_DISK, .bytes = PG};
	struct task_struct *b, *task;
	struct gupsim_pmem *pmem;
	struct file *file;
	char longer[100];

	REFUSED(gupsim_task_create(w->machine, "A", &task));
	assert_part(w, gupsim_error(w->machine), "A");
	b = fork_as(w->task, "B");
	REFUSED(gupsim_task_create(w->machine, "B", &task));
	REFUSED(gupsim_fork(b, "A", &task));
	REFUSED(gupsim_thread_create(b, "B", &task));
	SPOKEN(gupsim_exit(b), 0);
	SPOKEN(gupsim_thread_create(w->task, "B", &task), 0);

	SPOKEN(gupsim_pmem_create(w->machine, "A", GUPSIM_PMEM_FSDAX, PG, &pmem), 0);
	REFUSED(gupsim_pmem_create(w->machine, "A", GUPSIM_PMEM_DEVDAX, PG, &pmem));
	SPOKEN(gupsim_file_create(w->machine, &spec, &file), 0);
	REFUSED(gupsim_file_create(w->machine, &spec, &file));

	/* Also where only what is cut off differs. */
	memset(longer, 'n', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	spec.name = longer;
	SPOKEN(gupsim_file_create(w->machine, &spec, &file), 0);
	longer[80] = 'm';
	REFUSED(gupsim_file_create(w->machine, &spec, &file));
}

static void long_names_are_cut(struct world *w)
{
	char name[300];
	struct task_struct *task;

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_result(w, gupsim_task_create(w->machine, name, &task), 0);
	FILE_OF(name, GUPSIM_DISK, .bytes = PG);
	assert_result(w, gupsim_name_calls(w->machine, name), 0);
	anon(w, HEAP, 1, RW);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1, .min = 1));
	release(w);
}

SUITE(world_test(names_are_given_once), world_test(long_names_are_cut))
