/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks, mappings, what the CPU does, and the mm's lock. */
#include "scenario/handlers.h"

#include <gupsim/memory.h>
#include <linux/rwsem.h>
#include <sys/mman.h>

static struct task_struct *task_of(const struct run *run, const struct statement *s)
{
	return run_thing(run, story_value(s, "TASK")->symbol)->task;
}

HANDLER(handle_task)
{
	result->number = gupsim_task_create(run->machine, s->name->name,
					    &run_thing(run, s->name)->task);
}

HANDLER(handle_thread)
{
	result->number = gupsim_thread_create(task_of(run, s), s->name->name,
					      &run_thing(run, s->name)->task);
}

HANDLER(handle_fork)
{
	result->number = gupsim_fork(task_of(run, s), s->name->name,
				     &run_thing(run, s->name)->task);
}

HANDLER(handle_exit)
{
	struct task_struct *task = task_of(run, s);

	/* Whoever runs a call comes back from it before it can exit. */
	if (task && task == run->inside)
		run_refuse(run, s, result, story_value(s, "TASK")->symbol->name,
			   "a task that can exit", "it is inside a call");
	else
		result->number = gupsim_exit(task);
	pinned_settle_vmas(run);
}

HANDLER(handle_kill)
{
	result->number = gupsim_kill(task_of(run, s));
}

HANDLER(handle_signal)
{
	result->number = gupsim_signal(task_of(run, s));
}

/* MAP_HUGETLB with the size's logarithm. */
static int huge_flags(const struct statement *s)
{
	if (!story_value(s, "hugetlb"))
		return 0;
	return MAP_HUGETLB | (story_value(s, "1G") ? 30 : 21) << 26;
}

HANDLER(handle_vma)
{
	const struct value *said = story_value(s, "FILE");
	struct file *file = said ? run_thing(run, said->symbol)->file : NULL;
	struct mm_struct *mm = run_mm(run, s->name->mm);
	unsigned long start = s->name->start, length = s->name->pages * FIXTURE_PAGE;
	int flags = (story_value(s, "shared") ? MAP_SHARED : MAP_PRIVATE) |
		    (story_value(s, "growsdown") ? MAP_GROWSDOWN : 0) |
		    (story_value(s, "locked") ? MAP_LOCKED : 0) |
		    (story_value(s, "populate") ? MAP_POPULATE : 0) |
		    (story_value(s, "noreserve") ? MAP_NORESERVE : 0) |
		    (story_value(s, "replace") ? MAP_FIXED : 0) | huge_flags(s);

	if (said && !file) {
		run_refuse(run, s, result, said->symbol->name, "a file",
			   "it was never made");
		return;
	}
	result->number =
		gupsim_mmap(mm, start, length, story_number(s, "PROT", 0), flags, file,
			    story_number_after(s, "offset", 0) * FIXTURE_PAGE);
	pinned_settle_vmas(run);
	if (!result->number && story_value(s, "random"))
		result->number = gupsim_madvise(mm, start, length, MADV_RANDOM);
	pinned_settle_vmas(run);
}

HANDLER(handle_munmap)
{
	const struct place *place = &story_value(s, "PAGES")->place;

	result->number =
		gupsim_munmap(run_mm(run, place->symbol->mm), place_address(place, 0),
			      place->count * FIXTURE_PAGE);
	pinned_settle_vmas(run);
}

HANDLER(handle_mprotect)
{
	const struct place *place = &story_value(s, "PAGES")->place;

	struct mm_struct *mm = run_mm(run, place->symbol->mm);
	unsigned long start = place_address(place, 0),
		      length = place->count * FIXTURE_PAGE;
	int prot = story_number(s, "PROT", 0);

	result->number = story_value(s, "pkey")
				 ? gupsim_pkey_mprotect(mm, start, length, prot,
							story_number_after(s, "pkey", 0))
				 : gupsim_mprotect(mm, start, length, prot);
	pinned_settle_vmas(run);
}

HANDLER(handle_pkru)
{
	unsigned int rights =
		story_value(s, "disable_access")  ? GUPSIM_PKEY_DISABLE_ACCESS
		: story_value(s, "disable_write") ? GUPSIM_PKEY_DISABLE_WRITE
						  : 0;

	result->number =
		gupsim_pkey_set(task_of(run, s), story_number(s, "N", 0), rights);
}

