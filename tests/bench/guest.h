/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The work that is measured on libgupsim: a machine with one task and one anonymous
 * mapping; ledger and trace are off unless it says otherwise.
 */
#ifndef BENCH_GUEST_H
#define BENCH_GUEST_H

#include "timing.h"

extern const struct bench_case guest_walk;
extern const struct bench_case guest_walk_ledgered; /* G14: the same, the ledger on */
extern const struct bench_case guest_walk_traced;   /* the same, the trace on */
extern const struct bench_case guest_fast;	    /* G3: the same, without the lock */
extern const struct bench_case guest_put;	    /* G4: give them back, one by one */
extern const struct bench_case guest_unpin;	    /* the same, in one call */
extern const struct bench_case guest_fault_in; /* G5: pin pages that are not there yet */
extern const struct bench_case guest_one_page; /* G6: pin and give back, page by page */

/*
 * G8: host bytes a simulated page, as the resident set of this process grows. The largest
 * of three readings, at @nr, 2 * @nr and 4 * @nr pages; a NaN and the reason in @why.
 */
double guest_bytes_per_page(size_t nr, const char **why);

#endif
