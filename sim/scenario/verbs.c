/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of verbs: parser, help, docs, runner and the plans for booted kernels all
 * read it. Invariant: a verb's words are parsed by its shape alone.
 */
#include "scenario/verbs.h"
#include "scenario/handlers.h"
#include "scenario/plan.h"

#include <string.h>

/* The arguments that pinning functions have in common. */
#define PAGES_ARG  "[, pages={yes|NULL}]"
#define VMAS_ARG   "[, vmas={no|yes}]"
#define LOCKED_ARG "[, locked={NULL|1|0}]"

/* What calls to kernel functions have in common. */
#define CALL                                                            \
	.declares = SYMBOL_CALL, .run = handle_call, .plan = plan_call, \
	.judge = judge_call, .real = "the module calls it"

static const struct verb verbs[] = {
	/* Settings. */
	{"source", "REST", .traits = VERB_SETTING, .plan = plan_nothing,
	 .help = "say where the case comes from",
	 .more = "A commit, a bug report, a measurement: what somebody should "
		 "know before deleting the fixture.",
	 .example = "source  commit c4237f8b1f4f", .real = "nothing"},

	{"kernels", "KERNELS", .traits = VERB_SETTING, .plan = plan_nothing,
	 .help = "name the releases that the fixture is for",
	 .more = "Releases and ranges. A range means the modelled releases in "
		 "it; an end that is no point release includes its point "
		 "releases. A release that is not modelled is no mistake. "
		 "Without this line: v5.6.",
	 .example = "kernels v5.5..v6.12", .real = "nothing: it selects the kernel"},

	{"use", "NAME = FUNCTION", .declares = SYMBOL_ALIAS,
	 .traits = VERB_SETTING | VERB_COLUMNS, .plan = plan_nothing,
	 .help = "give a function a name that may mean another one later",
	 .more = "Behind `| RELEASE:` stands the function from that release on.",
	 .example = "use pin = get_user_pages_remote | v5.10: pin_user_pages_remote",
	 .real = "nothing: the name stands for the function"},

	{"ram", "normal SIZE [movable SIZE] [cma SIZE]", .traits = VERB_SETTING,
	 .check = check_ram, .plan = plan_ram, .help = "size the machine's memory",
	 .more = "CMA is a property of pageblocks of 2M in the Normal zone, and "
		 "movable pages come from there last; since v5.8 first, while more than "
		 "half of what is free in both is CMA. Without this line: 64M, all "
		 "Normal.",
	 .example = "ram normal 32M movable 8M cma 4M",
	 .real = "there is enough; with `movable`, or where `cma` is most of it, pages "
		 "come from that node of the guest"},

	{"hugetlb", "{2M|1G} N {pages|page}", .traits = VERB_SETTING,
	 .check = check_hugetlb, .plan = plan_hugetlb,
	 .help = "put huge pages into the pool of their size",
	 .more = "They are taken from the machine's memory before anything else, movable "
		 "memory first, but those of 1G. Without this line the pools are empty.",
	 .example = "hugetlb 2M 8 pages",
	 .real = "nr_hugepages of the node that pages come from; 2M only"},

	{"config", "{fs_dax|cma} {on|off}", .traits = VERB_SETTING, .plan = plan_config,
	 .help = "choose CONFIG_FS_DAX or CONFIG_CMA; both are on without it",
	 .example = "config fs_dax off",
	 .real = "only a kernel that is built so is asked"},

	{"option",
	 "{pagevec hold|io hold|stack SIZE|tlb_flush paravirt|thp "
	 "{always|madvise|never}|vsyscall {emulate|xonly|none}|retry always|fault_around "
	 "page|isolation fails|migration fails_once|thp_alloc fails}",
	 .traits = VERB_SETTING, .check = check_option, .plan = plan_option,
	 .help = "keep what the machine otherwise settles, or limit stacks",
	 .more = "`pagevec hold`: per-CPU LRU pagevecs keep their references "
		 "until they are full, until something is unmapped, or until `drain`. "
		 "`io hold`: reads that "
		 "nobody waits for stay under way until `io done`. `stack`: "
		 "RLIMIT_STACK, 8M without this line. `tlb_flush`: what is unmapped "
		 "while a lockless walk is under way is given back at once, as where a "
		 "hypervisor flushes TLBs; else it waits for the end of the walk. "
		 "`thp`: where a fault may map a "
		 "huge page, nowhere without this line. `vsyscall`: whether the page at "
		 "0xffffffffff600000 can be read, which it cannot without this line. The "
		 "others make what is rare happen at every "
		 "chance. `retry`: a fault that may release mmap_sem does, "
		 "and has to be retried. `fault_around`: a read fault maps its page "
		 "alone. `isolation`: no page can be taken off its list, to be moved. "
		 "`migration`: the first attempt to move a page is in vain. "
		 "`thp_alloc`: no fault gets a transparent huge page, nor the huge zero "
		 "page: small ones are mapped.",
	 .example = "option pagevec hold",
	 .real = "nothing is drained between statements; RLIMIT_STACK; a boot with "
		 "vsyscall=emulate or none"},

	{"rule", "RULE VALUE", .traits = VERB_SETTING, .check = check_rule,
	 .help = "run with one rule of the release changed: a what-if",
	 .example = "rule check_dax_vmas.fsdax accepted"},

	/* Devices and files. */
	{"pmem", "NAME SIZE [devdax [align BYTES]]", .declares = SYMBOL_PMEM,
	 .traits = VERB_AT_BOOT, .check = check_pmem, .run = handle_pmem,
	 .plan = plan_pmem, .help = "plug in persistent memory that has struct pages",
	 .more = "A file system with DAX is on it; with `devdax` it is a "
		 "character device that is mapped as it is, by entries of its "
		 "alignment: 4K without `align`, 2M, or 1G.",
	 .example = "pmem  pm0  1M",
	 .real = "memmap=SIZE!ADDRESS, and ext4 -o dax or device dax on it"},

	{"file",
	 "NAME on {disk|shmem|pfnmap|mixedmap|inserted|p2pdma|secretmem|hugetlb "
	 "{2M|1G}|PMEM} "
	 "[BYTES] [cold|cached [buffers]] [hole] [readonly]",
	 .declares = SYMBOL_FILE, .check = check_file, .run = handle_file,
	 .plan = plan_file, .help = "make a file and open it",
	 .more = "`disk`: page cache over a device that takes time to answer; "
		 "`cold` is the default, `cached` has read it already, `buffers` "
		 "leaves the cached pages as write(2) does. `hole`: no block or "
		 "page is allocated yet. `readonly`: opened O_RDONLY. `pfnmap`, "
		 "`mixedmap` and `inserted` are drivers that map their registers "
		 "with remap_pfn_range(), raw frames with vmf_insert_mixed(), or "
		 "pages of their own with vm_insert_page(). `p2pdma` is memory of a PCI "
		 "device, of which each mapping has pages of its own; kernels let users "
		 "map it since v6.2. `secretmem` is of memfd_secret(2), which kernels "
		 "have since v5.14. `hugetlb` is made of huge pages of that size, out of "
		 "their pool. A file on a devdax "
		 "device is its node, and as large as that: a size need not be said.",
	 .example = "file  data on pm0 64K",
	 .real = "creates the file, or opens the probe module's own nodes"},

	{"close", "FILE", .run = handle_close, .plan = plan_close,
	 .help = "close a file: only what maps it has it then",
	 .more = "Its pages stay. To truncate it, or to map it once more, is -EBADF "
		 "then.",
	 .example = "close data", .real = "close(2)"},

	{"evict", "FILEPAGES", .run = handle_evict, .plan = plan_evict,
	 .help = "write back a file and drop cached pages; -EBUSY if one is in use",
	 .example = "evict log[0..3]",
	 .real = "fsync(2), then posix_fadvise(POSIX_FADV_DONTNEED)"},

	{"truncate", "FILE BYTES", .check = check_truncate, .run = handle_truncate,
	 .plan = plan_truncate,
	 .help = "let a file end there, shorter or longer than it was",
	 .more = "What lies beyond the end is unmapped, private copies too, and leaves "
		 "the cache; what the file grows by is a hole. A file on a DAX file "
		 "system that is mapped waits as long as one of its pages is held: "
		 "`-> waits p[0]`, and goes on when that is idle; a signal of its task "
		 "ends the wait. The next to cut the file waits for it in turn.",
	 .example = "truncate data 0", .real = "ftruncate(2)"},

	{"punch", "FILEPAGES", .check = check_punch, .run = handle_punch,
	 .plan = plan_punch, .help = "cut pages out of a file, whose size stays",
	 .more = "They are unmapped, but for private copies, and leave the cache; what "
		 "is "
		 "there then is a hole, and reads as zeroes. Who holds such a page keeps "
		 "it. On a DAX file system it waits as `truncate` does.",
	 .example = "punch data[2..3]",
	 .real = "fallocate(2) with FALLOC_FL_PUNCH_HOLE and FALLOC_FL_KEEP_SIZE"},

	{"pwrite", "FILEPAGES TEXT direct", .check = check_pwrite, .run = handle_pwrite,
	 .plan = plan_pwrite,
	 .help = "write pages of a disk file past its cache, as O_DIRECT does",
	 .more = "Each page begins with the text then, and zeroes follow. What is cached "
		 "of them is written back, unmapped and dropped, whoever holds it: who "
		 "reads next reads from the disk.",
	 .example = "pwrite log[0..1] \"new\" direct",
	 .real = "pwrite(2), after open(2) with O_DIRECT"},

	{"fsync", "FILE", .run = handle_fsync, .plan = plan_fsync,
	 .help = "write back what is dirty of a file",
	 .more = "Its pages are clean then, mapped or held, and ptes read-only until "
		 "the next write faults.",
	 .example = "fsync data", .real = "fsync(2)"},

	{"io", "done", .run = handle_io, .help = "complete the reads that are under way",
	 .example = "io done"},

	{"fail", "{page N|alloc N|kmalloc N|host N|pgmap PMEM} [?]", .check = check_fail,
	 .run = handle_fail, .help = "have the Nth allocation from now on fail, once",
	 .more = "`page` (or `alloc`): of a page frame. `kmalloc`: of kernel "
		 "heap. `host`: of the simulator's own memory. An allocation "
		 "that has not come to that by the end of the file, or by the "
		 "next failure of its kind, fails the fixture unless `?` is "
		 "said. `pgmap`: the device's dev_pagemap can no longer be got, "
		 "as during its removal.",
	 .example = "fail kmalloc 1",
	 .real = "fault injection: fail_page_alloc, failslab; unbinding the "
		 "device"},

	/* Tasks and their memory. */
	{"task", "NAME", .declares = SYMBOL_TASK, .run = handle_task, .plan = plan_task,
	 .help = "make a task with an mm of the same name; the first is current",
	 .example = "task  A", .real = "a process of its own"},

	{"thread", "NAME of TASK", .declares = SYMBOL_TASK, .check = check_thread,
	 .run = handle_thread, .plan = plan_thread,
	 .help = "make another task in the mm of one", .example = "thread A2 of A",
	 .real = "clone(2) with CLONE_VM"},

	{"fork", "TASK NAME", .declares = SYMBOL_TASK, .check = check_fork,
	 .run = handle_fork, .plan = plan_fork,
	 .help = "fork a task; its ranges are the child's too", .example = "fork A B",
	 .real = "fork(2)"},

	{"exit", "TASK", .run = handle_exit, .plan = plan_exit,
	 .help = "end a task; the mm goes with its last one", .example = "exit B",
	 .real = "exit(2)"},

	{"kill", "TASK", .run = handle_kill, .plan = plan_kill,
	 .help = "send a SIGKILL that stays pending", .example = "kill A",
	 .real = "kill(2)"},

	{"signal", "TASK", .run = handle_signal, .plan = plan_signal,
	 .help = "send a signal that is not fatal, and stays pending",
	 .more = "It is a signal with a handler that the task does not get round to. "
		 "Only calls with FOLL_INTERRUPTIBLE heed it, since v6.2.",
	 .example = "signal A", .real = "kill(2) with SIGUSR1"},

	{"vma",
	 "RANGE at ADDRESS N {pages|page} PROT {private|shared} "
	 "{anon|file FILE} [offset N {pages|page}] [hugetlb {2M|1G}] [noreserve] "
	 "[random] "
	 "[growsdown] [locked] [populate] [replace]",
	 .declares = SYMBOL_RANGE, .check = check_vma, .run = handle_vma,
	 .plan = plan_vma, .help = "map memory at a fixed address",
	 .more = "The range keeps its name whatever becomes of the VMA: "
		 "neighbours that fit are merged, munmap splits. `offset` counts "
		 "in pages of the file. `random` is MADV_RANDOM. `growsdown` is a "
		 "stack: whoever touches `A.stack[-1]` makes it begin there. "
		 "`hugetlb`: anonymous memory of huge pages, which are spoken for in "
		 "their "
		 "pool unless `noreserve` is said. "
		 "`populate` brings the pages in at once, `locked` locks them, too. "
		 "What is mapped there already is a mistake unless `replace` is "
		 "said.",
	 .example = "vma   A.heap  at 0x10000  4 pages  rw private anon",
	 .real = "mmap(2) with MAP_FIXED"},

	{"munmap", "PAGES", .check = check_munmap, .run = handle_munmap,
	 .plan = plan_munmap, .help = "unmap pages", .example = "munmap A.heap[1..2]",
	 .real = "munmap(2)"},

	{"mprotect", "PAGES PROT [pkey N]", .check = check_mprotect,
	 .run = handle_mprotect, .plan = plan_mprotect,
	 .help = "give pages other permissions, and a protection key",
	 .more = "VMAs are split and merged, ptes changed: what stood below the first "
		 "hole, or the first mapping that may not have the permission, has it "
		 "then. `pkey`: a protection key of x86, 0 to 15; all up to it are "
		 "allocated. Tasks begin without access through keys other than 0, "
		 "which all memory has that was given none: see `pkru`. Without `pkey` "
		 "pages keep their key, but for what is for execution alone, `x`, which "
		 "gets a key of its own, and 0 again when it is no more.",
	 .example = "mprotect A.heap[1..2] rw pkey 1",
	 .real = "mprotect(2); with `pkey` pkey_alloc(2) and pkey_mprotect(2)"},

	{"pkru", "TASK N {allow|disable_write|disable_access}", .check = check_pkru,
	 .run = handle_pkru, .plan = plan_pkru,
	 .help = "say what a task may do through a protection key",
	 .more = "Of the keys 1 to 15. Children and threads begin with what the task has "
		 "that makes them. It holds for the task's own accesses, and for the "
		 "calls that it makes on its own memory; not for those with FOLL_REMOTE, "
		 "and not for the memory of others.",
	 .example = "pkru A 1 disable_write", .real = "wrpkru, as pkey_set(3)"},

	{"madvise",
	 "PAGES {dontneed|remove|random|normal|hugepage|nohugepage|populate_read|"
	 "populate_write}",
	 .traits = VERB_REACHES, .run = handle_madvise, .plan = plan_madvise,
	 .help = "say that pages are needed no more, now, or how they will be used",
	 .more = "`dontneed` unmaps what is there: the next access finds zeroes, or what "
		 "the file has. It takes the mm's lock for reading only. `remove` cuts "
		 "the pages out of the file that is mapped shared, as `punch` does. "
		 "`random`: no readahead; `normal` takes that back. `populate_read` and "
		 "`populate_write` have "
		 "the pages there as if they were read or written to; kernels know them "
		 "since v5.14.",
	 .example = "madvise A.heap[0..3] dontneed", .real = "madvise(2)"},

	{"mlock", "PAGES [onfault]", .traits = VERB_REACHES, .run = handle_mlock,
	 .plan = plan_mlock,
	 .help = "lock pages in memory, and bring in what is not there",
	 .more = "`onfault`: bring nothing in; pages are locked as they come.",
	 .example = "mlock A.heap[0..3]", .real = "mlock(2), mlock2(2)"},

	{"munlock", "PAGES", .run = handle_munlock, .plan = plan_munlock,
	 .help = "lock them no more", .example = "munlock A.heap[0..3]",
	 .real = "munlock(2)"},

	{"hint", "PAGES", .run = handle_hint, .plan = plan_hint,
	 .help = "have the NUMA scanner come by: the next access to each page faults",
	 .more = "A hint is a pte of PROT_NONE where the mapping is not, or such a pmd; "
		 "a fault takes it away. The scanner passes over mappings of devices, "
		 "DAX files and pools of huge pages, files mapped for reading, zero "
		 "pages, dirty pages of files and pages of a COW mapping that others "
		 "use, unless a pmd maps them; and it does nothing while the mm's lock "
		 "is held for writing. Where nothing at all is mapped, -ENOMEM. All "
		 "memory "
		 "is of one node: no page moves for it.",
	 .example = "hint A.heap[0..3]", .real = "the module calls change_prot_numa()"},

	{"read", "PAGES", .traits = VERB_REACHES, .check = check_access,
	 .run = handle_read, .plan = plan_read,
	 .help = "have the CPU read a byte of each page", .example = "read A.heap[0..3]",
	 .real = "the process reads"},

	{"write", "PAGES [TEXT] [in {normal|cma|movable}]", .traits = VERB_REACHES,
	 .check = check_access, .run = handle_write, .plan = plan_write,
	 .help = "have the CPU write to each page: a byte, or the text",
	 .more = "`in`: where pages that are allocated for it come from.",
	 .example = "write A.heap[0..3] \"secret\" in cma",
	 .real = "the process writes; with `in`, by a memory policy that prefers "
		 "that node"},

	{"lock", "TASK {read|write}", .run = handle_lock, .plan = plan_lock,
	 .help = "take the lock of a task's mm, and keep it",
	 .more = "Calls then run under it instead of taking it themselves. Readers "
		 "are counted.",
	 .example = "lock A write", .real = "the module takes mmap_sem"},

	{"unlock", "TASK", .run = handle_unlock, .plan = plan_unlock,
	 .help = "give it back", .example = "unlock A",
	 .real = "the module releases mmap_sem"},

	/* Pinning. */
	{"get_user_pages_remote",
	 "(TASK, START, NR, FLAGS [, tsk=TSK] " PAGES_ARG " " VMAS_ARG " " LOCKED_ARG ")",
	 CALL, .traits = VERB_FUNCTION | VERB_REACHES, .check = check_call,
	 .invoke = invoke_remote, .help = "pin pages of any mm",
	 .more = "`tsk` is the task that faults are accounted to: without it the "
		 "one whose mm it is. The mm's lock is taken for reading before, "
		 "and given back unless the call has dropped it.",
	 .example = "p = get_user_pages_remote(A, A.heap, 4, WRITE|LONGTERM) -> 4"},

	{"get_user_pages", "(START, NR, FLAGS " PAGES_ARG " " VMAS_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES, .check = check_call,
	 .invoke = invoke_local, .help = "pin pages of current's mm",
	 .example = "p = get_user_pages(A.heap, 4, WRITE) -> 4"},

	{"get_user_pages_locked", "(START, NR, FLAGS " PAGES_ARG " " LOCKED_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES, .check = check_call,
	 .invoke = invoke_locked,
	 .help = "pin pages of current's mm; the lock may be dropped to wait",
	 .example = "p = get_user_pages_locked(A.log, 4, 0, locked=1) -> 4"},

	{"get_user_pages_unlocked", "(START, NR, FLAGS " PAGES_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_LOCKS, .check = check_call,
	 .invoke = invoke_unlocked,
	 .help = "pin pages of current's mm; the function takes the lock itself",
	 .example = "p = get_user_pages_unlocked(A.log, 4, 0) -> 4"},

	{"pin_user_pages_remote",
	 "(TASK, START, NR, FLAGS [, tsk=TSK] " PAGES_ARG " " VMAS_ARG " " LOCKED_ARG ")",
	 CALL, .traits = VERB_FUNCTION | VERB_REACHES | VERB_PINS, .check = check_call,
	 .invoke = invoke_pin_remote, .help = "pin pages of any mm, for what they hold",
	 .more = "There since v5.6, where it is get_user_pages_remote.",
	 .example = "p = pin_user_pages_remote(A, A.heap, 4, WRITE) -> 4"},

	{"pin_user_pages", "(START, NR, FLAGS " PAGES_ARG " " VMAS_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_PINS, .check = check_call,
	 .invoke = invoke_pin, .help = "pin pages of current's mm, for what they hold",
	 .more = "There since v5.6, where it is get_user_pages.",
	 .example = "p = pin_user_pages(A.heap, 4, WRITE) -> 4"},

	{"pin_user_pages_locked", "(START, NR, FLAGS " PAGES_ARG " " LOCKED_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_PINS, .check = check_call,
	 .invoke = invoke_pin_locked,
	 .help = "pin pages of current's mm; the lock may be dropped to wait",
	 .more = "From v5.8 to v5.17.",
	 .example = "p = pin_user_pages_locked(A.heap, 4, WRITE, locked=1) -> 4"},

	{"pin_user_pages_unlocked", "(START, NR, FLAGS " PAGES_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_PINS | VERB_LOCKS,
	 .check = check_call, .invoke = invoke_pin_unlocked,
	 .help = "pin pages of current's mm; the function takes the lock itself",
	 .more = "There since v5.8.",
	 .example = "p = pin_user_pages_unlocked(A.heap, 4, WRITE) -> 4"},

	/* The other doors. */
	{"fixup_user_fault", "(TASK, START, FAULT [, tsk=TSK] [, unlocked={NULL|0}])",
	 CALL, .traits = VERB_FUNCTION | VERB_REACHES | VERB_NO_PAGES,
	 .check = check_fixup, .invoke = invoke_fixup,
	 .help = "take a fault in place of a task",
	 .more = "With `unlocked` the mm's lock may be dropped to wait; it is held again "
		 "on return, and `expect f unlocked 1` says that it was not. FAULT is "
		 "WRITE, UNSHARE (there since v5.19: what is shared is copied and stays "
		 "read-only), REMOTE or 0.",
	 .example = "f = fixup_user_fault(A, A.heap[1], WRITE, unlocked=0) -> 0"},

	{"get_dump_page", "(START)", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_ONE_PAGE | VERB_LOCKS,
	 .check = check_call, .invoke = invoke_dump,
	 .help = "get the page of current's mm that a core dump would write",
	 .more = "1: the page is `d[0]`, held; 0: NULL, there would be a hole.",
	 .example = "d = get_dump_page(A.heap[1]) -> 1"},

	{"follow_page", "(TASK, START, FLAGS)", CALL,
	 .traits = VERB_FUNCTION | VERB_ONE_PAGE | VERB_LOOKUP, .check = check_call,
	 .invoke = invoke_follow, .help = "look up the page that is mapped at an address",
	 .more = "To v6.11. 1: the page is `f[0]`, held if FOLL_GET was passed; 0: NULL. "
		 "The VMA is looked up before: without one the call is not made, and the "
		 "result -EFAULT.",
	 .example = "f = follow_page(A, A.heap[1], GET) -> 1"},

	{"populate_vma_page_range", "(TASK, START, NR [, locked={NULL|1}])", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_NO_PAGES, .check = check_call,
	 .invoke = invoke_populate_vma,
	 .help = "bring in pages of a VMA, mlocked if it is locked",
	 .more = "As far as the VMA reaches; without one the call is not made, and the "
		 "result -EFAULT.",
	 .example = "v = populate_vma_page_range(A, A.heap, 4, locked=1) -> 4"},

	{"__mm_populate", "(START, NR [, ignore_errors={0|1}])", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_NO_PAGES | VERB_LOCKS,
	 .check = check_call, .invoke = invoke_populate,
	 .help = "the same for addresses of current's mm, holes or not",
	 .more = "mlock(2) calls it, and mmap(2) with MAP_POPULATE, which ignores "
		 "errors.",
	 .example = "m = __mm_populate(A.heap, 4) -> 0"},

	{"get_user_pages_fast", "(START, NR, FLAGS " PAGES_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_FAST | VERB_LOCKS,
	 .check = check_call, .invoke = invoke_fast,
	 .help = "pin pages of current's mm, without its lock as far as that goes",
	 .more = "What the page tables have is taken without a look at VMAs; from the "
		 "first page on that this cannot serve, get_user_pages_unlocked() goes "
		 "on. NR is an int: larger numbers lose their upper bits. Since v5.11 "
		 "an NR of 0 where a page is present lets the kernel write behind the "
		 "end of pages: the machine dies of it.",
	 .example = "p = get_user_pages_fast(A.heap, 4, WRITE) -> 4"},

	{"__get_user_pages_fast", "(START, NR, FLAGS " PAGES_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_GETS | VERB_FAST | VERB_GONE,
	 .check = check_pre_fast, .invoke = invoke_pre_fast,
	 .help = "the same, as far as it goes without the lock",
	 .more = "Up to v5.7. FLAGS is WRITE, or 0: the function takes a bool.",
	 .example = "p = __get_user_pages_fast(A.heap, 4, WRITE) -> 4"},

	{"get_user_pages_fast_only", "(START, NR, FLAGS " PAGES_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_GETS | VERB_FAST,
	 .check = check_call, .invoke = invoke_fast_only,
	 .help = "the same, as far as it goes without the lock",
	 .more = "There since v5.8. Errors are 0 pages; since v6.3 they are told.",
	 .example = "p = get_user_pages_fast_only(A.heap, 4, WRITE) -> 4"},

	{"pin_user_pages_fast", "(START, NR, FLAGS " PAGES_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_PINS | VERB_FAST | VERB_LOCKS,
	 .check = check_call, .invoke = invoke_pin_fast,
	 .help = "get_user_pages_fast, for what the pages hold",
	 .more = "There since v5.6, where it is get_user_pages_fast.",
	 .example = "p = pin_user_pages_fast(A.heap, 4, WRITE) -> 4"},

	{"pin_user_pages_fast_only", "(START, NR, FLAGS " PAGES_ARG ")", CALL,
	 .traits = VERB_FUNCTION | VERB_REACHES | VERB_PINS | VERB_FAST,
	 .check = check_call, .invoke = invoke_pin_fast_only,
	 .help = "get_user_pages_fast_only, for what the pages hold",
	 .more = "From v5.8 to v6.2.",
	 .example = "p = pin_user_pages_fast_only(A.heap, 4, WRITE) -> 4"},

	{"put", "HELD", .run = handle_put, .plan = plan_put, .judge = judge_put,
	 .help = "give back all that a call or reference still holds, the way it was "
		 "taken",
	 .more = "It does nothing for a call that failed, and fails if all is given "
		 "back already.",
	 .example = "put p", .real = "the module calls put_page for each entry"},

	{"get_page", "(PAGE [, REFS])", .declares = SYMBOL_REF, .run = handle_get_page,
	 .plan = plan_get_page, .judge = judge_page,
	 .help = "take a third party's reference to a page",
	 .more = "Or REFS at once, as a leak adds up to; `put` gives all back.",
	 .example = "x = get_page(A.heap[1])",
	 .real = "the module calls it, or adds as many to the count"},

	{"put_page", "(PAGE)", .run = handle_put_page, .plan = plan_put_page,
	 .judge = judge_put_page, .help = "the raw call, for mistakes",
	 .more = "The reference given back is one of what it was called on, for p[0] of "
		 "p; or else the youngest that current holds on the page. One too many "
		 "is booked against what it was called on.",
	 .example = "put_page(p[0])", .real = "the module calls it"},

	{"unpin_user_page", "(PAGE)", .run = handle_unpin_user_page,
	 .plan = plan_unpin_page, .judge = judge_put_page, .help = "give back one pin",
	 .more = "There since v5.6.", .example = "unpin_user_page(p[0])",
	 .real = "the module calls it"},

	{"unpin_user_pages", "(HELD)", .run = handle_unpin_user_pages,
	 .plan = plan_unpin_pages, .judge = judge_put,
	 .help = "give back all pins that a call still holds",
	 .more = "There since v5.6.", .example = "unpin_user_pages(p)",
	 .real = "the module calls it"},

	{"unpin_user_pages_dirty_lock", "(HELD)", .traits = VERB_REACHES,
	 .run = handle_unpin_user_pages_dirty_lock, .plan = plan_unpin_dirty,
	 .judge = judge_put,
	 .help = "the same, and first make each page dirty that is not",
	 .more = "There since v5.6; make_dirty is true.",
	 .example = "unpin_user_pages_dirty_lock(p)", .real = "the module calls it"},

	{"put_user_page", "(PAGE)", .run = handle_unpin_user_page,
	 .plan = plan_unpin_page, .judge = judge_put_page,
	 .help = "unpin_user_page, as v5.5 has it", .example = "put_user_page(p[0])",
	 .real = "the module calls it"},

	{"put_user_pages", "(HELD)", .run = handle_unpin_user_pages,
	 .plan = plan_unpin_pages, .judge = judge_put,
	 .help = "unpin_user_pages, as v5.5 has it", .example = "put_user_pages(p)",
	 .real = "the module calls it"},

	{"put_user_pages_dirty_lock", "(HELD)", .traits = VERB_REACHES,
	 .run = handle_unpin_user_pages_dirty_lock, .plan = plan_unpin_dirty,
	 .judge = judge_put, .help = "unpin_user_pages_dirty_lock, as v5.5 has it",
	 .example = "put_user_pages_dirty_lock(p)", .real = "the module calls it"},

	{"device", "{write|read} HELDPAGE TEXT", .run = handle_device,
	 .plan = plan_device, .judge = judge_device,
	 .help = "have a device write to a held page, or find just that text in it",
	 .more = "By DMA, from the page's start on: no pte is asked or marked, and the "
		 "page does not become dirty.",
	 .example = "device write p[0] \"dma\"",
	 .real = "the module copies to or from the page it holds"},

	{"frame", "NAME = PAGE", .declares = SYMBOL_FRAME, .run = handle_frame,
	 .plan = plan_frame, .judge = judge_page,
	 .help = "name the page frame that is there now",
	 .example = "frame old = A.heap[1]",
	 .real = "the module remembers the frame number"},

	{"isolate", "PAGE", .run = handle_isolate,
	 .help = "take a page off its LRU list, as migration and reclaim do",
	 .more = "A page that still waits in a pagevec is on no list: `drain` "
		 "first.",
	 .example = "isolate A.heap[1]", .real = "the module calls isolate_lru_page"},

	{"putback", "PAGE", .run = handle_putback, .help = "put it back",
	 .example = "putback A.heap[1]", .real = "the module calls putback_lru_page"},

	{"alloc_contig", "PAGES", .traits = VERB_REACHES, .run = handle_alloc_contig,
	 .plan = plan_alloc_contig,
	 .help = "have a driver take the frames of pages, which move away for it",
	 .more = "As for memory of a CMA area that its driver needs: -EBUSY if one of "
		 "the "
		 "pages would not move, because somebody holds it. The frames are given "
		 "back at once.",
	 .example = "alloc_contig A.heap[0..3] -> -EBUSY",
	 .real = "the module calls alloc_contig_range for each frame"},

	{"drain", "", .run = handle_drain, .plan = plan_drain,
	 .help = "have the LRU pagevecs give up their references", .example = "drain",
	 .real = "munmap of an unused page drains them"},

	/* Looking, and what stands before a statement. */
	{"expect", "SUBJECT WHAT [VALUE] ...", .traits = VERB_COLUMNS,
	 .run = handle_expect, .plan = plan_expect, .help = "say what must be true now",
	 .more = "Several things may be said of one subject; for pages each is "
		 "true of every page. A count may be a sum: `1+p` is 1 and what "
		 "p holds on that page. Behind `| RELEASE:` stands what is true "
		 "from that release on; a value alone is of the first column's "
		 "observable, `-` is nothing.",
	 .example = "expect A.heap[0..3] refcount 1+p mapcount 1",
	 .real = "the module looks"},

	{"at", "POINT [#N] [?] [as TASK]:", .traits = VERB_PREFIX, .check = check_at,
	 .help = "run a statement when the next call reaches a point",
	 .more = "Several may stand before a call, a read, a write or an mlock, each in "
		 "one line or with an indented block under it. A statement runs "
		 "once, at the Nth time; a point that is not reached fails the "
		 "fixture unless it is marked `?`. Any statement but a setting "
		 "may stand there, calls too. `gupsim points` lists the points.",
	 .example = "at lock.dropped: munmap A.log",
	 .real = "the module's hooks at that place; timing in other places"},

	{"as", "TASK:", .traits = VERB_PREFIX,
	 .help = "run one statement as another task",
	 .example = "as B: p = get_user_pages(B.heap, 1, 0) -> 1",
	 .real = "the other process does it"},
};

const struct verb *verb_nth(size_t nth)
{
	return nth < sizeof(verbs) / sizeof(verbs[0]) ? &verbs[nth] : NULL;
}

const struct verb *verb_find(const char *name, size_t length)
{
	const struct verb *verb;

	for (size_t i = 0; (verb = verb_nth(i)); i++)
		if (strlen(verb->name) == length && !memcmp(verb->name, name, length))
			return verb;
	return NULL;
}

static const struct verb *verb_in(const struct column *column)
{
	return column ? verb_find(column->function, strlen(column->function)) : NULL;
}

const struct verb *verb_of_alias(const struct symbol *alias, size_t kernel)
{
	return verb_in(story_column(alias->columns, kernel));
}

const struct verb *verb_at(const struct statement *s, uint64_t version)
{
	return s->alias ? verb_in(story_column_at(s->alias->columns, version)) : s->verb;
}
