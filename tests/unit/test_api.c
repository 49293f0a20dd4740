/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bad input at the doors: a defined errno with words, or a BUG, and nothing half done. */
#include "world.h"

#include "machine/machine.h"

#include <string.h>

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
		if (!problem)
			problem = "none";
		if (!strstr(problem, rows[i].problem))
			assert_text(w, problem, rows[i].problem);
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

#define NULL_CALL(call) assert_result(w, call, -EINVAL)

/* The words of an error are its own, and those of the one before are gone. */
static void result_and_words(struct world *w, long actual, long expected,
			     const char *what, int line)
{
	const char *words = gupsim_error(w->machine);

	result_at(w, actual, expected, what, __FILE__, line);
	number_at(w, *words && strcmp(words, "stale"), expected < 0, what, __FILE__,
		  line);
}

#define SPOKEN(call, expected)                                                       \
	do {                                                                         \
		base_error(&w->machine->base, 0, "stale");                           \
		result_and_words(w, (call), (expected), #call "'s words", __LINE__); \
	} while (0)
#define REFUSED(call) SPOKEN(call, -EINVAL)

static void null_is_refused(struct world *w)
{
	struct gupsim_pmem *pmem;
	struct task_struct *task;
	struct file *file;
	struct gupsim_file_spec spec = {"f", GUPSIM_DISK, .bytes = PG};
	struct gupsim_file_spec nameless = {NULL, GUPSIM_DISK, .bytes = PG};

	NULL_CALL(gupsim_task_create(NULL, "B", &task));
	REFUSED(gupsim_task_create(w->machine, NULL, &task));
	REFUSED(gupsim_task_create(w->machine, "B", NULL));
	NULL_CALL(gupsim_thread_create(NULL, "B", &task));
	REFUSED(gupsim_thread_create(w->task, NULL, &task));
	REFUSED(gupsim_thread_create(w->task, "B", NULL));
	NULL_CALL(gupsim_fork(NULL, "B", &task));
	REFUSED(gupsim_fork(w->task, NULL, &task));
	REFUSED(gupsim_fork(w->task, "B", NULL));
	NULL_CALL(gupsim_exit(NULL));
	NULL_CALL(gupsim_kill(NULL));
	NULL_CALL(gupsim_signal(NULL));
	NULL_CALL(gupsim_mmap(NULL, HEAP, PG, RW, MAP_PRIVATE, NULL, 0));
	NULL_CALL(gupsim_munmap(NULL, HEAP, PG));
	NULL_CALL(gupsim_ftruncate(NULL, 0));
	NULL_CALL(gupsim_device_write(NULL, 0, "", 1));
	NULL_CALL(gupsim_device_read(NULL, 0, w->taken, 1));
	NULL_CALL(gupsim_mlock(NULL, HEAP, PG, false));
	NULL_CALL(gupsim_munlock(NULL, HEAP, PG));
	NULL_CALL(gupsim_numa_hint(NULL, HEAP, PG));
	NULL_CALL(gupsim_pkey_mprotect(NULL, HEAP, PG, RW, 1));
	NULL_CALL(gupsim_pkey_set(NULL, 1, 0));
	NULL_CALL(gupsim_fsync(NULL));
	NULL_CALL(gupsim_mprotect(NULL, HEAP, PG, RW));
	NULL_CALL(gupsim_madvise(NULL, HEAP, PG, MADV_RANDOM));
	NULL_CALL(gupsim_read(NULL, HEAP, NULL, 1, NULL));
	NULL_CALL(gupsim_write(NULL, HEAP, NULL, 1, NULL));
	REFUSED(gupsim_read(w->task, HEAP, NULL, 0, NULL));
	NULL_CALL(gupsim_allocate_in(NULL, GUPSIM_ANYWHERE));
	REFUSED(gupsim_allocate_in(w->machine, GUPSIM_IN_MOVABLE + 1));
	NULL_CALL(gupsim_drain(NULL));
	NULL_CALL(gupsim_isolate(NULL));
	NULL_CALL(gupsim_alloc_contig(NULL));
	NULL_CALL(gupsim_putback(NULL));
	NULL_CALL(gupsim_pmem_create(NULL, "pm", GUPSIM_PMEM_FSDAX, PG, &pmem));
	REFUSED(gupsim_pmem_create(w->machine, NULL, GUPSIM_PMEM_FSDAX, PG, &pmem));
	REFUSED(gupsim_pmem_create(w->machine, "pm", GUPSIM_PMEM_FSDAX, PG, NULL));
	NULL_CALL(gupsim_devdax_create(NULL, "pm", PG, PG, &pmem));
	REFUSED(gupsim_devdax_create(w->machine, NULL, PG, PG, &pmem));
	REFUSED(gupsim_devdax_create(w->machine, "pm", PG, PG, NULL));
	NULL_CALL(gupsim_pmem_kill(NULL));
	NULL_CALL(gupsim_file_create(NULL, &spec, &file));
	REFUSED(gupsim_file_create(w->machine, NULL, &file));
	REFUSED(gupsim_file_create(w->machine, &nameless, &file));
	REFUSED(gupsim_file_create(w->machine, &spec, NULL));
	NULL_CALL(gupsim_file_evict(NULL, 0, 1));
	NULL_CALL(gupsim_io_done(NULL));
	NULL_CALL(gupsim_rule_set(NULL, "check_dax_vmas.fsdax", "accepted"));
	REFUSED(gupsim_rule_set(w->machine, NULL, "accepted"));
	REFUSED(gupsim_rule_set(w->machine, "check_dax_vmas.fsdax", NULL));
	NULL_CALL(gupsim_fail(NULL, GUPSIM_FAIL_HOST, 1));
	REFUSED(gupsim_fail(w->machine, GUPSIM_FAIL_KMALLOC + 1, 1));
	NULL_CALL(gupsim_listen(NULL, NULL, NULL));
	NULL_CALL(gupsim_dump(NULL, NULL, NULL));
	REFUSED(gupsim_dump(w->machine, NULL, NULL));
	assert_text(w, gupsim_error(NULL), "");
	assert_text(w, gupsim_machine_cause(NULL), "");
	assert_number(w, gupsim_reports(NULL, NULL), 0);
	assert_number(w, gupsim_page_zone(NULL), GUPSIM_ZONE_NORMAL);
	assert_false(gupsim_page_is_cma(NULL));
	assert_false(gupsim_page_is_zero(NULL));
	assert_false(gupsim_page_is_exclusive(NULL));
	assert_false(gupsim_page_is_free(NULL));
	assert_null(gupsim_page_at(NULL, HEAP));
	assert_true(gupsim_pte_at(NULL, HEAP) == 0);
	assert_null(gupsim_page_by_pfn(NULL, 2));
	assert_null(gupsim_file_page(NULL, 0));
	assert_number(w, gupsim_trace(NULL, 0, NULL, NULL), 0);
	NULL_CALL(gupsim_audit(NULL, NULL, NULL));
	NULL_CALL(gupsim_held(NULL, NULL, NULL));
	NULL_CALL(gupsim_name_calls(NULL, "p"));
	NULL_CALL(gupsim_reap(NULL));
	NULL_CALL(gupsim_rule_cell(0, 0, NULL));
	assert_null(gupsim_point_name(GUPSIM_NR_POINTS));
}

static void mappings_are_refused(struct world *w)
{
	static const struct {
		const char *name;
		unsigned long addr, length;
		int prot, flags;
		uint64_t offset;
		int error;
	} rows[] = {
		{"unaligned", HEAP + 1, PG, RW, MAP_PRIVATE, 0, -EINVAL},
		{"empty", HEAP, 0, RW, MAP_PRIVATE, 0, -EINVAL},
		{"neither", HEAP, PG, RW, 0, 0, -EINVAL},
		{"both", HEAP, PG, RW, MAP_PRIVATE | MAP_SHARED, 0, -EINVAL},
		{"unaligned offset", HEAP, PG, RW, MAP_PRIVATE, 100, -EINVAL},
		{"above the top", TASK_SIZE_MAX, PG, RW, MAP_PRIVATE, 0, -ENOMEM},
		{"across the top", TASK_SIZE_MAX - PG, 2 * PG, RW, MAP_PRIVATE, 0,
		 -ENOMEM},
		{"all there is", HEAP, ~0UL, RW, MAP_PRIVATE, 0, -ENOMEM},
		{"wrapping", -PG, 2 * PG, RW, MAP_PRIVATE, 0, -ENOMEM},
		{"over the start of another", 0x1ff000, 2 * PG, RW, MAP_PRIVATE, 0,
		 -EEXIST},
		{"inside another", 0x201000, PG, RW, MAP_PRIVATE, 0, -EEXIST},
	};
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = PG, .readonly = true);

	anon(w, 0x200000, 4, PROT_READ);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		SPOKEN(gupsim_mmap(w->mm, rows[i].addr, rows[i].length, rows[i].prot,
				   rows[i].flags, NULL, rows[i].offset),
		       rows[i].error);
		assert_vmas(w, "200+4 r--p");
	}
	assert_result(w, gupsim_mmap(w->mm, HEAP, PG, RW, MAP_SHARED, file, 0), -EACCES);
	SPOKEN(gupsim_mmap(w->mm, HEAP, 2 * PG, PROT_READ, MAP_SHARED, file, -PG),
	       -EOVERFLOW);
	SPOKEN(gupsim_mmap(w->mm, HEAP, 2 * PG, PROT_READ, MAP_SHARED, file,
			   INT64_MAX - PG + 1),
	       -EOVERFLOW);
	anon(w, TASK_SIZE_MAX - PG, 1, RW); /* the last page there is */
	touch(w, TASK_SIZE_MAX - PG, 1);
}

