/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building and taking apart a machine; its switches. */
#include "machine/machine.h"

#include "file/pagecache.h"
#include "vm/mmap.h"

#include <errno.h>

static uint64_t nr_ram_frames(const struct gupsim_config *config)
{
	return (config->ram_normal >> PAGE_SHIFT) + (config->ram_cma >> PAGE_SHIFT) +
	       (config->ram_movable >> PAGE_SHIFT);
}

static const char *ram_problem(const struct gupsim_config *config)
{
	if (!config->ram_normal)
		return "no RAM in ZONE_NORMAL";
	if ((config->ram_normal | config->ram_movable) % PAGE_SIZE)
		return "RAM that is not a multiple of the page size";
	if (config->ram_cma % PAGEBLOCK_SIZE)
		return "CMA blocks are of 2 MiB each";
	if (config->ram_cma && !config->config_cma)
		return "CMA blocks without CONFIG_CMA";
	if ((unsigned int)config->vsyscall > GUPSIM_VSYSCALL_NONE)
		return "no such vsyscall mode";
	if (nr_ram_frames(config) > PHYS_MAX_FRAMES - FIRST_RAM_PFN - AREA_GAPS)
		return "more RAM than the mem_map has room for: nearly 256 GiB";
	return NULL;
}

/* How many aligned blocks there are: the first of ZONE_NORMAL is not whole. */
static uint64_t nr_blocks(const struct gupsim_config *config, unsigned int shift)
{
	uint64_t normal = ((config->ram_normal >> PAGE_SHIFT) + FIRST_RAM_PFN) >>
			  (shift - PAGE_SHIFT);

	normal -= normal > 0;
	return shift == PUD_SHIFT ? normal
				  : normal + (config->ram_cma >> shift) +
					    (config->ram_movable >> shift);
}

static const char *hugetlb_problem(const struct gupsim_config *config)
{
	if (config->hugetlb_1g > nr_blocks(config, PUD_SHIFT))
		return "the huge pages of 1G need more RAM in ZONE_NORMAL";
	if (config->hugetlb_2m >
	    nr_blocks(config, PMD_SHIFT) - config->hugetlb_1g * PTRS_PER_TABLE)
		return "the huge pages of 2M need more RAM";
	return NULL;
}

static const char *release_problem(const struct gupsim_config *config)
{
	struct rules rules;

	if (!config->kernel || rules_of_release(config->kernel, &rules))
		return "the release is not modelled";
	if (!release_has_signatures_of(config->kernel, config->linux_version))
		return "the release has other signatures than the kernel headers";
	return NULL;
}

const char *gupsim_config_problem(const struct gupsim_config *config)
{
	const char *problem;

	if (!config)
		return NULL;
	if (config->size != sizeof(*config))
		return "the config is of another version";
	problem = ram_problem(config);
	if (!problem)
		problem = hugetlb_problem(config);
	return problem ? problem : release_problem(config);
}

static int init(struct gupsim_machine *machine, const struct gupsim_config *config)
{
	int error = base_init(&machine->base, config);

	TAILQ_INIT(&machine->tasks);
	TAILQ_INIT(&machine->mms);
	vfs_init(&machine->vfs);
	return error ? error : phys_create(&machine->base, config, &machine->phys);
}

int gupsim_machine_create(const struct gupsim_config *config, struct gupsim_machine **out)
{
	struct gupsim_config standard = gupsim_config_default();
	struct gupsim_machine *machine;
	struct heap heap;
	int error;

	if (!out)
		return -EINVAL;
	*out = NULL;
	if (!config)
		config = &standard;
	if (gupsim_config_problem(config))
		return -EINVAL;
	heap_init(&heap, config->host_realloc, config->host_arg);
	machine = heap_calloc(&heap, 1, sizeof(*machine));
	if (!machine)
		return -ENOMEM;
	error = init(machine, config);
	if (error)
		gupsim_machine_destroy(&machine);
	else
		*out = machine;
	return error;
}

static void destroy_spaces(struct gupsim_machine *machine)
{
	struct gupsim_task *task;
	struct gupsim_mm *mm;

	while ((task = TAILQ_FIRST(&machine->tasks))) {
		TAILQ_REMOVE(&machine->tasks, task, link);
		if (current == &task->task)
			current = NULL;
		heap_free(&machine->base.heap, task);
	}
	while ((mm = TAILQ_FIRST(&machine->mms))) {
		TAILQ_REMOVE(&machine->mms, mm, link);
		exit_mmap(&mm->mm);
		mm_destroy(mm);
	}
}

int gupsim_machine_destroy(struct gupsim_machine **machine)
{
	struct gupsim_machine *m = machine ? *machine : NULL;
	struct heap heap;

	if (!m)
		return -EINVAL;
	if (m->base.call_depth)
		return base_error(&m->base, -EDEADLK,
				  "a call into the machine is running");
	if (m->base.interrupted)
		return base_error(&m->base, -EDEADLK, "%s is inside a call",
				  m->base.interrupted->task->sim->name);
	m->base.report = NULL;
	m->base.listener = NULL;
	if (m->phys) {
		lru_add_drain_all(m->phys);
		destroy_spaces(m);
		vfs_destroy(m->phys, &m->vfs);
		lru_add_drain_all(m->phys);
		phys_destroy(m->phys);
	}
	audit_destroy(m);
	base_destroy(&m->base);
	heap = m->base.heap;
	heap_free(&heap, m);
	*machine = NULL;
	return 0;
}

