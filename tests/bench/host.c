/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first pass over the range is not measured: it may still fault. */
#include "host.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

#define RANGE_BYTES ((size_t)64 << 20)

static size_t populate(void *range)
{
	if (madvise(range, RANGE_BYTES, MADV_POPULATE_READ))
		return 0;
	return RANGE_BYTES / sysconf(_SC_PAGESIZE);
}

static void unmap(void *range)
{
	munmap(range, RANGE_BYTES);
}

static void *map_resident(size_t nr, const char **why)
{
	void *range = mmap(NULL, RANGE_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)nr;
	*why = "no memory for the range";
	if (range == MAP_FAILED)
		return NULL;
	madvise(range, RANGE_BYTES, MADV_NOHUGEPAGE); /* fails where there is no THP */
	memset(range, 1, RANGE_BYTES);
	*why = "this kernel has no MADV_POPULATE_READ";
	if (populate(range))
		return range;
	unmap(range);
	return NULL;
}

const struct bench_case host_populate = {"K", map_resident, populate, NULL, unmap};
