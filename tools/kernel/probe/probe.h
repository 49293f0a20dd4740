/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the probe module. Invariant: what an open file of the node holds is given
 * back when it is closed.
 */
#ifndef GUPSIM_PROBE_H
#define GUPSIM_PROBE_H

#include "request.h"

#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#define PROBE_HANDLES 256
#define PROBE_FRAMES  16384

/* What one call holds. */
struct held {
	struct page **pages; /* PROBE_ROOM entries; NULL: none were asked for */
	long counted;	     /* entries that the call has counted */
	unsigned long *gone; /* a bit for each that was given back by hand */
	bool pinned;	     /* unpin_user_page() gives them back */
};

struct probe {
	struct mutex lock;
	struct held held[PROBE_HANDLES];
	unsigned int nr_held;
	unsigned long *pfns; /* of the frames, by the small number that names them */
	unsigned int nr_pfns;
	int zero_refs; /* that others had on the zero page when the node was opened */
};

/* flags.c: -EOPNOTSUPP: this release has no such flag. */
int probe_flags(u32 flags, unsigned int *foll);

/* call.c */
int probe_call(struct probe *probe, struct probe_call *call);
int probe_put(struct probe *probe, const struct probe_put *put);
int probe_get(struct probe *probe, struct probe_get *get);
int probe_raw_put(struct probe *probe, const struct probe_look *look);
void probe_put_all(struct probe *probe);

/* frames.c */
s32 probe_frame(struct probe *probe, unsigned long pfn);
/* An entry that no call has written holds this. */
struct page *probe_unset(void);
s32 probe_frame_of_entry(struct probe *probe, struct page *entry);

/* look.c: the page at a place; NULL: there is none. The answer's pte is filled. */
int probe_find(struct probe *probe, struct probe_look *look, struct page **page);
int probe_look(struct probe *probe, struct probe_look *look);

/* main.c: of that task, with a reference; -ESRCH. */
struct mm_struct *probe_mm(u32 pid);

#endif
