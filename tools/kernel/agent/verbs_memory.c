// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Address spaces: mappings that are made and changed, memory that is read and written.
 * What may fault tells how often the task did.
 */
#define _GNU_SOURCE
#include "verbs.h"

#include <errno.h>
#include <linux/mman.h>
#include <string.h>
#include <sys/ioctl.h>
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

/* Counting faults. */

/* An op may begin in one page and end in the next. */
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

	getrusage(RUSAGE_SELF, &usage);
	op->min += sign * usage.ru_minflt;
	op->maj += sign * usage.ru_majflt;
}

/*
 * The faults of an access are those of the task while it runs: all else that it needs is
 * warm by then, as it was made once for no pages. A fork undoes that.
 */
static long counted(struct op *op, long (*access)(struct op *op, uint64_t pages))
{
	long result;

	access(op, 0);
	warm_up(op);
	count_faults(op, -1);
	result = access(op, op->count);
	count_faults(op, 1);
	return result;
}

/* Mappings. */

/* Some of rwx, or none, which has none of these letters. */
static int prot_of(const char *word)
{
	return (strchr(word, 'r') ? PROT_READ : 0) |
	       (strchr(word, 'w') ? PROT_WRITE : 0) | (strchr(word, 'x') ? PROT_EXEC : 0);
}

/*
 * mmap TASK ADDRESS PAGES PROT private|shared anon|FILE OFFSET [hugetlb] [noreserve]
 * [random] [growsdown] [locked] [populate] [replace]
 */
static bool parse_mmap(struct op *op, char **words, int nr)
{
	bool anon;

	if (nr < 7 || !parse_range(op, words, nr))
		return false;
	anon = !strcmp(words[5], "anon");
	op->prot = prot_of(words[3]);
	op->flags = (!strcmp(words[4], "shared") ? MAP_SHARED : MAP_PRIVATE) |
		    (anon ? MAP_ANONYMOUS : 0) |
		    (has_word(words, nr, "hugetlb") ? MAP_HUGETLB | MAP_HUGE_2MB : 0) |
		    (has_word(words, nr, "noreserve") ? MAP_NORESERVE : 0) |
		    (has_word(words, nr, "growsdown") ? MAP_GROWSDOWN : 0) |
		    (has_word(words, nr, "locked") ? MAP_LOCKED : 0) |
		    (has_word(words, nr, "populate") ? MAP_POPULATE : 0) |
		    (has_word(words, nr, "replace") ? MAP_FIXED : MAP_FIXED_NOREPLACE);
	op->file = anon ? -1 : name_of(words[5]);
	op->offset = number(words[6]);
	op->random = has_word(words, nr, "random");
	return true;
}

static long map_pages(struct op *op, uint64_t pages)
{
	void *got = mmap((void *)op->start, pages * PAGE, op->prot, op->flags, op->fd,
			 op->offset);

	return got == MAP_FAILED ? -errno : 0;
}

static long run_mmap(struct op *op)
{
	const struct name *file = op->file < 0 ? NULL : name_at(op->file);
	long result;

	op->fd = file ? file_borrow(file) : -1;
	if (file && op->fd < 0)
		return -errno;
	if (file && file->driver >= 0)
		op->offset += (uint64_t)file->driver << PROBE_DRIVER_SHIFT;
	result = counted(op, map_pages);
	if (file)
		close(op->fd);
	if (result || !op->random)
		return result;
	return failed(madvise((void *)op->start, op->count * PAGE, MADV_RANDOM));
}

static long run_munmap(struct op *op)
{
	return failed(munmap((void *)op->start, op->count * PAGE));
}

/* mprotect TASK ADDRESS PAGES PROT [KEY] */
static bool parse_mprotect(struct op *op, char **words, int nr)
{
	if (nr < 4 || nr > 5 || !parse_range(op, words, nr))
		return false;
	op->prot = prot_of(words[3]);
	op->pkey = nr > 4 ? (int)number(words[4]) : -1;
	return true;
}

static long protect_pages(struct op *op, uint64_t pages)
{
	void *start = (void *)op->start;

	return failed(op->pkey < 0
			      ? mprotect(start, pages * PAGE, op->prot)
			      : pkey_mprotect(start, pages * PAGE, op->prot, op->pkey));
}

static long run_mprotect(struct op *op)
{
	if (op->pkey > 0 && !world->pkeys)
		world->cannot = "the machine has no protection keys";
	if (op->pkey > 0)
		pkeys_alloc_up_to(op->pkey);
	return counted(op, protect_pages);
}

/* pkru TASK KEY RIGHTS */
static bool parse_pkru(struct op *op, char **words, int nr)
{
	if (nr != 3)
		return false;
	op->task = name_of(words[0]);
	op->pkey = number(words[1]);
	op->rights = number(words[2]);
	return op->task >= 0;
}

