/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans: a line for each statement, in the words that the agent in a guest reads. */
#include "scenario/plan.h"
#include "scenario/expect.h"
#include "scenario/names.h"
#include "scenario/verbs.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#define GUEST_NORMAL ((uint64_t)1 << 20)  /* with less, fixtures run out of it */
#define GUEST_PMEM   ((uint64_t)32 << 20) /* what files have of the guest's 64M */

static bool cannot(struct plan *plan, const char *why)
{
	plan->why = why;
	return false;
}

static void add_text(struct plan *plan, const char *text)
{
	for (const char *at = text; at && *at; at++) /* FNV-1a */
		plan->sum = (plan->sum ^ (unsigned char)*at) * 0x100000001b3;
	if (plan->out && text)
		report_put(plan->out, text);
}

#define line(plan, s, format, ...)                                              \
	add_text(plan, pool_printf((plan)->pool, "%u " format "\n", (s)->index, \
				   ##__VA_ARGS__))

/* What a plan is to make something of is asked for here: the rest no guest would do. */
static const struct value *said(struct plan *plan, const struct statement *s,
				const char *slot)
{
	if (plan->nr_asked < PLAN_ASKED)
		plan->asked[plan->nr_asked++] = slot;
	return story_value(s, slot);
}

static const char *words(struct plan *plan, const char *before, const char *word)
{
	return pool_printf(plan->pool, "%s %s", before, word);
}

/* Settings. */

PLAN(plan_nothing)
{
	(void)plan;
	(void)s;
	return true;
}

static bool needs_cma(struct plan *plan)
{
	return plan->has_cma || cannot(plan, "the guest has no CMA area");
}

/*
 * How much there is no fixture can tell, as long as there is enough; but where CMA blocks
 * are more than half of it, kernels take movable memory from there.
 */
PLAN(plan_ram)
{
	uint64_t normal = story_number_after(s, "normal", 0);

	said(plan, s, "normal");
	if (said(plan, s, "movable"))
		plan->zone = "movable";
	if (!said(plan, s, "cma"))
		return true;
	if (!plan->zone && story_number_after(s, "cma", 0) > normal)
		plan->zone = "cma";
	return needs_cma(plan) &&
	       (normal >= GUEST_NORMAL || cannot(plan, "the guest has more memory"));
}

/* The kernels that are asked are built with FS_DAX, and without CMA but for one. */
PLAN(plan_config)
{
	bool cma = said(plan, s, "cma");
	bool fs_dax = said(plan, s, "fs_dax");
	bool on = said(plan, s, "on");

	said(plan, s, "off");
	return (cma && on == plan->has_cma) || (fs_dax && on) ||
	       cannot(plan, "the guest's kernel is configured otherwise");
}

PLAN(plan_option)
{
	if (said(plan, s, "stack"))
		plan->stack = story_number(s, "SIZE", 0);
	else if (said(plan, s, "pagevec"))
		plan->hold = said(plan, s, "hold");
	else
		return cannot(plan, "the guest waits for reads");
	return true;
}

/* Devices and files. */

PLAN(plan_pmem)
{
	if (said(plan, s, "devdax"))
		return cannot(plan, "the guest has no device dax");
	return s->name->pages * FIXTURE_PAGE <= GUEST_PMEM ||
	       cannot(plan, "the guest's persistent memory is smaller");
}

static bool driver_of(struct plan *plan, const struct statement *s)
{
	uint64_t bytes = story_number(s, "BYTES", s->name->pages * FIXTURE_PAGE);
	const char *kind = said(plan, s, "pfnmap")     ? "pfnmap"
			   : said(plan, s, "mixedmap") ? "mixedmap"
			   : said(plan, s, "inserted") ? "inserted"
						       : "";

	line(plan, s, "driver %s %s %" PRIu64, s->name->name, kind,
	     (bytes + FIXTURE_PAGE - 1) / FIXTURE_PAGE);
	return true;
}

PLAN(plan_file)
{
	const struct value *pmem = said(plan, s, "PMEM");
	bool disk = said(plan, s, "disk"), cached = said(plan, s, "cached");
	const char *options = "";

	if (said(plan, s, "p2pdma"))
		return cannot(plan,
			      "the guest has no PCI device with memory for its peers");
	if (!pmem && !disk && !said(plan, s, "shmem"))
		return driver_of(plan, s);
	if (pmem && pmem->symbol->devdax)
		return cannot(plan, "the guest has no device dax");
	if (said(plan, s, "buffers"))
		options = words(plan, options, "buffers");
	if (said(plan, s, "hole"))
		options = words(plan, options, "hole");
	if (disk && !cached)
		options = words(plan, options, "cold");
	if (said(plan, s, "readonly"))
		options = words(plan, options, "readonly");
	line(plan, s, "file %s %s %" PRIu64 "%s", s->name->name,
	     pmem   ? "dax"
	     : disk ? "disk"
		    : "shmem",
	     story_number(s, "BYTES", s->name->pages * FIXTURE_PAGE), options);
	return true;
}

/* Tasks and their memory. */

PLAN(plan_task)
{
	line(plan, s, "task %s", s->name->name);
	return true;
}

PLAN(plan_fork)
{
	line(plan, s, "fork %s %s", said(plan, s, "TASK")->symbol->name, s->name->name);
	return true;
}

PLAN(plan_thread)
{
	line(plan, s, "thread %s %s", said(plan, s, "TASK")->symbol->name, s->name->name);
	return true;
}

PLAN(plan_kill)
{
	line(plan, s, "kill %s", said(plan, s, "TASK")->symbol->name);
	return true;
}

PLAN(plan_signal)
{
	line(plan, s, "signal %s", said(plan, s, "TASK")->symbol->name);
	return true;
}

PLAN(plan_lock)
{
	const struct symbol *mm = said(plan, s, "TASK")->symbol->mm;
	const struct value *read = said(plan, s, "read");

	if (!read)
		plan->written = mm;
	line(plan, s, "lock %s %s", mm->name,
	     read ? "read" : said(plan, s, "write")->text);
	return true;
}

PLAN(plan_unlock)
{
	plan->written = NULL;
	line(plan, s, "lock %s none", said(plan, s, "TASK")->symbol->mm->name);
	return true;
}

PLAN(plan_evict)
{
	const struct place *place = &said(plan, s, "FILEPAGES")->place;

	line(plan, s, "evict %s %" PRId64 " %" PRId64, place->symbol->name, place->first,
	     place->count);
	return true;
}

PLAN(plan_truncate)
{
	line(plan, s, "truncate %s %" PRIu64 " %s", said(plan, s, "FILE")->symbol->name,
	     story_number(s, "BYTES", 0), s->name ? s->name->name : "-");
	return true;
}

PLAN(plan_fsync)
{
	line(plan, s, "fsync %s", said(plan, s, "FILE")->symbol->name);
	return true;
}

PLAN(plan_exit)
{
	line(plan, s, "exit %s", said(plan, s, "TASK")->symbol->name);
	return true;
}

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
	static const char *const options[] = {"random", "growsdown", "locked", "populate",
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
	line_of_range(plan, s, "mprotect", owner(s),
		      words(plan, "", prot_words(plan, story_number(s, "PROT", 0))));
	return true;
}

PLAN(plan_madvise)
{
	line_of_range(plan, s, "madvise", owner(s),
		      said(plan, s, "dontneed") ? " dontneed"
		      : said(plan, s, "random") ? " random"
		      : said(plan, s, "normal") ? " normal"
						: "");
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

PLAN(plan_read)
{
	line_of_range(plan, s, "read", s->as ? s->as : owner(s), "");
	return true;
}

/* In digits, with a blank before; NULL: it cannot be told. */
static const char *text_words(struct plan *plan, const struct value *text)
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
	const char *digits = text_words(plan, said(plan, s, "TEXT"));
	const char *zone = said(plan, s, "movable")  ? "movable"
			   : said(plan, s, "normal") ? "normal"
						     : NULL;

	if (!digits)
		return false;
	if (!zone && said(plan, s, "cma")) {
		if (!needs_cma(plan))
			return false;
		zone = "cma";
	}
	if (zone)
		digits = pool_printf(plan->pool, "%s in %s", digits, zone);
	line_of_range(plan, s, "write", s->as ? s->as : owner(s), digits);
	return true;
}

/* Pinning. */

const char *plan_function(const struct statement *s, uint64_t version)
{
	const struct column *column =
		s->alias ? story_column_at(s->alias->columns, version) : NULL;

	return column ? column->function : s->verb->name;
}

uint64_t plan_entries(const struct story *story, const struct statement *s)
{
	uint64_t nr = story_number(s, "NR", 0);

	return nr <= story->total_pages ? nr : story->total_pages + 1;
}

static const char *keyword(struct plan *plan, const struct statement *s, const char *slot,
			   const char *otherwise)
{
	const struct value *value = said(plan, s, slot);

	return value && value->text ? value->text : otherwise;
}

static bool is_known(const char *function)
{
	static const char *const known[] = {
		"get_user_pages_remote", "get_user_pages",
		"get_user_pages_locked", "get_user_pages_unlocked",
		"pin_user_pages",	 "pin_user_pages_unlocked",
		"pin_user_pages_remote", "pin_user_pages_locked",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i], function))
			return true;
	return false;
}

