/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The chain of decisions behind a call's result, in words. */
#ifndef SIM_SCENARIO_EXPLAIN_H
#define SIM_SCENARIO_EXPLAIN_H

#include "scenario/run.h"

/* The decisions of the call @serial, a line each, appended to *@notes. */
void explain_call(struct run *run, unsigned long serial, struct note **notes);

#endif
