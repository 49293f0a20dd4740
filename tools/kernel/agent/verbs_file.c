// SPDX-License-Identifier: GPL-2.0-or-later
/* Files: made, evicted and written back; one may stand for what a driver maps. */
#define _GNU_SOURCE
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/memfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HUGE_BYTES   0x200000ul
#define MAX_EXTENTS  16
#define DROP_TRIES   5
#define SETTLE_TRIES 2000 /* milliseconds */

static const char *const media[NR_MEDIA] = {
	[ON_DISK] = "disk",
	[ON_SHMEM] = "shmem",
	[ON_DAX] = "dax",
};

/* file NAME disk|shmem|dax BYTES [hole] [cold] [buffers] [readonly] */
static bool parse_file(struct op *op, char **words, int nr)
{
	struct name *file;

	op->file = nr < 3 ? -1 : name_of(words[0]);
	if (op->file < 0)
		return false;
	file = name_at(op->file);
	snprintf(file->path, sizeof(file->path), "/mnt/%.20s/%.64s", words[1], words[0]);
	file->medium = index_of(media, NR_MEDIA, words[1]);
	file->mode = has_word(words, nr, "readonly") ? O_RDONLY : O_RDWR;
	op->count = number(words[2]);
	op->hole = has_word(words, nr, "hole");
	op->cold = has_word(words, nr, "cold");
	op->buffers = has_word(words, nr, "buffers");
	return file->medium < NR_MEDIA;
}

static long fill(int fd, uint64_t bytes)
{
	static const char zeroes[4096];

	while (bytes) {
		ssize_t written = write(fd, zeroes, bytes < PAGE ? bytes : PAGE);

		if (written < 0)
			return -errno;
		bytes -= written;
	}
	return failed(fsync(fd));
}

/*
 * What has 2 MiB and more is to lie where a pmd can map it, as the model has it: the file
 * system is asked for as much at a time, and then where it has put that.
 */
static bool allocate_rows(int fd, uint64_t bytes)
{
	for (uint64_t at = 0; at < bytes; at += HUGE_BYTES)
		if (fallocate(fd, 0, at,
			      bytes - at < HUGE_BYTES ? bytes - at : HUGE_BYTES))
			return false;
	return true;
}

static bool fill_rows(int fd, uint64_t bytes)
{
	struct {
		struct fiemap map;
		struct fiemap_extent extents[MAX_EXTENTS];
	} there = {.map = {.fm_length = bytes & ~(HUGE_BYTES - 1),
			   .fm_extent_count = MAX_EXTENTS}};

	if (!allocate_rows(fd, bytes) || ioctl(fd, FS_IOC_FIEMAP, &there))
		return false;
	for (uint32_t i = 0; i < there.map.fm_mapped_extents; i++)
		if ((there.extents[i].fe_logical ^ there.extents[i].fe_physical) &
		    (HUGE_BYTES - 1))
			return false;
	return there.map.fm_mapped_extents <= MAX_EXTENTS;
}

/* The page that is cached of a file there; false: none. */
static bool look_cached(int fd, uint64_t index, struct probe_look *look)
{
	*look = (struct probe_look){.place = PROBE_AT_FILE, .handle = fd, .at = index};
	return !ioctl(world->probe, PROBE_IOC_LOOK, look) && look->frame >= 0;
}

static bool is_uptodate(int fd, uint64_t index)
{
	struct probe_look look;

	return look_cached(fd, index, &look) && look.flags & PROBE_UPTODATE;
}

static bool is_any_cached(int fd, uint64_t first, uint64_t pages)
{
	struct probe_look look;
	bool any = false;

	for (uint64_t i = first; i < first + pages && !any; i++)
		any = look_cached(fd, i, &look);
	return any;
}

