/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A backing of a driver's own: what its operations may answer to a fault. */
#include "world.h"

#include "file/pagecache.h"
#include "mm/vma.h"

static vm_fault_t bring_unlocked(struct vm_fault *vmf)
{
	vmf->page = find_get_page(vmf->vma->vm_file->f_mapping, vmf->pgoff);
	return vmf->page ? 0 : VM_FAULT_SIGBUS;
}

static vm_fault_t refuse(struct vm_fault *vmf)
{
	(void)vmf;
	return VM_FAULT_SIGBUS;
}

/* Twice "look again", as a file system answers that is about to truncate; then yes. */
static vm_fault_t allow_at_last(struct vm_fault *vmf)
{
	intptr_t *times = vmf->vma->vm_private_data;

	if (++*times <= 2)
		return VM_FAULT_NOPAGE;
	lock_page(vmf->page);
	return VM_FAULT_LOCKED;
}

static vm_fault_t never_allow(struct vm_fault *vmf)
{
	(void)vmf;
	return VM_FAULT_NOPAGE;
}

/* The core locks the page itself, and looks whether it is still of the file. */
static vm_fault_t allow_unlocked(struct vm_fault *vmf)
{
	(void)vmf;
	return VM_FAULT_WRITE;
}

static vm_fault_t truncate_meanwhile(struct vm_fault *vmf)
{
	if (vmf->page->mapping && page_count(vmf->page) > 1)
		delete_from_page_cache(vmf->page);
	return VM_FAULT_WRITE;
}

static vm_fault_t poisoned(struct vm_fault *vmf)
{
	(void)vmf;
	return VM_FAULT_HWPOISON;
}

/* Asked for a pud, for a pmd, and at last for a page. */
static vm_fault_t note_order(struct vm_fault *vmf, unsigned int order)
{
	unsigned int *orders = vmf->vma->vm_private_data;

	orders[orders[0] ? 1 : 0] = order;
	return VM_FAULT_FALLBACK;
}

static const struct vm_operations_struct
	levels = {.fault = bring_unlocked, .huge_fault = note_order},
	poison = {.fault = poisoned}, plain = {.fault = bring_unlocked},
	silent = {.fault = bring_unlocked},
	refuses = {.fault = bring_unlocked, .page_mkwrite = refuse},
	at_last = {.fault = bring_unlocked, .page_mkwrite = allow_at_last},
	never = {.fault = bring_unlocked, .page_mkwrite = never_allow},
	unlocked = {.fault = bring_unlocked, .page_mkwrite = allow_unlocked},
	truncates = {.fault = bring_unlocked, .page_mkwrite = truncate_meanwhile};

/* A shared mapping of a cached page, served by @ops; what is read first is read-only. */
static void map_with(struct world *w, const struct vm_operations_struct *ops,
		     intptr_t *times)
{
	struct vm_area_struct *vma;

	map_at(w, HEAP, 1, RW, MAP_SHARED,
	       FILE_OF("f", GUPSIM_SHMEM, .bytes = PG, .cached = true), 0);
	vma = find_vma(w->mm, HEAP);
	vma->vm_ops = ops;
	vma->vm_private_data = times;
	if (ops != &plain)
		vma->vm_page_prot = vm_get_page_prot(vma->vm_flags & ~VM_SHARED);
}