/* Unlike mprotect(), which refuses a protection that it does not know. */
static void unknown_bits_are_ignored(struct world *w)
{
	assert_result(w,
		      gupsim_mmap(w->mm, HEAP, PG, PROT_READ | 0x40,
				  MAP_PRIVATE | 0x8000000, NULL, 0),
		      0);
	assert_vmas(w, "100+1 r--p");
	assert_result(w, gupsim_mprotect(w->mm, HEAP, PG, PROT_READ | 0x40), -EINVAL);
}

static void nonblock_keeps_from_populating(struct world *w)
{
	const int populate = MAP_PRIVATE | MAP_POPULATE;

	assert_result(w, gupsim_mmap(w->mm, HEAP, PG, RW, populate, NULL, 0), 0);
	assert_non_null(gupsim_page_at(w->mm, HEAP));
	assert_result(w,
		      gupsim_mmap(w->mm, HEAP + PG, PG, RW, populate | MAP_NONBLOCK, NULL,
				  0),
		      0);
	assert_null(gupsim_page_at(w->mm, HEAP + PG));
	assert_result(w,
		      gupsim_mmap(w->mm, HEAP + 2 * PG, PG, RW,
				  MAP_PRIVATE | MAP_LOCKED | MAP_NONBLOCK, NULL, 0),
		      0);
	assert_non_null(gupsim_page_at(w->mm, HEAP + 2 * PG));
}

