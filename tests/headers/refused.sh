#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# refused.sh ROOT COMPILER: what a driver writes for another release does not compile, and
# the very same does where it belongs.
set -u
cd "$1" && compiler=$2
failed=0

# compiles VERSION STATEMENT
compiles() {
	"$compiler" -std=c11 -fsyntax-only -Wall -Werror -Wno-unused -I include \
		-I include/gupsim/kernel "-DGUPSIM_LINUX_VERSION=KERNEL_VERSION($1)" -x c - \
		>/dev/null 2>&1 <<-SOURCE
			#include <linux/mm.h>
			#include <linux/sched.h>
			#include <linux/version.h>

			long driver(struct mm_struct *mm, struct page **pages,
				    struct vm_area_struct **vmas, int *locked)
			{
				$2;
				return 0;
			}
		SOURCE
}

# only_in STATEMENT YES... -- NO...: compiles for the versions YES, not for the others.
only_in() {
	local statement=$1 expect=0 version

	shift
	for version; do
		if [ "$version" = -- ]; then
			expect=1
			continue
		fi
		compiles "$version" "$statement"
		if [ $? -ne $expect ]; then
			echo "$version: $([ $expect = 0 ] && echo refused || echo accepted): $statement"
			failed=1
		fi
	done
}

only_in '' 5,5,0 5,6,0 6,12,0 6,12,117 -- 5,4,0 6,13,0

only_in 'get_user_pages_remote(current, mm, 0, 1, 0, pages, vmas, locked)' \
	5,5,0 5,6,0 5,8,0 -- 5,9,0 5,10,0 6,1,0 6,12,0
only_in 'get_user_pages_remote(mm, 0, 1, 0, pages, vmas, locked)' \
	5,9,0 5,10,0 6,1,0 6,4,0 -- 5,5,0 5,8,0 6,5,0 6,12,0
only_in 'get_user_pages_remote(mm, 0, 1, 0, pages, locked)' \
	6,5,0 6,12,0 -- 5,6,0 5,10,0 6,1,0
only_in 'get_user_pages(0, 1, 0, pages, vmas)' 5,5,0 6,1,0 -- 6,5,0 6,12,0
only_in 'get_user_pages(0, 1, 0, pages)' 6,5,0 6,12,0 -- 5,5,0 6,1,0
only_in 'pin_user_pages(0, 1, 0, pages, vmas)' 5,6,0 6,1,0 -- 5,5,0 6,12,0
only_in 'pin_user_pages(0, 1, 0, pages)' 6,12,0 -- 5,5,0 5,6,0 6,1,0
only_in 'get_user_pages_locked(0, 1, 0, pages, locked)' 5,5,0 5,15,0 -- 5,18,0 6,1,0 6,12,0
only_in 'pin_user_pages_locked(0, 1, 0, pages, locked)' 5,8,0 5,15,0 -- 5,6,0 6,1,0 6,12,0
only_in 'pin_user_pages_unlocked(0, 1, pages, 0)' 5,8,0 6,12,0 -- 5,5,0 5,6,0 5,7,0
only_in 'get_user_pages_fast(0, 1, 0, pages)' 5,5,0 6,12,0
only_in '__get_user_pages_fast(0, 1, 0, pages)' 5,5,0 5,7,0 -- 5,8,0 6,12,0
only_in 'get_user_pages_fast_only(0, 1, 0, pages)' 5,8,0 6,12,0 -- 5,5,0 5,7,0
only_in 'pin_user_pages_fast(0, 1, 0, pages)' 5,6,0 6,12,0 -- 5,5,0
only_in 'pin_user_pages_fast_only(0, 1, 0, pages)' 5,8,0 6,1,0 -- 5,6,0 6,3,0 6,12,0
only_in 'put_user_page(*pages)' 5,5,0 -- 5,6,0 6,12,0
only_in 'unpin_user_page(*pages)' 5,6,0 6,12,0 -- 5,5,0
only_in 'fixup_user_fault(current, mm, 0, FAULT_FLAG_WRITE, NULL)' \
	5,5,0 5,8,0 -- 5,9,0 5,10,0 6,1,0 6,12,0
only_in 'fixup_user_fault(mm, 0, FAULT_FLAG_WRITE, NULL)' 5,9,0 6,12,0 -- 5,5,0 5,8,0
only_in 'follow_page(*vmas, 0, FOLL_GET)' 5,5,0 6,1,0 6,11,0 -- 6,12,0
only_in 'get_dump_page(0); mm_populate(0, 0); return __mm_populate(0, 0, 1)' 5,5,0 6,12,0 --

only_in 'return FOLL_NOFAULT' 5,16,0 6,1,0 6,12,0 -- 5,5,0 5,6,0 5,15,0
only_in 'return FOLL_PIN' 5,6,0 6,1,0 -- 5,5,0 6,12,0
only_in 'return FOLL_SPLIT' 5,5,0 5,10,0 -- 5,15,0 6,1,0 6,12,0
only_in 'return FOLL_MLOCK | FOLL_POPULATE' 5,5,0 5,15,0 -- 6,1,0 6,12,0
only_in 'return FOLL_COW | FOLL_NUMA' 5,5,0 5,15,0 -- 6,1,0 6,12,0
only_in 'return FOLL_MIGRATION' 5,5,0 6,1,0 -- 6,12,0
only_in 'return FOLL_TOUCH' 5,5,0 6,1,0 -- 6,12,0
only_in 'return FOLL_HONOR_NUMA_FAULT' 6,12,0 -- 5,6,0 6,1,0
only_in 'return FOLL_INTERRUPTIBLE | FOLL_PCI_P2PDMA' 6,12,0 -- 5,6,0 6,1,0
only_in 'return FAULT_FLAG_UNSHARE' 6,1,0 6,12,0 -- 5,6,0 5,15,0
only_in 'return FAULT_FLAG_INTERRUPTIBLE' 5,7,0 6,12,0 -- 5,6,0
only_in 'return VM_FAULT_WRITE' 5,5,0 6,1,0 -- 6,12,0
only_in 'return VM_FAULT_COMPLETED' 6,1,0 6,12,0 -- 5,6,0 5,15,0
only_in 'return GUP_PIN_COUNTING_BIAS' 5,7,0 6,12,0 -- 5,5,0 5,6,0

only_in 'down_read(&mm->mmap_sem)' 5,5,0 5,7,0 -- 5,8,0 6,12,0
only_in 'down_read(&mm->mmap_lock)' 5,8,0 6,12,0 -- 5,5,0 5,7,0
only_in 'mmap_read_lock(mm)' 5,8,0 6,12,0 -- 5,5,0 5,7,0
only_in 'return mm->mmap->vm_next == *vmas' 5,5,0 5,15,0 -- 6,1,0 6,12,0
only_in 'return !vma_lookup(mm, 0)' 5,15,0 6,12,0 -- 5,10,0
exit $failed
