/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel releases as fixtures name them: compared by number, modelled or not. A set of
 * modelled releases is a bit mask over their indexes.
 */
#ifndef SIM_SCENARIO_VERSION_H
#define SIM_SCENARIO_VERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_KERNELS 64

struct version {
	unsigned int number[3];
	unsigned int parts; /* that were given: 2, or 3 for a point release */
};

/* "v5.6" or "v6.12.117". */
bool version_parse(const char *text, size_t length, struct version *version);
int version_compare(const struct version *a, const struct version *b);
struct version version_of_kernel(size_t kernel);
/* The modelled releases in [from, to]; a `to` without a point has its point releases. */
uint64_t versions_between(const struct version *from, const struct version *to);

#endif
