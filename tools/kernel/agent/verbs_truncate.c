// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Truncation, and holes. Who cuts a DAX file waits for pages that are held: other
 * processes do that, which are there before the plan begins.
 */
#define _GNU_SOURCE
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
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

static bool parse_cut(struct op *op, const char *file, const char *name)
{
	op->file = name_of(file);
	op->name = name_of(name);
	op->apart = op->file >= 0 && *name_at(op->file)->path &&
		    name_at(op->file)->medium == ON_DAX;
	return op->file >= 0 && op->name >= 0;
}

/* truncate FILE BYTES NAME|- */
static bool parse_truncate(struct op *op, char **words, int nr)
{
	if (nr != 3)
		return false;
	op->count = number(words[1]);
	op->cut = set_size;
	return parse_cut(op, words[0], words[2]);
}

/* punch FILE FIRST PAGES NAME|- */
static bool parse_punch(struct op *op, char **words, int nr)
{
	if (nr != 4)
		return false;
	op->start = number(words[1]);
	op->count = number(words[2]);
	op->cut = punch_hole;
	return parse_cut(op, words[0], words[3]);
}

static void cut_as(struct op *op, int fd)
{
	op->late = fd < 0 ? -errno : op->cut(op, fd);
	atomic_store(&op->ended, true);
}

static void wait_for_work(struct op *op)
{
	sleep_while(&op->begun, 0);
	cut_as(op, open(name_at(op->file)->path, name_at(op->file)->mode));
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

static long run_cut(struct op *op)
{
	name_at(op->name)->op = op;
	warns_rearm();
	if (op->apart) {
		tell(&op->begun, 1);
		op->waits = !has_ended(op);
	} else {
		cut_as(op, name_at(op->file)->said);
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
	{"truncate", parse_truncate, false, run_cut},
	{"punch", parse_punch, false, run_cut},
	{"done", parse_name, false, run_done},
	{NULL},
};
