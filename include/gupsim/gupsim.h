/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libgupsim: Linux page pinning in userspace. Build a machine, map things, pin pages with
 * the kernel's own functions (target gupsim::kernel), look at every page afterwards.
 *
 * Conventions of the control API:
 * - A function that can fail returns 0 or a negative errno; gupsim_error() has the words.
 *   A NULL object is -EINVAL, or where nothing can fail no object at all; a dead machine,
 *   see enum gupsim_state, is -EIO.
 * - Functions under a kernel's name are as trusting as the kernel's: to give put_page()
 *   or down_read() a NULL is the caller's bug here as there. What a kernel checks is
 *   checked, and is a GUPSIM_BUG or a GUPSIM_WARN.
 * - Addresses, lengths and sizes are in bytes. Pages are 4096 bytes.
 * - A machine belongs to one host thread at a time; two machines never meet.
 *
 * Everything belongs to its machine: nothing is to be freed, and no pointer is good any
 * more after gupsim_machine_destroy(). Until then:
 * - files, pmem devices and pages stay. Whose a page is, and what it holds, changes;
 * - a task stays until gupsim_reap(), also one that has exited and has no mm any more. An
 *   mm stays until the last of its tasks is reaped;
 * - a VMA stays until a call changes the mappings of its mm, as kmap()'s bytes do until
 *   their page is freed;
 * - what gupsim_error() and gupsim_reports() return stays until the next call into the
 *   machine, what a callback is given until it returns. Constants stay: the names of
 *   rules, releases and points.
 * Names, paths and texts that are passed in are copied.
 */
#ifndef GUPSIM_H
#define GUPSIM_H

#include <gupsim/machine.h>
#include <gupsim/memory.h>
#include <gupsim/file.h>
#include <gupsim/flags.h>
#include <gupsim/observe.h>
#include <gupsim/release.h>
#include <gupsim/scenario.h>
#include <gupsim/version.h>

#endif
