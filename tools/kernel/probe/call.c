// SPDX-License-Identifier: GPL-2.0-or-later
/* The calls, as a driver makes them, and what they hold. */
#include "probe.h"

#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define NO_VMAS
#else
#define NO_VMAS , NULL
#endif

struct arguments {
	struct mm_struct *mm;
	unsigned long start, nr;
	unsigned int flags;
	struct page **pages;
	int *locked;
};

static long invoke(u32 function, const struct arguments *a)
{
	switch (function) {
	case PROBE_GET_REMOTE:
		return get_user_pages_remote(a->mm, a->start, a->nr, a->flags,
					     a->pages NO_VMAS, a->locked);
	case PROBE_PIN_REMOTE:
		return pin_user_pages_remote(a->mm, a->start, a->nr, a->flags,
					     a->pages NO_VMAS, a->locked);
	case PROBE_GET:
		return get_user_pages(a->start, a->nr, a->flags, a->pages NO_VMAS);
	case PROBE_PIN:
		return pin_user_pages(a->start, a->nr, a->flags, a->pages NO_VMAS);
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
	case PROBE_GET_LOCKED:
		return get_user_pages_locked(a->start, a->nr, a->flags, a->pages,
					     a->locked);
#endif
	case PROBE_GET_UNLOCKED:
		return get_user_pages_unlocked(a->start, a->nr, a->pages, a->flags);
	case PROBE_PIN_UNLOCKED:
		return pin_user_pages_unlocked(a->start, a->nr, a->pages, a->flags);
	default:
		return -ENOSYS;
	}
}

static bool is_known(u32 function)
{
	return function < PROBE_NR_FUNCTIONS &&
	       (function != PROBE_GET_LOCKED ||
		LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0));
}

static bool is_remote(u32 function)
{
	return function == PROBE_GET_REMOTE || function == PROBE_PIN_REMOTE;
}

static bool is_unlocked(u32 function)
{
	return function == PROBE_GET_UNLOCKED || function == PROBE_PIN_UNLOCKED;
}

/* Where a kernel lets FOLL_PIN of a caller pass, the pages are pinned as well. */
static bool takes_pins(const struct probe_call *call)
{
	return call->function >= PROBE_PIN_REMOTE || call->flags & PROBE_FOLL_PIN;
}

/* *locked of 0 would say that the caller does not hold the lock: only what it means. */
static bool is_well_formed(const struct probe_call *call)
{
	bool takes_locked =
		is_remote(call->function) || call->function == PROBE_GET_LOCKED;

	return is_known(call->function) && call->no_pages <= 1 &&
	       call->locked <= PROBE_LOCKED_1 && !call->reserved &&
	       call->nr_frames <= PROBE_ROOM &&
	       !!call->pid == is_remote(call->function) &&
	       (takes_locked || call->locked == PROBE_LOCKED_NULL);
}

static struct held *new_held(struct probe *probe, struct probe_call *call)
{
	struct held *held = &probe->held[probe->nr_held];

	if (probe->nr_held == PROBE_HANDLES)
		return ERR_PTR(-ENFILE);
	*held = (struct held){.pinned = takes_pins(call)};
	if (!call->no_pages) {
		held->pages =
			kvmalloc_array(PROBE_ROOM, sizeof(*held->pages), GFP_KERNEL);
		held->gone = bitmap_zalloc(PROBE_ROOM, GFP_KERNEL);
		if (!held->pages || !held->gone) {
			kvfree(held->pages);
			bitmap_free(held->gone);
			return ERR_PTR(-ENOMEM);
		}
		for (size_t i = 0; i < PROBE_ROOM; i++)
			held->pages[i] = probe_unset();
	}
	call->handle = probe->nr_held++;
	return held;
}

/* Under the lock, as callers have it, and given back unless the call has dropped it. */
static void call_under_lock(struct probe_call *call, const struct arguments *args)
{
	bool wants_lock = !is_unlocked(call->function);

	if (wants_lock)
		mmap_read_lock(args->mm);
	call->result = invoke(call->function, args);
	call->locked_after = args->locked && *args->locked;
	if (wants_lock && (!args->locked || *args->locked))
		mmap_read_unlock(args->mm);
	call->lock_after =
		rwsem_is_locked(&args->mm->mmap_lock) ? PROBE_LOCKED : PROBE_UNLOCKED;
}

