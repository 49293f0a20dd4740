/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SplitMix64 (Steele, Lea and Flood, 2014): a counter and a mixer. Invariant: the numbers
 * are those of the seed on every host.
 */
#ifndef SIM_SCENARIO_PRNG_H
#define SIM_SCENARIO_PRNG_H

#include <stdbool.h>
#include <stdint.h>

struct prng {
	uint64_t state;
};

static inline uint64_t prng_next(struct prng *prng)
{
	uint64_t z = prng->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* Of [0, below). Small ranges: the bias of a remainder is nothing that a test sees. */
static inline unsigned int prng_below(struct prng *prng, unsigned int below)
{
	return (prng_next(prng) >> 32) % below;
}

static inline bool prng_percent(struct prng *prng, unsigned int percent)
{
	return prng_below(prng, 100) < percent;
}

/* The stream of one program: each has its own, whatever others have drawn. */
static inline struct prng prng_stream(uint64_t seed, uint64_t nth)
{
	struct prng prng = {seed}, mixed = {prng_next(&prng) + nth};

	return (struct prng){prng_next(&mixed)};
}

#endif
