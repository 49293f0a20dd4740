/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The agent in the guest: it carries out plans and tells what it sees. Invariant: while a
 * plan runs, nothing is allocated and nothing written; the answers come at its end, so
 * that no page that the plan has freed is taken by the agent itself.
 */
#ifndef GUPSIM_AGENT_H
#define GUPSIM_AGENT_H

#include "../probe/request.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_OPS	   4096
#define MAX_PLACES 12288 /* asked by all looks of a plan */
#define MAX_LOOKS  98304
#define MAX_FRAMES 65536
#define MAX_NAMES  256
#define MAX_WARNS  4
#define MAX_LINE   4096
#define MAX_TEXT   128
#define WAIT_MS	   300 /* what has not ended by then waits for something */
#define SETTLE_MS  30  /* by then what was woken sleeps again */
#define PAGE	   4096ul
#define NO_HANDLE  UINT32_MAX /* of a call that its release leaves out */

struct place {
	enum probe_place kind;
	int name; /* of the task, call or frame */
	uint64_t at;
	uint64_t count; /* pages */
	bool vma, pte;	/* tell of the VMA there, or of the pte of a page, too */
};

struct op;

/* What a word at the start of a line stands for. */
struct verb {
	const char *name;
	/* Fill @op from the words behind it. False: they make no sense. */
	bool (*parse)(struct op *op, char **words, int nr);
	/* Who does it: the task that the line names, or the director on behalf of all. */
	bool by_task;
	/* 0 or a negative errno. */
	long (*run)(struct op *op);
};

struct op {
	const struct verb *verb;
	int statement;	/* its number in the fixture */
	int task;	/* name of who does it */
	int name, file; /* -1: none */
	uint64_t start, count, offset;
	int prot, flags;
	int pkey; /* -1: none is named */
	unsigned int rights;
	int fd; /* of @file while it is mapped */
	bool random, hole, cold, buffers;
	bool apart;			    /* a process of its own does it */
	int pid;			    /* of that one */
	long (*cut)(struct op *op, int fd); /* what is done to the open file */
	unsigned char text[MAX_TEXT];
	size_t length;
	uint32_t refs;
	struct probe_call call;
	int mm;	  /* name of the task whose mm a call is about */
	int node; /* where pages are allocated; -1: anywhere */
	enum probe_way way;
	enum probe_lock_mode lock_mode;
	int advice;
	const char *thp;
	int first_place, nr_places;

	/* The answer. */
	bool done;
	bool waits; /* it has not come to its end */
	_Atomic int begun;
	_Atomic bool ended;
	long late; /* the result when it has */
	long result;
	int signal;
	int frame, head; /* that a name was given to, or that was put; -1: none */
	long min, maj;
	int first_frame, first_head, first_vma, first_look;
	char warns[MAX_WARNS][64];
	int nr_warns;
};

enum medium {
	ON_DISK,
	ON_SHMEM,
	ON_DAX,
	NR_MEDIA
};

struct name {
	char text[64];
	int pid;	 /* a task */
	uint32_t handle; /* a call, or a reference */
	int frame;	 /* a frame */
	char path[96];	 /* a file */
	enum medium medium;
	int mode;
	int fd;		     /* of the file, for the director's own use */
	int said;	     /* in the director: as the fixture has it open */
	int driver;	     /* that a file stands for; -1: none */
	int signal;	     /* that is pending in the calls of a task */
	const struct op *op; /* an event: what it began with */
};

/* Shared by all processes of a plan. */
struct world {
	_Atomic int turn; /* the name of the task that works; -1: the director */
	int op;		  /* that it works on */
	struct op ops[MAX_OPS];
	int nr_ops;
	struct name names[MAX_NAMES];
	int nr_names;
	struct place places[MAX_PLACES];
	int nr_places;
	struct probe_look looks[MAX_LOOKS];
	int nr_looks;
	int32_t frames[MAX_FRAMES];
	int nr_frames;
	int director;	    /* its pid */
	int probe;	    /* the module's node */
	int node;	    /* where pages come from; -1: anywhere */
	bool pkeys;	    /* the machine has protection keys */
	bool hold;	    /* pagevecs keep what they have until a plan drains them */
	const char *cannot; /* why the guest cannot do what the plan asks; NULL: it can */
};

extern struct world *world;

/* plan.c: the index of a name, which is made if it is new; -1: there are too many. */
int name_of(const char *text);
/* Add a line of a plan. False: it makes no sense. */
bool plan_line(char *line);

/* verbs.c */
const struct verb *verb_find(const char *name);
/* Do what a line says, with pages from where it says that they come from. */
long verb_run(struct op *op);

/* verbs_file.c: wait for what is being read from the disk. */
void reads_settle(void);

/* verbs_truncate.c: processes for what may wait until something else is done. */
bool helpers_start(void);
/* Let those that wait get as far as they can now. */
void helpers_settle(void);
/* A signal for those that wait on behalf of a task. */
void helpers_signal(int task, int signal);

/* nodes.c */
bool nodes_online(void);
/* Have the caller's pages allocated on a node; -1: anywhere. */
void nodes_use(int node);
/* Put so many huge pages into the pool, of the node that pages come from. False: less. */
bool nodes_huge_pages(int node, uint64_t nr);
/* The node of "normal", "movable" or "cma". */
int nodes_named(const char *word);

/* tasks.c */
/* Have task @name run world->ops[op]; returns when it has given its turn back. */
void task_do(int name, int op);
/* Fork the caller into a task; returns when that waits for its turn. */
int task_start(int name);
/* The same with the caller's mm. */
int task_start_thread(int name);
/* Have a word in shared memory changed, and whoever sleeps on it woken. */
void tell(_Atomic int *word, int value);
void sleep_while(_Atomic int *word, int value);

/* pkeys.c: does the machine have protection keys? */
bool pkeys_there(void);
/* What the caller may do through them; 0 where there are none. */
uint32_t pkru_get(void);
void pkru_put(uint32_t pkru);
/* @rights: two bits, as PKEY_DISABLE_ACCESS and PKEY_DISABLE_WRITE. */
void pkru_allow(unsigned int key, unsigned int rights);
/* Have the caller's mm allocate all keys up to @key. */
void pkeys_alloc_up_to(int key);

/* touch.c: the signal that ended it, or 0. */
/* Read a byte of each page. */
int touch(uint64_t start, uint64_t pages);
int put_text(uint64_t address, const unsigned char *text, size_t length);
void touch_warm_up(void);

/* warns.c */
void warns_open(void);
void warns_rearm(void);
void warns_collect(struct op *op);

/* refusals.c: how many malformed requests the module has not refused. */
long run_refusals(struct op *op);

/* init.c: where faults may map huge pages: always, madvise or never. */
void huge_pages(const char *where);
/* init.c: per-CPU pagevecs hold references; have them give those up. */
void drain(void);
void await_node(const char *path);

/* disk.c: a device over @disk that never answers at once. */
#define SLOW_DISK "/dev/dm-0"
bool slow_disk(const char *disk);

/* answer.c */
void answers_write(FILE *out);

#endif
