// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page frames by small numbers, in the order in which they are first seen: the same
 * fixture gives the same numbers at each boot.
 */
#include "probe.h"

s32 probe_frame(struct probe *probe, unsigned long pfn)
{
	unsigned int i = 0;

	while (i < probe->nr_pfns && probe->pfns[i] != pfn)
		i++;
	if (i == PROBE_FRAMES)
		return PROBE_FRAME_NONE;
	probe->pfns[i] = pfn;
	probe->nr_pfns += i == probe->nr_pfns;
	return i;
}

/* A VMA that has gone may leave its number to another. */
s32 probe_vma(struct probe *probe, struct vm_area_struct *vma)
{
	unsigned int i = 0;

	if (vma == (void *)probe_unset())
		return PROBE_FRAME_UNSET;
	while (i < probe->nr_vmas && probe->vmas[i] != vma)
		i++;
	if (!vma || i == PROBE_VMAS)
		return PROBE_FRAME_NONE;
	probe->vmas[i] = vma;
	probe->nr_vmas += i == probe->nr_vmas;
	return i;
}

struct page *probe_unset(void)
{
	static const char unset;

	return (struct page *)&unset;
}

bool probe_is_page(const struct page *entry)
{
	return entry != probe_unset() && !IS_ERR_OR_NULL(entry);
}

s32 probe_head_of_entry(struct probe *probe, struct page *entry)
{
	if (!probe_is_page(entry) || !PageCompound(entry))
		return PROBE_FRAME_NONE;
	return probe_frame(probe, page_to_pfn(compound_head(entry)));
}

s32 probe_frame_of_entry(struct probe *probe, struct page *entry)
{
	if (entry == probe_unset())
		return PROBE_FRAME_UNSET;
	if (IS_ERR_OR_NULL(entry))
		return PROBE_FRAME_NONE;
	return probe_frame(probe, page_to_pfn(entry));
}
