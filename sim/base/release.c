/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of kernel releases. */
#include "base/release.h"

#include "base/nearest.h"

#include <errno.h>
#include <gupsim/flags.h>
#include <gupsim/version.h>
#include <string.h>

enum kernel {
	V5_5,
	V5_6,
	V5_7,
	V5_8,
	V5_9,
	V5_10,
	V5_10_223,
	V5_15,
	V6_1,
	V6_1_192,
	V6_12,
	NR_KERNELS
};

/* Kernel headers of a version fit if it is from the first on and below the second: the
 * arguments tsk and vmas went in between. */
#define WITH_TSK     GUPSIM_KERNEL_VERSION(5, 5, 0), GUPSIM_KERNEL_VERSION(5, 9, 0)
#define WITHOUT_TSK  GUPSIM_KERNEL_VERSION(5, 9, 0), GUPSIM_KERNEL_VERSION(6, 5, 0)
#define WITHOUT_VMAS GUPSIM_KERNEL_VERSION(6, 5, 0), GUPSIM_KERNEL_VERSION(7, 0, 0)

static const struct {
	const char *name;
	unsigned int headers_from, headers_below;
	enum kernel base; /* of a point release: what it is a branch of */
	/* What was asked for the release while it ran, and what was built to ask it about
	 * CMA areas, which Debian's kernels lack. */
	const char *booted, *booted_cma;
} kernels[NR_KERNELS] = {
	[V5_5] = {"v5.5", WITH_TSK, .booted = "Linux 5.6.4 with the mm/gup.c of v5.5"},
	[V5_6] = {"v5.6", WITH_TSK, .booted = "Linux 5.6.4"},
	[V5_7] = {"v5.7", WITH_TSK},
	[V5_8] = {"v5.8", WITH_TSK},
	[V5_9] = {"v5.9", WITHOUT_TSK},
	[V5_10] = {"v5.10", WITHOUT_TSK},
	[V5_10_223] = {"v5.10.223", WITHOUT_TSK, V5_10, "Debian 5.10.223-1",
		       "Debian 5.10.223 built with CMA"},
	[V5_15] = {"v5.15", WITHOUT_TSK},
	[V6_1] = {"v6.1", WITHOUT_TSK},
	[V6_1_192] = {"v6.1.192", WITHOUT_TSK, V6_1, "Debian 6.1.192-1"},
	[V6_12] = {"v6.12", WITHOUT_VMAS, .booted = "Debian 6.12.117-1~deb12u1"},
};

/* The functions of callers: the first and the last release that has it. */
static const struct {
	const char *name;
	enum kernel first, last;
} functions[NR_PIN_FUNCTIONS] = {
	[GET_USER_PAGES_REMOTE] = {"get_user_pages_remote", V5_5, NR_KERNELS - 1},
	[GET_USER_PAGES] = {"get_user_pages", V5_5, NR_KERNELS - 1},
	[GET_USER_PAGES_LOCKED] = {"get_user_pages_locked", V5_5, V5_15},
	[GET_USER_PAGES_UNLOCKED] = {"get_user_pages_unlocked", V5_5, NR_KERNELS - 1},
	[PIN_USER_PAGES_REMOTE] = {"pin_user_pages_remote", V5_6, NR_KERNELS - 1},
	[PIN_USER_PAGES] = {"pin_user_pages", V5_6, NR_KERNELS - 1},
	[PIN_USER_PAGES_LOCKED] = {"pin_user_pages_locked", V5_8, V5_15},
	[PIN_USER_PAGES_UNLOCKED] = {"pin_user_pages_unlocked", V5_8, NR_KERNELS - 1},
	[FIXUP_USER_FAULT] = {"fixup_user_fault", V5_5, NR_KERNELS - 1},
	[GET_DUMP_PAGE] = {"get_dump_page", V5_5, NR_KERNELS - 1},
	[FOLLOW_PAGE] = {"follow_page", V5_5, V6_1_192},
	[POPULATE_VMA_PAGE_RANGE] = {"populate_vma_page_range", V5_5, NR_KERNELS - 1},
	[MM_POPULATE] = {"__mm_populate", V5_5, NR_KERNELS - 1},
	[GET_USER_PAGES_FAST] = {"get_user_pages_fast", V5_5, NR_KERNELS - 1},
	[PRE_GET_USER_PAGES_FAST] = {"__get_user_pages_fast", V5_5, V5_7},
	[GET_USER_PAGES_FAST_ONLY] = {"get_user_pages_fast_only", V5_8, NR_KERNELS - 1},
	[PIN_USER_PAGES_FAST] = {"pin_user_pages_fast", V5_6, NR_KERNELS - 1},
	[PIN_USER_PAGES_FAST_ONLY] = {"pin_user_pages_fast_only", V5_8, V6_1_192},
	[PUT_USER_PAGE] = {"put_user_page", V5_5, V5_5},
	[PUT_USER_PAGES] = {"put_user_pages", V5_5, V5_5},
	[PUT_USER_PAGES_DIRTY_LOCK] = {"put_user_pages_dirty_lock", V5_5, V5_5},
	[UNPIN_USER_PAGE] = {"unpin_user_page", V5_6, NR_KERNELS - 1},
	[UNPIN_USER_PAGES] = {"unpin_user_pages", V5_6, NR_KERNELS - 1},
	[UNPIN_USER_PAGES_DIRTY_LOCK] = {"unpin_user_pages_dirty_lock", V5_6,
					 NR_KERNELS - 1},
};

/* FOLL_ flags that some releases lack, in the same way. */
static const struct {
	unsigned int flags;
	enum kernel first, last;
} flags[] = {
	{GUPSIM_FOLL_SPLIT, V5_5, V5_10_223},
	{GUPSIM_FOLL_POPULATE | GUPSIM_FOLL_MLOCK, V5_5, V5_15},
	{GUPSIM_FOLL_NUMA | GUPSIM_FOLL_COW, V5_5, V5_15},
	{GUPSIM_FOLL_MIGRATION, V5_5, V6_1_192},
	{GUPSIM_FOLL_PIN, V5_6, NR_KERNELS - 1},
	{GUPSIM_FOLL_FAST_ONLY, V5_8, NR_KERNELS - 1},
	{GUPSIM_FOLL_NOFAULT, V6_1, NR_KERNELS - 1},
	{GUPSIM_FOLL_PCI_P2PDMA | GUPSIM_FOLL_INTERRUPTIBLE, V6_12, NR_KERNELS - 1},
	{GUPSIM_FOLL_HONOR_NUMA_FAULT, V6_12, NR_KERNELS - 1},
	{GUPSIM_FOLL_UNLOCKABLE | GUPSIM_FOLL_MADV_POPULATE, V6_12, NR_KERNELS - 1},
};

#define ALL_FOLL_FLAGS (GUPSIM_FOLL_MADV_POPULATE * 2 - 1)

