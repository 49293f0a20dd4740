/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Address spaces and the tasks that run in them.
 * Invariant: the VMAs of an mm are in order, do not overlap, and stand alike in its list
 * and its tree; no two neighbours could be one.
 */
#ifndef SIM_MM_MM_H
#define SIM_MM_MM_H

#include "file/file.h"
#include "mm/pte.h"

#include <linux/sched.h>
#include <sys/queue.h>
#include <sys/tree.h>

/* Tables are cut from larger blocks: the host's allocator does not align them. */
struct table_block {
	struct table_block *next;
	void *memory;
};

/* Where the last walk came to: the table with the ptes from @start on. */
struct walk_cache {
	unsigned long start;
	pte_t *table;
};

#define NO_WALK		(~0UL)

#define UNFLUSHED_PAGES 62

/* Pages whose ptes are cleared, while a CPU may still be about to take them. */
struct unflushed {
	struct unflushed *next;
	unsigned int nr;
	struct page *page[UNFLUSHED_PAGES];
};

struct gupsim_mm {
	struct mm_struct mm;
	struct base *base;
	struct phys *phys;
	RB_HEAD(vma_tree, vma) tree;
	pgd_t *pgd;		 /* NULL: the last user has gone */
	unsigned long nr_tables; /* in use, the pgd included */
	void *free_tables;
	void *deposited; /* tables laid aside for the pmds of huge pages */
	unsigned long nr_deposited;
	struct table_block *blocks;
	unsigned int users; /* tasks that run, and calls that are running */
	unsigned int tasks; /* those that run, and those not reaped yet */
	struct walk_cache last_walk;
	struct vm_area_struct gate_vma; /* in no list; all 0: there is none */
	unsigned int keeps_vmas;	/* calls that may look at VMAs that are gone */
	struct vm_area_struct *gone;	/* those, linked by vm_next */
	unsigned int irqs_off;		/* lockless walks that are under way */
	struct unflushed *unflushed;
	void *dead_tables; /* that such a walk may still be in */
	bool has_pinned;   /* a call with FOLL_PIN has come so far as to pin from it */
	unsigned int write_protect_seq; /* rises while a fork copies a COW mapping */
	unsigned int pkeys; /* a bit for each protection key that is allocated */
	unsigned int execute_only_pkey; /* 0: none yet */
	char name[NAME_MAX_LENGTH + 1];
	TAILQ_ENTRY(gupsim_mm) link;
};

static inline struct gupsim_mm *sim_mm(const struct mm_struct *mm)
{
	return (struct gupsim_mm *)((char *)mm - offsetof(struct gupsim_mm, mm));
}

static inline struct base *mm_base(const struct mm_struct *mm)
{
	return sim_mm(mm)->base;
}

static inline struct phys *mm_phys(const struct mm_struct *mm)
{
	return sim_mm(mm)->phys;
}

int mm_create(struct base *base, struct phys *phys, const char *name,
	      struct gupsim_mm **out);
/* No VMA is left in it. The second gives back the tables only: a husk remains. */
void mm_destroy(struct gupsim_mm *mm);
void mm_free_tables(struct gupsim_mm *mm);

/* From now on a fork looks for pinned pages. */
static inline void mm_set_has_pinned(struct mm_struct *mm)
{
	sim_mm(mm)->has_pinned = true;
}

static inline bool mm_gone(const struct mm_struct *mm)
{
	return !mm->sim->pgd;
}

/* A table of zeroes, NULL: out of memory. */
void *table_alloc(struct gupsim_mm *mm);
/* Those that were freed while a walk was under way. */
void free_dead_tables(struct gupsim_mm *mm);

/*
 * mmap_sem for an event that nobody could wait for. -EDEADLK: somebody holds it, or for
 * reading: somebody does for writing.
 */
int mmap_write_trylock(struct mm_struct *mm);
/* Does another than current hold it for writing? */
bool rwsem_is_contended(const struct rw_semaphore *sem);
int mmap_read_trylock(struct mm_struct *mm);
/* Take it again that a fault has dropped: meanwhile the world may be another. */
void mmap_read_relock(struct mm_struct *mm);

static inline bool task_exited(const struct task_struct *task)
{
	return !task->mm;
}

#endif
