/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other doors, as C code calls them. */
#include "world.h"

#include "file/pagecache.h"
#include "machine/machine.h"
#include "vm/rmap.h"

#include <linux/err.h>

#define ALLOW_RETRY FAULT_FLAG_ALLOW_RETRY

/* What a fault was told of who takes it, the first @more + 1 of which come to nothing. */
struct seen {
	unsigned int flags[4];
	int nr, more;
};

static vm_fault_t note_and_retry(struct vm_fault *vmf)
{
	struct seen *seen = vmf->vma->vm_private_data;

	seen->flags[seen->nr++ % 4] = vmf->flags;
	if (seen->nr > 1 + seen->more || !(vmf->flags & ALLOW_RETRY)) {
		vmf->page = find_get_page(vmf->vma->vm_file->f_mapping, 0);
		return 0;
	}
	up_read(&vmf->vma->vm_mm->mmap_sem);
	return VM_FAULT_RETRY;
}

static vm_fault_t poisoned(struct vm_fault *vmf)
{
	(void)vmf;
	return VM_FAULT_HWPOISON;
}

static vm_fault_t falls_back(struct vm_fault *vmf)
{
	(void)vmf;
	return VM_FAULT_FALLBACK;
}

static const struct vm_operations_struct notes = {.fault = note_and_retry},
					 poison = {.fault = poisoned},
					 fallback = {.fault = falls_back};

static struct vm_area_struct *
map_with(struct world *w, const struct vm_operations_struct *ops, void *private)
{
	struct vm_area_struct *vma;

	map_at(w, HEAP, 1, RW, MAP_SHARED,
	       FILE_OF("f", GUPSIM_SHMEM, .bytes = PG, .cached = true), 0);
	vma = find_vma(w->mm, HEAP);
	vma->vm_ops = ops;
	vma->vm_private_data = private;
	return vma;
}

static int fixup(struct world *w, unsigned long address, unsigned int flags,
		 bool *unlocked)
{
	int ret;

	down_read(&w->mm->mmap_sem);
	ret = gupsim_fixup_user_fault(w->task, w->mm, address, flags, unlocked);
	up_read(&w->mm->mmap_sem);
	return ret;
}

/* Once, and then under the lock; or as often as it takes. */
static void a_fault_is_waited_for_again(struct world *w)
{
	static const struct {
		const char *value;
		int faults;
		unsigned int second;
	} waits[] = {{"one", 2, FAULT_FLAG_TRIED},
		     {"many", 3, ALLOW_RETRY | FAULT_FLAG_TRIED}};

	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		struct seen seen = {.more = 1};
		bool unlocked = false;

		world_row(w, waits[i].value);
		gupsim_rule_set(w->machine, "fixup_user_fault.retries", waits[i].value);
		map_with(w, &notes, &seen);
		assert_result(w, fixup(w, HEAP, 0, &unlocked), 0);
		assert_number(w, unlocked, true);
		assert_number(w, seen.nr, waits[i].faults);
		assert_number(w, seen.flags[0], ALLOW_RETRY);
		assert_number(w, seen.flags[1], waits[i].second);
		assert_number(w, w->task->min_flt, 1); /* one fault, all in all */
	}
}

static void a_fault_that_never_ends_spins(struct world *w)
{
	struct seen seen = {.more = 1000};
	bool unlocked = false;

	gupsim_rule_set(w->machine, "fixup_user_fault.retries", "many");
	map_with(w, &notes, &seen);
	assert_result(w, fixup(w, HEAP, 0, &unlocked), -EIO);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_SPINS);
}

static void errors_of_a_fault(struct world *w)
{
	map_with(w, &poison, NULL);
	assert_result(w, fixup(w, HEAP, 0, NULL), -EFAULT);
	assert_number(w, w->task->min_flt + w->task->maj_flt, 0);
	world_renew(w);
	anon(w, HEAP, 1, RW);
	gupsim_fail(w->machine, GUPSIM_FAIL_PAGE, 1);
	assert_result(w, fixup(w, HEAP, FAULT_FLAG_WRITE, NULL), -ENOMEM);
	assert_result(w, fixup(w, HEAP, FAULT_FLAG_WRITE, NULL), 0);
}

/* What is an error, and has no errno. */
static void an_error_without_a_name_is_a_bug(struct world *w)
{
	map_with(w, &fallback, NULL);
	assert_result(w, fixup(w, HEAP, 0, NULL), -EIO);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
}

/* Who lets the fault drop the lock has to be told of it. */
static void nowhere_to_tell_is_a_bug(struct world *w)
{
	struct seen seen = {.more = 0};

	map_with(w, &notes, &seen);
	assert_result(w, fixup(w, HEAP, ALLOW_RETRY, NULL), -EIO);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
}

