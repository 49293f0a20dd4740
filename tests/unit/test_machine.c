/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines: which can be made, and who may take one away. */
#include "world.h"

#include "machine/machine.h"

#define MIB	((uint64_t)1 << 20)
#define MAX_RAM ((PHYS_MAX_FRAMES - FIRST_RAM_PFN - AREA_GAPS) * PG)

/* What cannot be built is named beforehand; all else can be built. */
static void machines_are_refused(struct world *w)
{
	static const struct {
		const char *name;
		struct gupsim_config config;
		const char *problem;
	} rows[] = {
		{"another version of the struct", {.size = 8}, "another version"},
		{"no RAM", {.kernel = "v5.6"}, "no RAM"},
		{"only CMA",
		 {.kernel = "v5.6", .ram_cma = 2 * MIB, .config_cma = true},
		 "no RAM"},
		{"half a page", {.kernel = "v5.6", .ram_normal = PG + 1}, "page size"},
		{"native vsyscalls",
		 {.kernel = "v5.6",
		  .ram_normal = PG,
		  .vsyscall = GUPSIM_VSYSCALL_NONE + 1},
		 "vsyscall"},
		{"half a page of Movable",
		 {.kernel = "v5.6", .ram_normal = PG, .ram_movable = 2048},
		 "page size"},
		{"half a pageblock of CMA",
		 {.kernel = "v5.6", .ram_normal = PG, .ram_cma = MIB, .config_cma = true},
		 "2 MiB"},
		{"CMA without CONFIG_CMA",
		 {.kernel = "v5.6", .ram_normal = PG, .ram_cma = 2 * MIB},
		 "CONFIG_CMA"},
		{"no release", {.ram_normal = PG}, "not modelled"},
		{"a release that is not modelled",
		 {.kernel = "v4.20", .ram_normal = PG},
		 "not modelled"},
		{"no release at all", {.kernel = "", .ram_normal = PG}, "not modelled"},
		{"all there can be", {.kernel = "v5.6", .ram_normal = MAX_RAM}, "none"},
		{"one page more",
		 {.kernel = "v5.6", .ram_normal = MAX_RAM, .ram_movable = PG},
		 "more RAM"},
		{"far more",
		 {.kernel = "v5.6", .ram_normal = (uint64_t)1 << 46},
		 "more RAM"},
		{"sizes whose sum wraps around",
		 {.kernel = "v5.6",
		  .ram_normal = (uint64_t)1 << 63,
		  .ram_movable = (uint64_t)1 << 63},
		 "more RAM"},
		{"a page of 1G in little more than it",
		 {.kernel = "v5.6", .ram_normal = 1025 * MIB, .hugetlb_1g = 1},
		 "1G need"},
		{"a page of 1G, and many of 2M",
		 {.kernel = "v5.6",
		  .ram_normal = 2048 * MIB,
		  .hugetlb_1g = 1,
		  .hugetlb_2m = 511},
		 "none"},
		{"one more",
		 {.kernel = "v5.6",
		  .ram_normal = 2048 * MIB,
		  .hugetlb_1g = 1,
		  .hugetlb_2m = 512},
		 "2M need"},
		{"huge pages of all that is aligned",
		 {.kernel = "v5.6",
		  .ram_normal = 5 * MIB,
		  .ram_movable = 3 * MIB,
		  .hugetlb_2m = 2},
		 "none"},
		{"one huge page more",
		 {.kernel = "v5.6",
		  .ram_normal = 5 * MIB,
		  .ram_movable = 3 * MIB,
		  .hugetlb_2m = 3},
		 "2M need"},
		{"headers of other signatures",
		 {.kernel = "v5.6",
		  .ram_normal = PG,
		  .linux_version = GUPSIM_KERNEL_VERSION(5, 9, 0)},
		 "signatures"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct gupsim_config config = rows[i].config;
		struct gupsim_machine *machine = w->machine;
		const char *problem;

		w->where = rows[i].name;
		if (!config.size)
			config.size = sizeof(config);
		if (!config.linux_version)
			config.linux_version = GUPSIM_LINUX_VERSION;
		problem = gupsim_config_problem(&config);
		assert_result(w, gupsim_machine_create(&config, &machine),
			      problem ? -EINVAL : 0);
		assert_number(w, machine != NULL, !problem);
		if (machine)
			gupsim_machine_destroy(&machine);
		assert_part(w, problem ? problem : "none", rows[i].problem);
	}
	assert_null(gupsim_config_problem(NULL));
	assert_result(w, gupsim_machine_create(NULL, NULL), -EINVAL);
}

static void a_machine_is_destroyed_once(struct world *w)
{
	struct gupsim_machine *machine;

	assert_result(w, gupsim_machine_create(NULL, &machine), 0);
	assert_result(w, gupsim_machine_destroy(&machine), 0);
	assert_null(machine);
	assert_result(w, gupsim_machine_destroy(&machine), -EINVAL);
	assert_result(w, gupsim_machine_destroy(NULL), -EINVAL);
}

static void destroy_in_vain(void *arg, enum gupsim_point point)
{
	struct world *w = arg;

	(void)point;
	assert_result(w, gupsim_machine_destroy(&w->machine), -EDEADLK);
	assert_result(w, gupsim_exit(w->task), -EDEADLK);
}

/* Who is inside a call can neither exit nor take the machine away. */
static void a_call_keeps_its_machine(struct world *w)
{
	anon(w, HEAP, 1, RW);
	gupsim_listen(w->machine, destroy_in_vain, w);
	probe(w, ASK(GUP, HEAP, 1, FOLL_LONGTERM | FOLL_WRITE), GIVES(1, .min = 1));
	release(w);
}

SUITE(world_test(machines_are_refused), world_test(a_machine_is_destroyed_once),
      world_test(a_call_keeps_its_machine))
