/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans: the guest that is there, its devices, files and tasks. */
#include "scenario/names.h"
#include "scenario/plan_line.h"

#include <inttypes.h>

#define GUEST_NORMAL	 ((uint64_t)1 << 20) /* with less, fixtures run out of it */
#define GUEST_HUGE_PAGES 24
#define GUEST_PMEM	 ((uint64_t)32 << 20) /* what files have of the guest's 64M */

/* Settings. */

PLAN(plan_nothing)
{
	(void)plan;
	(void)s;
	return true;
}

bool plan_needs_cma(struct plan *plan)
{
	return plan->has_cma || cannot(plan, "the guest has no CMA area");
}

/*
 * How much there is no fixture can tell, as long as there is enough; but where CMA blocks
 * are more than half of it, kernels take movable memory from there.
 */
PLAN(plan_ram)
{
	uint64_t normal = story_number_after(s, "normal", 0);

	said(plan, s, "normal");
	if (said(plan, s, "movable"))
		plan->zone = "movable";
	if (!said(plan, s, "cma"))
		return true;
	if (!plan->zone && story_number_after(s, "cma", 0) > normal)
		plan->zone = "cma";
	return plan_needs_cma(plan) &&
	       (normal >= GUEST_NORMAL || cannot(plan, "the guest has more memory"));
}

/* Those of a pool, in a machine and in a guest alike. */
static bool is_of_one_zone(const struct plan *plan)
{
	const struct gupsim_config config = story_config(plan->story);

	/* Where most of it is a CMA area, that is where kernels take them from. */
	return (!config.ram_cma || (config.ram_cma > config.ram_normal &&
				    2 * (plan->hugetlb << 21) <= config.ram_cma)) &&
	       (!config.ram_movable || plan->hugetlb <= config.ram_movable >> 21);
}

PLAN(plan_hugetlb)
{
	if (!said(plan, s, "2M"))
		return cannot(plan, "the guest has no huge pages of 1G");
	plan->hugetlb = story_number(s, "N", 0);
	if (story_config(plan->story).ram_movable &&
	    version_rule_is(plan->version, "follow_hugetlb_page.loop", "of_all"))
		return cannot(plan, "the guest's huge pages move within their node, all "
				    "of which is movable");
	if (!is_of_one_zone(plan))
		return cannot(plan, "the guest's huge pages are all of one zone");
	return plan->hugetlb <= GUEST_HUGE_PAGES ||
	       cannot(plan, "the guest has fewer huge pages");
}

/* The kernels that are asked are built with FS_DAX, and without CMA but for one. */
PLAN(plan_config)
{
	bool cma = said(plan, s, "cma");
	bool fs_dax = said(plan, s, "fs_dax");
	bool on = said(plan, s, "on");

	said(plan, s, "off");
	return (cma && on == plan->has_cma) || (fs_dax && on) ||
	       cannot(plan, "the guest's kernel is configured otherwise");
}

PLAN(plan_option)
{
	static const char *const modes[] = {"emulate", "xonly", "none"};

	if (said(plan, s, "stack"))
		plan->stack = story_number(s, "SIZE", 0);
	else if (said(plan, s, "vsyscall"))
		for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
			plan->vsyscall =
				said(plan, s, modes[i]) ? modes[i] : plan->vsyscall;
	else if (said(plan, s, "pagevec"))
		plan->hold = said(plan, s, "hold");
	else if (said(plan, s, "thp"))
		plan->thp = said(plan, s, "always")    ? "always"
			    : said(plan, s, "madvise") ? "madvise"
			    : said(plan, s, "never")   ? "never"
						       : NULL;
	else if (said(plan, s, "tlb_flush"))
		return cannot(plan, "the guest flushes its TLBs as it is built to");
	else if (said(plan, s, "io"))
		return cannot(plan, "the guest waits for reads");
	else
		return cannot(plan, "a guest comes to what is rare by chance only");
	return true;
}

/* Devices and files. */

PLAN(plan_pmem)
{
	if (said(plan, s, "devdax"))
		return cannot(plan, "the guest has no device dax");
	return s->name->pages * FIXTURE_PAGE <= GUEST_PMEM ||
	       cannot(plan, "the guest's persistent memory is smaller");
}

static bool driver_of(struct plan *plan, const struct statement *s)
{
	uint64_t bytes = story_number(s, "BYTES", s->name->pages * FIXTURE_PAGE);
	const char *kind = said(plan, s, "pfnmap")     ? "pfnmap"
			   : said(plan, s, "mixedmap") ? "mixedmap"
			   : said(plan, s, "inserted") ? "inserted"
						       : "";

	line(plan, s, "driver %s %s %" PRIu64, s->name->name, kind,
	     (bytes + FIXTURE_PAGE - 1) / FIXTURE_PAGE);
	return true;
}

/* It is made open for both, and of zeroes. */
static bool secretmem_of(struct plan *plan, const struct statement *s)
{
	if (!version_rule_is(plan->version, "check_vma_flags.secretmem", "refused"))
		return cannot(plan, "the guest's kernel has no memfd_secret()");
	line(plan, s, "secretmem %s %" PRIu64, s->name->name,
	     story_number(s, "BYTES", s->name->pages * FIXTURE_PAGE));
	return true;
}

