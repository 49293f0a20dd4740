/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bottom of a machine: its life, its calls, its reports. */
#include "base/base.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* An order-10 block, the largest that the page allocator gives out. */
#define KMALLOC_MAX_SIZE ((size_t)4 << 20)

int base_init(struct base *base, const struct gupsim_config *config)
{
	*base = (struct base){
		.config_fs_dax = config->config_fs_dax,
		.config_cma = config->config_cma,
		.thp = config->thp,
		.rlimit_stack = config->rlimit_stack,
		.rare = config->rare,
		.tlb_flush_paravirt = config->tlb_flush_paravirt,
		.keep_calls = config->ledger || config->trace,
		.report = config->report,
		.report_arg = config->report_arg,
	};
	heap_init(&base->heap, config->host_realloc, config->host_arg);
	if (rules_of_release(config->kernel, &base->rules))
		return -EINVAL;
	if (!config->trace)
		return 0;
	base->trace = heap_calloc(&base->heap, TRACE_ENTRIES, sizeof(*base->trace));
	return base->trace ? 0 : -ENOMEM;
}

void base_destroy(struct base *base)
{
	for (size_t i = 0; base->trace && i < TRACE_ENTRIES; i++)
		call_put(base, base->trace[i].call);
	heap_free(&base->heap, base->trace);
	base->trace = NULL;
}

int base_error(struct base *base, int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(base->error, sizeof(base->error), format, args);
	va_end(args);
	return error;
}

static void record(struct base *base, enum gupsim_report_kind kind, const char *func,
		   const char *what)
{
	struct gupsim_report report = {.kind = kind, .func = func, .what = what};

	if (base->nr_reports < MAX_REPORTS) {
		base->report_depth[base->nr_reports] = base->call_depth;
		base->reports[base->nr_reports++] = report;
	}
	if (base->report)
		base->report(base->report_arg, &report);
}

static bool warned_already(const struct base *base, const char *func, const char *what)
{
	for (size_t i = 0; i < base->nr_reports; i++)
		if (base->report_depth[i] == base->call_depth &&
		    !strcmp(base->reports[i].func, func) &&
		    !strcmp(base->reports[i].what, what))
			return true;
	return false;
}

void base_warn(struct base *base, const char *func, const char *what)
{
	if (warned_already(base, func, what))
		return;
	record(base, GUPSIM_WARN, func, what);
	if (base->trace)
		base_trace(base, &(struct trace_entry){
					 .func = func,
					 .what = what,
					 .rule = RULE_NONE,
				 });
}

void base_contract(struct base *base, const char *func, const char *what)
{
	record(base, GUPSIM_CONTRACT, func, what);
}

void base_bug(struct base *base, const char *func, const char *what)
{
	if (base->nr_reports == MAX_REPORTS)
		base->nr_reports--;
	record(base, GUPSIM_BUG, func, what);
	base_die(base, GUPSIM_DEAD_BUG, "BUG in %s(): %s", func, what);
}

void base_die(struct base *base, enum gupsim_state state, const char *format, ...)
{
	va_list args;

	if (base->state != GUPSIM_ALIVE)
		return;
	base_forget_error(base);
	base->state = state;
	va_start(args, format);
	vsnprintf(base->cause, sizeof(base->cause), format, args);
	va_end(args);
}

struct call *call_new(struct base *base, const char *func)
{
	struct call *call = heap_alloc(&base->heap, sizeof(*call));

	if (!call)
		return NULL;
	call->serial = base->last_call;
	call->func = func;
	call->pid = base_current_pid(base);
	call->users = 1;
	call->running = true;
	strlcpy(call->name, base->call_name, sizeof(call->name));
	return call;
}

void call_put(struct base *base, struct call *call)
{
	if (call && --call->users == 0)
		heap_free(&base->heap, call);
}

/*
 * A nested call has begun: what was said at its depth was said to one that is over. A
 * call that no listener made is a step of the one around it, and WARNs once with that.
 */
