/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of points. Invariant: a point is here if a fixture stands at it; names stay
 * whatever the kernel's functions come to be called.
 */
#include <gupsim/machine.h>

static const struct {
	const char *name, *meaning;
} points[GUPSIM_NR_POINTS] = {
	[GUPSIM_POINT_LOCK_DROPPING] =
		{"lock.dropping",
		 "A fault that may wait without mmap_sem is about to release it."},
	[GUPSIM_POINT_LOCK_DROPPED] =
		{"lock.dropped",
		 "A fault has released mmap_sem and has not waited yet: the VMA may go."},
	[GUPSIM_POINT_FAULT_SLEEPING] = {"fault.sleeping",
					 "A fault sleeps until a page has been read; who "
					 "may not release mmap_sem, "
					 "or did so before, holds it all the time."},
	[GUPSIM_POINT_FAULT_RETRY] = {"fault.retry",
				      "A fault comes back with VM_FAULT_RETRY: it has "
				      "waited, without mmap_sem, "
				      "or may not wait at all."},
	[GUPSIM_POINT_LOCK_RETAKING] =
		{"lock.retaking",
		 "Who had its lock dropped is about to take mmap_sem again."},
	[GUPSIM_POINT_LOCK_RETAKEN] =
		{"lock.retaken",
		 "It holds mmap_sem again, and has not looked at anything yet."},
	[GUPSIM_POINT_LONGTERM_WALKED] = {"longterm.walked",
					  "The pages of a long-term pin are pinned; "
					  "neither check_dax_vmas() nor the "
					  "check for pages that have to move has run."},
	[GUPSIM_POINT_LONGTERM_RELEASED] =
		{"longterm.released",
		 "Pages that have to move are isolated, and all that was pinned is given "
		 "back: the migration begins."},
	[GUPSIM_POINT_MIGRATE_UNMAPPED] = {"migrate.unmapped",
					   "A page that moves is locked and nowhere "
					   "mapped any more; whoever faults "
					   "on it waits."},
	[GUPSIM_POINT_LONGTERM_MIGRATED] =
		{"longterm.migrated",
		 "Pages have moved, or would not; nothing of the range is pinned again "
		 "yet."},
	[GUPSIM_POINT_DIRTY_LOCKED] =
		{"dirty.locked",
		 "set_page_dirty_lock() has locked the page and not marked it yet."},
	[GUPSIM_POINT_FAST_PTE_READ] =
		{"fast.pte_read",
		 "A lockless walk has read an entry and is about to take its page."},
	[GUPSIM_POINT_FAST_REF_TAKEN] =
		{"fast.ref_taken",
		 "A lockless walk has the page and is about to compare the entry."},
	[GUPSIM_POINT_FAST_WALKED] =
		{"fast.walked",
		 "A lockless walk is over, and the slow path is about to go on."},
};

static bool is_point(enum gupsim_point point)
{
	return (unsigned int)point < GUPSIM_NR_POINTS;
}

const char *gupsim_point_name(enum gupsim_point point)
{
	return is_point(point) ? points[point].name : NULL;
}

const char *gupsim_point_meaning(enum gupsim_point point)
{
	return is_point(point) ? points[point].meaning : NULL;
}
