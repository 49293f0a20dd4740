/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of fixtures share: their beginnings, and looks at what is reported. */
#ifndef UNIT_STORIES_H
#define UNIT_STORIES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asserts.h"
#include "collected.h"

#define TASK	 "task A\nvma A.heap at 0x10000 4 pages rw private anon\n"
#define PIN_VMAS "p = get_user_pages_remote(A, A.heap, 4, WRITE, vmas=yes) -> 4\n"
#define PIN	 "p = get_user_pages_remote(A, A.heap, 4, WRITE) -> 4\n"

/* A2 goes on in the mm that A made. */
#define LEFT TASK "thread A2 of A\nwrite A.heap\nexit A\n"
#define STORY                                                                         \
	"kernels v5.5..v6.12\n"                                                       \
	"use pin = get_user_pages_remote | v5.10: pin_user_pages_remote\n"            \
	"pmem pm0 1M\nfile data on pm0 64K\n" TASK                                    \
	"vma A.dax at 0x14000 4 pages rw shared file data\n"                          \
	"write A.heap\nwrite A.dax\n"                                                 \
	"q = pin(A, A.heap, 6, WRITE|LONGTERM) -> -EINVAL warn get_user_pages_remote" \
	" | v5.6: -EOPNOTSUPP | v5.11: 4\n"                                           \
	"expect A.heap refcount 1+q mapcount 1\n"                                     \
	"expect A.dax[0..1] refcount 1 mapcount 0 device\n"

#define DAX                                        \
	"pmem pm0 64K\nfile data on pm0 8K\n" TASK \
	"vma A.dax at 0x20000 2 pages rw shared file data\nwrite A.dax\n"

#define LOG                              \
	"file log on disk 16K\ntask A\n" \
	"vma A.log at 0x10000 4 pages r shared file log random\n"

#define assert_has(text, part)	 assert_part(NULL, text, part)
#define assert_lacks(text, part) assert_no_part(NULL, text, part)

/* A fixture in a file; @path ends in XXXXXX.gup, and is its name then. */
void write_fixture(char *path, const char *text);

#endif
