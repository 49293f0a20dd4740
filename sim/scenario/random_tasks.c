/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random tasks: they come with what they have of others, and go with what is theirs. */
#include "scenario/random_make.h"

char random_any_task(struct random *r)
{
	return r->tasks[prng_below(&r->prng, r->nr_tasks)];
}

char random_actor(struct random *r, char task)
{
	unsigned int i = prng_below(&r->prng, RANDOM_TASKS);

	return i < r->nr_threads && r->threads[i].of == task ? r->threads[i].name : task;
}

static unsigned int ranges_of(const struct random *r, char task)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < r->nr_ranges; i++)
		nr += r->ranges[i].task == task;
	return nr;
}

bool random_make_fork(struct random *r)
{
	char parent = random_any_task(r), child = 'A' + r->tasks_made;
	unsigned int nr = r->nr_ranges;

	if (r->nr_tasks == RANDOM_TASKS || r->tasks_made == 26 || r->hugetlb_pinned ||
	    !random_has_room(r, ranges_of(r, parent)))
		return false;
	draft_printf(r->out, "fork  %c %c\n", parent, child);
	r->tasks[r->nr_tasks++] = child;
	r->tasks_made++;
	for (unsigned int i = 0; i < nr; i++) {
		if (r->ranges[i].task != parent)
			continue;
		r->ranges[r->nr_ranges] = r->ranges[i];
		r->ranges[r->nr_ranges++].task = child;
	}
	return true;
}

bool random_make_thread(struct random *r)
{
	char task = random_any_task(r), thread = 'A' + r->tasks_made;

	if (r->nr_threads == RANDOM_TASKS || r->tasks_made == 26)
		return false;
	draft_printf(r->out, "thread %c of %c\n", thread, task);
	r->threads[r->nr_threads++] = (struct random_thread){thread, task};
	r->tasks_made++;
	return true;
}

static void end_threads_of(struct random *r, char task)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < r->nr_threads; i++) {
		if (r->threads[i].of == task)
			draft_printf(r->out, "exit  %c\n", r->threads[i].name);
		else
			r->threads[kept++] = r->threads[i];
	}
	r->nr_threads = kept;
}

/* The first task stays: it is current. What a task has mapped goes with it. */
bool random_make_exit(struct random *r)
{
	unsigned int gone, kept = 0;
	char task;

	if (r->nr_tasks < 2)
		return false;
	gone = 1 + prng_below(&r->prng, r->nr_tasks - 1);
	task = r->tasks[gone];
	end_threads_of(r, task);
	draft_printf(r->out, "exit  %c\n", task);
	r->tasks[gone] = r->tasks[--r->nr_tasks];
	for (unsigned int i = 0; i < r->nr_ranges; i++)
		if (r->ranges[i].task != task)
			r->ranges[kept++] = r->ranges[i];
	r->nr_ranges = kept;
	return true;
}

/* Late: then only calls are made. */
bool random_make_kill(struct random *r)
{
	if (r->calls_left > 2)
		return false;
	draft_printf(r->out, "kill  %c\n", random_actor(r, random_any_task(r)));
	r->killed = true;
	return true;
}
