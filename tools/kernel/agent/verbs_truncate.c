// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Truncation. Who truncates a DAX file waits for pages that are held: other processes do
 * that, which are there before the plan begins.
 */
#define _GNU_SOURCE
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* truncate FILE BYTES NAME|- */
static bool parse_truncate(struct op *op, char **words, int nr)
{
	if (nr != 3)
		return false;
	op->file = name_of(words[0]);
	op->count = number(words[1]);
	op->name = name_of(words[2]);
	op->apart = op->file >= 0 && name_at(op->file)->medium == ON_DAX;
	return op->file >= 0 && op->name >= 0;
}

static void truncate_as(struct op *op, int fd)
{
	op->late = fd < 0 ? -errno : failed(ftruncate(fd, op->count));
	atomic_store(&op->ended, true);
}

static void wait_for_work(struct op *op)
{
	sleep_while(&op->begun, 0);
	truncate_as(op, open(name_at(op->file)->path, name_at(op->file)->mode));
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

static long run_truncate(struct op *op)
{
	name_at(op->name)->op = op;
	warns_rearm();
	if (op->apart) {
		tell(&op->begun, 1);
		op->waits = !has_ended(op);
	} else {
		truncate_as(op, name_at(op->file)->said);
	}
	warns_collect(op);
	return op->waits ? 0 : op->late;
}

/* done NAME: 1 if that has come to its end, and well. */
static long run_done(struct op *op)
{
	const struct op *begun = name_at(op->name)->op;

	return begun && has_ended(begun) && !begun->late;
}

const struct verb truncate_verbs[] = {
	{"truncate", parse_truncate, false, run_truncate},
	{"done", parse_name, false, run_done},
	{NULL},
};
