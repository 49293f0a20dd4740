/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading arguments, by the type of their slot. */
#include "scenario/slots.h"
#include "scenario/verbs.h"

#include <string.h>
#include <sys/mman.h>

static bool read_new(struct parser *p, struct value *value)
{
	struct token *token = p->at;

	if (!parser_need(p, TOKEN_WORD, "a name"))
		return false;
	value->symbol = parser_declare(p, token, p->statement->verb->declares);
	p->statement->name = value->symbol;
	return value->symbol;
}

static bool read_new_range(struct parser *p, struct value *value)
{
	struct token *token = p->at;

	if (!parser_need(p, TOKEN_WORD, "a name, as A.heap"))
		return false;
	value->symbol = parser_declare_range(p, token);
	p->statement->name = value->symbol;
	return value->symbol;
}

static bool read_symbol(struct parser *p, struct value *value, unsigned int kinds,
			const char *what)
{
	value->symbol = parser_symbol(p, kinds, what);
	return value->symbol;
}

static bool read_task(struct parser *p, struct value *value)
{
	return read_symbol(p, value, KIND(SYMBOL_TASK), "a task");
}

static bool read_tsk(struct parser *p, struct value *value)
{
	return parser_accept_word(p, "NULL") || read_task(p, value);
}

static bool read_pmem(struct parser *p, struct value *value)
{
	return read_symbol(p, value, KIND(SYMBOL_PMEM), "a pmem device");
}

static bool read_file(struct parser *p, struct value *value)
{
	return read_symbol(p, value, KIND(SYMBOL_FILE), "a file");
}

static bool read_held(struct parser *p, struct value *value)
{
	return read_symbol(p, value, KIND(SYMBOL_CALL) | KIND(SYMBOL_REF),
			   "a call or reference");
}

static bool read_number(struct parser *p, struct value *value)
{
	return parser_number(p, "a number", &value->number);
}

static bool read_address(struct parser *p, struct value *value)
{
	return parser_number(p, "an address", &value->number);
}

static bool read_size(struct parser *p, struct value *value)
{
	struct token *token = p->at;

	if (!parser_number(p, "a size, as 64K", &value->number))
		return false;
	return value->number % FIXTURE_PAGE == 0 ||
	       parser_fail(p, token, "a size is a multiple of 4K");
}

/* A count as the kernel function takes it: negative, or 64 bits wide. */
static bool read_nr(struct parser *p, struct value *value)
{
	bool minus = parser_accept(p, '-');

	if (!read_number(p, value))
		return false;
	if (minus)
		value->number = -value->number;
	return true;
}

static bool read_start(struct parser *p, struct value *value)
{
	return parser_place(p, KIND(PLACE_RANGE) | KIND(PLACE_RAW), &value->place);
}

static bool read_pages(struct parser *p, struct value *value)
{
	return parser_place(p, KIND(PLACE_RANGE), &value->place);
}

static bool read_file_pages(struct parser *p, struct value *value)
{
	return parser_place(p, KIND(PLACE_FILE), &value->place);
}

static bool read_page(struct parser *p, struct value *value)
{
	struct token *token = p->at;

	if (!parser_place(p, PAGE_PLACES, &value->place))
		return false;
	return value->place.count == 1 ||
	       parser_fail(p, token, "expected one page, not %lld",
			   (long long)value->place.count);
}

static bool read_flag(struct parser *p, uint64_t *flags)
{
	struct token *token = p->at;
	struct nearest best;
	uint64_t value;

	if (token->kind == TOKEN_NUMBER) {
		if (!parser_number(p, "a flag", &value))
			return false;
		*flags |= value;
		return value <= UINT32_MAX || parser_fail(p, token, "flags have 32 bits");
	}
	if (!parser_need(p, TOKEN_WORD, "a flag, as WRITE"))
		return false;
	best = parser_nearest(p, token);
	value = foll_flag(&best);
	*flags |= value;
	return value || parser_unknown(p, token, "flag", &best);
}

static bool read_flags(struct parser *p, struct value *value)
{
	do {
		if (!read_flag(p, &value->number))
			return false;
	} while (parser_accept(p, '|'));
	return true;
}

