/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The library's version, and the kernel release that the kernel headers follow. */
#ifndef GUPSIM_VERSION_H
#define GUPSIM_VERSION_H

#define GUPSIM_VERSION_MAJOR 0
#define GUPSIM_VERSION_MINOR 1
#define GUPSIM_VERSION_PATCH 0

#define GUPSIM_KERNEL_VERSION(major, minor, patch) \
	(((major) << 16) | ((minor) << 8) | (patch))

#ifndef GUPSIM_LINUX_VERSION
#define GUPSIM_LINUX_VERSION GUPSIM_KERNEL_VERSION(5, 6, 0)
#endif

#endif
