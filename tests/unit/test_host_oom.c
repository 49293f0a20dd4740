/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's memory runs out at each of its allocations in turn: whoever asked is told
 * -ENOMEM, all is given back, every reference stays explained, and it works afterwards.
 */
#include "world.h"

#include <linux/err.h>

enum {
	NO_FILE,
	DATA,
	NODE,
	LOG,
	REGISTERS,
	PAGES,
	MEMORY,
	SECRET,
	NR_FILES,
};

/* The data and the node lie on devices of their own. */
static const struct gupsim_file_spec specs[NR_FILES] = {
	[DATA] = {"data", GUPSIM_FSDAX, .bytes = 4 * PG},
	[NODE] = {"node", GUPSIM_DEVDAX, .bytes = 4 * PG},
	[LOG] = {"log", GUPSIM_DISK, .bytes = 40 * PG, .cached = true, .buffers = true},
	[REGISTERS] = {"registers", GUPSIM_PFNMAP, .bytes = 40UL << 21},
	[PAGES] = {"pages", GUPSIM_INSERTED, .bytes = 4 * PG},
	[MEMORY] = {"memory", GUPSIM_P2PDMA, .bytes = 4 * PG},
	[SECRET] = {"secret", GUPSIM_SECRETMEM, .bytes = 4 * PG},
};

struct story {
	struct world *w;
	struct task_struct *child;
	struct file *file[NR_FILES];
	struct gupsim_pmem *pmem[NR_FILES];
};

struct step {
	const char *name;
	int (*take)(struct story *s, const struct step *step);
	unsigned long addr, nr; /* pages */
	unsigned int flags;	/* of mmap or of a pin; a mode, a place */
	int file;
	int ends_in; /* instead of 0 */
};

static int plug_in(struct story *s, const struct step *step)
{
	return gupsim_pmem_create(s->w->machine, step->name, step->flags, step->nr * PG,
				  &s->pmem[step->file]);
}

static int make(struct story *s, const struct step *step)
{
	struct gupsim_file_spec spec = specs[step->file];

	spec.pmem = s->pmem[step->file];
	return gupsim_file_create(s->w->machine, &spec, &s->file[step->file]);
}

static int map(struct story *s, const struct step *step)
{
	return gupsim_mmap(s->w->mm, step->addr, step->nr * PG, RW, step->flags,
			   s->file[step->file], 0);
}

static int allocate_in(struct story *s, const struct step *step)
{
	return gupsim_allocate_in(s->w->machine, step->flags);
}

static int write_bytes(struct story *s, const struct step *step)
{
	return gupsim_write(s->w->task, step->addr, "some bytes", 11, NULL);
}

static int write_pages(struct story *s, const struct step *step)
{
	return gupsim_write(s->w->task, step->addr, NULL, step->nr * PG, NULL);
}

/* A page in each of so many page tables. */
static int write_far(struct story *s, const struct step *step)
{
	int error = 0;

	for (unsigned long i = 0; !error && i < step->nr; i++)
		error = gupsim_write(s->w->task, step->addr + (i << 21), NULL, 1, NULL);
	return error;
}

static int cut_out(struct story *s, const struct step *step)
{
	return gupsim_munmap(s->w->mm, step->addr, step->nr * PG);
}

static int evict(struct story *s, const struct step *step)
{
	return gupsim_file_evict(s->file[step->file], 0, step->nr);
}

static int truncate_file(struct story *s, const struct step *step)
{
	return gupsim_ftruncate(s->file[step->file], step->nr);
}

static int punch(struct story *s, const struct step *step)
{
	return gupsim_punch_hole(s->file[step->file], 1, step->nr);
}

static int write_past_cache(struct story *s, const struct step *step)
{
	return gupsim_direct_write(s->file[step->file], 2, step->nr, "x", 1);
}

static int lock_memory(struct story *s, const struct step *step)
{
	return gupsim_mlock(s->w->mm, step->addr, step->nr * PG, false);
}

static int sync_file(struct story *s, const struct step *step)
{
	return gupsim_fsync(s->file[step->file]);
}

