/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The release that these headers follow, not the host's. */
#ifndef GUPSIM_LINUX_VERSION_H
#define GUPSIM_LINUX_VERSION_H

#include <gupsim/version.h>

#define LINUX_VERSION_CODE GUPSIM_LINUX_VERSION

#endif