/* A memfd of huge pages. */
static bool hugetlb_of(struct plan *plan, const struct statement *s)
{
	if (!said(plan, s, "2M"))
		return cannot(plan, "the guest has no huge pages of 1G");
	line(plan, s, "hugetlbfs %s %" PRIu64 "%s", s->name->name,
	     story_number(s, "BYTES", s->name->pages * FIXTURE_PAGE),
	     said(plan, s, "readonly") ? " readonly" : "");
	return true;
}

PLAN(plan_file)
{
	const struct value *pmem = said(plan, s, "PMEM");
	bool disk = said(plan, s, "disk"), cached = said(plan, s, "cached");
	const char *options = "";

	if (said(plan, s, "p2pdma"))
		return cannot(plan,
			      "the guest has no PCI device with memory for its peers");
	if (said(plan, s, "secretmem"))
		return secretmem_of(plan, s);
	if (said(plan, s, "hugetlb"))
		return hugetlb_of(plan, s);
	if (!pmem && !disk && !said(plan, s, "shmem"))
		return driver_of(plan, s);
	if (pmem && pmem->symbol->devdax)
		return cannot(plan, "the guest has no device dax");
	if (said(plan, s, "buffers"))
		options = words(plan, options, "buffers");
	if (said(plan, s, "hole"))
		options = words(plan, options, "hole");
	if (disk && !cached)
		options = words(plan, options, "cold");
	if (said(plan, s, "readonly"))
		options = words(plan, options, "readonly");
	line(plan, s, "file %s %s %" PRIu64 "%s", s->name->name,
	     pmem   ? "dax"
	     : disk ? "disk"
		    : "shmem",
	     story_number(s, "BYTES", s->name->pages * FIXTURE_PAGE), options);
	return true;
}

PLAN(plan_close)
{
	line(plan, s, "close %s", said(plan, s, "FILE")->symbol->name);
	return true;
}

PLAN(plan_evict)
{
	const struct place *place = &said(plan, s, "FILEPAGES")->place;

	line(plan, s, "evict %s %" PRId64 " %" PRId64, place->symbol->name, place->first,
	     place->count);
	return true;
}

/* The event's name, and whose signals end its wait. */
static const char *waiter(struct plan *plan, const struct statement *s)
{
	const struct symbol *actor = s->as ? s->as : plan->story->first_task;

	return pool_printf(plan->pool, "%s %s", s->name ? s->name->name : "-",
			   actor ? actor->name : "-");
}

PLAN(plan_truncate)
{
	line(plan, s, "truncate %s %" PRIu64 " %s", said(plan, s, "FILE")->symbol->name,
	     story_number(s, "BYTES", 0), waiter(plan, s));
	return true;
}

PLAN(plan_punch)
{
	const struct place *place = &said(plan, s, "FILEPAGES")->place;

	line(plan, s, "punch %s %" PRId64 " %" PRId64 " %s", place->symbol->name,
	     place->first, place->count, waiter(plan, s));
	return true;
}

PLAN(plan_pwrite)
{
	const struct place *place = &said(plan, s, "FILEPAGES")->place;
	const char *digits = plan_text_words(plan, said(plan, s, "TEXT"));

	if (!digits || !said(plan, s, "direct"))
		return false;
	line(plan, s, "direct %s %" PRId64 " %" PRId64 "%s", place->symbol->name,
	     place->first, place->count, digits);
	return true;
}

PLAN(plan_fsync)
{
	line(plan, s, "fsync %s", said(plan, s, "FILE")->symbol->name);
	return true;
}

/* Tasks, and the locks of their memory. */

PLAN(plan_task)
{
	line(plan, s, "task %s", s->name->name);
	return true;
}

PLAN(plan_fork)
{
	line(plan, s, "fork %s %s", said(plan, s, "TASK")->symbol->name, s->name->name);
	return true;
}

PLAN(plan_thread)
{
	line(plan, s, "thread %s %s", said(plan, s, "TASK")->symbol->name, s->name->name);
	return true;
}

PLAN(plan_exit)
{
	line(plan, s, "exit %s", said(plan, s, "TASK")->symbol->name);
	return true;
}

PLAN(plan_kill)
{
	line(plan, s, "kill %s", said(plan, s, "TASK")->symbol->name);
	return true;
}

PLAN(plan_signal)
{
	line(plan, s, "signal %s", said(plan, s, "TASK")->symbol->name);
	return true;
}

PLAN(plan_lock)
{
	const struct symbol *mm = said(plan, s, "TASK")->symbol->mm;
	const struct value *read = said(plan, s, "read");

	if (!read)
		plan->written = mm;
	line(plan, s, "lock %s %s", mm->name,
	     read ? "read" : said(plan, s, "write")->text);
	return true;
}

PLAN(plan_unlock)
{
	plan->written = NULL;
	line(plan, s, "lock %s none", said(plan, s, "TASK")->symbol->mm->name);
	return true;
}