/* munmap() knows the top of the address space, the others only that of the numbers. */
static void ranges_are_refused(struct world *w)
{
	static const struct {
		const char *name;
		unsigned long addr, length;
		int munmap, madvise;
	} rows[] = {
		{"unaligned", 0x200001, PG, -EINVAL, -EINVAL},
		{"empty", 0x200000, 0, -EINVAL, 0},
		{"unaligned and empty", 0x200001, 0, -EINVAL, -EINVAL},
		{"a hole", HEAP, PG, 0, -ENOMEM},
		{"above the top", TASK_SIZE_MAX, PG, -EINVAL, -ENOMEM},
		{"from the top, empty", TASK_SIZE_MAX, 0, -EINVAL, 0},
		{"across the top", TASK_SIZE_MAX - PG, PG + 1, -EINVAL, -ENOMEM},
		{"all there is", 0x10000, ~0UL, -EINVAL, -EINVAL},
		{"rounded up to nothing", 0, -PG + 1, -EINVAL, -EINVAL},
		{"to the last number", 0x300000, -0x300000UL, -EINVAL, -EINVAL},
		{"wrapping", -PG, 2 * PG, -EINVAL, -EINVAL},
	};

	anon(w, 0x200000, 4, PROT_READ);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		SPOKEN(gupsim_munmap(w->mm, rows[i].addr, rows[i].length),
		       rows[i].munmap);
		SPOKEN(gupsim_madvise(w->mm, rows[i].addr, rows[i].length, MADV_RANDOM),
		       rows[i].madvise);
		SPOKEN(gupsim_madvise(w->mm, rows[i].addr, rows[i].length, MADV_DONTNEED),
		       rows[i].madvise);
		SPOKEN(gupsim_madvise(w->mm, rows[i].addr, rows[i].length,
				      MADV_MERGEABLE),
		       -EINVAL);
		SPOKEN(gupsim_numa_hint(w->mm, rows[i].addr, rows[i].length),
		       rows[i].madvise);
		assert_vmas(w, "200+4 r--p");
	}
}

