/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel-internal scalar types, beside those that linux-libc-dev exports. */
#ifndef GUPSIM_LINUX_TYPES_H
#define GUPSIM_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

typedef unsigned int gfp_t;
typedef unsigned int vm_fault_t;
typedef unsigned long pgoff_t;

struct list_head {
	struct list_head *next, *prev;
};

#endif