static bool takes_lock(const char *function)
{
	static const char suffix[] = "_unlocked";
	size_t length = strlen(function);

	return length >= sizeof(suffix) &&
	       !strcmp(function + length - (sizeof(suffix) - 1), suffix);
}

/* Before there was is_valid_gup_args(), *locked that was not 1 was a BUG. */
static bool refuses_locked_0(uint64_t version)
{
	return version_rule_is(version, "get_user_pages.args", "is_valid_gup_args");
}

PLAN(plan_call)
{
	const struct symbol *actor = s->as ? s->as : plan->story->first_task;
	const struct value *task = said(plan, s, "TASK");
	const struct place *start = &said(plan, s, "START")->place;
	const char *function = plan_function(s, plan->version);
	uint64_t address = start->kind == PLACE_RANGE ? start->symbol->start : 0;

	if (!actor)
		return cannot(plan, "there is no task to make the call");
	said(plan, s, "tsk"); /* faults of a guest's kernel are current's */
	if (!is_known(function))
		return cannot(plan, "the probe module does not know the function");
	if (!strcmp(keyword(plan, s, "locked", "NULL"), "0") &&
	    !refuses_locked_0(plan->version))
		return cannot(plan, "*locked of 0 is a BUG");
	if (plan->written == actor->mm && takes_lock(function))
		return cannot(plan, "a task of the guest that waits for its lock hangs");
	if (plan_entries(plan->story, s) > PLAN_ENTRIES)
		return cannot(plan, "the guest cannot tell so many entries");
	line(plan, s,
	     "call %s %s %s %s 0x%" PRIx64 " %" PRId64 " 0x%" PRIx64
	     " %s locked=%s %" PRIu64 "%s",
	     actor->name, s->name ? s->name->name : "-", function,
	     task ? task->symbol->mm->name : "-",
	     address + start->first * FIXTURE_PAGE + start->offset,
	     (int64_t)story_number(s, "NR", 0), story_number(s, "FLAGS", 0),
	     keyword(plan, s, "pages", "pages"), keyword(plan, s, "locked", "NULL"),
	     plan_entries(plan->story, s),
	     strcmp(keyword(plan, s, "vmas", "no"), "yes") ? "" : " vmas");
	return true;
}

