/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ledger: who holds each reference to a page. Invariant: what it has noted of a page
 * adds up to the page's count, or the audit says by how much not.
 */
#include "phys/ledger.h"

#include <errno.h>
#include <linux/mm.h>
#include <stdio.h>
#include <string.h>

const char *ref_kind_name(enum ref_kind kind)
{
	static const char *const names[NR_REF_KINDS] = {
		[REF_MAPPING] = "mapping",   [REF_CACHE] = "page cache",
		[REF_BUFFERS] = "buffers",   [REF_PAGEVEC] = "pagevec",
		[REF_ISOLATED] = "isolated", [REF_BASE] = "base",
		[REF_KERNEL] = "kernel",     [REF_UNNAMED] = "unnamed get_page",
	};

	return names[kind];
}

/* A device's chunks come in one piece. */
struct ledger_block {
	struct ledger_block *next;
	struct page_ledger entries[];
};

#define REFS_IN_BLOCK 128

/* Most calls take an entry for each page: there is no host allocation for each. */
struct call_ref_block {
	struct call_ref_block *next;
	struct call_ref refs[REFS_IN_BLOCK];
};

static void ref_free(struct ledger *ledger, struct call_ref *ref)
{
	ref->next = ledger->spare;
	ledger->spare = ref;
}

SIM_COLD static void add_refs(struct base *base, struct ledger *ledger)
{
	struct call_ref_block *block = heap_calloc_aside(&base->heap, 1, sizeof(*block));

	if (!block)
		return;
	block->next = ledger->refs;
	ledger->refs = block;
	for (size_t i = REFS_IN_BLOCK; i-- > 0;)
		ref_free(ledger, &block->refs[i]);
}

/* An entry is what an injected failure is meant for, and no block of them. */
static struct call_ref *ref_alloc(struct base *base, struct ledger *ledger)
{
	struct call_ref *ref;

	if (heap_fails(&base->heap))
		return NULL;
	if (unlikely(!ledger->spare))
		add_refs(base, ledger);
	ref = ledger->spare;
	if (ref)
		ledger->spare = ref->next;
	return ref;
}

static int grow(struct base *base, struct ledger *ledger, size_t nr_chunks)
{
	struct page_ledger **chunk;

	if (nr_chunks <= ledger->nr_chunks)
		return 0;
	chunk = heap_realloc(&base->heap, ledger->chunk, nr_chunks * sizeof(*chunk));
	if (!chunk)
		return -ENOMEM;
	for (size_t i = ledger->nr_chunks; i < nr_chunks; i++)
		chunk[i] = NULL;
	ledger->chunk = chunk;
	ledger->nr_chunks = nr_chunks;
	return 0;
}

/* Memory for chunks [first, first + nr), of which there is none yet. */
static int add_chunks(struct base *base, struct ledger *ledger, size_t first, size_t nr)
{
	struct ledger_block *block = heap_calloc(
		&base->heap, 1,
		sizeof(*block) + nr * LEDGER_CHUNK * sizeof(struct page_ledger));

	if (!block)
		return -ENOMEM;
	block->next = ledger->blocks;
	ledger->blocks = block;
	for (size_t i = 0; i < nr; i++)
		ledger->chunk[first + i] = block->entries + i * LEDGER_CHUNK;
	return 0;
}

int ledger_reserve(struct base *base, struct ledger *ledger, unsigned long first,
		   unsigned long nr)
{
	size_t end = (first + nr - 1) / LEDGER_CHUNK + 1, i = first / LEDGER_CHUNK, row;

	if (grow(base, ledger, end))
		return -ENOMEM;
	for (; i < end; i += row) {
		for (row = 0; i + row < end && !ledger->chunk[i + row]; row++)
			;
		if (row && add_chunks(base, ledger, i, row))
			return -ENOMEM;
		row += !row;
	}
	return 0;
}

void ledger_destroy(struct base *base, struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->nr_chunks; i++)
		for (size_t j = 0; ledger->chunk[i] && j < LEDGER_CHUNK; j++)
			ledger_forget(base, ledger, &ledger->chunk[i][j]);
	while (ledger->blocks) {
		struct ledger_block *block = ledger->blocks;

		ledger->blocks = block->next;
		heap_free(&base->heap, block);
	}
	while (ledger->refs) {
		struct call_ref_block *block = ledger->refs;

		ledger->refs = block->next;
		heap_free(&base->heap, block);
	}
	heap_free(&base->heap, ledger->chunk);
	*ledger = (struct ledger){0};
}

