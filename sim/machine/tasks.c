/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks, from their first call to the last that is heard of them. An exited task keeps
 * its struct and the husk of its mm, for those who have pointers to them, until it is
 * reaped.
 */
#include "machine/machine.h"

#include "mm/pkey.h"
#include "vm/fork.h"
#include "vm/mmap.h"

#include <string.h>

/* Whoever has exited leaves his name to others. */
static int check_name(struct gupsim_machine *machine, const char *name)
{
	const struct gupsim_task *task;

	TAILQ_FOREACH (task, &machine->tasks, link)
		if (!task_exited(&task->task) && same_name(task->name, name))
			return machine_refuse_name(machine, "task", name);
	return 0;
}

/* @parent: NULL, or whose PKRU it begins with. */
static struct gupsim_task *add_task(struct gupsim_machine *machine, const char *name,
				    struct gupsim_mm *mm,
				    const struct task_struct *parent)
{
	struct gupsim_task *task = heap_calloc(&machine->base.heap, 1, sizeof(*task));

	if (!task)
		return NULL;
	task->task.sim = task;
	task->task.mm = &mm->mm;
	task->task.pid = ++machine->last_pid;
	task->active_mm = mm;
	task->pkru = parent ? parent->sim->pkru : INIT_PKRU;
	mm->tasks++;
	task->base = &machine->base;
	strlcpy(task->name, name, sizeof(task->name));
	mmget(&mm->mm);
	TAILQ_INSERT_TAIL(&machine->tasks, task, link);
	return task;
}

static int add_mm(struct gupsim_machine *machine, const char *name,
		  struct gupsim_mm **out)
{
	int error = mm_create(&machine->base, machine->phys, name, out);

	if (!error)
		TAILQ_INSERT_TAIL(&machine->mms, *out, link);
	return error;
}

static void drop_mm(struct gupsim_machine *machine, struct gupsim_mm *mm)
{
	exit_mmap(&mm->mm);
	TAILQ_REMOVE(&machine->mms, mm, link);
	mm_destroy(mm);
}

int gupsim_task_create(struct gupsim_machine *machine, const char *name,
		       struct task_struct **out)
{
	int error = machine_begin(machine, name && out);
	struct gupsim_task *task;
	struct gupsim_mm *mm;

	if (!error)
		error = check_name(machine, name);
	if (error)
		return error;
	if (add_mm(machine, name, &mm))
		return machine_no_host_memory(machine);
	task = add_task(machine, name, mm, NULL);
	if (!task) {
		drop_mm(machine, mm);
		return machine_no_host_memory(machine);
	}
	if (task == TAILQ_FIRST(&machine->tasks))
		current = &task->task;
	*out = &task->task;
	return 0;
}

int gupsim_thread_create(struct task_struct *of, const char *name,
			 struct task_struct **out)
{
	struct gupsim_machine *machine;
	struct gupsim_task *task;
	int error;

	if (!of)
		return -EINVAL;
	machine = base_machine(of->sim->base);
	error = machine_begin(machine, name && out);
	if (!error && task_exited(of))
		error = machine_refuse(machine, "the task has exited");
	if (!error)
		error = check_name(machine, name);
	if (error)
		return error;
	task = add_task(machine, name, of->mm->sim, of);
	if (!task)
		return machine_no_host_memory(machine);
	*out = &task->task;
	return 0;
}

int gupsim_set_current(struct task_struct *task)
{
	if (task && task_exited(task))
		return machine_refuse(base_machine(task->sim->base),
				      "the task has exited");
	if (task)
		base_forget_error(task->sim->base);
	current = task;
	return 0;
}

static int do_fork(struct gupsim_machine *machine, struct task_struct *parent,
		   const char *name, struct task_struct **out)
{
	struct gupsim_task *task = NULL;
	struct gupsim_mm *mm;
	int error;

	if (task_exited(parent))
		return machine_refuse(machine, "the task has exited");
	error = check_name(machine, name);
	if (error)
		return error;
	if (add_mm(machine, name, &mm))
		return -ENOMEM;
	error = mmap_write_trylock(parent->mm);
	if (!error) {
		error = dup_mmap(&mm->mm, parent->mm);
		up_write(&parent->mm->mmap_sem);
	}
	if (!error)
		task = add_task(machine, name, mm, parent);
	if (!task) {
		drop_mm(machine, mm);
		return error ? error : -ENOMEM;
	}
	*out = &task->task;
	return 0;
}