static int advise(struct story *s, const struct step *step)
{
	return gupsim_madvise(s->w->mm, step->addr, step->nr * PG, MADV_RANDOM);
}

static int protect(struct story *s, const struct step *step)
{
	return gupsim_mprotect(s->w->mm, step->addr, step->nr * PG, step->flags);
}

static int fork_child(struct story *s, const struct step *step)
{
	return gupsim_fork(s->w->task, step->name, &s->child);
}

static int start_thread(struct story *s, const struct step *step)
{
	struct task_struct *thread;

	return gupsim_thread_create(s->child, step->name, &thread);
}

static int exit_child(struct story *s, const struct step *step)
{
	(void)step;
	return gupsim_exit(s->child);
}

/* All or nothing: a short count would be taken for a kernel's answer. */
static int taken(struct world *w, const struct step *step, long ret)
{
	if (ret <= 0)
		return ret;
	assert_number(w, ret, step->nr);
	w->nr_taken += ret;
	return 0;
}

static int pin(struct story *s, const struct step *step)
{
	struct world *w = s->w;
	long ret;

	down_read(&w->mm->mmap_sem);
	ret = get_user_pages_remote(w->task, w->mm, step->addr, step->nr, step->flags,
				    w->taken + w->nr_taken, NULL, NULL);
	up_read(&w->mm->mmap_sem);
	return taken(w, step, ret);
}

/* What a long-term pin returns is out of CMA. */
static int pin_for_long(struct story *s, const struct step *step)
{
	struct world *w = s->w;
	int error = pin(s, step);

	for (unsigned long i = 0; !error && i < step->nr; i++)
		assert_false(gupsim_page_is_cma(w->taken[w->nr_taken - 1 - i]));
	return error;
}

static int hold_once_more(struct story *s, const struct step *step)
{
	struct world *w = s->w;
	struct page *page = w->taken[0];
	int count = page_count(page);

	(void)step;
	get_page(page);
	assert_number(w, page_count(page), count + 1);
	put_page(page);
	assert_number(w, page_count(page), count);
	return 0;
}

static int pin_unlocked(struct story *s, const struct step *step)
{
	struct world *w = s->w;

	return taken(w, step,
		     get_user_pages_unlocked(step->addr, step->nr, w->taken + w->nr_taken,
					     step->flags));
}

static int fix_up(struct story *s, const struct step *step)
{
	struct world *w = s->w;
	int ret;

	down_read(&w->mm->mmap_sem);
	ret = gupsim_fixup_user_fault(w->task, w->mm, step->addr, step->flags, NULL);
	up_read(&w->mm->mmap_sem);
	return ret;
}

/* It cannot say that the host has no memory, but the machine does. */
static int dump(struct story *s, const struct step *step)
{
	struct page *page = gupsim_get_dump_page(step->addr);

	if (page)
		s->w->taken[s->w->nr_taken++] = page;
	return page ? 0 : -ENOMEM;
}

static int follow(struct story *s, const struct step *step)
{
	struct world *w = s->w;
	struct page *page;

	down_read(&w->mm->mmap_sem);
	page = gupsim_follow_page(find_vma(w->mm, step->addr), step->addr, FOLL_GET);
	up_read(&w->mm->mmap_sem);
	if (IS_ERR(page))
		return PTR_ERR(page);
	assert_non_null(page);
	w->taken[w->nr_taken++] = page;
	return 0;
}

static int populate_vma(struct story *s, const struct step *step)
{
	struct world *w = s->w;
	long ret;

	down_read(&w->mm->mmap_sem);
	ret = gupsim_populate_vma_page_range(find_vma(w->mm, step->addr), step->addr,
					     step->addr + step->nr * PG, NULL);
	up_read(&w->mm->mmap_sem);
	if (ret >= 0)
		assert_number(w, ret, step->nr);
	return ret < 0 ? ret : 0;
}

static int populate(struct story *s, const struct step *step)
{
	(void)s;
	return gupsim_mm_populate(step->addr, step->nr * PG, 1);
}

