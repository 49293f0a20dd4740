/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every floor of a machine stands on: host memory, the rules of its release, reports
 * of WARNs and BUGs, the call that is running, and the trace of its decisions.
 * Invariant: once `state` is not alive, no call into the machine changes it any more.
 */
#ifndef SIM_BASE_BASE_H
#define SIM_BASE_BASE_H

#include "base/heap.h"
#include "base/release.h"
#include "base/task.h"

#include <gupsim/machine.h>
#include <gupsim/observe.h>

#define MAX_REPORTS	      32
#define TRACE_ENTRIES	      1024

#define likely(x)	      __builtin_expect(!!(x), 1)
#define unlikely(x)	      __builtin_expect(!!(x), 0)
#define SIM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define SIM_COLD	      __attribute__((cold, noinline))
/* Inline wherever it is called, but in a build that is not optimised: there once. */
#ifdef __OPTIMIZE__
#define SIM_HOT inline __attribute__((always_inline))
#else
#define SIM_HOT
#endif

/* A call into the machine, kept as long as the ledger or the trace speaks of it. */
struct call {
	unsigned long serial;
	const char *func;
	pid_t pid; /* of who was current, 0: nobody here */
	unsigned int users;
	bool running; /* its references are its own to give back */
	char name[NAME_MAX_LENGTH + 1];
};

struct trace_entry {
	struct call *call;
	const char *func, *what;
	enum rule rule;
	unsigned long addr;
	long result;
	bool has_result;
};

struct base {
	struct heap heap;
	struct rules rules;
	bool config_fs_dax, config_cma; /* what the kernel was built with */
	bool tlb_flush_paravirt;	/* a flush waits for no CPU */
	enum gupsim_thp thp;
	uint64_t rlimit_stack;	  /* bytes */
	unsigned int rare;	  /* of enum gupsim_rare */
	unsigned long retried_at; /* address of a fault that was forced to ... */
	unsigned long retried_in; /* ... in this call, by its serial */
	bool keep_calls;	  /* the ledger or the trace is on */

	enum gupsim_state state;
	char cause[160];
	const struct page
		*blocked_on; /* whose lock nobody would release; NULL: no page's */
	char error[256];

	struct gupsim_report reports[MAX_REPORTS];
	int report_depth[MAX_REPORTS]; /* of the call that is running, 0: it is over */
	size_t nr_reports;
	gupsim_report_fn report;
	void *report_arg;

	struct call *call; /* the innermost one running; NULL: none, or not kept */
	int call_depth;
	unsigned long last_call;
	char call_name[NAME_MAX_LENGTH + 1];

	struct trace_entry *trace; /* a ring of TRACE_ENTRIES; NULL: off */
	size_t traced;		   /* entries ever written */

	gupsim_point_fn listener;
	void *listener_arg;
	const struct interruption *interrupted; /* its tasks; the innermost listener's */
	int listener_depth; /* call_depth of the innermost listener; 0: none runs */

	unsigned int fail_kmalloc_in;
	unsigned int memalloc_scopes; /* that tasks are in: see current_gfp_context() */
};

/* The part of a configuration that concerns this floor. -EINVAL, -ENOMEM. */
int base_init(struct base *base, const struct gupsim_config *config);
void base_destroy(struct base *base);

/* The words for gupsim_error(). A call that can fail forgets those of the one before, and
 * the page that they were about, unless the machine died of it. */
static inline void base_forget_error(struct base *base)
{
	base->error[0] = '\0';
	if (base->state == GUPSIM_ALIVE)
		base->blocked_on = NULL;
}

/* Set them and return @error. */
int base_error(struct base *base, int error, const char *format, ...) SIM_PRINTF(3, 4);

/* Record a WARN or a BUG. A BUG kills the machine. @func and @what are constants: users
 * may keep them. */
SIM_COLD void base_warn(struct base *base, const char *func, const char *what);
SIM_COLD void base_bug(struct base *base, const char *func, const char *what);
/* Record that a caller does what the kernel's contract forbids and nothing there checks.
 */
void base_contract(struct base *base, const char *func, const char *what);
/* The machine can never go on: @state says in which way. */
SIM_COLD void base_die(struct base *base, enum gupsim_state state, const char *format,
		       ...) SIM_PRINTF(3, 4);

