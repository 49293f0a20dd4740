/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices, files, reclaim and injected failures. */
#include "scenario/expect.h"
#include "scenario/handlers.h"

#include <errno.h>
#include <gupsim/file.h>
#include <gupsim/memory.h>
#include <inttypes.h>
#include <string.h>

HANDLER(handle_pmem)
{
	struct gupsim_pmem **pmem = &run_thing(run, s->name)->pmem;
	uint64_t bytes = story_number(s, "SIZE", 0);

	result->number =
		s->name->devdax
			? gupsim_devdax_create(run->machine, s->name->name, bytes,
					       story_number(s, "BYTES", FIXTURE_PAGE),
					       pmem)
			: gupsim_pmem_create(run->machine, s->name->name,
					     GUPSIM_PMEM_FSDAX, bytes, pmem);
}

static enum gupsim_backing backing(const struct statement *s)
{
	const struct value *pmem = story_value(s, "PMEM");

	if (pmem)
		return pmem->symbol->devdax ? GUPSIM_DEVDAX : GUPSIM_FSDAX;
	return story_value(s, "disk")	     ? GUPSIM_DISK
	       : story_value(s, "shmem")     ? GUPSIM_SHMEM
	       : story_value(s, "pfnmap")    ? GUPSIM_PFNMAP
	       : story_value(s, "mixedmap")  ? GUPSIM_MIXEDMAP
	       : story_value(s, "p2pdma")    ? GUPSIM_P2PDMA
	       : story_value(s, "secretmem") ? GUPSIM_SECRETMEM
	       : story_value(s, "hugetlb")   ? GUPSIM_HUGETLB
					     : GUPSIM_INSERTED;
}

HANDLER(handle_file)
{
	const struct value *pmem = story_value(s, "PMEM");
	struct gupsim_file_spec spec = {
		.name = s->name->name,
		.backing = backing(s),
		.pmem = pmem ? run_thing(run, pmem->symbol)->pmem : NULL,
		.bytes = story_number(s, "BYTES", 0),
		.cached = story_value(s, "cached"),
		.buffers = story_value(s, "buffers"),
		.hole = story_value(s, "hole"),
		.readonly = story_value(s, "readonly"),
		.huge_page = story_huge_page(s),
	};

	result->number =
		gupsim_file_create(run->machine, &spec, &run_thing(run, s->name)->file);
}

/* Who waits would begin again with a file that is closed, which no kernel does. */
HANDLER(handle_close)
{
	const struct symbol *file = story_value(s, "FILE")->symbol;
	const struct row *waiting = event_with_file(run, file);

	if (waiting)
		run_refuse(run, s, result, file->name, "a file that no event waits with",
			   run_words(run, "that of line %zu does",
				     waiting->statement->line));
	else
		result->number = gupsim_close(run_thing(run, file)->file);
}

HANDLER(handle_evict)
{
	const struct place *place = &story_value(s, "FILEPAGES")->place;

	result->number = gupsim_file_evict(run_thing(run, place->symbol)->file,
					   place->first, place->count);
}

HANDLER(handle_truncate)
{
	const struct symbol *file = story_value(s, "FILE")->symbol;

	result->number =
		gupsim_ftruncate(run_thing(run, file)->file, story_number(s, "BYTES", 0));
}

HANDLER(handle_punch)
{
	const struct place *place = &story_value(s, "FILEPAGES")->place;

	result->number = gupsim_punch_hole(run_thing(run, place->symbol)->file,
					   place->first, place->count);
}

HANDLER(handle_pwrite)
{
	const struct place *place = &story_value(s, "FILEPAGES")->place;
	const struct value *text = story_value(s, "TEXT");

	result->number =
		gupsim_direct_write(run_thing(run, place->symbol)->file, place->first,
				    place->count, text->text, text->length);
}

HANDLER(handle_fsync)
{
	const struct symbol *file = story_value(s, "FILE")->symbol;

	result->number = gupsim_fsync(run_thing(run, file)->file);
}

