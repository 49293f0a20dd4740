/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine: its memory, its kernel release, and what goes wrong in it. */
#ifndef GUPSIM_MACHINE_H
#define GUPSIM_MACHINE_H

#include <gupsim/version.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

struct gupsim_machine;
struct page;

/* What the kernel says when something is wrong that it did not expect. */
enum gupsim_report_kind {
	GUPSIM_WARN, /* a WARN_ON_ONCE, re-armed at each call; execution goes on */
	GUPSIM_BUG,  /* a BUG_ON: the machine is dead */
	/* The caller broke a contract that the kernel does not check. Where there is a
	 * sense to it the call goes on, which need not end well. */
	GUPSIM_CONTRACT,
};

struct gupsim_report {
	enum gupsim_report_kind kind;
	const char *func; /* the kernel function that holds the check */
	const char *what; /* the condition: as its source has it, or in words */
};

/* Called as it happens. It may not call into the machine. The report's strings stay. */
typedef void (*gupsim_report_fn)(void *arg, const struct gupsim_report *report);

/*
 * The host's memory: like realloc(), and free() when @size is 0. All the memory that a
 * machine takes comes from here, but the reserved range of its mem_map.
 */
typedef void *(*gupsim_realloc_fn)(void *arg, void *ptr, size_t size);

/* Where a fault may map a huge page: /sys/kernel/mm/transparent_hugepage/enabled. */
enum gupsim_thp {
	GUPSIM_THP_NEVER,
	GUPSIM_THP_MADVISE, /* where madvise(MADV_HUGEPAGE) asks for it */
	GUPSIM_THP_ALWAYS   /* unless madvise(MADV_NOHUGEPAGE) forbids it */
};

/*
 * vsyscall= on the kernel's command line: whether the page at 0xffffffffff600000 can be
 * read, is there for execution alone, or is not there. All releases have these three.
 */
enum gupsim_vsyscall {
	GUPSIM_VSYSCALL_XONLY,
	GUPSIM_VSYSCALL_EMULATE,
	GUPSIM_VSYSCALL_NONE,
};

/* What is rare, and can be made to happen at every chance: a mask. */
enum gupsim_rare {
	GUPSIM_RARE_RETRY = 1, /* a fault that may be retried is, once */
	/* A read fault maps one page, as with fault_around_bytes of a page. */
	GUPSIM_RARE_NO_FAULT_AROUND = 2,
	GUPSIM_RARE_NO_ISOLATION = 4, /* no page can be taken off its list, LRU or pool */
	GUPSIM_RARE_MIGRATION = 8,    /* the first attempt to move a page fails */
	GUPSIM_RARE_NO_HUGE_PAGE = 16, /* no fault gets a transparent huge page */
};

struct gupsim_config {
	size_t size; /* of this struct, for later versions of it */
	/* Of the kernel headers the caller was built with; 0: it has none, and calls the
	 * gupsim_ functions behind them, which take the same for every release. */
	unsigned int linux_version;
	const char *kernel;    /* release: gupsim_kernel_name() has them */
	uint64_t ram_normal;   /* bytes of ZONE_NORMAL outside CMA areas */
	uint64_t ram_cma;      /* bytes of CMA pageblocks (of 2 MiB) in ZONE_NORMAL */
	uint64_t ram_movable;  /* bytes of ZONE_MOVABLE */
	uint64_t rlimit_stack; /* bytes: how large a stack may grow, RLIMIT_STACK */
	uint64_t hugetlb_2m;   /* huge pages of 2 MiB in their pool, nr_hugepages */
	uint64_t hugetlb_1g;   /* huge pages of 1 GiB in their pool */
	bool config_fs_dax;    /* CONFIG_FS_DAX */
	bool config_cma;       /* CONFIG_CMA */
	bool ledger;	       /* keep who took each reference; the audit needs it */
	bool trace;	       /* keep the decisions behind each call */
	enum gupsim_thp thp;
	enum gupsim_vsyscall vsyscall;
	bool pagevec_hold; /* LRU pagevecs keep their references until full */
	unsigned int rare; /* of enum gupsim_rare */
	gupsim_realloc_fn host_realloc; /* NULL: the C library's */
	void *host_arg;			/* as long as the machine is there */
	gupsim_report_fn report;	/* NULL: reports are only recorded */
	void *report_arg;
	/* A TLB flush does not wait for a lockless walk, as on a paravirtualised x86. */
	bool tlb_flush_paravirt;
};

