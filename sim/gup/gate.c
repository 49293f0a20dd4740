/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of the gate area, which is found without a VMA, a check or a fault. */
#include "gup/follow.h"
#include "gup/gup.h"
#include "gup/seam.h"
#include "mm/gate.h"

#include <errno.h>

/* Pins were references here for some releases: too few for who gives back a pin. */
static int grab_gate_page(struct page *page, unsigned int gup_flags)
{
	if (rule_is(GATE_GRAB, GATE_GRAB_AS_ASKED))
		return try_grab_page(page, gup_flags);
	if (gup_flags & FOLL_PIN)
		base_decision(current_base(), "get_gate_page", RULE_GATE_GRAB,
			      "a reference, whatever is asked for");
	return try_get_page(page) ? 0 : decided(-ENOMEM, "no reference can be taken");
}

int get_gate_page(struct mm_struct *mm, unsigned int gup_flags,
		  struct vm_area_struct **vma, struct page **page)
{
	struct page *gate = mm_phys(mm)->gate_page;

	if (gup_flags & FOLL_WRITE)
		return decided(-EFAULT, "the gate page is for reading");
	if (!gate)
		return decided(-EFAULT, "the gate page is for execution alone");
	*vma = get_gate_vma(mm);
	if (!page)
		return 0;
	*page = gate;
	return grab_gate_page(gate, gup_flags);
}
