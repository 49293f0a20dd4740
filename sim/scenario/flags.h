/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FOLL_* and VM_* by name. */
#ifndef SIM_SCENARIO_FLAGS_H
#define SIM_SCENARIO_FLAGS_H

#include "base/nearest.h"

#include <stdint.h>

/* "WRITE" or "FOLL_WRITE"; 0: no such flag, and @best has tried all. */
uint64_t foll_flag(const char *name, size_t length, struct nearest *best);
/* "SHARED" or "VM_SHARED". */
uint64_t vm_flag(const char *name, size_t length, struct nearest *best);
/* The name of the lowest flag in @flags. */
const char *vm_flag_name(uint64_t flags);

#endif