static void files_are_refused(struct world *w)
{
	struct gupsim_pmem *fsdax = make_pmem(w, GUPSIM_PMEM_FSDAX, 2), *devdax;
	struct file *file = NULL;
	const struct {
		struct gupsim_file_spec spec;
		int error;
	} rows[] = {
		{{"no such backing", GUPSIM_SECRETMEM + 1, .bytes = PG}, -EINVAL},
		{{"empty", GUPSIM_DISK, .bytes = 0}, -EINVAL},
		{{"huge", GUPSIM_DISK, .bytes = ((uint64_t)1 << 40) + 1}, -EINVAL},
		{{"taken", GUPSIM_DISK, .bytes = PG}, -EINVAL},
		{{"no pmem", GUPSIM_FSDAX, .bytes = PG}, -EINVAL},
		{{"no device", GUPSIM_DEVDAX, .pmem = NULL}, -EINVAL},
		{{"pmem", GUPSIM_DISK, .pmem = fsdax, .bytes = PG}, -EINVAL},
		{{"other mode", GUPSIM_DEVDAX, .pmem = fsdax}, -EINVAL},
		{{"full", GUPSIM_FSDAX, .pmem = fsdax, .bytes = 3 * PG}, -ENOSPC},
		{{"cached dax", GUPSIM_FSDAX, .pmem = fsdax, .bytes = PG, .cached = true},
		 -EINVAL},
		{{"cold buffers", GUPSIM_DISK, .bytes = PG, .buffers = true}, -EINVAL},
		{{"disk hole", GUPSIM_DISK, .bytes = PG, .hole = true}, -EINVAL},
	};

	FILE_OF("taken", GUPSIM_SHMEM, .bytes = PG);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].spec.name;
		SPOKEN(gupsim_file_create(w->machine, &rows[i].spec, &file),
		       rows[i].error);
		assert_null(file);
	}
	assert_result(w,
		      gupsim_pmem_create(w->machine, "dd", GUPSIM_PMEM_DEVDAX, 2 * PG,
					 &devdax),
		      0);
	FILE_OF("node", GUPSIM_DEVDAX, .pmem = devdax);
	assert_result(w,
		      gupsim_file_create(w->machine,
					 &(struct gupsim_file_spec){
						 "node 2", GUPSIM_DEVDAX, .pmem = devdax},
					 &file),
		      -EINVAL);
}

static void devices_are_refused(struct world *w)
{
	static const struct {
		const char *name;
		enum gupsim_pmem_mode mode;
		uint64_t bytes;
		int error;
	} rows[] = {
		{"empty", GUPSIM_PMEM_FSDAX, 0, -EINVAL},
		{"half a page", GUPSIM_PMEM_FSDAX, 2048, -EINVAL},
		{"no such mode", GUPSIM_PMEM_DEVDAX + 1, PG, -EINVAL},
		{"more than there can be", GUPSIM_PMEM_FSDAX, (uint64_t)1 << 50, -ENOMEM},
	};
	struct gupsim_pmem *pmem;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		SPOKEN(gupsim_pmem_create(w->machine, "pm", rows[i].mode, rows[i].bytes,
					  &pmem),
		       rows[i].error);
	}
	SPOKEN(gupsim_devdax_create(w->machine, "pm", 4 * MIB, 2 * PG, &pmem), -EINVAL);
	SPOKEN(gupsim_devdax_create(w->machine, "pm", 3 * MIB, 2 * MIB, &pmem), -EINVAL);
	SPOKEN(gupsim_devdax_create(w->machine, "pm", (uint64_t)1 << 50, 1024 * MIB,
				    &pmem),
	       -ENOMEM);
}

static void exited_tasks_are_refused(struct world *w)
{
	struct task_struct *b = fork_as(w->task, "B"), *task;

	SPOKEN(gupsim_reap(&b), -EINVAL);
	SPOKEN(gupsim_exit(b), 0);
	REFUSED(gupsim_exit(b));
	REFUSED(gupsim_kill(b));
	REFUSED(gupsim_signal(b));
	REFUSED(gupsim_set_current(b));
	assert_is(w, gupsim_current(), w->task);
	REFUSED(gupsim_fork(b, "C", &task));
	REFUSED(gupsim_thread_create(b, "C", &task));
	REFUSED(gupsim_read(b, HEAP, NULL, 1, NULL));
}