int gupsim_fork(struct task_struct *parent, const char *name, struct task_struct **out)
{
	struct gupsim_machine *machine;
	int error;

	if (!parent)
		return -EINVAL;
	machine = base_machine(parent->sim->base);
	error = machine_begin(machine, name && out);
	if (error)
		return error;
	return MACHINE_CALL(machine, "fork", do_fork(machine, parent, name, out));
}

static int do_exit(struct task_struct *task)
{
	struct mm_struct *mm = task->mm;

	if (task_exited(task))
		return machine_refuse(base_machine(task->sim->base),
				      "the task has exited");
	/* Whoever runs a call has come back from it before he can exit. */
	if (base_interrupts(task->sim->base, task))
		return base_error(task->sim->base, -EDEADLK, "%s is inside a call",
				  task->sim->name);
	if (mm->sim->users == 1 && rwsem_is_locked(&mm->mmap_sem))
		return base_error(task->sim->base, -EDEADLK, "mmap_sem of %s is held",
				  mm->sim->name);
	task->mm = NULL;
	if (task == current)
		current = NULL;
	mmput(mm);
	return 0;
}

int gupsim_exit(struct task_struct *task)
{
	if (!task)
		return -EINVAL;
	return MACHINE_CALL(base_machine(task->sim->base), "exit", do_exit(task));
}

int gupsim_reap(struct task_struct **task)
{
	struct gupsim_task *reaped = task && *task ? (*task)->sim : NULL;
	struct gupsim_machine *machine;
	int error;

	if (!reaped)
		return -EINVAL;
	machine = base_machine(reaped->base);
	error = machine_begin(machine, true);
	if (error)
		return error;
	if (!task_exited(*task))
		return machine_refuse(machine, "the task has not exited");
	if (machine->base.call_depth)
		return base_error(&machine->base, -EDEADLK,
				  "a call into the machine is running");
	/* It has exited in another host thread. */
	if (current == *task)
		current = NULL;
	if (--reaped->active_mm->tasks == 0)
		drop_mm(machine, reaped->active_mm);
	TAILQ_REMOVE(&machine->tasks, reaped, link);
	heap_free(&machine->base.heap, reaped);
	*task = NULL;
	return 0;
}

/* Is there a task, and has it not exited? */
static int check_living(struct task_struct *task)
{
	struct gupsim_machine *machine;
	int error;

	if (!task)
		return -EINVAL;
	machine = base_machine(task->sim->base);
	error = machine_begin(machine, true);
	if (!error && task_exited(task))
		error = machine_refuse(machine, "the task has exited");
	return error;
}

int gupsim_kill(struct task_struct *task)
{
	int error = check_living(task);

	if (!error)
		task->sigkill_pending = true;
	return error;
}

int gupsim_signal(struct task_struct *task)
{
	int error = check_living(task);

	if (!error)
		task->sig_pending = true;
	return error;
}

static int check_pkey(struct task_struct *task, int pkey, unsigned int rights)
{
	struct gupsim_machine *machine = base_machine(task->sim->base);

	if (pkey <= 0 || pkey >= NR_PKEYS)
		return machine_refuse(machine,
				      "a task has a say in the protection keys 1 to 15");
	if (rights & ~(PKRU_AD_BIT | PKRU_WD_BIT))
		return machine_refuse(machine, "rights are made of DISABLE_ACCESS "
					       "and DISABLE_WRITE");
	return 0;
}

int gupsim_pkey_set(struct task_struct *task, int pkey, unsigned int rights)
{
	int error = check_living(task);

	if (!error)
		error = check_pkey(task, pkey, rights);
	if (!error)
		pkru_set(&task->sim->pkru, pkey, rights);
	return error;
}
