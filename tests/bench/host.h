/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel of this host needs for a comparable walk. */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#include "timing.h"

/* K: MADV_POPULATE_READ over 64 MiB that are resident, in base pages; takes no
 * references. */
extern const struct bench_case host_populate;

#endif