static void contracts_are_told(struct world *w)
{
	static const unsigned long no_ranges[][2] = {
		{HEAP, HEAP + 3 * PG},
		{HEAP - PG, HEAP},
		{HEAP + 1, HEAP + PG},
		{HEAP + PG, HEAP},
	};
	static const unsigned long not_of_pages[][2] = {{HEAP, 100}, {HEAP + 1, PG}};
	struct vm_area_struct *vma;
	int locked = 1;

	anon(w, HEAP, 2, RW);
	vma = find_vma(w->mm, HEAP);
	assert_result(w, gupsim_fixup_user_fault(w->task, w->mm, HEAP, 0, NULL), 0);
	assert_reports(w, "CONTRACT fixup_user_fault");
	assert_null(gupsim_follow_page(vma, HEAP + PG, FOLL_GET));
	assert_reports(w, "CONTRACT follow_page");
	assert_result(w, gupsim_populate_vma_page_range(vma, HEAP, HEAP + PG, &locked),
		      1);
	assert_reports(w, "CONTRACT populate_vma_page_range");
	down_read(&w->mm->mmap_sem);
	for (size_t i = 0; i < ARRAY_LEN(no_ranges); i++) {
		assert_result(w,
			      gupsim_populate_vma_page_range(vma, no_ranges[i][0],
							     no_ranges[i][1], NULL),
			      -EINVAL);
		assert_reports(w, "CONTRACT populate_vma_page_range");
	}
	assert_result(w, gupsim_mm_populate(HEAP, PG, 0), 0);
	assert_reports(w, "CONTRACT __mm_populate");
	assert_null(gupsim_get_dump_page(HEAP + PG));
	assert_reports(w, "");
	up_read(&w->mm->mmap_sem);
	for (size_t i = 0; i < ARRAY_LEN(not_of_pages); i++) {
		assert_result(
			w, gupsim_mm_populate(not_of_pages[i][0], not_of_pages[i][1], 1),
			-EINVAL);
		assert_reports(w, "CONTRACT __mm_populate");
	}
}

static void nothing_is_refused(struct world *w)
{
	assert_result(w, PTR_ERR(gupsim_follow_page(NULL, HEAP, 0)), -EINVAL);
	assert_result(w, gupsim_populate_vma_page_range(NULL, 0, PG, NULL), -EINVAL);
	assert_result(w, gupsim_fixup_user_fault(w->task, NULL, HEAP, 0, NULL), -EINVAL);
	gupsim_set_current(NULL);
	assert_null(gupsim_get_dump_page(HEAP));
	assert_result(w, gupsim_mm_populate(HEAP, PG, 1), -ESRCH);
	gupsim_set_current(w->task);
	w->config.kernel = "v6.12";
	w->config.linux_version = 0;
	world_renew(w);
	anon(w, HEAP, 1, RW);
	down_read(&w->mm->mmap_sem);
	assert_result(w, PTR_ERR(gupsim_follow_page(find_vma(w->mm, HEAP), HEAP, 0)),
		      -ENOSYS);
	up_read(&w->mm->mmap_sem);
}

static void a_page_comes_with_its_reference(struct world *w)
{
	struct page *first = touched(w, 2), *page;

	page = gupsim_get_dump_page(HEAP);
	assert_same(w, page, first);
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 1);
	put_page(page);
	down_read(&w->mm->mmap_sem);
	page = gupsim_follow_page(find_vma(w->mm, HEAP), HEAP, FOLL_GET);
	assert_same(w, page, first);
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 2); /* the lock, too */
	put_page(page);
	assert_same(w, gupsim_follow_page(find_vma(w->mm, HEAP), HEAP, 0), first);
	up_read(&w->mm->mmap_sem);
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 0);
}

/* A page that moves is mapped nowhere; FOLL_MIGRATION waits for it, as long as it takes.
 */
static void a_page_that_moves_is_waited_for(struct world *w)
{
	struct page *page = touched(w, 1);
	struct vm_area_struct *vma = find_vma(w->mm, HEAP);

	gupsim_drain(w->machine);
	get_page_as(page, REF_KERNEL);
	lock_page(page);
	try_to_unmap(page);
	down_read(&w->mm->mmap_sem);
	assert_null(gupsim_follow_page(vma, HEAP, FOLL_GET));
	assert_null(gupsim_follow_page(vma, HEAP, FOLL_GET | FOLL_DUMP));
	remove_migration_ptes(page, page);
	assert_same(w, gupsim_follow_page(vma, HEAP, FOLL_MIGRATION), page);
	try_to_unmap(page);
	assert_result(w, PTR_ERR(gupsim_follow_page(vma, HEAP, FOLL_MIGRATION)), -EIO);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BLOCKS);
	w->findings = 3; /* what the migration has of the page: lock, reference */
}

SUITE(world_test(a_fault_is_waited_for_again), world_test(a_fault_that_never_ends_spins),
      world_test(errors_of_a_fault), world_test(nowhere_to_tell_is_a_bug),
      world_test(an_error_without_a_name_is_a_bug), world_test(contracts_are_told),
      world_test(nothing_is_refused), world_test(a_page_comes_with_its_reference),
      world_test(a_page_that_moves_is_waited_for))
