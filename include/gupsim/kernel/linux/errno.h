/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The errnos that only the kernel's inside knows, beside those that libc exports. */
#ifndef GUPSIM_LINUX_ERRNO_H
#define GUPSIM_LINUX_ERRNO_H

#include_next <linux/errno.h>

#define ERESTARTSYS 512
/* No pinning function returns it: a refused DAX pin is EOPNOTSUPP, 95. */
#ifndef ENOTSUPP
#define ENOTSUPP 524
#endif

#endif