static struct call_ref **find(struct page_ledger *page, const struct call *call)
{
	struct call_ref **ref = &page->calls;

	while (*ref && (*ref)->call != call)
		ref = &(*ref)->next;
	return ref;
}

static int add_entry(struct base *base, struct ledger *ledger, struct page_ledger *page,
		     struct call *call, long count)
{
	struct call_ref *ref = ref_alloc(base, ledger);

	if (!ref)
		return -ENOMEM;
	*ref = (struct call_ref){.next = page->calls, .call = call, .count = count};
	call->users++;
	page->calls = ref;
	return 0;
}

int ledger_take(struct base *base, struct ledger *ledger, struct page_ledger *page,
		struct call *call, long nr)
{
	struct call_ref *ref = *find(page, call);

	if (!ref)
		return add_entry(base, ledger, page, call, nr);
	ref->count += nr;
	return 0;
}

static void drop_from(struct base *base, struct ledger *ledger, struct call_ref **link,
		      long nr)
{
	struct call_ref *ref = *link;

	ref->count -= nr;
	if (ref->count)
		return;
	*link = ref->next;
	call_put(base, ref->call);
	ref_free(ledger, ref);
}

void ledger_drop(struct base *base, struct ledger *ledger, struct page_ledger *page,
		 struct call *call, long nr)
{
	struct call_ref **link = find(page, call);

	if (*link)
		drop_from(base, ledger, link, nr);
}

/* Whom a reference from outside may be taken off: a call with as many left. */
struct giver {
	const char *name; /* of the call; NULL: of any */
	pid_t pid;	  /* whose it is; 0: anybody's */
	long nr;
	bool not_of_pins; /* it has references besides its pins */
};

static bool can_give(const struct call_ref *ref, const struct giver *giver)
{
	return ref->count >= giver->nr && !ref->call->running &&
	       (!giver->name || !strcmp(ref->call->name, giver->name)) &&
	       (!giver->pid || ref->call->pid == giver->pid) &&
	       (!giver->not_of_pins || ref->count % GUP_PIN_COUNTING_BIAS);
}

static struct call_ref **youngest(struct page_ledger *page, struct giver giver)
{
	struct call_ref **link = &page->calls;

	while (*link && !can_give(*link, &giver))
		link = &(*link)->next;
	return link;
}

bool ledger_drop_youngest(struct base *base, struct ledger *ledger,
			  struct page_ledger *page, long nr)
{
	pid_t pid = base_current_pid(base);

	for (unsigned int let_go = 0; let_go < 8; let_go++) {
		const struct giver giver = {
			.name = let_go & 2 ? NULL : base->call_name,
			.pid = let_go & 1 ? 0 : pid,
			.nr = nr,
			.not_of_pins = nr == 1 && !(let_go & 4),
		};
		struct call_ref **link = youngest(page, giver);

		if (*link) {
			drop_from(base, ledger, link, nr);
			return true;
		}
	}
	return false;
}

void ledger_book_missing(struct base *base, struct ledger *ledger,
			 struct page_ledger *page, struct call *call, long nr)
{
	/* Without host memory the audit still sees that the sum is wrong. */
	(void)add_entry(base, ledger, page, call, -nr);
}

#define HOLDERS_TOLD 4

void ledger_holders(const struct page_ledger *page, char *words, size_t size)
{
	const struct call_ref *ref = page->calls;
	size_t length = 0;

	*words = '\0';
	for (int nr = 0; ref && length < size; ref = ref->next) {
		const char *name = ref->call->name;
		const char *comma = nr ? ", " : "";

		if (ref->count <= 0)
			continue;
		if (nr++ == HOLDERS_TOLD) {
			snprintf(words + length, size - length, ", others");
			return;
		}
		length += snprintf(words + length, size - length, "%s%s%s%s()", comma,
				   name, *name ? " of " : "", ref->call->func);
	}
}

void ledger_forget(struct base *base, struct ledger *ledger, struct page_ledger *page)
{
	while (page->calls) {
		struct call_ref *ref = page->calls;

		page->calls = ref->next;
		call_put(base, ref->call);
		ref_free(ledger, ref);
	}
	*page = (struct page_ledger){0};
}
