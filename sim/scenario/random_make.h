/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A random program that is being made: what there is in it by now, and the statements
 * that it may go on with. Invariant: it knows names and ranges, and never what the model
 * makes of them.
 */
#ifndef SIM_SCENARIO_RANDOM_MAKE_H
#define SIM_SCENARIO_RANDOM_MAKE_H

#include "scenario/draft.h"
#include "scenario/prng.h"

#include <stdbool.h>
#include <stddef.h>

#define RANDOM_TASKS	     3
#define RANDOM_RANGES	     48
#define RANDOM_CALLS	     16
#define RANDOM_REFS	     4
#define RANDOM_PKEYS	     3 /* 1 to that */
#define RANDOM_BELOW	     7 /* pages below a stack that are gone for */

#define RANDOM_PAGE	     4096u
#define RANDOM_MOST_PAGES    5 /* of a mapping */
#define RANDOM_FIRST_ADDRESS 0x10000ul
#define RANDOM_HUGE_ADDRESS  0x10000000ul
#define RANDOM_DAX_ADDRESS   0x40000000ul
#define RANDOM_HUGE_PAGES    512	/* of a huge page */
#define RANDOM_LAST_ADDRESS  0x200000ul /* below what a guest's own program has */

/* What is behind a mapping; but for the first, a file. */
enum random_backing {
	BACKING_ANON,
	BACKING_SHMEM,
	BACKING_DISK,
	BACKING_FSDAX,
	BACKING_PFNMAP, /* from here on, memory of drivers */
	BACKING_MIXEDMAP,
	BACKING_INSERTED,
	NR_BACKINGS
};

/* Addresses [start, start + pages) of a task, as they were mapped. */
struct random_range {
	char task;
	unsigned int number; /* A.m3 */
	unsigned long start;
	unsigned int pages;
	bool stack;  /* it may grow down */
	bool fsdax;  /* a file there is waited for, while its pages are held */
	bool copied; /* private fsdax: a write copies by way of the task's own address */
	bool sure; /* writes to it succeed: private, anonymous, rw, and all still there */
	bool hugetlb; /* it is made of huge pages of the pool, which are not cut */
};

/* A call that has not been put. */
struct random_call {
	unsigned int number; /* c7 */
	bool pins, writes;
	bool sure; /* it holds the one page that it asked for */
};

/* Another task in the mm of one. */
struct random_thread {
	char name, of;
};

struct random {
	struct prng prng;
	struct draft *out;
	size_t kernel;
	char tasks[RANDOM_TASKS];
	unsigned int nr_tasks, tasks_made;
	struct random_thread threads[RANDOM_TASKS];
	unsigned int nr_threads;
	struct random_range ranges[RANDOM_RANGES];
	unsigned int nr_ranges, ranges_made;
	unsigned long next_address;
	struct random_call calls[RANDOM_CALLS];
	unsigned int nr_calls, calls_made, calls_left;
	unsigned int refs[RANDOM_REFS]; /* x2: those that are held */
	unsigned int nr_refs, refs_made;
	bool huge;	     /* huge pages are mapped where they fit */
	bool hugetlb;	     /* there is a pool of huge pages */
	bool hugetlb_file;   /* and a file of some */
	bool large_pool;     /* it is never exhausted */
	bool hugetlb_pinned; /* some of them may be: a fork could fail */
	bool huge_dax;	     /* the fsdax file is so large that pmds may map it */
	bool movable;	     /* there is a ZONE_MOVABLE, where pages come from */
	bool killed;	     /* a SIGKILL is pending */
	bool dax_waits;	     /* a cut of its file may wait for who holds pages */
	unsigned int events_made;
	unsigned int texts_made, statements;
	bool has[NR_BACKINGS];
	unsigned int pages[NR_BACKINGS]; /* of the files */
};

/* A flag of a call, and how often it is passed. */
struct random_flag {
	const char *name;
	uint32_t value;
	unsigned int percent;
};

/* The index of an element, as often as its weight says. */
#define RANDOM_PICK(r, table)                                  \
	random_pick(r, &(table)[0].weight, sizeof((table)[0]), \
		    sizeof(table) / sizeof((table)[0]))

size_t random_pick(struct random *r, const unsigned int *weight, size_t step, size_t nr);

/* Statements return false if they cannot be made now; they have drawn numbers then. */

/* random_files.c */
void random_make_files(struct random *r);
const char *random_file_name(enum random_backing backing);
bool random_make_truncate(struct random *r);
bool random_make_punch(struct random *r);
bool random_make_close(struct random *r);
bool random_make_pwrite(struct random *r);
bool random_make_evict(struct random *r);
bool random_make_fsync(struct random *r);

/* random_hugetlb.c */
void random_make_pool(struct random *r);
void random_make_hugetlb_file(struct random *r);
void random_map_hugetlb(struct random *r);
bool random_truncate_hugetlb(struct random *r);
/* Whole huge pages of a range, most times; false: nothing was written. */
bool random_write_huge_pages(struct random *r, const struct random_range *range);

/* random_memory.c: the first mappings are made without asking whether there is room. */
void random_map(struct random *r);
void random_map_stack(struct random *r);
void random_map_huge(struct random *r);
void random_map_huge_dax(struct random *r);
/* One of a range: of a long one, near its ends, which alone are looked at. */
unsigned int random_page(struct random *r, const struct random_range *range);
bool random_has_room(const struct random *r, unsigned int ranges);
struct random_range *random_new_range(struct random *r);
const struct random_range *random_any_range(struct random *r);
bool random_make_map(struct random *r);
bool random_make_munmap(struct random *r);
bool random_make_read(struct random *r);
bool random_make_write(struct random *r);
bool random_make_mprotect(struct random *r);
bool random_make_mlock(struct random *r);
bool random_make_munlock(struct random *r);
bool random_make_madvise(struct random *r);
bool random_make_hint(struct random *r);
bool random_make_pkru(struct random *r);

/* random_tasks.c: an actor is a task, or a thread in its mm. */
char random_any_task(struct random *r);
char random_actor(struct random *r, char task);
bool random_make_fork(struct random *r);
bool random_make_thread(struct random *r);
bool random_make_exit(struct random *r);
bool random_make_kill(struct random *r);

/* random_call.c: any function; or what holds one page on any release. */
bool random_make_call(struct random *r);
bool random_make_sure_call(struct random *r);
/* An address, mostly in the range, and a number of pages. */
void random_write_start(struct random *r, const struct random_range *range);
unsigned int random_draw_nr(struct random *r, const struct random_range *range);
/* Of a table that ends with NULL, those that the release has, each as often as it says.
 */
uint32_t random_draw_flags(struct random *r, const struct random_flag *flag);
void random_write_flags(struct random *r, const struct random_flag *flag, uint32_t drawn);

/* random_doors.c: what does not pin. */
bool random_make_door(struct random *r);

/* random_hold.c */
bool random_make_put(struct random *r);
bool random_make_put_one(struct random *r);
bool random_make_unpin(struct random *r);
bool random_make_get_page(struct random *r);
bool random_make_put_ref(struct random *r);
bool random_make_device_write(struct random *r);

#endif
