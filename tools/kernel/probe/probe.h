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
#define PROBE_VMAS    1024
#define PROBE_LOCKS   8

/* What one call holds. */
struct held {
	struct page **pages;	      /* PROBE_ROOM entries; NULL: none were asked for */
	long counted;		      /* entries that the call has counted */
	unsigned long *gone;	      /* a bit for each that was given back by hand */
	bool pinned;		      /* unpin_user_page() gives them back */
	unsigned int more;	      /* of a get_page(): references besides the first */
	struct vm_area_struct **vmas; /* compared, never followed */
};

/* An mm's lock that is kept from one request to the next. */
struct kept_lock {
	struct mm_struct *mm; /* NULL: free */
	int count;	      /* readers; -1: a writer */
};

struct driver {
	enum probe_driver_kind kind;
	unsigned int nr_pages;
	struct page **pages; /* INSERTED: its own */
};

struct probe {
	struct mutex lock;
	struct held held[PROBE_HANDLES];
	unsigned int nr_held;
	unsigned long *pfns; /* of the frames, by the small number that names them */
	unsigned int nr_pfns;
	struct vm_area_struct *vmas[PROBE_VMAS]; /* by the small number that names them */
	unsigned int nr_vmas;
	struct kept_lock locks[PROBE_LOCKS];
	struct driver drivers[PROBE_DRIVERS];
	unsigned int nr_drivers;
	int zero_refs; /* that others had on the zero page when the node was opened */
};

/* flags.c: -EOPNOTSUPP: this release has no such flag. */
int probe_flags(u32 flags, unsigned int *foll);

/* call.c */
int probe_call(struct probe *probe, struct probe_call *call);
int probe_put(struct probe *probe, const struct probe_put *put);
int probe_get(struct probe *probe, struct probe_get *get);
int probe_raw_put(struct probe *probe, const struct probe_raw_put *put);
/* The page of an entry that has not been given back; NULL: there is none. */
struct page *probe_held_page(const struct probe *probe, u32 handle, u64 entry);
void probe_put_all(struct probe *probe);

/* lock.c: the lock that is kept of an mm; NULL: none is. */
struct kept_lock *probe_kept(struct probe *probe, const struct mm_struct *mm);
void probe_lock_lost(struct kept_lock *lock);
/* Not only because its task was interrupted in a fault of its own. */
bool probe_stays_locked(struct mm_struct *mm);
int probe_lock(struct probe *probe, const struct probe_lock *lock);
void probe_unlock_all(struct probe *probe);

/* contig.c */
int probe_take(struct probe *probe, const struct probe_take *take);

/* driver.c */
int probe_driver(struct probe *probe, struct probe_driver *driver);
int probe_mmap(struct file *file, struct vm_area_struct *vma);
void probe_drivers_gone(struct probe *probe);

/* frames.c */
s32 probe_vma(struct probe *probe, struct vm_area_struct *vma);
s32 probe_frame(struct probe *probe, unsigned long pfn);
/* An entry that no call has written holds this. */
struct page *probe_unset(void);
/* Kernels leave NULL and error pointers among the entries, too. */
bool probe_is_page(const struct page *entry);
/* The head of the compound page that an entry is a part of; none for others. */
s32 probe_head_of_entry(struct probe *probe, struct page *entry);
s32 probe_frame_of_entry(struct probe *probe, struct page *entry);

/* look.c: the page at a place; NULL: there is none. The answer's pte is filled. */
int probe_find(struct probe *probe, struct probe_look *look, struct page **page);
int probe_look(struct probe *probe, struct probe_look *look);
int probe_write(struct probe *probe, const struct probe_write *write);
bool probe_is_cma(const struct page *page);

/* numa.c */
int probe_numa_find(void);
int probe_hint(const struct probe_hint *hint);

/* main.c: of that task, with a reference; -ESRCH. */
struct mm_struct *probe_mm(u32 pid);

#endif