/* A call that the release leaves out has nothing to give back. */
static bool was_made(const struct plan *plan, const struct symbol *held)
{
	const struct statement *s = plan->story->statements;

	while (s && s->name != held)
		s = s->next;
	return s && !plan_leaves_out(s, plan->version);
}

static bool line_of_held(struct plan *plan, const struct statement *s, const char *way)
{
	const struct symbol *held = said(plan, s, "HELD")->symbol;

	if (was_made(plan, held))
		line(plan, s, "put %s %s", held->name, way);
	return true;
}

PLAN(plan_put)
{
	return line_of_held(plan, s, "as_taken");
}

PLAN(plan_unpin_pages)
{
	return line_of_held(plan, s, "unpin");
}

PLAN(plan_unpin_dirty)
{
	return line_of_held(plan, s, "unpin_dirty");
}

/*
 * at|pte|vma:TASK:ADDRESS:PAGES, entry:CALL:FIRST:PAGES, file:NAME:FIRST:PAGES,
 * frame:NAME; NULL: cannot be told.
 */
static const char *place_words(struct plan *plan, const struct place *place,
			       const char *kind)
{
	const struct symbol *symbol = place->symbol;

	switch (place->kind) {
	case PLACE_RANGE:
		return pool_printf(plan->pool, "%s:%s:0x%" PRIx64 ":%" PRId64, kind,
				   symbol->mm->name,
				   symbol->start + place->first * FIXTURE_PAGE,
				   place->count);
	case PLACE_ENTRIES:
		return pool_printf(plan->pool, "entry:%s:%" PRId64 ":%" PRId64,
				   symbol->name, place->first, place->count);
	case PLACE_FRAME:
		return pool_printf(plan->pool, "frame:%s", symbol->name);
	case PLACE_FILE:
		return pool_printf(plan->pool, "file:%s:%" PRId64 ":%" PRId64,
				   symbol->name, place->first, place->count);
	default:
		cannot(plan, "this is no place in a guest");
		return NULL;
	}
}