static const struct {
	const char *name;
	const struct vm_operations_struct *ops;
	bool read_first;
	struct answer answer;
	const char *pte, *page; /* afterwards, in the file */
} rows[] = {
	{"no page_mkwrite, of a read-only pte", &silent, true, GETS(1, .min = 1), "PWAD",
	 "refs 2 map 1 dirty lru referenced"},
	{"no page_mkwrite", &plain, false, GETS(1, .min = 1), "PWAD",
	 "refs 2 map 1 dirty lru referenced"},
	{"refused", &refuses, false, GETS(-EFAULT), "none", "refs 1 map 0 lru"},
	{"refused of a mapped page", &refuses, true, GETS(-EFAULT), "P-A-",
	 "refs 2 map 1 lru"},
	{"147", &at_last, false, GETS(1, .min = 3), "PWAD",
	 "refs 2 map 1 dirty lru referenced"},
	{"147, of a mapped page", &at_last, true, GETS(1, .min = 3), "PWAD",
	 "refs 2 map 1 dirty lru referenced"},
	{"allowed, unlocked", &unlocked, true, GETS(1, .min = 1), "PWAD",
	 "refs 2 map 1 dirty lru referenced"},
	{"truncated meanwhile", &truncates, false, GETS(-EFAULT, .min = 1), "none",
	 "none"},
};

static void operations_decide(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct vm_area_struct *vma;
		intptr_t times = 0;

		world_row(w, rows[i].name);
		map_with(w, rows[i].ops, &times);
		vma = find_vma(w->mm, HEAP);
		if (rows[i].read_first)
			peek(w, HEAP, 1);
		probe(w, ASK(GUP, HEAP, 1, FOLL_WRITE), rows[i].answer);
		release(w);
		assert_pte(w, HEAP, rows[i].pte);
		assert_page(w, gupsim_file_page(vma->vm_file, 0), rows[i].page);
	}
}

/* Only who asks for it is told of the poison. */
static void poison_is_told_to_who_asks(struct world *w)
{
	map_with(w, &poison, NULL);
	probe(w, ASK(GUP, HEAP, 1, FOLL_HWPOISON), GIVES(-EHWPOISON));
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(-EFAULT));
}

/* Nobody ever says yes: a hundred lookups count as going round for ever. */
static void a_backing_can_make_a_pin_spin(struct world *w)
{
	map_with(w, &never, NULL);
	down_read(&w->mm->mmap_sem);
	assert_result(w, get_user_pages(HEAP, 1, FOLL_WRITE, w->taken, NULL), -EIO);
	up_read(&w->mm->mmap_sem);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_SPINS);
	assert_number(w, w->task->min_flt, 100);
}

/* Without page_mkwrite the lock is dropped only by the write that made the page dirty. */
static void only_the_first_dirtying_is_throttled(struct world *w)
{
	for (int dirty = 0; dirty < 2; dirty++) {
		world_renew(w);
		map_with(w, &plain, NULL);
		if (dirty)
			SetPageDirty(gupsim_file_page(find_vma(w->mm, HEAP)->vm_file, 0));
		probe(w, ASK(LOCKED, HEAP, 1, FOLL_WRITE, .locked = true),
		      GIVES(1, .dropped = !dirty, .min = 1));
		release(w);
	}
}

struct seen {
	unsigned int fault_flags[4];
	unsigned int task_flags;
	int nr;
	int more; /* faults that have to be retried, too */
};

/* The first fault has to be retried; where it may be, the lock is dropped for it. */
static vm_fault_t note_and_retry(struct vm_fault *vmf)
{
	struct seen *seen = vmf->vma->vm_private_data;
	unsigned int retry = FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT;

	seen->task_flags = gupsim_current()->flags;
	seen->fault_flags[seen->nr++] = vmf->flags;
	if (seen->nr > 1 + seen->more || !(vmf->flags & FAULT_FLAG_ALLOW_RETRY))
		return bring_unlocked(vmf);
	if ((vmf->flags & retry) == FAULT_FLAG_ALLOW_RETRY)
		up_read(&vmf->vma->vm_mm->mmap_sem);
	return VM_FAULT_RETRY;
}

static const struct vm_operations_struct notes = {.fault = note_and_retry};

/* It has always to be retried. */
static vm_fault_t retry_always(struct vm_fault *vmf)
{
	struct seen *seen = vmf->vma->vm_private_data;

	seen->nr++;
	up_read(&vmf->vma->vm_mm->mmap_sem);
	return VM_FAULT_RETRY;
}

static const struct vm_operations_struct notes_never = {.fault = retry_always};

