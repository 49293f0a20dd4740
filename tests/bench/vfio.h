/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * G9: a guest of 4 MiB for each page of the other rows, 64 GiB for 16384 of them, pinned
 * for long as VFIO does it. A piece of work is so many pages, where the last one ended.
 */
#ifndef BENCH_VFIO_H
#define BENCH_VFIO_H

#include "timing.h"

extern const struct bench_case vfio_hugetlb; /* its memory: huge pages of 1 GiB */
extern const struct bench_case vfio_thp;     /* transparent huge pages */

#endif
