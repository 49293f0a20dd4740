/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a place in a fixture to the page that is there. */
#include "scenario/guest.h"
#include "scenario/parser.h"
#include "scenario/run.h"

#include <linux/mm.h>
#include <gupsim/file.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

unsigned long place_address(const struct place *place, int64_t i)
{
	uint64_t start = place->kind == PLACE_RANGE ? place->symbol->start : 0;

	return start + (place->first + i) * FIXTURE_PAGE + place->offset;
}

static struct page *entry(const struct pinned *pinned, int64_t i)
{
	if (!pinned->pages || (uint64_t)i >= pinned->room ||
	    pinned->pages[i] == pinned_unset())
		return NULL;
	return pinned->pages[i];
}

struct page *place_page(const struct run *run, const struct place *place, int64_t i)
{
	const struct thing *thing = place->symbol ? run_thing(run, place->symbol) : NULL;
	struct mm_struct *mm;

	if (run->guest)
		return guest_page(run, place, i);
	switch (place->kind) {
	case PLACE_RANGE:
		mm = run_mm(run, place->symbol->mm);
		return mm ? gupsim_page_at(mm, place_address(place, i)) : NULL;
	case PLACE_FILE:
		return thing->file ? gupsim_file_page(thing->file, place->first + i)
				   : NULL;
	case PLACE_ENTRIES:
		return entry(&thing->pinned, place->first + i);
	case PLACE_FRAME:
		return thing->page;
	default:
		return NULL;
	}
}

static bool find_by(const struct run *run, const struct symbol *symbol,
		    const struct page *page, struct place *place)
{
	const struct thing *thing = run_thing(run, symbol);
	struct file *file = symbol->kind == SYMBOL_FILE ? thing->file : NULL;

	if (gupsim_file_page(file, page->index) == page)
		*place = (struct place){.kind = PLACE_FILE,
					.symbol = symbol,
					.first = page->index,
					.count = 1};
	else if (symbol->kind == SYMBOL_FRAME && thing->page == page)
		*place =
			(struct place){.kind = PLACE_FRAME, .symbol = symbol, .count = 1};
	else
		return false;
	return true;
}

void place_find(const struct run *run, const struct page *page, struct place *place)
{
	const struct symbol *symbol = run->story->names;

	while (symbol && !find_by(run, symbol, page, place))
		symbol = symbol->hh.next;
}

const char *place_name(struct run *run, const struct place *place, int64_t i)
{
	if (place->kind == PLACE_RAW)
		return run_words(run, "0x%" PRIx64, place->offset);
	if (place->kind == PLACE_FRAME)
		return place->symbol->name;
	return run_words(run,
			 place->kind == PLACE_VMAS ? "%s.vmas[%" PRId64 "]"
						   : "%s[%" PRId64 "]",
			 place->symbol->name, place->first + i);
}

struct page *run_page(struct run *run, const struct statement *s, struct result *result)
{
	const struct place *place = &story_value(s, "PAGE")->place;
	struct page *page = place_page(run, place, 0);

	if (!page)
		run_refuse(run, s, result, place_name(run, place, 0), "a page",
			   "there is none");
	return page;
}

static int compare_pages(const void *a, const void *b)
{
	const struct page *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
}

void pinned_sort(struct run *run, struct pinned *pinned)
{
	if (heapsort(pinned->held, pinned->nr_held, sizeof(*pinned->held), compare_pages))
		run->pool->failed = true;
}

/* The index of the first entry held that is not below @page. */
static size_t find_held(const struct pinned *pinned, const struct page *page)
{
	size_t low = 0, high = pinned->nr_held;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (pinned->held[middle] < page)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void pinned_forget(struct pinned *pinned, const struct page *page)
{
	size_t i = find_held(pinned, page);

	if (i == pinned->nr_held || pinned->held[i] != page)
		return;
	if (pinned->more) {
		pinned->more--;
		return;
	}
	pinned->nr_held--;
	memmove(&pinned->held[i], &pinned->held[i + 1],
		(pinned->nr_held - i) * sizeof(*pinned->held));
}

/* References to a part of a compound page are the head's. */
static long nr_held(const struct run *run, const struct pinned *pinned,
		    const struct page *page)
{
	const struct page *head = compound_head(page);
	long nr = 0;

	if (!run->guest)
		return find_held(pinned, head + compound_nr(head)) -
		       find_held(pinned, head);
	for (size_t i = 0; i < pinned->nr_held; i++)
		nr += guest_head(pinned->held[i]) == guest_head(page);
	return nr;
}

static int weight_of_pin(const struct run *run, const struct page *page)
{
	if (!run->guest)
		return gupsim_pin_refs(page);
	return guest_page_is(page, "compound") ? 1 : GUP_PIN_COUNTING_BIAS;
}

long thing_holds(const struct run *run, const struct symbol *symbol,
		 const struct page *page)
{
	const struct pinned *pinned = &run_thing(run, symbol)->pinned;
	long entries = nr_held(run, pinned, page);

	if (!entries)
		return 0;
	return pinned->is_pin ? entries * weight_of_pin(run, page)
			      : entries + pinned->more;
}