/* The value of a rule from a release on, until the next change. */
struct change {
	enum kernel since;
	unsigned char value;
	const char *commit; /* that made it so; NULL: not known for sure */
	const char *first;  /* mainline release that has the commit */
};

#define MAX_CHANGES 6

struct row {
	struct gupsim_rule info;
	/* How the value is known, a letter for each release: the booted kernel answered
	 * (m), the one with CMA did (c), its source was read (s), or from memory (?). */
	const char *evidence;
	struct change changes[MAX_CHANGES]; /* the first since V5_5 */
};

#define WORDS(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

/* clang-format off */
static const struct row rules_table[NR_RULES] = {
	[RULE_GUP_FOLL_PIN] = {
		{"get_user_pages.foll_pin", "FOLL_PIN passed by a caller",
		 WORDS("ignored", "refused")}, "mmssssmssmm",
		{{V5_5, FOLL_PIN_IGNORED},
		 {V5_6, FOLL_PIN_REFUSED, "eddb1c228f79", "v5.6"}},
	},
	[RULE_REMOTE_FOLL_PIN] = {
		{"get_user_pages_remote.foll_pin", "FOLL_PIN passed by a caller",
		 WORDS("ignored", "refused")}, "mmssssmssmm",
		{{V5_5, FOLL_PIN_IGNORED},
		 {V5_6, FOLL_PIN_REFUSED, "eddb1c228f79", "v5.6"}},
	},
	[RULE_REMOTE_LONGTERM] = {
		{"get_user_pages_remote.longterm", "FOLL_LONGTERM on any mm",
		 WORDS("refused", "unless_locked", "served")}, "mmssssmssmm",
		{{V5_5, LONGTERM_REFUSED},
		 {V5_6, LONGTERM_UNLESS_LOCKED, "c4237f8b1f4f", "v5.6"},
		 {V6_12, LONGTERM_SERVED, "b2a72dff85fa", "v6.3"}},
	},
	[RULE_LOCKED_FOLL_GET] = {
		{"__get_user_pages_locked.foll_get", "a pages array implies FOLL_GET",
		 WORDS("always", "unless_pin")}, "mmssssmssmm",
		{{V5_5, FOLL_GET_ALWAYS},
		 {V5_6, FOLL_GET_UNLESS_PIN, "eddb1c228f79", "v5.6"}},
	},
	[RULE_PTE_GET_AND_PIN] = {
		{"follow_page_pte.get_and_pin", "FOLL_GET and FOLL_PIN together",
		 WORDS("allowed", "refused")}, "mmssssmssmm",
		{{V5_5, GET_AND_PIN_ALLOWED},
		 {V5_6, GET_AND_PIN_REFUSED, "eddb1c228f79", "v5.6"}},
	},
	[RULE_DAX_VMAS] = {
		{"check_dax_vmas.fsdax", "a long-term pin of an fsdax mapping",
		 WORDS("refused", "accepted")}, "mmssssmssmm",
		{{V5_5, DAX_VMAS_REFUSED}},
	},
	[RULE_CMA_MIGRATE] = {
		{"check_and_migrate_cma_pages.cma", "a long-term pin of a page in a CMA area",
		 WORDS("migrated", "kept")}, "smsssscssss",
		{{V5_5, CMA_MIGRATED}},
	},
	[RULE_GUP_ARGS] = {
		{"get_user_pages.args", "which function checks what callers pass",
		 WORDS("own_checks", "is_valid_gup_flags", "is_valid_gup_args")}, "mmssssmssmm",
		{{V5_5, ARGS_OWN_CHECKS},
		 {V5_10, ARGS_IS_VALID_GUP_FLAGS, "447f3e45c18a", "v5.10"},
		 {V6_12, ARGS_IS_VALID_GUP_ARGS, "d64e2dbc33a1", "v6.3"}},
	},
	[RULE_LOCKED_FOLL_PIN] = {
		{"get_user_pages_locked.foll_pin", "FOLL_PIN passed by a caller",
		 WORDS("ignored", "refused")}, "mms?ssmssss",
		{{V5_5, FOLL_PIN_IGNORED},
		 {V5_8, FOLL_PIN_REFUSED}},
	},
	[RULE_NOT_LOCKED] = {
		{"__get_user_pages_locked.not_locked", "*locked of 0 where the pages are begun with",
		 WORDS("bug", "takes_lock")}, "mmssssmssmm",
		{{V5_5, NOT_LOCKED_BUG},
		 {V6_12, NOT_LOCKED_TAKES_LOCK, "b2a72dff85fa", "v6.3"}},
	},
	[RULE_LOCKED_VMAS] = {
		{"__get_user_pages_locked.vmas", "a vmas array, where the lock may be dropped",
		 WORDS("bug", "filled")}, "smsssssssss",
		{{V5_5, LOCKED_VMAS_BUG}},
	},
	[RULE_UNLOCKED_LONGTERM] = {
		{"pin_user_pages_unlocked.longterm", "FOLL_LONGTERM for a pin that takes the lock itself",
		 WORDS("refused", "served")}, "ssssssmssmm",
		{{V5_5, UNLOCKED_LONGTERM_REFUSED},
		 {V6_12, UNLOCKED_LONGTERM_SERVED}},
	},
	[RULE_PIN_FOLL_PIN] = {
		{"pin_user_pages.foll_pin", "what sets a pin apart from a reference",
		 WORDS("not_set", "set")}, "smssssmssmm",
		{{V5_5, PIN_IS_GET},
		 {V5_7, PIN_SETS_FOLL_PIN, "3faa52c03f44", "v5.7"}},
	},
	[RULE_PIN_NO_PAGES] = {
		{"pin_user_pages.no_pages", "a pin without a pages array",
		 WORDS("accepted", "refused")}, "smssssmssmm",
		{{V5_5, NO_PAGES_ACCEPTED},
		 {V6_1, NO_PAGES_REFUSED}},
	},
	[RULE_PIN_REFUSED] = {
		{"pin_user_pages.refused", "the result of a pin whose arguments are refused",
		 WORDS("einval", "zero")}, "ssssssmssmm",
		{{V5_5, PIN_REFUSED_EINVAL},
		 {V6_12, PIN_REFUSED_ZERO, "d64e2dbc33a1", "v6.3"}},
	},
	[RULE_RETRIES] = {
		{"__get_user_pages_locked.retries", "how often a page is waited for with the lock dropped",
		 WORDS("one", "many")}, "mmssssmssmm",
		{{V5_5, RETRIES_ONE},
		 {V5_7, RETRIES_MANY, "4426e945df58", "v5.7"}},
	},
	[RULE_FATAL_SIGNAL] = {
		{"__get_user_pages.fatal_signal", "a SIGKILL before the first page",
		 WORDS("erestartsys", "eintr")}, "mmssssmssmm",
		{{V5_5, SIGNAL_ERESTARTSYS},
		 {V5_7, SIGNAL_EINTR, "ae46d2aa6a7f", "v5.7"}},
	},
	[RULE_KILLABLE] = {
		{"faultin_page.killable", "a SIGKILL while a page is waited for, with the lock dropped",
		 WORDS("not", "eintr")}, "mmssssmssmm",
		{{V5_5, KILLABLE_NOT},
		 {V5_7, KILLABLE_EINTR, "71335f37c5e8", "v5.7"}},
	},
	[RULE_NOTHING_PINNED] = {
		{"__get_user_pages_locked.nothing", "no page, no error, and no FOLL_NOWAIT",
		 WORDS("zero", "efault")}, "sssssssssss",
		{{V5_5, NOTHING_PINNED_ZERO},
		 {V6_12, NOTHING_PINNED_EFAULT}},
	},
	[RULE_GUP_SIGNAL] = {
		{"gup_signal_pending.interruptible", "FOLL_INTERRUPTIBLE, and a signal that is not fatal",
		 WORDS("no_such_flag", "eintr")}, "ssssssssssm",
		{{V5_5, GUP_SIGNAL_NO_FLAG},
		 {V6_12, GUP_SIGNAL_EINTR, "93c5c61d9e58", "v6.2"}},
	},
	[RULE_VMA_FSDAX] = {
		{"check_vma_flags.fsdax", "a long-term pin of an fsdax mapping",
		 WORDS("accepted", "refused")}, "mmssssmssmm",
		{{V5_5, FSDAX_ACCEPTED},
		 {V5_15, FSDAX_REFUSED, "52650c8b466b", "v5.11"}},
	},
	[RULE_VMA_FILE_WRITE] = {
		{"check_vma_flags.longterm_file_write", "a long-term pin for writing to a file that tracks dirty pages",
		 WORDS("accepted", "refused")}, "mmssssmssmm",
		{{V5_5, FILE_WRITE_ACCEPTED},
		 {V6_12, FILE_WRITE_REFUSED, "8ac268436e6d", "v6.5"}},
	},
	[RULE_VMA_SECRETMEM] = {
		{"check_vma_flags.secretmem", "a mapping of a memfd_secret(2)",
		 WORDS("accepted", "refused")}, "sssssssssmm",
		{{V5_5, SECRETMEM_ACCEPTED},
		 {V5_15, SECRETMEM_REFUSED, "1507f51255c9", "v5.14"}},
	},
	[RULE_PFN_PTE] = {
		{"follow_pfn_pte.special", "an entry without a struct page",
		 WORDS("efault_if_get", "efault_if_held", "eexist")}, "mmssssmssmm",
		{{V5_5, PFN_EFAULT_IF_GET},
		 {V5_15, PFN_EFAULT_IF_HELD},
		 {V6_1, PFN_EEXIST, "65462462ffb2", "v5.18"}},
	},
	[RULE_DEVMAP_PIN] = {
		{"follow_page_pte.devmap", "who may have the page of a device",
		 WORDS("if_get", "if_held")}, "smssssmssmm",
		{{V5_5, DEVMAP_IF_GET},
		 {V5_7, DEVMAP_IF_HELD, "3faa52c03f44", "v5.7"}},
	},
	[RULE_TRY_GRAB_PIN] = {
		{"try_grab_page.foll_pin", "what a pin takes of a page",
		 WORDS("nothing", "1024")}, "mmssssmssmm",
		{{V5_5, PIN_TAKES_NOTHING},
		 {V5_7, PIN_TAKES_BIAS, "3faa52c03f44", "v5.7"}},
	},
	[RULE_PINCOUNT] = {
		{"hpage_pincount_available.compound",
		 "compound pages whose pins are counted one by one",
		 WORDS("none", "order_2", "all")}, "mmssssmssmm",
		{{V5_5, PINCOUNT_NONE},
		 {V5_7, PINCOUNT_OF_ORDER_2, "47e29d32afba", "v5.7"},
		 {V6_1, PINCOUNT_OF_COMPOUND, "5232c63f46fd", "v5.18"}},
	},
	[RULE_TRY_GRAB_ZERO] = {
		{"try_grab_page.zero_page", "a pin of the zero page",
		 WORDS("counted", "not_counted")}, "smssssmssmm",
		{{V5_5, ZERO_COUNTED},
		 {V6_1_192, ZERO_NOT_COUNTED, "c8070b787519", "v6.5"}},
	},
	[RULE_TRY_GRAB_P2PDMA] = {
		{"try_grab_page.p2pdma", "memory of a PCI device, without FOLL_PCI_P2PDMA",
		 WORDS("taken", "refused")}, "sssssssssss",
		{{V5_5, P2PDMA_TAKEN},
		 {V6_12, P2PDMA_REFUSED, "4003f107fa2e", "v6.2"}},
	},
	[RULE_TRY_GRAB_WARNS] = {
		{"try_grab_page.warns", "who warns of a reference count that nobody can add to",
		 WORDS("try_get_page", "try_grab_page", "try_grab_folio")}, "?????ss?sss",
		{{V5_5, WARNS_TRY_GET_PAGE},
		 {V6_1, WARNS_TRY_GRAB_PAGE},
		 {V6_12, WARNS_TRY_GRAB_FOLIO}},
	},
	[RULE_LONGTERM_VMAS] = {
		{"__gup_longterm_locked.vmas", "a long-term pin notes the VMA of each page",
		 WORDS("noted", "not_needed")}, "mmssssmssmm",
		{{V5_5, VMAS_NOTED},
		 {V5_15, VMAS_NOT_NEEDED, "52650c8b466b", "v5.11"}},
	},
	[RULE_LONGTERM_RELEASE] = {
		{"__gup_longterm_locked.release", "how pages are given back that may not be pinned",
		 WORDS("put_page", "unpin")}, "mmssssmssmm",
		{{V5_5, RELEASE_PUT_PAGE},
		 {V5_10, RELEASE_UNPIN, "96e1fac162cc", "v5.10"}},
	},
	[RULE_LONGTERM_SCOPE] = {
		{"memalloc_nocma_save.scope", "where a fault of a long-term pin may not allocate",
		 WORDS("unheeded", "cma", "movable")}, "mmsssscssmm",
		{{V5_5, SCOPE_SLOW_PATH},
		 {V5_9, SCOPE_NO_CMA, "41b4dc14ee80", "v5.9"},
		 {V5_15, SCOPE_NOT_MOVABLE}},
	},
	[RULE_ZONE_MOVABLE] = {
		{"is_pinnable_page.zone_movable", "a long-term pin of a page in ZONE_MOVABLE",
		 WORDS("pinnable", "not_pinnable")}, "mmssssmssmm",
		{{V5_5, MOVABLE_PINNABLE},
		 {V5_15, MOVABLE_NOT_PINNABLE, "d1e153fea2a8", "v5.13"}},
	},
	[RULE_COLLECT_STEP] = {
		{"check_and_migrate_cma_pages.step", "how many entries of pages an entry with a part of a compound page stands for",
		 WORDS("its_rest", "one")}, "ssssss?ssss",
		{{V5_5, COLLECT_COMPOUND}, {V5_10_223, COLLECT_EACH, "83c02c23d074", "v5.13"}},
	},
	[RULE_MIGRATE_FAILURE] = {
		{"check_and_migrate_cma_pages.failure", "a page that would not move",
		 WORDS("kept", "enomem")}, "smsssscssmm",
		{{V5_5, FAILURE_KEPT},
		 {V5_10_223, FAILURE_ENOMEM, "f0f4463837da", "v5.13"}},
	},
	[RULE_MIGRATE_DRAIN] = {
		{"collect_longterm_unpinnable_pages.drain", "when pagevecs are drained before a page is isolated",
		 WORDS("not_lru", "always", "refs_unexpected")}, "smsssscssmm",
		{{V5_5, DRAIN_IF_NOT_LRU},
		 {V6_1_192, DRAIN_ALWAYS},
		 {V6_12, DRAIN_IF_REFS_UNEXPECTED}},
	},
	[RULE_CMA_BALANCE] = {
		{"__rmqueue.cma", "when movable memory comes from CMA blocks",
		 WORDS("last", "over_half")}, "??????c??ss",
		{{V5_5, CMA_BLOCKS_LAST},
		 {V5_8, CMA_BLOCKS_BY_HALF}},
	},
	[RULE_FAULT_COUNT] = {
		{"handle_mm_fault.counted", "each fault of tsk, or those of current that end",
		 WORDS("tsk", "current")}, "smssssmssmm",
		{{V5_5, FAULT_COUNT_TSK},
		 {V5_9, FAULT_COUNT_CURRENT, "bce617edecad", "v5.9"}},
	},
	[RULE_SHARED_WRITE_END] = {
		{"fault_dirty_shared_page.end", "a shared write for which the lock went",
		 WORDS("retry", "completed")}, "smssssmssmm",
		{{V5_5, SHARED_WRITE_RETRY, "89b15332af7c", "v5.5"},
		 {V6_1, SHARED_WRITE_COMPLETED, "d92725256b4f", "v6.0"}},
	},
	[RULE_WP_REUSE] = {
		{"do_wp_page.reuse", "what makes an anonymous page the writer's own",
		 WORDS("mapcount", "page_count", "exclusive")}, "smssssmssmm",
		{{V5_5, WP_REUSE_MAPCOUNT},
		 {V5_9, WP_REUSE_PAGE_COUNT, "09854ba94c6a", "v5.9"},
		 {V6_1, WP_REUSE_EXCLUSIVE, "6c287605fd56", "v5.19"}},
	},
	[RULE_COW_READS] = {
		{"__get_user_pages.cow_reads", "reading what a COW mapping shares",
		 WORDS("share", "break")}, "smssssmssmm",
		{{V5_5, COW_READS_SHARE},
		 {V5_8, COW_READS_BREAK, "17839856fd58", "v5.8"},
		 {V5_9, COW_READS_SHARE, "a308c71bf1e6", "v5.9"}},
	},
	[RULE_READONLY_PTE] = {
		{"can_follow_write_pte.readonly", "what lets a write through a read-only pte",
		 WORDS("force_cow", "cow", "exclusive")}, "smssssmssmm",
		{{V5_5, READONLY_PTE_FORCE_COW},
		 {V5_8, READONLY_PTE_COW, "17839856fd58", "v5.8"},
		 {V5_9, READONLY_PTE_FORCE_COW, "a308c71bf1e6", "v5.9"},
		 {V6_1, READONLY_PTE_EXCLUSIVE, "5535be309971", "v6.0"}},
	},
	[RULE_NEW_ANON_LRU] = {
		{"lru_cache_add.new_anon", "the list that a new anonymous page goes to",
		 WORDS("active", "inactive", "youngest")}, "smss?smssmm",
		{{V5_5, NEW_ANON_ACTIVE},
		 {V5_9, NEW_ANON_INACTIVE},
		 {V6_12, NEW_ANON_YOUNGEST}},
	},
	[RULE_MARK_ACCESSED] = {
		{"mark_page_accessed.again", "a page that was referenced before",
		 WORDS("active", "referenced")}, "smssssmssmm",
		{{V5_5, MARK_ACCESSED_ACTIVATES},
		 {V6_12, MARK_ACCESSED_REFERENCED}},
	},
	[RULE_FORK_PINNED] = {
		{"copy_present_pte.pinned", "pinned pages of a COW mapping, at a fork",
		 WORDS("shared", "copied", "anon_copied", "exclusive_copied")},
		"smssssmssmm",
		{{V5_5, FORK_PINNED_SHARED},
		 {V5_9, FORK_PINNED_COPIED, "70e806e4e645", "v5.9"},
		 {V5_10_223, FORK_PINNED_ANON_COPIED},
		 {V5_15, FORK_PINNED_COPIED, "70e806e4e645", "v5.9"},
		 {V6_1, FORK_PINNED_EXCLUSIVE_COPIED, "6c287605fd56", "v5.19"}},
	},
	[RULE_STACK_GROW] = {
		{"find_extend_vma.grow", "a pin of a page below a stack",
		 WORDS("grows", "not")}, "mmssssmssmm",
		{{V5_5, STACK_GROWS},
		 {V6_1_192, STACK_STAYS, "8d7071af8907", "v6.5"}},
	},
	[RULE_MUST_UNSHARE] = {
		{"gup_must_unshare.pages", "shared pages that a pin for reading copies first",
		 WORDS("none", "anon", "anon_longterm")}, "smssssmssmm",
		{{V5_5, MUST_UNSHARE_NONE},
		 {V6_1, MUST_UNSHARE_ANON, "a7f226604170", "v5.19"},
		 {V6_12, MUST_UNSHARE_LONGTERM, "84209e87c696", "v6.2"}},
	},
	[RULE_NOFAULT] = {
		{"faultin_page.nofault", "FOLL_NOFAULT, where a fault is needed",
		 WORDS("no_such_flag", "efault")}, "sssssssssmm",
		{{V5_5, NOFAULT_NO_FLAG},
		 {V6_1, NOFAULT_EFAULT, "55b8fe703bc5", "v5.16"}},
	},
	[RULE_MLOCK_ALONE] = {
		{"faultin_page.mlock_alone", "FOLL_MLOCK without FOLL_POPULATE",
		 WORDS("skips", "faults")}, "smsssssssss",
		{{V5_5, MLOCK_ALONE_SKIPS},
		 {V6_1, MLOCK_ALONE_FAULTS, "b67bf49ce7aa", "v5.18"}},
	},
	[RULE_MLOCK_COUNT] = {
		{"munlock_page.huge", "when a huge page that several map is mlocked no more",
		 WORDS("any_split", "last_locker")}, "??????m??mm",
		{{V5_5, MLOCK_COUNT_NONE}, {V6_1, MLOCK_COUNT_LOCKERS}},
	},
	[RULE_MLOCK_PTES] = {
		{"mlock_pte_range.huge", "whether mlock() locks a huge page that ptes map",
		 WORDS("never", "if_whole")}, "??????m??mm",
		{{V5_5, MLOCK_PTES_NEVER}, {V6_12, MLOCK_PTES_WHOLE}},
	},
	[RULE_MLOCK_MOVED] = {
		{"remove_migration_pmd.mlocked", "PG_mlocked of a huge page that has been moved",
		 WORDS("stays", "lost")}, "??????s??mm",
		{{V5_5, MLOCK_MOVED_STAYS}, {V6_12, MLOCK_MOVED_LOST}},
	},
	[RULE_MIGRATE_PARTLY] = {
		{"migrate_pages.partly_mapped", "a huge page of which a part is mapped no more, on its way elsewhere",
		 WORDS("moved", "split")}, "??????s??mm",
		{{V5_5, MIGRATE_PARTLY_WHOLE}, {V6_12, MIGRATE_PARTLY_SPLIT}},
	},
	[RULE_LOCKONFAULT] = {
		{"populate_vma_page_range.lockonfault", "pages that are there, of a VMA that is locked as pages come",
		 WORDS("walked", "passed_over")}, "smssssmssmm",
		{{V5_5, LOCKONFAULT_WALKED},
		 {V6_1, LOCKONFAULT_PASSED_OVER, "b67bf49ce7aa", "v5.18"}},
	},
	[RULE_FOLLOW_PROTNONE] = {
		{"gup_can_follow_protnone.without_fault", "whose pins go through a NUMA hint without a fault",
		 WORDS("unless_numa", "if_forced", "unless_honored")}, "smssssmssmm",
		{{V5_5, PROTNONE_UNLESS_NUMA},
		 {V6_1, PROTNONE_IF_FORCED, "474098edac26", "v6.1"},
		 {V6_12, PROTNONE_UNLESS_HONORED}},
	},
	[RULE_MIGRATION_PTE] = {
		{"remove_migration_pte.bits", "accessed and dirty bits of a page that moved",
		 WORDS("clear", "kept")}, "smsssscssmm",
		{{V5_5, MIGRATION_PTE_OLD},
		 {V6_1, MIGRATION_PTE_AS_IT_WAS}},
	},
	[RULE_MAP_LAST_PAGE] = {
		{"filemap_map_pages.last_page", "the last page of a file, where there is no page table yet",
		 WORDS("mapped", "needs_table")}, "?mssssmssmm",
		{{V5_5, LAST_PAGE_MAPPED},
		 {V6_12, LAST_PAGE_NEEDS_TABLE}},
	},
	[RULE_DAX_DIRTY] = {
		{"noop_set_page_dirty.mark", "PG_dirty of a page that is mapped straight from its device",
		 WORDS("left", "set")}, "?mssssm?smm",
		{{V5_5, DAX_DIRTY_LEFT},
		 {V5_15, DAX_DIRTY_MARKED}},
	},
	[RULE_MPROTECT_WRITE] = {
		{"change_pte_range.write", "ptes that are writable at once where writing is allowed again",
		 WORDS("shared_dirty", "exclusive_dirty", "exclusive")}, "smssssmssmm",
		{{V5_5, MPROTECT_WRITE_SHARED},
		 {V6_1, MPROTECT_WRITE_DIRTY},
		 {V6_12, MPROTECT_WRITE_EXCLUSIVE}},
	},
	[RULE_MPROTECT_HUGE] = {
		{"change_huge_pmd.write", "pmds that are writable at once where writing is allowed again",
		 WORDS("none", "exclusive")}, "ssssssmssmm",
		{{V5_5, MPROTECT_HUGE_NEVER}, {V6_12, MPROTECT_HUGE_WRITABLE}},
	},
	[RULE_MPROTECT_PUD] = {
		{"change_pud_range.huge", "what becomes of a pud that maps a device where rights change",
		 WORDS("cleared", "changed")}, "??????s??ss",
		{{V5_5, MPROTECT_PUD_CLEARED}, {V6_12, MPROTECT_PUD_CHANGED}},
	},
	[RULE_SPLIT_HOLE] = {
		{"follow_pmd_mask.split_hole", "FOLL_SPLIT_PMD where a file's hole is mapped as the huge zero page",
		 WORDS("busy", "table")}, "??????m??mm",
		{{V5_5, SPLIT_HOLE_BUSY}, {V6_12, SPLIT_HOLE_TABLE}},
	},
	[RULE_DAX_MKCLEAN] = {
		{"dax_entry_mkclean.ptes", "ptes of an entry for a whole pmd that fsync makes read-only",
		 WORDS("first_page", "all")}, "??????m??mm",
		{{V5_5, DAX_MKCLEAN_FIRST}, {V6_1, DAX_MKCLEAN_ALL}},
	},
	[RULE_SPLIT_DIRTY] = {
		{"__split_huge_pmd.dirty", "what is dirty when a dirty pmd has been split",
		 WORDS("page", "page_and_ptes")}, "smssssmssmm",
		{{V5_5, SPLIT_DIRTY_PAGE}, {V6_12, SPLIT_DIRTY_PTES}},
	},
	[RULE_HUGE_WP_REUSE] = {
		{"do_huge_pmd_wp_page.reuse", "when a write takes over a huge page instead of copying",
		 WORDS("mapcount", "exclusive")}, "ssssssmssmm",
		{{V5_5, HUGE_WP_REUSE_MAPCOUNT},
		 {V6_1, HUGE_WP_REUSE_EXCLUSIVE, "6c287605fd56", "v5.19"}},
	},
	[RULE_HUGE_WP_COPY] = {
		{"do_huge_pmd_wp_page.copy", "what a write to a huge page of others copies",
		 WORDS("all", "one_page")}, "smssssmssmm",
		{{V5_5, HUGE_WP_COPY_ALL}, {V5_8, HUGE_WP_SPLIT, "3917c80280c9", "v5.8"}},
	},
	[RULE_HINT_COW] = {
		{"change_pte_range.hint_cow", "pages of a COW mapping that a NUMA hint is set on",
		 WORDS("mapped_once", "referenced_once", "mapped_once_not_pinned")}, "?m????m?smm",
		{{V5_5, HINT_COW_MAPPED_ONCE},
		 {V5_10_223, HINT_COW_REFERENCED_ONCE},
		 {V5_15, HINT_COW_MAPPED_ONCE},
		 {V6_1, HINT_COW_REFERENCED_ONCE},
		 {V6_12, HINT_COW_NOT_PINNED}},
	},
	[RULE_HINT_WRITE] = {
		{"do_numa_page.write", "the write bit of a pte that had a NUMA hint",
		 WORDS("kept", "found_anew")}, "?m????m?smm",
		{{V5_5, HINT_WRITE_KEPT},
		 {V6_12, HINT_WRITE_FOUND_ANEW}},
	},
	[RULE_EXTEND_ZEROES] = {
		{"ext4_setattr.extend", "the last page of a file that grows, where it ends within it",
		 WORDS("left", "zeroed")}, "?????ss?smm",
		{{V5_5, EXTEND_LEAVES_TAIL},
		 {V6_12, EXTEND_ZEROES_TAIL}},
	},
	[RULE_EVICT_HELD] = {
		{"invalidate_inode_page.held", "buffers of a clean page that is held and not mapped, where it might be dropped",
		 WORDS("lost", "kept")}, "?????sm?smm",
		{{V5_5, EVICT_HELD_LOSES_BUFFERS},
		 {V6_1, EVICT_HELD_KEEPS_BUFFERS}},
	},
	[RULE_HUGETLB_WALK] = {
		{"follow_hugetlb_page.loop", "the loop over the pages of a hugetlb VMA",
		 WORDS("own", "of_all")}, "smssssmssmm",
		{{V5_5, HUGETLB_WALK_OWN},
		 {V6_12, HUGETLB_WALK_GENERIC, "4849807114b8", "v6.6"}},
	},
	[RULE_FOLLOW_HUGE_PUD] = {
		{"follow_huge_pud.held", "follow_page() of a page of 1G that is to be held",
		 WORDS("nothing", "page")}, "?s????s??ss",
		{{V5_5, HUGE_PUD_NOT_HELD}, {V6_1, HUGE_PUD_HELD}},
	},
	[RULE_HUGETLB_FORCE] = {
		{"check_vma_flags.hugetlb_force", "a forced write to a hugetlb VMA without VM_WRITE",
		 WORDS("accepted", "refused")}, "smssssms?mm",
		{{V5_5, HUGETLB_FORCE_SERVED},
		 {V6_1_192, HUGETLB_FORCE_REFUSED, "f347454d0341", "v6.2"}},
	},
	[RULE_HUGETLB_SPLIT_PMD] = {
		{"check_vma_flags.hugetlb_split_pmd", "FOLL_SPLIT_PMD on a hugetlb VMA",
		 WORDS("ignored", "refused")}, "ssssssmssmm",
		{{V5_5, HUGETLB_SPLIT_PMD_IGNORED},
		 {V6_12, HUGETLB_SPLIT_PMD_REFUSED, "8977752c8056", "v6.15"}},
	},
	[RULE_HUGETLB_UNPINNABLE] = {
		{"follow_hugetlb_page.unpinnable", "a long-term pin of a huge page that it would have to move",
		 WORDS("grabbed", "refused")}, "ssssssms?mm",
		{{V5_5, HUGETLB_UNPINNABLE_GRABBED},
		 {V5_15, HUGETLB_UNPINNABLE_REFUSED}},
	},
	[RULE_HUGETLB_WP_READONLY] = {
		{"hugetlb_wp.readonly", "a write fault in a hugetlb VMA without VM_WRITE",
		 WORDS("made_writable", "warns")}, "smssssms???",
		{{V5_5, HUGETLB_WP_READONLY_WRITABLE},
		 {V6_1, HUGETLB_WP_READONLY_SIGSEGV}},
	},
	[RULE_HUGETLB_FORK] = {
		{"copy_page_range.hugetlb", "huge pages that a fork's child could fault in",
		 WORDS("copied", "left")}, "??????m??mm",
		{{V5_5, HUGETLB_FORK_COPIES},
		 {V6_1, HUGETLB_FORK_LAZY}},
	},
	[RULE_HUGETLB_FORK_PINNED] = {
		{"copy_hugetlb_page_range.pinned", "a huge page that may be pinned, at fork",
		 WORDS("shared", "copied", "exclusive_copied")}, "??????m??mm",
		{{V5_5, HUGETLB_FORK_PINNED_SHARED},
		 {V5_15, HUGETLB_FORK_PINNED_COPIED},
		 {V6_1, HUGETLB_FORK_PINNED_EXCLUSIVE_COPIED}},
	},
	[RULE_HUGETLB_UNMAP] = {
		{"unmap_hugepage_range.reserve", "the reservation behind a private huge page that is unmapped",
		 WORDS("used_up", "restored")}, "??????m??mm",
		{{V5_5, HUGETLB_UNMAP_USES_UP},
		 {V6_12, HUGETLB_UNMAP_RESERVES}},
	},
	[RULE_HUGETLB_DONTNEED] = {
		{"madvise_dontneed.hugetlb", "MADV_DONTNEED of huge pages",
		 WORDS("refused", "served")}, "??????m??mm",
		{{V5_5, HUGETLB_DONTNEED_REFUSED},
		 {V6_1, HUGETLB_DONTNEED_SERVED}},
	},
	[RULE_HUGETLB_CACHE] = {
		{"hugetlb_add_to_page_cache.refs", "references of the page cache to a huge page",
		 WORDS("one", "each_page")}, "??????m??mm",
		{{V5_5, HUGETLB_CACHE_ONE},
		 {V6_12, HUGETLB_CACHE_EACH}},
	},
	[RULE_HUGETLB_TARGET] = {
		{"alloc_migration_target.hugetlb", "what a huge page that has to move moves to",
		 WORDS("fresh", "pool")}, "ss???ss???s",
		{{V5_5, HUGETLB_TARGET_FRESH},
		 {V5_9, HUGETLB_TARGET_POOL}},
	},
	[RULE_FIXUP_RETRIES] = {
		{"fixup_user_fault.retries", "how often it drops the lock for one fault",
		 WORDS("one", "many")}, "sssssssssss",
		{{V5_5, RETRIES_ONE},
		 {V5_7, RETRIES_MANY}},
	},
	[RULE_FIXUP_KILLABLE] = {
		{"fixup_user_fault.killable", "a SIGKILL that is pending, with unlocked",
		 WORDS("not", "eintr")}, "ssssssmssmm",
		{{V5_5, KILLABLE_NOT},
		 {V5_7, KILLABLE_EINTR}},
	},
	[RULE_DUMP_LOCK] = {
		{"get_dump_page.lock", "mmap_lock: whether it is taken, and dropped to wait",
		 WORDS("not_taken", "dropped", "kept")}, "ssssssmssmm",
		{{V5_5, DUMP_LOCK_NOT_TAKEN},
		 {V5_10, DUMP_LOCK_DROPPED, "7f3bfab52cab", "v5.10"},
		 {V6_12, DUMP_LOCK_KEPT, "f04740f54594", "v6.3"}},
	},
	[RULE_FOLLOW_PIN] = {
		{"follow_page.foll_pin", "FOLL_PIN passed by a caller",
		 WORDS("ignored", "refused")}, "ssssssm?sms",
		{{V5_5, FOLL_PIN_IGNORED},
		 {V6_1, FOLL_PIN_REFUSED}},
	},
	[RULE_POPULATE_DRAIN] = {
		{"populate_vma_page_range.drain", "the LRU pagevecs, once pages have been populated",
		 WORDS("left", "drained")}, "ssssssm?smm",
		{{V5_5, POPULATE_LEAVES},
		 {V6_1, POPULATE_DRAINS}},
	},
	[RULE_GATE_GRAB] = {
		{"get_gate_page.grab", "what a pin of the gate page takes",
		 WORDS("reference", "as_asked")}, "smssssmssmm",
		{{V5_5, GATE_GRAB_REFERENCE},
		 {V5_9, GATE_GRAB_AS_ASKED, "9fa2dd946743", "v5.9"}},
	},
	[RULE_MADV_POPULATE] = {
		{"madvise_populate.holes", "MADV_POPULATE_READ and _WRITE, and what is not mapped between",
		 WORDS("no_such_advice", "passed_over", "end_it")}, "ssssssm?smm",
		{{V5_5, MADV_POPULATE_NO_ADVICE},
		 {V5_15, MADV_POPULATE_EACH_VMA},
		 {V6_12, MADV_POPULATE_TO_HOLE}},
	},
	[RULE_FAST_FLAGS] = {
		{"internal_get_user_pages_fast.flags", "flags that a fast function takes: WRITE, and up to",
		 WORDS("longterm", "force", "get", "fast_only", "nofault", "p2pdma")}, "mmssssmssmm",
		{{V5_5, FAST_TAKES_LONGTERM},
		 {V5_6, FAST_TAKES_FORCE, "f4000fdf435b", "v5.6"},
		 {V5_7, FAST_TAKES_GET},
		 {V5_8, FAST_TAKES_FAST_ONLY},
		 {V6_1, FAST_TAKES_NOFAULT, "55b8fe703bc5", "v5.16"},
		 {V6_12, FAST_TAKES_P2PDMA}},
	},
	[RULE_FAST_RANGE] = {
		{"internal_get_user_pages_fast.range", "a range that ends where it starts, or goes round",
		 WORDS("empty_zero", "overflow_zero", "overflow_error")}, "mmssssmssmm",
		{{V5_5, FAST_RANGE_EMPTY_ZERO},
		 {V5_10_223, FAST_RANGE_OVERFLOW_ZERO, "c28b1fc70390", "v5.11"},
		 {V6_12, FAST_RANGE_OVERFLOW_ERROR, "fd247f029cd0", "v6.5"}},
	},
	[RULE_FAST_ONLY_ERROR] = {
		{"get_user_pages_fast_only.error", "what becomes of an error that no page goes before",
		 WORDS("zero", "errno")}, "mmssssmssmm",
		{{V5_5, FAST_ONLY_ZERO},
		 {V6_12, FAST_ONLY_ERRNO}},
	},
	[RULE_FAST_LONGTERM] = {
		{"try_grab_compound_head.longterm", "a fast long-term pin of a page that it would have to move",
		 WORDS("taken", "refused")}, "smsssscssmm",
		{{V5_5, FAST_LONGTERM_TAKEN},
		 {V5_7, FAST_LONGTERM_PINNABLE, "df3a0a21b698", "v5.7"}},
	},
	[RULE_FAST_RECHECK] = {
		{"gup_pte_range.recheck", "what is looked at again once a page is held",
		 WORDS("pte", "none")}, "sssssssssss",
		{{V5_5, RECHECK_PTE}},
	},
	[RULE_FAST_SECRETMEM] = {
		{"gup_pte_range.secretmem", "a page of a memfd_secret(2), and one of no file",
		 WORDS("taken", "secret_on_lru", "secret", "neither")}, "sssssss??mm",
		{{V5_5, FAST_SECRETMEM_TAKEN},
		 {V5_15, FAST_SECRETMEM_IF_LRU},
		 {V6_1_192, FAST_SECRETMEM_REFUSED},
		 {V6_12, FAST_NO_MAPPING_REFUSED}},
	},
	[RULE_FAST_FILE_WRITE] = {
		{"gup_fast_folio_allowed.longterm_file_write", "a fast long-term pin for writing of a file's page",
		 WORDS("taken", "refused")}, "ssssssmssmm",
		{{V5_5, FAST_FILE_WRITE_TAKEN},
		 {V6_12, FAST_FILE_WRITE_REFUSED, "a6e79df92e4a", "v6.5"}},
	},
	[RULE_FAST_FORK] = {
		{"lockless_pages_from_mm.fork", "a fork while a fast function pins",
		 WORDS("unseen", "falls_back")}, "sssssssssss",
		{{V5_5, FAST_FORK_UNSEEN},
		 {V5_10_223, FAST_FORK_FALLS_BACK, "57efa1fe5957", "v5.11"}},
	},
	[RULE_HUGETLB_FORK_SEQ] = {
		{"copy_hugetlb_page_range.write_protect_seq", "whether a fast function can tell a fork of huge pages",
		 WORDS("stays", "rises")}, "??????s??ss",
		{{V5_5, HUGETLB_FORK_SEQ_STAYS},
		 {V6_1, HUGETLB_FORK_SEQ_RISES}},
	},
	[RULE_FAULT_TRIED] = {
		{"do_user_addr_fault.tried", "a task's fault that had to wait for what others read, and counts as major then",
		 WORDS("always", "if_major")}, "??????m??mm",
		{{V5_5, FAULT_TRIED_ALWAYS},
		 {V6_12, FAULT_TRIED_IF_MAJOR}},
	},
	[RULE_PUNCH_BEYOND] = {
		{"ext4_punch_hole.beyond_end", "a hole beyond the end of an fsdax file, where pages of it are held",
		 WORDS("nothing", "breaks_layouts")}, "??????m?smm",
		{{V5_5, PUNCH_BEYOND_NOTHING},
		 {V6_12, PUNCH_BEYOND_BREAKS_LAYOUTS}},
	},
	[RULE_PUNCH_STATUS] = {
		{"ext4_punch_hole.status", "what ext4 remembers of a hole in an fsdax file that was punched",
		 WORDS("nothing", "the_hole")}, "??????m??mm",
		{{V5_5, PUNCH_STATUS_FORGOTTEN}, {V6_12, PUNCH_STATUS_REMEMBERED}},
	},
	[RULE_MADVISE_REMOVE] = {
		{"madvise_remove.writable", "what a shared mapping has to be for a hole to be punched through it",
		 WORDS("write", "maywrite")}, "?????sm??mm",
		{{V5_5, MADVISE_REMOVE_WRITE},
		 {V6_1_192, MADVISE_REMOVE_MAYWRITE}},
	},
};
/* clang-format on */

