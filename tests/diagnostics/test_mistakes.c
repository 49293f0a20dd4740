/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A wrong fixture goes in, a message that helps comes out. */
#define _GNU_SOURCE /* vasprintf */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asserts.h"
#include "collected.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define SET_UP                   \
	"file data on disk 4K\n" \
	"task A\n"               \
	"vma A.heap at 0x10000 4 pages rw private anon\n"

/* The mistake in a fourth line: its column, how long the caret is, the message. */
static const struct {
	const char *line;
	unsigned int column, length;
	const char *message;
} mistakes[] = {
	{"wirte A.heap", 1, 5, "unknown verb 'wirte'; did you mean 'write'?"},
	{"pin(A, A.heap, 1, 0) -> 1", 1, 3, "unknown function 'pin'"},
	{"p = get_user_pages_remot(A, A.heap, 1, 0) -> 1", 5, 20,
	 "unknown function 'get_user_pages_remot'; did you mean "
	 "'get_user_pages_remote'?"},
	{"get_user_pages(A.heap, 1, WRTE) -> 1", 27, 4,
	 "unknown flag 'WRTE'; did you mean 'WRITE'?"},
	{"get_user_pages(A.heap, 1, FOLL_WRTE) -> 1", 27, 9,
	 "unknown flag 'WRTE'; did you mean 'WRITE'?"},
	{"get_user_pages(A.heap, 1, 0x100000000) -> 1", 27, 11, "flags have 32 bits"},
	{"get_user_pages(A.heap, 1, WRITE|NOFAULT) -> 1", 27, 5,
	 "v5.6 has no FOLL_NOFAULT"},
	{"get_user_pages(A.heap, 1, 0)", 29, 1,
	 "a call needs its result: -> 4, or -> -EFAULT"},
	{"get_user_pages(A.heap, 1) -> 1", 25, 1, "expected ',', not ')'"},
	{"get_user_pages A.heap", 16, 6, "expected '(', not 'A.heap'"},
	{"get_user_pages(A.heap, 1, 0, locked=1) -> 1", 30, 6,
	 "did not expect 'locked'; usage: get_user_pages(START, NR, FLAGS [, "
	 "pages={yes|NULL}] [, vmas={no|yes}])"},
	{"get_user_pages(A.heap, 1, 0, vmas=yes, vmas=no) -> 1", 40, 4,
	 "did not expect 'vmas'; usage: get_user_pages(START, NR, FLAGS [, "
	 "pages={yes|NULL}] [, vmas={no|yes}])"},
	{"get_user_pages_unlocked(A.heap, 1, 0, vmas=yes) -> 1", 39, 4,
	 "did not expect 'vmas'; usage: get_user_pages_unlocked(START, NR, FLAGS [, "
	 "pages={yes|NULL}])"},
	{"pin_user_pages(A.heap, 1, 0, locked=1) -> 1", 30, 6,
	 "did not expect 'locked'; usage: pin_user_pages(START, NR, FLAGS [, "
	 "pages={yes|NULL}] [, vmas={no|yes}])"},
	{"pin_user_pages_remote(A.heap, 1, 0) -> 1", 23, 6, "unknown task 'A.heap'"},
	{"pin_user_pages_locked(A.heap, 1, 0) -> 1", 1, 21,
	 "v5.6 has no pin_user_pages_locked"},
	{"pin_user_pages_unlocked(A.heap, 1, 0) -> 1", 1, 23,
	 "v5.6 has no pin_user_pages_unlocked"},
	{"pin_user_pages_fast_only(A.heap, 1, 0) -> 1", 1, 24,
	 "v5.6 has no pin_user_pages_fast_only"},
	{"unpin_user_page(A.heap)", 17, 6, "expected one page, not 4"},
	{"unpin_user_pages(q)", 18, 1, "unknown call or reference 'q'"},
	{"unpin_user_pages_dirty_lock(A)", 29, 1,
	 "'A' is a task; expected a call or reference"},
	{"put_user_page(A.heap)", 15, 6, "expected one page, not 4"},
	{"put_user_pages(q)", 16, 1, "unknown call or reference 'q'"},
	{"put_user_pages_dirty_lock(q)", 27, 1, "unknown call or reference 'q'"},
	{"get_page(A.heap)", 10, 6, "expected one page, not 4"},
	{"get_page(A.heap[0], 0)", 21, 1, "a number of references is 1 to 2147483647"},
	{"get_page(A.heap[0], -1)", 21, 1, "a number of references is 1 to 2147483647"},
	{"get_page(A.heap[0], 2147483648)", 21, 10,
	 "a number of references is 1 to 2147483647"},
	{"get_page(A.heap[0], all)", 21, 3, "expected a number of references, not 'all'"},
	{"get_page(A.heap[0], 1, 2)", 22, 1, "expected ')', not ','"},
	{"expect A.heap refcount 2147483648", 24, 10,
	 "a count has 32 bits: -2147483648 to 2147483647"},
	{"expect A.heap refcount 1+-2147483649", 26, 1,
	 "a count has 32 bits: -2147483648 to 2147483647"},
	{"expect A.heap refcount -A", 25, 1, "expected a number, not 'A'"},
	{"isolate", 8, 1, "expected a page, as A.heap[0]"},
	{"putback A", 9, 1, "'A' is a task; expected a page"},
	{"exit A.heap", 6, 6, "unknown task 'A.heap'"},
	{"unlock A.heap", 8, 6, "unknown task 'A.heap'"},
	{"get_user_pages_locked(A.heap, 1, 0, locked=2) -> 1", 44, 1,
	 "expected NULL|1|0"},
	{"get_user_pages_fast(A.heap, 1, 0, vmas=yes) -> 1", 35, 4,
	 "did not expect 'vmas'; usage: get_user_pages_fast(START, NR, FLAGS [, "
	 "pages={yes|NULL}])"},
	{"pin_user_pages_fast(A, A.heap, 1, 0) -> 1", 21, 1,
	 "'A' is a task; expected a page"},
	{"__get_user_pages_fast(A.heap, 1, WRITE|FORCE) -> 1", 34, 5,
	 "the function takes a bool: WRITE, or 0"},
	{"get_user_pages_fast_ony(A.heap, 1, 0) -> 1", 1, 23,
	 "unknown function 'get_user_pages_fast_ony'; did you mean "
	 "'get_user_pages_fast_only'?"},
	{"at fast.pte_red: munmap A.heap", 4, 12,
	 "unknown point 'fast.pte_red'; did you mean 'fast.pte_read'?"},
	{"get_user_pages(A.heap, 1, 0, page=NULL) -> 1", 30, 4,
	 "did not expect 'page'; did you mean 'pages'?"},
	{"fixup_user_fault(A, A.heap, WRTE) -> 0", 29, 4,
	 "unknown flag 'WRTE'; did you mean 'WRITE'?"},
	{"fixup_user_fault(A, A.heap, FORCE) -> 0", 29, 5, "unknown flag 'FORCE'"},
	{"fixup_user_fault(A, A.heap, FAULT_FLAG_WRITE|0x4) -> 0", 29, 16,
	 "fixup_user_fault() is called with WRITE, UNSHARE, REMOTE or 0"},
	{"fixup_user_fault(A, A.heap, 0, unlocked=1) -> 0", 41, 1, "expected NULL|0"},
	{"fixup_user_fault(A.heap, 0) -> 0", 18, 6, "unknown task 'A.heap'"},
	{"get_dump_page(A, A.heap) -> 1", 15, 1, "'A' is a task; expected a page"},
	{"get_dump_page(A.heap)", 22, 1, "a call needs its result: -> 4, or -> -EFAULT"},
	{"follow_page(A, A.heap, DUMMP) -> 1", 24, 5,
	 "unknown flag 'DUMMP'; did you mean 'DUMP'?"},
	{"follow_pge(A, A.heap, GET) -> 1", 1, 10,
	 "unknown function 'follow_pge'; did you mean 'follow_page'?"},
	{"populate_vma_page_range(A, A.heap, 4, locked=0) -> 4", 46, 1,
	 "expected NULL|1"},
	{"__mm_populate(A.heap, 4, ignore_erors=1) -> 0", 26, 12,
	 "did not expect 'ignore_erors'; did you mean 'ignore_errors'?"},
	{"get_user_pages(A.heap, 1, 0) -> -EFALT", 34, 5,
	 "unknown errno 'EFALT'; did you mean 'EFAULT'?"},
	{"get_user_pages(A.heap, 1, 0) -> maybe", 33, 5,
	 "expected spins|BUG CHECK|would block on {lock of PAGE|TASK lock}|waits "
	 "PAGE|SIGSEGV|SIGBUS|-ERRNO|N"},
	{"write A.heap -> SIGBSU", 17, 6,
	 "expected spins|BUG CHECK|would block on {lock of PAGE|TASK lock}|waits "
	 "PAGE|SIGSEGV|SIGBUS|-ERRNO|N; did "
	 "you mean 'SIGBUS'?"},
	{"write A.heap -> -4", 18, 1, "expected an errno, as -EFAULT, not '4'"},
	{"get_user_pages(A.heap, 1, 0) -> 1 | v5.6 2", 42, 1, "expected ':', not '2'"},
	{"get_user_pages(A.heap, 1, 0) -> 1 | v5.6: 2 | v5.5: 3", 47, 4,
	 "releases go upwards from left to right"},
	{"get_user_pages(A.heap, 1, 0) -> 1 | 5.6: 2", 37, 1,
	 "expected a kernel release, as v5.6, not '5'"},
	{"get_user_pages(A.heap, 1, 0) -> 1 warn", 39, 1,
	 "expected the kernel function that holds the check"},
	{"get_user_pages(A.heap, 1, 0) -> 1 2", 35, 1,
	 "expected the end of the line, not '2'"},
	{"write A.heep", 7, 6, "A has no range 'heep'; did you mean 'A.heap'?"},
	{"write B.heap", 7, 1, "unknown task 'B'"},
	{"write heap", 7, 4, "unknown page 'heap'"},
	{"write A.heap[4]", 7, 9, "A.heap has the pages 0..3"},
	{"write A.heap[2..1]", 13, 1, "the last page comes before the first"},
	{"write A.heap[0..9]", 7, 12, "A.heap has the pages 0..3"},
	{"write A.heap[-9223372036854775807..9223372036854775807]", 14, 1,
	 "no address is in that page"},
	{"write A.heap[-1..1]", 7, 13, "A.heap has the pages 0..3"},
	{"write A.heap[0", 15, 1, "expected ']'"},
	{"write A.heap \"abc", 14, 4, "the text has no closing quote"},
	{"write A.heap \"\"", 14, 2,
	 "a text that is empty says nothing; a zero is \"\\x00\""},
	{"write A.heap \"a\\q\"", 14, 5,
	 "escapes are \\\\ \\\" \\n \\t and \\x with two hex digits"},
	{"write A.heap in dma", 17, 3,
	 "expected normal|cma|movable; did you mean 'cma'?"},
	{"write A", 7, 1, "'A' is a task; expected a page"},
	{"mprotect A.heap", 16, 1, "expected a protection, as rw or none"},
	{"mprotect A.heap wr", 17, 2,
	 "a protection is made of r, w and x in this order, or is none"},
	{"mprotect A.heap[9] r", 10, 9, "A.heap has the pages 0..3"},
	{"mprotect data r", 10, 4, "expected a page, as A.heap[0]"},
	{"mprotect A.heap r pkye 1", 19, 4,
	 "did not expect 'pkye'; usage: mprotect PAGES PROT [pkey N]"},
	{"mprotect A.heap r pkey", 23, 1, "expected a number"},
	{"mprotect A.heap r pkey 16", 24, 2, "there are protection keys from 0 to 15"},
	{"pkru A 1", 9, 1, "expected allow|disable_write|disable_access"},
	{"pkru A 0 allow", 8, 1, "a task has a say in the protection keys 1 to 15"},
	{"pkru A 16 allow", 8, 2, "a task has a say in the protection keys 1 to 15"},
	{"pkru A.heap 1 allow", 6, 6, "unknown task 'A.heap'"},
	{"pkru A 1 disable_wirte", 10, 13,
	 "expected allow|disable_write|disable_access; did you mean 'disable_write'?"},
	{"madvise A.heap", 15, 1,
	 "expected "
	 "dontneed|remove|random|normal|hugepage|nohugepage|populate_read|"
	 "populate_write"},
	{"madvise A.heap dontnede", 16, 8,
	 "expected "
	 "dontneed|remove|random|normal|hugepage|nohugepage|populate_read|"
	 "populate_write; did you mean 'dontneed'?"},
	{"madvise A.heap populate_raed", 16, 13,
	 "expected "
	 "dontneed|remove|random|normal|hugepage|nohugepage|populate_read|"
	 "populate_write; did you mean 'populate_read'?"},
	{"madvise A.heap remvoe", 16, 6,
	 "expected "
	 "dontneed|remove|random|normal|hugepage|nohugepage|populate_read|"
	 "populate_write; did you mean 'remove'?"},
	{"close", 6, 1, "expected a file"},
	{"close A", 7, 1, "'A' is a task; expected a file"},
	{"close log", 7, 3, "unknown file 'log'"},
	{"evict log", 7, 3, "unknown page 'log'"},
	{"pwrite data[0] direct", 16, 6, "expected a text in quotes, not 'direct'"},
	{"pwrite data[0] \"x\"", 19, 1, "expected 'direct'"},
	{"pwrite data[1] \"x\" direct", 8, 7, "data has the pages 0..0"},
	{"pwrite A.heap \"x\" direct", 8, 6, "expected pages of a file, as data[0]"},
	{"punch", 6, 1, "expected pages of a file, as data[0]"},
	{"punch A.heap", 7, 6, "expected pages of a file, as data[0]"},
	{"punch dta[0]", 7, 3, "unknown page 'dta'; did you mean 'data'?"},
	{"punch data[1]", 7, 7, "data has the pages 0..0"},
	{"punch data[0] 1", 15, 1, "did not expect '1'; usage: punch FILEPAGES"},
	{"madvise data dontneed", 9, 4, "expected a page, as A.heap[0]"},
	{"truncate data", 14, 1, "expected a number"},
	{"truncate data 65G", 15, 3, "more than 64G"},
	{"truncate A 0", 10, 1, "'A' is a task; expected a file"},
	{"truncate dta 0", 10, 3, "unknown file 'dta'; did you mean 'data'?"},
	{"truncate data 0 -> waits", 25, 1, "expected a page, as A.heap[0]"},
	{"device wirte data[0] \"x\"", 8, 5,
	 "expected write|read; did you mean 'write'?"},
	{"device write A.heap[0] \"x\"", 14, 6,
	 "expected a page that a call holds, as p[0]"},
	{"device write data[0] \"x\"", 14, 4,
	 "expected a page that a call holds, as p[0]"},
	{"device read q[0] \"x\"", 13, 1, "unknown page 'q'"},
	{"mlock A.heap onfalut", 14, 7,
	 "did not expect 'onfalut'; did you mean 'onfault'?"},
	{"munlock data", 9, 4, "expected a page, as A.heap[0]"},
	{"hint A", 6, 1, "'A' is a task; expected a page"},
	{"hint A.heap[4]", 6, 9, "A.heap has the pages 0..3"},
	{"hint A.heap now", 13, 3, "did not expect 'now'; usage: hint PAGES"},
	{"fsync dta", 7, 3, "unknown file 'dta'; did you mean 'data'?"},
	{"munmap data[0]", 8, 4, "expected a page, as A.heap[0]"},
	{"vma A.heap at 0x20000 1 page rw private anon", 5, 6,
	 "'A.heap' already names an address range, in line 3"},
	{"vma A.x at 0x20001 1 page rw private anon", 12, 7,
	 "0x20001 is not the start of a page"},
	{"vma A.x at 0x12000 1 page rw private anon", 12, 7,
	 "A.x overlaps A.heap, 0x10000..0x14000 of line 3"},
	{"vma A.x at 0x20000 1 page rw shared anon growsdown", 42, 9,
	 "a stack is private anon memory"},
	{"vma A.x at 0x20000 1 page rw private file data growsdown", 48, 9,
	 "a stack is private anon memory"},
	{"vma A.x at 0x20000 0 pages rw private anon", 20, 1, "a VMA of no pages"},
	{"vma A.x at 0x20000 262145 pages rw private anon", 20, 6,
	 "more than 262144 pages"},
	{"vma A.x at 0x7ffffffff000 1 page rw private anon", 12, 14,
	 "the VMA would end above the address space, which ends at 0x7ffffffff000"},
	{"vma A.x at 0x20000 1 page rwz private anon", 27, 3,
	 "a protection is made of r, w and x in this order, or is none"},
	{"vma A.x at 0x20000 1 page rr private anon", 27, 2,
	 "a protection is made of r, w and x in this order, or is none"},
	{"vma A.x at 0x20000 1 page wr private anon", 27, 2,
	 "a protection is made of r, w and x in this order, or is none"},
	{"vma A.x at 0x20000 1 page rw privat anon", 30, 6,
	 "expected private|shared; did you mean 'private'?"},
	{"vma A.x at 0x20000 1 page rw private anon randm", 43, 5,
	 "did not expect 'randm'; did you mean 'random'?"},
	{"vma A.x at 0x20000 1 page rw private file dta", 43, 3,
	 "unknown file 'dta'; did you mean 'data'?"},
	{"vma A.x at 0x20000 1 page rw private", 37, 1, "expected anon|file FILE"},
	{"vma B.x at 0x20000 1 page rw private anon", 5, 1, "unknown task 'B'"},
	{"vma x at 0x20000 1 page rw private anon", 5, 1,
	 "an address range is named TASK.NAME, as A.heap"},
	{"vma A.x.y at 0x20000 1 page rw private anon", 5, 5,
	 "an address range is named TASK.NAME, as A.heap"},
	{"task A", 6, 1, "'A' already names a task, in line 2"},
	{"task A.b", 6, 3, "the name of a task has no dot"},
	{"task 7", 6, 1, "expected a name, not '7'"},
	{"task a123456789012345678901234567890123456789012345678901234567890123", 6, 64,
	 "a name has at most 63 characters"},
	{"file f on disc 4K", 11, 4,
	 "expected disk|shmem|pfnmap|mixedmap|inserted|p2pdma|secretmem|hugetlb "
	 "{2M|1G}|PMEM; did you "
	 "mean "
	 "'disk'?"},
	{"file f on dat 4K", 11, 3,
	 "expected disk|shmem|pfnmap|mixedmap|inserted|p2pdma|secretmem|hugetlb "
	 "{2M|1G}|PMEM"},
	{"file f on secretmem 4K hole", 24, 4, "'hole' is for files on shmem or fsdax"},
	{"file f on secretmem 4K cached", 24, 6, "'cached' is for files on disk"},
	{"file f on secretmen 4K", 11, 9,
	 "expected disk|shmem|pfnmap|mixedmap|inserted|p2pdma|secretmem|hugetlb "
	 "{2M|1G}|PMEM; did you "
	 "mean "
	 "'secretmem'?"},
	{"drain -> -EFOO", 11, 4, "unknown errno 'EFOO'"},
	{"vma A.x at 0x20000 1 page rw private anon random random", 50, 6,
	 "did not expect 'random'; usage: vma RANGE at ADDRESS N {pages|page} PROT "
	 "{private|shared} {anon|file FILE} [offset N {pages|page}] [hugetlb {2M|1G}] "
	 "[noreserve] [random] [growsdown] [locked] [populate] [replace]"},
	{"vma A.x at 0x200000 1 page rw private anon hugetlb 4M", 52, 2,
	 "expected 2M|1G"},
	{"file f on hugetlb 4K 4K", 19, 2, "expected 2M|1G"},
	{"file f on hugetlb 2M", 21, 1, "expected a size, as 64K"},
	{"file f on disk", 15, 1, "expected a size, as 64K"},
	{"file f on disk 0", 16, 1, "a size of nothing"},
	{"file f on disk 128G", 16, 4, "more than 64G"},
	{"file f on disk 4K buffers", 19, 7,
	 "did not expect 'buffers'; usage: file NAME on "
	 "{disk|shmem|pfnmap|mixedmap|inserted|p2pdma|secretmem|hugetlb {2M|1G}|PMEM} "
	 "[BYTES] "
	 "[cold|cached "
	 "[buffers]] "
	 "[hole] [readonly]"},
	{"file f on shmem 4K cold", 20, 4, "'cold' is for files on disk"},
	{"file f on disk 4K hole", 19, 4, "'hole' is for files on shmem or fsdax"},
	{"pmem p 5000", 8, 4, "a size is a multiple of 4K"},
	{"pmem p 4M align 2M", 11, 5,
	 "did not expect 'align'; usage: pmem NAME SIZE [devdax [align BYTES]]"},
	{"pmem p 4M devdax align 8K", 24, 2, "an alignment is 4K, 2M or 1G"},
	{"pmem p 5M devdax align 2M", 8, 2, "no multiple of the alignment"},
	{"kernels v5.5", 1, 7,
	 "'kernels' is a setting: it comes before the first task, device or file"},
	{"ram normal 1M", 1, 3,
	 "'ram' is a setting: it comes before the first task, device or file"},
	{"rule check_dax_vmas.fsdax refused", 1, 4,
	 "'rule' is a setting: it comes before the first task, device or file"},
	{"evict A.heap", 7, 6, "expected pages of a file, as data[0]"},
	{"evict data[1]", 7, 7, "data has the pages 0..0"},
	{"put A", 5, 1, "'A' is a task; expected a call or reference"},
	{"put nothing", 5, 7, "unknown call or reference 'nothing'"},
	{"frame old = A.heap", 13, 6, "expected one page, not 4"},
	{"kill", 5, 1, "expected a task"},
	{"signal", 7, 1, "expected a task"},
	{"signal A.heap", 8, 6, "unknown task 'A.heap'"},
	{"signal A SIGUSR1", 10, 7, "did not expect 'SIGUSR1'; usage: signal TASK"},
	{"fork A A", 8, 1, "'A' already names a task, in line 2"},
	{"thread t of nobody", 13, 6, "unknown task 'nobody'"},
	{"lock A wrote", 8, 5, "expected read|write; did you mean 'write'?"},
	{"fail disk 1", 6, 4, "expected page N|alloc N|kmalloc N|host N|pgmap PMEM"},
	{"fail page 0", 11, 1, "the next allocation is 1"},
	{"fail page 0x100000000", 11, 11, "more than 4294967295"},
	{"x = munmap A.heap -> 99999999999999999999", 22, 20,
	 "the number does not fit into 64 bits"},
	{"x = task B", 1, 1, "'task' gives nothing to name"},
	{"alloc_contig", 13, 1, "expected a page, as A.heap[0]"},
	{"alloc_contig cma", 14, 3, "unknown page 'cma'"},
	{"alloc_contig data[0]", 14, 4, "expected a page, as A.heap[0]"},
	{"drain now", 7, 3, "did not expect 'now'; usage: drain"},
	{"at lock.droped: drain", 4, 11,
	 "unknown point 'lock.droped'; did you mean 'lock.dropped'?"},
	{"at longterm.walkd: drain", 4, 14,
	 "unknown point 'longterm.walkd'; did you mean 'longterm.walked'?"},
	{"at lock.dropped: read A.heap", 1, 2, "no call follows this 'at'"},
	{"at lock.dropped #0: drain", 18, 1, "the first time is #1"},
	{"at lock.dropped: put_page(A.heap[0]) x", 38, 1,
	 "did not expect 'x'; usage: put_page(PAGE)"},
	{"at lock.dropped drain", 17, 5, "expected ':', not 'drain'"},
	{"  drain", 3, 5, "an indented line stands only under an 'at'"},
	{"expect A.heap", 14, 1, "expected an observable, as refcount 1"},
	{"expect A.heap recount 1", 15, 7,
	 "unknown expectation 'recount'; did you mean 'refcount'?"},
	{"expect A.heap refcount", 23, 1, "expected a count, as 1+p"},
	{"expect A.heap refcount x", 24, 1, "unknown call 'x'"},
	{"expect A.heap zone highmem", 20, 7, "expected normal|movable|device"},
	{"expect A.heap stale", 15, 5, "'stale' cannot be asked here"},
	{"expect A.heap null", 15, 4, "'null' cannot be asked here"},
	{"expect A.heap same as A.heap[0..2]", 23, 6,
	 "4 pages on the left, 3 on the right"},
	{"expect A.heap bytes 4", 21, 1, "expected a text in quotes, not '4'"},
	{"expect A faults", 16, 1, "expected min N [maj N]|maj N [min N]"},
	{"expect vma A.heap flags SHARD", 25, 5,
	 "unknown flag 'SHARD'; did you mean 'SHARED'?"},
	{"expect q unset", 8, 1, "unknown page 'q'"},
	{"expect A.heap refcount 1 mapcount 1 | v5.6: 2", 45, 1,
	 "expected an observable, as refcount 1, not '2'"},
	{"expect audit A.heap[0] -1", 26, 1, "expected 'by'"},
	{"as B: drain", 4, 1, "unknown task 'B'"},
	{"as A drain", 6, 5, "expected ':', not 'drain'"},
	{"12", 1, 2, "expected a verb, not '12'"},
	{"= 4", 1, 1, "expected a verb, not '='"},
	{"\xc3\xa9"
	 "",
	 1, 1,
	 "expected a verb, not '\xc3\xa9"
	 "'"},
	{"drain \xc3\xa9"
	 "",
	 7, 1,
	 "expected the end of the line, not '\xc3\xa9"
	 "'"},
};

