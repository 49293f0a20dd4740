/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages and VMAs of a guest, by its numbers of them, as they were when last looked at.
 * Invariant: of each frame there is one page, so that pages are the same, or not, as the
 * guest's are.
 */
#include "scenario/guest.h"
#include "scenario/plan.h"

#include <ctype.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <string.h>

#define GUEST_VMAS 1024
#define VMA_GATE   (-3)

/* A page as it was when last looked at. */
struct seen {
	struct page page; /* first: page pointers are turned into this */
	const char *words;
	const struct seen
		*head; /* of the compound page that it is a part of, or itself */
	int pins;      /* that the compound page counts */
	unsigned char contents[FIXTURE_PAGE];
};

static struct seen *seen_at(struct guest *guest, int64_t frame)
{
	struct seen *seen;

	if (!guest->seen)
		guest->seen = pool_alloc(guest->pool, GUEST_FRAMES * sizeof(seen));
	if (frame < 0 || frame >= GUEST_FRAMES || !guest->seen)
		return NULL;
	seen = guest->seen[frame];
	if (!seen)
		seen = guest->seen[frame] = pool_alloc(guest->pool, sizeof(*seen));
	if (seen && !seen->words) {
		seen->words = "";
		seen->page.contents = seen->contents;
		seen->head = seen;
	}
	return seen;
}

struct page *guest_frame(struct guest *guest, int64_t frame)
{
	struct seen *seen = seen_at(guest, frame);

	return seen ? &seen->page : NULL;
}

void guest_set_head(struct guest *guest, struct page *page, int64_t frame)
{
	const struct seen *head = seen_at(guest, frame);

	if (page && head)
		((struct seen *)page)->head = head;
}

/* Words that the agent says for bits; the last is NULL. */
struct word_bit {
	const char *word;
	uint64_t bit;
};

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

static uint64_t bits_of(const char *words, const struct word_bit *known)
{
	uint64_t bits = 0;

	for (; known->word; known++)
		bits |= has_word(words, known->word) ? known->bit : 0;
	return bits;
}

static void set_flags(struct seen *seen)
{
	static const struct word_bit flags[] = {
		{"dirty", 1 << PG_dirty},
		{"referenced", 1 << PG_referenced},
		{"active", 1 << PG_active},
		{"lru", 1 << PG_lru},
		{"uptodate", 1 << PG_uptodate},
		{"reserved", 1 << PG_reserved},
		{"locked", 1 << PG_locked},
		{"private", 1 << PG_private},
		{"mlocked", 1 << PG_mlocked},
		{"unevictable", 1 << PG_unevictable},
		{NULL, 0},
	};

	seen->page.flags = bits_of(seen->words, flags);
	seen->page.mapping = has_word(seen->words, "anon")
				     ? (struct address_space *)PAGE_MAPPING_ANON
				     : NULL;
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
}

struct page *guest_told(struct guest *guest, const struct answer *answer)
{
	int64_t frame = answer_number(answer->line, "frame", GUEST_UNSET);
	struct seen *seen = seen_at(guest, frame);
	const char *line = answer->state;

	if (!seen)
		return NULL;
	if (line) {
		seen->words = answer_text(guest->pool, line, "flags");
		seen->page._refcount = answer_number(line, "refcount", 0);
		seen->page._mapcount = answer_number(line, "mapcount", 0) - 1;
		seen->pins = answer_number(line, "pins", 0);
		seen->head = seen_at(guest, answer_number(line, "head", GUEST_UNSET));
		if (!seen->head)
			seen->head = seen;
		set_flags(seen);
		set_contents(seen, answer_text(guest->pool, line, "bytes"));
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
			return answer_find(guest, guest->looking->index, nth, i);
	return NULL;
}

struct page *guest_page(const struct run *run, const struct place *place, int64_t i)
{
	const struct answer *answer = look_line(run, place, i);

	return answer ? guest_told(run->guest, answer) : NULL;
}

uint64_t guest_pte(const struct run *run, const struct place *place, int64_t i)
{
	static const struct word_bit bits[] = {
		{"present", GUPSIM_PTE_PRESENT},
		{"write", GUPSIM_PTE_WRITE},
		{"dirty", GUPSIM_PTE_DIRTY},
		{"young", GUPSIM_PTE_ACCESSED},
		{"special", GUPSIM_PTE_SPECIAL},
		{"devmap", GUPSIM_PTE_DEVMAP},
		{"protnone", GUPSIM_PTE_PROTNONE},
		{"huge", GUPSIM_PTE_HUGE},
		{NULL, 0},
	};
	const struct answer *answer = look_line(run, place, i);

	if (!answer)
		return 0;
	return bits_of(answer_text(run->guest->pool, answer->line, "pte"), bits) |
	       answer_number(answer->line, "pkey", 0) *
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

struct vm_area_struct *guest_vma_numbered(struct guest *guest, int64_t number)
{
	struct vm_area_struct **vma;

	if (number == GUEST_UNSET)
		return pinned_unset();
	if (number == VMA_GATE)
		return pinned_gate();
	if (!guest->vmas)
		guest->vmas = pool_alloc(guest->pool, GUEST_VMAS * sizeof(*vma));
	if (number < 0 || number >= GUEST_VMAS || !guest->vmas)
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
	int64_t found = answer_number(line, "vma", GUEST_NOTHING);
	struct vm_area_struct *vma = guest_vma_numbered(run->guest, found);

	if (!vma || found < 0)
		return NULL;
	vma->vm_start = answer_number(line, "vm_start", 0);
	vma->vm_end = answer_number(line, "vm_end", 0);
	vma->vm_flags = answer_number(line, "vm_flags", 0);
	return vma;
}

/* What is said of @key where no page is looked at: at @place of the `expect` that runs.
 */
static int64_t told_at(const struct run *run, int64_t place, const char *key)
{
	const struct answer *answer =
		answer_find(run->guest, run->guest->looking->index, place, 0);

	return answer ? answer_number(answer->line, key, GUEST_NOTHING) : GUEST_NOTHING;
}

bool guest_done(const struct run *run)
{
	return told_at(run, -1, "result") == 1;
}

bool guest_interrupted(const struct run *run)
{
	return told_at(run, -1, "result") == 2;
}

const char *guest_lock(const struct run *run)
{
	static const char *const words[] = {"none", "read", "write"};
	int64_t lock = told_at(run, 0, "lock");

	return lock >= 0 && lock < 3 ? words[lock] : "not told";
}