HANDLER(handle_io)
{
	const char *none = run->io_hold ? "there are none"
					: "there are none without `option io hold`";
	int nr = gupsim_io_done(run->machine);

	if (!nr)
		run_refuse(run, s, result, "io", "reads under way", none);
	else if (nr < 0)
		result->number = nr;
}

HANDLER(handle_drain)
{
	result->number = gupsim_drain(run->machine);
}

HANDLER(handle_isolate)
{
	struct page *page = run_page(run, s, result);

	if (page)
		result->number = gupsim_isolate(page);
}

HANDLER(handle_putback)
{
	struct page *page = run_page(run, s, result);

	if (page)
		result->number = gupsim_putback(page);
}

/* Each is asked for, whatever became of the one before. */
HANDLER(handle_alloc_contig)
{
	const struct place *place = &story_value(s, "PAGES")->place;

	for (int64_t i = 0; i < place->count; i++) {
		struct page *page = place_page(run, place, i);
		int error = page ? gupsim_alloc_contig(page) : -EFAULT;

		if (!page)
			run_refuse(run, s, result, place_name(run, place, i), "a page",
				   "there is none");
		run_keep_why(run, result);
		if (error && !result->number)
			result->number = error;
	}
}

/* What a device is to work on is still held by who gave it to the device. */
static struct page *held_page(struct run *run, const struct statement *s,
			      struct result *result)
{
	const struct place *place = &story_value(s, "HELDPAGE")->place;
	struct page *page = place_page(run, place, 0);

	if (page && thing_holds(run, place->symbol, page))
		return page;
	run_refuse(run, s, result, place_name(run, place, 0), "a page that is held",
		   "it is not");
	return NULL;
}

static void compare(struct run *run, const struct statement *s, struct page *page,
		    const struct value *text, struct result *result)
{
	unsigned char actual[FIXTURE_PAGE];

	result->number = gupsim_device_read(page, 0, actual, text->length);
	if (!result->number && memcmp(actual, text->text, text->length))
		run_fail(run, s, "what the device reads",
			 quoted(run, (const unsigned char *)text->text, text->length),
			 quoted(run, actual, text->length));
}

HANDLER(handle_device)
{
	const struct value *text = story_value(s, "TEXT");
	struct page *page = held_page(run, s, result);

	if (!page)
		return;
	if (story_value(s, "write"))
		result->number = gupsim_device_write(page, 0, text->text, text->length);
	else
		compare(run, s, page, text, result);
}

/* A failure that was asked for and has not come: the story does not test what it says. */
static void settle_failure(struct run *run, enum gupsim_failure what, const char *when)
{
	const struct statement *s = run->failing[what];
	unsigned int left = s ? gupsim_fail_pending(run->machine, what) : 0;

	run->failing[what] = NULL;
	if (left && !story_value(s, "?"))
		run_fail(run, s,
			 run_words(run, "%s %" PRIu64, s->values->text,
				   story_number(s, "N", 0)),
			 "an allocation that fails",
			 run_words(run, "%u short of it %s", left, when));
}

void failures_end(struct run *run)
{
	for (int what = 0; what < NR_FAILURES; what++)
		settle_failure(run, what, "at the end of the file");
}

HANDLER(handle_fail)
{
	const struct value *pmem = story_value(s, "PMEM");
	enum gupsim_failure what = story_value(s, "host")      ? GUPSIM_FAIL_HOST
				   : story_value(s, "kmalloc") ? GUPSIM_FAIL_KMALLOC
							       : GUPSIM_FAIL_PAGE;

	if (pmem) {
		result->number = gupsim_pmem_kill(run_thing(run, pmem->symbol)->pmem);
		return;
	}
	settle_failure(run, what,
		       run_words(run, "when line %zu asks for another", s->line));
	run->failing[what] = s;
	result->number = gupsim_fail(run->machine, what, story_number(s, "N", 0));
}