static inline bool base_alive(const struct base *base)
{
	return likely(base->state == GUPSIM_ALIVE);
}

static inline bool base_warn_on(struct base *base, bool condition, const char *func,
				const char *what)
{
	if (unlikely(condition))
		base_warn(base, func, what);
	return condition;
}

static inline bool base_bug_on(struct base *base, bool condition, const char *func,
			       const char *what)
{
	if (unlikely(condition))
		base_bug(base, func, what);
	return condition;
}

/*
 * Bracket a call from outside. -EIO: the machine is dead; -ENOMEM. Calls nest where a
 * listener calls in again: base_call_end() gives back what base_call_begin() returned.
 */
int base_call_begin(struct base *base, const char *func, struct call **outer);

/* Reports at the depth of a call that begins, or deeper, were made to one that is over.
 */
SIM_COLD void base_rearm(struct base *base);
/* Whoever kept the running call keeps one that is over. */
void base_call_kept_end(struct base *base);

/*
 * The same for a call that may not fail for lack of memory: it is anonymous unless
 * somebody has reason to keep it, who then makes it known with call_new().
 */
static inline void base_call_begin_anonymous(struct base *base, struct call **outer)
{
	*outer = base->call;
	base->call = NULL;
	base->last_call++;
	if (likely(base->call_depth++ == 0))
		base->nr_reports = 0;
	else
		base_rearm(base);
}

static inline void base_call_end(struct base *base, struct call *outer)
{
	base->call_depth--;
	if (base->call)
		base_call_kept_end(base);
	base->call = outer;
}

/* Current's, 0 if it is none of this machine's: each counts its own. */
static inline pid_t base_current_pid(const struct base *base)
{
	return current && current->sim->base == base ? current->pid : 0;
}

/* A record of the running call, with one user. NULL: out of memory. */
struct call *call_new(struct base *base, const char *func);
void call_put(struct base *base, struct call *call);

static inline unsigned int base_rule(const struct base *base, enum rule rule)
{
	return base->rules.value[rule];
}

/* Is it to happen at every chance? */
static inline bool base_rare(const struct base *base, enum gupsim_rare what)
{
	return unlikely(base->rare & what);
}

SIM_COLD void base_trace(struct base *base, const struct trace_entry *entry);

/*
 * Note a decision: the kernel function that made it, what held, in words, and the rule
 * that was asked if there is one. Costs a test when the trace is off.
 */
static inline void base_decision(struct base *base, const char *func, enum rule rule,
				 const char *what)
{
	if (unlikely(base->trace))
		base_trace(base, &(struct trace_entry){
					 .func = func, .what = what, .rule = rule});
}

static inline void base_decision_at(struct base *base, const char *func,
				    unsigned long address, const char *what)
{
	if (unlikely(base->trace))
		base_trace(base, &(struct trace_entry){.func = func,
						       .what = what,
						       .rule = RULE_NONE,
						       .addr = address});
}

/* The same with the errno or the count that the decision comes to; evaluates to it. */
long base_decided(struct base *base, const char *func, const char *words, enum rule rule,
		  long result);

/* The same with the address in question. */
long base_decided_at(struct base *base, const char *func, const char *words,
		     unsigned long address, long result);

/* Let the listener run; whoever was current is so again afterwards. */
void base_fire(struct base *base, enum gupsim_point point);

/* Will @task, of this machine, be current again when some listener is through? */
bool base_interrupts(const struct base *base, const struct task_struct *task);

static inline void base_point(struct base *base, enum gupsim_point point)
{
	if (unlikely(base->listener))
		base_fire(base, point);
}

/* It is a listener that runs, and no call that it has made. */
static inline bool base_in_listener(const struct base *base)
{
	return base->listener_depth && base->listener_depth == base->call_depth;
}

/* Count down to an injected failure: true for the one that fails. */
static inline bool base_fails(unsigned int *fail_in)
{
	return unlikely(*fail_in) && --*fail_in == 0;
}

/* The kernel's kcalloc() and kfree(), with its limit on one allocation. */
void *base_kcalloc(struct base *base, size_t n, size_t size);
void base_kfree(struct base *base, void *ptr);

#endif