/* Rules that no call comes to from a release on: it is refused before, or nobody asks. */
static const struct {
	enum rule rule;
	struct change gone; /* the value does not matter any more */
} unreached[] = {
	{RULE_GUP_FOLL_PIN, {V5_10, 0, "447f3e45c18a", "v5.10"}},
	{RULE_REMOTE_FOLL_PIN, {V5_10, 0, "447f3e45c18a", "v5.10"}},
	{RULE_DAX_VMAS, {V5_15, 0, "52650c8b466b", "v5.11"}},
	{RULE_LOCKED_FOLL_PIN, {V6_1, 0, "73fd16d8080f", "v5.18"}},
	{RULE_PTE_GET_AND_PIN, {V6_12, 0, "d64e2dbc33a1", "v6.3"}},
	{RULE_PIN_NO_PAGES, {V6_12, 0, "d64e2dbc33a1", "v6.3"}},
	{RULE_HUGETLB_UNPINNABLE, {V6_12, 0, "4849807114b8", "v6.6"}},
	{RULE_HUGETLB_WP_READONLY, {V6_1_192, 0, "f347454d0341", "v6.2"}},
	{RULE_FOLLOW_PIN, {V6_12, 0, NULL, NULL}},
	{RULE_LOCKED_VMAS, {V6_12, 0, NULL, NULL}},
};

