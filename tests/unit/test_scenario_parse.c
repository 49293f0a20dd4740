/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From text to a story: what stands in it afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "asserts.h"

#include "scenario/parser.h"
#include "scenario/verbs.h"

#include <errno.h>
#include <linux/mm.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A parsed text, and all that it needs to live. */
struct parsed {
	struct heap heap;
	struct pool pool;
	struct source source;
	struct diags diags;
	struct story story;
};

static struct parsed *parse(const char *text)
{
	struct parsed *parsed = calloc(1, sizeof(*parsed));

	assert_non_null(parsed);
	heap_init(&parsed->heap, NULL, NULL);
	pool_init(&parsed->pool, &parsed->heap);
	parsed->source = (struct source){"t.gup", text, strlen(text)};
	parsed->diags = (struct diags){.pool = &parsed->pool, .source = &parsed->source};
	assert_int_equal(parse_story(&parsed->source, &parsed->diags, &parsed->story), 0);
	return parsed;
}

static void parsed_free(struct parsed *parsed)
{
	story_destroy(&parsed->story, &parsed->heap);
	pool_destroy(&parsed->pool);
	assert_int_equal(parsed->heap.live, 0);
	free(parsed);
}

static struct parsed *parse_right(const char *text)
{
	struct parsed *parsed = parse(text);

	if (parsed->diags.nr)
		fail_msg("%s", parsed->diags.kept[0].message);
	return parsed;
}

static const struct statement *nth(const struct statement *statement, size_t n)
{
	while (n-- && statement)
		statement = statement->next;
	assert_non_null(statement);
	return statement;
}

#define TASK "task A\nvma A.heap at 0x10000 4 pages rw private anon\n"

static void settings_come_first(void **state)
{
	struct parsed *parsed = parse_right("# A title.\n"
					    "source  anything \"goes [ here # but this\n"
					    "kernels v5.5..\n"
					    "ram normal 32M cma 4M\n" TASK);
	const struct statement *ram = nth(parsed->story.settings, 2);

	(void)state;
	assert_string_equal(parsed->story.title, "A title.");
	assert_int_equal(parsed->story.kernels & 3, 3);
	assert_string_equal(ram->verb->name, "ram");
	assert_int_equal(story_number_after(ram, "normal", 0), 32 << 20);
	assert_int_equal(story_number_after(ram, "cma", 0), 4 << 20);
	assert_int_equal(story_number_after(ram, "movable", 7), 7);
	assert_string_equal(parsed->story.statements->verb->name, "task");
	parsed_free(parsed);
}

static void without_kernels_it_is_for_the_default(void **state)
{
	struct parsed *parsed = parse_right("task A\n");

	(void)state;
	assert_string_equal(gupsim_kernel_name(1), "v5.6");
	assert_int_equal(parsed->story.kernels, 2);
	parsed_free(parsed);
}

static void a_vma_has_its_place(void **state)
{
	struct parsed *parsed = parse_right(
		"file f on disk 5000 readonly cached buffers\ntask A\n"
		"vma A.x at 0x7000 3 pages rx shared file f random offset 1 page\n");
	const struct statement *file = parsed->story.statements;
	const struct statement *vma = nth(file, 2);

	(void)state;
	assert_int_equal(file->name->pages, 2);
	assert_non_null(story_value(file, "cached"));
	assert_non_null(story_value(file, "buffers"));
	assert_null(story_value(file, "cold"));
	assert_string_equal(vma->name->name, "A.x");
	assert_int_equal(vma->name->start, 0x7000);
	assert_int_equal(vma->name->pages, 3);
	assert_int_equal(story_number_after(vma, "offset", 0), 1);
	assert_non_null(story_value(vma, "random"));
	assert_ptr_equal(story_value(vma, "FILE")->symbol, file->name);
	parsed_free(parsed);
}

static void a_call_has_its_arguments(void **state)
{
	struct parsed *parsed = parse_right(
		TASK
		"p = get_user_pages_remote(A, A.heap[1]+0x800, -1, FOLL_WRITE|0x40000,"
		" locked=1, tsk=NULL) -> 4 | v5.6: -EFAULT warn f | v5.10: -\n");
	const struct statement *call = nth(parsed->story.statements, 2);
	const struct place *start = &story_value(call, "START")->place;
	const struct column *column = call->columns;

	(void)state;
	assert_int_equal(start->kind, PLACE_RANGE);
	assert_int_equal(start->first, 1);
	assert_int_equal(start->offset, 0x800);
	assert_int_equal(story_number(call, "NR", 0), UINT64_MAX);
	assert_int_equal(story_number(call, "FLAGS", 0), FOLL_WRITE | 0x40000);
	assert_string_equal(story_value(call, "locked")->text, "1");
	assert_null(story_value(call, "tsk")->symbol);
	assert_null(story_value(call, "pages"));
	assert_int_equal(column->result.kind, RESULT_NUMBER);
	assert_int_equal(column->result.number, 4);
	column = column->next;
	assert_int_equal(column->result.number, -EFAULT);
	assert_string_equal(column->result.warns[0], "f");
	assert_int_equal(column->next->result.kind, RESULT_NOT_RUN);
	assert_ptr_equal(story_column(call->columns, 0), call->columns);
	assert_ptr_equal(story_column(call->columns, 1), column);
	parsed_free(parsed);
}

