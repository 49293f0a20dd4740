/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What leaves of the upper levels are in a mapping of a DAX file: memory of the device,
 * or the huge zero page where the file has a hole. No counts are kept for them, and no
 * table is laid aside: to split one is to clear it, for a fault can bring all of it back.
 */
#ifndef SIM_VM_DEVMAP_H
#define SIM_VM_DEVMAP_H

#include "vm/rmap.h"

#include <linux/fs.h>

static inline bool vma_is_special_huge(const struct vm_area_struct *vma)
{
	return vma_is_dax(vma);
}

/* Unmap it, or split it. */
static inline void zap_special_huge(pte_t *leaf)
{
	set_pte(leaf, (pte_t){0});
}

/* The protection of the VMA has changed. @shift: the level of @leaf. */
void change_special_huge(const struct vm_area_struct *vma, pte_t *leaf,
			 unsigned int shift);

#endif
