/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results and pages out of a guest's answers. */
#include "scenario/guest.h"
#include "scenario/handlers.h"
#include "scenario/names.h"
#include "scenario/plan.h"
#include "scenario/verbs.h"

#include <ctype.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FRAMES  65536
#define MAX_VMAS    1024

#define FRAME_ZERO  0	 /* the zero page has this number in each plan */
#define FRAME_UNSET (-1) /* of an entry that the call did not write */
#define NOTHING	    (-2) /* as the guest says it of frames and VMAs */
#define VMA_GATE    (-3)

/* A page as it was when last looked at. */
struct seen {
	struct page page; /* first: page pointers are turned into this */
	const char *words;
	const struct seen
		*head; /* of the compound page that it is a part of, or itself */
	int pins;      /* that the compound page counts */
	unsigned char contents[FIXTURE_PAGE];
};

/* Lines: flat objects, whose strings have no quotes in them. */

/* What stands behind a key in a line; NULL: it has no such key. */
static const char *field(const char *line, const char *key)
{
	const char *end = line + strcspn(line, "\n"), *at = line;
	size_t length = strlen(key);

	while ((at = strchr(at, '"')) && at < end) {
		if (!strncmp(at + 1, key, length) && !strncmp(at + 1 + length, "\":", 2))
			return at + length + 3;
		at++;
	}
	return NULL;
}

static int64_t number(const char *line, const char *key, int64_t otherwise)
{
	const char *at = field(line, key);

	return at ? strtoll(at, NULL, 10) : otherwise;
}

static const char *text(struct pool *pool, const char *line, const char *key)
{
	const char *at = field(line, key), *copy = NULL;

	if (at && *at == '"')
		copy = pool_text(pool, at + 1, strcspn(at + 1, "\"\n"));
	return copy ? copy : "";
}

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	while (*words) {
		size_t here = strcspn(words, " ");

		if (here == length && !memcmp(words, word, length))
			return true;
		words += here + strspn(words + here, " ");
	}
	return false;
}

/* Reading. */

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

#define FIXTURE "\"fixture\":\""

/* The line behind {"fixture":"PATH"}. */
static const char *find_section(const char *at, const char *path)
{
	size_t length = strlen(path);

	while ((at = strstr(at, FIXTURE))) {
		at += strlen(FIXTURE);
		if (!strncmp(at, path, length) && at[length] == '"')
			return next_line(at);
	}
	return NULL;
}

/* What has not changed since it was told of a frame is not told again. */
static void add(struct guest *guest, const char *line, const char **states)
{
	int64_t frame = number(line, "frame", FRAME_UNSET);
	bool known = frame >= 0 && frame < MAX_FRAMES;

	if (known && field(line, "refcount"))
		states[frame] = line;
	guest->answers[guest->nr++] = (struct answer){
		.line = line,
		.n = number(line, "n", -1),
		.place = number(line, "place", -1),
		.page = number(line, "page", 0),
		.pages = number(line, "pages", 1),
		.state = known ? states[frame] : NULL,
	};
}

static bool is_of_plan(struct pool *pool, const char *end, uint64_t plan)
{
	const char *sum = text(pool, end, "plan");

	return !*sum || strtoull(sum, NULL, 16) == plan;
}

const char *guest_read(struct guest *guest, const char *path, uint64_t plan,
		       const char *answers)
{
	const char *begin = find_section(answers, path), *line;
	const char **states = pool_alloc(guest->pool, MAX_FRAMES * sizeof(*states));
	size_t nr = 0;

	if (!begin)
		return guest->recorded ? "it was never recorded"
				       : "the guest gave no answer";
	for (line = begin; *line && !field(line, "end"); line = next_line(line)) {
		if (field(line, "error"))
			return pool_printf(guest->pool, "the guest: %s",
					   text(guest->pool, line, "error"));
		if (field(line, "cannot"))
			guest->cannot = text(guest->pool, line, "cannot");
		nr++;
	}
	if (!*line)
		return "the guest's answer breaks off";
	if (!is_of_plan(guest->pool, line, plan))
		return "the guest's answers are to another plan: ask it again";
	guest->answers = pool_alloc(guest->pool, nr * sizeof(*guest->answers));
	guest->seen = pool_alloc(guest->pool, MAX_FRAMES * sizeof(*guest->seen));
	guest->vmas = pool_alloc(guest->pool, MAX_VMAS * sizeof(struct vm_area_struct *));
	for (line = begin; guest->answers && states && guest->nr < nr;
	     line = next_line(line))
		add(guest, line, states);
	return NULL;
}

