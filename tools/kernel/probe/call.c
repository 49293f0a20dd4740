// SPDX-License-Identifier: GPL-2.0-or-later
/* The calls, as a driver makes them, and what they hold. */
#include "arguments.h"

#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define VMAS(a)
#define HAS_VMAS false
#else
#define VMAS(a)	 , (a)->vmas
#define HAS_VMAS true
#endif

/* *locked of 0 was a BUG before it was refused. */
#define LEAST_LOCKED \
	(LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0) ? PROBE_LOCKED_1 : PROBE_LOCKED_0)

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
#define HAS_LOCKED false
#else
#define HAS_LOCKED true
#endif

/* FAULT_FLAG_UNSHARE, which is no flag at all before v5.19. */
#define PROBE_UNSHARE 0x400

static long invoke(u32 function, const struct arguments *a)
{
	switch (function) {
	case PROBE_GET_REMOTE:
		return get_user_pages_remote(a->mm, a->start, a->nr, a->flags,
					     a->pages VMAS(a), a->locked);
	case PROBE_PIN_REMOTE:
		return pin_user_pages_remote(a->mm, a->start, a->nr, a->flags,
					     a->pages VMAS(a), a->locked);
	case PROBE_GET:
		return get_user_pages(a->start, a->nr, a->flags, a->pages VMAS(a));
	case PROBE_PIN:
		return pin_user_pages(a->start, a->nr, a->flags, a->pages VMAS(a));
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
	case PROBE_GET_LOCKED:
		return get_user_pages_locked(a->start, a->nr, a->flags, a->pages,
					     a->locked);
	case PROBE_PIN_LOCKED:
		return pin_user_pages_locked(a->start, a->nr, a->flags, a->pages,
					     a->locked);
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	case PROBE_PIN_FAST_ONLY:
		return pin_user_pages_fast_only(a->start, (int)a->nr, a->flags, a->pages);
#endif
	case PROBE_GET_FAST:
		return get_user_pages_fast(a->start, (int)a->nr, a->flags, a->pages);
	case PROBE_GET_FAST_ONLY:
		return get_user_pages_fast_only(a->start, (int)a->nr, a->flags, a->pages);
	case PROBE_PIN_FAST:
		return pin_user_pages_fast(a->start, (int)a->nr, a->flags, a->pages);
	case PROBE_GET_UNLOCKED:
		return get_user_pages_unlocked(a->start, a->nr, a->pages, a->flags);
	case PROBE_PIN_UNLOCKED:
		return pin_user_pages_unlocked(a->start, a->nr, a->pages, a->flags);
	default:
		return probe_door(function, a);
	}
}

static bool is_locked_one(u32 function)
{
	return function == PROBE_GET_LOCKED || function == PROBE_PIN_LOCKED;
}

static bool is_known(u32 function)
{
	return function < PROBE_NR_FUNCTIONS &&
	       (HAS_LOCKED || !is_locked_one(function)) &&
	       (LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0) ||
		function != PROBE_PIN_FAST_ONLY);
}

static bool is_remote(u32 function)
{
	return function == PROBE_GET_REMOTE || function == PROBE_PIN_REMOTE ||
	       function == PROBE_FIXUP || function == PROBE_FOLLOW_PAGE ||
	       function == PROBE_POPULATE_VMA;
}

static bool is_unlocked(u32 function)
{
	return function == PROBE_GET_UNLOCKED || function == PROBE_PIN_UNLOCKED ||
	       function == PROBE_DUMP_PAGE || function == PROBE_POPULATE ||
	       (function >= PROBE_GET_FAST && function <= PROBE_PIN_FAST_ONLY);
}

static bool is_pin(u32 function)
{
	return (function >= PROBE_PIN_REMOTE && function <= PROBE_PIN_LOCKED) ||
	       function == PROBE_PIN_FAST || function == PROBE_PIN_FAST_ONLY;
}

static bool is_door(u32 function)
{
	return function >= PROBE_FIXUP;
}