static bool read_prot(struct parser *p, struct value *value)
{
	struct token *token = p->at;
	const char *letter, *end;

	if (parser_accept_word(p, "none"))
		return true;
	if (!parser_need(p, TOKEN_WORD, "a protection, as rw or none"))
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

static bool read_text(struct parser *p, struct value *value)
{
	struct token *token = p->at;
	const char *mistake;
	char *buf;

	if (!parser_need(p, TOKEN_TEXT, "a text in quotes"))
		return false;
	buf = pool_alloc(p->pool, token->length);
	if (!buf)
		return false;
	value->text = buf;
	mistake = token_text(p->source, token, buf, &value->length);
	return !mistake || parser_fail(p, token, "%s", mistake);
}

static bool read_word(struct parser *p, struct value *value)
{
	struct token *token = p->at;

	if (!parser_need(p, TOKEN_WORD, "a word"))
		return false;
	value->text = parser_word(p, token);
	return value->text;
}

static bool read_rest(struct parser *p, struct value *value)
{
	struct token *token = p->at;

	if (token->kind == TOKEN_END)
		return parser_fail(p, token, "expected where the case comes from");
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

static bool read_kernels(struct parser *p, struct value *value)
{
	(void)value;
	do {
		if (!read_kernel_range(p))
			return false;
	} while (p->at->kind == TOKEN_WORD);
	return true;
}

static const struct slot slots[] = {
	{"NAME", TOKEN_WORD, read_new,
	 "a new name, of at most 63 letters, digits and `_`"},
	{"RANGE", TOKEN_WORD, read_new_range,
	 "a new name for an address range of a task: `A.heap`"},
	{"TASK", TOKEN_WORD, read_task, "a task, or its mm"},
	{"TSK", TOKEN_WORD, read_tsk, "a task or `NULL`"},
	{"PMEM", TOKEN_WORD, read_pmem, "a pmem device"},
	{"FILE", TOKEN_WORD, read_file, "a file"},
	{"HELD", TOKEN_WORD, read_held, "a call or a reference, by its name"},
	{"N", TOKEN_NUMBER, read_number,
	 "a number; K, M and G behind it multiply by 1024 each"},
	{"ADDRESS", TOKEN_NUMBER, read_address, "an address in bytes: `0x10000`"},
	{"BYTES", TOKEN_NUMBER, read_number, "a size in bytes: `64K`, `5000`"},
	{"SIZE", TOKEN_NUMBER, read_size, "a multiple of 4K: `64K`, `1M`"},
	{"NR", TOKEN_NUMBER, read_nr, "how many pages: may be negative or 64 bits wide"},
	{"START", TOKEN_WORD, read_start,
	 "an address: `A.heap`, `A.heap[1]`, `A.heap+0x800`, `0x10000`"},
	{"PAGES", TOKEN_WORD, read_pages,
	 "pages of an address range: `A.heap`, `A.heap[1..2]`"},
	{"PAGE", TOKEN_WORD, read_page,
	 "one page: `A.heap[1]`, of a file `data[0]`, of what a call filled `p[0]`, a "
	 "frame by its name"},
	{"FILEPAGES", TOKEN_WORD, read_file_pages,
	 "pages of a file: `data`, `data[0..3]`"},
	{"FLAGS", TOKEN_WORD, read_flags,
	 "`0`, or names and numbers with `\\|` between: `WRITE\\|LONGTERM`, "
	 "`FOLL_WRITE`, "
	 "`0x40000`"},
	{"PROT", TOKEN_WORD, read_prot, "`r`, `w` and `x`, or `none`"},
	{"TEXT", TOKEN_TEXT, read_text,
	 "bytes in quotes; `\\n`, `\\t`, `\\x00`, `\\\"` and `\\\\` are known"},
	{"RULE", TOKEN_WORD, read_word, "a rule, as `gupsim kernels` lists them"},
	{"VALUE", TOKEN_WORD, read_word, "one of its values"},
	{"FUNCTION", TOKEN_WORD, read_word, "a kernel function"},
	{"KERNELS", TOKEN_WORD, read_kernels,
	 "releases: `v5.5 v5.6`, `v5.5..v6.12`, `v5.6..`"},
	{"REST", TOKEN_WORD, read_rest, "the rest of the line"},
};

const struct slot *slot_nth(size_t nth)
{
	return nth < sizeof(slots) / sizeof(slots[0]) ? &slots[nth] : NULL;
}

const struct slot *slot_find(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (strlen(slots[i].name) == length &&
		    !memcmp(slots[i].name, word, length))
			return &slots[i];
	return NULL;
}