#define RETRY  FAULT_FLAG_ALLOW_RETRY
#define NOWAIT (FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT)
#define TRIED  FAULT_FLAG_TRIED
#define REM    FAULT_FLAG_REMOTE

/* What a fault is told of who pins; never KILLABLE, never USER. */
static void pins_tell_the_fault(struct world *w)
{
	static const struct {
		const char *name;
		struct ask ask;
		struct answer answer;
		unsigned int first, second; /* second: 0 if there is none */
	} pins[] = {
		{"own, read", ASKS(GUP, HEAP, 1, 0), GETS(1, .min = 1), 0, 0},
		{"own, write", ASKS(GUP, HEAP, 1, FOLL_WRITE), GETS(1, .min = 1),
		 FAULT_FLAG_WRITE, 0},
		{"remote", ASKS(REMOTE, HEAP, 1, 0), GETS(1, .min = 1), REM, 0},
		{"remote, locked", ASKS(REMOTE, HEAP, 1, 0, .locked = true),
		 GETS(1, .dropped = true, .min = 2), REM | RETRY, REM | TRIED},
		{"locked, write", ASKS(LOCKED, HEAP, 1, FOLL_WRITE, .locked = true),
		 GETS(1, .dropped = true, .min = 2), FAULT_FLAG_WRITE | RETRY,
		 FAULT_FLAG_WRITE | TRIED},
		{"unlocked", ASKS(UNLOCKED, HEAP, 1, 0), GETS(1, .min = 2), RETRY, TRIED},
		{"NOWAIT", ASKS(GUP, HEAP, 1, FOLL_NOWAIT), GETS(0, .min = 1), NOWAIT, 0},
		{"NOWAIT, locked", ASKS(LOCKED, HEAP, 1, FOLL_NOWAIT, .locked = true),
		 GETS(0, .min = 1), NOWAIT, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(pins); i++) {
		struct seen seen = {.nr = 0};

		world_row(w, pins[i].name);
		map_with(w, &notes, NULL);
		find_vma(w->mm, HEAP)->vm_private_data = &seen;
		probe(w, pins[i].ask, pins[i].answer);
		assert_number(w, seen.fault_flags[0], pins[i].first);
		assert_number(w, seen.fault_flags[1], pins[i].second);
		assert_number(w, seen.task_flags & PF_MEMALLOC_NOCMA, 0);
		release(w);
	}
}

/* Once, and then under the lock; or as often as it takes. */
static void a_page_is_waited_for_again(struct world *w)
{
	static const struct {
		const char *value;
		int faults;
		unsigned int second;
	} waits[] = {{"one", 2, TRIED}, {"many", 3, RETRY | TRIED}};

	for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
		struct seen seen = {.more = 1};

		world_row(w, waits[i].value);
		gupsim_rule_set(w->machine, "__get_user_pages_locked.retries",
				waits[i].value);
		map_with(w, &notes, NULL);
		find_vma(w->mm, HEAP)->vm_private_data = &seen;
		probe(w, ASK(UNLOCKED, HEAP, 1, 0), GIVES(1, .min = waits[i].faults));
		assert_number(w, seen.nr, waits[i].faults);
		assert_number(w, seen.fault_flags[1], waits[i].second);
		release(w);
	}
}

static vm_fault_t retry_unasked(struct vm_fault *vmf)
{
	(void)vmf;
	return VM_FAULT_RETRY;
}

static const struct vm_operations_struct retries = {.fault = retry_unasked};

