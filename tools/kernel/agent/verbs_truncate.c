// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Truncation, and holes. Who cuts a DAX file waits for pages that are held: other
 * processes do that, which are there before the plan begins.
 */
#define _GNU_SOURCE
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static long set_size(struct op *op, int fd)
{
	return failed(ftruncate(fd, op->count));
}

static long punch_hole(struct op *op, int fd)
{
	return failed(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				op->start * PAGE, op->count * PAGE));
}

/* FILE ... NAME|- TASK|-: the event, and whose signals end its wait. */
static bool parse_cut(struct op *op, char **words, int nr)
{
	op->file = name_of(words[0]);
	op->name = name_of(words[nr - 2]);
	op->task = name_of(words[nr - 1]);
	op->apart = op->file >= 0 && *name_at(op->file)->path &&
		    name_at(op->file)->medium == ON_DAX;
	return op->file >= 0 && op->name >= 0 && op->task >= 0;
}

/* truncate FILE BYTES NAME|- TASK|- */
static bool parse_truncate(struct op *op, char **words, int nr)
{
	if (nr != 4)
		return false;
	op->count = number(words[1]);
	op->cut = set_size;
	return parse_cut(op, words, nr);
}

/* punch FILE FIRST PAGES NAME|- TASK|- */
static bool parse_punch(struct op *op, char **words, int nr)
{
	if (nr != 5)
		return false;
	op->start = number(words[1]);
	op->count = number(words[2]);
	op->cut = punch_hole;
	return parse_cut(op, words, nr);
}

/* @fd: or a negative errno. */
static void cut_as(struct op *op, int fd)
{
	op->late = fd < 0 ? fd : op->cut(op, fd);
	atomic_store(&op->ended, true);
}

static void do_nothing(int signal)
{
	(void)signal;
}

/* A signal that is handled, and restarts nothing. */
static void wait_for_work(struct op *op)
{
	const struct sigaction action = {.sa_handler = do_nothing};

	sigaction(SIGUSR1, &action, NULL);
	op->pid = getpid();
	sleep_while(&op->begun, 0);
	cut_as(op, failed(open(name_at(op->file)->path, name_at(op->file)->mode)));
	_exit(0);
}

bool helpers_start(void)
{
	for (int i = 0; i < world->nr_ops; i++) {
		int pid = world->ops[i].apart ? fork() : 1;

		if (!pid)
			wait_for_work(&world->ops[i]);
		if (pid < 0)
			return false;
	}
	return true;
}

static bool has_ended(const struct op *op)
{
	for (int i = 0; !atomic_load(&op->ended) && i < WAIT_MS; i++)
		usleep(1000);
	return atomic_load(&op->ended);
}

/* Who is killed comes to no result: it is told for him, once he is gone. */
static void send(struct op *op, int signal)
{
	kill(op->pid, signal);
	if (has_ended(op) || signal != SIGKILL || !kill(op->pid, 0))
		return;
	op->late = -EINTR;
	atomic_store(&op->ended, true);
}

/* Who was woken may go on until it sleeps again: on one CPU, while nobody else works. */
void helpers_settle(void)
{
	for (int i = 0; i < world->nr_ops; i++) {
		if (!world->ops[i].waits || atomic_load(&world->ops[i].ended))
			continue;
		usleep(SETTLE_MS * 1000);
		return;
	}
}

void helpers_signal(int task, int signal)
{
	for (int i = 0; i < world->nr_ops; i++) {
		struct op *op = &world->ops[i];

		if (op->apart && op->task == task && atomic_load(&op->begun) &&
		    !atomic_load(&op->ended))
			send(op, signal);
	}
}

static long run_cut(struct op *op)
{
	int signal = name_at(op->task)->signal, said = name_at(op->file)->said;

	name_at(op->name)->op = op;
	if (op->apart && said >= 0) {
		tell(&op->begun, 1);
		if (!has_ended(op) && signal)
			send(op, signal);
		op->waits = !has_ended(op);
	} else {
		cut_as(op, said < 0 ? -EBADF : said);
	}
	return op->waits ? 0 : op->late;
}

/* done NAME: 1 if that has come to its end, having waited: well; 2 if by a signal. */
static long run_done(struct op *op)
{
	const struct op *begun = name_at(op->name)->op;

	if (!begun || !has_ended(begun))
		return 0;
	if (begun->late == -EINTR)
		return 2;
	return !begun->waits || !begun->late;
}

const struct verb truncate_verbs[] = {
	{"truncate", parse_truncate, false, run_cut},
	{"punch", parse_punch, false, run_cut},
	{"done", parse_name, false, run_done},
	{NULL},
};
