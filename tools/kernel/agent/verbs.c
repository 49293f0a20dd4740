// SPDX-License-Identifier: GPL-2.0-or-later
/* The verbs of a plan: how their words are read, and the real thing that each does. */
#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static long failed(long result)
{
	return result < 0 ? -errno : result;
}

static struct name *name_at(int name)
{
	return &world->names[name];
}

static uint64_t number(const char *word)
{
	return strtoull(word, NULL, 0);
}

static bool has_word(char **words, int nr, const char *word)
{
	while (nr-- > 0)
		if (!strcmp(words[nr], word))
			return true;
	return false;
}

/* Tasks. */

/* task NAME */
static bool parse_task(struct op *op, char **words, int nr)
{
	op->name = nr == 1 ? name_of(words[0]) : -1;
	return op->name >= 0;
}

static long run_task(struct op *op)
{
	return task_start(op->name);
}

/* fork TASK NAME */
static bool parse_fork(struct op *op, char **words, int nr)
{
	if (nr != 2)
		return false;
	op->task = name_of(words[0]);
	op->name = name_of(words[1]);
	return op->task >= 0 && op->name >= 0;
}

static long run_fork(struct op *op)
{
	return task_start(op->name);
}

/* thread TASK NAME */
static long run_thread(struct op *op)
{
	return task_start_thread(op->name);
}

/* kill TASK: what it is for its calls. */
static long run_kill(struct op *op)
{
	name_at(op->name)->killed = true;
	return 0;
}

/* zone normal|movable: where pages come from from now on. */
static bool parse_zone(struct op *op, char **words, int nr)
{
	op->node = nr == 1 && !strcmp(words[0], "movable") ? NODE_MOVABLE : NODE_NORMAL;
	return nr == 1;
}

static long run_zone(struct op *op)
{
	world->node = op->node;
	return 0;
}

/* exit TASK */
static bool parse_exit(struct op *op, char **words, int nr)
{
	return parse_task(op, words, nr);
}

/* It is over once the process can no longer be found. */
static long run_exit(struct op *op)
{
	int pid = name_at(op->name)->pid;

	if (kill(pid, SIGKILL))
		return -errno;
	while (!kill(pid, 0))
		usleep(1000);
	return 0;
}

/* Memory. */

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
static void use_node(const struct op *op)
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

