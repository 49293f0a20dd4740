/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running .gup fixtures. */
#ifndef GUPSIM_SCENARIO_H
#define GUPSIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum gupsim_format {
	GUPSIM_TEXT,
	GUPSIM_KTAP,
	GUPSIM_JSON,
};

struct gupsim_scenario_options {
	size_t size; /* of this struct */
	/* Releases to run on, of those the fixture names; "all"; NULL: all it names. */
	const char *const *kernels;
	size_t nr_kernels;
	const char *const *rules; /* "NAME=VALUE" overrides */
	size_t nr_rules;
	enum gupsim_format format;
	void (*write)(void *arg, const char *text); /* the report; NULL: none */
	void *write_arg;
	/* The nth allocation of host memory fails; 0: none. The call returns -ENOMEM;
	 * what a statement has left half done by then is reported, and counted as failed.
	 */
	unsigned int fail_host;
	/* Mistakes in the input, which are no part of a text report; NULL: @write. */
	void (*complain)(void *arg, const char *text);
	bool guest_cma; /* plan, judge: the booted kernel has a CMA area */
	/* Options that take the rare way at every chance, as "retry=always". What depends
	 * on them is not expected of fixtures that do not say so themselves. */
	const char *const *forced;
	size_t nr_forced;
};

struct gupsim_scenario_result {
	size_t passed, failed, skipped; /* fixture x release */
	size_t errors;			/* mistakes in the input */
};

/*
 * gupsim_scenario_run_file() - run one fixture on each of its releases
 * @options: NULL for the default: its own releases, no report
 * @result:  counts are added to it; may be NULL
 *
 * Return: 0 all held, 1 an expectation failed, 2 the input is wrong; or a negative errno.
 */
int gupsim_scenario_run_file(const char *path,
			     const struct gupsim_scenario_options *options,
			     struct gupsim_scenario_result *result);

/*
 * gupsim_scenario_run_files() - run several fixtures, with one report on all of them
 *
 * KTAP and JSON reports are one document. Otherwise as gupsim_scenario_run_file().
 */
int gupsim_scenario_run_files(const char *const *paths, size_t nr,
			      const struct gupsim_scenario_options *options,
			      struct gupsim_scenario_result *result);

/*
 * gupsim_scenario_run() - run one fixture that is in memory
 * @path:   what messages call it
 * @length: of @text, in bytes
 *
 * Otherwise as gupsim_scenario_run_file().
 */
int gupsim_scenario_run(const char *path, const char *text, size_t length,
			const struct gupsim_scenario_options *options,
			struct gupsim_scenario_result *result);

/*
 * gupsim_scenario_explain() - tell how the calls of a fixture came to their results
 * @line: of one call; 0: all of them
 *
 * The decisions go to options->write in the order they were made: function, condition,
 * the rule asked and the commit that made it so. Expectations are not told. Return: 0; 2
 * if the input is wrong; or a negative errno.
 */
int gupsim_scenario_explain(const char *path, size_t line,
			    const struct gupsim_scenario_options *options);

/*
 * gupsim_scenario_dump() - the state of the machine at a line, as gupsim_dump() has it
 * @line: counted from 1; what the last statement up to it has left
 * Return: 0; 2 if the input is wrong; or a negative errno.
 */
int gupsim_scenario_dump(const char *path, size_t line,
			 const struct gupsim_scenario_options *options);

/* Takes a fixture that was made. Not 0: no more of them; the call returns that. */
typedef int (*gupsim_fixture_fn)(void *arg, const char *name, const char *text,
				 size_t length);

/*
 * gupsim_scenario_random() - random fixtures that say what the model does
 * @calls:   of pinning functions, in all of them together
 * @options: names one release; rules may be overridden
 * @take:    told each; NULL: they are only run
 *
 * The programs depend on the seed and the release alone. One in which the audit finds
 * something, in which the machine dies, or that does not hold once its expectations stand
 * in it, is a failure: options->complain is told, and @take gets it without expectations,
 * as NAME.failed. A line that sums up goes to options->write. Return: 0; 1 if there were
 * failures; 2 if the options are wrong; a negative errno; or what @take returned.
 */
int gupsim_scenario_random(uint64_t seed, uint64_t calls,
			   const struct gupsim_scenario_options *options,
			   gupsim_fixture_fn take, void *arg);

/*
 * gupsim_scenario_plan() - what a booted kernel has to do for fixtures, statement by
 * statement, for the agent of tools/realkernel
 * @kernel: its release, as "v5.10.223"; NULL: the first that a fixture is for
 *
 * Plans go to options->write, one after the other. Of a fixture that gives none, as it is
 * not for this release or as no guest can do it, options->complain is told why. Return:
 * 0; 1 if there were some that no guest can do; 2 if the input is wrong; or a negative
 * errno.
 */
int gupsim_scenario_plan(const char *const *paths, size_t nr, const char *kernel,
			 const struct gupsim_scenario_options *options);

/*
 * gupsim_scenario_judge() - hold what a booted kernel answered to plans against fixtures
 * @kernel:  its release, as "v5.10.223", which need not be modelled
 * @answers: what the agent wrote: a JSON object a line
 *
 * Nothing runs on the model; expectations are looked at as gupsim_scenario_run_files()
 * does. Fixtures that give no plan are skipped. As text or JSON, and without rules.
 */
int gupsim_scenario_judge(const char *const *paths, size_t nr, const char *kernel,
			  const char *answers,
			  const struct gupsim_scenario_options *options,
			  struct gupsim_scenario_result *result);

/*
 * gupsim_scenario_reduce() - smaller fixtures out of one, to find what a difference needs
 * @options: names one release
 * @take:    told each candidate: one with statements left out and what needs them, or
 *	     with fewer pages, flags or arguments. What they expect is what the model
 *	     says; those that parser or model refuse are not among them.
 *
 * Return: 0; 2 if the input is wrong; a negative errno; or what @take returned.
 */
int gupsim_scenario_reduce(const char *path,
			   const struct gupsim_scenario_options *options,
			   gupsim_fixture_fn take, void *arg);

/* Calls, too, of which the result never changes. */
#define GUPSIM_MATRIX_ALL 1u
/* The rules that make the difference, and their commits. */
#define GUPSIM_MATRIX_EXPLAIN 2u

/*
 * gupsim_scenario_matrix() - calls against releases: the result of each on each
 * @what:    of GUPSIM_MATRIX_*
 * @options: with .format GUPSIM_JSON the table is JSON
 * Return: 0; 2 if the input is wrong; or a negative errno.
 */
int gupsim_scenario_matrix(const char *const *paths, size_t nr, unsigned int what,
			   const struct gupsim_scenario_options *options);

/*
 * gupsim_scenario_verbs() - help on the language
 * @name:     a verb; NULL: a line on each
 * @markdown: the whole reference page; @name is NULL then
 * Return: 0; -EINVAL: no such verb, as @write is told, or no @write.
 */
int gupsim_scenario_verbs(const char *name, bool markdown,
			  void (*write)(void *arg, const char *text), void *arg);

#ifdef __cplusplus
}
#endif

#endif
