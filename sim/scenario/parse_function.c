/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel functions, which an alias may make differ by release. Invariant: a call that a
 * fixture makes on a release is to a function that is there, with flags that are.
 */
#include "scenario/parser.h"
#include "scenario/verbs.h"

#include <string.h>

static const struct verb *function_on(const struct parser *p, const struct token *token,
				      const struct symbol *alias, size_t kernel)
{
	const struct verb *verb =
		alias ? verb_of_alias(alias, kernel)
		      : verb_find(p->source->text + token->offset, token->length);

	return verb && (verb->traits & VERB_FUNCTION) &&
			       gupsim_kernel_has(kernel, verb->name)
		       ? verb
		       : NULL;
}

static bool fail_not_there(struct parser *p, const struct token *token, size_t kernel,
			   const struct verb *verb)
{
	return parser_fail(p, token, "%s has no %s", gupsim_kernel_name(kernel),
			   verb->name);
}

static bool fail_no_function(struct parser *p, const struct token *token, size_t kernel)
{
	struct nearest best = parser_nearest(p, token);
	const struct verb *verb =
		verb_find(p->source->text + token->offset, token->length);

	if (verb && (verb->traits & VERB_FUNCTION))
		return fail_not_there(p, token, kernel, verb);
	for (size_t i = 0; (verb = verb_nth(i)); i++)
		if (verb->shape[0] == '(')
			nearest_try(&best, verb->name);
	return parser_unknown(p, token, "function", &best);
}

/* Does the fixture make the call on a release? */
static bool is_made(const struct parser *p, const struct statement *s, size_t kernel)
{
	const struct column *column = story_column(s->columns, kernel);

	return (p->story->kernels >> kernel & 1) &&
	       !(column && column->result.kind == RESULT_NOT_RUN);
}

/* A function that a release lacks may only be `-` there. */
static bool check_function(struct parser *p, const struct statement *s,
			   const struct token *token)
{
	for (size_t k = 0; k < gupsim_nr_kernels(); k++) {
		const struct verb *verb;

		if (!is_made(p, s, k))
			continue;
		verb = function_on(p, token, s->alias, k);
		if (!verb)
			return fail_no_function(p, token, k);
		if (strcmp(verb->shape, s->verb->shape))
			return parser_fail(p, token,
					   "%s and %s take different arguments; "
					   "write two calls",
					   verb->name, s->verb->name);
	}
	return true;
}

/* So is a flag that a release lacks, if it is passed by name. */
static bool check_flags(struct parser *p, const struct statement *s)
{
	const struct value *flags = story_value(s, "FLAGS");

	for (size_t k = 0; flags && k < gupsim_nr_kernels(); k++) {
		uint64_t lacks = flags->named & ~(uint64_t)gupsim_kernel_flags(k);

		if (lacks && is_made(p, s, k))
			return parser_fail(p, &flags->token, "%s has no FOLL_%s",
					   gupsim_kernel_name(k),
					   gupsim_flag_name(lacks & -lacks));
	}
	return true;
}

/* What a name stands for must be there on each release that the fixture is for. */
bool function_check_alias(struct parser *p, const struct symbol *alias)
{
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		if ((p->story->kernels >> k & 1) && !function_on(p, NULL, alias, k))
			return fail_no_function(
				p, &story_column(alias->columns, k)->token, k);
	return true;
}

/* The same for one that returns nothing. */
static bool check_there(struct parser *p, const struct statement *s,
			const struct token *token)
{
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		if ((p->story->kernels >> k & 1) && !gupsim_kernel_has(k, s->verb->name))
			return fail_not_there(p, token, k, s->verb);
	return true;
}

const struct verb *function_find(const struct parser *p, const struct token *token,
				 const struct symbol *alias)
{
	const struct verb *verb = NULL;

	for (size_t k = 0; k < gupsim_nr_kernels() && !verb; k++)
		if (p->story->kernels >> k & 1)
			verb = function_on(p, token, alias, k);
	return verb;
}

bool function_check(struct parser *p, const struct statement *s,
		    const struct token *token)
{
	return s->verb->traits & VERB_FUNCTION
		       ? check_function(p, s, token) && check_flags(p, s)
		       : check_there(p, s, token);
}
