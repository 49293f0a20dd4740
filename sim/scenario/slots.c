/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading arguments, by the type of their slot. */
#include "base/errname.h"
#include "scenario/parser.h"
#include "scenario/verbs.h"

#include <string.h>
#include <sys/mman.h>

static bool read_new(struct parser *p, const struct slot *slot, struct value *value)
{
	struct token *token = p->at;

	if (!parser_need(p, TOKEN_WORD, slot->what))
		return false;
	value->symbol = parser_declare(p, token, p->statement->verb->declares);
	p->statement->name = value->symbol;
	return value->symbol;
}

static bool read_symbol(struct parser *p, const struct slot *slot, struct value *value)
{
	value->symbol = parser_symbol(p, slot->kinds, slot->what);
	return value->symbol;
}

static bool read_tsk(struct parser *p, const struct slot *slot, struct value *value)
{
	return parser_accept_word(p, "NULL") || read_symbol(p, slot, value);
}

static bool read_number(struct parser *p, const struct slot *slot, struct value *value)
{
	return parser_number(p, slot->what, &value->number);
}

static bool read_size(struct parser *p, const struct slot *slot, struct value *value)
{
	return read_number(p, slot, value) &&
	       (value->number % FIXTURE_PAGE == 0 ||
		parser_fail(p, &value->token, "a size is a multiple of 4K"));
}

/* A count as the kernel function takes it: negative, or 64 bits wide. */
static bool read_nr(struct parser *p, const struct slot *slot, struct value *value)
{
	bool minus = parser_accept(p, '-');

	if (!read_number(p, slot, value))
		return false;
	value->number = minus ? -value->number : value->number;
	return true;
}

static bool read_signed(struct parser *p, const struct slot *slot, struct value *value)
{
	return parser_signed(p, slot->what, (int64_t *)&value->number);
}

static bool read_errno(struct parser *p, const struct slot *slot, struct value *value)
{
	struct nearest best = parser_nearest(p, p->at);
	const char *name;

	if (!parser_need(p, TOKEN_WORD, slot->what))
		return false;
	value->number = -(uint64_t)errno_by_name(best.word, best.length);
	for (size_t i = 0; !value->number && (name = errname_nth(i)); i++)
		nearest_try(&best, name);
	return value->number || parser_unknown(p, &value->token, "errno", &best);
}

static bool read_term(struct parser *p, struct sum *sum)
{
	uint64_t number;

	if (p->at->kind == TOKEN_NUMBER) {
		if (!parser_number(p, "a number", &number))
			return false;
		sum->number += number;
		return true;
	}
	if (sum->nr_terms == MAX_TERMS)
		return parser_fail(p, p->at, "more than %d names", MAX_TERMS);
	sum->terms[sum->nr_terms] =
		parser_symbol(p, KIND(SYMBOL_CALL) | KIND(SYMBOL_REF), "a call");
	return sum->terms[sum->nr_terms++];
}

static bool read_sum(struct parser *p, const struct slot *slot, struct value *value)
{
	value->sum = pool_alloc(p->pool, sizeof(*value->sum));
	if (!value->sum)
		return false;
	if (p->at->kind != TOKEN_NUMBER && p->at->kind != TOKEN_WORD)
		return parser_need(p, TOKEN_NUMBER, slot->what);
	do {
		if (!read_term(p, value->sum))
			return false;
	} while (parser_accept(p, '+'));
	return true;
}

static bool read_place(struct parser *p, const struct slot *slot, struct value *value)
{
	return parser_place(p, slot->kinds, slot->what, &value->place);
}

static bool read_page(struct parser *p, const struct slot *slot, struct value *value)
{
	return read_place(p, slot, value) &&
	       (value->place.count == 1 ||
		parser_fail(p, &value->token, "expected one page, not %lld",
			    (long long)value->place.count));
}

static bool read_others(struct parser *p, const struct slot *slot, struct value *value)
{
	int64_t left = p->statement->place.count;

	return read_place(p, slot, value) &&
	       (value->place.count == 1 || value->place.count == left ||
		parser_fail(p, &value->token, "%lld pages on the left, %lld on the right",
			    (long long)left, (long long)value->place.count));
}

static bool read_flag(struct parser *p, const char *what,
		      uint64_t (*find)(struct nearest *best), uint64_t *flags)
{
	struct token *token = p->at;
	struct nearest best;
	uint64_t value;

	if (token->kind == TOKEN_NUMBER) {
		if (!parser_number(p, what, &value))
			return false;
		*flags |= value;
		return value <= UINT32_MAX || parser_fail(p, token, "flags have 32 bits");
	}
	if (!parser_need(p, TOKEN_WORD, what))
		return false;
	best = parser_nearest(p, token);
	value = find(&best);
	*flags |= value;
	return value || parser_unknown(p, token, "flag", &best);
}