static int put_all(struct story *s, const struct step *step)
{
	(void)step;
	release(s->w);
	return 0;
}

#define SHMEM		 0x800000UL
#define POPULATED	 0x900000UL
#define MORE		 0x4000000UL
#define LOG_AT		 0x40000000UL
#define LOG_PRIVATE	 0x50000000UL
#define FAR		 0x100000000UL
#define REGS_AT		 0x200000000UL
#define DATA_AT		 0x8000000000UL

#define AT(first, pages) .addr = (first), .nr = (pages)

static const struct step steps[] = {
	{"pm", plug_in, .nr = 4, .flags = GUPSIM_PMEM_FSDAX, .file = DATA},
	{"dd", plug_in, .nr = 4, .flags = GUPSIM_PMEM_DEVDAX, .file = NODE},
	{"make node", make, .file = NODE},
	{"make data", make, .file = DATA},
	{"make log", make, .file = LOG},
	{"map anonymous memory", map, AT(HEAP, 4), .flags = MAP_PRIVATE},
	{"map shmem", map, AT(SHMEM, 4), .flags = MAP_SHARED},
	{"map log", map, AT(LOG_AT, 40), .flags = MAP_SHARED, .file = LOG},
	{"map log privately", map, AT(LOG_PRIVATE, 40), .flags = MAP_PRIVATE,
	 .file = LOG},
	{"map data", map, AT(DATA_AT, 4), .flags = MAP_SHARED, .file = DATA},
	{"from CMA", allocate_in, .flags = GUPSIM_IN_CMA},
	{"write anonymous memory", write_bytes, .addr = HEAP},
	{"from anywhere", allocate_in, .flags = GUPSIM_ANYWHERE},
	{"write log", write_bytes, .addr = LOG_AT + PG},
	{"write data", write_pages, AT(DATA_AT, 2)},
	{"pin anonymous memory", pin, AT(HEAP, 2), .flags = FOLL_WRITE},
	{"put", put_all, .nr = 0},
	{"from CMA again", allocate_in, .flags = GUPSIM_IN_CMA},
	{"write all of it", write_pages, AT(HEAP, 4)},
	{"from anywhere again", allocate_in, .flags = GUPSIM_ANYWHERE},
	{"pin it for long", pin_for_long, AT(HEAP, 4),
	 .flags = FOLL_WRITE | FOLL_LONGTERM},
	{"hold once more", hold_once_more, .nr = 0},
	{"pin shmem", pin, AT(SHMEM, 4), .flags = FOLL_WRITE},
	{"pin data", pin, AT(DATA_AT, 4)},
	{"pin data for long", pin, AT(DATA_AT, 4), .flags = FOLL_LONGTERM,
	 .ends_in = -EOPNOTSUPP},
	{"put", put_all, .nr = 0},
	{"make pages", make, .file = PAGES},
	{"make memory", make, .file = MEMORY},
	{"make secret memory", make, .file = SECRET},
	{"map and populate", map, AT(POPULATED, 4), .flags = MAP_PRIVATE | MAP_POPULATE},
	{"map more", map, AT(MORE, 8), .flags = MAP_PRIVATE},
	{"fix up", fix_up, .addr = MORE, .flags = FAULT_FLAG_WRITE},
	{"dump", dump, .addr = MORE},
	{"follow", follow, .addr = MORE},
	{"put one by one", put_all, .nr = 0},
	{"populate", populate_vma, AT(MORE + PG, 3)},
	{"populate on", populate, AT(MORE + 4 * PG, 4)},
	{"map far", map, AT(FAR, 20 * 512), .flags = MAP_PRIVATE},
	{"write far", write_far, AT(FAR, 20)},
	{"make registers", make, .file = REGISTERS},
	{"map registers", map, AT(REGS_AT, 40 * 512), .flags = MAP_SHARED,
	 .file = REGISTERS},
	{"B", fork_child, .nr = 0},
	{"write after the fork", write_pages, AT(HEAP, 2)},
	{"sync log", sync_file, .file = LOG},
	{"sync data", sync_file, .file = DATA},
	{"unmap log", cut_out, AT(LOG_AT, 40)},
	{"evict log", evict, .nr = 40, .file = LOG},
	{"pin cold log", pin_unlocked, AT(LOG_PRIVATE, 4)},
	{"split anonymous memory", cut_out, AT(HEAP + 2 * PG, 1)},
	{"advise", advise, AT(LOG_PRIVATE + PG, 2)},
	{"lock in memory", lock_memory, AT(FAR, 30)},
	{"lock log", lock_memory, AT(LOG_PRIVATE + 30 * PG, 3)},
	{"protect", protect, AT(LOG_PRIVATE + PG, 5), .flags = PROT_READ},
	{"write log directly", write_past_cache, .nr = 3, .file = LOG},
	{"punch log", punch, .nr = 3, .file = LOG},
	{"shrink log", truncate_file, .nr = 20 * PG + 1, .file = LOG},
	{"put again", put_all, .nr = 0},
	{"B2", start_thread, .nr = 0},
	{"shrink data", truncate_file, .nr = PG + 1, .file = DATA},
	{"grow data", truncate_file, .nr = 100 * PG, .file = DATA},
	{"exit", exit_child, .nr = 0},
};