static long run_pkru(struct op *op)
{
	pkru_allow(op->pkey, op->rights);
	return 0;
}

/*
 * madvise TASK ADDRESS PAGES
 * dontneed|remove|random|normal|hugepage|nohugepage|populate_read|populate_write
 */
static bool parse_madvise(struct op *op, char **words, int nr)
{
	static const struct {
		const char *word;
		int advice;
	} known[] = {
		{"dontneed", MADV_DONTNEED},
		{"remove", MADV_REMOVE},
		{"random", MADV_RANDOM},
		{"normal", MADV_NORMAL},
		{"hugepage", MADV_HUGEPAGE},
		{"nohugepage", MADV_NOHUGEPAGE},
		{"populate_read", MADV_POPULATE_READ},
		{"populate_write", MADV_POPULATE_WRITE},
	};

	if (nr != 4 || !parse_range(op, words, nr))
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		op->advice = known[i].advice;
		if (!strcmp(words[3], known[i].word))
			return true;
	}
	return false;
}

static long advise(struct op *op, uint64_t pages)
{
	return failed(madvise((void *)op->start, pages * PAGE, op->advice));
}

static long run_madvise(struct op *op)
{
	return counted(op, advise);
}

/* mlock TASK ADDRESS PAGES [onfault] */
static bool parse_mlock(struct op *op, char **words, int nr)
{
	op->flags = has_word(words, nr, "onfault") ? MLOCK_ONFAULT : 0;
	return parse_range(op, words, nr);
}

static long lock_pages(struct op *op, uint64_t pages)
{
	return failed(mlock2((void *)op->start, pages * PAGE, op->flags));
}

static long run_mlock(struct op *op)
{
	return counted(op, lock_pages);
}

static long run_munlock(struct op *op)
{
	return failed(munlock((void *)op->start, op->count * PAGE));
}

/* hint TASK ADDRESS PAGES */
static long run_hint(struct op *op)
{
	const struct probe_hint hint = {
		.start = op->start,
		.pages = op->count,
		.pid = name_at(op->task)->pid,
	};

	return failed(ioctl(world->probe, PROBE_IOC_HINT, &hint));
}

/* Reading and writing. */

static long read_pages(struct op *op, uint64_t pages)
{
	op->signal = touch(op->start, pages);
	return 0;
}

static long run_read(struct op *op)
{
	return counted(op, read_pages);
}

/*
 * write TASK ADDRESS PAGES [TEXT in hexadecimal digits] [in normal|movable|cma]
 * Without a text a byte of 1 is written.
 */
static bool parse_write(struct op *op, char **words, int nr)
{
	if (nr > 4 && !strcmp(words[nr - 2], "in")) {
		op->node = nodes_named(words[nr - 1]);
		nr -= 2;
	}
	return parse_range(op, words, nr) && parse_text(op, nr > 3 ? words[3] : "01");
}

static long write_pages(struct op *op, uint64_t pages)
{
	for (uint64_t i = 0; i < pages && !op->signal; i++)
		op->signal = put_text(op->start + i * PAGE, op->text, op->length);
	return 0;
}

static long run_write(struct op *op)
{
	return counted(op, write_pages);
}

/* drain: the director does so before each statement anyway, unless it is to hold. */
static long run_drain(struct op *op)
{
	(void)op;
	drain();
	return 0;
}

static long run_hold(struct op *op)
{
	(void)op;
	world->hold = true;
	return 0;
}

/* thp always|madvise|never: as long as the plan lasts. */
static bool parse_thp(struct op *op, char **words, int nr)
{
	if (nr != 1)
		return false;
	op->thp = !strcmp(words[0], "always")	 ? "always"
		  : !strcmp(words[0], "madvise") ? "madvise"
						 : "never";
	return true;
}

static long run_thp(struct op *op)
{
	huge_pages(op->thp);
	return 0;
}

const struct verb memory_verbs[] = {
	{"mmap", parse_mmap, true, run_mmap},
	{"munmap", parse_range, true, run_munmap},
	{"mprotect", parse_mprotect, true, run_mprotect},
	{"pkru", parse_pkru, true, run_pkru},
	{"madvise", parse_madvise, true, run_madvise},
	{"mlock", parse_mlock, true, run_mlock},
	{"munlock", parse_range, true, run_munlock},
	{"hint", parse_range, false, run_hint},
	{"read", parse_range, true, run_read},
	{"write", parse_write, true, run_write},
	{"drain", parse_nothing, false, run_drain},
	{"hold", parse_nothing, false, run_hold},
	{"thp", parse_thp, false, run_thp},
	{NULL},
};
