// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks are processes that take turns: one works, all others sleep on a futex in memory
 * that they share. A pipe would allocate pages.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DIRECTOR (-1)

void tell(_Atomic int *word, int value)
{
	atomic_store(word, value);
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void sleep_while(_Atomic int *word, int value)
{
	while (atomic_load(word) == value)
		syscall(SYS_futex, word, FUTEX_WAIT, value, NULL, NULL, 0);
}

static void wait_for_turn(int name)
{
	int now;

	while ((now = atomic_load(&world->turn)) != name)
		sleep_while(&world->turn, now);
}

/* Wait for the turn, work, give it back. */
static void task_main(int name)
{
	touch_warm_up();
	world->names[name].pid = getpid();
	for (;; tell(&world->turn, DIRECTOR)) {
		struct op *op;

		wait_for_turn(name);
		op = &world->ops[world->op];
		op->result = verb_run(op);
	}
}

void task_do(int name, int op)
{
	world->op = op;
	tell(&world->turn, name);
	wait_for_turn(DIRECTOR);
}

/* What fork or clone returned to the parent: the task waits for its turn then. */
static int started(int name, int pid)
{
	while (pid > 0 && !world->names[name].pid)
		usleep(100);
	return pid < 0 ? -errno : 0;
}

int task_start(int name)
{
	int pid = fork();

	if (!pid)
		task_main(name);
	return started(name, pid);
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
	return started(name, clone(thread_main, stacks[name] + sizeof(stacks[name]),
				   CLONE_VM | SIGCHLD, (void *)(intptr_t)name));
}
