/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at a machine: pages, the ledger of references, decisions, the whole state. */
#ifndef GUPSIM_OBSERVE_H
#define GUPSIM_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct gupsim_machine;
struct mm_struct;
struct page;

/* The page that a present pte maps at @addr, NULL if there is none. */
struct page *gupsim_page_at(struct mm_struct *mm, unsigned long addr);

/*
 * The entry that maps @addr, as the hardware sees it: of a pte, or of a pmd or pud with
 * GUPSIM_PTE_HUGE. 0: there is none. x86-64's bits.
 */
uint64_t gupsim_pte_at(struct mm_struct *mm, unsigned long addr);

#define GUPSIM_PTE_PRESENT  0x001
#define GUPSIM_PTE_WRITE    0x002
#define GUPSIM_PTE_ACCESSED 0x020
#define GUPSIM_PTE_DIRTY    0x040
#define GUPSIM_PTE_PROTNONE 0x100 /* only where PRESENT is clear */
#define GUPSIM_PTE_SPECIAL  0x200
#define GUPSIM_PTE_DEVMAP   ((uint64_t)1 << 58)
#define GUPSIM_PTE_HUGE	    ((uint64_t)1 << 7)	 /* a pmd or pud that maps a huge page */
#define GUPSIM_PTE_PKEY	    ((uint64_t)15 << 59) /* the protection key */

enum gupsim_zone {
	GUPSIM_ZONE_NORMAL,
	GUPSIM_ZONE_MOVABLE,
	GUPSIM_ZONE_DEVICE,
};

/* Of no page, a NULL, nothing is true, and its zone is Normal. */
enum gupsim_zone gupsim_page_zone(const struct page *page);
bool gupsim_page_is_cma(const struct page *page);
bool gupsim_page_is_zero(const struct page *page);
/* PG_anon_exclusive; false where the release has no such flag. */
bool gupsim_page_is_exclusive(const struct page *page);

/*
 * How many references a pin of @page is on the machine's release: 1,
 * GUP_PIN_COUNTING_BIAS, or 0 for a page whose pins are not counted.
 */
int gupsim_pin_refs(const struct page *page);

/* Pins that a compound page counts beside its references; 0 of another page. */
int gupsim_compound_pincount(const struct page *page);

/* The frame belongs to nobody and may be allocated. */
bool gupsim_page_is_free(const struct page *page);

/* The page at a frame number, NULL if there is no such frame. */
struct page *gupsim_page_by_pfn(struct gupsim_machine *machine, unsigned long pfn);

/*
 * gupsim_name_calls() - name the calls that follow, for ledger, audit and trace
 * @name: copied, and cut to 63 bytes; NULL: no name
 * Errors: -EINVAL (@machine is NULL), -EIO (the machine is dead).
 */
int gupsim_name_calls(struct gupsim_machine *machine, const char *name);

/* The serial number of the last call made; 0: there was none. */
unsigned long gupsim_last_call(const struct gupsim_machine *machine);

/* What the audit found. Valid only during the callback. */
struct gupsim_finding {
	struct page *page;   /* NULL: not about a page */
	long surplus;	     /* references nobody explains; negative: too few */
	const char *by_func; /* the call that took or dropped them, or NULL */
	const char *by_name; /* its name, or NULL */
	const char *text;    /* the whole finding in one line */
};

typedef void (*gupsim_finding_fn)(void *arg, const struct gupsim_finding *finding);

/*
 * gupsim_audit() - explain every reference, mapping and page table of the machine
 * @fn: told each finding; may be NULL
 *
 * Page flags, page locks, LRU lists and counts have to agree as well. A listener may
 * audit inside a call: what the call keeps for itself until it returns is explained.
 * References that a call handed out and that were not given back yet are explained by
 * that call, and an mm's lock may be held. At the end of a test see gupsim_held() too.
 * Return: the number of findings, 0 when all is explained; -EINVAL without a ledger,
 * -ENOMEM when the host is out of memory. A failure injected with gupsim_fail() is not
 * met by the audit and stays pending.
 */
long gupsim_audit(struct gupsim_machine *machine, gupsim_finding_fn fn, void *arg);

/*
 * gupsim_held() - what has to be given back before a test can end
 * @fn: told each; may be NULL
 *
 * The references that calls have handed out (surplus: how many), the pages that are
 * isolated (surplus 0), and the mmap_sem of each mm (no page). Of a dead machine, which
 * takes nothing back, and inside a call, where they may be its own, only the references.
 *
 * Return: how often something has to be given back; -EINVAL without a ledger.
 */
long gupsim_held(struct gupsim_machine *machine, gupsim_finding_fn fn, void *arg);

/* One decision of the kernel's, in the order they were made. */
struct gupsim_decision {
	unsigned long call; /* serial number */
	const char *call_func, *call_name;
	const char *func;   /* the kernel function that decided */
	const char *what;   /* the condition that held */
	const char *rule;   /* the rule that was asked, or NULL */
	const char *value;  /* its value */
	unsigned long addr; /* the address in question, 0 if none */
	long result;	    /* errno or count, when has_result */
	bool has_result;
};

typedef void (*gupsim_decision_fn)(void *arg, const struct gupsim_decision *decision);

/*
 * gupsim_trace() - tell the decisions of a call that are still remembered, oldest first
 * @call: its serial number; 0: of all calls
 * @fn:   told each; may be NULL
 * Return: their number; 0 without a trace.
 */
size_t gupsim_trace(const struct gupsim_machine *machine, unsigned long call,
		    gupsim_decision_fn fn, void *arg);

/* Receives text, in pieces. */
typedef void (*gupsim_write_fn)(void *arg, const char *text);

/*
 * gupsim_dump() - VMAs, page tables, pages, counts and who holds them, as text
 *
 * A dead machine can be dumped, too. Return: 0, or -EINVAL (NULL, no @write).
 */
int gupsim_dump(struct gupsim_machine *machine, gupsim_write_fn write, void *arg);

/* "-EOPNOTSUPP" for -95, "4" for 4, "-1000" for what has no name; in @buf. */
const char *gupsim_result_name(long result, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif
