/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What callers may pass. Up to v5.9 each function sees to that itself; since then there
 * is a function for it, of which this file has both.
 */
#include "gup/gup.h"
#include "gup/seam.h"

/* False; the words are why. */
#define NOT_VALID(words) \
	(base_decision(current_base(), __func__, RULE_GUP_ARGS, (words)), false)

/* v5.10 to v6.1. Pins have other checks. */
static bool is_valid_gup_flags(unsigned int gup_flags)
{
	if (WARN_ON_ONCE(gup_flags & FOLL_PIN))
		return NOT_VALID("FOLL_PIN is not for callers");
	if (WARN_ON_ONCE(gup_flags & FOLL_LONGTERM))
		return NOT_VALID("FOLL_LONGTERM is for pins alone");
	return true;
}

#define INTERNAL_GUP_FLAGS                                                   \
	(FOLL_TOUCH | FOLL_TRIED | FOLL_REMOTE | FOLL_PIN | FOLL_FAST_ONLY | \
	 FOLL_UNLOCKABLE | FOLL_MADV_POPULATE)

/* Since v6.3. */
static bool is_valid_gup_args(struct page **pages, const int *locked,
			      unsigned int gup_flags, unsigned int to_set)
{
	if (WARN_ON_ONCE(gup_flags & INTERNAL_GUP_FLAGS))
		return NOT_VALID("a flag that is not for callers");
	gup_flags |= to_set;
	if (WARN_ON_ONCE(locked && *locked != 1))
		return NOT_VALID("*locked is not 1");
	if (WARN_ON_ONCE((gup_flags & (FOLL_PIN | FOLL_GET)) == (FOLL_PIN | FOLL_GET)))
		return NOT_VALID("FOLL_GET for a pin");
	if (WARN_ON_ONCE(!(gup_flags & FOLL_PIN) && (gup_flags & FOLL_LONGTERM)))
		return NOT_VALID("FOLL_LONGTERM is for pins alone");
	if (WARN_ON_ONCE((gup_flags & (FOLL_GET | FOLL_PIN)) && !pages))
		return NOT_VALID("nowhere to put the pages");
	if (WARN_ON_ONCE((gup_flags & FOLL_LONGTERM) && (gup_flags & FOLL_PCI_P2PDMA)))
		return NOT_VALID("FOLL_PCI_P2PDMA is not for long-term pins");
	return true;
}

bool gup_args_valid(struct page **pages, const int *locked, unsigned int gup_flags,
		    unsigned int to_set)
{
	switch (base_rule(current_base(), RULE_GUP_ARGS)) {
	case ARGS_IS_VALID_GUP_FLAGS:
		return (to_set & FOLL_PIN) || is_valid_gup_flags(gup_flags);
	case ARGS_IS_VALID_GUP_ARGS:
		return is_valid_gup_args(pages, locked, gup_flags, to_set);
	default:
		return true;
	}
}
