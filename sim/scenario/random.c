/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random programs, statement by statement. */
#include "scenario/random.h"
#include "scenario/random_make.h"
#include "scenario/verbs.h"

#include <gupsim/observe.h>
#include <inttypes.h>
#include <string.h>

#define MOST_STATEMENTS 40

size_t random_pick(struct random *r, const unsigned int *weight, size_t step, size_t nr)
{
	const char *at = (const char *)weight;
	unsigned int all = 0, drawn;

	for (size_t i = 0; i < nr; i++)
		all += *(const unsigned int *)(at + i * step);
	drawn = prng_below(&r->prng, all);
	for (size_t i = 0; i < nr; i++) {
		unsigned int here = *(const unsigned int *)(at + i * step);

		if (drawn < here)
			return i;
		drawn -= here;
	}
	return 0;
}

/*
 * What a program is made of. A verb that is new is a function and a line here; it is made
 * once a booted kernel can do it as well.
 */
static const struct {
	unsigned int weight;
	bool (*make)(struct random *r);
	const char *verb; /* NULL: several, or one that there has always been */
} statements[] = {
	{40, random_make_call, NULL},
	{5, random_make_sure_call, NULL},
	{14, random_make_put, NULL},
	{4, random_make_put_one, NULL},
	{3, random_make_unpin, NULL},
	{3, random_make_get_page, NULL},
	{3, random_make_put_ref, NULL},
	{9, random_make_read, NULL},
	{16, random_make_write, NULL},
	{5, random_make_fork, NULL},
	{2, random_make_thread, NULL},
	{2, random_make_exit, NULL},
	{5, random_make_munmap, NULL},
	{3, random_make_map, NULL},
	{5, random_make_mprotect, "mprotect"},
	{3, random_make_mlock, "mlock"},
	{2, random_make_munlock, "munlock"},
	{6, random_make_madvise, "madvise"},
	{3, random_make_truncate, "truncate"},
	{3, random_make_punch, "punch"},
	{4, random_make_device_write, "device"},
	{2, random_make_kill, "kill"},
	{4, random_make_evict, NULL},
	{3, random_make_fsync, NULL},
	{1, random_make_close, "close"},
	{3, random_make_pwrite, "pwrite"},
	{10, random_make_door, "fixup_user_fault"},
	{5, random_make_hint, "hint"},
	{5, random_make_pkru, "pkru"},
};

/* False: nothing was made. */
static bool make_statement(struct random *r)
{
	size_t i = r->killed ? 0 : RANDOM_PICK(r, statements);
	const char *name = statements[i].verb;
	const struct verb *verb = name ? verb_find(name, strlen(name)) : NULL;

	return (!name || (verb && verb->plan)) && statements[i].make(r);
}

/* Programs. */

static void begin(struct random *r, uint64_t seed, uint64_t nth)
{
	unsigned int maps = 3 + prng_below(&r->prng, 5);
	bool has_stack = prng_percent(&r->prng, 25);

	draft_printf(r->out,
		     "# Random program %" PRIu64 " of seed %" PRIu64 ".\n"
		     "source  gupsim random --seed %" PRIu64 "\nkernels %s\n\n",
		     nth, seed, seed, gupsim_kernel_name(r->kernel));
	r->movable = prng_percent(&r->prng, 20);
	if (r->movable)
		draft_printf(r->out, "ram normal 32M movable 16M\n");
	if (has_stack && prng_percent(&r->prng, 40))
		draft_printf(r->out, "option stack %uK\n",
			     4 * (2 + prng_below(&r->prng, 8)));
	r->huge = prng_percent(&r->prng, 12);
	if (r->huge)
		draft_printf(r->out, "option thp %s\n",
			     prng_percent(&r->prng, 80) ? "always" : "madvise");
	random_make_pool(r);
	random_make_files(r);
	random_make_hugetlb_file(r);
	draft_printf(r->out, "task  A\n");
	r->tasks[r->nr_tasks++] = 'A';
	r->tasks_made = 1;
	r->next_address = RANDOM_FIRST_ADDRESS;
	for (; maps; maps--)
		random_map(r);
	if (has_stack)
		random_map_stack(r);
	if (r->huge)
		random_map_huge(r);
	for (maps = r->hugetlb ? 1 + prng_below(&r->prng, 3) : 0; maps; maps--)
		random_map_hugetlb(r);
	for (unsigned int n = r->huge_dax ? 1 + prng_below(&r->prng, 3) : 0; n; n--)
		random_map_huge_dax(r);
	draft_printf(r->out, "\n");
}

/* At the end nothing may be held. */
static void end(struct random *r)
{
	while (r->nr_calls)
		random_make_put(r);
	while (r->nr_refs)
		random_make_put_ref(r);
}

unsigned int random_program(struct draft *out, size_t kernel, uint64_t seed, uint64_t nth,
			    unsigned int calls)
{
	struct random r = {
		.prng = prng_stream(seed, nth),
		.out = out,
		.kernel = kernel,
	};

	r.calls_left = 4 + prng_below(&r.prng, 7);
	if (r.calls_left > calls)
		r.calls_left = calls;
	begin(&r, seed, nth);
	while (r.calls_left && r.statements < MOST_STATEMENTS)
		r.statements += make_statement(&r);
	end(&r);
	return r.calls_made;
}