static void results_of_all_kinds(void **state)
{
	static const struct {
		const char *text;
		enum result_kind kind;
		int64_t number;
	} rows[] = {
		{"0", RESULT_NUMBER, 0},
		{"-ENOMEM", RESULT_NUMBER, -ENOMEM},
		{"SIGSEGV", RESULT_SIGNAL, SIGSEGV},
		{"SIGBUS", RESULT_SIGNAL, SIGBUS},
		{"BUG put_page", RESULT_BUG, 0},
		{"spins", RESULT_SPINS, 0},
		{"would block on A lock", RESULT_BLOCKS, 0},
		{"-", RESULT_NOT_RUN, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[256];
		struct parsed *parsed;
		const struct result *result;

		strlcpy(text, TASK "write A.heap -> ", sizeof(text));
		strlcat(text, rows[i].text, sizeof(text));
		strlcat(text, "\n", sizeof(text));
		parsed = parse_right(text);
		result = &nth(parsed->story.statements, 2)->columns->result;
		number_at(NULL, result->kind, rows[i].kind, rows[i].text, __FILE__,
			  __LINE__);
		number_at(NULL, result->number, rows[i].number, rows[i].text, __FILE__,
			  __LINE__);
		parsed_free(parsed);
	}
}

static void points_belong_to_the_next_call(void **state)
{
	struct parsed *parsed = parse_right(TASK "task B\n"
						 "at lock.dropped: munmap A.heap[0]\n"
						 "at longterm.walked #3 ? as B:\n"
						 "    drain\n"
						 "    as A: kill B\n"
						 "read A.heap\n"
						 "read A.heap\n");
	const struct statement *read = nth(parsed->story.statements, 3);
	const struct statement *first = read->ats, *second = first->next;

	(void)state;
	assert_int_equal(story_value(first, "POINT")->number, GUPSIM_POINT_LOCK_DROPPED);
	assert_int_equal(story_number(first, "N", 1), 1);
	assert_null(story_value(first, "?"));
	assert_null(first->body->as);
	assert_int_equal(story_value(second, "POINT")->number,
			 GUPSIM_POINT_LONGTERM_WALKED);
	assert_int_equal(story_number(second, "N", 1), 3);
	assert_non_null(story_value(second, "?"));
	assert_string_equal(second->body->as->name, "B");
	assert_string_equal(second->body->next->as->name, "A");
	assert_null(second->next);
	assert_null(read->next->ats);
	parsed_free(parsed);
}

static void a_child_has_its_parents_ranges(void **state)
{
	struct parsed *parsed =
		parse_right(TASK "fork A B\nthread B2 of B\n"
				 "vma B.more at 0x20000 1 page r private anon\n"
				 "read B2.more\nwrite B.heap[3]\n");
	const struct statement *write = nth(parsed->story.statements, 6);
	const struct place *place = &story_value(write, "PAGES")->place;

	(void)state;
	assert_string_equal(place->symbol->name, "B.heap");
	assert_string_equal(place->symbol->mm->name, "B");
	assert_int_equal(place->symbol->start, 0x10000);
	parsed_free(parsed);
}

static void what_was_unmapped_can_be_mapped_again(void **state)
{
	struct parsed *parsed =
		parse_right(TASK "munmap A.heap[1..2]\n"
				 "vma A.new at 0x11000 2 pages r private anon\n"
				 "vma A.all at 0x10000 4 pages r private anon replace\n"
				 "fork A B\nmunmap B.all\nmunmap A.all[3]\n"
				 "vma B.new2 at 0x0f000 6 pages r private anon\n"
				 "vma A.low at 0x0f000 1 page r private anon\n"
				 "vma A.high at 0x13000 2 pages r private anon\n");

	(void)state;
	parsed_free(parsed);
}

/* On either side of what was unmapped the rest still lies. */
static void what_is_left_is_still_mapped(void **state)
{
	static const char *const overlaps[] = {"0x10000 2 pages", "0x12000 2 pages",
					       "0xf000 9 pages", "0x13000 1 page"};

	(void)state;
	for (size_t i = 0; i < sizeof(overlaps) / sizeof(overlaps[0]); i++) {
		char text[256];
		struct parsed *parsed;

		snprintf(text, sizeof(text),
			 TASK "munmap A.heap[1]\nmunmap A.heap[2]\n"
			      "vma A.new at %s r private anon\n",
			 overlaps[i]);
		parsed = parse(text);
		assert_int_equal(parsed->diags.nr, 1);
		assert_part(NULL, parsed->diags.kept[0].message,
			    "A.new overlaps A.heap, 0x10000..0x14000");
		parsed_free(parsed);
	}
}

static void a_clause_may_repeat_its_observable(void **state)
{
	struct parsed *parsed = parse_right(
		TASK "p = get_user_pages(A.heap, 1, 0) -> 1\n"
		     "expect A.heap[0] refcount 1+p | v5.6: 2 | v5.10: -\n"
		     "expect p faults min 1 | v5.9: min 0 maj 0\n"
		     "expect A.heap[0..1] cma no refcount 1 same as A.heap[2] no\n");
	const struct column *count = nth(parsed->story.statements, 3)->columns;
	const struct column *faults = nth(parsed->story.statements, 4)->columns;
	const struct clause *clause = nth(parsed->story.statements, 5)->columns->clauses;

	(void)state;
	assert_int_equal(count->clauses->values->sum->number, 1);
	assert_int_equal(count->clauses->values->sum->nr_terms, 1);
	assert_ptr_equal(count->next->clauses->what, count->clauses->what);
	assert_int_equal(count->next->clauses->values->sum->number, 2);
	assert_null(count->next->next->clauses);
	assert_null(value_find(faults->clauses->values, "maj"));
	assert_int_equal(value_find(faults->next->clauses->values, "maj")->next->number,
			 0);
	assert_non_null(value_find(clause->values, "no"));
	clause = clause->next->next;
	assert_non_null(value_find(clause->values, "no"));
	assert_int_equal(value_find(clause->values, "OTHERS")->place.first, 2);
	parsed_free(parsed);
}

static void a_function_is_needed_only_where_it_runs(void **state)
{
	struct parsed *parsed =
		parse_right("kernels v5.5..v7.9\n"
			    "use pin = get_user_pages | v5.10: pin_user_pages\n" TASK
			    "p = pin(A.heap, 1, 0) -> 1\n"
			    "q = pin_user_folios(A.heap, [1], \"?\") -> - | v7.9: 1\n");

	(void)state;
	parsed_free(parsed);
	parsed =
		parse("kernels v5.5 v5.6\nuse pin = get_user_pages | v5.6: nothing\n" TASK
		      "p = pin(A.heap, 1, 0) -> 1\n");
	assert_int_equal(parsed->diags.nr, 1);
	parsed_free(parsed);
}

/* A name that was declared with a mistake is not complained about again. */
static void one_mistake_is_one_message(void **state)
{
	struct parsed *parsed =
		parse("task A\nvma A.heap at 0x10001 4 pages rw private anon\n"
		      "write A.heap[3]\nfile f on disc 4K\nevict f[0]\n");

	(void)state;
	assert_int_equal(parsed->diags.nr, 2);
	parsed_free(parsed);
}

static void out_of_memory_is_reported(void **state)
{
	static const char text[] =
		TASK "fork A B\nwrite B.heap \"text\"\n"
		     "p = get_user_pages(A.heap, 1, 0) -> 1 | v5.6: 2\n"
		     "expect A.heap refcount 1+p\nbad\n";
	unsigned int n = 0;
	int error;

	(void)state;
	do {
		struct parsed parsed = {.source = {"t.gup", text, strlen(text)}};

		heap_init(&parsed.heap, NULL, NULL);
		parsed.heap.fail_in = ++n;
		pool_init(&parsed.pool, &parsed.heap);
		parsed.diags =
			(struct diags){.pool = &parsed.pool, .source = &parsed.source};
		error = parse_story(&parsed.source, &parsed.diags, &parsed.story);
		story_destroy(&parsed.story, &parsed.heap);
		pool_destroy(&parsed.pool);
		assert_int_equal(parsed.heap.live, 0);
	} while (error == -ENOMEM);
	assert_int_equal(error, 0);
	assert_at_least(NULL, n, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_come_first),
		cmocka_unit_test(without_kernels_it_is_for_the_default),
		cmocka_unit_test(a_vma_has_its_place),
		cmocka_unit_test(a_call_has_its_arguments),
		cmocka_unit_test(results_of_all_kinds),
		cmocka_unit_test(points_belong_to_the_next_call),
		cmocka_unit_test(a_child_has_its_parents_ranges),
		cmocka_unit_test(what_was_unmapped_can_be_mapped_again),
		cmocka_unit_test(what_is_left_is_still_mapped),
		cmocka_unit_test(a_clause_may_repeat_its_observable),
		cmocka_unit_test(a_function_is_needed_only_where_it_runs),
		cmocka_unit_test(one_mistake_is_one_message),
		cmocka_unit_test(out_of_memory_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
