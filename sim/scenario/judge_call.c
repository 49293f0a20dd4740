/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of a guest: what their arrays held, and what is held by them since. Invariant: a
 * call holds no entry that it has not counted, and none that its kernel does not count.
 */
#include "scenario/calls.h"
#include "scenario/guest.h"
#include "scenario/names.h"
#include "scenario/verbs.h"

#include <linux/mm.h>

#define FRAME_ZERO 0 /* the zero page has this number in each plan */

static void read_entries(struct run *run, struct pinned *pinned, const char *line)
{
	const char *entries = answer_list(line, "entries");
	const char *heads = answer_list(line, "heads");

	pinned->pages = pool_alloc(run->pool, pinned->room * sizeof(*pinned->pages));
	for (size_t i = 0; pinned->pages && i < pinned->room; i++) {
		int64_t frame = answer_next(&entries), head = answer_next(&heads);

		pinned->pages[i] = pinned_unset();
		if (frame == GUEST_UNSET)
			continue;
		pinned->pages[i] = guest_frame(run->guest, frame);
		guest_set_head(run->guest, pinned->pages[i], head);
	}
}

static void read_vmas(struct run *run, struct pinned *pinned, const char *list)
{
	pinned->vmas = pool_alloc(run->pool, pinned->room * sizeof(*pinned->vmas));
	for (size_t i = 0; pinned->vmas && i < pinned->room; i++)
		pinned->vmas[i] = guest_vma_numbered(run->guest, answer_next(&list));
}

static bool counts_zero_page(const struct run *run, const struct pinned *pinned)
{
	return !pinned->is_pin ||
	       version_rule_is(run->version, "try_grab_page.zero_page", "counted");
}

static bool is_held(struct run *run, const struct pinned *pinned, const struct page *page)
{
	return page && page != pinned_unset() &&
	       (page != guest_frame(run->guest, FRAME_ZERO) ||
		counts_zero_page(run, pinned));
}

static void note_held(struct run *run, struct pinned *pinned)
{
	pinned->counted = pinned->result > 0 ? pinned->result : 0;
	if (pinned->counted > pinned->room)
		pinned->counted = pinned->room;
	pinned->held = pool_alloc(run->pool, pinned->room * sizeof(*pinned->held));
	for (size_t i = 0; pinned->held && i < pinned->counted; i++)
		if (is_held(run, pinned, pinned->pages[i]))
			pinned->held[pinned->nr_held++] = pinned->pages[i];
	if (pinned->held)
		pinned_sort(run, pinned);
	if (!pinned->nr_held)
		pinned->held = NULL; /* there never was anything to give back */
}

/* All but who looks up a page, and asks for no reference. */
static bool holds(const struct statement *s)
{
	return !(s->verb->traits & VERB_LOOKUP) ||
	       (story_number(s, "FLAGS", 0) & (FOLL_GET | FOLL_PIN));
}

JUDGE(judge_call)
{
	const char *line = answer->line;
	struct pinned unnamed = {.room = 0};
	struct pinned *pinned = s->name ? &run_thing(run, s->name)->pinned : &unnamed;
	const char *vmas = answer_list(line, "vmas");

	pinned_begin(run, s, pinned);
	pinned->made = s;
	pinned->result = answer_number(line, "result", 0);
	pinned->min = answer_number(line, "min", 0);
	pinned->maj = answer_number(line, "maj", 0);
	pinned->locked = answer_number(line, "locked", 0);
	if (answer_number(line, "lock", 0))
		run_fail(run, s, "mmap_sem after the call", "0 readers", "held");
	if (vmas)
		read_vmas(run, pinned, vmas);
	if (!call_fills_pages(s))
		return;
	read_entries(run, pinned, line);
	if (s->name && pinned->pages && pinned->result > 0 && holds(s))
		note_held(run, pinned);
}