/* Once more for a page that was written back a moment ago, and is held by that yet. */
static long drop(int fd, uint64_t first, uint64_t pages)
{
	int error = posix_fadvise(fd, first * PAGE, pages * PAGE, POSIX_FADV_DONTNEED);

	for (int tries = 0; !error && is_any_cached(fd, first, pages); tries++) {
		if (tries == DROP_TRIES)
			return -EBUSY;
		usleep(1000);
		error = posix_fadvise(fd, first * PAGE, pages * PAGE,
				      POSIX_FADV_DONTNEED);
	}
	return -error;
}

/* Cached pages are read ahead, which does not mark them as used, as a read does. */
static long settle(const struct op *op, int fd)
{
	uint64_t pages = (op->count + PAGE - 1) / PAGE;

	if (drop(fd, 0, pages))
		return -EIO;
	if (op->cold)
		return 0;
	if (posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED))
		return -EIO;
	for (uint64_t i = 0; i < pages; i++)
		for (int tries = 0; !is_uptodate(fd, i); tries++) {
			if (tries == SETTLE_TRIES)
				return -EIO;
			usleep(1000);
		}
	return 0;
}

static bool is_under_read(int fd, uint64_t index)
{
	struct probe_look look;

	return look_cached(fd, index, &look) &&
	       (look.flags & (PROBE_UPTODATE | PROBE_PG_LOCKED)) == PROBE_PG_LOCKED;
}

/* Reads that nobody has waited for, of the files on the disk. */
void reads_settle(void)
{
	struct stat stat;

	for (int n = 0; n < world->nr_names; n++) {
		const struct name *file = name_at(n);

		if (!*file->path || file->medium != ON_DISK || file->fd < 0 ||
		    fstat(file->fd, &stat))
			continue;
		for (off_t i = 0; i * (off_t)PAGE < stat.st_size; i++)
			for (int tries = 0;
			     is_under_read(file->fd, i) && tries < SETTLE_TRIES; tries++)
				usleep(1000);
	}
}

