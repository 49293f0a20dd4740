/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes, names and address ranges that fit each other. */
#include "scenario/handlers.h"

#include <inttypes.h>
#include <linux/mm.h>
#include <string.h>

#define PAGEBLOCK (2u << 20)
#define MAX_RAM	  ((uint64_t)64 << 30)

static bool check_size(struct parser *p, const struct value *value)
{
	if (!value->number)
		return parser_fail(p, &value->token, "a size of nothing");
	return value->number <= MAX_RAM ||
	       parser_fail(p, &value->token, "more than %" PRIu64 "G", MAX_RAM >> 30);
}

CHECK(check_ram)
{
	const struct value *cma = story_value(s, "cma"), *value;

	for (value = s->values; value; value = value->next)
		if (!strcmp(value->slot, "SIZE") && !check_size(p, value))
			return false;
	return !cma || cma->next->number % PAGEBLOCK == 0 ||
	       parser_fail(p, &cma->next->token,
			   "a CMA area is made of pageblocks of 2M");
}

CHECK(check_hugetlb)
{
	const struct value *pages = story_value(s, "N");
	uint64_t size = story_huge_page(s);

	return pages->number <= MAX_RAM / size ||
	       parser_fail(p, &pages->token, "more than %" PRIu64 "G", MAX_RAM >> 30);
}

CHECK(check_rule)
{
	const struct value *name = story_value(s, "RULE");
	const struct value *value = story_value(s, "VALUE");
	struct nearest best = parser_nearest(p, &name->token);
	const struct gupsim_rule *rule = rule_find(&best);

	if (!rule)
		return parser_unknown(p, &name->token, "rule", &best);
	best = parser_nearest(p, &value->token);
	return rule_allows(rule, &best) ||
	       parser_unknown(p, &value->token, "value", &best);
}

#define MAX_PKEY 15

CHECK(check_mprotect)
{
	const struct value *pkey = story_value(s, "pkey");

	return !pkey || pkey->next->number <= MAX_PKEY ||
	       parser_fail(p, &pkey->next->token,
			   "there are protection keys from 0 to %d", MAX_PKEY);
}

CHECK(check_pkru)
{
	const struct value *pkey = story_value(s, "N");

	return (pkey->number && pkey->number <= MAX_PKEY) ||
	       parser_fail(p, &pkey->token,
			   "a task has a say in the protection keys 1 to %d", MAX_PKEY);
}

#define MAX_STACK ((uint64_t)1 << 30)

CHECK(check_option)
{
	const struct value *size = story_value(s, "SIZE");

	return !size || size->number <= MAX_STACK ||
	       parser_fail(p, &size->token, "more than %" PRIu64 "G", MAX_STACK >> 30);
}

CHECK(check_pmem)
{
	const struct value *size = story_value(s, "SIZE");
	const struct value *align = story_value(s, "BYTES");

	s->name->devdax = story_value(s, "devdax");
	s->name->pages = size->number / FIXTURE_PAGE;
	if (!check_size(p, size))
		return false;
	if (align && align->number != FIXTURE_PAGE && align->number != 2 << 20 &&
	    align->number != 1 << 30)
		return parser_fail(p, &align->token, "an alignment is 4K, 2M or 1G");
	return !align || size->number % align->number == 0 ||
	       parser_fail(p, &size->token, "no multiple of the alignment");
}

static bool only_on(struct parser *p, const struct statement *s, const char *option,
		    bool fits, const char *where)
{
	const struct value *value = story_value(s, option);

	return !value || fits ||
	       parser_fail(p, &value->token, "'%s' is for files on %s", option, where);
}

static bool check_file_size(struct parser *p, struct statement *s,
			    const struct symbol *pmem)
{
	const struct value *bytes = story_value(s, "BYTES");

	if (pmem && pmem->devdax) {
		s->name->pages = pmem->pages;
		return !bytes || bytes->number == pmem->pages * FIXTURE_PAGE ||
		       parser_fail(p, &bytes->token,
				   "a node is as large as its device: %" PRIu64 "K",
				   pmem->pages * FIXTURE_PAGE >> 10);
	}
	if (!bytes)
		return parser_fail(p, p->at, "expected a size, as 64K");
	s->name->pages = (bytes->number + FIXTURE_PAGE - 1) / FIXTURE_PAGE;
	return check_size(p, bytes);
}