/* NULL: calls come to it. */
static const struct change *gone_by(size_t kernel, size_t rule)
{
	for (size_t i = 0; i < sizeof(unreached) / sizeof(unreached[0]); i++)
		if (unreached[i].rule == rule && kernel >= unreached[i].gone.since)
			return &unreached[i].gone;
	return NULL;
}

static const struct change *change_of(const struct row *row, unsigned int kernel)
{
	const struct change *change = &row->changes[0];

	for (int i = 1; i < MAX_CHANGES && row->changes[i].since; i++)
		if (row->changes[i].since <= kernel)
			change = &row->changes[i];
	return change;
}

static const char *evidence_name(char letter)
{
	return letter == 'm' || letter == 'c' ? "measured"
	       : letter == 's'		      ? "source"
					      : "memory";
}

static const char *kernel_asked(char letter, size_t kernel)
{
	return letter == 'm'   ? kernels[kernel].booted
	       : letter == 'c' ? kernels[kernel].booted_cma
			       : NULL;
}

static int kernel_by_name(const char *name)
{
	for (int k = 0; k < NR_KERNELS; k++)
		if (!strcmp(kernels[k].name, name))
			return k;
	return -EINVAL;
}

int rules_of_release(const char *kernel, struct rules *rules)
{
	int k = kernel_by_name(kernel);

	if (k < 0)
		return k;
	rules->kernel = k;
	for (int r = 0; r < NR_RULES; r++)
		rules->value[r] = change_of(&rules_table[r], k)->value;
	return 0;
}

