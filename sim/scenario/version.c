/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparing releases. */
#include "scenario/version.h"

#include <gupsim/observe.h>
#include <string.h>

static bool parse_part(const char **at, const char *end, unsigned int *number)
{
	const char *start = *at;

	*number = 0;
	for (; *at < end && **at >= '0' && **at <= '9'; ++*at)
		*number = *number * 10 + (**at - '0');
	return *at > start && *at - start <= 4;
}

bool version_parse(const char *text, size_t length, struct version *version)
{
	const char *at = text + 1, *end = text + length;

	*version = (struct version){.parts = 0};
	if (length < 4 || *text != 'v')
		return false;
	while (version->parts < 3) {
		if (!parse_part(&at, end, &version->number[version->parts++]))
			return false;
		if (at == end)
			return version->parts >= 2;
		if (*at++ != '.')
			return false;
	}
	return false;
}

int version_compare(const struct version *a, const struct version *b)
{
	for (int i = 0; i < 3; i++)
		if (a->number[i] != b->number[i])
			return a->number[i] < b->number[i] ? -1 : 1;
	return 0;
}

struct version version_of_kernel(size_t kernel)
{
	const char *name = gupsim_kernel_name(kernel);
	struct version version;

	version_parse(name, strlen(name), &version);
	return version;
}

uint64_t versions_between(const struct version *from, const struct version *to)
{
	uint64_t set = 0;

	for (size_t k = 0; k < gupsim_nr_kernels() && k < MAX_KERNELS; k++) {
		struct version version = version_of_kernel(k);
		struct version base = version;

		if (to->parts == 2)
			base.number[2] = 0;
		if (version_compare(&version, from) >= 0 &&
		    version_compare(&base, to) <= 0)
			set |= (uint64_t)1 << k;
	}
	return set;
}