/* A page of shmem is made by whoever asks for it first. */
static long run_file(struct op *op)
{
	struct name *file = name_at(op->file);
	int fd = open(file->path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	long error;

	if (fd < 0 || ftruncate(fd, op->count))
		return -errno;
	file->fd = fd;
	file->said = open(file->path, file->mode);
	if (file->said < 0)
		return -errno;
	if (op->hole || file->medium == ON_SHMEM)
		return 0;
	if (file->medium == ON_DAX && op->count >= HUGE_BYTES &&
	    !fill_rows(fd, op->count)) {
		world->cannot = "the file system has no 2 MiB in a row for a file";
		return 0;
	}
	error = fill(fd, op->count);
	if (error || file->medium != ON_DISK || op->buffers)
		return error;
	return settle(op, fd);
}

/* secretmem NAME BYTES */
static bool parse_secretmem(struct op *op, char **words, int nr)
{
	if (nr != 2)
		return false;
	op->file = name_of(words[0]);
	op->count = number(words[1]);
	return op->file >= 0;
}

/* It has no path: only its descriptor leads to it, and its size is set once. */
static long run_secretmem(struct op *op)
{
	struct name *file = name_at(op->file);
	int fd = syscall(SYS_memfd_secret, 0);

	if (fd < 0 || ftruncate(fd, op->count))
		return -errno;
	file->fd = fd;
	file->said = fd;
	return 0;
}

/* hugetlbfs NAME BYTES [readonly] */
static bool parse_hugetlbfs(struct op *op, char **words, int nr)
{
	if (nr < 2)
		return false;
	op->file = name_of(words[0]);
	op->count = number(words[1]);
	if (op->file >= 0)
		name_at(op->file)->mode =
			has_word(words, nr, "readonly") ? O_RDONLY : O_RDWR;
	return op->file >= 0;
}

static long run_hugetlbfs(struct op *op)
{
	struct name *file = name_at(op->file);
	char path[40];

	file->fd = memfd_create(file->text, MFD_HUGETLB | MFD_HUGE_2MB);
	if (file->fd < 0 || ftruncate(file->fd, op->count))
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	file->said = open(path, file->mode);
	return file->said < 0 ? -errno : 0;
}

/* driver NAME pfnmap|mixedmap|inserted PAGES */
static bool parse_driver(struct op *op, char **words, int nr)
{
	static const char *const kinds[PROBE_NR_DRIVER_KINDS] = {
		[PROBE_PFNMAP] = "pfnmap",
		[PROBE_MIXEDMAP] = "mixedmap",
		[PROBE_INSERTED] = "inserted",
	};

	if (nr != 3)
		return false;
	op->file = name_of(words[0]);
	op->offset = index_of(kinds, PROBE_NR_DRIVER_KINDS, words[1]);
	op->count = number(words[2]);
	return op->file >= 0 && op->offset < PROBE_NR_DRIVER_KINDS;
}

static long run_driver(struct op *op)
{
	struct probe_driver driver = {.kind = op->offset, .pages = op->count};

	if (ioctl(world->probe, PROBE_IOC_DRIVER, &driver))
		return -errno;
	name_at(op->file)->driver = driver.id;
	name_at(op->file)->said = world->probe;
	return 0;
}

/* evict FILE FIRST PAGES */
static bool parse_evict(struct op *op, char **words, int nr)
{
	if (nr != 3)
		return false;
	op->file = name_of(words[0]);
	op->start = number(words[1]);
	op->count = number(words[2]);
	return op->file >= 0;
}

static long run_evict(struct op *op)
{
	int fd = name_at(op->file)->fd;

	if (name_at(op->file)->said < 0)
		return -EBADF;
	return fsync(fd) ? -errno : drop(fd, op->start, op->count);
}

int file_borrow(const struct name *file)
{
	int director = syscall(SYS_pidfd_open, world->director, 0);
	int fd = syscall(SYS_pidfd_getfd, director, file->said, 0);

	close(director);
	return fd;
}

/* close FILE: what the agent itself looks through stays open. */
static long run_close(struct op *op)
{
	struct name *file = name_at(op->file);
	int fd = file->said;

	file->said = -1;
	return fd < 0 ? -EBADF : fd == world->probe ? 0 : failed(close(fd));
}

/* fsync FILE, close FILE */
static bool parse_fsync(struct op *op, char **words, int nr)
{
	op->file = nr == 1 ? name_of(words[0]) : -1;
	return op->file >= 0;
}

static long run_fsync(struct op *op)
{
	return failed(fsync(name_at(op->file)->said));
}

/* direct FILE FIRST PAGES TEXT */
static bool parse_direct(struct op *op, char **words, int nr)
{
	if (nr != 4)
		return false;
	op->file = name_of(words[0]);
	op->start = number(words[1]);
	op->count = number(words[2]);
	return op->file >= 0 && parse_text(op, words[3]);
}

/* What is written so is a page of the agent's own, in whole blocks of the disk. */
static long run_direct(struct op *op)
{
	static _Alignas(PAGE) unsigned char page[PAGE];
	const struct name *file = name_at(op->file);
	int fd = open(file->path, file->mode | O_DIRECT);
	long result = file->said < 0 ? -EBADF : fd < 0 ? -errno : 0;

	memset(page, 0, sizeof(page));
	memcpy(page, op->text, op->length);
	for (uint64_t i = 0; i < op->count && !result; i++) {
		off_t at = (op->start + i) * PAGE;

		result = pwrite(fd, page, PAGE, at) == PAGE ? 0 : -errno;
	}
	close(fd);
	return result;
}

const struct verb file_verbs[] = {
	{"file", parse_file, false, run_file},
	{"secretmem", parse_secretmem, false, run_secretmem},
	{"hugetlbfs", parse_hugetlbfs, false, run_hugetlbfs},
	{"driver", parse_driver, false, run_driver},
	{"evict", parse_evict, false, run_evict},
	{"fsync", parse_fsync, false, run_fsync},
	{"close", parse_fsync, false, run_close},
	{"direct", parse_direct, false, run_direct},
	{NULL},
};
