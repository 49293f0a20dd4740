// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks are processes that take turns: one works, all others sleep on a futex in memory
 * that they share. A pipe would allocate pages.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DIRECTOR (-1)

static void wait_for_turn(int name)
{
	int now;

	while ((now = atomic_load(&world->turn)) != name)
		syscall(SYS_futex, &world->turn, FUTEX_WAIT, now, NULL, NULL, 0);
}

static void pass_turn(int name)
{
	atomic_store(&world->turn, name);
	syscall(SYS_futex, &world->turn, FUTEX_WAKE, MAX_NAMES, NULL, NULL, 0);
}

static void work(struct op *op)
{
	op->result = op->verb->run(op);
	op->done = true;
}

/* Wait for the turn, work, give it back. */
static void task_main(int name)
{
	touch_warm_up();
	world->names[name].pid = getpid();
	for (;; pass_turn(DIRECTOR)) {
		wait_for_turn(name);
		work(&world->ops[world->op]);
	}
}

void task_do(int name, int op)
{
	world->op = op;
	pass_turn(name);
	wait_for_turn(DIRECTOR);
}

int task_start(int name)
{
	int pid = fork();

	if (!pid)
		task_main(name);
	while (pid > 0 && !world->names[name].pid)
		usleep(100);
	return pid < 0 ? -errno : 0;
}

/* Stacks of threads; those that nobody uses are no memory. */
static _Alignas(16) unsigned char stacks[MAX_NAMES][8 * PAGE];

static int thread_main(void *name)
{
	task_main((int)(intptr_t)name);
	return 0;
}

/* A task of its own, that may also go before the one whose mm it uses. */
int task_start_thread(int name)
{
	int pid = clone(thread_main, stacks[name] + sizeof(stacks[name]),
			CLONE_VM | SIGCHLD, (void *)(intptr_t)name);

	while (pid > 0 && !world->names[name].pid)
		usleep(100);
	return pid < 0 ? -errno : 0;
}
