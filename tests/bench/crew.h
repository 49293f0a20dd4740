/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that several threads do at the same time, each on a state of its own: what each
 * gets done in a second tells what they share after all.
 */
#ifndef BENCH_CREW_H
#define BENCH_CREW_H

#include "timing.h"

/* G13: walk and drop, over and over; a guest each, or a reference kernel's tables. */
extern const struct bench_case crew_guest_one, crew_guest_two;
extern const struct bench_case crew_walk_one, crew_walk_two;

#endif