/*
 * gupsim_config_default() - what a machine has if nothing else is asked for
 *
 * 64 MiB of ZONE_NORMAL, stacks of up to 8 MiB, FS_DAX and CMA on, no transparent huge
 * pages, ledger and trace on, and the release that GUPSIM_LINUX_VERSION fits: without
 * that, v5.6.
 */
static inline struct gupsim_config gupsim_config_default(void)
{
	struct gupsim_config config;

	memset(&config, 0, sizeof(config));
	config.size = sizeof(config);
	config.linux_version = GUPSIM_LINUX_VERSION;
	config.kernel = GUPSIM_LINUX_RELEASE;
	config.ram_normal = (uint64_t)64 << 20;
	config.rlimit_stack = (uint64_t)8 << 20;
	config.config_fs_dax = true;
	config.config_cma = true;
	config.ledger = true;
	config.trace = true;
	return config;
}

/*
 * gupsim_machine_create() - build a machine
 * @config: NULL for gupsim_config_default(); not needed afterwards
 * @out:    receives the machine; NULL on failure
 *
 * Errors: -EINVAL (no RAM, sizes that are no multiple of a page, more than the mem_map
 * has room for, a release that is not modelled or whose signatures the caller's kernel
 * headers lack; the words are gupsim_config_problem()'s), -ENOMEM (of the host).
 */
int gupsim_machine_create(const struct gupsim_config *config,
			  struct gupsim_machine **out);

/* The library's own default would be of its headers' release, not of the caller's. */
#ifndef GUPSIM_BUILD
static inline int gupsim_machine_create_here(const struct gupsim_config *config,
					     struct gupsim_machine **out)
{
	const struct gupsim_config defaults = gupsim_config_default();

	return gupsim_machine_create(config ? config : &defaults, out);
}
#define gupsim_machine_create gupsim_machine_create_here
#endif

/* Why no machine can be built from @config, in words; NULL if the host has the memory. */
const char *gupsim_config_problem(const struct gupsim_config *config);

/*
 * gupsim_machine_destroy() - give everything back, dead or alive
 *
 * Sets *@machine to NULL; `current` too, if it was of this machine. Destroying what is
 * already NULL is -EINVAL; from inside a call, by who listens, -EDEADLK.
 */
int gupsim_machine_destroy(struct gupsim_machine **machine);

/*
 * The words for the error of the last call into the machine, "" if there are none. Every
 * error of the control API has words, those about a NULL machine excepted. Of the pinning
 * functions' errors the kernel's own have none; gupsim_trace() tells their reasons.
 *
 * Words stay until the next call that can fail. put_page(), the locks and whatever only
 * looks at the machine, drains it or lets I/O complete leave them alone, unless it fails.
 * When the machine is dead: what it died of, where there is nothing else to say.
 */
const char *gupsim_error(const struct gupsim_machine *machine);

/*
 * Why a machine no longer runs. A dead machine changes no more: whatever would change it
 * returns -EIO, or does nothing where there is nothing to return. Looking at it goes on,
 * and so does gupsim_machine_destroy(); gupsim_set_current() is about the host's thread,
 * and works too. NULL arguments are -EINVAL before all that.
 */
enum gupsim_state {
	GUPSIM_ALIVE,
	GUPSIM_DEAD_BUG,    /* a BUG: gupsim_reports() has it last */
	GUPSIM_DEAD_SPINS,  /* a lookup went round a hundred times without progress */
	GUPSIM_DEAD_BLOCKS, /* a lock that nobody will ever release */
};