static void build_until_it_works(struct world *w)
{
	int error = gupsim_machine_create(&w->config, &w->machine);

	if (error) {
		assert_result(w, error, -ENOMEM);
		assert_null(w->machine);
		assert_number(w, w->blocks, 0);
		assert_result(w, gupsim_machine_create(&w->config, &w->machine), 0);
	}
	error = gupsim_task_create(w->machine, "A", &w->task);
	if (error) {
		assert_result(w, error, -ENOMEM);
		assert_result(w, gupsim_task_create(w->machine, "A", &w->task), 0);
	}
	w->mm = w->task->mm;
}

static void check_machine(struct world *w)
{
	if (w->config.ledger)
		assert_result(w, gupsim_audit(w->machine, NULL, NULL), 0);
}

/*
 * The step that fails is made again: what has failed has left nothing in its way. False
 * if no allocation was left to fail.
 */
static bool run_story(struct world *w)
{
	struct story story = {.w = w};
	bool failed;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		unsigned long before = w->allocations;
		int error = steps[i].take(&story, &steps[i]);

		w->where = steps[i].name;
		if (error == steps[i].ends_in)
			continue;
		assert_result(w, error, -ENOMEM);
		assert_number(w, before < w->fail_at && w->fail_at <= w->allocations, 1);
		check_machine(w);
		assert_result(w, steps[i].take(&story, &steps[i]), steps[i].ends_in);
	}
	failed = w->allocations >= w->fail_at;
	w->fail_at = 0;
	assert_number(w, w->nr_taken, 0);
	check_machine(w);
	if (w->config.ledger)
		assert_result(w, gupsim_held(w->machine, NULL, NULL), 0);
	return failed;
}

/* Returns how many allocations the story makes. */
static unsigned long fail_each_allocation(struct world *w)
{
	unsigned long nth = 0;
	bool failed;

	assert_result(w, gupsim_machine_destroy(&w->machine), 0);
	w->config.ram_cma = 2 << 20;
	w->config.vsyscall = GUPSIM_VSYSCALL_EMULATE;
	do {
		w->allocations = 0;
		w->fail_at = ++nth;
		build_until_it_works(w);
		failed = run_story(w);
		assert_result(w, gupsim_machine_destroy(&w->machine), 0);
		assert_number(w, w->blocks, 0);
	} while (failed);
	return nth - 1;
}

static void every_allocation_fails_once(struct world *w)
{
	assert_at_least(w, fail_each_allocation(w), 101);
}

/* The same without what allocates the most. */
static void so_without_ledger_and_trace(struct world *w)
{
	w->config.ledger = w->config.trace = false;
	assert_at_least(w, fail_each_allocation(w), 51);
}

SUITE(world_test(every_allocation_fails_once), world_test(so_without_ledger_and_trace))