static bool line_of_page(struct plan *plan, const struct statement *s, const char *verb,
			 const char *rest)
{
	const char *place = place_words(plan, &said(plan, s, "PAGE")->place, "at");

	if (!place)
		return false;
	line(plan, s, "%s%s%s %s%s", verb, s->name ? " " : "",
	     s->name ? s->name->name : "", place, rest);
	return true;
}

PLAN(plan_get_page)
{
	return s->name ? line_of_page(plan, s, "get_page", "")
		       : cannot(plan, "a reference without a name would stay for ever");
}

PLAN(plan_put_page)
{
	return line_of_page(plan, s, "put_page", " put_page");
}

PLAN(plan_unpin_page)
{
	return line_of_page(plan, s, "put_page", " unpin");
}

PLAN(plan_frame)
{
	return line_of_page(plan, s, "frame", "");
}

/* A page is written to only as an entry that is held: what a reference has is its first.
 * What a device reads is looked at, as an expectation is. */
PLAN(plan_device)
{
	const struct place *page = &said(plan, s, "HELDPAGE")->place;
	const char *place = place_words(plan, page, "at");
	const char *digits = text_words(plan, said(plan, s, "TEXT"));

	if (!place || !digits)
		return false;
	if (said(plan, s, "write"))
		line(plan, s, "device entry:%s:%" PRId64 ":1%s", page->symbol->name,
		     page->kind == PLACE_ENTRIES ? page->first : 0, digits);
	if (said(plan, s, "read"))
		line(plan, s, "drain\n%u look %s", s->index, place);
	return true;
}

PLAN(plan_drain)
{
	line(plan, s, "drain");
	return true;
}

/* Looking. */

/* The place that a clause compares with; NULL: none. */
static const struct place *others(const struct statement *s, const struct clause *clause)
{
	const struct value *value =
		value_find(clause->values, s->subject == OF_VMAS ? "PAGES" : "OTHERS");

	return value ? &value->place : NULL;
}

const struct place *plan_place(const struct statement *s, uint64_t version, size_t nth)
{
	const struct column *column = story_column_at(s->columns, version);
	const struct clause *clause = column ? column->clauses : NULL;

	if (s->who || !clause)
		return NULL;
	if (s->subject != OF_VMAS && !nth--)
		return &s->place;
	for (; clause; clause = clause->next)
		if (others(s, clause) && !nth--)
			return others(s, clause);
	return NULL;
}

static bool can_be_told(struct plan *plan, const struct statement *s)
{
	const struct column *column = story_column_at(s->columns, plan->version);
	const struct clause *clause = column ? column->clauses : NULL;

	for (; clause; clause = clause->next) {
		const struct value *text = value_find(clause->values, "TEXT");

		if (text && text->length > PLAN_TEXT)
			return cannot(plan,
				      "so many bytes of a page are not told by a guest");
	}
	return (s->subject &
		(OF_PAGE | OF_CALL | OF_VMAS | OF_VMA | OF_TASK | OF_LOCK | OF_EVENT)) ||
	       cannot(plan, "this is not told by a guest");
}