/* No page and no error is an error since, unless the caller would not wait. */
static void a_call_may_pin_nothing(struct world *w)
{
	static const struct {
		const char *value;
		unsigned int flags;
		long result;
	} calls[] = {
		{"zero", 0, 0},
		{"efault", 0, -EFAULT},
		{"efault", GUPSIM_FOLL_NOWAIT, 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		struct page *page;

		world_row(w, calls[i].value);
		map_with(w, &retries, NULL);
		gupsim_rule_set(w->machine, "__get_user_pages_locked.nothing",
				calls[i].value);
		down_read(&w->mm->mmap_sem);
		assert_result(w,
			      gupsim_get_user_pages(HEAP, 1, calls[i].flags, &page, NULL),
			      calls[i].result);
		assert_result(w,
			      gupsim_get_user_pages(HEAP, 0, calls[i].flags, &page, NULL),
			      0);
		up_read(&w->mm->mmap_sem);
	}
}

/* Whoever asks for it, and may be made to wait, may be interrupted. */
static void pins_may_be_interrupted(struct world *w)
{
	const unsigned int flags = GUPSIM_FOLL_INTERRUPTIBLE;
	const unsigned int interruptible = 0x200; /* since v5.7 */
	struct seen seen = {.nr = 0};
	struct page *page;

	gupsim_rule_set(w->machine, "gup_signal_pending.interruptible", "eintr");
	map_with(w, &notes, NULL);
	find_vma(w->mm, HEAP)->vm_private_data = &seen;
	assert_result(w, gupsim_get_user_pages_unlocked(HEAP, 1, &page, flags), 1);
	assert_number(w, seen.fault_flags[0], RETRY | interruptible);
	put_page(page);
	assert_result(w, gupsim_madvise(w->mm, HEAP, PG, MADV_DONTNEED), 0);
	down_read(&w->mm->mmap_sem);
	assert_result(w, gupsim_get_user_pages(HEAP, 1, flags, &page, NULL), 1);
	up_read(&w->mm->mmap_sem);
	assert_number(w, seen.nr, 3);
	assert_number(w, seen.fault_flags[2], 0);
	put_page(page);
}

/* Where huge pages are to be, the upper levels are offered first. */
static void levels_are_asked_from_the_top(struct world *w)
{
	unsigned int orders[2] = {0};

	map_with(w, &levels, NULL);
	find_vma(w->mm, HEAP)->vm_private_data = orders;
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1, .min = 1));
	assert_number(w, orders[0], 0);
	release(w);
	w->config.thp = GUPSIM_THP_ALWAYS;
	world_renew(w);
	map_with(w, &levels, NULL);
	find_vma(w->mm, HEAP)->vm_private_data = orders;
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1, .min = 1));
	assert_number(w, orders[0], HPAGE_PUD_ORDER);
	assert_number(w, orders[1], HPAGE_PMD_ORDER);
	release(w);
}

/* An access of the CPU's is the user's own, and may be killed while it waits. */
static void accesses_tell_the_fault(struct world *w)
{
	const unsigned int user = FAULT_FLAG_USER | FAULT_FLAG_KILLABLE;
	struct seen seen = {.nr = 0};

	map_with(w, &notes, NULL);
	find_vma(w->mm, HEAP)->vm_private_data = &seen;
	touch(w, HEAP, 1);
	assert_number(w, seen.fault_flags[0], user | FAULT_FLAG_WRITE | RETRY);
	assert_number(w, seen.fault_flags[1], user | FAULT_FLAG_WRITE | TRIED);
	assert_number(w, w->task->min_flt, 1);
}

/* While a long-term pin walks, what it allocates is not to come from CMA. */
static void a_long_pin_opens_a_scope(struct world *w)
{
	struct seen seen = {.nr = 0};

	map_with(w, &notes, NULL);
	find_vma(w->mm, HEAP)->vm_private_data = &seen;
	probe(w, ASK(GUP, HEAP, 1, FOLL_LONGTERM), GIVES(1, .min = 1));
	assert_true(seen.task_flags & PF_MEMALLOC_NOCMA);
	assert_false(w->task->flags & PF_MEMALLOC_NOCMA);
	release(w);
}

