/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What callers may pass. Up to v5.9 each function sees to that itself; since then there
 * is a function for it, of which this file has both.
 */
#include "gup/gup.h"
#include "gup/seam.h"

/* v5.10 to v6.1. Pins have other checks. */
static bool is_valid_gup_flags(unsigned int gup_flags)
{
	if (WARN_ON_ONCE(gup_flags & FOLL_PIN))
		return !refused_by(GUP_ARGS, "FOLL_PIN is not for callers");
	if (WARN_ON_ONCE(gup_flags & FOLL_LONGTERM))
		return !refused_by(GUP_ARGS, "FOLL_LONGTERM is for pins alone");
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
		return !refused_by(GUP_ARGS, "a flag that is not for callers");
	gup_flags |= to_set;
	if (WARN_ON_ONCE(locked && *locked != 1))
		return !refused_by(GUP_ARGS, "*locked is not 1");
	if (WARN_ON_ONCE((gup_flags & (FOLL_PIN | FOLL_GET)) == (FOLL_PIN | FOLL_GET)))
		return !refused_by(GUP_ARGS, "FOLL_GET for a pin");
	if (WARN_ON_ONCE(!(gup_flags & FOLL_PIN) && (gup_flags & FOLL_LONGTERM)))
		return !refused_by(GUP_ARGS, "FOLL_LONGTERM is for pins alone");
	if (WARN_ON_ONCE((gup_flags & (FOLL_GET | FOLL_PIN)) && !pages))
		return !refused_by(GUP_ARGS, "nowhere to put the pages");
	if (WARN_ON_ONCE((gup_flags & FOLL_LONGTERM) && (gup_flags & FOLL_PCI_P2PDMA)))
		return !refused_by(GUP_ARGS, "FOLL_PCI_P2PDMA is not for long-term pins");
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
