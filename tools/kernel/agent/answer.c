// SPDX-License-Identifier: GPL-2.0-or-later
/* What came of a plan, as JSON lines: one for each statement, one for each page seen. */
#include "agent.h"

#include <string.h>

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
static const char *const page_words[] = {"dirty",    "referenced", "active",	"lru",
					 "uptodate", "reserved",   "locked",	"private",
					 "anon",     "zero",	   "device",	"movable",
					 "free",     "huge",	   "exclusive", NULL};
static const char *const pte_words[] = {"present", "write",  "dirty",	 "young",
					"special", "devmap", "protnone", NULL};

static void vma_words(FILE *out, const struct probe_look *look)
{
	fprintf(out, ",\"vma\":%d", look->vma);
	if (look->vma >= 0)
		fprintf(out, ",\"vm_start\":%llu,\"vm_end\":%llu,\"vm_flags\":%llu",
			(unsigned long long)look->vma_start,
			(unsigned long long)look->vma_end,
			(unsigned long long)look->vma_flags);
}

static void look_line(FILE *out, const struct op *op, int place, uint64_t page,
		      const struct probe_look *look)
{
	fprintf(out, "{\"n\":%d,\"place\":%d,\"page\":%llu,\"frame\":%d", op->statement,
		place, (unsigned long long)page, look->frame);
	words(out, "pte", pte_words, look->pte);
	if (world->places[op->first_place + place].kind == PROBE_AT_LOCK)
		fprintf(out, ",\"lock\":%u", look->lock);
	if (world->places[op->first_place + place].kind == PROBE_AT_ADDRESS)
		vma_words(out, look);
	if (look->frame >= 0) {
		fprintf(out, ",\"refcount\":%d,\"mapcount\":%d", look->refcount,
			look->mapcount);
		words(out, "flags", page_words, look->flags);
		bytes(out, look->bytes);
	}
	fputs("}\n", out);
}

static void look_lines(FILE *out, const struct op *op)
{
	const struct probe_look *look = &world->looks[op->first_look];

	for (int i = 0; i < op->nr_places; i++) {
		const struct place *place = &world->places[op->first_place + i];

		for (uint64_t page = 0; page < place->count; page++)
			look_line(out, op, i, page, look++);
	}
}

static void call_words(FILE *out, const struct op *op)
{
	const struct probe_call *call = &op->call;

	fprintf(out, ",\"locked\":%u,\"lock\":%u,\"entries\":[", call->locked_after,
		call->lock_after);
	for (uint32_t i = 0; i < call->nr_frames; i++)
		fprintf(out, "%s%d", i ? "," : "", world->frames[op->first_frame + i]);
	fputs("]", out);
	if (!call->vmas)
		return;
	fputs(",\"vmas\":[", out);
	for (uint32_t i = 0; i < call->nr_frames; i++)
		fprintf(out, "%s%d", i ? "," : "", world->frames[op->first_vma + i]);
	fputs("]", out);
}

static void op_line(FILE *out, const struct op *op)
{
	bool call = op->call.frames;

	fprintf(out, "{\"n\":%d,\"result\":%ld,\"signal\":%d,\"min\":%ld,\"maj\":%ld",
		op->statement, op->result, op->signal,
		call ? (long)op->call.min : op->min, call ? (long)op->call.maj : op->maj);
	if (op->frame >= 0)
		fprintf(out, ",\"frame\":%d", op->frame);
	if (call)
		call_words(out, op);
	fputs(",\"warns\":\"", out);
	for (int i = 0; i < op->nr_warns; i++)
		fprintf(out, "%s%s", i ? ";" : "", op->warns[i]);
	fputs("\"}\n", out);
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
