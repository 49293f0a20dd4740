// SPDX-License-Identifier: GPL-2.0-or-later
/* Files: made, evicted and written back; one may stand for what a driver maps. */
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* file NAME disk|shmem|dax BYTES [hole] [cold] [buffers] [readonly] */
static bool parse_file(struct op *op, char **words, int nr)
{
	if (nr < 3)
		return false;
	op->file = name_of(words[0]);
	if (op->file < 0)
		return false;
	snprintf(name_at(op->file)->path, sizeof(world->names[0].path),
		 "/mnt/%.20s/%.64s", words[1], words[0]);
	op->count = number(words[2]);
	op->hole = has_word(words, nr, "hole");
	op->cold = has_word(words, nr, "cold");
	op->buffers = has_word(words, nr, "buffers");
	name_at(op->file)->mode = has_word(words, nr, "readonly") ? O_RDONLY : O_RDWR;
	return true;
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

static bool is_uptodate(int fd, uint64_t index)
{
	struct probe_look look = {.place = PROBE_AT_FILE, .handle = fd, .at = index};

	return !ioctl(world->probe, PROBE_IOC_LOOK, &look) && look.frame >= 0 &&
	       look.flags & PROBE_UPTODATE;
}

/* Cached pages are read ahead, which does not mark them as used, as a read does. */
static long settle(const struct op *op, int fd)
{
	uint64_t pages = op->cold ? 0 : (op->count + PAGE - 1) / PAGE;

	if (posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) ||
	    (pages && posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED)))
		return -EIO;
	for (uint64_t i = 0; i < pages; i++)
		for (int tries = 0; !is_uptodate(fd, i); tries++) {
			if (tries == 2000)
				return -EIO;
			usleep(1000);
		}
	return 0;
}

/* A page of shmem is made by whoever asks for it first. */
static long run_file(struct op *op)
{
	const char *path = name_at(op->file)->path;
	bool shmem = !strncmp(path, "/mnt/shmem/", 11);
	bool disk = !strncmp(path, "/mnt/disk/", 10);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	long error;

	if (fd < 0 || ftruncate(fd, op->count))
		return -errno;
	error = op->hole || shmem ? 0 : fill(fd, op->count);
	if (!error && !op->hole && disk && !op->buffers)
		error = settle(op, fd);
	name_at(op->file)->fd = fd;
	return error;
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
	while (op->offset < PROBE_NR_DRIVER_KINDS && strcmp(kinds[op->offset], words[1]))
		op->offset++;
	op->count = number(words[2]);
	return op->file >= 0 && op->offset < PROBE_NR_DRIVER_KINDS;
}

static long run_driver(struct op *op)
{
	struct probe_driver driver = {.kind = op->offset, .pages = op->count};

	if (ioctl(world->probe, PROBE_IOC_DRIVER, &driver))
		return -errno;
	name_at(op->file)->driver = driver.id;
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
	int fd = name_at(op->file)->fd, error;

	if (fsync(fd))
		return -errno;
	error = posix_fadvise(fd, op->start * PAGE, op->count * PAGE,
			      POSIX_FADV_DONTNEED);
	for (uint64_t i = 0; i < op->count && !error; i++) {
		struct probe_look look = {
			.place = PROBE_AT_FILE, .handle = fd, .at = op->start + i};

		if (!ioctl(world->probe, PROBE_IOC_LOOK, &look) && look.frame >= 0)
			return -EBUSY;
	}
	return -error;
}

/*
 * What FILE was opened as: the director has all that it made open for writing, too. To
 * close one may write back.
 */
int open_as_said(const struct name *file)
{
	return file->driver >= 0	? world->probe
	       : file->mode == O_RDONLY ? open(file->path, O_RDONLY)
					: file->fd;
}

void close_again(const struct name *file, int fd)
{
	if (fd != file->fd && fd != world->probe)
		close(fd);
}

/* fsync FILE */
static bool parse_fsync(struct op *op, char **words, int nr)
{
	op->file = nr == 1 ? name_of(words[0]) : -1;
	return op->file >= 0;
}

static long run_fsync(struct op *op)
{
	const struct name *file = name_at(op->file);
	int fd = open_as_said(file);
	long result = fd < 0 ? -errno : failed(fsync(fd));

	close_again(file, fd);
	return result;
}

const struct verb file_verbs[] = {
	{"file", parse_file, false, run_file},
	{"driver", parse_driver, false, run_driver},
	{"evict", parse_evict, false, run_evict},
	{"fsync", parse_fsync, false, run_fsync},
	{NULL},
};
