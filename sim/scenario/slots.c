/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading arguments, by the type of their slot. */
#include "base/errname.h"
#include "scenario/parser.h"
#include "scenario/verbs.h"

#include <limits.h>
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
	value->symbol = parser_symbol(p, slot->symbols, slot->what);
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

/* With a sign, and 64 bits wide: as the kernel's functions take a count. */
static bool read_nr(struct parser *p, const struct slot *slot, struct value *value)
{
	bool minus = parser_accept(p, '-');

	if (!minus)
		parser_accept(p, '+');
	if (!read_number(p, slot, value))
		return false;
	value->number = minus ? -value->number : value->number;
	return true;
}

/* As many references as a count has room for. */
static bool read_refs(struct parser *p, const struct slot *slot, struct value *value)
{
	return read_nr(p, slot, value) &&
	       ((value->number && value->number <= INT_MAX) ||
		parser_fail(p, &value->token, "a number of references is 1 to %d",
			    INT_MAX));
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

/* A count may have become negative, and then begins with a `-`. */
static bool read_count(struct parser *p, struct sum *sum)
{
	const struct token *token = p->at;
	bool minus = parser_accept(p, '-');
	uint64_t number;

	if (!parser_number(p, "a number", &number))
		return false;
	sum->number += minus ? -number : number;
	return number <= (uint64_t)INT_MAX + minus ||
	       parser_fail(p, token, "a count has 32 bits: %d to %d", INT_MIN, INT_MAX);
}

static bool read_term(struct parser *p, struct sum *sum)
{
	if (p->at->kind == TOKEN_NUMBER || p->at->kind == '-')
		return read_count(p, sum);
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
	if (p->at->kind != TOKEN_NUMBER && p->at->kind != TOKEN_WORD &&
	    p->at->kind != '-')
		return parser_need(p, TOKEN_NUMBER, slot->what);
	do {
		if (!read_term(p, value->sum))
			return false;
	} while (parser_accept(p, '+'));
	return true;
}

static bool read_place(struct parser *p, const struct slot *slot, struct value *value)
{
	return parser_place(p, slot->places, slot->what, &value->place);
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

static bool read_flag(struct parser *p, const struct slot *slot, struct value *flags)
{
	struct token *token = p->at;
	struct nearest best = parser_nearest(p, token);
	uint64_t value;

	if (token->kind == TOKEN_NUMBER) {
		if (!parser_number(p, slot->what, &value))
			return false;
		flags->number |= value;
		return value <= UINT32_MAX || parser_fail(p, token, "flags have 32 bits");
	}
	if (!parser_need(p, TOKEN_WORD, slot->what))
		return false;
	value = slot->flag(&best);
	flags->number |= value;
	flags->named |= value;
	return value || parser_unknown(p, token, "flag", &best);
}

/* Behind a `|` may be another flag, or another column. */
static bool read_flags(struct parser *p, const struct slot *slot, struct value *value)
{
	bool column;

	do {
		if (!read_flag(p, slot, value))
			return false;
		column = p->at[0].kind == '|' && p->at[1].kind == TOKEN_WORD &&
			 p->at[2].kind == ':';
	} while (!column && parser_accept(p, '|'));
	return true;
}

static bool read_prot(struct parser *p, const struct slot *slot, struct value *value)
{
	static const struct {
		char letter;
		int prot;
	} letters[] = {{'r', PROT_READ}, {'w', PROT_WRITE}, {'x', PROT_EXEC}};
	struct token *token = p->at;
	const char *letter, *end;

	if (parser_accept_word(p, "none"))
		return true;
	if (!parser_need(p, TOKEN_WORD, slot->what))
		return false;
	letter = p->source->text + token->offset;
	end = letter + token->length;
	for (int i = 0; i < 3; i++) {
		if (letter < end && *letter == letters[i].letter) {
			value->number |= letters[i].prot;
			letter++;
		}
	}
	return letter == end ||
	       parser_fail(p, token,
			   "a protection is made of r, w and x in this order, "
			   "or is none");
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
	if (!mistake && !value->length)
		mistake = "a text that is empty says nothing; a zero is \"\\x00\"";
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
	struct version_range *range = pool_alloc(p->pool, sizeof(*range));
	struct token *token = p->at;
	uint64_t from, to;
	bool point;

	if (!range || !parser_version(p, &from, NULL))
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
	*range = (struct version_range){p->story->versions, from, to};
	p->story->versions = range;
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
	{"NAME", TOKEN_WORD, "a name",
	 "a new name, of at most 63 letters, digits and `_`", .read = read_new},
	{"RANGE", TOKEN_WORD, "a name, as A.heap",
	 "a new name for an address range of a task: `A.heap`", .read = read_new},
	{"TASK", TOKEN_WORD, "a task", "a task, or its mm", .read = read_symbol,
	 .symbols = KIND(SYMBOL_TASK)},
	{"TSK", TOKEN_WORD, "a task", "a task or `NULL`", .read = read_tsk,
	 .symbols = KIND(SYMBOL_TASK)},
	{"PMEM", TOKEN_WORD, "a pmem device", "a pmem device", .read = read_symbol,
	 .symbols = KIND(SYMBOL_PMEM)},
	{"FILE", TOKEN_WORD, "a file", "a file", .read = read_symbol,
	 .symbols = KIND(SYMBOL_FILE)},
	{"HELD", TOKEN_WORD, "a call or reference", "a call or a reference, by its name",
	 .read = read_symbol, .symbols = HELD},
	{"N", TOKEN_NUMBER, "a number",
	 "a number; K, M and G behind it multiply by 1024 each", .read = read_number},
	{"ADDRESS", TOKEN_NUMBER, "an address", "an address in bytes: `0x10000`",
	 .read = read_number},
	{"BYTES", TOKEN_NUMBER, "a number", "a size in bytes: `64K`, `5000`",
	 .read = read_number},
	{"SIZE", TOKEN_NUMBER, "a size, as 64K", "a multiple of 4K: `64K`, `1M`",
	 .read = read_size},
	{"NR", TOKEN_NUMBER, "a number",
	 "how many pages: may be negative or 64 bits wide", .read = read_nr},
	{"REFS", TOKEN_NUMBER, "a number of references",
	 "how many references, 1 to 2147483647", .read = read_refs},
	{"SURPLUS", TOKEN_NUMBER, "a number, as -1", "a number with a sign: `-1`",
	 .read = read_nr},
	{"ERRNO", TOKEN_WORD, "an errno, as -EFAULT", "an errno by its name: `-EFAULT`",
	 .read = read_errno},
	{"CHECK", TOKEN_WORD, "the kernel function that holds the check",
	 "the kernel function that holds the check", .read = read_word},
	{"SUM", TOKEN_NUMBER, "a count, as 1+p",
	 "a count: numbers and what calls hold on the page, `1+p`; of 32 bits, so that "
	 "it may wrap around to `-2147483648`",
	 .read = read_sum},
	{"START", TOKEN_WORD, "an address, as A.heap or 0x10000",
	 "an address: `A.heap`, `A.heap[1]`, `A.heap+0x800`, `0x10000`",
	 .read = read_place, .places = A_RANGE | KIND(PLACE_RAW)},
	{"PAGES", TOKEN_WORD, "a page, as A.heap[0]",
	 "pages of an address range: `A.heap`, `A.heap[1..2]`", .read = read_place,
	 .places = A_RANGE},
	{"PAGE", TOKEN_WORD, "a page, as A.heap[0]",
	 "one page: `A.heap[1]`, of a file `data[0]`, of what a call filled `p[0]`, a "
	 "frame by its name",
	 .read = read_page, .places = PAGE_PLACES},
	{"HELDPAGE", TOKEN_WORD, "a page that a call holds, as p[0]",
	 "one page that a call holds, `p[0]`, or a reference by its name",
	 .read = read_page, .places = KIND(PLACE_ENTRIES) | KIND(PLACE_FRAME)},
	{"OTHERS", TOKEN_WORD, "a page, as A.heap[0]",
	 "one page, or as many as the line is about", .read = read_others,
	 .places = PAGE_PLACES},
	{"FILEPAGES", TOKEN_WORD, "pages of a file, as data[0]",
	 "pages of a file: `data`, `data[0..3]`", .read = read_place,
	 .places = KIND(PLACE_FILE)},
	{"FLAGS", TOKEN_WORD, "a flag, as WRITE",
	 "`0`, or names and numbers with `|` between: `WRITE|LONGTERM`, `FOLL_WRITE`, "
	 "`0x40000`",
	 .read = read_flags, .flag = foll_flag},
	{"FAULT", TOKEN_WORD, "a flag, as WRITE",
	 "the same for a fault: `0`, `WRITE`, `WRITE|REMOTE`, `FAULT_FLAG_WRITE`",
	 .read = read_flags, .flag = fault_flag},
	{"VMFLAGS", TOKEN_WORD, "a flag, as SHARED",
	 "the same for vm_flags: `SHARED|PFNMAP`, `VM_SHARED`", .read = read_flags,
	 .flag = vm_flag},
	{"PROT", TOKEN_WORD, "a protection, as rw or none",
	 "`r`, `w`, `x` in this order, or `none`", .read = read_prot},
	{"TEXT", TOKEN_TEXT, "a text in quotes",
	 "bytes in quotes; `\\n`, `\\t`, `\\x00`, `\\\"` and `\\\\` are known",
	 .read = read_text},
	{"RULE", TOKEN_WORD, "a rule", "a rule, as `gupsim kernels` lists them",
	 .read = read_word},
	{"VALUE", TOKEN_WORD, "a value", "one of its values", .read = read_word},
	{"FUNCTION", TOKEN_WORD, "a kernel function", "a kernel function",
	 .read = read_word},
	{"CALL", TOKEN_WORD, "the call that did it",
	 "a call, by its name or by its function's", .read = read_word},
	{"POINT", TOKEN_WORD, "a point, as lock.dropped",
	 "a place where the kernel may be raced, as [points.md](points.md) lists them: "
	 "`lock.dropped`",
	 .read = read_point},
	{"KERNELS", TOKEN_WORD, NULL, "releases: `v5.5 v5.6`, `v5.5..v6.12`, `v5.6..`",
	 .read = read_kernels},
	{"REST", TOKEN_WORD, "where the case comes from", "the rest of the line",
	 .read = read_rest},
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
