/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls have serial numbers and names; the trace keeps the decisions behind them. */
#include "world.h"

#include "machine/machine.h"

#include <stdio.h>
#include <string.h>

static void calls_are_numbered(struct world *w)
{
	unsigned long first = gupsim_last_call(w->machine);

	anon(w, HEAP, 1, RW);
	assert_number(w, gupsim_last_call(w->machine), first + 1);
	probe(w, ASK(GUP, HEAP, 1, FOLL_WRITE), GIVES(1, .min = 1));
	assert_number(w, gupsim_last_call(w->machine), first + 2);
	release(w);
	assert_number(w, gupsim_last_call(w->machine), first + 3);
	assert_number(w, gupsim_last_call(NULL), 0);
}

static void last_name(void *arg, const struct gupsim_decision *decision)
{
	snprintf(arg, 80, "%s", decision->call_name);
}

static const char *name_of_last_call(struct world *w)
{
	static char name[80];

	name[0] = '\0';
	assert_at_least(w,
			gupsim_trace(w->machine, gupsim_last_call(w->machine), last_name,
				     name),
			1);
	return name;
}

static void calls_have_names_that_are_copied(struct world *w)
{
	char name[80];

	strcpy(name, "p");
	gupsim_name_calls(w->machine, name);
	strcpy(name, "changed");
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(-EFAULT));
	assert_text(w, name_of_last_call(w), "p");

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	gupsim_name_calls(w->machine, name);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(-EFAULT));
	assert_number(w, strlen(name_of_last_call(w)), NAME_MAX_LENGTH);

	gupsim_name_calls(w->machine, NULL);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(-EFAULT));
	assert_text(w, name_of_last_call(w), "");
	assert_result(w, gupsim_name_calls(NULL, "p"), -EINVAL);
}

/* The rules that were asked, and what the decisions came to. */
static void append(void *arg, const struct gupsim_decision *decision)
{
	char *text = arg, name[32];
	size_t used = strlen(text);

	if (!decision->rule)
		return;
	snprintf(text + used, 512 - used, "%s: %s=%s%s%s; ", decision->func,
		 decision->rule, decision->value, decision->has_result ? " " : "",
		 decision->has_result
			 ? gupsim_result_name(decision->result, name, sizeof(name))
			 : "");
}

static void keep_last(void *arg, const struct gupsim_decision *decision)
{
	*(struct gupsim_decision *)arg = *decision;
}

static void a_refusal_is_explained(struct world *w)
{
	struct gupsim_decision last = {0};
	char text[512] = "";

	map_at(w, HEAP, 1, RW, MAP_SHARED, fsdax_file(w, 1), 0);
	touch(w, HEAP, 1);
	probe(w, ASK(REMOTE, HEAP, 1, FOLL_LONGTERM), GIVES(-EOPNOTSUPP));
	gupsim_trace(w->machine, gupsim_last_call(w->machine), append, text);
	assert_text(w, text,
		    "get_user_pages_remote: "
		    "get_user_pages_remote.longterm=unless_locked; "
		    "check_dax_vmas: check_dax_vmas.fsdax=refused; ");
	gupsim_trace(w->machine, 0, keep_last, &last);
	assert_text(w, last.func, "get_user_pages_remote");
	assert_number(w, last.call, gupsim_last_call(w->machine));
	assert_true(last.has_result);
	assert_result(w, last.result, -EOPNOTSUPP);
}

/* Also where it made nothing happen. */
static void an_overridden_rule_is_told(struct world *w)
{
	char text[512] = "";

	assert_result(w, gupsim_rule_set(w->machine, "check_dax_vmas.fsdax", "accepted"),
		      0);
	assert_result(
		w, gupsim_rule_set(w->machine, "check_and_migrate_cma_pages.cma", "kept"),
		0);
	touched(w, 1);
	probe(w, ASK(GUP, HEAP, 1, FOLL_LONGTERM), GIVES(1));
	gupsim_trace(w->machine, gupsim_last_call(w->machine), append, text);
	assert_text(w, text,
		    "check_dax_vmas: check_dax_vmas.fsdax=accepted; "
		    "check_and_migrate_cma_pages: "
		    "check_and_migrate_cma_pages.cma=kept; ");
	release(w);
}

static void count_up(void *arg, const struct gupsim_decision *decision)
{
	unsigned long *expected = arg;

	assert_number(NULL, decision->addr, (*expected)++);
}

static void the_trace_is_a_ring(struct world *w)
{
	struct base *base = &w->machine->base;
	size_t before = gupsim_trace(w->machine, 0, NULL, NULL);
	unsigned long oldest = 100;

	assert_in_range(before, 0, TRACE_ENTRIES - 1);
	for (unsigned long i = 0; i < TRACE_ENTRIES + 100; i++)
		base_decision_at(base, __func__, i, "a decision");
	assert_number(w, gupsim_trace(w->machine, 0, count_up, &oldest), TRACE_ENTRIES);
	assert_number(w, oldest, TRACE_ENTRIES + 100);
	assert_number(w, gupsim_trace(w->machine, 1, NULL, NULL), 0);
}

static void without_trace_there_is_none(struct world *w)
{
	w->config.trace = false;
	world_renew(w);
	probe(w, ASK(REMOTE, HEAP, 1, FOLL_LONGTERM, .locked = true),
	      GIVES(-EINVAL, .reports = "WARN get_user_pages_remote"));
	assert_number(w, gupsim_trace(w->machine, 0, NULL, NULL), 0);
	assert_number(w, gupsim_trace(NULL, 0, NULL, NULL), 0);
}

SUITE(world_test(calls_are_numbered), world_test(calls_have_names_that_are_copied),
      world_test(a_refusal_is_explained), world_test(an_overridden_rule_is_told),
      world_test(the_trace_is_a_ring), world_test(without_trace_there_is_none))
