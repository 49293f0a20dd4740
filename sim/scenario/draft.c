/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Growing by doubling. */
#include "scenario/draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_ROOM 4096

static bool make_room(struct draft *draft, size_t length)
{
	size_t room = draft->room ? draft->room : FIRST_ROOM;
	char *bytes;

	if (draft->failed || draft->length + length < draft->room)
		return !draft->failed;
	while (room <= draft->length + length)
		room *= 2;
	bytes = heap_realloc(draft->heap, draft->bytes, room);
	draft->failed = !bytes;
	if (bytes) {
		draft->bytes = bytes;
		draft->room = room;
	}
	return bytes;
}

void draft_add(struct draft *draft, const char *bytes, size_t length)
{
	if (!length || !make_room(draft, length))
		return;
	memcpy(draft->bytes + draft->length, bytes, length);
	draft->length += length;
	draft->bytes[draft->length] = '\0';
}

void draft_printf(struct draft *draft, const char *format, ...)
{
	char buf[1024]; /* a line of a fixture */
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(buf, sizeof(buf), format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= sizeof(buf))
		draft->failed = true;
	else
		draft_add(draft, buf, length);
}

void draft_free(struct draft *draft)
{
	heap_free(draft->heap, draft->bytes);
	*draft = (struct draft){.heap = draft->heap};
}