/* What the calls that have no table of their own return instead of 0. */
static void errors_have_words(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true);
	struct task_struct *task;

	map_at(w, HEAP, 2, PROT_READ, MAP_SHARED, file, 0);
	peek(w, HEAP, 1);
	SPOKEN(gupsim_read(w->task, 0x200000, NULL, 1, NULL), -EFAULT);
	SPOKEN(gupsim_read(w->task, HEAP + PG, NULL, 1, NULL), -EFAULT);
	assert_non_null(strstr(gupsim_error(w->machine), "SIGBUS"));
	SPOKEN(gupsim_putback(page_at(w, HEAP)), -EINVAL);
	SPOKEN(gupsim_isolate(gupsim_page_by_pfn(w->machine, 1)), -EBUSY);
	SPOKEN(gupsim_alloc_contig(gupsim_page_by_pfn(w->machine, 1)), -EINVAL);
	SPOKEN(gupsim_file_evict(file, 0, 1), -EBUSY);
	SPOKEN(gupsim_file_evict(FILE_OF("s", GUPSIM_SHMEM, .bytes = PG), 0, 1), -EINVAL);
	down_read(&w->mm->mmap_sem);
	SPOKEN(gupsim_fork(w->task, "B", &task), -EDEADLK);
	SPOKEN(gupsim_exit(w->task), -EDEADLK);
	up_read(&w->mm->mmap_sem);
	anon(w, 0x200000, 4, RW);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
	SPOKEN(gupsim_write(w->task, 0x200000, NULL, 1, NULL), -ENOMEM);
	assert_non_null(strstr(gupsim_error(w->machine), "machine"));
	for (unsigned int nth = 1; nth <= 2; nth++) {
		gupsim_fail(w->machine, GUPSIM_FAIL_HOST, nth);
		SPOKEN(gupsim_munmap(w->mm, 0x201000, PG), -ENOMEM);
		assert_non_null(strstr(gupsim_error(w->machine), "host"));
		gupsim_fail(w->machine, GUPSIM_FAIL_HOST, nth);
		SPOKEN(gupsim_task_create(w->machine, "B", &task), -ENOMEM);
		assert_non_null(strstr(gupsim_error(w->machine), "host"));
	}
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 1);
	SPOKEN(gupsim_thread_create(w->task, "B", &task), -ENOMEM);
}

static void ignore(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

/* Nor does a call that succeeds, or that the kernel refuses, leave words behind. */
static void words_end_with_their_call(struct world *w)
{
	struct task_struct *b;

	SPOKEN(gupsim_task_create(w->machine, "B", &b), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_mmap(w->mm, HEAP, PG, RW, MAP_PRIVATE, NULL, 0), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_kill(b), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_signal(b), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_allocate_in(w->machine, GUPSIM_ANYWHERE), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_rule_set(w->machine, "check_dax_vmas.fsdax", "accepted"), 0);
	assert_text(w, gupsim_error(w->machine), "");
	SPOKEN(gupsim_set_current(b), 0);
	assert_text(w, gupsim_error(w->machine), "");
	gupsim_set_current(w->task);
	base_error(&w->machine->base, 0, "stale");
	probe(w, ASK(GUP, 0x200000, 1, 0), GIVES(-EFAULT));
	assert_text(w, gupsim_error(w->machine), "");
}

/* One cleans up before one tells what went wrong. */
static void words_outlive_cleaning_up(struct world *w)
{
	touched(w, 1);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1));
	down_read(&w->mm->mmap_sem);
	base_error(&w->machine->base, 0, "what went wrong");
	release(w);
	up_read(&w->mm->mmap_sem);
	gupsim_drain(w->machine);
	gupsim_io_done(w->machine);
	gupsim_listen(w->machine, NULL, NULL);
	gupsim_name_calls(w->machine, NULL);
	gupsim_dump(w->machine, ignore, NULL);
	assert_result(w, gupsim_audit(w->machine, NULL, NULL), 0);
	assert_result(w, gupsim_held(w->machine, NULL, NULL), 0);
	assert_text(w, gupsim_error(w->machine), "what went wrong");
}

static void fail_in_vain(void *arg, enum gupsim_point point)
{
	struct world *w = arg;

	(void)point;
	SPOKEN(gupsim_munmap(w->mm, HEAP, PG), -EDEADLK);
}

/* What a listener was told is not what the call is told that it runs in. */
static void words_of_a_listener_are_its_own(struct world *w)
{
	anon(w, HEAP, 1, RW);
	gupsim_listen(w->machine, fail_in_vain, w);
	probe(w, ASK(GUP, HEAP, 1, FOLL_LONGTERM | FOLL_WRITE), GIVES(1, .min = 1));
	assert_text(w, gupsim_error(w->machine), "");
	release(w);
}

