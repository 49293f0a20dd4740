/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the shape of a statement cannot say about it. Each returns false when reported. */
#ifndef SIM_SCENARIO_CHECK_H
#define SIM_SCENARIO_CHECK_H

#include "scenario/parser.h"

bool check_kernels(struct parser *p, struct statement *statement);
bool check_use(struct parser *p, struct statement *statement);
bool check_ram(struct parser *p, struct statement *statement);
bool check_rule(struct parser *p, struct statement *statement);
bool check_pmem(struct parser *p, struct statement *statement);
bool check_file(struct parser *p, struct statement *statement);
bool check_fail(struct parser *p, struct statement *statement);
bool check_task(struct parser *p, struct statement *statement);
bool check_thread(struct parser *p, struct statement *statement);
bool check_fork(struct parser *p, struct statement *statement);
bool check_vma(struct parser *p, struct statement *statement);
bool check_munmap(struct parser *p, struct statement *statement);
bool check_access(struct parser *p, struct statement *statement);
bool check_frame(struct parser *p, struct statement *statement);
bool check_call(struct parser *p, struct statement *statement);

#endif
