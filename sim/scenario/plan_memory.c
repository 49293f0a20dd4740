/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans: what tasks map, and what they do with the addresses. */
#include "scenario/plan_line.h"

#include <gupsim/memory.h>
#include <inttypes.h>
#include <sys/mman.h>

static const char *prot_words(struct plan *plan, uint64_t prot)
{
	return prot ? pool_printf(plan->pool, "%s%s%s", prot & PROT_READ ? "r" : "",
				  prot & PROT_WRITE ? "w" : "",
				  prot & PROT_EXEC ? "x" : "")
		    : "none";
}

/* The options of a mapping that are words for a guest, too. */
static const char *vma_options(struct plan *plan, const struct statement *s)
{
	static const char *const options[] = {"hugetlb",   "noreserve", "random",
					      "growsdown", "locked",	"populate",
					      "replace"};
	const char *all = "";

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (said(plan, s, options[i]))
			all = words(plan, all, options[i]);
	return all;
}

PLAN(plan_vma)
{
	const struct value *file = said(plan, s, "FILE");
	uint64_t offset = 0;

	if (story_value(s, "1G"))
		return cannot(plan, "the guest has no huge pages of 1G");
	if (said(plan, s, "offset"))
		offset = story_number_after(s, "offset", 0) * FIXTURE_PAGE;

	line(plan, s, "mmap %s 0x%" PRIx64 " %" PRIu64 " %s %s %s %" PRIu64 "%s",
	     s->name->mm->name, s->name->start, s->name->pages,
	     prot_words(plan, story_number(s, "PROT", 0)),
	     said(plan, s, "shared") ? "shared" : "private",
	     file ? file->symbol->name : "anon", offset, vma_options(plan, s));
	return true;
}

static void line_of_range(struct plan *plan, const struct statement *s, const char *verb,
			  const struct symbol *task, const char *rest)
{
	const struct place *place = &said(plan, s, "PAGES")->place;

	line(plan, s, "%s %s 0x%" PRIx64 " %" PRId64 "%s", verb, task->name,
	     place->symbol->start + place->first * FIXTURE_PAGE, place->count, rest);
}

static const struct symbol *owner(const struct statement *s)
{
	return story_value(s, "PAGES")->place.symbol->mm;
}

PLAN(plan_munmap)
{
	line_of_range(plan, s, "munmap", owner(s), "");
	return true;
}

PLAN(plan_mprotect)
{
	const char *rest = words(plan, "", prot_words(plan, story_number(s, "PROT", 0)));

	if (said(plan, s, "pkey"))
		rest = pool_printf(plan->pool, "%s %" PRIu64, rest,
				   story_number_after(s, "pkey", 0));
	line_of_range(plan, s, "mprotect", owner(s), rest);
	return true;
}

/* In the two bits that a PKRU has for a key. */
PLAN(plan_pkru)
{
	int rights = said(plan, s, "disable_access")  ? GUPSIM_PKEY_DISABLE_ACCESS
		     : said(plan, s, "disable_write") ? GUPSIM_PKEY_DISABLE_WRITE
						      : 0;

	if (!rights && !said(plan, s, "allow"))
		return cannot(plan, "such rights are not had in a guest");
	line(plan, s, "pkru %s %" PRIu64 " %d", said(plan, s, "TASK")->symbol->name,
	     story_number(s, "N", 0), rights);
	return true;
}

PLAN(plan_madvise)
{
	static const char *const advice[] = {
		"dontneed", "remove",	  "random",	   "normal",
		"hugepage", "nohugepage", "populate_read", "populate_write",
	};
	const struct column *column = story_column_at(s->columns, plan->version);
	const char *word = "";

	if (column && column->result.kind == RESULT_WAITS)
		return cannot(plan, "a task of the guest that waits for a page hangs");
	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
		if (said(plan, s, advice[i]))
			word = words(plan, "", advice[i]);
	line_of_range(plan, s, "madvise", owner(s), word);
	return true;
}

PLAN(plan_mlock)
{
	line_of_range(plan, s, "mlock", owner(s),
		      said(plan, s, "onfault") ? " onfault" : "");
	return true;
}

PLAN(plan_munlock)
{
	line_of_range(plan, s, "munlock", owner(s), "");
	return true;
}

PLAN(plan_hint)
{
	line_of_range(plan, s, "hint", owner(s), "");
	return true;
}

PLAN(plan_read)
{
	line_of_range(plan, s, "read", s->as ? s->as : owner(s), "");
	return true;
}

const char *plan_text_words(struct plan *plan, const struct value *text)
{
	const char *digits = text ? " " : "";

	if (text && text->length > PLAN_TEXT) {
		cannot(plan, "the text is too long for a guest");
		return NULL;
	}
	for (size_t i = 0; text && i < text->length; i++)
		digits = pool_printf(plan->pool, "%s%02x", digits,
				     (unsigned char)text->text[i]);
	return digits;
}

PLAN(plan_write)
{
	const char *digits = plan_text_words(plan, said(plan, s, "TEXT"));
	const char *zone = said(plan, s, "movable")  ? "movable"
			   : said(plan, s, "normal") ? "normal"
						     : NULL;

	if (!digits)
		return false;
	if (!zone && said(plan, s, "cma")) {
		if (!plan_needs_cma(plan))
			return false;
		zone = "cma";
	}
	if (zone)
		digits = pool_printf(plan->pool, "%s in %s", digits, zone);
	line_of_range(plan, s, "write", s->as ? s->as : owner(s), digits);
	return true;
}