/* All four doors, with nobody to make the call, or somebody of another machine. */
static void somebody_has_to_call(struct world *w)
{
	struct gupsim_machine *other;
	struct task_struct *task;

	anon(w, HEAP, 1, RW);
	down_read(&w->mm->mmap_sem);
	assert_result(w, get_user_pages_remote(NULL, NULL, HEAP, 1, 0, NULL, NULL, NULL),
		      -EINVAL);
	gupsim_set_current(NULL);
	assert_result(w, get_user_pages_remote(NULL, w->mm, HEAP, 1, 0, NULL, NULL, NULL),
		      -ESRCH);
	assert_result(w, get_user_pages(HEAP, 1, 0, NULL, NULL), -ESRCH);
	assert_result(w, get_user_pages_locked(HEAP, 1, 0, NULL, NULL), -ESRCH);
	assert_result(w, get_user_pages_unlocked(HEAP, 1, NULL, 0), -ESRCH);

	assert_result(w, gupsim_machine_create(NULL, &other), 0);
	assert_result(w, gupsim_task_create(other, "B", &task), 0);
	assert_is(w, gupsim_current(), task);
	assert_result(w, get_user_pages_remote(NULL, w->mm, HEAP, 1, 0, NULL, NULL, NULL),
		      -ESRCH);
	assert_result(w, gupsim_machine_destroy(&other), 0);
	assert_null(gupsim_current());
	assert_pte(w, HEAP, "none");
	up_read(&w->mm->mmap_sem);
}

/* What the kernel does not check itself: told, and done all the same. */
static void broken_contracts_are_told(struct world *w)
{
	int locked = 1;

	touched(w, 1);
	assert_result(
		w, get_user_pages_remote(NULL, w->mm, HEAP, 1, 0, w->taken, NULL, NULL),
		1);
	assert_reports(w, "CONTRACT get_user_pages_remote");
	assert_result(w, get_user_pages(HEAP, 1, 0, w->taken + 1, NULL), 1);
	assert_reports(w, "CONTRACT get_user_pages");
	assert_result(w, get_user_pages_locked(HEAP, 1, 0, w->taken + 2, &locked), 1);
	assert_reports(w, "CONTRACT get_user_pages_locked");
	down_read(&w->mm->mmap_sem);
	assert_result(w, get_user_pages_unlocked(HEAP, 1, w->taken + 3, 0), 1);
	assert_reports(w, "CONTRACT get_user_pages_unlocked");
	up_read(&w->mm->mmap_sem);
	w->nr_taken = 4;
	release(w);
}

/* Who dirties a page that he has put already is told so, and the next owner spared. */
static void free_pages_do_not_become_dirty(struct world *w)
{
	struct page *page = touched(w, 1);

	unmap(w, HEAP, 1);
	assert_number(w, set_page_dirty(page), 0);
	assert_reports(w, "CONTRACT set_page_dirty");
	assert_number(w, set_page_dirty_lock(page), 0);
	assert_reports(w, "CONTRACT set_page_dirty_lock");
	assert_page(w, page, "free");
}

struct dirtying {
	struct world *w;
	struct page *page;
	bool reached;
};

static void dirty(void *arg, enum gupsim_point point)
{
	struct dirtying *dirtying = arg;

	(void)point;
	assert_number(dirtying->w, set_page_dirty(dirtying->page), 0);
	assert_number(dirtying->w, set_page_dirty_lock(dirtying->page), 0);
	assert_page(dirtying->w, dirtying->page, "free");
	dirtying->reached = true;
}

/* Inside a call it is not the call that dirties it. */
static void free_pages_do_not_become_dirty_at_a_point(struct world *w)
{
	struct dirtying dirtying = {.w = w};

	touched(w, 2);
	dirtying.page = page_at(w, HEAP + PG);
	unmap(w, HEAP + PG, 1);
	gupsim_listen(w->machine, dirty, &dirtying);
	probe(w, ASK(GUP, HEAP, 1, FOLL_LONGTERM),
	      GIVES(1,
		    .reports = "CONTRACT set_page_dirty, CONTRACT set_page_dirty_lock"));
	assert_true(dirtying.reached);
	release(w);
}

static void count(void *arg, const struct gupsim_report *report)
{
	(void)report;
	++*(int *)arg;
}