static int advice(const struct statement *s)
{
	return story_value(s, "dontneed")	  ? MADV_DONTNEED
	       : story_value(s, "remove")	  ? MADV_REMOVE
	       : story_value(s, "random")	  ? MADV_RANDOM
	       : story_value(s, "hugepage")	  ? MADV_HUGEPAGE
	       : story_value(s, "nohugepage")	  ? MADV_NOHUGEPAGE
	       : story_value(s, "populate_read")  ? MADV_POPULATE_READ
	       : story_value(s, "populate_write") ? MADV_POPULATE_WRITE
						  : MADV_NORMAL;
}

HANDLER(handle_madvise)
{
	const struct place *place = &story_value(s, "PAGES")->place;

	result->number =
		gupsim_madvise(run_mm(run, place->symbol->mm), place_address(place, 0),
			       place->count * FIXTURE_PAGE, advice(s));
	pinned_settle_vmas(run);
}

HANDLER(handle_mlock)
{
	const struct place *place = &story_value(s, "PAGES")->place;

	result->number =
		gupsim_mlock(run_mm(run, place->symbol->mm), place_address(place, 0),
			     place->count * FIXTURE_PAGE, story_value(s, "onfault"));
	pinned_settle_vmas(run);
}

HANDLER(handle_munlock)
{
	const struct place *place = &story_value(s, "PAGES")->place;

	result->number =
		gupsim_munlock(run_mm(run, place->symbol->mm), place_address(place, 0),
			       place->count * FIXTURE_PAGE);
	pinned_settle_vmas(run);
}

HANDLER(handle_hint)
{
	const struct place *place = &story_value(s, "PAGES")->place;

	result->number =
		gupsim_numa_hint(run_mm(run, place->symbol->mm), place_address(place, 0),
				 place->count * FIXTURE_PAGE);
}

/* Without `as` it is the task that the range is named after. */
static struct task_struct *accessing(const struct run *run, const struct statement *s,
				     const struct place *place)
{
	return run_thing(run, s->as ? s->as : place->symbol->mm)->task;
}

static void set_access(struct result *result, int error, int signal)
{
	result->number = error;
	if (!signal)
		return;
	result->kind = RESULT_SIGNAL;
	result->number = signal;
}

HANDLER(handle_read)
{
	const struct place *place = &story_value(s, "PAGES")->place;
	int signal = 0;
	int error = gupsim_read(accessing(run, s, place), place_address(place, 0), NULL,
				place->count * FIXTURE_PAGE, &signal);

	set_access(result, error, signal);
}

static enum gupsim_place allocate_in(const struct statement *s)
{
	return story_value(s, "cma")	   ? GUPSIM_IN_CMA
	       : story_value(s, "movable") ? GUPSIM_IN_MOVABLE
	       : story_value(s, "normal")  ? GUPSIM_IN_NORMAL
					   : GUPSIM_ANYWHERE;
}

static int write_text(struct task_struct *task, const struct place *place,
		      const struct value *text, int *signal)
{
	int error = 0;

	for (int64_t i = 0; i < place->count && !error; i++)
		error = gupsim_write(task, place_address(place, i), text->text,
				     text->length, signal);
	return error;
}

HANDLER(handle_write)
{
	const struct place *place = &story_value(s, "PAGES")->place;
	const struct value *text = story_value(s, "TEXT");
	struct task_struct *task = accessing(run, s, place);
	int error, signal = 0;

	gupsim_allocate_in(run->machine, allocate_in(s));
	if (text)
		error = write_text(task, place, text, &signal);
	else
		error = gupsim_write(task, place_address(place, 0), NULL,
				     place->count * FIXTURE_PAGE, &signal);
	set_access(result, error, signal);
	run_keep_why(run, result);
	gupsim_allocate_in(run->machine, GUPSIM_ANYWHERE);
}

HANDLER(handle_lock)
{
	const struct symbol *task = story_value(s, "TASK")->symbol;
	struct mm_struct *mm = run_mm_of(run, s, task, result);
	bool write = story_value(s, "write");

	if (!mm)
		return;
	(write ? down_write : down_read)(&mm->mmap_sem);
	if (gupsim_machine_state(run->machine) == GUPSIM_ALIVE)
		run_thing(run, task->mm)->lock += write ? -1 : 1;
}

HANDLER(handle_unlock)
{
	const struct symbol *task = story_value(s, "TASK")->symbol;
	struct thing *owner = run_thing(run, task->mm);
	struct mm_struct *mm = run_mm_of(run, s, task, result);

	if (!mm)
		return;
	if (!owner->lock) {
		run_refuse(run, s, result, run_words(run, "%s's lock", task->name),
			   "taken by `lock`", "it is not");
		return;
	}
	(owner->lock < 0 ? up_write : up_read)(&mm->mmap_sem);
	thing_unlocked(owner);
}
