/* SPDX-License-Identifier: GPL-2.0-or-later */
/* References to a pmem device, which goes away only when there are none. */
#include "phys/phys.h"

struct dev_pagemap *get_dev_pagemap(struct phys *phys, unsigned long pfn,
				    struct dev_pagemap *pgmap)
{
	if (pgmap) {
		if (pfn >= pgmap->start_pfn && pfn < pgmap->start_pfn + pgmap->nr_pages)
			return pgmap;
		put_dev_pagemap(pgmap);
	}
	pgmap = compound_head(pfn_to_page(phys, pfn))->pgmap;
	if (pgmap->dying)
		return NULL;
	pgmap->ref++;
	return pgmap;
}

void put_dev_pagemap(struct dev_pagemap *pgmap)
{
	if (pgmap)
		pgmap->ref--;
}
