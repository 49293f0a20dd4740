/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errno names, those that only the kernel knows included. */
#ifndef SIM_BASE_ERRNAME_H
#define SIM_BASE_ERRNAME_H

#include <stddef.h>

/* "EFAULT" for 14 or -14; NULL for what has no name here. */
const char *errname(long error);

/* 14 for "EFAULT", with @length characters; 0 for what is no name. */
int errno_by_name(const char *name, size_t length);

/* The nth name, NULL past the last: for suggestions. */
const char *errname_nth(size_t nth);

#endif
