/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What random calls hold: given back, taken once more, written to by a device. */
#include "scenario/random_make.h"

#include <limits.h>

static void forget_call(struct random *r, unsigned int i)
{
	r->calls[i] = r->calls[--r->nr_calls];
}

bool random_make_put(struct random *r)
{
	unsigned int i;

	if (!r->nr_calls)
		return false;
	i = prng_below(&r->prng, r->nr_calls);
	draft_printf(r->out, "put   c%u\n", r->calls[i].number);
	forget_call(r, i);
	return true;
}

/* The one entry of a call that is sure to have it. */
bool random_make_put_one(struct random *r)
{
	for (unsigned int i = 0; i < r->nr_calls; i++) {
		if (!r->calls[i].sure)
			continue;
		draft_printf(r->out, "%s(c%u[0])\n",
			     r->calls[i].pins ? "unpin_user_page" : "put_page",
			     r->calls[i].number);
		forget_call(r, i);
		return true;
	}
	return false;
}

/* Only what was written to is said to be dirty: the zero page never is. */
bool random_make_unpin(struct random *r)
{
	for (unsigned int i = 0; i < r->nr_calls; i++) {
		bool dirty = prng_percent(&r->prng, 50) && r->calls[i].writes;

		if (!r->calls[i].pins)
			continue;
		draft_printf(r->out, "unpin_user_pages%s(c%u)\n",
			     dirty ? "_dirty_lock" : "", r->calls[i].number);
		forget_call(r, i);
		return true;
	}
	return false;
}

/* One; enough to be taken for a pin; a large part of what a count has room for. */
static unsigned int random_refs(struct random *r)
{
	static const unsigned int refs[] = {1, 1, 1500, INT_MAX / (2 * RANDOM_REFS)};

	return refs[prng_below(&r->prng, sizeof(refs) / sizeof(refs[0]))];
}

/* Somebody else's references to a page that is there for sure. */
bool random_make_get_page(struct random *r)
{
	for (unsigned int i = 0; i < r->nr_calls; i++) {
		if (!r->calls[i].sure || r->nr_refs == RANDOM_REFS)
			continue;
		draft_printf(r->out, "x%u = get_page(c%u[0], %u)\n", ++r->refs_made,
			     r->calls[i].number, random_refs(r));
		r->refs[r->nr_refs++] = r->refs_made;
		return true;
	}
	return false;
}

bool random_make_put_ref(struct random *r)
{
	unsigned int i;

	if (!r->nr_refs)
		return false;
	i = prng_below(&r->prng, r->nr_refs);
	draft_printf(r->out, "put   x%u\n", r->refs[i]);
	r->refs[i] = r->refs[--r->nr_refs];
	return true;
}

bool random_make_device_write(struct random *r)
{
	for (unsigned int i = 0; i < r->nr_calls; i++) {
		if (!r->calls[i].sure)
			continue;
		draft_printf(r->out, "device write c%u[0] \"d%u\"\n", r->calls[i].number,
			     ++r->texts_made);
		return true;
	}
	return false;
}
