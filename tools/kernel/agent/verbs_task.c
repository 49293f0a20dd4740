// SPDX-License-Identifier: GPL-2.0-or-later
/* Tasks: how they come and go, and what those that come find. */
#include "verbs.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* task NAME, fork TASK NAME */
static long run_task(struct op *op)
{
	return task_start(op->name);
}

static bool parse_task_and_name(struct op *op, char **words, int nr)
{
	if (nr != 2)
		return false;
	op->task = name_of(words[0]);
	op->name = name_of(words[1]);
	return op->task >= 0 && op->name >= 0;
}

/* thread TASK NAME */
static long run_thread(struct op *op)
{
	return task_start_thread(op->name);
}

/* kill TASK: what it is for its calls. */
static long run_kill(struct op *op)
{
	name_at(op->name)->signal = SIGKILL;
	helpers_signal(op->name, SIGKILL);
	return 0;
}

/* signal TASK: beside a SIGKILL it makes no difference. */
static long run_signal(struct op *op)
{
	if (!name_at(op->name)->signal)
		name_at(op->name)->signal = SIGUSR1;
	helpers_signal(op->name, SIGUSR1);
	return 0;
}

/* boot PARAMETER: the host has seen to that. */
static bool parse_boot(struct op *op, char **words, int nr)
{
	(void)op;
	(void)words;
	return nr == 1;
}

static long run_nothing(struct op *op)
{
	(void)op;
	return 0;
}

/* zone normal|movable|cma: where pages come from from now on. */
static bool parse_zone(struct op *op, char **words, int nr)
{
	if (nr != 1)
		return false;
	op->node = nodes_named(words[0]);
	return true;
}

static long run_zone(struct op *op)
{
	world->node = op->node;
	return 0;
}

/* hugetlb N: the huge pages of this plan, of which none has been used before. */
static bool parse_hugetlb(struct op *op, char **words, int nr)
{
	op->count = nr == 1 ? number(words[0]) : 0;
	return op->count > 0;
}

static long run_hugetlb(struct op *op)
{
	if (!nodes_huge_pages(world->node, op->count))
		world->cannot = "the guest has not so many huge pages";
	return 0;
}

/* exit TASK: it is over once the process can no longer be found. */
static long run_exit(struct op *op)
{
	int pid = name_at(op->name)->pid;

	if (kill(pid, SIGKILL))
		return -errno;
	while (!kill(pid, 0))
		usleep(1000);
	return 0;
}

/* stack BYTES: the limit for tasks that are made from now on. */
static bool parse_stack(struct op *op, char **words, int nr)
{
	op->count = nr == 1 ? number(words[0]) : 0;
	return op->count > 0;
}

static long run_stack(struct op *op)
{
	const struct rlimit limit = {op->count, RLIM_INFINITY};

	return failed(setrlimit(RLIMIT_STACK, &limit));
}

const struct verb task_verbs[] = {
	{"task", parse_name, false, run_task},
	{"fork", parse_task_and_name, true, run_task},
	{"thread", parse_task_and_name, true, run_thread},
	{"kill", parse_name, false, run_kill},
	{"signal", parse_name, false, run_signal},
	{"exit", parse_name, false, run_exit},
	{"boot", parse_boot, false, run_nothing},
	{"zone", parse_zone, false, run_zone},
	{"stack", parse_stack, false, run_stack},
	{"hugetlb", parse_hugetlb, false, run_hugetlb},
	{NULL},
};
