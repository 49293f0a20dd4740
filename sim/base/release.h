/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel releases as data: one table, rule x release -> value. A rule is a decision whose
 * value a caller can observe, named after the kernel function and the decision. Code asks
 * for the rule and never for the release.
 */
#ifndef SIM_BASE_RELEASE_H
#define SIM_BASE_RELEASE_H

#include <gupsim/observe.h>
#include <stdbool.h>
#include <stddef.h>

enum rule {
	RULE_GUP_FOLL_PIN,
	RULE_REMOTE_FOLL_PIN,
	RULE_REMOTE_LONGTERM,
	RULE_LOCKED_FOLL_GET,
	RULE_PTE_GET_AND_PIN,
	RULE_DAX_VMAS,
	RULE_CMA_MIGRATE,
	RULE_GUP_ARGS,
	RULE_LOCKED_FOLL_PIN,
	RULE_NOT_LOCKED,
	RULE_UNLOCKED_LONGTERM,
	RULE_PIN_FOLL_PIN,
	RULE_PIN_NO_PAGES,
	RULE_PIN_REFUSED,
	RULE_RETRIES,
	RULE_FATAL_SIGNAL,
	RULE_KILLABLE,
	RULE_GUP_SIGNAL,
	RULE_NOTHING_PINNED,
	RULE_VMA_FSDAX,
	RULE_VMA_FILE_WRITE,
	RULE_VMA_SECRETMEM,
	RULE_PFN_PTE,
	RULE_DEVMAP_PIN,
	RULE_TRY_GRAB_PIN,
	RULE_TRY_GRAB_ZERO,
	RULE_TRY_GRAB_P2PDMA,
	RULE_LONGTERM_VMAS,
	RULE_LONGTERM_RELEASE,
	RULE_LONGTERM_SCOPE,
	RULE_ZONE_MOVABLE,
	RULE_MIGRATE_FAILURE,
	RULE_MIGRATE_DRAIN,
	RULE_CMA_BALANCE,
	RULE_FAULT_COUNT,
	RULE_SHARED_WRITE_END,
	RULE_WP_REUSE,
	RULE_COW_READS,
	RULE_READONLY_PTE,
	RULE_NEW_ANON_LRU,
	RULE_MARK_ACCESSED,
	RULE_FORK_PINNED,
	RULE_STACK_GROW,
	RULE_MUST_UNSHARE,
	RULE_NOFAULT,
	RULE_MLOCK_ALONE,
	RULE_LOCKONFAULT,
	RULE_MIGRATION_PTE,
	RULE_MAP_LAST_PAGE,
	RULE_DAX_DIRTY,
	RULE_MPROTECT_WRITE,
	RULE_EXTEND_ZEROES,
	RULE_EVICT_HELD,
	RULE_FAULT_TRIED,
	RULE_PUNCH_BEYOND,
	RULE_MADVISE_REMOVE,
	NR_RULES,
	RULE_NONE = NR_RULES, /* a decision that no rule stands behind */
};