CHECK(check_file)
{
	const struct value *on = story_value(s, "PMEM");
	const struct symbol *pmem = on ? on->symbol : NULL;
	bool disk = story_value(s, "disk"), fsdax = pmem && !pmem->devdax;

	return check_file_size(p, s, pmem) && only_on(p, s, "cold", disk, "disk") &&
	       only_on(p, s, "cached", disk, "disk") &&
	       only_on(p, s, "hole", fsdax || story_value(s, "shmem"), "shmem or fsdax");
}

/* What the file may grow to can be named, from here on. */
CHECK(check_truncate)
{
	const struct value *bytes = story_value(s, "BYTES");
	struct symbol *file = story_value(s, "FILE")->symbol;
	uint64_t pages = (bytes->number + FIXTURE_PAGE - 1) / FIXTURE_PAGE;

	if (bytes->number > MAX_RAM)
		return parser_fail(p, &bytes->token, "more than %" PRIu64 "G",
				   MAX_RAM >> 30);
	if (file->pages < pages)
		file->pages = pages;
	return true;
}

/* What is kept of each page costs memory of the host. */
CHECK(check_punch)
{
	const struct value *pages = story_value(s, "FILEPAGES");

	return pages->place.count <= MAX_RANGE_PAGES ||
	       parser_fail(p, &pages->token, "more than %u pages", MAX_RANGE_PAGES);
}

CHECK(check_pwrite)
{
	const struct value *text = story_value(s, "TEXT");

	return check_punch(p, s) &&
	       (text->length <= FIXTURE_PAGE ||
		parser_fail(p, &text->token, "more bytes than a page has"));
}

CHECK(check_fail)
{
	const struct value *n = story_value(s, "N"), *maybe = story_value(s, "?");

	if (!n)
		return !maybe ||
		       parser_fail(p, &maybe->token,
				   "'?' is for allocations: a device goes away");
	if (!n->number)
		return parser_fail(p, &n->token, "the next allocation is 1");
	return n->number <= UINT32_MAX ||
	       parser_fail(p, &n->token, "more than %u", UINT32_MAX);
}

CHECK(check_thread)
{
	s->name->mm = story_value(s, "TASK")->symbol->mm;
	(void)p;
	return true;
}

/*
 * What is mapped where, as far as the text tells: a list, the latest first, of what was
 * mapped and what was unmapped. It only grows at its head, so a child shares its
 * parent's.
 */

static bool note_extent(struct parser *p, struct symbol *mm, const struct symbol *range,
			uint64_t start, uint64_t pages)
{
	struct extent *extent = pool_alloc(p->pool, sizeof(*extent));

	if (!extent)
		return false;
	*extent =
		(struct extent){mm->extents, start, start + pages * FIXTURE_PAGE, range};
	mm->extents = extent;
	return true;
}

static const struct extent *mapped_in(const struct extent *extent, uint64_t start,
				      uint64_t end)
{
	const struct extent *below = NULL;

	for (; extent && start < end && !below; extent = extent->next) {
		if (extent->end <= start || extent->start >= end)
			continue;
		if (extent->range)
			return extent;
		/* On either side of what was unmapped something older may lie. */
		below = mapped_in(extent->next, start, extent->start);
		start = extent->end;
	}
	return below;
}

static bool check_extent(struct parser *p, struct statement *s)
{
	struct symbol *range = s->name;
	const struct extent *other =
		mapped_in(range->mm->extents, range->start,
			  range->start + range->pages * FIXTURE_PAGE);

	if (other && !story_value(s, "replace"))
		return parser_fail(p, &story_value(s, "ADDRESS")->token,
				   "%s overlaps %s, 0x%" PRIx64 "..0x%" PRIx64
				   " of line %zu",
				   range->name, other->range->name, other->start,
				   other->end, other->range->line);
	return note_extent(p, range->mm, range, range->start, range->pages);
}

