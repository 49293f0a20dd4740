// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Address spaces: mappings that are made and changed, memory that is read and written.
 * What may fault tells how often the task did.
 */
#define _GNU_SOURCE
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* TASK ADDRESS PAGES at the front of the words. */
static bool parse_range(struct op *op, char **words, int nr)
{
	if (nr < 3)
		return false;
	op->task = name_of(words[0]);
	op->start = number(words[1]);
	op->count = number(words[2]);
	return op->task >= 0;
}

/*
 * The faults of an access are those of the task while it runs: the rest is warm, which a
 * fork undoes. System calls that bring pages in are made once for nothing.
 */
/*
 * The faults of an access are those of the task while it runs: all else that it needs is
 * warm by then. A fork undoes that; and an op may begin in one page and end in the next.
 */
static void warm_up(struct op *op)
{
	volatile unsigned char *bytes = (unsigned char *)op;

	touch_warm_up();
	for (size_t i = 0; i < sizeof(*op); i += sizeof(*op) - 1)
		bytes[i] = bytes[i];
}

static void count_faults(struct op *op, int sign)
{
	struct rusage usage;

	if (sign < 0)
		warm_up(op);
	getrusage(RUSAGE_SELF, &usage);
	op->min += sign * usage.ru_minflt;
	op->maj += sign * usage.ru_majflt;
}

/* Pages that are allocated for an access come from there. */
void use_node(const struct op *op)
{
	nodes_use(op->node >= 0 ? op->node : world->node);
}

static int prot_of(const char *word)
{
	return (strchr(word, 'r') ? PROT_READ : 0) |
	       (strchr(word, 'w') ? PROT_WRITE : 0) | (strchr(word, 'x') ? PROT_EXEC : 0);
}

/*
 * mmap TASK ADDRESS PAGES PROT private|shared anon|FILE OFFSET [random] [growsdown]
 * [locked] [populate] [replace]
 */
static bool parse_mmap(struct op *op, char **words, int nr)
{
	bool anon;

	if (nr < 7 || !parse_range(op, words, nr))
		return false;
	anon = !strcmp(words[5], "anon");
	op->prot = strcmp(words[3], "none") ? prot_of(words[3]) : PROT_NONE;
	op->flags = (!strcmp(words[4], "shared") ? MAP_SHARED : MAP_PRIVATE) |
		    (anon ? MAP_ANONYMOUS : 0) |
		    (has_word(words, nr, "growsdown") ? MAP_GROWSDOWN : 0) |
		    (has_word(words, nr, "locked") ? MAP_LOCKED : 0) |
		    (has_word(words, nr, "populate") ? MAP_POPULATE : 0) |
		    (has_word(words, nr, "replace") ? MAP_FIXED : MAP_FIXED_NOREPLACE);
	op->file = anon ? -1 : name_of(words[5]);
	op->offset = number(words[6]);
	op->random = has_word(words, nr, "random");
	return true;
}

static long run_mmap(struct op *op)
{
	const struct name *file = op->file < 0 ? NULL : name_at(op->file);
	bool driver = file && file->driver >= 0;
	int fd = !file ? -1 : driver ? world->probe : open(file->path, file->mode);
	off_t base = driver ? (off_t)file->driver << PROBE_DRIVER_SHIFT : 0;
	void *at = (void *)op->start, *got;
	size_t length = op->count * PAGE;
	int error;

	if (file && fd < 0)
		return -errno;
	use_node(op);
	mmap(at, 0, op->prot, op->flags, fd, 0);
	count_faults(op, -1);
	got = mmap(at, length, op->prot, op->flags, fd, base + op->offset);
	error = errno;
	count_faults(op, 1);
	if (file && !driver)
		close(fd);
	if (got == MAP_FAILED)
		return -error;
	return op->random ? failed(madvise(at, length, MADV_RANDOM)) : 0;
}

static long run_munmap(struct op *op)
{
	return failed(munmap((void *)op->start, op->count * PAGE));
}

/* mprotect TASK ADDRESS PAGES PROT */
static bool parse_mprotect(struct op *op, char **words, int nr)
{
	if (nr != 4 || !parse_range(op, words, nr))
		return false;
	op->prot = strcmp(words[3], "none") ? prot_of(words[3]) : PROT_NONE;
	return true;
}

static long run_mprotect(struct op *op)
{
	long result;

	use_node(op);
	mprotect((void *)op->start, 0, op->prot);
	count_faults(op, -1);
	result = failed(mprotect((void *)op->start, op->count * PAGE, op->prot));
	count_faults(op, 1);
	return result;
}

/* madvise TASK ADDRESS PAGES dontneed|random|normal */
static bool parse_madvise(struct op *op, char **words, int nr)
{
	if (nr != 4 || !parse_range(op, words, nr))
		return false;
	op->advice = !strcmp(words[3], "dontneed") ? MADV_DONTNEED
		     : !strcmp(words[3], "random") ? MADV_RANDOM
						   : MADV_NORMAL;
	return true;
}

static long run_madvise(struct op *op)
{
	return failed(madvise((void *)op->start, op->count * PAGE, op->advice));
}

/* mlock TASK ADDRESS PAGES [onfault] */
static bool parse_mlock(struct op *op, char **words, int nr)
{
	op->flags = has_word(words, nr, "onfault") ? MLOCK_ONFAULT : 0;
	return parse_range(op, words, nr);
}

static long run_mlock(struct op *op)
{
	long result;

	use_node(op);
	mlock2((void *)op->start, 0, op->flags);
	count_faults(op, -1);
	result = failed(mlock2((void *)op->start, op->count * PAGE, op->flags));
	count_faults(op, 1);
	return result;
}

static long run_munlock(struct op *op)
{
	return failed(munlock((void *)op->start, op->count * PAGE));
}

static long run_read(struct op *op)
{
	use_node(op);
	count_faults(op, -1);
	op->signal = touch(op->start, op->count, false);
	count_faults(op, 1);
	return 0;
}

/* write TASK ADDRESS PAGES [TEXT in hexadecimal digits] [in normal|movable] */
static bool parse_write(struct op *op, char **words, int nr)
{
	const char *text;

	if (nr > 4 && !strcmp(words[nr - 2], "in")) {
		op->node = strcmp(words[nr - 1], "movable") ? NODE_NORMAL : NODE_MOVABLE;
		nr -= 2;
	}
	text = nr > 3 ? words[3] : "";
	return parse_range(op, words, nr) && parse_text(op, text);
}

static long run_write(struct op *op)
{
	use_node(op);
	count_faults(op, -1);
	if (!op->length)
		op->signal = touch(op->start, op->count, true);
	for (uint64_t i = 0; op->length && i < op->count && !op->signal; i++)
		op->signal = put_text(op->start + i * PAGE, op->text, op->length);
	count_faults(op, 1);
	return 0;
}

/* drain: the director does so after each statement anyway. */
static long run_nothing(struct op *op)
{
	(void)op;
	return 0;
}

const struct verb memory_verbs[] = {
	{"mmap", parse_mmap, true, run_mmap},
	{"munmap", parse_range, true, run_munmap},
	{"mprotect", parse_mprotect, true, run_mprotect},
	{"madvise", parse_madvise, true, run_madvise},
	{"mlock", parse_mlock, true, run_mlock},
	{"munlock", parse_range, true, run_munlock},
	{"read", parse_range, true, run_read},
	{"write", parse_write, true, run_write},
	{"drain", parse_nothing, false, run_nothing},
	{NULL},
};
