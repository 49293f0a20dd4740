// SPDX-License-Identifier: GPL-2.0-or-later
/* What a CPU does to memory, and the signal that it gets for it. */
#include "agent.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>

static sigjmp_buf out;

static void caught(int signal)
{
	siglongjmp(out, signal);
}

/*
 * A plain store, for a locked one is a load and a store, and two faults, under an
 * emulator. A write without a text is of a byte of 1.
 */
static void one(volatile unsigned char *page, bool write)
{
	if (write)
		page[0] = 1;
	else
		(void)page[0];
}

static __attribute__((noinline)) void each(uint64_t start, uint64_t pages, bool write)
{
	for (uint64_t i = 0; i < pages; i++)
		one((unsigned char *)(start + i * PAGE), write);
}

int touch(uint64_t start, uint64_t pages, bool write)
{
	int signal = sigsetjmp(out, 1);

	if (!signal)
		each(start, pages, write);
	return signal;
}

static __attribute__((noinline)) void copy(uint64_t to, const unsigned char *text,
					   size_t length)
{
	for (size_t i = 0; i < length; i++)
		((volatile unsigned char *)to)[i] = text[i];
}

int put_text(uint64_t address, const unsigned char *text, size_t length)
{
	int signal = sigsetjmp(out, 1);

	if (!signal)
		copy(address, text, length);
	return signal;
}

void touch_warm_up(void)
{
	static unsigned char page[2 * PAGE];
	const struct sigaction action = {.sa_handler = caught, .sa_flags = SA_NODEFER};

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	touch((uintptr_t)page, 2, false);
	touch((uintptr_t)page, 2, true);
	put_text((uintptr_t)page, page + PAGE, 1);
	if (!sigsetjmp(out, 1))
		raise(SIGSEGV); /* the way out of an access takes stack, too */
}
