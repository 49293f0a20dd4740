/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel releases that are modelled: their functions, their flags, their rules. */
#ifndef GUPSIM_RELEASE_H
#define GUPSIM_RELEASE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* From v5.5 on, in the order of their numbers. What is told of them is never freed. */
size_t gupsim_nr_kernels(void);
/* NULL: there is no such release. */
const char *gupsim_kernel_name(size_t kernel);

/*
 * The release that @kernel is compared with: for a mainline release the mainline release
 * before it, for a point release the one it is a branch of; gupsim_nr_kernels() for the
 * first.
 */
size_t gupsim_kernel_before(size_t kernel);

/*
 * gupsim_kernel_has() - does a release have a function that not all of them have?
 * @func: one of gupsim_function_name()'s
 *
 * Return: true if the release has it. Any other name is taken for a function that all
 * releases have: true, even if no kernel has one of that name. NULL, or no such release:
 * false.
 */
bool gupsim_kernel_has(size_t kernel, const char *func);
/* The nth of the functions that callers pin and unpin with, and of all others that a
 * fixture can call; NULL past the last. */
const char *gupsim_function_name(size_t nth);
/* The flags that the release has, as GUPSIM_FOLL_*; 0: there is no such release. */
unsigned int gupsim_kernel_flags(size_t kernel);
/* The kernel's name of a flag, without FOLL_; NULL: it is none. */
const char *gupsim_flag_name(unsigned int flag);

/* The rule table: releases x rules. */
struct gupsim_rule {
	const char *name;
	const char *meaning;
	const char *const *values; /* NULL-terminated */
};

struct gupsim_rule_cell {
	const char *value;
	bool reached;	      /* false: no call comes to the rule, whatever its value */
	const char *evidence; /* "measured", "source", "memory" */
	const char *asked;    /* measured: the kernel that was asked; else NULL */
	const char *commit;   /* twelve hex digits, or NULL: not known, or as always */
	const char *first;    /* the mainline release that had the commit first */
	bool changed;	      /* from gupsim_kernel_before(): the value, or reached */
};

size_t gupsim_nr_rules(void);
/* NULL past the last. */
const struct gupsim_rule *gupsim_rule_info(size_t rule);
/* 0, or -EINVAL: there is no such kernel or rule, or no @out. */
int gupsim_rule_cell(size_t kernel, size_t rule, struct gupsim_rule_cell *out);

#ifdef __cplusplus
}
#endif

#endif