static int digit(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static bool parse_text(struct op *op, const char *text)
{
	if (strlen(text) > 2 * MAX_TEXT)
		return false;
	for (; text[0] && text[1]; text += 2)
		op->text[op->length++] = digit(text[0]) << 4 | digit(text[1]);
	return true;
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

/* Files. */

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
static int open_as_said(const struct name *file)
{
	return file->driver >= 0	? world->probe
	       : file->mode == O_RDONLY ? open(file->path, O_RDONLY)
					: file->fd;
}

static void close_again(const struct name *file, int fd)
{
	if (fd != file->fd && fd != world->probe)
		close(fd);
}

static long run_truncate(struct op *op);

static long truncate_as(const struct op *op, int fd)
{
	return fd < 0 ? -errno : failed(ftruncate(fd, op->count));
}

/* truncate FILE BYTES NAME|- */
static bool parse_truncate(struct op *op, char **words, int nr)
{
	if (nr != 3)
		return false;
	op->file = name_of(words[0]);
	op->count = number(words[1]);
	op->name = name_of(words[2]);
	return op->file >= 0 && op->name >= 0;
}

/*
 * Who truncates a DAX file waits for pages that are held: other processes do that, which
 * are there before the plan begins.
 */

static bool is_apart(const struct op *op)
{
	return op->verb->run == run_truncate &&
	       !strncmp(name_at(op->file)->path, "/mnt/dax/", 9);
}

static void wait_for_work(struct op *op)
{
	while (!atomic_load(&op->begun))
		syscall(SYS_futex, &op->begun, FUTEX_WAIT, 0, NULL, NULL, 0);
	op->late =
		truncate_as(op, open(name_at(op->file)->path, name_at(op->file)->mode));
	atomic_store(&op->ended, true);
	_exit(0);
}

bool helpers_start(void)
{
	for (int i = 0; i < world->nr_ops; i++) {
		int pid = is_apart(&world->ops[i]) ? fork() : 1;

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

static void begin(struct op *op)
{
	atomic_store(&op->begun, 1);
	syscall(SYS_futex, &op->begun, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static long run_truncate(struct op *op)
{
	const struct name *file = name_at(op->file);
	int fd;

	name_at(op->name)->op = op;
	warns_rearm();
	if (is_apart(op)) {
		begin(op);
		op->waits = !has_ended(op);
	} else {
		fd = open_as_said(file);
		op->late = truncate_as(op, fd);
		op->ended = true;
		close_again(file, fd);
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

/* Calls. */

static const char *const functions[PROBE_NR_FUNCTIONS] = {
	[PROBE_GET_REMOTE] = "get_user_pages_remote",
	[PROBE_GET] = "get_user_pages",
	[PROBE_GET_LOCKED] = "get_user_pages_locked",
	[PROBE_GET_UNLOCKED] = "get_user_pages_unlocked",
	[PROBE_PIN_REMOTE] = "pin_user_pages_remote",
	[PROBE_PIN] = "pin_user_pages",
	[PROBE_PIN_UNLOCKED] = "pin_user_pages_unlocked",
	[PROBE_PIN_LOCKED] = "pin_user_pages_locked",
};

static int function_of(const char *word)
{
	int i = 0;

	while (i < PROBE_NR_FUNCTIONS && strcmp(functions[i], word))
		i++;
	return i;
}

/*
 * call TASK NAME FUNCTION MM|- START NR FLAGS pages|NULL locked=NULL|0|1 ENTRIES [vmas]
 * A call without a name is called "-".
 */
static bool parse_call(struct op *op, char **words, int nr)
{
	struct probe_call *call = &op->call;

	if (nr < 10)
		return false;
	op->task = name_of(words[0]);
	op->name = name_of(words[1]);
	call->function = function_of(words[2]);
	op->mm = strcmp(words[3], "-") ? name_of(words[3]) : -1;
	call->start = number(words[4]);
	call->nr = strtoll(words[5], NULL, 0);
	call->flags = number(words[6]);
	call->no_pages = !strcmp(words[7], "NULL");
	call->locked = !strcmp(words[8], "locked=1")   ? PROBE_LOCKED_1
		       : !strcmp(words[8], "locked=0") ? PROBE_LOCKED_0
						       : PROBE_LOCKED_NULL;
	call->nr_frames = number(words[9]);
	op->first_frame = world->nr_frames;
	world->nr_frames += call->nr_frames;
	call->frames = (uintptr_t)&world->frames[op->first_frame];
	if (nr > 10) {
		op->first_vma = world->nr_frames;
		world->nr_frames += call->nr_frames;
		call->vmas = (uintptr_t)&world->frames[op->first_vma];
	}
	return op->task >= 0 && op->name >= 0 && call->function < PROBE_NR_FUNCTIONS &&
	       call->nr_frames <= PROBE_ROOM && world->nr_frames <= MAX_FRAMES;
}

static long run_call(struct op *op)
{
	long error;

	use_node(op);
	op->call.pid = op->mm < 0 ? 0 : name_at(op->mm)->pid;
	op->call.killed = name_at(op->task)->killed;
	warns_rearm();
	error = failed(ioctl(world->probe, PROBE_IOC_CALL, &op->call));
	warns_collect(op);
	if (error) /* the answer would be of no use */
		world->cannot = "this kernel has no such function or flag";
	name_at(op->name)->handle = op->call.handle;
	return op->call.result;
}

static bool parse_way(struct op *op, const char *word)
{
	static const char *const ways[PROBE_NR_WAYS] = {
		[PROBE_AS_TAKEN] = "as_taken",
		[PROBE_PUT_PAGE] = "put_page",
		[PROBE_UNPIN] = "unpin",
		[PROBE_UNPIN_DIRTY] = "unpin_dirty",
	};

	while (op->way < PROBE_NR_WAYS && strcmp(ways[op->way], word))
		op->way++;
	return op->way < PROBE_NR_WAYS;
}

/* put NAME WAY */
static bool parse_put(struct op *op, char **words, int nr)
{
	return nr == 2 && parse_task(op, words, 1) && parse_way(op, words[1]);
}

static long run_put(struct op *op)
{
	struct probe_put put = {
		.handle = name_at(op->name)->handle, .entry = -1, .way = op->way};

	return put.handle == NO_HANDLE ? 0
				       : failed(ioctl(world->probe, PROBE_IOC_PUT, &put));
}

/* lock TASK none|read|write */
static bool parse_lock(struct op *op, char **words, int nr)
{
	static const char *const modes[PROBE_NR_LOCK_MODES] = {
		[PROBE_LOCK_NONE] = "none",
		[PROBE_LOCK_READ] = "read",
		[PROBE_LOCK_WRITE] = "write",
	};

	if (nr != 2)
		return false;
	while (op->lock_mode < PROBE_NR_LOCK_MODES &&
	       strcmp(modes[op->lock_mode], words[1]))
		op->lock_mode++;
	return parse_task(op, words, 1) && op->lock_mode < PROBE_NR_LOCK_MODES;
}

static long run_lock(struct op *op)
{
	struct probe_lock lock = {.pid = name_at(op->name)->pid, .mode = op->lock_mode};

	return failed(ioctl(world->probe, PROBE_IOC_LOCK, &lock));
}

/*
 * Places: at|pte:TASK:ADDRESS:PAGES, entry:CALL:FIRST:PAGES, frame:NAME,
 * file:NAME:FIRST:PAGES, lock:TASK, vma:TASK:ADDRESS:1.
 */

static bool parse_place(char *word, struct place *place)
{
	static const char *const kinds[PROBE_NR_PLACES] = {
		[PROBE_AT_ADDRESS] = "at",  [PROBE_AT_ENTRY] = "entry",
		[PROBE_AT_FRAME] = "frame", [PROBE_AT_FILE] = "file",
		[PROBE_AT_LOCK] = "lock",
	};
	char *rest, *kind = strtok_r(word, ":", &rest),
		    *name = strtok_r(NULL, ":", &rest);
	char *at = strtok_r(NULL, ":", &rest), *count = strtok_r(NULL, ":", &rest);

	*place = (struct place){.kind = PROBE_NR_PLACES, .count = 1};
	place->vma = kind && !strcmp(kind, "vma");
	place->pte = kind && !strcmp(kind, "pte");
	if (place->vma || place->pte)
		place->kind = PROBE_AT_ADDRESS;
	for (int i = 0; kind && i < PROBE_NR_PLACES; i++)
		if (!strcmp(kinds[i], kind))
			place->kind = i;
	place->name = name ? name_of(name) : -1;
	place->at = at ? number(at) : 0;
	place->count = count ? number(count) : 1;
	return place->kind < PROBE_NR_PLACES && place->name >= 0;
}

static bool parse_places(struct op *op, char **words, int nr)
{
	op->first_place = world->nr_places;
	op->nr_places = nr;
	op->first_look = world->nr_looks;
	for (int i = 0; i < nr; i++) {
		struct place *place = &world->places[world->nr_places++];

		if (world->nr_places == MAX_PLACES || !parse_place(words[i], place))
			return false;
		world->nr_looks += place->count;
	}
	return world->nr_looks <= MAX_LOOKS;
}

static struct probe_look request_at(const struct place *place, uint64_t page)
{
	const struct name *name = name_at(place->name);
	struct probe_look look = {.place = place->kind};

	switch (place->kind) {
	case PROBE_AT_ADDRESS:
		look.pid = name->pid;
		look.at = place->at + page * PAGE;
		break;
	case PROBE_AT_ENTRY:
		look.handle = name->handle;
		look.at = place->at + page;
		break;
	case PROBE_AT_FILE:
		look.handle = name->fd;
		look.at = place->at + page;
		break;
	case PROBE_AT_LOCK:
		look.pid = name->pid;
		break;
	default:
		look.at = name->frame;
	}
	return look;
}

/* A task that is gone has nothing mapped; a frame that is unknown is none. */
static void look_at(const struct place *place, uint64_t page, struct probe_look *look)
{
	*look = request_at(place, page);
	if (ioctl(world->probe, PROBE_IOC_LOOK, look))
		look->frame = PROBE_FRAME_NONE;
}

static long run_look(struct op *op)
{
	struct probe_look *look = &world->looks[op->first_look];

	for (int i = 0; i < op->nr_places; i++)
		for (uint64_t p = 0; p < world->places[op->first_place + i].count; p++)
			look_at(&world->places[op->first_place + i], p, look++);
	return 0;
}

/* frame NAME PLACE, get_page NAME PLACE */
static bool parse_named_place(struct op *op, char **words, int nr)
{
	struct place *place = &world->places[world->nr_places];

	if (nr != 2 || world->nr_places == MAX_PLACES)
		return false;
	op->name = name_of(words[0]);
	op->first_place = world->nr_places++;
	return op->name >= 0 && parse_place(words[1], place);
}

static long run_frame(struct op *op)
{
	struct probe_look look;

	look_at(&world->places[op->first_place], 0, &look);
	op->frame = name_at(op->name)->frame = look.frame;
	return look.frame < 0 ? -ENOENT : 0;
}

static long run_get_page(struct op *op)
{
	struct probe_get get = {.where = request_at(&world->places[op->first_place], 0)};

	if (run_frame(op))
		return -ENOENT;
	if (ioctl(world->probe, PROBE_IOC_GET, &get))
		return -errno;
	name_at(op->name)->handle = get.handle;
	return 0;
}

/* put_page PLACE WAY */
static bool parse_put_page(struct op *op, char **words, int nr)
{
	op->first_place = world->nr_places;
	return nr == 2 && parse_way(op, words[1]) && world->nr_places < MAX_PLACES &&
	       parse_place(words[0], &world->places[world->nr_places++]);
}

static long run_put_page(struct op *op)
{
	const struct place *place = &world->places[op->first_place];
	struct probe_raw_put raw = {.where = request_at(place, 0), .way = op->way};
	struct probe_put put = {
		.handle = raw.where.handle, .entry = raw.where.at, .way = op->way};
	struct probe_look before;

	look_at(place, 0, &before);
	op->frame = before.frame;
	if (place->kind == PROBE_AT_ENTRY)
		return failed(ioctl(world->probe, PROBE_IOC_PUT, &put));
	return failed(ioctl(world->probe, PROBE_IOC_RAW_PUT, &raw));
}

/* device PLACE TEXT */
static bool parse_device(struct op *op, char **words, int nr)
{
	op->first_place = world->nr_places;
	return nr == 2 && world->nr_places < MAX_PLACES && parse_text(op, words[1]) &&
	       parse_place(words[0], &world->places[world->nr_places++]);
}

static long run_device(struct op *op)
{
	struct probe_write write = {
		.where = request_at(&world->places[op->first_place], 0),
		.length = op->length,
	};

	memcpy(write.where.bytes, op->text, op->length);
	if (!ioctl(world->probe, PROBE_IOC_WRITE, &write))
		return 0;
	if (errno == EPERM)
		world->cannot = "no device may write to the zero page of all";
	return -errno;
}

/* drain */
static bool parse_nothing(struct op *op, char **words, int nr)
{
	(void)op;
	(void)words;
	return nr == 0;
}

/* The director drains after each statement anyway. */
static long run_nothing(struct op *op)
{
	(void)op;
	return 0;
}

static const struct verb verbs[] = {
	{"task", parse_task, false, run_task},
	{"fork", parse_fork, true, run_fork},
	{"thread", parse_fork, true, run_thread},
	{"kill", parse_task, false, run_kill},
	{"zone", parse_zone, false, run_zone},
	{"lock", parse_lock, false, run_lock},
	{"driver", parse_driver, false, run_driver},
	{"evict", parse_evict, false, run_evict},
	{"truncate", parse_truncate, false, run_truncate},
	{"done", parse_task, false, run_done},
	{"fsync", parse_fsync, false, run_fsync},
	{"mprotect", parse_mprotect, true, run_mprotect},
	{"madvise", parse_madvise, true, run_madvise},
	{"stack", parse_stack, false, run_stack},
	{"device", parse_device, false, run_device},
	{"mlock", parse_mlock, true, run_mlock},
	{"munlock", parse_range, true, run_munlock},
	{"exit", parse_exit, false, run_exit},
	{"mmap", parse_mmap, true, run_mmap},
	{"munmap", parse_range, true, run_munmap},
	{"read", parse_range, true, run_read},
	{"write", parse_write, true, run_write},
	{"file", parse_file, false, run_file},
	{"call", parse_call, true, run_call},
	{"put", parse_put, false, run_put},
	{"look", parse_places, false, run_look},
	{"frame", parse_named_place, false, run_frame},
	{"get_page", parse_named_place, false, run_get_page},
	{"put_page", parse_put_page, false, run_put_page},
	{"drain", parse_nothing, false, run_nothing},
	{"refusals", parse_nothing, false, run_refusals},
};

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}