/* They come in the order in which they are asked for, mostly. */
static const struct answer *find(struct guest *guest, int64_t n, int64_t place,
				 int64_t page)
{
	for (size_t i = 0; i < guest->nr; i++) {
		size_t at = (guest->last + i) % guest->nr;
		const struct answer *answer = &guest->answers[at];

		if (answer->n != n || answer->place != place || page < answer->page ||
		    page >= answer->page + answer->pages)
			continue;
		guest->last = at;
		return answer;
	}
	return NULL;
}

/* Pages. */

static struct seen *seen_at(struct guest *guest, int64_t frame)
{
	if (frame < 0 || frame >= MAX_FRAMES || !guest->seen)
		return NULL;
	if (!guest->seen[frame]) {
		guest->seen[frame] = pool_alloc(guest->pool, sizeof(struct seen));
		if (!guest->seen[frame])
			return NULL;
		guest->seen[frame]->words = "";
		guest->seen[frame]->head = guest->seen[frame];
	}
	return guest->seen[frame];
}

static void set_flags(struct seen *seen)
{
	static const struct {
		const char *word;
		int bit;
	} flags[] = {
		{"dirty", PG_dirty},	   {"referenced", PG_referenced},
		{"active", PG_active},	   {"lru", PG_lru},
		{"uptodate", PG_uptodate}, {"reserved", PG_reserved},
		{"locked", PG_locked},	   {"private", PG_private},
		{"mlocked", PG_mlocked},   {"unevictable", PG_unevictable},
	};

	seen->page.flags = 0;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (has_word(seen->words, flags[i].word))
			seen->page.flags |= 1UL << flags[i].bit;
	seen->page.mapping = NULL;
	if (has_word(seen->words, "anon"))
		seen->page.mapping = (struct address_space *)PAGE_MAPPING_ANON;
}

static int digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

static void set_contents(struct seen *seen, const char *digits)
{
	memset(seen->contents, 0, sizeof(seen->contents));
	for (size_t i = 0; i < PLAN_TEXT && isxdigit((unsigned char)digits[0]) &&
			   isxdigit((unsigned char)digits[1]);
	     i++, digits += 2)
		seen->contents[i] = digit(digits[0]) << 4 | digit(digits[1]);
	seen->page.contents = seen->contents;
}

static struct page *page_in(struct guest *guest, const struct answer *answer)
{
	struct seen *seen = seen_at(guest, number(answer->line, "frame", FRAME_UNSET));
	const char *line = answer->state;

	if (!seen)
		return NULL;
	if (line) {
		seen->words = text(guest->pool, line, "flags");
		seen->page._refcount = number(line, "refcount", 0);
		seen->page._mapcount = number(line, "mapcount", 0) - 1;
		seen->pins = number(line, "pins", 0);
		seen->head = seen_at(guest, number(line, "head", FRAME_UNSET));
		if (!seen->head)
			seen->head = seen;
		set_flags(seen);
		set_contents(seen, text(guest->pool, line, "bytes"));
	}
	return &seen->page;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->kind == b->kind && a->symbol == b->symbol && a->first == b->first &&
	       a->count == b->count;
}

/* The line about a page at a place of the `expect` that runs. */
static const struct answer *look_line(const struct run *run, const struct place *place,
				      int64_t i)
{
	struct guest *guest = run->guest;
	const struct place *asked;

	for (size_t nth = 0; (asked = plan_place(guest->looking, guest->version, nth));
	     nth++)
		if (same_place(asked, place))
			return find(guest, guest->looking->index, nth, i);
	return NULL;
}

struct page *guest_page(const struct run *run, const struct place *place, int64_t i)
{
	const struct answer *answer = look_line(run, place, i);

	return answer ? page_in(run->guest, answer) : NULL;
}

uint64_t guest_pte(const struct run *run, const struct place *place, int64_t i)
{
	static const struct {
		const char *word;
		uint64_t bit;
	} bits[] = {
		{"present", GUPSIM_PTE_PRESENT},   {"write", GUPSIM_PTE_WRITE},
		{"dirty", GUPSIM_PTE_DIRTY},	   {"young", GUPSIM_PTE_ACCESSED},
		{"special", GUPSIM_PTE_SPECIAL},   {"devmap", GUPSIM_PTE_DEVMAP},
		{"protnone", GUPSIM_PTE_PROTNONE}, {"huge", GUPSIM_PTE_HUGE},
	};
	const struct answer *answer = look_line(run, place, i);
	const char *words = answer ? text(run->guest->pool, answer->line, "pte") : "";
	uint64_t pte = 0;

	for (size_t b = 0; b < sizeof(bits) / sizeof(bits[0]); b++)
		pte |= has_word(words, bits[b].word) ? bits[b].bit : 0;
	return pte | (answer ? number(answer->line, "pkey", 0) : 0) *
			     (GUPSIM_PTE_PKEY & -GUPSIM_PTE_PKEY);
}