/* Without the lock and never there: a hundred times is for ever. */
static void a_page_may_be_waited_for_in_vain(struct world *w)
{
	struct seen seen = {.more = 1000};
	struct page *page;

	gupsim_rule_set(w->machine, "__get_user_pages_locked.retries", "many");
	map_with(w, &notes_never, NULL);
	find_vma(w->mm, HEAP)->vm_private_data = &seen;
	assert_result(w, gupsim_get_user_pages_unlocked(HEAP, 1, &page, 0), -EIO);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_SPINS);
	assert_number(w, seen.nr, 101);
}

static vm_fault_t fall_back(struct vm_fault *vmf)
{
	(void)vmf;
	return VM_FAULT_FALLBACK;
}

/* An error that stands for no errno is one that the core does not know: a BUG. */
static void an_unknown_error_is_a_bug(struct world *w)
{
	static const struct vm_operations_struct falls_back = {.fault = fall_back};
	struct page *page;

	map_with(w, &falls_back, NULL);
	down_read(&w->mm->mmap_sem);
	assert_result(w, gupsim_get_user_pages(HEAP, 1, 0, &page, NULL), -EIO);
	assert_reports(w, "BUG faultin_page");
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
	w->mm->mmap_sem.readers = 0;
}

/* The machine ends while a driver brings a page. */
static vm_fault_t die(struct vm_fault *vmf)
{
	up_read(&vmf->vma->vm_mm->mmap_sem);
	up_read(&vmf->vma->vm_mm->mmap_sem);
	return VM_FAULT_NOPAGE;
}

static void a_driver_may_end_the_machine(struct world *w)
{
	static const struct vm_operations_struct dies = {.fault = die};
	static const unsigned int flags[] = {0, FOLL_TRIED};

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		struct page *page;

		world_renew(w);
		map_with(w, &dies, NULL);
		down_read(&w->mm->mmap_sem);
		assert_result(w, gupsim_get_user_pages(HEAP, 1, flags[i], &page, NULL),
			      -EIO);
		assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
		w->mm->mmap_sem.readers = 0;
	}
}

/* Populating ends with the machine, too. */
static void a_driver_may_end_it_while_it_is_populated(struct world *w)
{
	static const struct vm_operations_struct dies = {.fault = die};

	map_with(w, &dies, NULL);
	assert_result(w, gupsim_mlock(w->mm, HEAP, PG, false), -EIO);
	assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
	w->mm->mmap_sem.readers = 0;
}

/* Who hears of first writes to raw frames tracks dirty pages as well. */
static void pfn_mkwrite_tracks_dirty_pages(struct world *w)
{
	static const struct vm_operations_struct hears = {.fault = bring_unlocked,
							  .pfn_mkwrite = allow_unlocked};
	struct page *page;

	gupsim_rule_set(w->machine, "check_vma_flags.longterm_file_write", "refused");
	gupsim_rule_set(w->machine, "try_grab_page.foll_pin", "1024");
	gupsim_rule_set(w->machine, "pin_user_pages.foll_pin", "set");
	map_with(w, &hears, NULL);
	down_read(&w->mm->mmap_sem);
	assert_result(w,
		      gupsim_pin_user_pages(HEAP, 1, FOLL_WRITE | FOLL_LONGTERM, &page,
					    NULL),
		      -EFAULT);
	up_read(&w->mm->mmap_sem);
}

SUITE(world_test(operations_decide), world_test(poison_is_told_to_who_asks),
      world_test(a_backing_can_make_a_pin_spin),
      world_test(only_the_first_dirtying_is_throttled), world_test(pins_tell_the_fault),
      world_test(a_page_is_waited_for_again), world_test(a_call_may_pin_nothing),
      world_test(pins_may_be_interrupted), world_test(levels_are_asked_from_the_top),
      world_test(accesses_tell_the_fault), world_test(a_long_pin_opens_a_scope),
      world_test(a_page_may_be_waited_for_in_vain), world_test(an_unknown_error_is_a_bug),
      world_test(a_driver_may_end_the_machine),
      world_test(a_driver_may_end_it_while_it_is_populated),
      world_test(pfn_mkwrite_tracks_dirty_pages))
