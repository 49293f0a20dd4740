/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random programs, statement by statement. */
#include "scenario/random.h"
#include "scenario/random_make.h"

#include <gupsim/release.h>
#include <inttypes.h>

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
} statements[] = {
	{40, random_make_call},	       {5, random_make_sure_call},
	{14, random_make_put},	       {4, random_make_put_one},
	{3, random_make_unpin},	       {3, random_make_get_page},
	{3, random_make_put_ref},      {9, random_make_read},
	{16, random_make_write},       {5, random_make_fork},
	{2, random_make_thread},       {2, random_make_exit},
	{5, random_make_munmap},       {3, random_make_map},
	{5, random_make_mprotect},     {3, random_make_mlock},
	{2, random_make_munlock},      {6, random_make_madvise},
	{3, random_make_truncate},     {3, random_make_punch},
	{4, random_make_device_write}, {2, random_make_kill},
	{4, random_make_evict},	       {3, random_make_fsync},
	{1, random_make_close},	       {3, random_make_pwrite},
	{10, random_make_door},	       {5, random_make_hint},
	{5, random_make_pkru},
};

/* False: nothing was made. */
static bool make_statement(struct random *r)
{
	size_t i = r->killed ? 0 : RANDOM_PICK(r, statements);

	return statements[i].make(r);
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