void base_rearm(struct base *base)
{
	if (base->call_depth > base->listener_depth + 1)
		return;
	for (size_t i = 0; i < base->nr_reports; i++)
		if (base->report_depth[i] >= base->call_depth)
			base->report_depth[i] = 0;
}

int base_call_begin(struct base *base, const char *func, struct call **outer)
{
	base_forget_error(base);
	if (!base_alive(base))
		return -EIO;
	base_call_begin_anonymous(base, outer);
	if (!base->keep_calls)
		return 0;
	base->call = call_new(base, func);
	if (base->call)
		return 0;
	base_call_end(base, *outer);
	return base_error(base, -ENOMEM, "%s: the host is out of memory", func);
}

void base_call_kept_end(struct base *base)
{
	base->call->running = false;
	call_put(base, base->call);
}

void base_fire(struct base *base, enum gupsim_point point)
{
	struct task_struct *task = current;
	/* An access may be on behalf of one machine's task while another's is current. */
	struct base *home = task ? task->sim->base : base;
	const struct interruption here = {task, home->interrupted};
	unsigned long refusals = base->heap.refusals;
	int depth = base->listener_depth;

	if (!base_alive(base))
		return;
	home->interrupted = &here;
	base->listener_depth = base->call_depth;
	base->listener(base->listener_arg, point);
	base->listener_depth = depth;
	home->interrupted = here.outer;
	/* What the listener met is not the call's. */
	base->heap.refusals = refusals;
	base_forget_error(base);
	current = task;
}

bool base_interrupts(const struct base *base, const struct task_struct *task)
{
	const struct interruption *at = base->interrupted;

	while (at && at->task != task)
		at = at->outer;
	return at;
}

static bool says_the_same(const struct trace_entry *a, const struct trace_entry *b)
{
	return a->func == b->func && a->what == b->what && a->rule == b->rule &&
	       a->addr == b->addr && !a->has_result && !b->has_result;
}

/* A lookup that goes round and round says the same two things each time. */
static bool said_just_now(const struct base *base, const struct trace_entry *entry)
{
	for (size_t back = 1; back <= 2 && back <= base->traced; back++) {
		const struct trace_entry *old =
			&base->trace[(base->traced - back) % TRACE_ENTRIES];

		if (old->call == base->call && says_the_same(old, entry))
			return true;
	}
	return false;
}

void base_trace(struct base *base, const struct trace_entry *entry)
{
	struct trace_entry *slot;

	if (said_just_now(base, entry))
		return;
	slot = &base->trace[base->traced++ % TRACE_ENTRIES];
	call_put(base, slot->call);
	*slot = *entry;
	slot->call = base->call;
	if (slot->call)
		slot->call->users++;
}

long base_decided(struct base *base, const char *func, const char *words, enum rule rule,
		  long result)
{
	if (unlikely(base->trace))
		base_trace(base, &(struct trace_entry){
					 .func = func,
					 .what = words,
					 .rule = rule,
					 .result = result,
					 .has_result = true,
				 });
	return result;
}

long base_decided_at(struct base *base, const char *func, const char *words,
		     unsigned long address, long result)
{
	if (unlikely(base->trace))
		base_trace(base, &(struct trace_entry){
					 .func = func,
					 .what = words,
					 .rule = RULE_NONE,
					 .addr = address,
					 .result = result,
					 .has_result = true,
				 });
	return result;
}

void *base_kcalloc(struct base *base, size_t n, size_t size)
{
	size_t bytes;

	if (base_fails(&base->fail_kmalloc_in))
		return NULL;
	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	if (base_warn_on(base, bytes > KMALLOC_MAX_SIZE, "__alloc_pages_nodemask",
			 "an order above the largest the page allocator has"))
		return NULL;
	return heap_calloc(&base->heap, n, size);
}

void base_kfree(struct base *base, void *ptr)
{
	heap_free(&base->heap, ptr);
}
