/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine: everything below, put together, and the list of what it owns. Control
 * calls are bracketed like the kernel's, so that reports and pagevecs are theirs alone;
 * mere switches are not. Neither touches a dead machine.
 */
#ifndef SIM_MACHINE_MACHINE_H
#define SIM_MACHINE_MACHINE_H

#include "mm/vma.h"

#include <errno.h>
#include <gupsim/gupsim.h>
#include <string.h>

struct gupsim_machine {
	struct base base; /* first: a base leads to its machine */
	struct phys *phys;
	struct vfs vfs;
	TAILQ_HEAD(, gupsim_task) tasks;
	TAILQ_HEAD(, gupsim_mm) mms;
	pid_t last_pid;
	struct tally **tally; /* of the last audit; its memory is the next one's */
	size_t nr_tally;
};

static inline struct gupsim_machine *base_machine(struct base *base)
{
	return (struct gupsim_machine *)base;
}

/*
 * May it be changed? -EINVAL: no machine; -EIO: it is dead. This much is for what cannot
 * fail otherwise: whoever cleans up after an error still finds the words of that error.
 */
int machine_check(struct gupsim_machine *machine);
/* The same for all else. An argument may be missing too: -EINVAL, dead or alive. */
int machine_begin(struct gupsim_machine *machine, bool complete);

/* -EINVAL, and -ENOMEM for want of the host's memory; with words. */
int machine_refuse(struct gupsim_machine *machine, const char *why);
int machine_no_host_memory(struct gupsim_machine *machine);
/*
 * -EINVAL: the range is empty, or does not begin with a page. mmap() and munmap() do not
 * agree on the errno of what ends above: @above.
 */
int machine_check_range(struct gupsim_machine *machine, unsigned long addr,
			unsigned long length, int above);

/* Is @name, which would be cut if it is too long, the one that is kept in @kept? */
static inline bool same_name(const char *kept, const char *name)
{
	return !strncmp(kept, name, NAME_MAX_LENGTH);
}

/* -EINVAL: there is a @sort of thing of this name. */
int machine_refuse_name(struct gupsim_machine *machine, const char *sort,
			const char *name);

/* What one call has to know at its end. */
struct machine_call {
	struct call *outer;
	unsigned long refusals; /* of host memory, before it */
};

/* As machine_check(), and a call begins. -ENOMEM. */
int machine_enter(struct gupsim_machine *machine, const char *func,
		  struct machine_call *call);
/* Returns @ret, or -EIO if the machine has died in between. */
int machine_leave(struct gupsim_machine *machine, const struct machine_call *call,
		  int ret);

/* Frames that were ever used come in rows, any of which may be empty: the zero page, each
 * area's, and the devices' with the gaps before them. */
struct frames {
	unsigned long start, end;
};

#define NR_USED_FRAMES (NR_AREAS + 2)
struct frames used_frames(const struct phys *phys, int row);

/* The memory of audits goes. */
void audit_destroy(struct gupsim_machine *machine);

/* Make @expression, an int, one call into the machine. */
#define MACHINE_CALL(machine, func, expression)                              \
	({                                                                   \
		struct gupsim_machine *_machine = (machine);                 \
		struct machine_call _call;                                   \
		int _ret = machine_enter(_machine, (func), &_call);          \
                                                                             \
		_ret ? _ret : machine_leave(_machine, &_call, (expression)); \
	})

#endif