/* Their flags are no FOLL_ flags. */
static bool has_own_flags(u32 function)
{
	return is_door(function) && function != PROBE_FOLLOW_PAGE;
}

/* Who looks up a page need not ask for a reference. */
static bool holds_pages(const struct probe_call *call)
{
	return call->function != PROBE_FOLLOW_PAGE ||
	       call->flags & (PROBE_FOLL_GET | PROBE_FOLL_PIN);
}

/*
 * Where a kernel lets FOLL_PIN of a caller pass, the pages are pinned as well, unless
 * FOLL_GET goes before.
 */
static bool takes_pins(const struct probe_call *call)
{
	if (has_own_flags(call->function))
		return false;
	return is_pin(call->function) ||
	       (call->function != PROBE_GET_FAST_ONLY &&
		(call->flags & (PROBE_FOLL_GET | PROBE_FOLL_PIN)) == PROBE_FOLL_PIN);
}

static bool is_pending_signal(u32 signal)
{
	return !signal || signal == SIGKILL || signal == SIGUSR1;
}

static bool is_well_formed(const struct probe_call *call)
{
	bool takes_locked =
		(is_remote(call->function) || is_locked_one(call->function)) &&
		call->function != PROBE_FOLLOW_PAGE;
	bool takes_vmas = HAS_VMAS && !is_locked_one(call->function) &&
			  !is_unlocked(call->function) && !is_door(call->function);

	return is_known(call->function) && call->no_pages <= 1 &&
	       call->locked <= PROBE_LOCKED_1 && is_pending_signal(call->signal) &&
	       (call->locked >= LEAST_LOCKED || call->locked == PROBE_LOCKED_NULL) &&
	       (takes_vmas || !call->vmas) &&
	       (call->function != PROBE_FIXUP ||
		!(call->flags &
		  ~(FAULT_FLAG_WRITE | FAULT_FLAG_REMOTE | PROBE_UNSHARE))) &&
	       call->nr_frames <= PROBE_ROOM &&
	       !!call->pid == is_remote(call->function) &&
	       (takes_locked || call->locked == PROBE_LOCKED_NULL);
}

static void *new_array(void)
{
	struct page **array = kvmalloc_array(PROBE_ROOM, sizeof(*array), GFP_KERNEL);

	for (size_t i = 0; array && i < PROBE_ROOM; i++)
		array[i] = probe_unset();
	return array;
}

static void free_held(struct held *held)
{
	kvfree(held->pages);
	kvfree(held->vmas);
	bitmap_free(held->gone);
	*held = (struct held){.pages = NULL};
}

static struct held *new_held(struct probe *probe, struct probe_call *call)
{
	struct held *held = &probe->held[probe->nr_held];

	if (probe->nr_held == PROBE_HANDLES)
		return ERR_PTR(-ENFILE);
	*held = (struct held){.pinned = takes_pins(call)};
	if (!call->no_pages) {
		held->pages = new_array();
		held->gone = bitmap_zalloc(PROBE_ROOM, GFP_KERNEL);
	}
	if (call->vmas)
		held->vmas = new_array();
	if ((!call->no_pages && (!held->pages || !held->gone)) ||
	    (call->vmas && !held->vmas)) {
		free_held(held);
		return ERR_PTR(-ENOMEM);
	}
	call->handle = probe->nr_held++;
	return held;
}

/* As after a kill(), but that the task lives on, and gets to no handler. */
static void set_pending(int signal)
{
	spin_lock_irq(&current->sighand->siglock);
	sigaddset(&current->pending.signal, signal);
	set_tsk_thread_flag(current, TIF_SIGPENDING);
	spin_unlock_irq(&current->sighand->siglock);
}

static void take_back(int signal)
{
	spin_lock_irq(&current->sighand->siglock);
	sigdelset(&current->pending.signal, signal);
	recalc_sigpending();
	spin_unlock_irq(&current->sighand->siglock);
}

