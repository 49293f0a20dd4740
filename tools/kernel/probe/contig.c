// SPDX-License-Identifier: GPL-2.0-or-later
/* A driver that takes frames for itself, whoever has pages there: they have to move. */
#include "probe.h"

#include <linux/gfp.h>
#include <linux/mm.h>

int probe_take(struct probe *probe, const struct probe_take *take)
{
	struct probe_look where = take->where;
	unsigned int type = MIGRATE_MOVABLE;
	struct page *page;
	int error = probe_find(probe, &where, &page);

	if (error || take->reserved[0] || take->reserved[1])
		return error ? error : -EINVAL;
	if (!page || is_zone_device_page(page) || is_zero_pfn(page_to_pfn(page)))
		return -ENOENT;
#ifdef CONFIG_CMA
	if (probe_is_cma(page))
		type = MIGRATE_CMA;
#endif
	error = alloc_contig_range(page_to_pfn(page), page_to_pfn(page) + 1, type,
				   GFP_KERNEL | __GFP_NOWARN);
	if (!error)
		free_contig_range(page_to_pfn(page), 1);
	return error;
}