bool guest_page_is(const struct page *page, const char *word)
{
	return has_word(((const struct seen *)page)->words, word);
}

const struct page *guest_head(const struct page *page)
{
	return &((const struct seen *)page)->head->page;
}

int guest_pins(const struct page *page)
{
	return ((const struct seen *)page)->pins;
}

/* VMAs and locks. */

static struct vm_area_struct *vma_numbered(struct guest *guest, int64_t number)
{
	struct vm_area_struct **vma;

	if (number == FRAME_UNSET)
		return pinned_unset();
	if (number == VMA_GATE)
		return pinned_gate();
	if (number < 0 || number >= MAX_VMAS || !guest->vmas)
		return NULL;
	vma = &guest->vmas[number];
	if (!*vma)
		*vma = pool_alloc(guest->pool, sizeof(**vma));
	return *vma;
}

struct vm_area_struct *guest_vma(const struct run *run, const struct place *place)
{
	const struct answer *answer = look_line(run, place, 0);
	const char *line = answer ? answer->line : "";
	int64_t found = number(line, "vma", NOTHING);
	struct vm_area_struct *vma = vma_numbered(run->guest, found);

	if (!vma || found < 0)
		return NULL;
	vma->vm_start = number(line, "vm_start", 0);
	vma->vm_end = number(line, "vm_end", 0);
	vma->vm_flags = number(line, "vm_flags", 0);
	return vma;
}

/* How an event has ended: well, by a signal, or not at all. */
static int64_t end_of_event(const struct run *run)
{
	const struct answer *answer = find(run->guest, run->guest->looking->index, -1, 0);

	return answer ? number(answer->line, "result", 0) : 0;
}

bool guest_done(const struct run *run)
{
	return end_of_event(run) == 1;
}

bool guest_interrupted(const struct run *run)
{
	return end_of_event(run) == 2;
}

const char *guest_lock(const struct run *run)
{
	static const char *const words[] = {"none", "read", "write"};
	const struct answer *answer = find(run->guest, run->guest->looking->index, 0, 0);
	int64_t lock = answer ? number(answer->line, "lock", NOTHING) : NOTHING;

	return lock >= 0 && lock < 3 ? words[lock] : "not told";
}

/* Calls. */

/* Who holds a part of a compound page holds the head. */
static void read_heads(struct run *run, const struct pinned *pinned, const char *at)
{
	char *end = NULL;

	for (size_t i = 0; i < pinned->room && at && *at; i++) {
		struct seen *head = seen_at(run->guest, strtoll(at + 1, &end, 10));

		if (head && pinned->pages[i] != pinned_unset())
			((struct seen *)pinned->pages[i])->head = head;
		at = *end == ',' ? end : NULL;
	}
}

static void *entry_page(struct guest *guest, int64_t frame)
{
	return frame == FRAME_UNSET ? pinned_unset() : (void *)seen_at(guest, frame);
}

static void read_entries(struct run *run, struct pinned *pinned, const char *at)
{
	char *end = NULL;

	for (size_t i = 0; i < pinned->room; i++) {
		pinned->pages[i] = pinned_unset();
		if (!at || !*at)
			continue;
		pinned->pages[i] = entry_page(run->guest, strtoll(at + 1, &end, 10));
		at = *end == ',' ? end : NULL;
	}
}

static void read_vmas(struct run *run, struct pinned *pinned, const char *at)
{
	char *end = NULL;

	pinned->vmas = pool_alloc(run->pool, pinned->room * sizeof(*pinned->vmas));
	for (size_t i = 0; pinned->vmas && i < pinned->room; i++) {
		pinned->vmas[i] = pinned_unset();
		if (!at || !*at)
			continue;
		pinned->vmas[i] = vma_numbered(run->guest, strtoll(at + 1, &end, 10));
		at = *end == ',' ? end : NULL;
	}
}

static bool counts_zero_page(const struct run *run, const struct pinned *pinned)
{
	return !pinned->is_pin ||
	       version_rule_is(run->version, "try_grab_page.zero_page", "counted");
}