/* Behind a `|` may be another flag, or another column. */
static bool more_flags(struct parser *p)
{
	bool column = p->at[0].kind == '|' && p->at[1].kind == TOKEN_WORD &&
		      p->at[2].kind == ':';

	return !column && parser_accept(p, '|');
}

static bool read_flags(struct parser *p, const struct slot *slot, struct value *value)
{
	do {
		if (!read_flag(p, slot->what, foll_flag, &value->number))
			return false;
	} while (more_flags(p));
	return true;
}

static bool read_vm_flags(struct parser *p, const struct slot *slot, struct value *value)
{
	do {
		if (!read_flag(p, slot->what, vm_flag, &value->number))
			return false;
	} while (more_flags(p));
	return true;
}

static bool read_prot(struct parser *p, const struct slot *slot, struct value *value)
{
	struct token *token = p->at;
	const char *letter, *end;

	if (parser_accept_word(p, "none"))
		return true;
	if (!parser_need(p, TOKEN_WORD, slot->what))
		return false;
	letter = p->source->text + token->offset;
	for (end = letter + token->length; letter < end; letter++) {
		if (!strchr("rwx", *letter))
			return parser_fail(p, token,
					   "a protection is made of r, w and x, "
					   "or is none");
		value->number |= *letter == 'r'	  ? PROT_READ
				 : *letter == 'w' ? PROT_WRITE
						  : PROT_EXEC;
	}
	return true;
}

static bool read_text(struct parser *p, const struct slot *slot, struct value *value)
{
	struct token *token = p->at;
	const char *mistake;
	char *buf;

	if (!parser_need(p, TOKEN_TEXT, slot->what))
		return false;
	buf = pool_alloc(p->pool, token->length);
	if (!buf)
		return false;
	value->text = buf;
	mistake = token_text(p->source, token, buf, &value->length);
	return !mistake || parser_fail(p, token, "%s", mistake);
}

static bool read_word(struct parser *p, const struct slot *slot, struct value *value)
{
	if (!parser_need(p, TOKEN_WORD, slot->what))
		return false;
	value->text = parser_word(p, &value->token);
	return value->text;
}

static bool read_point(struct parser *p, const struct slot *slot, struct value *value)
{
	struct token *token = p->at;
	struct nearest best = parser_nearest(p, token);

	if (!parser_need(p, TOKEN_WORD, slot->what))
		return false;
	for (; value->number < GUPSIM_NR_POINTS; value->number++)
		if (nearest_is(&best, gupsim_point_name(value->number)))
			return true;
	return parser_unknown(p, token, "point", &best);
}

static bool read_rest(struct parser *p, const struct slot *slot, struct value *value)
{
	(void)value;
	if (p->at->kind == TOKEN_END)
		return parser_need(p, TOKEN_WORD, slot->what);
	while (p->at->kind != TOKEN_END)
		p->at++;
	return true;
}

static bool read_kernel_range(struct parser *p)
{
	struct token *token = p->at;
	uint64_t from, to;
	bool point;

	if (!parser_version(p, &from, NULL))
		return false;
	to = from;
	if (parser_accept(p, TOKEN_DOTS)) {
		to = UINT64_MAX;
		if (p->at->kind == TOKEN_WORD) {
			if (!parser_version(p, &to, &point))
				return false;
			to |= point ? 0 : VERSION_POINTS;
		}
	}
	if (from > to)
		return parser_fail(p, token, "the range ends before it begins");
	p->story->kernels |= versions_between(from, to);
	return true;
}

static bool read_kernels(struct parser *p, const struct slot *slot, struct value *value)
{
	(void)slot;
	(void)value;
	p->kernels_named = true;
	do {
		if (!read_kernel_range(p))
			return false;
	} while (p->at->kind == TOKEN_WORD);
	return true;
}

#define HELD	(KIND(SYMBOL_CALL) | KIND(SYMBOL_REF))
#define A_RANGE KIND(PLACE_RANGE)

