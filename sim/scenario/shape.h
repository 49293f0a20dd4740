/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a statement by its verb's shape, the very text that people see as its usage:
 *
 *   word      stands for itself, punctuation too
 *   SLOT      an argument of the type that the slot table gives it
 *   {a|b}     one of them
 *   [a|b]     one of them or none; options that follow each other come in any order
 *
 * What was given becomes the statement's values: SLOT by its name, a word or a `?` by
 * itself, and what follows `word=` by that word.
 */
#ifndef SIM_SCENARIO_SHAPE_H
#define SIM_SCENARIO_SHAPE_H

#include "scenario/parser.h"

bool shape_read(struct parser *p, const char *shape, struct statement *statement);

#endif
