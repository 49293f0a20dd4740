/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errno names: one table for both directions. */
#include "base/errname.h"

#include <gupsim/observe.h>
#include <linux/errno.h>
#include <stdio.h>
#include <string.h>

#define ERRNO(name)         \
	{                   \
		name, #name \
	}

static const struct {
	int number;
	const char *name;
} errnos[] = {
	ERRNO(EPERM),	    ERRNO(ENOENT),     ERRNO(ESRCH),	 ERRNO(EINTR),
	ERRNO(EIO),	    ERRNO(E2BIG),      ERRNO(EBADF),	 ERRNO(EAGAIN),
	ERRNO(ENOMEM),	    ERRNO(EACCES),     ERRNO(EFAULT),	 ERRNO(EBUSY),
	ERRNO(EEXIST),	    ERRNO(ENODEV),     ERRNO(EINVAL),	 ERRNO(ENOSPC),
	ERRNO(EMLINK),	    ERRNO(ERANGE),     ERRNO(EDEADLK),	 ERRNO(ENAMETOOLONG),
	ERRNO(EOVERFLOW),   ERRNO(EOPNOTSUPP), ERRNO(EREMOTEIO), ERRNO(EHWPOISON),
	ERRNO(ERESTARTSYS), ERRNO(ENOTSUPP),   ERRNO(ENXIO),	 ERRNO(EFBIG),
};

#define NR_ERRNOS (sizeof(errnos) / sizeof(errnos[0]))

const char *errname(long error)
{
	for (size_t i = 0; i < NR_ERRNOS; i++)
		if (errnos[i].number == error || -errnos[i].number == error)
			return errnos[i].name;
	return NULL;
}

int errno_by_name(const char *name, size_t length)
{
	for (size_t i = 0; i < NR_ERRNOS; i++)
		if (strlen(errnos[i].name) == length &&
		    !memcmp(errnos[i].name, name, length))
			return errnos[i].number;
	return 0;
}

const char *errname_nth(size_t nth)
{
	return nth < NR_ERRNOS ? errnos[nth].name : NULL;
}

const char *gupsim_result_name(long result, char *buf, size_t size)
{
	const char *name = result < 0 ? errname(result) : NULL;

	if (name)
		snprintf(buf, size, "-%s", name);
	else
		snprintf(buf, size, "%ld", result);
	return buf;
}
