// SPDX-License-Identifier: GPL-2.0-or-later
/* What came of a plan, as JSON lines: one for each statement, one for each page seen. */
#include "agent.h"

#include <string.h>

#define PROBE_FRAMES_TOLD 4096

static void words(FILE *out, const char *key, const char *const *names, uint32_t flags)
{
	const char *space = "";

	fprintf(out, ",\"%s\":\"", key);
	for (int i = 0; names[i]; i++) {
		if (!(flags >> i & 1))
			continue;
		fprintf(out, "%s%s", space, names[i]);
		space = " ";
	}
	fputc('"', out);
}

/* Zeroes at the end are left out. */
static void bytes(FILE *out, const unsigned char *bytes)
{
	size_t length = PROBE_BYTES;

	while (length && !bytes[length - 1])
		length--;
	fputs(",\"bytes\":\"", out);
	for (size_t i = 0; i < length; i++)
		fprintf(out, "%02x", bytes[i]);
	fputc('"', out);
}

/* In the order of the bits in request.h. */
static const char *const page_words[] = {
	"dirty",    "referenced",  "active",  "lru",	  "uptodate",
	"reserved", "locked",	   "private", "anon",	  "zero",
	"device",   "movable",	   "free",    "compound", "exclusive",
	"mlocked",  "unevictable", "cma",     NULL};
static const char *const pte_words[] = {"present",  "write",   "dirty",
					"young",    "special", "devmap",
					"protnone", "huge",    NULL};

/* What was told of each frame last: what has not changed since is not told again. */
static const struct probe_look *told[PROBE_FRAMES_TOLD];

static bool is_told(const struct probe_look *look)
{
	const struct probe_look *before =
		look->frame < PROBE_FRAMES_TOLD ? told[look->frame] : NULL;

	return before && before->refcount == look->refcount &&
	       before->mapcount == look->mapcount && before->flags == look->flags &&
	       before->head == look->head && before->pins == look->pins &&
	       !memcmp(before->bytes, look->bytes, PROBE_BYTES);
}

static void page_state(FILE *out, const struct probe_look *look)
{
	if (look->frame < 0 || is_told(look))
		return;
	if (look->frame < PROBE_FRAMES_TOLD)
		told[look->frame] = look;
	fprintf(out, ",\"refcount\":%d,\"mapcount\":%d", look->refcount, look->mapcount);
	if (look->flags & PROBE_COMPOUND)
		fprintf(out, ",\"head\":%d,\"pins\":%d", look->head, look->pins);
	words(out, "flags", page_words, look->flags);
	bytes(out, look->bytes);
}

static void vma_words(FILE *out, const struct probe_look *look)
{
	fprintf(out, ",\"vma\":%d", look->vma);
	if (look->vma >= 0)
		fprintf(out, ",\"vm_start\":%llu,\"vm_end\":%llu,\"vm_flags\":%llu",
			(unsigned long long)look->vma_start,
			(unsigned long long)look->vma_end,
			(unsigned long long)look->vma_flags);
}

static void look_line(FILE *out, const struct op *op, int nth, uint64_t page,
		      uint64_t pages, const struct probe_look *look)
{
	const struct place *place = &world->places[op->first_place + nth];

	fprintf(out, "{\"n\":%d,\"place\":%d,\"page\":%llu", op->statement, nth,
		(unsigned long long)page);
	if (pages > 1)
		fprintf(out, ",\"pages\":%llu", (unsigned long long)pages);
	fprintf(out, ",\"frame\":%d", look->frame);
	if (look->pte && (place->pte || look->frame < 0))
		words(out, "pte", pte_words, look->pte);
	if (place->pte && look->pte >> PROBE_PTE_PKEY_SHIFT)
		fprintf(out, ",\"pkey\":%u", look->pte >> PROBE_PTE_PKEY_SHIFT);
	if (place->kind == PROBE_AT_LOCK)
		fprintf(out, ",\"lock\":%u", look->lock);
	if (place->vma)
		vma_words(out, look);
	page_state(out, look);
	fputs("}\n", out);
}

static bool is_nothing(const struct probe_look *look)
{
	return look->frame < 0 && !look->pte;
}

/* Pages in a row at which there is nothing share a line. */
static void look_lines(FILE *out, const struct op *op)
{
	const struct probe_look *look = &world->looks[op->first_look];

	for (int i = 0; i < op->nr_places; i++) {
		const struct place *place = &world->places[op->first_place + i];
		uint64_t page = 0, pages;

		for (; page < place->count; page += pages, look += pages) {
			pages = 1;
			while (page + pages < place->count && is_nothing(look) &&
			       is_nothing(look + pages))
				pages++;
			look_line(out, op, i, page, pages, look);
		}
	}
}

static void numbers(FILE *out, const char *key, int first, uint32_t nr)
{
	fprintf(out, ",\"%s\":[", key);
	for (uint32_t i = 0; i < nr; i++)
		fprintf(out, "%s%d", i ? "," : "", world->frames[first + i]);
	fputs("]", out);
}

static bool has_heads(const struct op *op)
{
	for (uint32_t i = 0; i < op->call.nr_frames; i++)
		if (world->frames[op->first_head + i] >= 0)
			return true;
	return false;
}

static void call_words(FILE *out, const struct op *op)
{
	const struct probe_call *call = &op->call;

	fprintf(out, ",\"locked\":%u,\"lock\":%u", call->locked_after, call->lock_after);
	numbers(out, "entries", op->first_frame, call->nr_frames);
	if (has_heads(op))
		numbers(out, "heads", op->first_head, call->nr_frames);
	if (call->vmas)
		numbers(out, "vmas", op->first_vma, call->nr_frames);
}

static void op_line(FILE *out, const struct op *op)
{
	bool call = op->call.frames;

	long min = call ? (long)op->call.min : op->min;
	long maj = call ? (long)op->call.maj : op->maj;

	fprintf(out, "{\"n\":%d,\"result\":%ld", op->statement, op->result);
	if (op->signal)
		fprintf(out, ",\"signal\":%d", op->signal);
	if (op->waits)
		fputs(",\"waits\":1", out);
	if (min || maj)
		fprintf(out, ",\"min\":%ld,\"maj\":%ld", min, maj);
	if (op->frame >= 0)
		fprintf(out, ",\"frame\":%d", op->frame);
	if (op->head >= 0 && op->head != op->frame)
		fprintf(out, ",\"head\":%d", op->head);
	if (call)
		call_words(out, op);
	if (op->nr_warns)
		fputs(",\"warns\":\"", out);
	for (int i = 0; i < op->nr_warns; i++)
		fprintf(out, "%s%s", i ? ";" : "", op->warns[i]);
	fputs(op->nr_warns ? "\"}\n" : "}\n", out);
}

void answers_write(FILE *out)
{
	for (int i = 0; i < world->nr_ops && world->ops[i].done; i++) {
		if (world->ops[i].nr_places)
			look_lines(out, &world->ops[i]);
		else
			op_line(out, &world->ops[i]);
	}
}