static bool is_held(struct run *run, const struct pinned *pinned, const struct page *page)
{
	return page && page != pinned_unset() &&
	       ((const void *)page != seen_at(run->guest, FRAME_ZERO) ||
		counts_zero_page(run, pinned));
}

static int compare_pages(const void *a, const void *b)
{
	const struct page *const *x = a, *const *y = b;

	return (*x > *y) - (*x < *y);
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
		qsort(pinned->held, pinned->nr_held, sizeof(*pinned->held),
		      compare_pages);
	if (!pinned->nr_held)
		pinned->held = NULL; /* there never was anything to give back */
}

static bool takes_pins(const struct run *run, const struct statement *s)
{
	const char *function = plan_function(s, run->version);

	if (!strcmp(function, "get_user_pages_fast_only"))
		return false; /* whatever its flags say */
	return !strncmp(function, "pin_", 4) || story_number(s, "FLAGS", 0) & FOLL_PIN;
}

/* All but who looks up a page, and asks for no reference. */
static bool holds(const struct statement *s)
{
	return s->verb->run != handle_follow_page ||
	       (story_number(s, "FLAGS", 0) & (FOLL_GET | FOLL_PIN));
}

static void take_call(struct run *run, const struct statement *s, const char *line)
{
	struct pinned unnamed = {.room = 0};
	struct pinned *pinned = s->name ? &run_thing(run, s->name)->pinned : &unnamed;
	const char *entries = field(line, "entries"), *heads = field(line, "heads");
	const char *vmas = field(line, "vmas");
	const struct value *pages = story_value(s, "pages");

	pinned->made = s;
	pinned->result = number(line, "result", 0);
	pinned->min = number(line, "min", 0);
	pinned->maj = number(line, "maj", 0);
	pinned->locked = number(line, "locked", 0);
	pinned->has_locked = story_value(s, "locked") && story_value(s, "locked")->text &&
			     strcmp(story_value(s, "locked")->text, "NULL") != 0;
	pinned->has_unlocked = story_value(s, "unlocked") &&
			       strcmp(story_value(s, "unlocked")->text, "NULL") != 0;
	pinned->is_pin = takes_pins(run, s);
	if (number(line, "lock", 0))
		run_fail(run, s, "mmap_sem after the call", "0 readers", "held");
	pinned->room = plan_entries(run->story, s);
	if (vmas && *vmas == '[')
		read_vmas(run, pinned, vmas);
	if ((pages && pages->text && !strcmp(pages->text, "NULL")) ||
	    (s->verb->traits & VERB_NO_PAGES))
		return;
	pinned->pages = pool_alloc(run->pool, pinned->room * sizeof(*pinned->pages));
	if (!pinned->pages)
		return;
	read_entries(run, pinned, entries && *entries == '[' ? entries : NULL);
	read_heads(run, pinned, heads && *heads == '[' ? heads : NULL);
	if (s->name && pinned->result > 0 && holds(s))
		note_held(run, pinned);
}

static void take_page(struct run *run, const struct statement *s,
		      const struct answer *answer)
{
	struct thing *thing = run_thing(run, s->name);
	const struct seen *head;

	thing->page = page_in(run->guest, answer);
	head = seen_at(run->guest, number(answer->line, "head", FRAME_UNSET));
	if (thing->page && head)
		((struct seen *)thing->page)->head = head;
	if (s->name->kind != SYMBOL_REF || !thing->page)
		return;
	thing->pinned.held = &thing->page;
	thing->pinned.nr_held = 1;
}

static void take_put(struct run *run, const struct statement *s, struct result *result)
{
	const struct symbol *symbol = story_value(s, "HELD")->symbol;
	struct pinned *pinned = &run_thing(run, symbol)->pinned;

	if (pinned->held && !pinned->nr_held)
		run_refuse(run, s, result, symbol->name, "held", "given back already");
	pinned->nr_held = 0;
}

static void take_put_page(struct run *run, const struct statement *s,
			  const struct answer *answer)
{
	const struct symbol *symbol = story_value(s, "PAGE")->place.symbol;
	const struct page *page = page_in(run->guest, answer);

	if (page)
		pinned_forget(&run_thing(run, symbol)->pinned, page);
}

/*
 * A function; or "mm/gup.c:1775 __get_user_pages" of a package whose source nobody has
 * looked at. That is the function into which the one with the WARN was inlined, so such a
 * WARN counts as the one expected there.
 */
