// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages at a place: looked at without a touch, named, held by themselves, written to by a
 * device.
 */
#include "verbs.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

/*
 * Places: at|pte:TASK:ADDRESS:PAGES, entry:CALL:FIRST:PAGES, frame:NAME,
 * file:NAME:FIRST:PAGES, lock:TASK, vma:TASK:ADDRESS:1.
 */

static bool parse_place(char *word, struct place *place)
{
	static const char *const kinds[PROBE_NR_PLACES] = {
		[PROBE_AT_ADDRESS] = "at",  [PROBE_AT_ENTRY] = "entry",
		[PROBE_AT_FRAME] = "frame", [PROBE_AT_FILE] = "file",
		[PROBE_AT_LOCK] = "lock",
	};
	char *rest, *kind = strtok_r(word, ":", &rest),
		    *name = strtok_r(NULL, ":", &rest);
	char *at = strtok_r(NULL, ":", &rest), *count = strtok_r(NULL, ":", &rest);

	if (!kind || !name)
		return false;
	*place = (struct place){
		.kind = index_of(kinds, PROBE_NR_PLACES, kind),
		.name = name_of(name),
		.at = at ? number(at) : 0,
		.count = count ? number(count) : 1,
		.vma = !strcmp(kind, "vma"),
		.pte = !strcmp(kind, "pte"),
	};
	if (place->vma || place->pte)
		place->kind = PROBE_AT_ADDRESS;
	return place->kind < PROBE_NR_PLACES && place->name >= 0;
}

/* Places that are asked for lie behind one another; NULL: this one is none. */
static const struct place *add_place(char *word)
{
	struct place *place = &world->places[world->nr_places];

	if (world->nr_places == MAX_PLACES || !parse_place(word, place))
		return NULL;
	world->nr_places++;
	return place;
}

static bool parse_only_place(struct op *op, char *word)
{
	op->first_place = world->nr_places;
	return add_place(word);
}

static const struct place *place_of(const struct op *op)
{
	return &world->places[op->first_place];
}

static bool parse_places(struct op *op, char **words, int nr)
{
	op->first_place = world->nr_places;
	op->nr_places = nr;
	op->first_look = world->nr_looks;
	for (int i = 0; i < nr; i++) {
		const struct place *place = add_place(words[i]);

		if (!place)
			return false;
		world->nr_looks += place->count;
	}
	return world->nr_looks <= MAX_LOOKS;
}

static struct probe_look request_at(const struct place *place, uint64_t page)
{
	const struct name *name = name_at(place->name);
	struct probe_look look = {.place = place->kind};

	switch (place->kind) {
	case PROBE_AT_ADDRESS:
		look.pid = name->pid;
		look.at = place->at + page * PAGE;
		break;
	case PROBE_AT_ENTRY:
		look.handle = name->handle;
		look.at = place->at + page;
		break;
	case PROBE_AT_FILE:
		look.handle = name->fd;
		look.at = place->at + page;
		break;
	case PROBE_AT_LOCK:
		look.pid = name->pid;
		break;
	default:
		look.at = name->frame;
	}
	return look;
}

/* A task that is gone has nothing mapped; a frame that is unknown is none. */
static void look_at(const struct place *place, uint64_t page, struct probe_look *look)
{
	*look = request_at(place, page);
	if (ioctl(world->probe, PROBE_IOC_LOOK, look))
		look->frame = look->head = PROBE_FRAME_NONE;
}

static int frame_at(struct op *op, const struct place *place)
{
	struct probe_look look;

	look_at(place, 0, &look);
	op->head = look.head;
	return look.frame;
}

static long run_look(struct op *op)
{
	const struct place *place = place_of(op), *end = place + op->nr_places;
	struct probe_look *look = &world->looks[op->first_look];

	for (; place < end; place++)
		for (uint64_t page = 0; page < place->count; page++)
			look_at(place, page, look++);
	return 0;
}

/* frame NAME PLACE */
static bool parse_named_place(struct op *op, char **words, int nr)
{
	return nr == 2 && parse_name(op, words, 1) && parse_only_place(op, words[1]);
}

static long run_frame(struct op *op)
{
	op->frame = name_at(op->name)->frame = frame_at(op, place_of(op));
	return op->frame < 0 ? -ENOENT : 0;
}

/* get_page NAME PLACE [REFERENCES] */
static bool parse_get_page(struct op *op, char **words, int nr)
{
	op->refs = nr == 3 ? number(words[2]) : 1;
	return (nr == 2 || nr == 3) && op->refs && parse_named_place(op, words, 2);
}

static long run_get_page(struct op *op)
{
	struct probe_get get = {.where = request_at(place_of(op), 0),
				.more = op->refs - 1};

	if (run_frame(op))
		return -ENOENT;
	if (!ioctl(world->probe, PROBE_IOC_GET, &get)) {
		name_at(op->name)->handle = get.handle;
		return 0;
	}
	if (errno == EOVERFLOW)
		world->cannot = "so many references would come round to 0";
	return -errno;
}

/* put_page PLACE WAY */
static bool parse_put_page(struct op *op, char **words, int nr)
{
	return nr == 2 && parse_only_place(op, words[0]) && parse_way(op, words[1]);
}

static long run_put_page(struct op *op)
{
	const struct place *place = place_of(op);
	struct probe_raw_put raw = {.where = request_at(place, 0), .way = op->way};
	struct probe_put put = {
		.handle = raw.where.handle, .entry = raw.where.at, .way = op->way};

	op->frame = frame_at(op, place);
	if (place->kind == PROBE_AT_ENTRY)
		return failed(ioctl(world->probe, PROBE_IOC_PUT, &put));
	return failed(ioctl(world->probe, PROBE_IOC_RAW_PUT, &raw));
}

/* device PLACE TEXT */
static bool parse_device(struct op *op, char **words, int nr)
{
	return nr == 2 && parse_only_place(op, words[0]) && parse_text(op, words[1]);
}

static long run_device(struct op *op)
{
	struct probe_write write = {
		.where = request_at(place_of(op), 0),
		.length = op->length,
	};

	memcpy(write.where.bytes, op->text, op->length);
	if (!ioctl(world->probe, PROBE_IOC_WRITE, &write))
		return 0;
	if (errno == EPERM)
		world->cannot = "no device may write to the zero page of all";
	return -errno;
}

/* Each page of the place is tried; the first that would not go is the answer. */
static long run_alloc_contig(struct op *op)
{
	const struct place *place = place_of(op);
	long result = 0;

	for (uint64_t page = 0; page < place->count; page++) {
		struct probe_take take = {.where = request_at(place, page)};

		if (ioctl(world->probe, PROBE_IOC_TAKE, &take) && !result)
			result = -errno;
	}
	return result;
}

static bool parse_alloc_contig(struct op *op, char **words, int nr)
{
	return nr == 1 && parse_only_place(op, words[0]);
}

const struct verb place_verbs[] = {
	{"look", parse_places, false, run_look},
	{"frame", parse_named_place, false, run_frame},
	{"get_page", parse_get_page, false, run_get_page},
	{"put_page", parse_put_page, false, run_put_page},
	{"device", parse_device, false, run_device},
	{"alloc_contig", parse_alloc_contig, false, run_alloc_contig},
	{NULL},
};
