/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library's version, and the kernel release that the kernel headers follow: whoever
 * includes them may define GUPSIM_LINUX_VERSION, as KERNEL_VERSION(6, 12, 0), to any
 * release from v5.5 to v6.12. Without that it is v5.6.
 */
#ifndef GUPSIM_VERSION_H
#define GUPSIM_VERSION_H

#define GUPSIM_VERSION_MAJOR 0
#define GUPSIM_VERSION_MINOR 1
#define GUPSIM_VERSION_PATCH 0

#define GUPSIM_KERNEL_VERSION(major, minor, patch) \
	(((major) << 16) | ((minor) << 8) | (patch))

/* For the definition of GUPSIM_LINUX_VERSION; token for token what libc's header has. */
#ifndef KERNEL_VERSION
/* clang-format off */
#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
/* clang-format on */
#endif

#ifndef GUPSIM_LINUX_VERSION
#define GUPSIM_LINUX_VERSION GUPSIM_KERNEL_VERSION(5, 6, 0)
#endif

/* Do the kernel headers follow this release, or a later one? */
#define GUPSIM_LINUX_SINCE(major, minor, patch) \
	(GUPSIM_LINUX_VERSION >= GUPSIM_KERNEL_VERSION(major, minor, patch))

/*
 * The modelled release that they fit: the last that is not later; between v6.5 and v6.12,
 * which have the same signatures, the latter.
 */
#if GUPSIM_LINUX_SINCE(6, 5, 0)
#define GUPSIM_LINUX_RELEASE "v6.12"
#elif GUPSIM_LINUX_SINCE(6, 1, 192) && !GUPSIM_LINUX_SINCE(6, 2, 0)
#define GUPSIM_LINUX_RELEASE "v6.1.192"
#elif GUPSIM_LINUX_SINCE(6, 1, 0)
#define GUPSIM_LINUX_RELEASE "v6.1"
#elif GUPSIM_LINUX_SINCE(5, 15, 0)
#define GUPSIM_LINUX_RELEASE "v5.15"
#elif GUPSIM_LINUX_SINCE(5, 10, 223) && !GUPSIM_LINUX_SINCE(5, 11, 0)
#define GUPSIM_LINUX_RELEASE "v5.10.223"
#elif GUPSIM_LINUX_SINCE(5, 10, 0)
#define GUPSIM_LINUX_RELEASE "v5.10"
#elif GUPSIM_LINUX_SINCE(5, 9, 0)
#define GUPSIM_LINUX_RELEASE "v5.9"
#elif GUPSIM_LINUX_SINCE(5, 8, 0)
#define GUPSIM_LINUX_RELEASE "v5.8"
#elif GUPSIM_LINUX_SINCE(5, 7, 0)
#define GUPSIM_LINUX_RELEASE "v5.7"
#elif GUPSIM_LINUX_SINCE(5, 6, 0)
#define GUPSIM_LINUX_RELEASE "v5.6"
#else
#define GUPSIM_LINUX_RELEASE "v5.5"
#endif

#endif