int machine_refuse(struct gupsim_machine *machine, const char *why)
{
	return base_error(&machine->base, -EINVAL, "%s", why);
}

int machine_refuse_name(struct gupsim_machine *machine, const char *sort,
			const char *name)
{
	return base_error(&machine->base, -EINVAL, "there is a %s %s already", sort,
			  name);
}

int machine_no_host_memory(struct gupsim_machine *machine)
{
	return base_error(&machine->base, -ENOMEM, "the host is out of memory");
}

int machine_check(struct gupsim_machine *machine)
{
	if (!machine)
		return -EINVAL;
	if (base_alive(&machine->base))
		return 0;
	base_forget_error(&machine->base);
	return -EIO;
}

int machine_begin(struct gupsim_machine *machine, bool complete)
{
	if (!machine)
		return -EINVAL;
	if (!complete)
		return machine_refuse(machine, "an argument is NULL");
	base_forget_error(&machine->base);
	return machine_check(machine);
}

int machine_enter(struct gupsim_machine *machine, const char *func,
		  struct machine_call *call)
{
	if (!machine)
		return -EINVAL;
	call->refusals = machine->base.heap.refusals;
	machine->vfs.awaited = NULL;
	return base_call_begin(&machine->base, func, &call->outer);
}

static void explain_no_memory(struct gupsim_machine *machine,
			      const struct machine_call *call)
{
	if (*machine->base.error)
		return;
	if (machine->base.heap.refusals != call->refusals)
		machine_no_host_memory(machine);
	else
		base_error(&machine->base, 0, "the machine is out of memory");
}

int machine_leave(struct gupsim_machine *machine, const struct machine_call *call,
		  int ret)
{
	phys_end_of_call(machine->phys);
	base_call_end(&machine->base, call->outer);
	if (!base_alive(&machine->base))
		return -EIO;
	if (ret == -ENOMEM)
		explain_no_memory(machine, call);
	return ret;
}

struct frames used_frames(const struct phys *phys, int row)
{
	if (!row)
		return (struct frames){ZERO_PFN, FIRST_RAM_PFN};
	if (row <= NR_AREAS) {
		const struct area *area = &phys->area[row - 1];

		return (struct frames){area->start, area->fresh};
	}
	return (struct frames){phys->area[AREA_MOVABLE].end, phys->nr_frames};
}

const char *gupsim_error(const struct gupsim_machine *machine)
{
	if (!machine)
		return "";
	return *machine->base.error ? machine->base.error : machine->base.cause;
}

enum gupsim_state gupsim_machine_state(const struct gupsim_machine *machine)
{
	return machine ? machine->base.state : GUPSIM_ALIVE;
}

const struct page *gupsim_blocked_on(const struct gupsim_machine *machine)
{
	return machine ? machine->base.blocked_on : NULL;
}

const char *gupsim_machine_cause(const struct gupsim_machine *machine)
{
	return machine ? machine->base.cause : "";
}

size_t gupsim_reports(const struct gupsim_machine *machine,
		      const struct gupsim_report **reports)
{
	if (!machine)
		return 0;
	if (reports)
		*reports = machine->base.reports;
	return machine->base.nr_reports;
}

int gupsim_rule_set(struct gupsim_machine *machine, const char *rule, const char *value)
{
	const char *nearest = NULL;
	int error = machine_begin(machine, rule && value);

	if (error)
		return error;
	if (!rules_override(&machine->base.rules, rule, value, &nearest))
		return 0;
	return base_error(&machine->base, -EINVAL, "no rule %s with a value %s%s%s%s",
			  rule, value, nearest ? "; did you mean " : "",
			  nearest ? nearest : "", nearest ? "?" : "");
}

static unsigned int *countdown(struct gupsim_machine *machine, enum gupsim_failure what)
{
	switch (what) {
	case GUPSIM_FAIL_HOST:
		return &machine->base.heap.fail_in;
	case GUPSIM_FAIL_PAGE:
		return &machine->phys->fail_page_in;
	case GUPSIM_FAIL_KMALLOC:
		return &machine->base.fail_kmalloc_in;
	}
	return NULL;
}

int gupsim_fail(struct gupsim_machine *machine, enum gupsim_failure what,
		unsigned int nth)
{
	int error = machine_begin(machine, true);

	if (error)
		return error;
	if (!countdown(machine, what))
		return machine_refuse(machine, "no such failure");
	*countdown(machine, what) = nth;
	return 0;
}

unsigned int gupsim_fail_pending(struct gupsim_machine *machine, enum gupsim_failure what)
{
	const unsigned int *left = machine ? countdown(machine, what) : NULL;

	return left ? *left : 0;
}

int gupsim_listen(struct gupsim_machine *machine, gupsim_point_fn fn, void *arg)
{
	int error = machine_check(machine);

	if (error)
		return error;
	machine->base.listener = fn;
	machine->base.listener_arg = arg;
	return 0;
}

int gupsim_allocate_in(struct gupsim_machine *machine, enum gupsim_place place)
{
	int error = machine_begin(machine, true);

	if (error)
		return error;
	if ((unsigned int)place > GUPSIM_IN_MOVABLE)
		return machine_refuse(machine, "no such place");
	phys_allocate_in(machine->phys, place);
	return 0;
}

int gupsim_drain(struct gupsim_machine *machine)
{
	int error = machine_check(machine);

	if (error)
		return error;
	lru_add_drain_all(machine->phys);
	return 0;
}