static char *formatted(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *formatted(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	assert_true(vasprintf(&text, format, args) >= 0);
	va_end(args);
	return text;
}

static void assert_mistake(struct collected c, const char *expected)
{
	assert_int_equal(c.status, 2);
	assert_string_equal(c.mistakes, expected);
	assert_int_equal(c.result.passed + c.result.failed, 0);
	collected_free(&c);
}

static void each_mistake_has_its_message(void **state)
{
	static const char tildes[] = "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"
				     "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		char *text = formatted("%s%s\n", SET_UP, mistakes[i].line);
		char *expected = formatted("t.gup:4:%u: %s\n    %s\n%*s^%.*s\n",
					   mistakes[i].column, mistakes[i].message,
					   mistakes[i].line, 3 + (int)mistakes[i].column,
					   "", (int)mistakes[i].length - 1, tildes);

		assert_mistake(collect(text, NULL), expected);
		free(text);
		free(expected);
	}
}

/* Mistakes in the settings, and in how the file as a whole is made. */
static void whole_files(void **state)
{
	static const struct {
		const char *text;
		const char *mistakes;
	} rows[] = {
		{"", "t.gup:1:1: the file is empty\n    \n    ^\n"},
		{"# only a title\n",
		 "t.gup:1:1: there is nothing to run in this file\n    "
		 "# only a title\n    ^\n"},
		{"kernels v5.6\n", "t.gup:1:1: there is nothing to run in this file\n    "
				   "kernels v5.6\n    ^\n"},
		{"config cma on\nconfig fs_dax on\nconfig cma off\ntask A\n",
		 "t.gup:3:1: this is set already, in line 1\n    config cma off\n"
		 "    ^~~~~~\n"},
		{"ram normal 4M\nram normal 8M\ntask A\n",
		 "t.gup:2:1: this is set already, in line 1\n    ram normal 8M\n"
		 "    ^~~\n"},
		{"option stack 2G\noption stack 5000\ntask A\n",
		 "t.gup:1:14: more than 1G\n    option stack 2G\n                 ^~\n"
		 "t.gup:2:14: a size is a multiple of 4K\n    option stack 5000\n"
		 "                 ^~~~\n"},
		{"option vsyscall native\ntask A\n",
		 "t.gup:1:17: expected emulate|xonly|none\n    option vsyscall native\n"
		 "                    ^~~~~~\n"},
		{"option vsyscall emulate\noption vsyscall none\ntask A\n",
		 "t.gup:2:1: this is set already, in line 1\n    option vsyscall none\n"
		 "    ^~~~~~\n"},
		{"option retry never\ntask A\n",
		 "t.gup:1:14: expected 'always', not 'never'\n"
		 "    option retry never\n                 ^~~~~\n"},
		{"option migration fails\ntask A\n",
		 "t.gup:1:18: expected 'fails_once', not 'fails'\n"
		 "    option migration fails\n                     ^~~~~\n"},
		{"option thp_alloc never\ntask A\n",
		 "t.gup:1:18: expected 'fails', not 'never'\n"
		 "    option thp_alloc never\n                     ^~~~~\n"},
		{"option isolaton fails\ntask A\n",
		 "t.gup:1:8: expected pagevec hold|io hold|stack SIZE|tlb_flush paravirt|"
		 "thp {always|madvise|never}|vsyscall {emulate|xonly|none}|retry always|"
		 "fault_around page|isolation fails|migration fails_once|thp_alloc "
		 "fails; "
		 "did you mean 'isolation'?\n"
		 "    option isolaton fails\n           ^~~~~~~~\n"},
		{"option tlb_flush native\ntask A\n",
		 "t.gup:1:18: expected 'paravirt', not 'native'\n"
		 "    option tlb_flush native\n                     ^~~~~~\n"},
		{"option io hold\noption pagevec hold\noption io hold\ntask A\n",
		 "t.gup:3:1: this is set already, in line 1\n    option io hold\n"
		 "    ^~~~~~\n"},
		{"file big on disk 1025M\npunch big\npwrite big[0..262144] \"x\" "
		 "direct\n",
		 "t.gup:2:7: more than 262144 pages\n    punch big\n          ^~~\n"
		 "t.gup:3:11: more than 262144 pages\n    pwrite big[0..262144] \"x\" "
		 "direct\n              ^\n"},
		{"rule check_dax_vmas.fsdax refused\nrule check_dax_vmas.fsdax accepted\n"
		 "task A\n",
		 "t.gup:2:1: this is set already, in line 1\n"
		 "    rule check_dax_vmas.fsdax accepted\n    ^~~~\n"},
		{"task A",
		 "t.gup:1:7: the last line does not end in a newline: is the file "
		 "complete?\n    task A\n          ^\n"},
		{"task A\r\ndrain\r\n",
		 "t.gup:1:7: the line ends in CR LF; fixtures have LF "
		 "alone\n    task A?\n          ^\n"},
		{"\xef\xbb\xbftask A\nfrob\n",
		 "t.gup:1:1: a byte order mark: save the file as UTF-8 without "
		 "one\n    \xef\xbb\xbftask A\n    ^\n"},
		{"task A\rdrain\n",
		 "t.gup:1:7: control character 0x0d\n    task A?drain\n          ^\n"},
		{"task A\n\x7f"
		 "ELF\x02\x01\n",
		 "t.gup:2:1: control character 0x7f\n    ?ELF??\n    ^\n"},
		{"task A # \xff\xfe\n",
		 "t.gup:1:10: byte 0xff is not UTF-8: this is not a text "
		 "file\n    task A # ??\n             ^\n"},
		{"\ttask A\n", "t.gup:1:2: an indented line stands only under an 'at'\n  "
			       "  \ttask A\n    \t^~~~\n"},
		{"kernels v5.6..v5.5\ntask A\n",
		 "t.gup:1:9: the range ends before it begins\n    kernels v5.6..v5.5\n"
		 "            ^~~~\n"},
		{"kernels 5.6\ntask A\n", "t.gup:1:9: expected a kernel release, as "
					  "v5.6, not '5'\n    kernels 5.6\n"
					  "            ^\n"},
		{"kernels v5\ntask A\n", "t.gup:1:9: 'v5' is no kernel release; they "
					 "look like v5.6\n    kernels v5\n"
					 "            ^~\n"},
		{"ram normal 5000\ntask A\n",
		 "t.gup:1:12: a size is a multiple of 4K\n    ram normal 5000\n"
		 "               ^~~~\n"},
		{"ram normal 4M cma 1M\ntask A\n",
		 "t.gup:1:19: a CMA area is made of pageblocks of 2M\n    ram normal 4M "
		 "cma 1M\n"
		 "                      ^~\n"},
		{"ram normal 4M cma 4M\nconfig cma off\ntask A\n",
		 "t.gup:1:1: no machine has this: CMA blocks without CONFIG_CMA\n"
		 "    ram normal 4M cma 4M\n    ^~~\n"},
		{"ram movable 4M\ntask A\n",
		 "t.gup:1:5: expected 'normal', not 'movable'\n"
		 "    ram movable 4M\n        ^~~~~~~\n"},
		{"config thp on\ntask A\n",
		 "t.gup:1:8: expected fs_dax|cma\n    config thp on\n"
		 "           ^~~\n"},
		{"rule check_dax_vma.fsdax accepted\ntask A\n",
		 "t.gup:1:6: unknown rule 'check_dax_vma.fsdax'; did you mean "
		 "'check_dax_vmas.fsdax'?\n    rule check_dax_vma.fsdax accepted\n"
		 "         ^~~~~~~~~~~~~~~~~~~\n"},
		{"rule check_dax_vmas.fsdax acepted\ntask A\n",
		 "t.gup:1:27: unknown value 'acepted'; did you mean 'accepted'?\n"
		 "    rule check_dax_vmas.fsdax acepted\n                              "
		 "^~~~~~~\n"},
		{"source\ntask A\n",
		 "t.gup:1:7: expected where the case comes from\n    source\n"
		 "          ^\n"},
		/* A misspelt setting does not make the next one late. */
		{"optoin io hold\nkernels v5.6\ntask A\n",
		 "t.gup:1:1: unknown verb 'optoin'; did you mean 'option'?\n    optoin "
		 "io hold\n"
		 "    ^~~~~~\n"},
		{"use f = g\ntask A\np = f(A) -> 1\n",
		 "t.gup:1:9: unknown function 'g'\n    use f = g\n            ^\n"},
		{"use f = get_user_pages | v5.6: get_user_page\nf(0, 1, 0) -> 0\n",
		 "t.gup:1:32: unknown function 'get_user_page'; did you mean "
		 "'get_user_pages'?\n    use f = get_user_pages | v5.6: get_user_page\n"
		 "                                   ^~~~~~~~~~~~~\n"},
		{"use f = write\ntask A\n",
		 "t.gup:1:9: unknown function 'write'\n    use f = write\n            "
		 "^~~~~\n"},
		{"use write = get_user_pages_remote\ntask A\nwrite A.heap\n",
		 "t.gup:1:5: 'write' already names a verb\n"
		 "    use write = get_user_pages_remote\n        ^~~~~\n"
		 "t.gup:3:7: A has no range 'heap'\n    write A.heap\n          "
		 "^~~~~~\n"},
		{"kernels v5.5 v5.6\nuse f = get_user_pages | v5.6: "
		 "get_user_pages_remote\ntask A\n"
		 "f(0x1000, 1, 0) -> -EFAULT\n",
		 "t.gup:4:1: get_user_pages_remote and get_user_pages take different "
		 "arguments; "
		 "write two calls\n    f(0x1000, 1, 0) -> -EFAULT\n    ^\n"},
		{SET_UP "at lock.dropped: drain\ndrain\n",
		 "t.gup:4:1: 'drain' comes to no point; a call does, a read, a write, "
		 "an mlock\n"
		 "    at lock.dropped: drain\n    ^~\n"},
		{SET_UP "at lock.dropped:\nread A.heap\n",
		 "t.gup:4:1: nothing stands under this 'at'\n    at lock.dropped:\n    "
		 "^~\n"},
		{SET_UP "at lock.dropped:\n  at lock.retaken: drain\nread A.heap\n",
		 "t.gup:5:3: an 'at' cannot stand under an 'at', or behind an 'as'\n"
		 "      at lock.retaken: drain\n      ^~\n"},
		{SET_UP "at lock.dropped: option io hold\nread A.heap\n",
		 "t.gup:4:18: 'option' is a setting: it comes before the first task, "
		 "device or file\n"
		 "    at lock.dropped: option io hold\n"
		 "                     ^~~~~~\n"},
		{SET_UP "at lock.dropped: at lock.dropped: drain\nread A.heap\n",
		 "t.gup:4:18: an 'at' cannot stand under an 'at', or behind an 'as'\n"
		 "    at lock.dropped: at lock.dropped: drain\n"
		 "                     ^~\n"},
		{"pmem pm0 1M\nfile f on pm9 4K\n",
		 "t.gup:2:11: expected "
		 "disk|shmem|pfnmap|mixedmap|inserted|p2pdma|secretmem|hugetlb "
		 "{2M|1G}|PMEM; "
		 "did you "
		 "mean 'pm0'?\n    file f on pm9 4K\n              ^~~\n"},
		{"pmem dd0 1M devdax\nfile f on dd0 4M\nfile g on dd0 64K\n",
		 "t.gup:2:15: a node is as large as its device: 1024K\n"
		 "    file f on dd0 4M\n"
		 "                  ^~\n"
		 "t.gup:3:15: a node is as large as its device: 1024K\n"
		 "    file g on dd0 64K\n"
		 "                  ^~~\n"},
		{"hugetlb 4M 2 pages\ntask A\n", "t.gup:1:9: expected 2M|1G\n"
						 "    hugetlb 4M 2 pages\n"
						 "            ^~\n"},
		{"hugetlb 1G 65 pages\ntask A\n", "t.gup:1:12: more than 64G\n"
						  "    hugetlb 1G 65 pages\n"
						  "               ^~\n"},
		{"ram normal 4M\nhugetlb 2M 2 pages\ntask A\n",
		 "t.gup:1:1: no machine has this: the huge pages of 2M need more RAM\n"
		 "    ram normal 4M\n"
		 "    ^~~\n"},
		{"hugetlb 2M 40 pages\ntask A\n",
		 "t.gup:1:1: no machine has this: the huge pages of 2M need more RAM\n"
		 "    hugetlb 2M 40 pages\n"
		 "    ^~~~~~~\n"},
		{"pmem p 4K\nfail pgmap p ?\n",
		 "t.gup:2:14: '?' is for allocations: a device goes away\n"
		 "    fail pgmap p ?\n                 ^\n"},
		{SET_UP "task B\nas B: read A.heap\n",
		 "t.gup:5:12: B does not run in the mm of A.heap\n    as B: read A.heap\n"
		 "               ^~~~~~\n"},
		{"option io hold -> 0\ntask A\n",
		 "t.gup:1:16: 'option' has no result\n    option io hold -> 0\n"
		 "                   ^~\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_mistake(collect(rows[i].text, NULL), rows[i].mistakes);
}

static void a_nul_byte(void **state)
{
	(void)state;
	assert_mistake(
		collect_bytes("task A\nta\0sk\n", 13, NULL),
		"t.gup:2:3: a NUL byte: this is not a text file\n    ta?sk\n      ^\n");
	assert_mistake(collect_bytes("\0", 1, NULL),
		       "t.gup:1:1: a NUL byte: this is not a text file\n    ?\n    ^\n");
}

/* What lies around the mistake is shown of a line that is too long. */
static void a_long_line(void **state)
{
	char text[1100], *expected;
	struct collected c;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "task ", 5);
	text[sizeof(text) - 1] = '\n';
	c = collect_bytes(text, sizeof(text), NULL);
	assert_part(NULL, c.mistakes, "t.gup:1:1: the line is longer than 1000 bytes\n");
	assert_in_range(strlen(c.mistakes), 0, 499);
	collected_free(&c);

	memset(text + 5, ' ', 900);
	memcpy(text + 900, "A oops\n", 7);
	expected = formatted("t.gup:1:903: did not expect 'oops'; usage: task NAME\n"
			     "    %*sA oops\n    %*s^~~~\n",
			     78, "", 80, "");
	assert_mistake(collect_bytes(text, 907, NULL), expected);
	free(expected);
}

/* Bounds: @most pieces between @before and @after are taken, one more is told of. */

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static struct collected collect_repeated(const char *before, const char *piece, size_t nr,
					 const char *after)
{
	size_t size = strlen(before) + nr * 64 + strlen(after) + 1;
	char *text = malloc(size);
	size_t at = snprintf(text, size, "%s", before);
	struct collected c;

	assert_non_null(text);
	for (size_t i = 0; i < nr; i++)
		at += snprintf(text + at, size - at, piece, (unsigned int)i,
			       (unsigned int)(0x100000 + i * 0x2000));
	at += snprintf(text + at, size - at, "%s", after);
	c = collect_bytes(text, at, NULL);
	free(text);
	return c;
}

static void everything_is_bounded(void **state)
{
	static const struct {
		const char *before, *piece;
		size_t most;
		const char *after, *message;
	} rows[] = {
		{"", "drain\n", 10000, "", "more than 10000 statements\n"},
		{"", "task t%u\n", 64, "", "more than 64 tasks\n"},
		{"task A\n", "vma A.r%u at 0x%x 1 page none private anon\n", 4096, "",
		 "more than 4096 address ranges\n"},
		{"task A\nvma A.a at 0x40000000 262144 pages none private anon\n"
		 "vma A.b at 0x80000000 262144 pages none private anon\n"
		 "vma A.c at 0xc0000000 262144 pages none private anon\n"
		 "vma A.d at 0x100000000 262143 pages none private anon\n",
		 "vma A.r%u at 0x%x 1 page none private anon\n", 1, "",
		 "more than 1048576 pages in all\n"},
		{SET_UP "write A.heap -> 0", " | v6.%u: 0", 63, "\n",
		 "more than 64 columns\n"},
		{SET_UP "drain -> 0", " warn f", 4, "\n", "more than 4 warnings\n"},
		{SET_UP "p = get_user_pages(A.heap, 1, 0) -> 1\nexpect A.heap refcount 1",
		 "+p", 8, "\n", "more than 8 names\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct collected c = collect_repeated(rows[i].before, rows[i].piece,
						      rows[i].most, rows[i].after);

		assert_string_equal(c.mistakes, "");
		assert_int_equal(c.result.errors, 0);
		collected_free(&c);
		c = collect_repeated(rows[i].before, rows[i].piece, rows[i].most + 1,
				     rows[i].after);
		assert_int_equal(c.status, 2);
		assert_int_equal(c.result.errors, 1);
		if (!strstr(c.mistakes, rows[i].message))
			fail_msg("no `%s` in:\n%s", rows[i].message, c.mistakes);
		collected_free(&c);
	}
}

static void a_large_file(void **state)
{
	size_t size = ((size_t)1 << 20) + 1;
	char *text = malloc(size);
	struct collected c;

	(void)state;
	assert_non_null(text);
	memset(text, '#', size);
	for (size_t i = 79; i < size; i += 80)
		text[i] = '\n';
	memcpy(text, "task A\n", 7);
	text[size - 2] = text[size - 1] = '\n';
	assert_mistake(
		collect_bytes(text, size, NULL),
		"t.gup:1:1: the file is larger than 1024 KiB\n    task A\n    ^\n");
	c = collect_bytes(text, size - 1, NULL);
	assert_int_equal(c.status, 0);
	collected_free(&c);
	free(text);
}

static void after_a_hundred_they_are_counted(void **state)
{
	struct collected c = collect_repeated("", "frob%u\n", 5000, "");
	const char *end = "t.gup: 4900 more mistakes\n", *at = c.mistakes;
	size_t carets = 0;

	(void)state;
	assert_int_equal(c.status, 2);
	assert_int_equal(c.result.errors, 5000);
	while ((at = strchr(at, '^'))) {
		carets++;
		at++;
	}
	assert_int_equal(carets, 100);
	assert_string_equal(c.mistakes + strlen(c.mistakes) - strlen(end), end);
	collected_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_has_its_message),
		cmocka_unit_test(whole_files),
		cmocka_unit_test(a_nul_byte),
		cmocka_unit_test(a_long_line),
		cmocka_unit_test(everything_is_bounded),
		cmocka_unit_test(a_large_file),
		cmocka_unit_test(after_a_hundred_they_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