/* A page without references is put, or taken: the end of the machine. */
static void counts_below_zero_are_a_bug(struct world *w)
{
	for (int get = 0; get < 2; get++) {
		struct page *page;
		int told = 0;

		w->config.report = count;
		w->config.report_arg = &told;
		world_renew(w);
		page = touched(w, 1);
		unmap(w, HEAP, 1);
		(get ? get_page : put_page)(page);
		assert_reports(w, get ? "BUG get_page" : "BUG put_page");
		assert_number(w, told, 1);
		assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
		assert_page(w, page, "free");
	}
}

#define DEAD(call) SPOKEN(call, -EIO)

static void a_dead_machine_does_nothing(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG, .cached = true);
	struct gupsim_pmem *pmem = make_pmem(w, GUPSIM_PMEM_FSDAX, 1);
	struct task_struct *task;
	struct page *page;

	anon(w, HEAP, 4, RW);
	touch(w, HEAP, 2);
	page = page_at(w, HEAP);
	put_page(gupsim_page_by_pfn(w->machine, 100));
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);

	down_read(&w->mm->mmap_sem);
	DEAD(get_user_pages_remote(NULL, w->mm, HEAP, 1, 0, w->taken, NULL, NULL));
	DEAD(get_user_pages(HEAP, 1, 0, w->taken, NULL));
	DEAD(get_user_pages_locked(HEAP, 1, 0, w->taken, NULL));
	up_read(&w->mm->mmap_sem);
	DEAD(get_user_pages_unlocked(HEAP, 1, w->taken, 0));
	DEAD(gupsim_task_create(w->machine, "B", &task));
	DEAD(gupsim_thread_create(w->task, "B", &task));
	DEAD(gupsim_fork(w->task, "B", &task));
	DEAD(gupsim_mmap(w->mm, 0x200000, PG, RW, MAP_PRIVATE, NULL, 0));
	DEAD(gupsim_munmap(w->mm, HEAP, PG));
	DEAD(gupsim_mprotect(w->mm, HEAP, PG, PROT_READ));
	DEAD(gupsim_madvise(w->mm, HEAP, PG, MADV_RANDOM));
	DEAD(gupsim_read(w->task, HEAP, NULL, 1, NULL));
	DEAD(gupsim_write(w->task, HEAP, NULL, 1, NULL));
	DEAD(gupsim_isolate(page));
	DEAD(gupsim_drain(w->machine));
	DEAD(gupsim_kill(w->task));
	DEAD(gupsim_signal(w->task));
	DEAD(gupsim_pmem_create(w->machine, "p2", GUPSIM_PMEM_FSDAX, PG, &pmem));
	DEAD(gupsim_devdax_create(w->machine, "p3", PG, PG, &pmem));
	DEAD(gupsim_pmem_kill(pmem));
	DEAD(gupsim_file_create(w->machine,
				&(struct gupsim_file_spec){"g", GUPSIM_DISK, .bytes = PG},
				&file));
	DEAD(gupsim_file_evict(file, 0, 1));
	DEAD(gupsim_fsync(file));
	DEAD(gupsim_mlock(w->mm, HEAP, PG, false));
	DEAD(gupsim_munlock(w->mm, HEAP, PG));
	DEAD(gupsim_numa_hint(w->mm, HEAP, PG));
	DEAD(gupsim_pkey_mprotect(w->mm, HEAP, PG, PROT_READ, 1));
	DEAD(gupsim_pkey_set(w->task, 1, 0));
	DEAD(gupsim_device_write(page, 0, "", 1));
	DEAD(gupsim_device_read(page, 0, w->taken, 1));
	DEAD(gupsim_ftruncate(file, 0));
	DEAD(gupsim_io_done(w->machine));
	DEAD(gupsim_exit(w->task));
	get_page(page);
	put_page(page);
	put_page(page);
	assert_number(w, set_page_dirty(page), 0);
	assert_number(w, set_page_dirty_lock(page), 0);

	assert_page(w, page, "refs 1 map 1 anon lru active");
	assert_page(w, gupsim_file_page(file, 0), "refs 1 map 0 lru");
	assert_vmas(w, "100+4 rw-p");
	assert_null(w->taken[0]);
	assert_reports(w, "BUG put_page");
	assert_non_null(w->task->mm);
}

