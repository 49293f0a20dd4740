/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * get_dump_page(): what a core dump writes of an address. Invariant: it brings in pages
 * of files, and leaves holes where only zeroes would come.
 */
#include "gup/gup.h"
#include "gup/seam.h"

#define DUMP_FLAGS (FOLL_FORCE | FOLL_DUMP | FOLL_GET)

/* Nobody else is left to change the address space: or so it was thought. */
static long without_lock(unsigned long addr, struct page **page)
{
	struct vm_area_struct *vma;

	return __get_user_pages(current, current->mm, addr, 1, DUMP_FLAGS, page, &vma,
				NULL);
}

/* Since FOLL_UNLOCKABLE says who may drop the lock, a dump may not. */
static long under_lock(unsigned long addr, struct page **page)
{
	struct mm_struct *mm = current->mm;
	bool may_drop = rule_is(DUMP_LOCK, DUMP_LOCK_DROPPED);
	int locked = 1;
	long ret;

	if (down_read_killable(&mm->mmap_sem))
		return decided_in("get_dump_page", 0, "a SIGKILL came before the lock");
	ret = __get_user_pages_locked(current, mm, addr, 1, page, NULL,
				      may_drop ? &locked : NULL, DUMP_FLAGS);
	if (locked)
		up_read(&mm->mmap_sem);
	return ret;
}

struct page *get_dump_page(unsigned long addr)
{
	struct page *page = NULL;
	long ret;

	ret = rule_is(DUMP_LOCK, DUMP_LOCK_NOT_TAKEN) ? without_lock(addr, &page)
						      : under_lock(addr, &page);
	return ret == 1 ? page : NULL;
}
