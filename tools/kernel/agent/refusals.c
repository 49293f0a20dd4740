// SPDX-License-Identifier: GPL-2.0-or-later
/* Requests that make no sense, each with the errno that the module has for it. */
#include "agent.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CALL(...)                                 \
	{                                         \
		PROBE_IOC_CALL, EINVAL, .call = { \
			.start = 0x10000,         \
			.nr = 1,                  \
			__VA_ARGS__               \
		}                                 \
	}

static const struct refusal {
	unsigned long command;
	int error;
	struct probe_call call;
	struct probe_put put;
	struct probe_look look;
	struct probe_get get;
	struct probe_raw_put raw_put;
	struct probe_lock lock;
	struct probe_driver driver;
	struct probe_write write;
	struct probe_hint hint;
} refusals[] = {
	CALL(.function = PROBE_NR_FUNCTIONS),
	CALL(.function = PROBE_GET_REMOTE), /* of nobody's mm */
	CALL(.function = PROBE_GET, .pid = 1),
	CALL(.function = PROBE_GET, .locked = PROBE_LOCKED_1),
	CALL(.function = PROBE_GET_REMOTE, .pid = 1, .locked = PROBE_LOCKED_1 + 1),
	CALL(.function = PROBE_GET, .no_pages = 2),
	CALL(.function = PROBE_GET, .signal = 1),
	CALL(.function = PROBE_GET_UNLOCKED, .vmas = 8),
	CALL(.function = PROBE_GET, .nr_frames = PROBE_ROOM + 1),
	CALL(.function = PROBE_FIXUP),			     /* of nobody's mm */
	CALL(.function = PROBE_FIXUP, .pid = 1, .flags = 4), /* may drop the lock */
	CALL(.function = PROBE_DUMP_PAGE, .pid = 1),
	CALL(.function = PROBE_FOLLOW_PAGE, .pid = 1, .locked = PROBE_LOCKED_1),
	CALL(.function = PROBE_POPULATE, .vmas = 8),
	{PROBE_IOC_CALL, EOPNOTSUPP, .call = {.function = PROBE_GET, .flags = 1u << 31}},
	{PROBE_IOC_CALL, ESRCH, .call = {.function = PROBE_GET_REMOTE, .pid = 1u << 30}},
	{PROBE_IOC_PUT, EBADF, .put = {.handle = 7, .entry = -1}},
	{PROBE_IOC_LOOK, EINVAL, .look = {.place = PROBE_NR_PLACES}},
	{PROBE_IOC_LOOK, EINVAL, .look = {.place = PROBE_AT_FRAME, .at = 1u << 20}},
	{PROBE_IOC_LOOK, EINVAL, .look = {.place = PROBE_AT_ADDRESS, .pid = 1, .at = -1}},
	{PROBE_IOC_LOOK, EBADF, .look = {.place = PROBE_AT_ENTRY, .handle = 7}},
	{PROBE_IOC_LOOK, EBADF, .look = {.place = PROBE_AT_FILE, .handle = 1u << 20}},
	{PROBE_IOC_PUT, EINVAL, .put = {.way = PROBE_NR_WAYS, .entry = -1}},
	{PROBE_IOC_PUT, EINVAL, .put = {.entry = 0}}, /* one, as all were taken */
	{PROBE_IOC_GET, EINVAL,
	 .get = {.where = {.place = PROBE_AT_FRAME}, .more = 0x7fffffff}},
	{PROBE_IOC_RAW_PUT, EINVAL, .raw_put = {.where = {.place = PROBE_NR_PLACES}}},
	{PROBE_IOC_LOCK, EINVAL, .lock = {.pid = 1, .mode = PROBE_NR_LOCK_MODES}},
	{PROBE_IOC_LOCK, ENOLCK, .lock = {.pid = 1, .mode = PROBE_LOCK_NONE}},
	{PROBE_IOC_DRIVER, EINVAL, .driver = {.kind = PROBE_NR_DRIVER_KINDS, .pages = 1}},
	{PROBE_IOC_DRIVER, EINVAL, .driver = {.pages = PROBE_DRIVER_PAGES + 1}},
	{PROBE_IOC_WRITE, EINVAL, .write = {.where = {.place = PROBE_NR_PLACES}}},
	{PROBE_IOC_WRITE, EINVAL, .write = {.where = {.place = PROBE_AT_FRAME}}},
	{PROBE_IOC_WRITE, ENOENT,
	 .write = {.where = {.place = PROBE_AT_ENTRY, .handle = 7}}},
	{PROBE_IOC_WRITE, EINVAL,
	 .write = {.where = {.place = PROBE_AT_ENTRY}, .length = PROBE_BYTES + 1}},
	{PROBE_IOC_HINT, EINVAL, .hint = {.start = 1, .pid = 1}},
	{PROBE_IOC_HINT, ESRCH, .hint = {.pid = 1u << 30}},
	{_IOWR('g', 99, struct probe_call), ENOTTY},
	{_IOWR('h', 1, struct probe_call), ENOTTY},
	{_IOC(_IOC_READ | _IOC_WRITE, 'g', 1, 16000), ENOTTY},
};

static bool is_refused(const struct refusal *refusal)
{
	struct refusal copy = *refusal;
	void *arg = refusal->command == PROBE_IOC_PUT	    ? (void *)&copy.put
		    : refusal->command == PROBE_IOC_LOOK    ? (void *)&copy.look
		    : refusal->command == PROBE_IOC_GET	    ? (void *)&copy.get
		    : refusal->command == PROBE_IOC_RAW_PUT ? (void *)&copy.raw_put
		    : refusal->command == PROBE_IOC_LOCK    ? (void *)&copy.lock
		    : refusal->command == PROBE_IOC_DRIVER  ? (void *)&copy.driver
		    : refusal->command == PROBE_IOC_WRITE   ? (void *)&copy.write
		    : refusal->command == PROBE_IOC_HINT    ? (void *)&copy.hint
							    : (void *)&copy.call;

	return ioctl(world->probe, refusal->command, arg) == -1 &&
	       errno == refusal->error;
}

static bool is_bad_address_refused(void)
{
	return ioctl(world->probe, PROBE_IOC_CALL, (void *)8) == -1 && errno == EFAULT;
}

long run_refusals(struct op *op)
{
	long accepted = !is_bad_address_refused();

	(void)op;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		accepted += !is_refused(&refusals[i]);
	return accepted;
}
