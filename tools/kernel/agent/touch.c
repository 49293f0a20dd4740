// SPDX-License-Identifier: GPL-2.0-or-later
/* What a CPU does to memory, and the signal that it gets for it. */
#include "agent.h"

#include <setjmp.h>
#include <signal.h>

/* The way out of an access, and the access rights that a signal takes away. */
static struct {
	sigjmp_buf out;
	uint32_t pkru;
} before;

static void caught(int signal)
{
	pkru_put(before.pkru);
	siglongjmp(before.out, signal);
}

static __attribute__((noinline)) void load(uint64_t start, uint64_t pages)
{
	for (uint64_t i = 0; i < pages; i++)
		(void)*(const volatile unsigned char *)(start + i * PAGE);
}

int touch(uint64_t start, uint64_t pages)
{
	int signal;

	before.pkru = pkru_get();
	signal = sigsetjmp(before.out, 1);
	if (!signal)
		load(start, pages);
	return signal;
}

/*
 * Plain stores, for a locked one is a load and a store, and two faults, under an
 * emulator.
 */
static __attribute__((noinline)) void store(uint64_t to, const unsigned char *text,
					    size_t length)
{
	for (size_t i = 0; i < length; i++)
		((volatile unsigned char *)to)[i] = text[i];
}

int put_text(uint64_t address, const unsigned char *text, size_t length)
{
	int signal;

	before.pkru = pkru_get();
	signal = sigsetjmp(before.out, 1);
	if (!signal)
		store(address, text, length);
	return signal;
}

void touch_warm_up(void)
{
	static unsigned char page[2 * PAGE];
	const struct sigaction action = {.sa_handler = caught, .sa_flags = SA_NODEFER};

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	touch((uintptr_t)page, 2);
	put_text((uintptr_t)page, page + PAGE, 1);
	before.pkru = pkru_get();
	if (!sigsetjmp(before.out, 1))
		raise(SIGSEGV); /* the way out of an access takes stack, too */
}
