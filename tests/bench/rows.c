/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ratios are to the reference kernels of the same run, so that the host drops out. */
#include "rows.h"

#include "crew.h"
#include "guest.h"
#include "host.h"
#include "kernels.h"
#include "vfio.h"

#include <string.h>

const struct bench_row bench_rows[] = {
	{
		.name = "R",
		.text = "reference: walk from the root for each page, take a reference",
		.work = &ref_case_walk_root,
		.counted = true,
	},
	{
		.name = "B",
		.text = "reference: the same, the leaf table kept between pages",
		.work = &ref_case_walk_leaf,
		.counted = true,
	},
	{
		.name = "U",
		.text = "reference: drop the references again",
		.work = &ref_case_drop,
		.counted = true,
	},
	{
		.name = "F",
		.text = "reference: fault in, a page from a free list into an empty pte",
		.work = &ref_case_fault_in,
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
		.ratio = {.target = 3, .goal = 3},
		.ir = {.target = 110, .goal = 110},
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
		.text = "a loop of put_page over the array",
		.work = &guest_put,
		.base = "U",
		.counted = true,
	},
	{
		.name = "G4",
		.text = "unpin_user_pages of the array, where a pin is a reference",
		.work = &guest_unpin,
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
	{
		.name = "G9",
		.text = "a guest pinned FOLL_LONGTERM in batches of 512 pages, 4 MiB for "
			"each of --pages: hugetlb, 1 GiB",
		.work = &vfio_hugetlb,
		.base = "B",
		.ratio = {.target = 2.5, .goal = 2.5},
	},
	{
		.name = "G9",
		.text = "the same, transparent huge pages",
		.work = &vfio_thp,
		.base = "R",
		.ratio = {.target = 3, .goal = 3},
	},
	{
		.name = "G13",
		.text = "two threads, a machine each, pin and give back: what the second "
			"brings, against what it brings R",
		.work = &crew_guest_two,
		.alone = &crew_guest_one,
		.peer = &crew_walk_two,
		.peer_alone = &crew_walk_one,
		.ratio = {.target = 0.95, .goal = 0.95, .at_least = true},
	},
	{
		.name = "G14",
		.text = "the ledger on, against off",
		.work = &guest_walk_ledgered,
		.base = "G1",
		.counted = true,
		.ratio = {.target = 4, .goal = 4},
	},
	{
		.name = "G14",
		.text = "the trace on, against off",
		.work = &guest_walk_traced,
		.base = "G1",
	},
};

const size_t nr_bench_rows = sizeof(bench_rows) / sizeof(bench_rows[0]);

const struct bench_case *bench_case_find(const char *name)
{
	for (size_t i = 0; i < nr_bench_rows; i++)
		if (bench_rows[i].counted && !strcmp(bench_rows[i].work->name, name))
			return bench_rows[i].work;
	return NULL;
}

const struct bench_row *bench_row_find(const char *name)
{
	for (size_t i = 0; i < nr_bench_rows; i++)
		if (!strcmp(bench_rows[i].name, name))
			return &bench_rows[i];
	return NULL;
}