static void note_held(struct held *held, long result)
{
	if (held->pages && result > 0)
		held->counted = min_t(long, result, PROBE_ROOM);
}

static int copy_frames(struct probe *probe, const struct held *held,
		       const struct probe_call *call)
{
	s32 __user *frames = u64_to_user_ptr(call->frames);

	for (u32 i = 0; held->pages && i < call->nr_frames; i++)
		if (put_user(probe_frame_of_entry(probe, held->pages[i]), frames + i))
			return -EFAULT;
	return 0;
}

static int call_on_mm(struct probe *probe, struct probe_call *call,
		      struct arguments *args)
{
	int locked = call->locked == PROBE_LOCKED_1;
	struct held *held = new_held(probe, call);

	if (IS_ERR(held))
		return PTR_ERR(held);
	args->pages = held->pages;
	args->locked = call->locked == PROBE_LOCKED_NULL ? NULL : &locked;
	call->min = -(s64)current->min_flt;
	call->maj = -(s64)current->maj_flt;
	call_under_lock(call, args);
	call->min += current->min_flt;
	call->maj += current->maj_flt;
	note_held(held, call->result);
	return copy_frames(probe, held, call);
}

int probe_call(struct probe *probe, struct probe_call *call)
{
	struct arguments args = {.start = call->start, .nr = call->nr};
	int error;

	if (!is_well_formed(call))
		return -EINVAL;
	error = probe_flags(call->flags, &args.flags);
	if (error)
		return error;
	args.mm = probe_mm(call->pid ? call->pid : task_pid_vnr(current));
	if (IS_ERR(args.mm))
		return PTR_ERR(args.mm);
	error = call_on_mm(probe, call, &args);
	mmput(args.mm);
	return error;
}

/* Giving back. */

static void put_entry(struct held *held, long i, bool as_taken)
{
	struct page *page = held->pages[i];

	if (page == probe_unset() || IS_ERR_OR_NULL(page) ||
	    __test_and_set_bit(i, held->gone))
		return;
	if (as_taken && held->pinned)
		unpin_user_page(page);
	else
		put_page(page);
}

static void put_held(struct held *held)
{
	for (long i = 0; i < held->counted; i++)
		put_entry(held, i, true);
}

int probe_put(struct probe *probe, const struct probe_put *put)
{
	struct held *held;

	if (put->handle >= probe->nr_held)
		return -EBADF;
	held = &probe->held[put->handle];
	if (put->entry == -1)
		put_held(held);
	else if (put->entry < 0 || put->entry >= held->counted)
		return -EINVAL;
	else
		put_entry(held, put->entry, false);
	return 0;
}

int probe_get(struct probe *probe, struct probe_get *get)
{
	struct probe_call none = {.function = PROBE_GET};
	struct page *page;
	struct held *held;
	int error = probe_find(probe, &get->where, &page);

	if (error || get->reserved)
		return error ? error : -EINVAL;
	if (!page || !page_ref_count(compound_head(page)))
		return -ENOENT;
	held = new_held(probe, &none);
	if (IS_ERR(held))
		return PTR_ERR(held);
	get_page(page);
	held->pages[0] = page;
	held->counted = 1;
	get->handle = none.handle;
	return 0;
}

/* A page without a reference is nobody's to put: that would corrupt the kernel. */
int probe_raw_put(struct probe *probe, const struct probe_look *look)
{
	struct probe_look where = *look;
	struct page *page;
	int error = probe_find(probe, &where, &page);

	if (error)
		return error;
	if (!page || page_ref_count(compound_head(page)) < 2)
		return -ENOENT;
	put_page(page);
	return 0;
}

void probe_put_all(struct probe *probe)
{
	for (unsigned int i = 0; i < probe->nr_held; i++) {
		put_held(&probe->held[i]);
		kvfree(probe->held[i].pages);
		bitmap_free(probe->held[i].gone);
	}
}
