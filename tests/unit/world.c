/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that the unit tests share. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

/* The host's memory, counted. */
static void *counting_realloc(void *arg, void *ptr, size_t size)
{
	struct world *w = arg;
	void *block;

	if (!size) {
		w->blocks -= ptr != NULL;
		free(ptr);
		return NULL;
	}
	if (++w->allocations == w->fail_at)
		return NULL;
	block = realloc(ptr, size);
	w->blocks += block && !ptr;
	return block;
}

static void build(struct world *w)
{
	assert_result(w, gupsim_machine_create(&w->config, &w->machine), 0);
	assert_result(w, gupsim_task_create(w->machine, "A", &w->task), 0);
	w->mm = w->task->mm;
}

static void print_finding(void *arg, const struct gupsim_finding *finding)
{
	(void)arg;
	print_error("  %s\n", finding->text);
}

static void check(struct world *w)
{
	long findings = gupsim_audit(w->machine, NULL, NULL);

	if (findings != w->findings)
		gupsim_audit(w->machine, print_finding, NULL);
	assert_number(w, findings, w->findings);
	if (gupsim_held(w->machine, NULL, NULL))
		gupsim_held(w->machine, print_finding, NULL);
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 0);
}

static void tear_down(struct world *w)
{
	if (w->config.ledger)
		check(w);
	w->findings = 0;
	assert_result(w, gupsim_machine_destroy(&w->machine), 0);
	assert_null(w->machine);
	assert_null(gupsim_current());
	assert_number(w, w->blocks, 0);
}

struct world *world_create(void)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->config = gupsim_config_default();
	w->config.host_realloc = counting_realloc;
	w->config.host_arg = w;
	build(w);
	return w;
}

void world_destroy(struct world *w)
{
	if (w->machine)
		tear_down(w);
	free(w);
}

int unit_set_up(void **state)
{
	const struct unit *unit = *state;
	struct world *w = world_create();

	w->test = unit->test;
	*state = w;
	return 0;
}

void unit_run(void **state)
{
	struct world *w = *state;

	w->test(w);
}

int unit_tear_down(void **state)
{
	world_destroy(*state);
	return 0;
}

void world_renew(struct world *w)
{
	tear_down(w);
	build(w);
}

void world_row(struct world *w, const char *where)
{
	world_renew(w);
	w->where = where;
}

void map_at(struct world *w, unsigned long addr, unsigned long nr, int prot, int flags,
	    struct file *file, unsigned long page)
{
	assert_result(w, gupsim_mmap(w->mm, addr, nr * PG, prot, flags, file, page * PG),
		      0);
}

void anon(struct world *w, unsigned long addr, unsigned long nr, int prot)
{
	map_at(w, addr, nr, prot, MAP_PRIVATE, NULL, 0);
}

void shared(struct world *w, unsigned long addr, unsigned long nr, int prot)
{
	map_at(w, addr, nr, prot, MAP_SHARED, NULL, 0);
}

void touch(struct world *w, unsigned long addr, unsigned long nr)
{
	assert_result(w, gupsim_write(w->task, addr, NULL, nr * PG, NULL), 0);
}

struct page *touched(struct world *w, unsigned long nr)
{
	anon(w, HEAP, nr, RW);
	touch(w, HEAP, nr);
	return page_at(w, HEAP);
}

void peek(struct world *w, unsigned long addr, unsigned long nr)
{
	assert_result(w, gupsim_read(w->task, addr, NULL, nr * PG, NULL), 0);
}

void put_text(struct world *w, unsigned long addr, const char *text)
{
	assert_result(w, gupsim_write(w->task, addr, text, strlen(text) + 1, NULL), 0);
}

int read_signal(struct world *w, unsigned long addr)
{
	int signal = 0;
	int error = gupsim_read(w->task, addr, NULL, 1, &signal);

	assert_result(w, error, signal ? -EFAULT : 0);
	return signal;
}

int write_signal(struct world *w, unsigned long addr)
{
	int signal = 0;
	int error = gupsim_write(w->task, addr, NULL, 1, &signal);

	assert_result(w, error, signal ? -EFAULT : 0);
	return signal;
}

void unmap(struct world *w, unsigned long addr, unsigned long nr)
{
	assert_result(w, gupsim_munmap(w->mm, addr, nr * PG), 0);
}

void madvise_random(struct world *w, unsigned long addr, unsigned long nr)
{
	assert_result(w, gupsim_madvise(w->mm, addr, nr * PG, MADV_RANDOM), 0);
}

struct task_struct *fork_as(struct task_struct *parent, const char *name)
{
	struct task_struct *child = NULL;

	assert_result(NULL, gupsim_fork(parent, name, &child), 0);
	return child;
}

struct file *make_file(struct world *w, struct gupsim_file_spec spec)
{
	struct file *file = NULL;

	assert_result(w, gupsim_file_create(w->machine, &spec, &file), 0);
	return file;
}

struct gupsim_pmem *make_pmem(struct world *w, enum gupsim_pmem_mode mode,
			      unsigned long nr)
{
	const char *name = mode == GUPSIM_PMEM_FSDAX ? "pm0" : "pm1";
	struct gupsim_pmem *pmem = NULL;

	assert_result(w, gupsim_pmem_create(w->machine, name, mode, nr * PG, &pmem), 0);
	return pmem;
}

struct file *fsdax_file(struct world *w, unsigned long nr)
{
	return FILE_OF("data", GUPSIM_FSDAX, .bytes = nr * PG,
		       .pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, nr));
}

struct file *devdax_node(struct world *w, unsigned long nr)
{
	return FILE_OF("dax0", GUPSIM_DEVDAX,
		       .pmem = make_pmem(w, GUPSIM_PMEM_DEVDAX, nr));
}

struct page *page_at(struct world *w, unsigned long addr)
{
	return gupsim_page_at(w->mm, addr);
}
