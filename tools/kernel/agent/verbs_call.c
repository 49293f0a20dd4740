// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls of the kernel's functions, what they hold, and the locks around them. */
#include "verbs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

/* Room for what @nr entries hold afterwards; @first is where the answer finds it. */
static uint64_t room_for(uint32_t nr, int *first)
{
	*first = world->nr_frames;
	world->nr_frames += nr;
	return (uintptr_t)&world->frames[*first];
}

/*
 * call TASK NAME FUNCTION MM|- START NR FLAGS pages|NULL locked=NULL|0|1 ENTRIES [vmas]
 * A call without a name is called "-".
 */
static bool parse_call(struct op *op, char **words, int nr)
{
	static const char *const functions[PROBE_NR_FUNCTIONS] = {
		[PROBE_GET_REMOTE] = "get_user_pages_remote",
		[PROBE_GET] = "get_user_pages",
		[PROBE_GET_LOCKED] = "get_user_pages_locked",
		[PROBE_GET_UNLOCKED] = "get_user_pages_unlocked",
		[PROBE_PIN_REMOTE] = "pin_user_pages_remote",
		[PROBE_PIN] = "pin_user_pages",
		[PROBE_PIN_UNLOCKED] = "pin_user_pages_unlocked",
		[PROBE_PIN_LOCKED] = "pin_user_pages_locked",
		[PROBE_GET_FAST] = "get_user_pages_fast",
		[PROBE_GET_FAST_ONLY] = "get_user_pages_fast_only",
		[PROBE_PIN_FAST] = "pin_user_pages_fast",
		[PROBE_PIN_FAST_ONLY] = "pin_user_pages_fast_only",
		[PROBE_FIXUP] = "fixup_user_fault",
		[PROBE_DUMP_PAGE] = "get_dump_page",
		[PROBE_FOLLOW_PAGE] = "follow_page",
		[PROBE_POPULATE_VMA] = "populate_vma_page_range",
		[PROBE_POPULATE] = "__mm_populate",
	};
	struct probe_call *call = &op->call;

	if (nr < 10)
		return false;
	op->task = name_of(words[0]);
	op->name = name_of(words[1]);
	call->function = index_of(functions, PROBE_NR_FUNCTIONS, words[2]);
	op->mm = strcmp(words[3], "-") ? name_of(words[3]) : -1;
	call->start = number(words[4]);
	call->nr = strtoll(words[5], NULL, 0);
	call->flags = number(words[6]);
	call->no_pages = !strcmp(words[7], "NULL");
	call->locked = !strcmp(words[8], "locked=1")   ? PROBE_LOCKED_1
		       : !strcmp(words[8], "locked=0") ? PROBE_LOCKED_0
						       : PROBE_LOCKED_NULL;
	call->nr_frames = number(words[9]);
	call->frames = room_for(call->nr_frames, &op->first_frame);
	call->heads = room_for(call->nr_frames, &op->first_head);
	if (nr > 10)
		call->vmas = room_for(call->nr_frames, &op->first_vma);
	return op->task >= 0 && op->name >= 0 && call->function < PROBE_NR_FUNCTIONS &&
	       call->nr_frames <= PROBE_ROOM && world->nr_frames <= MAX_FRAMES;
}

static long run_call(struct op *op)
{
	long error;

	op->call.pid = op->mm < 0 ? 0 : name_at(op->mm)->pid;
	op->call.signal = name_at(op->task)->signal;
	error = failed(ioctl(world->probe, PROBE_IOC_CALL, &op->call));
	if (error) /* the answer would be of no use */
		world->cannot = "this kernel has no such function or flag";
	name_at(op->name)->handle = op->call.handle;
	return op->call.result;
}

/* put NAME WAY */
static bool parse_put(struct op *op, char **words, int nr)
{
	return nr == 2 && parse_name(op, words, 1) && parse_way(op, words[1]);
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
	op->lock_mode = index_of(modes, PROBE_NR_LOCK_MODES, words[1]);
	return parse_name(op, words, 1) && op->lock_mode < PROBE_NR_LOCK_MODES;
}

static long run_lock(struct op *op)
{
	struct probe_lock lock = {.pid = name_at(op->name)->pid, .mode = op->lock_mode};

	return failed(ioctl(world->probe, PROBE_IOC_LOCK, &lock));
}

const struct verb call_verbs[] = {
	{"call", parse_call, true, run_call},
	{"put", parse_put, false, run_put},
	{"lock", parse_lock, false, run_lock},
	{"refusals", parse_nothing, false, run_refusals},
	{NULL},
};