static int value_by_name(const struct gupsim_rule *info, const char *value,
			 const char **nearest)
{
	struct nearest best = nearest_to(value);

	for (int v = 0; info->values[v]; v++) {
		if (!strcmp(info->values[v], value))
			return v;
		nearest_try(&best, info->values[v]);
	}
	*nearest = best.candidate;
	return -EINVAL;
}

static int rule_by_name(const char *rule, const char **nearest)
{
	struct nearest best = nearest_to(rule);

	for (int r = 0; r < NR_RULES; r++)
		if (!strcmp(rules_table[r].info.name, rule))
			return r;
	for (int r = 0; r < NR_RULES; r++)
		nearest_try(&best, rules_table[r].info.name);
	*nearest = best.candidate;
	return -EINVAL;
}

int rules_override(struct rules *rules, const char *rule, const char *value,
		   const char **nearest)
{
	int r = rule_by_name(rule, nearest), v;

	if (r < 0)
		return r;
	v = value_by_name(&rules_table[r].info, value, nearest);
	if (v < 0)
		return v;
	rules->value[r] = v;
	return 0;
}

const char *rule_name(enum rule rule)
{
	return rule == RULE_NONE ? NULL : rules_table[rule].info.name;
}

const char *rule_value_name(const struct rules *rules, enum rule rule)
{
	return rule == RULE_NONE ? NULL
				 : rules_table[rule].info.values[rules->value[rule]];
}

