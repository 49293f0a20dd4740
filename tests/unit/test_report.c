/* SPDX-License-Identifier: GPL-2.0-or-later */
/* WARNs, BUGs and broken contracts: recorded per call, told as they happen. */
#include "world.h"

#include "base/errname.h"
#include "machine/machine.h"

#include <limits.h>
#include <string.h>

static void a_warn_is_rearmed_by_each_call(struct world *w)
{
	struct base *base = &w->machine->base;
	struct call *outer;

	for (int i = 0; i < 2; i++) {
		assert_result(w, base_call_begin(base, "call", &outer), 0);
		base_warn(base, "f", "once");
		base_warn(base, "f", "once");
		base_warn(base, "f", "another");
		base_call_end(base, outer);
		assert_reports(w, "WARN f, WARN f");
	}
	assert_result(w, gupsim_kill(w->task), 0);
	assert_result(w, base_call_begin(base, "call", &outer), 0);
	base_call_end(base, outer);
	assert_reports(w, "");
}

static void a_nested_call_keeps_the_reports(struct world *w)
{
	struct base *base = &w->machine->base;
	struct call *outer, *inner;

	assert_result(w, base_call_begin(base, "outer", &outer), 0);
	base_warn(base, "f", "x");
	assert_result(w, base_call_begin(base, "inner", &inner), 0);
	base_contract(base, "g", "y");
	base_call_end(base, inner);
	base_call_end(base, outer);
	assert_reports(w, "WARN f, CONTRACT g");
}

static void warn_inside(struct base *base)
{
	struct call *outer;

	assert_int_equal(base_call_begin(base, "inner", &outer), 0);
	base_warn(base, "f", "x");
	base_warn(base, "f", "x");
	base_call_end(base, outer);
}

static void warn_from_a_listener(struct base *base)
{
	base->listener_depth = base->call_depth;
	warn_inside(base);
	base->listener_depth = 0;
}

/* As if each were alone; the outer one's stays disarmed meanwhile. */
static void a_warn_is_rearmed_by_each_nested_call(struct world *w)
{
	struct base *base = &w->machine->base;
	struct call *outer;

	assert_result(w, base_call_begin(base, "outer", &outer), 0);
	base_warn(base, "f", "x");
	warn_from_a_listener(base);
	assert_reports(w, "WARN f, WARN f");
	base_warn(base, "f", "x");
	warn_from_a_listener(base);
	assert_reports(w, "WARN f, WARN f, WARN f");
	base_warn(base, "f", "x");
	base_call_end(base, outer);
	assert_reports(w, "WARN f, WARN f, WARN f");
}

/* Not as if they were alone: WARN_ON_ONCE() is armed once for the call that they are of.
 */
static void a_warn_comes_once_in_the_steps_of_a_call(struct world *w)
{
	struct base *base = &w->machine->base;
	struct call *outer;

	assert_result(w, base_call_begin(base, "outer", &outer), 0);
	warn_inside(base);
	warn_inside(base);
	base_call_end(base, outer);
	assert_reports(w, "WARN f");
	warn_inside(base);
	assert_reports(w, "WARN f");
}

static void a_bug_is_last_and_kills(struct world *w)
{
	struct base *base = &w->machine->base;
	const struct gupsim_report *reports;
	struct call *outer;
	size_t nr;

	assert_result(w, base_call_begin(base, "call", &outer), 0);
	for (int i = 0; i < MAX_REPORTS + 8; i++)
		base_contract(base, "f", "again");
	base_error(base, 0, "stale");
	base_bug(base, "g", "the end");
	base_call_end(base, outer);
	assert_text(w, gupsim_error(w->machine), "BUG in g(): the end");
	nr = gupsim_reports(w->machine, &reports);
	assert_number(w, nr, MAX_REPORTS);
	assert_number(w, reports[nr - 1].kind, GUPSIM_BUG);
	assert_text(w, reports[nr - 1].func, "g");
	assert_text(w, reports[nr - 1].what, "the end");
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
	assert_part(w, gupsim_machine_cause(w->machine), "the end");
}

static void the_first_cause_stands(struct world *w)
{
	struct base *base = &w->machine->base;

	assert_text(w, gupsim_machine_cause(w->machine), "");
	base_die(base, GUPSIM_DEAD_SPINS, "round and %s", "round");
	base_bug(base, "f", "later");
	base_die(base, GUPSIM_DEAD_BLOCKS, "later");
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_SPINS);
	assert_text(w, gupsim_machine_cause(w->machine), "round and round");
}

struct told {
	int nr;
	struct gupsim_report last;
};

static void listen(void *arg, const struct gupsim_report *report)
{
	struct told *told = arg;

	told->nr++;
	told->last = *report;
}

static void the_handler_is_told_as_it_happens(struct world *w)
{
	struct told told = {0};

	w->config.report = listen;
	w->config.report_arg = &told;
	world_renew(w);
	probe(w, ASK(LOCKED, HEAP, 1, FOLL_LONGTERM),
	      GIVES(-EINVAL, .reports = "WARN get_user_pages_locked"));
	assert_number(w, told.nr, 1);
	assert_number(w, told.last.kind, GUPSIM_WARN);
	up_read(&w->mm->mmap_sem);
	assert_number(w, told.nr, 2);
	assert_number(w, told.last.kind, GUPSIM_BUG);
	assert_text(w, told.last.func, "up_read");
}

static void results_have_names(struct world *w)
{
	static const struct {
		long result;
		const char *name;
	} rows[] = {
		{0, "0"},
		{4, "4"},
		{14, "14"},
		{-14, "-EFAULT"},
		{-95, "-EOPNOTSUPP"},
		{-133, "-EHWPOISON"},
		{-512, "-ERESTARTSYS"},
		{-524, "-ENOTSUPP"},
		{-1000, "-1000"},
		{LONG_MAX, "9223372036854775807"},
		{LONG_MIN, "-9223372036854775808"},
	};
	char buf[32];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_text(w, gupsim_result_name(rows[i].result, buf, sizeof(buf)),
			    rows[i].name);
}

static void errnos_have_names_both_ways(struct world *w)
{
	const char *name;

	for (size_t i = 0; (name = errname_nth(i)); i++) {
		int number = errno_by_name(name, strlen(name));

		assert_at_least(w, number, 1);
		assert_text(w, errname(number), name);
		assert_text(w, errname(-number), name);
	}
	assert_number(w, errno_by_name("EFAULT)", 6), EFAULT);
	assert_number(w, errno_by_name("EFAULT", 5), 0);
	assert_null(errname(1000));
}

SUITE(world_test(a_warn_is_rearmed_by_each_call),
      world_test(a_nested_call_keeps_the_reports),
      world_test(a_warn_is_rearmed_by_each_nested_call),
      world_test(a_warn_comes_once_in_the_steps_of_a_call),
      world_test(a_bug_is_last_and_kills), world_test(the_first_cause_stands),
      world_test(the_handler_is_told_as_it_happens), world_test(results_have_names),
      world_test(errnos_have_names_both_ways))
