/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of a story on one release. Invariant: after each statement every reference is
 * explained or a failure is recorded; a machine that died runs nothing more.
 */
#ifndef SIM_SCENARIO_RUN_H
#define SIM_SCENARIO_RUN_H

#include "scenario/pool.h"
#include "scenario/story.h"

#include <gupsim/machine.h>
#include <gupsim/observe.h>
#include <linux/mm_types.h>
#include <linux/sched.h>

#define NR_FAILURES (GUPSIM_FAIL_KMALLOC + 1)

struct run;
struct guest;

/* The memory of the host, shared by the scenario floor and its machines. */
struct host {
	unsigned int fail_in; /* allocations until the one that fails; 0: none will */
	bool failed;
};

/* What came of it, kept beyond the machine. */

struct note {
	struct note *next;
	const char *text;
};

struct failure {
	struct failure *next;
	const char *where; /* "A.heap[2] refcount"; NULL: the result */
	const char *expected, *actual;
	const char *call; /* the call that led there, or NULL */
	struct note *trace;
};

enum verdict {
	VERDICT_SKIPPED,
	VERDICT_PASSED,
	VERDICT_FAILED
};

struct row {
	const struct statement *statement; /* NULL: not run, or the end of the file */
	enum verdict verdict;
	bool pending;		    /* an event that could not begin yet */
	const struct page *awaited; /* by it; NULL: no page is */
	const struct row *behind;   /* an older event that has the file; NULL: none */
	const char *why;	    /* it waits */
	const char *result;	    /* in words; NULL: it has none */
	struct failure *failures;
};

struct record {
	const struct story *story;
	size_t kernel;
	const char *booted; /* the release of a guest; NULL: it ran on the model */
	enum verdict verdict;
	bool left_behind; /* by a statement that the host had no memory for */
	struct row *rows; /* one for each statement, one for the end of the file */
};

/*
 * Called after each statement, also one at a point, for which run->frame is set; and with
 * NULL before the machine goes.
 */
typedef void (*run_watch_fn)(void *arg, struct run *run, const struct statement *s);

struct run_options {
	struct host *host;
	const char *const *rules; /* "NAME=VALUE", checked */
	size_t nr_rules;
	unsigned int forced; /* from outside, see forced.h */
	run_watch_fn watch;
	void *watch_arg;
	struct guest *guest; /* whose answers are judged; NULL: the model runs */
};

/* What a call to a pinning function left, or a get_page(). */
struct pinned {
	struct pinned *next;  /* of the calls with vmas[] */
	struct mm_struct *mm; /* in which these were */
	struct page **pages;
	struct vm_area_struct **vmas;
	size_t room, counted; /* entries there are, and that the call has counted */
	/* Sorted: pages with a reference that was not given back. NULL: there never were.
	 */
	struct page **held;
	size_t nr_held;
	long more;   /* references of a get_page() besides its first */
	bool is_pin; /* given back with unpin_user_page() */
	long result;
	int locked; /* *locked, or *unlocked, after the call */
	bool has_locked, has_unlocked;
	const struct statement *made; /* the call */
	unsigned long serial;
	long min, maj;
};

/* The state of a name. */
struct thing {
	struct gupsim_pmem *pmem;
	struct file *file;
	struct task_struct *task;
	int lock;	   /* by `lock`, of a mm's maker: readers, or -1 for a writer */
	struct page *page; /* FRAME, REF */
	struct pinned pinned;
	bool left_out;		/* its call is `-` on this release */
	bool done, interrupted; /* EVENT */
	bool told;		/* EVENT: that it has ended, by looks */
};

/* One that held its lock has given it back. */
static inline void thing_unlocked(struct thing *owner)
{
	owner->lock -= (owner->lock > 0) - (owner->lock < 0);
}

/* What the machine reported while a statement ran. */
struct frame {
	struct frame *outer;
	struct result *result;
	const char *bug;
	const char *contract_func, *contract; /* the first that was broken */
};

/* A finding of the audit. */
struct finding {
	struct finding *next;
	const struct page *page;
	long surplus;
	const char *by_func, *by_name, *text;
	const struct statement *after; /* where it came up */
	bool excused;		       /* expected, or reported already */
};

struct leak {
	struct leak *next;
	const struct page *page;
	long count;
};

struct run {
	const struct story *story;
	const struct run_options *options;
	size_t kernel;
	uint64_t version;    /* of the release */
	struct guest *guest; /* NULL: there is a machine */
	struct record *record;
	struct pool *pool; /* of the record, and of all that a run needs */
	struct gupsim_machine *machine;

	struct thing *things;
	uint64_t *reached; /* for each `at`, by its index: how often its point was */
	const struct symbol *actor;	  /* as whom the statement runs */
	const struct statement *calling;  /* whose `at` lines listen */
	const struct task_struct *inside; /* who is at a point of its call */
	struct frame *frame;
	unsigned int nr_pending; /* events that wait, marked in their rows */
	struct finding *findings;
	struct leak *leaks;
	struct pinned *with_vmas;
	/* By enum gupsim_failure: the `fail` that is still to come, if it still is. */
	const struct statement *failing[NR_FAILURES];

