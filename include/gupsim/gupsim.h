/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libgupsim: Linux page pinning in userspace. Build a machine, map things, pin pages with
 * the kernel's own functions (target gupsim::kernel), look at every page afterwards.
 *
 * Conventions of the control API:
 * - A function that can fail returns 0 or a negative errno; gupsim_error() has the words.
 *   A NULL object is -EINVAL, or where nothing can fail no object at all; a machine that
 *   has met a BUG is -EIO.
 * - Functions under a kernel's name are as trusting as the kernel's: to give put_page()
 *   or down_read() a NULL is the caller's bug here as there. What a kernel checks is
 *   checked, and is a GUPSIM_BUG or a GUPSIM_WARN.
 * - Addresses, lengths and sizes are in bytes. Pages are 4096 bytes.
 * - Everything belongs to its machine and goes with it. A machine belongs to one host
 *   thread at a time; two machines never meet.
 */
#ifndef GUPSIM_H
#define GUPSIM_H

#include <gupsim/machine.h>
#include <gupsim/memory.h>
#include <gupsim/file.h>
#include <gupsim/observe.h>
#include <gupsim/scenario.h>
#include <gupsim/version.h>

#endif
