/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ratios are to the reference kernels of the same run, so that the host drops out. */
#include "rows.h"

#include "guest.h"
#include "host.h"
#include "kernels.h"

#include <string.h>

static void *ref_ready(size_t nr, const char **why)
{
	*why = "no memory for the tables";
	return ref_create(nr);
}

static void *ref_ready_empty(size_t nr, const char **why)
{
	void *ref = ref_ready(nr, why);

	if (ref)
		ref_empty(ref);
	return ref;
}

static const struct bench_case walk_root = {"R", ref_ready, ref_walk_root, ref_drop,
					    ref_destroy};
static const struct bench_case walk_leaf = {"B", ref_ready, ref_walk_leaf, ref_drop,
					    ref_destroy};
static const struct bench_case drop = {"U", ref_ready, ref_drop, ref_walk_leaf,
				       ref_destroy};
static const struct bench_case fault_in = {"F", ref_ready_empty, ref_fault_in, ref_empty,
					   ref_destroy};

const struct bench_row bench_rows[] = {
	{
		.name = "R",
		.text = "reference: walk from the root for each page, take a reference",
		.work = &walk_root,
		.counted = true,
	},
	{
		.name = "B",
		.text = "reference: the same, the leaf table kept between pages",
		.work = &walk_leaf,
		.counted = true,
	},
	{
		.name = "U",
		.text = "reference: drop the references again",
		.work = &drop,
		.counted = true,
	},
	{
		.name = "F",
		.text = "reference: fault in, a page from a free list into an empty pte",
		.work = &fault_in,
		.counted = true,
	},
	{
		.name = "K",
		.text = "this host's kernel: MADV_POPULATE_READ, 64 resident MiB (first "
			"pass dropped)",
		.work = &host_populate,
	},
	{
		.name = "G1",
		.text = "get_user_pages_remote, resident anonymous pages, one call for "
			"all",
		.work = &guest_walk,
		.base = "R",
		.counted = true,
		.ratio = {.target = 4.5, .goal = 3},
		.ir = {.target = 200, .goal = 110},
	},
	{
		.name = "G2",
		.text = "the same against this host's kernel; no target: K varies with "
			"the host",
		.work = &guest_walk,
		.base = "K",
	},
	{
		.name = "G3",
		.text = "get_user_pages_fast, resident anonymous pages, one call for all",
		.work = &guest_fast,
		.base = "B",
		.counted = true,
		.ratio = {.target = 2.5, .goal = 2.5},
		.ir = {.target = 40, .goal = 40},
	},
	{
		.name = "G4",
		.text = "a loop of put_page over the array (unpin_user_pages is not "
			"there yet)",
		.work = &guest_put,
		.base = "U",
		.counted = true,
		.ratio = {.goal = 2},
		.ir = {.goal = 15},
	},
	{
		.name = "G5",
		.text = "get_user_pages_remote, anonymous pages faulted in for writing",
		.work = &guest_fault_in,
		.base = "F",
		.counted = true,
		.ratio = {.target = 5, .goal = 3},
		.ir = {.goal = 220},
	},
	{
		.name = "G6",
		.text = "get_user_pages_remote and put_page, a call for each page",
		.work = &guest_one_page,
		.base = "R+U",
		.counted = true,
		.ratio = {.goal = 8},
		.ir = {.goal = 350},
	},
	{
		.name = "G8",
		.text = "host memory for each resident simulated page, from statm",
		.bytes = {.target = 96, .goal = 80},
	},
};

const size_t nr_bench_rows = sizeof(bench_rows) / sizeof(bench_rows[0]);

const struct bench_row *bench_row_find(const char *name)
{
	for (size_t i = 0; i < nr_bench_rows; i++)
		if (!strcmp(bench_rows[i].name, name))
			return &bench_rows[i];
	return NULL;
}