/* How much is told of an address: the page, its pte, the VMA. */
static const char *kind_of(const struct statement *s, uint64_t version)
{
	const struct column *column = story_column_at(s->columns, version);
	const struct clause *clause = column ? column->clauses : NULL;

	if (s->subject & (OF_VMA | OF_VMAS))
		return "vma";
	while (clause && !clause->what->pte)
		clause = clause->next;
	return clause ? "pte" : "at";
}

/* What is looked at does not say what is expected there. */
PLAN(plan_expect)
{
	const char *kind = kind_of(s, plan->version), *places = "";
	const struct place *place;

	if (!can_be_told(plan, s))
		return false;
	for (size_t i = 0; (place = plan_place(s, plan->version, i)); i++) {
		const char *word = place_words(plan, place, kind);

		if (!word)
			return false;
		places = words(plan, places, word);
	}
	if (s->subject == OF_LOCK)
		places = words(plan, places,
			       pool_printf(plan->pool, "lock:%s", s->who->mm->name));
	if (s->subject == OF_EVENT)
		line(plan, s, "done %s", s->who->name);
	if (*places)
		line(plan, s, "look%s", places);
	return true;
}

/* Stories. */

bool plan_leaves_out(const struct statement *s, uint64_t version)
{
	const struct column *column = story_column_at(s->columns, version);

	return column && column->result.kind == RESULT_NOT_RUN;
}

static bool is_survivable(const struct statement *s, uint64_t version)
{
	const struct column *column = story_column_at(s->columns, version);

	return !column || s->verb->traits & VERB_COLUMNS ||
	       column->result.kind == RESULT_NUMBER ||
	       column->result.kind == RESULT_SIGNAL ||
	       column->result.kind == RESULT_WAITS;
}

/* Slots, and words that only say what kind of thing follows, or what is so anyway. */
static bool is_filler(const char *word)
{
	static const char *const fillers[] = {"at",    "on",   "of",	  "in",	  "page",
					      "pages", "file", "private", "anon", "cold"};

	if (!islower((unsigned char)*word))
		return true;

	for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++)
		if (!strcmp(fillers[i], word))
			return true;
	return false;
}

static bool is_asked(const struct plan *plan, const char *slot)
{
	for (size_t i = 0; i < plan->nr_asked; i++)
		if (!strcmp(plan->asked[i], slot))
			return true;
	return false;
}

/* No option is dropped because a guest does not know it. */
static bool is_all_asked(struct plan *plan, const struct statement *s)
{
	for (const struct value *v = s->values; v; v = v->next)
		if (!is_filler(v->slot) && !is_asked(plan, v->slot))
			return cannot(plan, pool_printf(plan->pool,
							"'%s' is not done in a guest",
							v->slot));
	return true;
}

static bool plan_statement(struct plan *plan, const struct statement *s)
{
	plan->at = s;
	if (plan_leaves_out(s, plan->version))
		return true;
	if (!s->verb->plan)
		return cannot(plan, "the verb is not done in a guest");
	if (s->ats)
		return cannot(plan, "a point cannot be met in a guest");
	if (!is_survivable(s, plan->version))
		return cannot(plan, "no guest would survive it");
	plan->nr_asked = 0;
	return s->verb->plan(plan, s) &&
	       (s->verb->traits & VERB_COLUMNS || is_all_asked(plan, s));
}

bool plan_story(struct plan *plan)
{
	const struct statement *s;

	plan->why = NULL;
	plan->zone = NULL;
	plan->hold = false;
	plan->stack = 0;
	plan->written = NULL;
	plan->sum = 0xcbf29ce484222325;
	for (s = plan->story->settings; s && s->verb->traits & VERB_SETTING; s = s->next)
		if (!plan_statement(plan, s))
			return false;
	if (plan->out)
		report_printf(plan->out, "fixture %s\n", plan->story->source->path);
	if (plan->zone)
		add_text(plan, pool_printf(plan->pool, "0 zone %s\n", plan->zone));
	if (plan->hold)
		add_text(plan, "0 hold\n");
	if (plan->stack)
		add_text(plan,
			 pool_printf(plan->pool, "0 stack %" PRIu64 "\n", plan->stack));
	for (s = plan->story->statements; s; s = s->next)
		if (!plan_statement(plan, s))
			return false;
	if (plan->out)
		report_printf(plan->out, "end %016" PRIx64 "\n", plan->sum);
	return true;
}