static void make_call(struct probe_call *call, const struct arguments *args)
{
	if (call->signal)
		set_pending(call->signal);
	call->result = invoke(call->function, args);
	if (call->signal)
		take_back(call->signal);
}

/* Under the lock, as callers have it, and given back unless the call has dropped it. */
static void call_under_lock(struct probe_call *call, const struct arguments *args)
{
	bool own = !args->kept && !is_unlocked(call->function);
	bool may_drop = args->locked && *args->locked, dropped;

	if (own)
		mmap_read_lock(args->mm);
	make_call(call, args);
	call->locked_after = args->locked && *args->locked;
	dropped = may_drop && !*args->locked;
	if (own && !dropped)
		mmap_read_unlock(args->mm);
	if (args->kept && dropped)
		probe_lock_lost(args->kept);
	call->lock_after = !args->kept && probe_stays_locked(args->mm) ? PROBE_LOCKED
								       : PROBE_UNLOCKED;
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
	s32 __user *heads = u64_to_user_ptr(call->heads);

	for (u32 i = 0; held->pages && i < call->nr_frames; i++)
		if (put_user(probe_frame_of_entry(probe, held->pages[i]), frames + i) ||
		    put_user(probe_head_of_entry(probe, held->pages[i]), heads + i))
			return -EFAULT;
	return 0;
}

static s32 number_of_vma(struct probe *probe, struct vm_area_struct *vma)
{
	return vma && vma == probe_gate_vma() ? PROBE_VMA_GATE : probe_vma(probe, vma);
}

static int copy_vmas(struct probe *probe, const struct held *held,
		     const struct probe_call *call)
{
	s32 __user *vmas = u64_to_user_ptr(call->vmas);

	for (u32 i = 0; held->vmas && i < call->nr_frames; i++)
		if (put_user(number_of_vma(probe, held->vmas[i]), vmas + i))
			return -EFAULT;
	return 0;
}

static int call_on_mm(struct probe *probe, struct probe_call *call,
		      struct arguments *args)
{
	int locked = call->locked == PROBE_LOCKED_1 && call->function != PROBE_FIXUP;
	struct held *held = new_held(probe, call);

	if (IS_ERR(held))
		return PTR_ERR(held);
	args->pages = held->pages;
	args->vmas = held->vmas;
	args->kept = probe_kept(probe, args->mm);
	args->locked = call->locked == PROBE_LOCKED_NULL ? NULL : &locked;
	call->min = -(s64)current->min_flt;
	call->maj = -(s64)current->maj_flt;
	call_under_lock(call, args);
	call->min += current->min_flt;
	call->maj += current->maj_flt;
	if (holds_pages(call))
		note_held(held, call->result);
	return copy_frames(probe, held, call) ?: copy_vmas(probe, held, call);
}

int probe_call(struct probe *probe, struct probe_call *call)
{
	struct arguments args = {.start = call->start, .nr = call->nr};
	int error;

	if (!is_well_formed(call))
		return -EINVAL;
	error = probe_flags(call->flags, &args.flags);
	if (has_own_flags(call->function))
		args.flags = call->flags;
	else if (error)
		return error;
	args.mm = probe_mm(call->pid ? call->pid : task_pid_vnr(current));
	if (IS_ERR(args.mm))
		return PTR_ERR(args.mm);
	error = call_on_mm(probe, call, &args);
	mmput(args.mm);
	return error;
}

/* Giving back. */

static bool is_there(const struct held *held, long i)
{
	return probe_is_page(held->pages[i]) && !test_bit(i, held->gone);
}

struct page *probe_held_page(const struct probe *probe, u32 handle, u64 entry)
{
	const struct held *held = &probe->held[handle];

	if (handle >= probe->nr_held || entry >= held->counted)
		return NULL;
	return is_there(held, entry) ? held->pages[entry] : NULL;
}

