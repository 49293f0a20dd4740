/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protection keys: who has which, and what they allow. */
#include "mm/pkey.h"

#include <errno.h>

bool arch_vma_access_permitted(const struct vm_area_struct *vma, bool write, bool foreign)
{
	if (likely(!vma_pkey(vma)) || foreign || !current || current->mm != vma->vm_mm)
		return true;
	return pkru_allows_pkey(current->sim->pkru, vma_pkey(vma), write);
}

int mm_pkey_alloc_up_to(struct mm_struct *mm, unsigned int pkey)
{
	struct gupsim_mm *sim = sim_mm(mm);

	sim->pkeys |= (2u << pkey) - 1;
	if (!pkey || pkey != sim->execute_only_pkey)
		return 0;
	return base_error(sim->base, -EINVAL, "key %u is for what may only be executed",
			  pkey);
}

static unsigned int first_free_pkey(const struct gupsim_mm *mm)
{
	unsigned int pkey = 1;

	while (pkey < NR_PKEYS && mm->pkeys & 1u << pkey)
		pkey++;
	return pkey < NR_PKEYS ? pkey : 0;
}

unsigned int execute_only_pkey(struct mm_struct *mm, struct task_struct *task)
{
	struct gupsim_mm *sim = sim_mm(mm);
	unsigned int pkey = sim->execute_only_pkey;

	if (!pkey)
		pkey = first_free_pkey(sim);
	if (!pkey)
		return 0;
	sim->pkeys |= 1u << pkey;
	sim->execute_only_pkey = pkey;
	if (task && pkru_allows_pkey(task->sim->pkru, pkey, false))
		pkru_set(&task->sim->pkru, pkey, PKRU_AD_BIT);
	return pkey;
}