static const char *warn_words(struct run *run, const struct result *expected,
			      unsigned int nth, const char *warn)
{
	const char *function = strchr(warn, ' ');

	if (expected && nth < expected->nr_warns && !strncmp(warn, "mm/gup.c:", 9))
		return expected->warns[nth];
	return run_words(run, "%s", function ? function + 1 : warn);
}

static void take_warn(struct run *run, const struct result *expected, const char *warn,
		      struct result *result)
{
	unsigned int nth = result->nr_warns;

	if (nth == MAX_WARNS)
		result->more_warns++;
	else
		result->warns[result->nr_warns++] = warn_words(run, expected, nth, warn);
}

static void take_warns(struct run *run, const struct statement *s, const char *line,
		       struct result *result)
{
	const struct column *column = story_column_at(s->columns, run->version);
	const char *warns = text(run->pool, line, "warns");

	while (*warns) {
		size_t length = strcspn(warns, ";");
		const char *warn = pool_text(run->pool, warns, length);

		if (!warn)
			return;
		take_warn(run, column ? &column->result : NULL, warn, result);
		warns += length + (warns[length] == ';');
	}
}

static void take_device(struct run *run, const struct statement *s)
{
	const struct answer *answer = find(run->guest, s->index, 0, 0);
	const struct page *page = answer ? page_in(run->guest, answer) : NULL;
	const struct value *said = story_value(s, "TEXT");

	if (!page)
		run_fail(run, s, "what the device reads", "a page", "none");
	else if (memcmp(page->contents, said->text, said->length))
		run_fail(run, s, "what the device reads",
			 quoted(run, (const unsigned char *)said->text, said->length),
			 quoted(run, page->contents, said->length));
}

/* The task by which a guest has it done; NULL: by none. */
static const struct symbol *doer(const struct run *run, const struct statement *s)
{
	const struct value *pages = story_value(s, "PAGES");

	if (pages && !s->as)
		return pages->place.symbol->mm;
	if (s->name && s->name->kind == SYMBOL_RANGE)
		return s->name->mm;
	return pages || s->verb->plan == plan_call ? run->actor : NULL;
}

/* Faults are the task's that runs into them; since v5.9 also those of calls. */
static void count_faults(struct run *run, const struct statement *s, const char *line)
{
	const struct symbol *task = doer(run, s);
	struct pinned *count;

	if (!task)
		return;
	count = &run_thing(run, task)->pinned;
	count->min += number(line, "min", 0);
	count->maj += number(line, "maj", 0);
}

/* For which page it waits no guest can tell: for the one that is said. */
static void take_waits(struct run *run, const struct statement *s, struct result *result)
{
	const struct column *column = story_column_at(s->columns, run->version);
	const struct value *file = story_value(s, "FILE");
	const struct value *pages = story_value(s, "FILEPAGES");

	result->kind = RESULT_WAITS;
	if (column && column->result.kind == RESULT_WAITS)
		result->page = column->result.page;
	else
		result->page = (struct place){.kind = PLACE_FILE,
					      .symbol = file ? file->symbol
							     : pages->place.symbol};
}

static void take(struct run *run, const struct statement *s, const struct answer *answer,
		 struct result *result)
{
	const char *line = answer->line;
	plan_fn plan = s->verb->plan;
	int64_t signal = number(line, "signal", 0);

	result->number = number(line, "result", 0);
	if (signal) {
		result->kind = RESULT_SIGNAL;
		result->number = signal;
	}
	if (number(line, "waits", 0))
		take_waits(run, s, result);
	take_warns(run, s, line, result);
	count_faults(run, s, line);
	if (plan == plan_call)
		take_call(run, s, line);
	else if (plan == plan_frame || plan == plan_get_page)
		take_page(run, s, answer);
	else if (plan == plan_device && story_value(s, "read"))
		take_device(run, s);
	else if (plan == plan_put || plan == plan_unpin_pages || plan == plan_unpin_dirty)
		take_put(run, s, result);
	else if (plan == plan_put_page || plan == plan_unpin_page)
		take_put_page(run, s, answer);
}

void guest_statement(struct run *run, const struct statement *s, struct result *result)
{
	const struct answer *answer;

	run->guest->looking = s;
	if (s->verb->traits & VERB_COLUMNS) {
		s->verb->run(run, s, result);
		return;
	}
	if (s->verb->plan == plan_pmem)
		return; /* it is there from the beginning */
	answer = find(run->guest, s->index, -1, 0);
	if (answer)
		take(run, s, answer, result);
	else
		run_refuse(run, s, result, NULL, "an answer of the guest",
			   "there is none");
}