static const struct slot slots[] = {
	{"NAME", TOKEN_WORD, read_new, 0, "a name",
	 "a new name, of at most 63 letters, digits and `_`"},
	{"RANGE", TOKEN_WORD, read_new, 0, "a name, as A.heap",
	 "a new name for an address range of a task: `A.heap`"},
	{"TASK", TOKEN_WORD, read_symbol, KIND(SYMBOL_TASK), "a task",
	 "a task, or its mm"},
	{"TSK", TOKEN_WORD, read_tsk, KIND(SYMBOL_TASK), "a task", "a task or `NULL`"},
	{"PMEM", TOKEN_WORD, read_symbol, KIND(SYMBOL_PMEM), "a pmem device",
	 "a pmem device"},
	{"FILE", TOKEN_WORD, read_symbol, KIND(SYMBOL_FILE), "a file", "a file"},
	{"HELD", TOKEN_WORD, read_symbol, HELD, "a call or reference",
	 "a call or a reference, by its name"},
	{"N", TOKEN_NUMBER, read_number, 0, "a number",
	 "a number; K, M and G behind it multiply by 1024 each"},
	{"ADDRESS", TOKEN_NUMBER, read_number, 0, "an address",
	 "an address in bytes: `0x10000`"},
	{"BYTES", TOKEN_NUMBER, read_number, 0, "a number",
	 "a size in bytes: `64K`, `5000`"},
	{"SIZE", TOKEN_NUMBER, read_size, 0, "a size, as 64K",
	 "a multiple of 4K: `64K`, `1M`"},
	{"NR", TOKEN_NUMBER, read_nr, 0, "a number",
	 "how many pages: may be negative or 64 bits wide"},
	{"SURPLUS", TOKEN_NUMBER, read_signed, 0, "a number, as -1",
	 "a number with a sign: `-1`"},
	{"ERRNO", TOKEN_WORD, read_errno, 0, "an errno, as -EFAULT",
	 "an errno by its name: `-EFAULT`"},
	{"CHECK", TOKEN_WORD, read_word, 0, "the kernel function that holds the check",
	 "the kernel function that holds the check"},
	{"SUM", TOKEN_NUMBER, read_sum, 0, "a count, as 1+p",
	 "a count: numbers and what calls hold on the page, `1+p`"},
	{"START", TOKEN_WORD, read_place, A_RANGE | KIND(PLACE_RAW),
	 "an address, as A.heap or 0x10000",
	 "an address: `A.heap`, `A.heap[1]`, `A.heap+0x800`, `0x10000`"},
	{"PAGES", TOKEN_WORD, read_place, A_RANGE, "a page, as A.heap[0]",
	 "pages of an address range: `A.heap`, `A.heap[1..2]`"},
	{"PAGE", TOKEN_WORD, read_page, PAGE_PLACES, "a page, as A.heap[0]",
	 "one page: `A.heap[1]`, of a file `data[0]`, of what a call filled `p[0]`, a "
	 "frame by its name"},
	{"OTHERS", TOKEN_WORD, read_others, PAGE_PLACES, "a page, as A.heap[0]",
	 "one page, or as many as the line is about"},
	{"FILEPAGES", TOKEN_WORD, read_place, KIND(PLACE_FILE),
	 "pages of a file, as data[0]", "pages of a file: `data`, `data[0..3]`"},
	{"FLAGS", TOKEN_WORD, read_flags, 0, "a flag, as WRITE",
	 "`0`, or names and numbers with `|` between: `WRITE|LONGTERM`, `FOLL_WRITE`, "
	 "`0x40000`"},
	{"VMFLAGS", TOKEN_WORD, read_vm_flags, 0, "a flag, as SHARED",
	 "the same for vm_flags: `SHARED|PFNMAP`, `VM_SHARED`"},
	{"PROT", TOKEN_WORD, read_prot, 0, "a protection, as rw or none",
	 "`r`, `w` and `x`, or `none`"},
	{"TEXT", TOKEN_TEXT, read_text, 0, "a text in quotes",
	 "bytes in quotes; `\\n`, `\\t`, `\\x00`, `\\\"` and `\\\\` are known"},
	{"RULE", TOKEN_WORD, read_word, 0, "a rule",
	 "a rule, as `gupsim kernels` lists them"},
	{"VALUE", TOKEN_WORD, read_word, 0, "a value", "one of its values"},
	{"FUNCTION", TOKEN_WORD, read_word, 0, "a kernel function", "a kernel function"},
	{"CALL", TOKEN_WORD, read_word, 0, "the call that did it",
	 "a call, by its name or by its function's"},
	{"POINT", TOKEN_WORD, read_point, 0, "a point, as lock.dropped",
	 "a place where the kernel may be raced: `lock.dropped`, `lock.retaken`, "
	 "`longterm.walked`"},
	{"KERNELS", TOKEN_WORD, read_kernels, 0, NULL,
	 "releases: `v5.5 v5.6`, `v5.5..v6.12`, `v5.6..`"},
	{"REST", TOKEN_WORD, read_rest, 0, "where the case comes from",
	 "the rest of the line"},
};

const struct slot *slot_nth(size_t nth)
{
	return nth < sizeof(slots) / sizeof(slots[0]) ? &slots[nth] : NULL;
}

const struct slot *slot_find(const char *word, size_t length)
{
	const struct slot *slot;

	for (size_t i = 0; (slot = slot_nth(i)); i++)
		if (strlen(slot->name) == length && !memcmp(slot->name, word, length))
			return slot;
	return NULL;
}