const char *pin_function_name(enum pin_function function)
{
	return functions[function].name;
}

bool release_has(unsigned int kernel, enum pin_function function)
{
	return kernel >= functions[function].first && kernel <= functions[function].last;
}

bool gupsim_kernel_has(size_t kernel, const char *func)
{
	if (!func || kernel >= NR_KERNELS)
		return false;
	for (size_t i = 0; i < NR_PIN_FUNCTIONS; i++)
		if (!strcmp(functions[i].name, func))
			return release_has(kernel, i);
	return true;
}

unsigned int gupsim_kernel_flags(size_t kernel)
{
	unsigned int has = kernel < NR_KERNELS ? ALL_FOLL_FLAGS : 0;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (kernel < flags[i].first || kernel > flags[i].last)
			has &= ~flags[i].flags;
	return has;
}

const char *gupsim_function_name(size_t nth)
{
	return nth < NR_PIN_FUNCTIONS ? functions[nth].name : NULL;
}

bool release_has_signatures_of(const char *kernel, unsigned int linux_version)
{
	int k = kernel_by_name(kernel);

	return k >= 0 && (!linux_version || (linux_version >= kernels[k].headers_from &&
					     linux_version < kernels[k].headers_below));
}

size_t gupsim_nr_kernels(void)
{
	return NR_KERNELS;
}