static void give_back(struct page *page, enum probe_way way)
{
	switch (way) {
	case PROBE_UNPIN:
		unpin_user_page(page);
		break;
	case PROBE_UNPIN_DIRTY:
		unpin_user_pages_dirty_lock(&page, 1, true);
		break;
	default:
		put_page(page);
	}
}

static void put_entry(struct held *held, long i, enum probe_way way)
{
	if (!is_there(held, i))
		return;
	if (held->more)
		held->more--;
	else
		__set_bit(i, held->gone);
	give_back(held->pages[i], way);
}

/* The first is left to put_page(), which sees to what becomes of the page. */
static void put_more(struct held *held)
{
	if (held->more)
		page_ref_sub(compound_head(held->pages[0]), held->more);
	held->more = 0;
}

static void put_held(struct held *held, enum probe_way way)
{
	if (way == PROBE_AS_TAKEN) {
		way = held->pinned ? PROBE_UNPIN : PROBE_PUT_PAGE;
		put_more(held);
	}
	for (long i = 0; i < held->counted; i++)
		put_entry(held, i, way);
}

int probe_put(struct probe *probe, const struct probe_put *put)
{
	bool one = put->way == PROBE_PUT_PAGE || put->way == PROBE_UNPIN;
	struct held *held;

	if (put->way >= PROBE_NR_WAYS || put->entry < -1 || (put->entry >= 0 && !one))
		return -EINVAL;
	if (put->handle >= probe->nr_held)
		return -EBADF;
	held = &probe->held[put->handle];
	if (put->entry >= held->counted)
		return -EINVAL;
	if (put->entry == -1)
		put_held(held, put->way);
	else
		put_entry(held, put->entry, put->way);
	return 0;
}

/* A count that wrapped around to 0 would free the page under those who hold it. */
static bool has_room(struct page *head, u32 refs)
{
	return (u64)(u32)page_ref_count(head) + refs <= PROBE_MOST_REFS;
}

int probe_get(struct probe *probe, struct probe_get *get)
{
	struct probe_call none = {.function = PROBE_GET};
	struct page *page;
	struct held *held;
	int error = probe_find(probe, &get->where, &page);

	if (error || get->more >= INT_MAX)
		return error ? error : -EINVAL;
	if (!page || !page_ref_count(compound_head(page)))
		return -ENOENT;
	if (!has_room(compound_head(page), get->more + 1))
		return -EOVERFLOW;
	held = new_held(probe, &none);
	if (IS_ERR(held))
		return PTR_ERR(held);
	get_page(page);
	page_ref_add(compound_head(page), get->more);
	held->pages[0] = page;
	held->counted = 1;
	held->more = get->more;
	get->handle = none.handle;
	return 0;
}

/* More than is there would be nobody's to give back: that would corrupt the kernel. */
int probe_raw_put(struct probe *probe, const struct probe_raw_put *put)
{
	struct probe_look where = put->where;
	struct page *page;
	int error = probe_find(probe, &where, &page), least;

	if (!error &&
	    (put->reserved || (put->way != PROBE_PUT_PAGE && put->way != PROBE_UNPIN)))
		error = -EINVAL;
	if (error)
		return error;
	if (!page)
		return -ENOENT;
	least = put->way == PROBE_UNPIN && !PageCompound(page) ? GUP_PIN_COUNTING_BIAS
							       : 1;
	if (page_ref_count(compound_head(page)) <= least)
		return -ENOENT;
	give_back(page, put->way);
	return 0;
}

/* Nobody cleans a device's page: the next fixture would find it as this one left it. */
static void clean_device_pages(const struct held *held)
{
	for (long i = 0; i < held->counted; i++) {
		struct page *page = held->pages[i];

		if (probe_is_page(page) && is_zone_device_page(page))
			ClearPageDirty(page);
	}
}

void probe_put_all(struct probe *probe)
{
	for (unsigned int i = 0; i < probe->nr_held; i++) {
		put_held(&probe->held[i], PROBE_AS_TAKEN);
		clean_device_pages(&probe->held[i]);
		free_held(&probe->held[i]);
	}
}