/* The values of each rule, in the order of its words in the table. */
enum {
	FOLL_PIN_IGNORED,
	FOLL_PIN_REFUSED
};
enum {
	LONGTERM_REFUSED,
	LONGTERM_UNLESS_LOCKED,
	LONGTERM_SERVED
};
enum {
	FOLL_GET_ALWAYS,
	FOLL_GET_UNLESS_PIN
};
enum {
	GET_AND_PIN_ALLOWED,
	GET_AND_PIN_REFUSED
};
enum {
	DAX_VMAS_REFUSED,
	DAX_VMAS_ACCEPTED
};
enum {
	CMA_MIGRATED,
	CMA_KEPT
};
enum {
	ARGS_OWN_CHECKS,
	ARGS_IS_VALID_GUP_FLAGS,
	ARGS_IS_VALID_GUP_ARGS
};
enum {
	NOT_LOCKED_BUG,
	NOT_LOCKED_TAKES_LOCK
};
enum {
	UNLOCKED_LONGTERM_REFUSED,
	UNLOCKED_LONGTERM_SERVED
};
enum {
	PIN_IS_GET,
	PIN_SETS_FOLL_PIN
};
enum {
	NO_PAGES_ACCEPTED,
	NO_PAGES_REFUSED
};
enum {
	PIN_REFUSED_EINVAL,
	PIN_REFUSED_ZERO
};
enum {
	RETRIES_ONE,
	RETRIES_MANY
};
enum {
	SIGNAL_ERESTARTSYS,
	SIGNAL_EINTR
};
enum {
	KILLABLE_NOT,
	KILLABLE_EINTR
};
enum {
	NOTHING_PINNED_ZERO,
	NOTHING_PINNED_EFAULT
};
enum {
	GUP_SIGNAL_NO_FLAG,
	GUP_SIGNAL_EINTR
};
enum {
	FSDAX_ACCEPTED,
	FSDAX_REFUSED
};
enum {
	FILE_WRITE_ACCEPTED,
	FILE_WRITE_REFUSED
};
enum {
	SECRETMEM_ACCEPTED,
	SECRETMEM_REFUSED
};
enum {
	PFN_EFAULT_IF_GET,
	PFN_EFAULT_IF_HELD,
	PFN_EEXIST
};
enum {
	DEVMAP_IF_GET,
	DEVMAP_IF_HELD
};
enum {
	PIN_TAKES_NOTHING,
	PIN_TAKES_BIAS
};
enum {
	ZERO_COUNTED,
	ZERO_NOT_COUNTED
};
enum {
	P2PDMA_TAKEN,
	P2PDMA_REFUSED
};
enum {
	VMAS_NOTED,
	VMAS_NOT_NEEDED
};
enum {
	RELEASE_PUT_PAGE,
	RELEASE_UNPIN
};
enum {
	SCOPE_SLOW_PATH,
	SCOPE_NO_CMA,
	SCOPE_NOT_MOVABLE
};
enum {
	CMA_BLOCKS_LAST,
	CMA_BLOCKS_BY_HALF
};
enum {
	MOVABLE_PINNABLE,
	MOVABLE_NOT_PINNABLE
};
enum {
	FAILURE_KEPT,
	FAILURE_ENOMEM
};
enum {
	DRAIN_IF_NOT_LRU,
	DRAIN_ALWAYS,
	DRAIN_IF_REFS_UNEXPECTED
};
enum {
	FAULT_COUNT_TSK,
	FAULT_COUNT_CURRENT
};
enum {
	SHARED_WRITE_RETRY,
	SHARED_WRITE_COMPLETED
};
enum {
	WP_REUSE_MAPCOUNT,
	WP_REUSE_PAGE_COUNT,
	WP_REUSE_EXCLUSIVE
};
enum {
	COW_READS_SHARE,
	COW_READS_BREAK
};
enum {
	READONLY_PTE_FORCE_COW,
	READONLY_PTE_COW,
	READONLY_PTE_EXCLUSIVE
};
enum {
	NEW_ANON_ACTIVE,
	NEW_ANON_INACTIVE,
	NEW_ANON_YOUNGEST
};
enum {
	MARK_ACCESSED_ACTIVATES,
	MARK_ACCESSED_REFERENCED
};
enum {
	FORK_PINNED_SHARED,
	FORK_PINNED_COPIED,
	FORK_PINNED_ANON_COPIED,
	FORK_PINNED_EXCLUSIVE_COPIED
};
enum {
	STACK_GROWS,
	STACK_STAYS
};
enum {
	MUST_UNSHARE_NONE,
	MUST_UNSHARE_ANON,
	MUST_UNSHARE_LONGTERM
};
enum {
	NOFAULT_NO_FLAG,
	NOFAULT_EFAULT
};
enum {
	MLOCK_ALONE_SKIPS,
	MLOCK_ALONE_FAULTS
};
enum {
	LOCKONFAULT_WALKED,
	LOCKONFAULT_PASSED_OVER
};
enum {
	MIGRATION_PTE_OLD,
	MIGRATION_PTE_AS_IT_WAS
};
enum {
	MPROTECT_WRITE_SHARED,
	MPROTECT_WRITE_DIRTY,
	MPROTECT_WRITE_EXCLUSIVE
};

enum {
	LAST_PAGE_MAPPED,
	LAST_PAGE_NEEDS_TABLE
};

enum {
	DAX_DIRTY_LEFT,
	DAX_DIRTY_MARKED
};

enum {
	EXTEND_LEAVES_TAIL,
	EXTEND_ZEROES_TAIL
};
enum {
	EVICT_HELD_LOSES_BUFFERS,
	EVICT_HELD_KEEPS_BUFFERS
};
enum {
	FAULT_TRIED_ALWAYS,
	FAULT_TRIED_IF_MAJOR
};
enum {
	PUNCH_BEYOND_NOTHING,
	PUNCH_BEYOND_BREAKS_LAYOUTS
};
enum {
	MADVISE_REMOVE_WRITE,
	MADVISE_REMOVE_MAYWRITE
};

/* The rules that one machine runs by: a row of the table, with single rules overridden.
 */
struct rules {
	unsigned int kernel; /* the row */
	unsigned char value[NR_RULES];
};

/* -EINVAL: no such release. */
int rules_of_release(const char *kernel, struct rules *rules);
/* -EINVAL: no such rule or value; @nearest then names the closest. */
int rules_override(struct rules *rules, const char *rule, const char *value,
		   const char **nearest);
const char *rule_name(enum rule rule);
const char *rule_value_name(const struct rules *rules, enum rule rule);

/* The functions that callers pin with. */
enum pin_function {
	GET_USER_PAGES_REMOTE,
	GET_USER_PAGES,
	GET_USER_PAGES_LOCKED,
	GET_USER_PAGES_UNLOCKED,
	PIN_USER_PAGES_REMOTE,
	PIN_USER_PAGES,
	PIN_USER_PAGES_LOCKED,
	PIN_USER_PAGES_UNLOCKED,
	NR_PIN_FUNCTIONS
};

const char *pin_function_name(enum pin_function function);
/* Does the release @kernel have it? */
bool release_has(unsigned int kernel, enum pin_function function);

/* Do kernel headers of @linux_version (0: none are used) offer the signatures that the
 * release has? */
bool release_has_signatures_of(const char *kernel, unsigned int linux_version);

#endif