const char *gupsim_kernel_name(size_t kernel)
{
	return kernel < NR_KERNELS ? kernels[kernel].name : NULL;
}

size_t gupsim_kernel_before(size_t kernel)
{
	size_t before = kernel;

	if (!kernel || kernel >= NR_KERNELS)
		return NR_KERNELS;
	if (kernels[kernel].base)
		return kernels[kernel].base;
	do
		before--;
	while (kernels[before].base);
	return before;
}

size_t gupsim_nr_rules(void)
{
	return NR_RULES;
}

const struct gupsim_rule *gupsim_rule_info(size_t rule)
{
	return rule < NR_RULES ? &rules_table[rule].info : NULL;
}

static bool cell_changed(size_t kernel, size_t rule)
{
	const struct row *row = &rules_table[rule];
	size_t before = gupsim_kernel_before(kernel);

	return before < NR_KERNELS &&
	       (change_of(row, before)->value != change_of(row, kernel)->value ||
		!gone_by(before, rule) != !gone_by(kernel, rule));
}

int gupsim_rule_cell(size_t kernel, size_t rule, struct gupsim_rule_cell *out)
{
	const struct row *row;
	const struct change *change, *gone;

	if (kernel >= NR_KERNELS || rule >= NR_RULES || !out)
		return -EINVAL;
	row = &rules_table[rule];
	change = change_of(row, kernel);
	gone = gone_by(kernel, rule);
	*out = (struct gupsim_rule_cell){
		.value = row->info.values[change->value],
		.reached = !gone,
		.evidence = evidence_name(row->evidence[kernel]),
		.asked = kernel_asked(row->evidence[kernel], kernel),
		.commit = gone ? gone->commit : change->commit,
		.first = gone ? gone->first : change->first,
		.changed = cell_changed(kernel, rule),
	};
	return 0;
}
