// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Protection keys. What a task may do through them stands in its own register, which a
 * fork copies.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <sys/mman.h>

/* A key that is given back leaves no trace: nobody has access through it before either.
 */
bool pkeys_there(void)
{
	int key = pkey_alloc(0, PKEY_DISABLE_ACCESS);

	if (key > 0)
		pkey_free(key);
	return key > 0;
}

uint32_t pkru_get(void)
{
	uint32_t pkru = 0, none;

	if (world->pkeys)
		__asm__ volatile("rdpkru" : "=a"(pkru), "=d"(none) : "c"(0));
	return pkru;
}

void pkru_put(uint32_t pkru)
{
	if (world->pkeys)
		__asm__ volatile("wrpkru" : : "a"(pkru), "c"(0), "d"(0) : "memory");
}

void pkru_allow(unsigned int key, unsigned int rights)
{
	unsigned int shift = 2 * key;

	pkru_put((pkru_get() & ~(3u << shift)) | rights << shift);
}

/* The kernel gives the lowest that is free, and takes the caller's rights to it. */
void pkeys_alloc_up_to(int key)
{
	uint32_t pkru = pkru_get();
	int got;

	do
		got = pkey_alloc(0, PKEY_DISABLE_ACCESS);
	while (got >= 0 && got < key);
	if (got > key)
		pkey_free(got);
	pkru_put(pkru);
}
