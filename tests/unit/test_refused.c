/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bad input at the doors: a defined errno with words, and nothing half done. */
#include "words.h"
#include "world.h"

#define MIB		((uint64_t)1 << 20)
#define NULL_CALL(call) assert_result(w, call, -EINVAL)

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
	assert_number(w, gupsim_pte_at(NULL, HEAP), 0);
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
		{{"no such backing", GUPSIM_HUGETLB + 1, .bytes = PG}, -EINVAL},
		{{"hugetlb of no size", GUPSIM_HUGETLB, .bytes = PG}, -EINVAL},
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
	w->where = "a node of another size than its device";
	for (uint64_t bytes = PG; bytes <= 3 * PG; bytes += 2 * PG)
		SPOKEN(gupsim_file_create(
			       w->machine,
			       &(struct gupsim_file_spec){"node 1", GUPSIM_DEVDAX,
							  .pmem = devdax, .bytes = bytes},
			       &file),
		       -EINVAL);
	FILE_OF("node", GUPSIM_DEVDAX, .pmem = devdax, .bytes = 2 * PG);
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

SUITE(world_test(null_is_refused), world_test(mappings_are_refused),
      world_test(unknown_bits_are_ignored), world_test(nonblock_keeps_from_populating),
      world_test(ranges_are_refused), world_test(files_are_refused),
      world_test(devices_are_refused), world_test(exited_tasks_are_refused))