enum gupsim_state gupsim_machine_state(const struct gupsim_machine *machine);

/* What the machine died of, in words that go with it; "" while it lives. */
const char *gupsim_machine_cause(const struct gupsim_machine *machine);

/*
 * The page whose lock the machine died waiting for, or that the last -EDEADLK is about,
 * as long as gupsim_error() has its words; NULL: there is none, as when it was the lock
 * of an mm.
 */
const struct page *gupsim_blocked_on(const struct gupsim_machine *machine);

/*
 * The reports of the last call into the machine, oldest first. Returns their number: the
 * first 32 are kept, and config->report is told of all.
 * *@reports is the machine's own, and holds until the next call into it.
 */
size_t gupsim_reports(const struct gupsim_machine *machine,
		      const struct gupsim_report **reports);

/*
 * gupsim_rule_set() - run with one rule of the kernel changed: a what-if
 * @rule, @value: as `gupsim kernels` prints them
 * Errors: -EINVAL, with the nearest name in gupsim_error().
 */
int gupsim_rule_set(struct gupsim_machine *machine, const char *rule, const char *value);

/* Failures to inject. */
enum gupsim_failure {
	GUPSIM_FAIL_HOST,    /* an allocation of host memory */
	GUPSIM_FAIL_PAGE,    /* an allocation of a page frame */
	GUPSIM_FAIL_KMALLOC, /* an allocation of kernel heap */
};

/*
 * gupsim_fail() - let an allocation fail, once
 * @nth: which one, counted from now on (1: the next one); 0: none any more
 * Errors: -EINVAL (NULL, no such failure), -EIO (the machine is dead).
 */
int gupsim_fail(struct gupsim_machine *machine, enum gupsim_failure what,
		unsigned int nth);

/* Which allocation will fail, counted from now on (1: the next one); 0: none will. */
unsigned int gupsim_fail_pending(struct gupsim_machine *machine,
				 enum gupsim_failure what);

/*
 * Places where the kernel lets go of a lock, sleeps or could be raced; a listener may
 * change the world there. docs/points.md tells what each is.
 */
enum gupsim_point {
	GUPSIM_POINT_LOCK_DROPPING,
	GUPSIM_POINT_LOCK_DROPPED,
	GUPSIM_POINT_FAULT_SLEEPING,
	GUPSIM_POINT_FAULT_RETRY,
	GUPSIM_POINT_LOCK_RETAKING,
	GUPSIM_POINT_LOCK_RETAKEN,
	GUPSIM_POINT_LONGTERM_WALKED,
	GUPSIM_POINT_LONGTERM_RELEASED,
	GUPSIM_POINT_MIGRATE_UNMAPPED,
	GUPSIM_POINT_LONGTERM_MIGRATED,
	GUPSIM_POINT_DIRTY_LOCKED,
	GUPSIM_POINT_FAST_PTE_READ,
	GUPSIM_POINT_FAST_REF_TAKEN,
	GUPSIM_POINT_FAST_WALKED,
	GUPSIM_NR_POINTS,
};

/* NULL: there is no such point. */
const char *gupsim_point_name(enum gupsim_point point);
/* What is true when it is reached, in a sentence. */
const char *gupsim_point_meaning(enum gupsim_point point);

typedef void (*gupsim_point_fn)(void *arg, enum gupsim_point point);

/*
 * gupsim_listen() - have @fn called at every point that is reached
 * @fn:  takes the place of who listened before; NULL: nobody listens
 * @arg: handed to @fn as it is
 * Errors: -EINVAL (@machine is NULL), -EIO (the machine is dead).
 */
int gupsim_listen(struct gupsim_machine *machine, gupsim_point_fn fn, void *arg);

#ifdef __cplusplus
}
#endif

#endif