static bool check_vma_place(struct parser *p, const struct value *address,
			    const struct value *pages)
{
	if (address->number % FIXTURE_PAGE)
		return parser_fail(p, &address->token,
				   "0x%" PRIx64 " is not the start of a page",
				   address->number);
	if (!pages->number)
		return parser_fail(p, &pages->token, "a VMA of no pages");
	if (pages->number > MAX_RANGE_PAGES)
		return parser_fail(p, &pages->token, "more than %u pages",
				   MAX_RANGE_PAGES);
	return (address->number < TASK_SIZE_MAX &&
		pages->number <= (TASK_SIZE_MAX - address->number) / FIXTURE_PAGE) ||
	       parser_fail(p, &address->token,
			   "the VMA would end above the address space, which ends at "
			   "0x%lx",
			   TASK_SIZE_MAX);
}

/* How many pages may come to lie below it: 0, unless it is a stack. */
static uint64_t pages_to_grow(const struct parser *p, const struct statement *s)
{
	return story_value(s, "growsdown")
		       ? story_config(p->story).rlimit_stack / FIXTURE_PAGE
		       : 0;
}

static bool check_stack(struct parser *p, const struct statement *s)
{
	const struct value *stack = story_value(s, "growsdown");

	return !stack || (story_value(s, "private") && story_value(s, "anon")) ||
	       parser_fail(p, &stack->token, "a stack is private anon memory");
}

CHECK(check_vma)
{
	const struct value *address = story_value(s, "ADDRESS");
	const struct value *pages = story_value(s, "N");

	if (!check_vma_place(p, address, pages) || !check_stack(p, s))
		return false;
	p->story->total_pages += pages->number + pages_to_grow(p, s);
	if (p->story->total_pages > MAX_TOTAL_PAGES)
		return parser_fail(p, &pages->token, "more than %u pages in all",
				   MAX_TOTAL_PAGES);
	s->name->start = address->number;
	s->name->pages = pages->number;
	/* One that is said to fail maps nothing. */
	return s->columns || check_extent(p, s);
}

CHECK(check_munmap)
{
	const struct place *place = &story_value(s, "PAGES")->place;

	return note_extent(p, place->symbol->mm, NULL,
			   place->symbol->start + place->first * FIXTURE_PAGE,
			   place->count);
}

static bool copy_range(struct parser *p, struct symbol *child, const struct symbol *range)
{
	const char *name = strchr(range->name, '.');
	struct symbol *copy = pool_alloc(p->pool, sizeof(*copy));

	if (!copy)
		return false;
	*copy = *range;
	copy->name = pool_printf(p->pool, "%s%s", child->name, name);
	copy->index = p->story->nr_symbols++;
	copy->mm = child;
	copy->next = child->ranges;
	child->ranges = copy;
	return true;
}

CHECK(check_fork)
{
	struct symbol *parent = story_value(s, "TASK")->symbol->mm;
	struct symbol *child = s->name;

	for (const struct symbol *range = parent->ranges; range; range = range->next) {
		if (p->nr_ranges++ >= MAX_RANGES)
			return parser_fail(p, &s->token, "more than %d address ranges",
					   MAX_RANGES);
		if (!copy_range(p, child, range))
			return false;
	}
	child->extents = parent->extents;
	return true;
}

CHECK(check_access)
{
	const struct value *pages = story_value(s, "PAGES");

	return !s->as || s->as->mm == pages->place.symbol->mm ||
	       parser_fail(p, &pages->token, "%s does not run in the mm of %s",
			   s->as->name, pages->place.symbol->name);
}

/* An array of which the end is never written may be as long as it likes. */
CHECK(check_call)
{
	uint64_t nr = story_entries(s);

	(void)p;
	if (s->name)
		s->name->pages = nr < MAX_RANGE_PAGES ? nr : MAX_RANGE_PAGES;
	return true;
}

/* What else callers could pass is the function's own affair. */
CHECK(check_fixup)
{
	const struct value *flags = story_value(s, "FAULT");

	return !(flags->number & ~(uint64_t)(FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE |
					     FAULT_FLAG_REMOTE)) ||
	       parser_fail(
		       p, &flags->token,
		       "fixup_user_fault() is called with WRITE, UNSHARE, REMOTE or 0");
}

CHECK(check_pre_fast)
{
	const struct value *flags = story_value(s, "FLAGS");

	return (!(flags->number & ~(uint64_t)FOLL_WRITE) ||
		parser_fail(p, &flags->token,
			    "the function takes a bool: WRITE, or 0")) &&
	       check_call(p, s);
}

CHECK(check_at)
{
	const struct value *n = story_value(s, "N");

	return !n || n->number || parser_fail(p, &n->token, "the first time is #1");
}