	const struct statement *last_call;
	unsigned long last_serial;
	unsigned int let_go; /* forced events that the story does not know of */
	bool io_hold, dead;
	long other_min, other_maj; /* faults of statements at points */
};

/* Run it; @record is filled from @pool. -ENOMEM: it says at most what is left behind. */
int run_story(const struct story *story, size_t kernel, const struct run_options *options,
	      struct pool *pool, struct record *record);

struct thing *run_thing(const struct run *run, const struct symbol *symbol);
/* Also of a task that has exited, while others use its mm. NULL: it is gone. */
struct mm_struct *run_mm(const struct run *run, const struct symbol *symbol);
/* The same for a statement that cannot be run then: refused. */
struct mm_struct *run_mm_of(struct run *run, const struct statement *s,
			    const struct symbol *symbol, struct result *result);

/* Faults accounted to all tasks so far. */
void run_faults(const struct run *run, long *min, long *maj);

/* Record a failure of @s, NULL: of the end of the file. */
void run_fail(struct run *run, const struct statement *s, const char *where,
	      const char *expected, const char *actual);
/* The same for what cannot be run at all: there is no result then. */
void run_refuse(struct run *run, const struct statement *s, struct result *result,
		const char *where, const char *expected, const char *actual);
/* Keep the machine's words for an error before the next call into it forgets them. */
void run_keep_why(struct run *run, struct result *result);
/* Words for a failure. */
#define run_words(run, ...) pool_printf((run)->pool, __VA_ARGS__)

/* What the machine says while a statement runs. */
void run_report(void *run, const struct gupsim_report *report);

/* explain.c: the last decisions of the call @serial, @most of them, a line each. */
struct note *explain_call(struct run *run, unsigned long serial, size_t most);

/* setup.c: build the machine on the run's release. -ENOMEM. */
int setup_machine(struct run *run);

/* What an entry of pages[] or vmas[] is filled with before the call. */
void *pinned_unset(void);
/*
 * What an entry of vmas[] becomes when its VMA goes: the host may give that address to
 * the next VMA. To be called before there can be a next one.
 */
void *pinned_gone(void);
/* The VMA of the gate area, which no mm has in its list. */
void *pinned_gate(void);
void pinned_settle_vmas(struct run *run);

/* places.c */
unsigned long place_address(const struct place *place, int64_t i);
/* The page that is there, NULL: none. */
struct page *place_page(const struct run *run, const struct place *place, int64_t i);
/* A frame's name or a file's page that @page is; without one @place stays as it is. */
void place_find(const struct run *run, const struct page *page, struct place *place);
const char *place_name(struct run *run, const struct place *place, int64_t i);
/* The page that the statement's PAGE says; NULL: refused, there is none. */
struct page *run_page(struct run *run, const struct statement *s, struct result *result);
/* Sort what is held, all of which is noted by now. */
void pinned_sort(struct run *run, struct pinned *pinned);
/* One entry of @page, or one of many references, was given back by hand. */
void pinned_forget(struct pinned *pinned, const struct page *page);
/* How many references to @page a call or a get_page() holds. */
long thing_holds(const struct run *run, const struct symbol *symbol,
		 const struct page *page);

/* Run a statement as its task; a nested one as who has reached the point. */
void run_set_current(struct run *run, const struct statement *s, bool nested,
		     struct result *result);
void run_execute(struct run *run, const struct statement *s, struct result *result);
/* A result that failed, or waits, with the machine's words for it. */
const char *run_with_why(struct run *run, const struct result *result, const char *words);

/* events.c */

/* The awaited page by the name that the statement has for it, if it is that one. */
void event_name_awaited(const struct run *run, const struct statement *s,
			struct result *result);
/* On a lock that nobody would ever release. */
void event_blocks(const struct run *run, const struct statement *s,
		  struct result *result);
/* What the machine says of who would sleep. */
void event_take_wait(struct run *run, const struct statement *s, struct result *result);
/* The oldest event that waits with the file's lock in its hands; NULL: none. */
const struct row *event_with_file(const struct run *run, const struct symbol *file);
/* Has an older event the file's lock? Then this one does not begin. */
bool event_waits_behind(struct run *run, const struct statement *s,
			struct result *result);
/* False: it waits. */
bool event_settle(struct run *run, struct row *row, const struct result *result);
void events_retry(struct run *run);
void events_end(struct run *run);

/* devices.c: injected failures that have not come by now become failures of the story. */
void failures_end(struct run *run);

/* audit.c */
void audit_statement(struct run *run, const struct statement *s);
/* Findings that the statements since have not expected become failures. */
void audit_settle(struct run *run);
void audit_end(struct run *run);
/* After @s, for which the host had no memory: what is half done becomes failures of it.
 */
bool audit_left_behind(struct run *run, const struct statement *s);
/* References that a call named @name has out. */
long audit_held_by(struct run *run, const char *name);
long audit_leaked(struct run *run, const struct page *page);

#endif
