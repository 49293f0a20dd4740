/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions a page, as valgrind's callgrind counts them: exact, and the same on every
 * run. This program runs itself under valgrind, once with N pages and once with 2N.
 */
#ifndef BENCH_IR_H
#define BENCH_IR_H

#include "timing.h"

/* (Ir(2N) - Ir(N)) / N of one pass of @work, or a NaN and in @why the reason. */
double ir_per_page(const struct bench_case *work, size_t nr, const char **why);

/* What runs under valgrind. Returns 0, or -EIO if the work could not be done. */
int ir_drive(const struct bench_case *work, size_t nr);

#endif
