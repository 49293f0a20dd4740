/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words, numbers, texts, releases, positions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asserts.h"

#include "scenario/lex.h"
#include "scenario/names.h"

#include <gupsim/release.h>
#include <stdio.h>
#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static struct source source_of(const char *text)
{
	return (struct source){"t.gup", text, strlen(text)};
}

/* One letter for each token: w word, n number, t text, > arrow, : dots, ! bad. */
static void assert_kinds(const char *line, const char *kinds)
{
	struct source source = source_of(line);
	struct token tokens[MAX_LINE + 2];
	size_t offset = 0;
	char found[64] = "";

	lex_line(&source, &offset, tokens);
	for (size_t i = 0; tokens[i].kind != TOKEN_END; i++) {
		static const char letters[] = "wnt>:!";
		int kind = tokens[i].kind;

		found[i] = kind >= TOKEN_WORD ? letters[kind - TOKEN_WORD] : kind;
	}
	assert_string_equal(found, kinds);
}

static void kinds_of_tokens(void **state)
{
	(void)state;
	assert_kinds("", "");
	assert_kinds("  # nothing", "");
	assert_kinds("write A.heap[0..3] \"x\"", "ww[n:n]t");
	assert_kinds("p = pin(A, A.heap+0x800, -1, WRITE|0x40000) -> 4",
		     "w=w(w,w+n,-n,w|n)>n");
	assert_kinds("-> - | v5.6: -EFAULT", ">-|w"
					     ":"
					     "-w");
	assert_kinds("kernels v5.5..v6.12", "ww:w");
	assert_kinds("kernels v5.6..", "ww:");
	assert_kinds("at lock.dropped #2 ?: drain # two", "ww#n?"
							  ":"
							  "w");
	assert_kinds("as B: drain #2", "ww"
				       ":"
				       "w");
	assert_kinds("a.b.c .d", "w!w");
	assert_kinds("\"no end", "!");
	assert_kinds("\"a \\\" b\" c", "tw");
	assert_kinds("\xc3\xa9", "!");
}

static void lines_follow_each_other(void **state)
{
	struct source source = source_of("task A\r\n\ndrain");
	struct token tokens[MAX_LINE + 2];
	size_t offset = 0;

	(void)state;
	lex_line(&source, &offset, tokens);
	assert_int_equal(offset, 8);
	assert_true(token_is(&source, &tokens[1], "A"));
	assert_int_equal(tokens[2].kind, TOKEN_END);
	lex_line(&source, &offset, tokens);
	assert_int_equal(tokens[0].kind, TOKEN_END);
	lex_line(&source, &offset, tokens);
	assert_true(token_is(&source, &tokens[0], "drain"));
	assert_int_equal(offset, source.length);
}

static void a_line_has_its_limit(void **state)
{
	char line[MAX_LINE + 2];
	struct token tokens[MAX_LINE + 2];
	struct source source = {"t.gup", line, MAX_LINE};
	size_t offset = 0;

	(void)state;
	memset(line, '(', sizeof(line));
	lex_line(&source, &offset, tokens);
	assert_int_equal(tokens[MAX_LINE - 1].kind, '(');
	assert_int_equal(tokens[MAX_LINE].kind, TOKEN_END);
	source.length++;
	offset = 0;
	lex_line(&source, &offset, tokens);
	assert_int_equal(tokens[0].kind, TOKEN_BAD);
	assert_int_equal(tokens[0].length, MAX_LINE + 1);
	assert_int_equal(tokens[1].kind, TOKEN_END);
}

static void assert_statement(const char *line, const char *statement)
{
	assert_int_equal(lex_statement_length(line, strlen(line)), strlen(statement));
}

static void a_statement_ends_before_its_result(void **state)
{
	(void)state;
	assert_statement("", "");
	assert_statement(" # nothing", "");
	assert_statement("\tdrain  # all -> 4", "\tdrain");
	assert_statement("p = f(A, -1) -> 4 # four", "p = f(A, -1)");
	assert_statement("at lock.dropped #2: q = f(A) -> 1",
			 "at lock.dropped #2: q = f(A)");
	assert_statement("at lock.dropped: drain #2", "at lock.dropped: drain");
	assert_statement("write A \"# -> \\\" #\" # c", "write A \"# -> \\\" #\"");
	assert_statement("write A \"x\\\\\" # c", "write A \"x\\\\\"");
	/* Nothing behind the length belongs to the line. */
	assert_int_equal(lex_statement_length("f(A) ->", 6), 6);
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		bool right;
	} rows[] = {
		{"0", 0, true},
		{"010", 10, true},
		{"0x10", 16, true},
		{"64K", 65536, true},
		{"0x1M", 1 << 20, true},
		{"18446744073709551615", UINT64_MAX, true},
		{"18446744073709551616", 0, false},
		{"18014398509481984K", 0, false},
		{"16777216G", (uint64_t)1 << 54, true},
		{"4KB", 0, false},
		{"12a", 0, false},
		{"0x", 0, false},
		{"00000000000000000000000000000000000001", 0, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct source source = source_of(rows[i].text);
		struct token token = {TOKEN_NUMBER, source.length, 0};
		uint64_t value = 0;

		number_at(NULL, !token_number(&source, &token, &value), rows[i].right,
			  rows[i].text, __FILE__, __LINE__);
		if (rows[i].right)
			number_at(NULL, value, rows[i].value, rows[i].text, __FILE__,
				  __LINE__);
	}
}

