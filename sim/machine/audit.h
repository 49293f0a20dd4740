/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two halves of an audit: audit_walk.c counts what the structures of a machine come
 * to, audit.c compares it with what each page says.
 */
#ifndef SIM_MACHINE_AUDIT_H
#define SIM_MACHINE_AUDIT_H

#include "machine/machine.h"

/* What the structures of the machine come to for one frame. */
struct tally {
	int kind[NR_REF_KINDS];
	int mapcount; /* entries that map this frame, and maybe others */
	int whole;    /* of a head: those that map all of the compound page */
	int lists;    /* LRU lists that it is on */
	int reads;    /* in flight */
};

struct audit {
	struct gupsim_machine *machine;
	struct phys *phys;
	bool no_memory; /* for a tally, which is ... */
	struct tally nowhere;
	unsigned long nr_isolated_anon, nr_isolated_file;
	gupsim_finding_fn fn;
	void *arg;
	long findings;
};

/* Tell @finding, whose text is made here. */
void audit_report(struct audit *audit, struct gupsim_finding *finding, const char *format,
		  ...) SIM_PRINTF(3, 4);

/* A finding about no page, and one about @page. */
#define audit_finding(audit, ...) \
	audit_report((audit), &(struct gupsim_finding){0}, __VA_ARGS__)
#define audit_page_finding(audit, at, ...) \
	audit_report((audit), &(struct gupsim_finding){.page = (at)}, __VA_ARGS__)

/* A machine's tallies come in chunks, by frame number; NULL: nothing was found there. */
#define TALLY_CHUNK 512

struct tally *tally_of(struct audit *audit, const struct page *page);

/* Walk all that can hold a reference, and fill the tallies. */
void audit_walk(struct audit *audit);

#endif
