/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's and the model's own names: FOLL_*, VM_*, rules, releases. Each lookup is
 * for the word that @best holds; where there is none of that name @best has tried all.
 */
#ifndef SIM_SCENARIO_NAMES_H
#define SIM_SCENARIO_NAMES_H

#include "base/nearest.h"

#include <gupsim/release.h>
#include <stdint.h>

/* The word is @candidate; if not, it may be the nearest. */
bool nearest_is(struct nearest *best, const char *candidate);

/* "WRITE" or "FOLL_WRITE"; 0: no such flag. */
uint64_t foll_flag(struct nearest *best);
uint64_t fault_flag(struct nearest *best);
/* "SHARED" or "VM_SHARED". */
uint64_t vm_flag(struct nearest *best);
/* The name of the lowest flag in @flags, without its prefix. */
const char *vm_flag_name(uint64_t flags);

const struct gupsim_rule *rule_find(struct nearest *best);
bool rule_allows(const struct gupsim_rule *rule, struct nearest *best);

/*
 * A release, modelled or not, is a number that grows with it; its last 16 bits are the
 * point release. A set of modelled releases is a bit mask over their indexes.
 */
#define VERSION_POINTS 0xffff

/* "v5.6" or "v6.12.117", which is a point release. */
bool version_parse(const char *text, size_t length, uint64_t *version, bool *point);
/* A word of a command line, where the v may be left out. */
bool version_read(const char *word, uint64_t *version);
uint64_t version_of_kernel(size_t kernel);
/* Whether a rule has a value on the modelled release that is next to @version, from
 * below. */
bool version_rule_is(uint64_t version, const char *rule, const char *value);
/* The modelled releases in [from, to]. */
uint64_t versions_between(uint64_t from, uint64_t to);
/* @kernel is @from, or has come from it: no point release is between them. */
bool kernel_descends(size_t kernel, size_t from);

#endif