static void texts(void **state)
{
	struct source source = source_of("\"a\\n\\\"\\\\\\x00\\t\"");
	struct token token = {TOKEN_TEXT, source.length, 0};
	char buf[32];
	size_t length;

	(void)state;
	assert_null(token_text(&source, &token, buf, &length));
	assert_int_equal(length, 6);
	assert_memory_equal(buf, "a\n\"\\\0\t", 6);

	source = source_of("\"\\q\"");
	token.length = source.length;
	assert_non_null(token_text(&source, &token, buf, &length));
	source = source_of("\"\\x4\"");
	token.length = source.length;
	assert_non_null(token_text(&source, &token, buf, &length));
}

static uint64_t version(const char *text)
{
	uint64_t version;
	bool point;

	if (!version_parse(text, strlen(text), &version, &point))
		fail_msg("'%s' is not taken for a release", text);
	assert_int_equal(point, strchr(text, '.') != strrchr(text, '.'));
	return version;
}

static void releases_compare_by_number(void **state)
{
	static const char *const wrong[] = {"5.6", "v5", "v5.",	 "v5.6.", "v5.6.1.2",
					    "v",   "",	 "vx.y", "v5.6a", "v55555.1"};
	uint64_t ignored;
	bool point;

	(void)state;
	assert_true(version("v5.10") > version("v5.6"));
	assert_int_equal(version("v5.6"), version("v5.6.0"));
	assert_true(version("v5.6.4") > version("v5.6"));
	assert_true(version("v5.6.4") < version("v5.7"));
	assert_true(version("v4.20") < version("v5.0"));
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (version_parse(wrong[i], strlen(wrong[i]), &ignored, &point))
			fail_msg("'%s' is taken for a release", wrong[i]);
}

static uint64_t between(const char *from, const char *to)
{
	return versions_between(version(from), version(to));
}

static void a_range_means_modelled_releases(void **state)
{
	(void)state;
	assert_string_equal(gupsim_kernel_name(0), "v5.5");
	assert_string_equal(gupsim_kernel_name(1), "v5.6");
	assert_int_equal(between("v5.5", "v5.6") & 3, 3);
	assert_int_equal(between("v5.6", "v5.6.3") & 3, 2);
	assert_int_equal(between("v5.5.1", "v5.5.9") & 3, 0);
	assert_int_equal(between("v3.0", "v5.5") & 3, 1);
}

static void positions_count_characters(void **state)
{
	struct source source = source_of("a\n\xc3\xa9\xe2\x82\xac x\n");
	struct position at = source_position(&source, 8);

	(void)state;
	assert_int_equal(at.line, 2);
	assert_int_equal(at.column, 4); /* behind two characters and a space */
	assert_ptr_equal(at.start, source.text + 2);
	assert_int_equal(at.length, 7);
	at = source_position(&source, source.length);
	assert_int_equal(at.line, 3);
	assert_int_equal(at.length, 0);
}

static void only_valid_utf8_is_text(void **state)
{
	static const char *const wrong[] = {"\x80",	    "\xc0\x80",
					    "\xc3",	    "\xed\xa0\x80",
					    "\xe0\x80\x80", "\xf4\x90\x80\x80",
					    "\xff"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(utf8_length(wrong[i], strlen(wrong[i])), 0);
	assert_int_equal(utf8_length("a", 1), 1);
	assert_int_equal(utf8_length("\xf0\x9f\x90\xa7", 4), 4);
	assert_int_equal(utf8_length("\xf0\x9f\x90\xa7", 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_tokens),
		cmocka_unit_test(lines_follow_each_other),
		cmocka_unit_test(a_line_has_its_limit),
		cmocka_unit_test(a_statement_ends_before_its_result),
		cmocka_unit_test(numbers),
		cmocka_unit_test(texts),
		cmocka_unit_test(releases_compare_by_number),
		cmocka_unit_test(a_range_means_modelled_releases),
		cmocka_unit_test(positions_count_characters),
		cmocka_unit_test(only_valid_utf8_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