static void failures_that_are_pending_are_told(struct world *w)
{
	static const enum gupsim_failure failures[] = {
		GUPSIM_FAIL_HOST,
		GUPSIM_FAIL_PAGE,
		GUPSIM_FAIL_KMALLOC,
	};

	anon(w, HEAP, 4, RW);
	for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
		assert_number(w, gupsim_fail_pending(w->machine, failures[i]), 0);
		assert_result(w, gupsim_fail(w->machine, failures[i], 7), 0);
		assert_number(w, gupsim_fail_pending(w->machine, failures[i]), 7);
		assert_result(w, gupsim_fail(w->machine, failures[i], 0), 0);
		assert_number(w, gupsim_fail_pending(w->machine, failures[i]), 0);
	}
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 3);
	touch(w, HEAP, 2);
	assert_number(w, gupsim_fail_pending(w->machine, GUPSIM_FAIL_PAGE), 1);
	assert_result(w, gupsim_write(w->task, HEAP + 2 * PG, NULL, PG, NULL), -ENOMEM);
	assert_number(w, gupsim_fail_pending(w->machine, GUPSIM_FAIL_PAGE), 0);
	assert_number(w, gupsim_fail_pending(w->machine, GUPSIM_FAIL_KMALLOC + 1), 0);
	assert_number(w, gupsim_fail_pending(NULL, GUPSIM_FAIL_PAGE), 0);
}

static void rules_are_refused_with_words(struct world *w)
{
	assert_result(w, gupsim_rule_set(w->machine, "check_dax_vma.fsdax", "accepted"),
		      -EINVAL);
	assert_non_null(strstr(gupsim_error(w->machine), "check_dax_vmas.fsdax"));
	assert_result(w, gupsim_rule_set(w->machine, "check_dax_vmas.fsdax", "acepted"),
		      -EINVAL);
	assert_non_null(strstr(gupsim_error(w->machine), "accepted"));
}

/* A name is one thing's, of its sort, as long as that is there. */
static void names_are_given_once(struct world *w)
{
	struct gupsim_file_spec spec = {"A", GUPSIM_DISK, .bytes = PG};
	struct task_struct *b, *task;
	struct gupsim_pmem *pmem;
	struct file *file;
	char longer[100];

	REFUSED(gupsim_task_create(w->machine, "A", &task));
	assert_non_null(strstr(gupsim_error(w->machine), "A"));
	b = fork_as(w->task, "B");
	REFUSED(gupsim_task_create(w->machine, "B", &task));
	REFUSED(gupsim_fork(b, "A", &task));
	REFUSED(gupsim_thread_create(b, "B", &task));
	SPOKEN(gupsim_exit(b), 0);
	SPOKEN(gupsim_thread_create(w->task, "B", &task), 0);

	SPOKEN(gupsim_pmem_create(w->machine, "A", GUPSIM_PMEM_FSDAX, PG, &pmem), 0);
	REFUSED(gupsim_pmem_create(w->machine, "A", GUPSIM_PMEM_DEVDAX, PG, &pmem));
	SPOKEN(gupsim_file_create(w->machine, &spec, &file), 0);
	REFUSED(gupsim_file_create(w->machine, &spec, &file));

	/* Also where only what is cut off differs. */
	memset(longer, 'n', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	spec.name = longer;
	SPOKEN(gupsim_file_create(w->machine, &spec, &file), 0);
	longer[80] = 'm';
	REFUSED(gupsim_file_create(w->machine, &spec, &file));
}

static void long_names_are_cut(struct world *w)
{
	char name[300];
	struct task_struct *task;

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_result(w, gupsim_task_create(w->machine, name, &task), 0);
	FILE_OF(name, GUPSIM_DISK, .bytes = PG);
	assert_result(w, gupsim_name_calls(w->machine, name), 0);
	anon(w, HEAP, 1, RW);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1, .min = 1));
	release(w);
}

SUITE(world_test(machines_are_refused), world_test(a_machine_is_destroyed_once),
      world_test(a_call_keeps_its_machine), world_test(null_is_refused),
      world_test(mappings_are_refused), world_test(unknown_bits_are_ignored),
      world_test(nonblock_keeps_from_populating), world_test(ranges_are_refused),
      world_test(files_are_refused), world_test(devices_are_refused),
      world_test(exited_tasks_are_refused), world_test(errors_have_words),
      world_test(words_end_with_their_call), world_test(words_outlive_cleaning_up),
      world_test(words_of_a_listener_are_its_own), world_test(somebody_has_to_call),
      world_test(broken_contracts_are_told), world_test(free_pages_do_not_become_dirty),
      world_test(free_pages_do_not_become_dirty_at_a_point),
      world_test(counts_below_zero_are_a_bug), world_test(a_dead_machine_does_nothing),
      world_test(failures_that_are_pending_are_told),
      world_test(rules_are_refused_with_words), world_test(names_are_given_once),
      world_test(long_names_are_cut))
