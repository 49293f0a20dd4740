/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The gupsim command: what it says where, and its exit status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT (1 << 18)

static char output[OUTPUT];

/* Run the command with its @stream ("1" or "2") in `output`; its exit status. */
static int run(const char *stream, const char *arguments)
{
	char line[1024];
	size_t length;
	FILE *pipe;
	int status;

	snprintf(line, sizeof(line), "%s %s %s", GUPSIM_COMMAND, arguments,
		 *stream == '1' ? "2>/dev/null" : "2>&1 >/dev/null");
	pipe = popen(line, "r");
	assert_non_null(pipe);
	length = fread(output, 1, OUTPUT - 1, pipe);
	output[length] = '\0';
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void assert_has(const char *part)
{
	if (!strstr(output, part))
		fail_msg("no `%s` in:\n%s", part, output);
}

static void assert_refused(const char *arguments, const char *message)
{
	assert_int_equal(run("1", arguments), 2);
	assert_string_equal(output, "");
	assert_int_equal(run("2", arguments), 2);
	assert_has(message);
}

/* A folder of fixtures to run in. */

static char folder[] = "/tmp/gupsim-XXXXXX";

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || chdir(folder))
		return -1;
	mkdir("good", 0755);
	mkdir("good/below", 0755);
	mkdir("empty", 0755);
	mkdir("mixed", 0755);
	write_file("good/b.gup", "kernels v5.5 v5.6\ntask A\n");
	write_file("good/a.gup", "task A\nget_user_pages(0x1000, 1, 0) -> -EFAULT\n");
	write_file("good/below/c.gup", "task A\n");
	write_file("good/notes.txt", "no fixture\n");
	write_file("fixture.gup", "task A\n"
				  "vma A.a at 0x10000 3 pages rw private anon\n"
				  "vma A.b at 0x20000 1 page rw private anon\n"
				  "write A.b\n"
				  "p = get_user_pages_remote(A, A.a, 2, WRITE, "
				  "locked=1) -> 2\n"
				  "expect A.a[0] refcount 1+p\n"
				  "put p\n");
	write_file("differs.gup", "kernels v5.5 v5.6\ntask A\n"
				  "vma A.a at 0x10000 1 page rw private anon\n"
				  "p = get_user_pages_remote(A, A.a, 1, LONGTERM) -> 1\n"
				  "q = pin_user_pages(A.a, 1, 0) -> - | v5.6: 1\n");
	write_file("mixed/fails.gup", "task A\nget_user_pages(0x1000, 1, 0) -> 1\n");
	write_file("mixed/wrong.gup", "task A\nfrob\n");
	return 0;
}

static int remove_folder(void **state)
{
	char line[64];

	(void)state;
	snprintf(line, sizeof(line), "rm -r %s", folder);
	return chdir("/") || system(line);
}

static void it_tells_how_to_use_it(void **state)
{
	(void)state;
	assert_refused("", "gupsim run ");
	assert_int_equal(run("1", "--help"), 0);
	assert_has("gupsim run [--kernel R]... [--format FORMAT] [--rule NAME=VALUE]...\n"
		   "           [--option NAME=VALUE]... FILE|DIR...\n");
	assert_has("\ngupsim judge --kernel R [--format FORMAT] [--cma] ANSWERS "
		   "FILE|DIR...\n");
	assert_has("\nverbs    list what a fixture can say\n");
	assert_has("\n--kernel R           only on release R, as v6.1 or 6.1; `all`: on "
		   "all that are\n"
		   "                     modelled\n");
	assert_has("Exit status: 0 all held");
	assert_int_equal(run("1", "--version"), 0);
	assert_has("gupsim 0.");
	assert_refused("runn",
		       "unknown command 'runn': there are run, explain, dump, plan, "
		       "judge, random, reduce, matrix, kernels, verbs, points\n");
	assert_refused("--frob run good", "unrecognized option '--frob'");
	assert_refused("run --format xml good",
		       "unknown format 'xml': there are text, ktap and json");
}

static void directories_are_searched_in_order(void **state)
{
	(void)state;
	assert_int_equal(run("1", "run good"), 0);
	assert_string_equal(output, "ok      good/a.gup on v5.6\n"
				    "ok      good/b.gup on v5.5 v5.6\n"
				    "ok      good/below/c.gup on v5.6\n"
				    "4 passed\n");
	assert_int_equal(run("1", "run --kernel v5.5 good/b.gup good"), 0);
	assert_string_equal(output, "ok      good/b.gup on v5.5\n"
				    "ok      good/b.gup on v5.5\n"
				    "2 passed, 2 skipped\n");
	assert_int_equal(run("2", "run good"), 0);
	assert_string_equal(output, "");
}

static void wrong_input_wins_over_failure(void **state)
{
	(void)state;
	assert_int_equal(run("1", "run mixed/fails.gup"), 1);
	assert_has("mixed/fails.gup:2:1: on v5.6\n    get_user_pages(0x1000, 1, 0) -> 1\n"
		   "  expected  1\n  actual    -EFAULT\n");
	assert_int_equal(run("1", "run mixed good"), 2);
	assert_has("FAILED  mixed/fails.gup on v5.6\n");
	assert_has("4 passed, 1 failed, 1 mistake in the input\n");
	assert_int_equal(run("2", "run mixed"), 2);
	assert_string_equal(output, "mixed/wrong.gup:2:1: unknown verb 'frob'\n"
				    "    frob\n    ^~~~\n");
}

static void what_is_missing_is_said(void **state)
{
	(void)state;
	assert_refused("run", "run: give FILE|DIR...\n");
	assert_refused("run nowhere", "nowhere: No such file or directory");
	assert_refused("run empty", "empty: there is no .gup file below it");
	assert_refused("run --kernel v7.9 good", "unknown kernel 'v7.9'");
	assert_refused("run --rule a=b good", "unknown rule 'a'");
	assert_refused("run --option retry=alwys good",
		       "unknown option 'retry=alwys'; did you mean 'retry=always'?");
	assert_refused("run --option io=hold good", "unknown option 'io=hold'");
	assert_refused("matrix --option retry=always good", "matrix takes no --option");
	assert_refused("run --kernel", "requires an argument");
	assert_refused("explain", "explain: give FILE[:LINE]\n");
	assert_refused("explain good/b.gup", "there is no call in this file");
	assert_refused("explain good/a.gup:1", "there is no call in this line");
	assert_refused("explain good/a.gup:3", "there is no such line in this file");
	assert_refused("explain good/a.gup:0", "good/a.gup:0: lines are counted from 1");
	assert_refused("explain good/a.gup:-1",
		       "good/a.gup:-1: No such file or directory");
	assert_refused("dump", "dump: give FILE:LINE\n");
	assert_refused("dump good/a.gup", "dump: give FILE:LINE\n");
	assert_refused("dump good/a.gup:0", "good/a.gup:0: lines are counted from 1");
	assert_refused("dump good/a.gup:3", "there is no such line in this file");
	assert_refused("dump good/a.gup:18446744073709551616",
		       "there is no such line in this file");
	assert_refused("dump nowhere.gup:1", "nowhere.gup: No such file or directory");
	assert_refused("verbs frob", "unknown verb 'frob'\n");
	assert_refused("verbs wirte", "unknown verb 'wirte'; did you mean 'write'?\n");
}

static void what_is_not_used_is_refused(void **state)
{
	(void)state;
	assert_refused("kernels foo", "kernels: did not expect 'foo'\n");
	assert_refused("verbs write read", "verbs: did not expect 'read'\n");
	assert_refused("verbs --markdown write", "verbs: did not expect 'write'\n");
	assert_refused("explain good/a.gup:2 good", "explain: did not expect 'good'\n");
	assert_refused("explain --format json good/a.gup:2",
		       "explain takes no --format\n");
	assert_refused("dump --markdown good/a.gup:2", "dump takes no --markdown\n");
	assert_refused("kernels --kernel v5.6", "kernels takes no --kernel\n");
	assert_refused("run --markdown good", "run takes no --markdown\n");
}

static void reports_have_their_forms(void **state)
{
	(void)state;
	assert_int_equal(run("1", "run --format ktap mixed good"), 2);
	assert_has("KTAP version 1\n1..6\n");
	assert_has("\nnot ok 1 mixed/fails.gup@v5.6\n");
	assert_has("\n# mixed/wrong.gup:2:1: unknown verb");
	assert_has("\nnot ok 2 mixed/wrong.gup\n");
	assert_has("\nok 6 good/below/c.gup@v5.6\n");
	assert_int_equal(run("1", "run --format json mixed good"), 2);
	assert_has("\"passed\": 4, \"failed\": 1, \"skipped\": 0, \"errors\": 1}\n");
}

static void a_run_can_be_looked_into(void **state)
{
	(void)state;
	assert_int_equal(run("1", "explain good/a.gup:2"), 0);
	assert_has(
		"good/a.gup:2: on v5.6\n    get_user_pages(0x1000, 1, 0) -> -EFAULT\n");
	assert_has("returns -> -EFAULT\n");
	assert_int_equal(run("1", "dump good/a.gup:1"), 0);
	assert_has("good/a.gup:1: on v5.6\nmm A: ");
	assert_int_equal(run("1", "kernels"), 0);
	assert_has("v5.5 v5.6");
	assert_has("get_user_pages_remote.longterm = refused|unless_locked|served\n");
	assert_has("v5.6      unless_locked    measured on Linux 5.6.4, commit "
		   "c4237f8b1f4f\n");
	assert_int_equal(run("1", "verbs evict"), 0);
	assert_has("evict FILEPAGES\n");
}

static void a_plan_says_what_is_done_and_not_what_is_expected(void **state)
{
	(void)state;
	write_file("plan.gup", "kernels v5.6..v6.12\n"
			       "use pin = get_user_pages | v5.10: pin_user_pages\n"
			       "task A\n"
			       "vma A.heap at 0x10000 2 pages rw private anon\n"
			       "write A.heap[1] \"hi\"\n"
			       "p = pin(A.heap, 2, WRITE|LONGTERM) -> 2\n"
			       "expect A.heap[0] refcount 1+p same as p[0]\n"
			       "put p\n");
	write_file("no.gup", "task A\nio done\n");
	assert_int_equal(run("1", "plan --kernel 5.10.223 plan.gup no.gup"), 0);
	assert_string_equal(
		output,
		"fixture plan.gup\n"
		"2 task A\n"
		"3 mmap A 0x10000 2 rw private anon 0\n"
		"4 write A 0x11000 1 6869\n"
		"5 call A p pin_user_pages - 0x10000 2 0x10001 pages locked=NULL 2\n"
		"6 look at:A:0x10000:1 entry:p:0:1\n"
		"7 put p as_taken\n"
		"end 0ab617b46ff4502d\n");
	assert_int_equal(run("2", "plan --kernel 5.10.223 plan.gup no.gup"), 0);
	assert_string_equal(output, "no.gup is for v5.6, not for 5.10.223\n");
	write_file("some.gup", "kernels v5.5 v5.7..v5.9 v5.10.223..v6.1.192 v6.12..\n"
			       "task A\n");
	assert_int_equal(run("2", "plan --kernel v6.6 some.gup"), 0);
	assert_string_equal(output, "some.gup is for v5.5 v5.7..v5.9 v5.10.223..v6.1.192 "
				    "v6.12.., not for v6.6\n");
	assert_int_equal(run("1", "plan plan.gup"), 0);
	assert_has("5 call A p get_user_pages - ");
	assert_int_equal(run("2", "plan no.gup"), 1);
	assert_string_equal(output,
			    "no.gup:2: no plan: the verb is not done in a guest\n");
	write_file("drop.gup", "file regs on pfnmap 8K readonly\n");
	assert_int_equal(run("2", "plan drop.gup"), 1);
	assert_string_equal(output,
			    "drop.gup:1: no plan: 'readonly' is not done in a guest\n");
	write_file("peer.gup", "file bar on p2pdma 8K\n");
	assert_int_equal(run("2", "plan peer.gup"), 1);
	assert_string_equal(output, "peer.gup:1: no plan: the guest has no PCI device "
				    "with memory for its peers\n");
	write_file("keys.gup", "kernels v5.10..v6.12\n"
			       "file keys on secretmem 8K\n");
	assert_int_equal(run("2", "plan --kernel 5.10.223 keys.gup"), 1);
	assert_string_equal(output, "keys.gup:2: no plan: the guest's kernel has no "
				    "memfd_secret()\n");
	assert_int_equal(run("1", "plan --kernel 6.1.192 keys.gup"), 0);
	assert_has("1 secretmem keys 8192\n");
	write_file("keys.gup", "kernels v6.12\n"
			       "file keys on secretmem 8K readonly\n");
	assert_int_equal(run("2", "plan --kernel 6.12 keys.gup"), 1);
	assert_string_equal(output,
			    "keys.gup:2: no plan: 'readonly' is not done in a guest\n");
	write_file("cma.gup", "ram normal 2M cma 4M\n"
			      "task A\n"
			      "vma A.heap at 0x10000 1 pages rw private anon\n"
			      "write A.heap in cma\n");
	assert_int_equal(run("2", "plan cma.gup"), 1);
	assert_string_equal(output, "cma.gup:1: no plan: the guest has no CMA area\n");
	assert_int_equal(run("1", "plan --cma cma.gup"), 0);
	assert_has("0 zone cma\n");
	assert_has("3 write A 0x10000 1 in cma\n");
	assert_refused("run --cma cma.gup", "run takes no --cma");
	assert_refused("plan", "plan: give FILE|DIR...\n");
	assert_refused("plan --kernel x plan.gup",
		       "gupsim: unknown kernel 'x': there are v5.5, ");
	assert_refused("plan --kernel v5.10 --kernel v6.1 plan.gup",
		       "gupsim: plan takes one --kernel\n");
	assert_int_equal(run("2", "plan mixed"), 2);
	assert_has("unknown verb 'frob'");
}

/* Answers to three fixtures, of a release that nobody models; %d are a result and a
 * count. */
#define ANSWERS                                                                          \
	"{\"fixture\":\"a.gup\"}\n"                                                      \
	"{\"n\":1,\"result\":0,\"signal\":0,\"min\":0,\"maj\":0,\"warns\":\"\"}\n"       \
	"{\"n\":2,\"result\":0,\"signal\":0,\"min\":0,\"maj\":0,\"warns\":\"\"}\n"       \
	"{\"n\":3,\"result\":%d,\"signal\":0,\"min\":2,\"maj\":0,\"locked\":0,\"lock\":" \
	"0,"                                                                             \
	"\"entries\":[0,1],\"warns\":\"\"}\n"                                            \
	"{\"n\":4,\"place\":0,\"page\":0,\"frame\":0,\"pte\":\"present\",\"refcount\":%" \
	"d,"                                                                             \
	"\"mapcount\":1,\"flags\":\"anon\",\"bytes\":\"6869\"}\n"                        \
	"{\"n\":4,\"place\":1,\"page\":0,\"frame\":0,\"pte\":\"\",\"refcount\":%d,"      \
	"\"mapcount\":1,\"flags\":\"anon\",\"bytes\":\"6869\"}\n"                        \
	"{\"n\":5,\"result\":0,\"signal\":0,\"min\":0,\"maj\":0,\"warns\":\"\"}\n"       \
	"{\"end\":\"a.gup\"}\n"                                                          \
	"{\"fixture\":\"hung.gup\"}\n{\"error\":\"it hangs\"}\n"                         \
	"{\"fixture\":\"new.gup\"}\n{\"cannot\":\"no such "                              \
	"flag\"}\n{\"end\":\"new.gup\"}\n"

static void write_answers(int result, int count)
{
	char text[2048];

	snprintf(text, sizeof(text), ANSWERS, result, count, count);
	write_file("answers", text);
}

static void a_guests_answers_are_judged(void **state)
{
	static const char fixture[] = "kernels v5.6..v9.1\n"
				      "task A\n"
				      "vma A.heap at 0x10000 2 pages rw private anon\n"
				      "p = get_user_pages(A.heap, 2, 0) -> 1 | v9.1: 2\n"
				      "expect A.heap[0] refcount 1+p anon bytes \"hi\" "
				      "same as p[0]\n"
				      "put p\n";

	(void)state;
	write_file("a.gup", fixture);
	write_file("hung.gup", fixture);
	write_file("new.gup", fixture);
	write_file("other.gup", "kernels v9.2\ntask A\n");
	write_file("no.gup", "kernels v5.6..v9.1\ntask A\nio done\n");
	write_answers(2, 2);
	assert_int_equal(run("1", "judge --kernel 9.1.7 answers a.gup new.gup other.gup "
				  "no.gup"),
			 0);
	assert_string_equal(output, "ok      a.gup on 9.1.7\n"
				    "skipped new.gup: no such flag\n"
				    "skipped other.gup: it is for v9.2, not for 9.1.7\n"
				    "skipped no.gup: the verb is not done in a guest\n"
				    "1 passed, 3 skipped\n");
	write_answers(1, 3);
	assert_int_equal(run("1", "judge --kernel v9.1.7 answers a.gup"), 1);
	assert_has("  expected  2\n  actual    1\n");
	assert_has("  where     A.heap[0] refcount\n  expected  2 (p holds 1)\n"
		   "  actual    3\n");
	assert_int_equal(run("2", "judge --kernel v9.1 answers hung.gup"), 1);
	assert_has("hung.gup: the guest: it hangs\n");
	assert_int_equal(run("2", "judge --kernel v9.1 a.gup a.gup"), 1);
	assert_has("a.gup: the guest gave no answer\n");
	write_file("short", "{\"fixture\":\"a.gup\"}\n{\"n\":1,\"result\":0}\n");
	assert_int_equal(run("2", "judge --kernel v9.1 short a.gup"), 1);
	assert_has("a.gup: the guest's answer breaks off\n");
	write_file("few", "{\"fixture\":\"a.gup\"}\n{\"n\":1}\n{\"end\":\"a.gup\"}\n");
	assert_int_equal(run("1", "judge --kernel v9.1 few a.gup"), 1);
	assert_has("  expected  an answer of the guest\n  actual    there is none\n");
	write_file("old",
		   "{\"fixture\":\"a.gup\"}\n{\"end\":\"a.gup\",\"plan\":\"1\"}\n");
	assert_int_equal(run("2", "judge --kernel v9.1 old a.gup"), 1);
	assert_has("a.gup: the guest's answers are to another plan: ask it again\n");
	write_file("kept", "{\"recorded\":\"v9.1\"}\n");
	assert_int_equal(run("2", "judge --kernel v9.1 kept a.gup"), 1);
	assert_has("a.gup: it was never recorded\n");
	assert_refused("judge answers a.gup", "judge: give --kernel R\n");
	assert_refused("judge --kernel v9.1 answers",
		       "judge: give ANSWERS FILE|DIR...\n");
	assert_refused("judge --kernel v9.1 nowhere a.gup", "nowhere: No such file");
	assert_refused("judge --kernel v9.1 --format ktap answers a.gup",
		       "the formats are text and json");
}

static void random_fixtures_are_written(void **state)
{
	(void)state;
	assert_int_equal(run("1", "random --seed 7 --count 20 --write made"), 0);
	assert_has(", 20 calls, 0 failed, on v5.6\n");
	assert_int_equal(run("1", "run made"), 0);
	assert_has("made/random-7-0001.gup on v5.6\n");
	assert_int_equal(run("1", "random --seed 7 --count 20 --kernel v5.5"), 0);
	assert_has(", 20 calls, 0 failed, on v5.5\n");
}

static void a_guest_can_do_random_fixtures(void **state)
{
	(void)state;
	mkdir("asked", 0755);
	run("1", "random --seed 1 --count 1400 --kernel v6.1.192 --write asked");
	assert_int_equal(run("2", "plan --kernel v6.1.192 asked"), 0);
	assert_string_equal(output, "");
}

static void random_asks_for_numbers(void **state)
{
	(void)state;
	assert_refused("random --seed 1", "random: give --count N\n");
	assert_refused("random --count 1", "random: give --seed S\n");
	assert_refused("random --seed 1 --seed 2 --count 1", "random takes one --seed\n");
	assert_refused("random --seed x --count 1", "--seed takes a number, not 'x'\n");
	assert_refused("random --seed 1 --count -1",
		       "--count takes a number, not '-1'\n");
	assert_refused("random --seed 1 --count 0", "--count takes at least 1\n");
	assert_refused("random --seed 1 --count 1 --kernel v9.9",
		       "unknown kernel 'v9.9'");
	assert_refused("random --seed 1 --count 1 --kernel all", "name one release\n");
	assert_refused("random --seed 1 --count 1 --rule a=b", "unknown rule 'a'");
	assert_refused("random --seed 1 --count 1 here",
		       "random: did not expect 'here'\n");
	assert_refused("random --seed 1 --count 1 --write none/below",
		       "none/below: No such file or directory\n");
	assert_refused("random --seed 1 --count 1 --write good/a.gup",
		       "Not a directory\n");
	assert_refused("run --seed 1 good", "run takes no --seed\n");
}

static void smaller_fixtures_are_written(void **state)
{
	(void)state;
	assert_int_equal(run("1", "reduce --kernel v5.6 --write less fixture.gup"), 0);
	assert_has(" candidates\n");
	assert_int_equal(run("1", "run less"), 0);
	assert_has("less/fixture.0001.gup on v5.6\n");
	/* The write of a range goes with it. */
	assert_int_equal(system("grep -L 'vma .*A.b' less/fixture.*.gup | grep -q ."), 0);
	assert_int_equal(system("grep -L 'vma .*A.b' less/fixture.*.gup | xargs grep -q "
				"'A.b'"),
			 123 << 8);
	/* The last page of A.a is asked for by nobody. */
	assert_int_equal(system("grep -q 'A.a at 0x10000 2 pages' less/fixture.*.gup"),
			 0);
	assert_int_equal(system("grep -q '(A, A.a, 2, 0, locked=1)' less/fixture.*.gup"),
			 0);
	assert_int_equal(
		system("grep -q '(A, A.a, 1, WRITE, locked=1)' less/fixture.*.gup"), 0);
	assert_int_equal(system("grep -q '(A, A.a, 2, WRITE)' less/fixture.*.gup"), 0);
}

static void reduce_asks_for_what_it_needs(void **state)
{
	(void)state;
	assert_refused("reduce", "reduce: give --kernel R\n");
	assert_refused("reduce --kernel v5.6 good/a.gup", "reduce: give --write DIR\n");
	assert_refused("reduce --kernel v5.6 --write less", "reduce: give FILE\n");
	assert_refused("reduce --write less good/a.gup", "reduce: give --kernel R\n");
	assert_refused("reduce --write less --kernel v9.9 good/a.gup",
		       "unknown kernel 'v9.9'");
	assert_refused("reduce --write less --kernel v5.5 good/a.gup",
		       "it is not for this release");
	assert_refused("reduce --write less --kernel v5.6 mixed/wrong.gup",
		       "unknown verb 'frob'");
	assert_refused("reduce --write less --kernel v5.6 nowhere.gup",
		       "No such file or directory");
}

static void a_guest_tells_of_vmas_locks_and_faults(void **state)
{
	(void)state;
	write_file("b.gup", "kernels v5.6..v9.1\n"
			    "file log on disk 4K cached\n"
			    "task A\n"
			    "vma A.heap at 0x10000 2 pages rw private anon\n"
			    "p = get_user_pages(A.heap, 2, 0, vmas=yes) -> 2\n"
			    "expect p.vmas[0] A.heap\n"
			    "expect p.vmas[1] unset\n"
			    "expect vma A.heap pages 2 flags READ\n"
			    "expect A faults min 2 maj 1\n"
			    "expect lock A read\n"
			    "expect log[0] refcount 1 lru active\n"
			    "put p\n");
	write_file("answers",
		   "{\"fixture\":\"b.gup\"}\n"
		   "{\"n\":1,\"result\":0}\n{\"n\":2,\"result\":0}\n"
		   "{\"n\":3,\"result\":0}\n"
		   "{\"n\":4,\"result\":2,\"min\":2,\"maj\":1,\"entries\":[0,1],"
		   "\"vmas\":[3,-1]}\n"
		   "{\"n\":5,\"place\":0,\"page\":0,\"frame\":-2,\"vma\":3}\n"
		   "{\"n\":7,\"place\":0,\"page\":0,\"frame\":-2,\"vma\":3,"
		   "\"vm_start\":65536,\"vm_end\":73728,\"vm_flags\":1}\n"
		   "{\"n\":9,\"place\":0,\"page\":0,\"frame\":-2,\"lock\":1}\n"
		   "{\"n\":10,\"place\":0,\"page\":0,\"frame\":2,\"refcount\":1,"
		   "\"flags\":\"lru active\"}\n"
		   "{\"n\":11,\"result\":0}\n{\"end\":\"b.gup\"}\n");
	run("1", "judge --kernel v9.1 answers b.gup");
	assert_string_equal(output, "ok      b.gup on v9.1\n1 passed\n");
	assert_int_equal(run("1", "plan b.gup"), 0);
	assert_has("5 look vma:A:0x10000:2\n");
	assert_has("9 look lock:A\n10 look file:log:0:1\n");
}

static void answers_that_no_agent_gives_fail(void **state)
{
	(void)state;
	write_file("b.gup", "kernels v5.6..v9.1\n"
			    "task A\n"
			    "vma A.heap at 0x10000 1 page rw private anon\n"
			    "p = get_user_pages(A.heap, 1, WRITE) -> 1\n"
			    "device read p[0] \"x\"\n"
			    "drain\n");
	write_file("answers",
		   "{\"fixture\":\"b.gup\"}\n"
		   "{\"n\":1,\"result\":0,\"waits\":1}\n{\"n\":2,\"result\":0}\n"
		   "{\"n\":3,\"result\":1,\"entries\":[-2],\"heads\":[7]}\n"
		   "{\"n\":4,\"place\":0,\"page\":0,\"frame\":3}\n"
		   "{\"n\":4,\"result\":0}\n"
		   "{\"n\":5,\"result\":0}\n{\"end\":\"b.gup\"}\n");
	assert_int_equal(run("1", "judge --kernel v9.1 answers b.gup"), 1);
	assert_has("    task A\n  expected  an answer of the guest\n"
		   "  actual    it waits, and for no file\n");
	assert_has("  where     what the device reads\n  expected  \"x\"\n"
		   "  actual    \"\\x00\"\n");
}

static void releases_are_held_against_each_other(void **state)
{
	(void)state;
	assert_int_equal(run("1", "matrix differs.gup good"), 0);
	assert_string_equal(
		output,
		"differs.gup\n"
		" line  call                                            v5.5      v5.6\n"
		"    4  p = get_user_pages_remote(A, A.a, 1, LONGTERM)  -EINVAL!  1\n"
		"\n-  not made there    !  with a WARN\n");
	assert_int_equal(run("1", "matrix good/b.gup"), 0);
	assert_string_equal(output, "no call differs\n");
	assert_int_equal(run("1", "matrix --kernel v5.6 --kernel v6.1 differs.gup"), 0);
	assert_string_equal(output, "no fixture is for two of the releases\n");
	assert_refused("matrix --kernel v5.6 differs.gup", "name two releases\n");
	/* Nothing is said of what could not be read. */
	assert_int_equal(run("1", "matrix mixed/wrong.gup"), 2);
	assert_string_equal(output, "");
	assert_int_equal(run("1", "matrix --json mixed/wrong.gup"), 2);
	assert_string_equal(output, "{\"fixtures\": [], \"errors\": 1}\n");
	assert_int_equal(run("1", "matrix --all differs.gup good/a.gup"), 0);
	assert_has(
		"    5  q = pin_user_pages(A.a, 1, 0)                   -         1\n");
	assert_has("good/a.gup\n line  call                          v5.6\n"
		   "    2  get_user_pages(0x1000, 1, 0)  -EFAULT\n");
	write_file("ordinal.gup",
		   "kernels v5.5 v5.6\n"
		   "task A\n"
		   "vma A.a at 0x10000 2 pages rw private anon\n"
		   "at lock.dropped #2 ?: q = get_user_pages(A.a, 1, 0) -> -\n"
		   "p = get_user_pages(A.a, 1, 0) -> 1\n");
	assert_int_equal(run("1", "matrix --all ordinal.gup"), 0);
	assert_has("at lock.dropped #2 ?: q = get_user_pages(A.a, 1, 0)  ");
}

static void what_makes_a_difference_is_told(void **state)
{
	(void)state;
	assert_int_equal(run("1", "matrix --explain differs.gup"), 0);
	assert_has("v5.5 -> v5.6: get_user_pages_remote.longterm: refused -> "
		   "unless_locked, commit c4237f8b1f4f\n");
	/* An override is in force on both: then there is nothing to explain. */
	assert_int_equal(run("1", "matrix --explain --rule "
				  "get_user_pages_remote.longterm=refused differs.gup"),
			 0);
	assert_string_equal(output, "no call differs\n");
	assert_int_equal(run("1", "matrix --explain --json differs.gup"), 0);
	assert_has("\"results\": {\"v5.5\": \"-EINVAL warn get_user_pages_remote\", "
		   "\"v5.6\": \"1\"}");
	assert_has("{\"from\": \"v5.5\", \"to\": \"v5.6\", \"rules\": [{\"rule\": "
		   "\"get_user_pages_remote.longterm\", \"before\": \"refused\", "
		   "\"after\": \"unless_locked\", \"commit\": \"c4237f8b1f4f\"}]}");
	write_file(
		"either.gup",
		"kernels v5.6 v5.7\n"
		"file log on disk 16K cold\n"
		"task A\n"
		"vma A.log at 0x10000 2 pages r shared file log\n"
		"at lock.dropped: kill A\n"
		"get_user_pages_unlocked(A.log, 1, 0) -> -ERESTARTSYS | v5.7: -EINTR\n");
	assert_int_equal(run("1", "matrix --explain either.gup"), 0);
	assert_has(" or faultin_page.killable: not -> eintr, commit 71335f37c5e8\n");
	assert_int_equal(run("1", "matrix --explain --json either.gup"), 0);
	assert_has(", \"enough\": \"each\"}");
	assert_refused("matrix", "matrix: give FILE|DIR...\n");
	assert_refused("matrix --kernel v9.9 good", "unknown kernel 'v9.9'");
	assert_refused("matrix --seed 1 good", "matrix takes no --seed\n");
	assert_int_equal(run("2", "matrix --json mixed"), 2);
	assert_has("unknown verb 'frob'");
}

static const char *naming(const char *kernel, const char *const command[2])
{
	static char line[256];

	snprintf(line, sizeof(line), "%s --kernel %s %s", command[0], kernel, command[1]);
	return line;
}

/* One way to name a release serves all commands. */
static void releases_are_named_alike(void **state)
{
	static const char *const commands[][2] = {
		{"random --seed 1 --count 1", ""},
		{"reduce --write less", "fixture.gup"},
		{"plan", "good/b.gup"},
		{"judge", "answers later.gup"},
		{"run", "good/b.gup"}, /* from here on they take several */
		{"explain", "differs.gup"},
		{"dump", "differs.gup:2"},
		{"matrix --kernel v5.5", "differs.gup"},
	};

	(void)state;
	write_file("answers", "{\"recorded\":\"v5.6\"}\n");
	write_file("later.gup", "kernels v5.7\ntask A\n"); /* so that nobody was asked */
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		assert_int_equal(run("1", naming("5.6", commands[i])), 0);
		assert_int_equal(run("1", naming("v5.6", commands[i])), 0);
		assert_refused(naming("v6", commands[i]),
			       "gupsim: unknown kernel 'v6': there are v5.5, v5.6, ");
		if (i < 4)
			assert_refused(naming("all", commands[i]),
				       "gupsim: name one release\n");
		else
			assert_int_equal(run("1", naming("all", commands[i])), 0);
	}
	assert_refused("run --kernel v6.6 good", "gupsim: unknown kernel 'v6.6': there ");
	assert_refused("run --rule get_user_pages_remote.longterm=x good",
		       "gupsim: unknown value 'x' of get_user_pages_remote.longterm: "
		       "there are refused, unless_locked, served\n");
	assert_refused("--frob run good", "gupsim: unrecognized option '--frob'\n");
	assert_refused("verbs frob", "gupsim: unknown verb 'frob'\n");
}

/* Cells that look alike differ in who warns. */
static void who_warns_is_told_where_it_is_the_difference(void **state)
{
	(void)state;
	write_file("warns.gup", "kernels v5.6 v5.9 v5.10 v6.1\n"
				"task A\n"
				"vma A.a at 0x10000 1 page rw private anon\n"
				"get_user_pages(A.a, 1, PIN|WRITE) -> -EINVAL\n");
	assert_int_equal(run("1", "matrix warns.gup"), 0);
	assert_has("        WARN in get_user_pages on v5.6 v5.9; in is_valid_gup_flags "
		   "on v5.10 v6.1\n");
	assert_int_equal(run("1", "matrix differs.gup"), 0);
	assert_null(strstr(output, "WARN in"));
}

/* A stable tree is a branch: mainline is compared with mainline. */
static void point_releases_are_branches(void **state)
{
	(void)state;
	write_file("stack.gup",
		   "kernels v6.1 v6.1.192 v6.12\n"
		   "task A\n"
		   "vma A.s at 0x7f0000 1 page rw private anon growsdown\n"
		   "write A.s\n"
		   "p = get_user_pages_remote(A, 0x7ef000, 1, WRITE) -> 1 | v6.1.192: "
		   "-EFAULT\n");
	assert_int_equal(run("1", "matrix --explain stack.gup"), 0);
	assert_has("        v6.1 -> v6.1.192: find_extend_vma.grow: grows -> not, commit "
		   "8d7071af8907 of v6.5\n"
		   "        v6.1 -> v6.12: find_extend_vma.grow: grows -> not, commit "
		   "8d7071af8907 of v6.5\n");
	assert_int_equal(run("1", "explain --kernel v6.1 stack.gup:5"), 0);
	assert_int_equal(run("1", "kernels --markdown"), 0);
	assert_has("## v6.12, after v6.1\n");
	/* Of what was asked for, a point release may be all there is to compare with. */
	write_file("older.gup", "kernels v5.10 v5.10.223 v5.15\n"
				"pmem pm0 1M\n"
				"file data on pm0 4K\n"
				"task A\n"
				"vma A.a at 0x10000 1 page rw private anon\n"
				"vma A.d at 0x11000 1 page rw shared file data\n"
				"write A.a\n"
				"p = pin_user_pages(A.a, 2, LONGTERM) -> -EOPNOTSUPP | "
				"v5.15: 1\n");
	assert_int_equal(run("1", "matrix --explain --kernel v5.10.223 --kernel v5.15 "
				  "older.gup"),
			 0);
	assert_has("        v5.10.223 -> v5.15: check_vma_flags.fsdax: accepted -> "
		   "refused, commit 52650c8b466b of v5.11\n");
}

static void a_full_disk_is_noticed(void **state)
{
	(void)state;
	assert_int_equal(system(GUPSIM_COMMAND " kernels >/dev/full 2>/dev/null") >> 8,
			 2);
}

/* The pages in docs/ are those that the command makes. */
static void assert_page(const char *path, const char *command)
{
	static char page[OUTPUT];
	FILE *file = fopen(path, "r");
	size_t at = 0;
	int line = 1;

	assert_non_null(file);
	page[fread(page, 1, OUTPUT - 1, file)] = '\0';
	fclose(file);
	assert_int_equal(run("1", command), 0);
	while (page[at] && page[at] == output[at])
		line += page[at++] == '\n';
	if (page[at] != output[at])
		fail_msg("%s:%d: `gupsim %s` prints it otherwise: write it anew", path,
			 line, command);
}

static void the_pages_are_up_to_date(void **state)
{
	(void)state;
	assert_page(GUPSIM_SOURCE "/docs/verbs.md", "verbs --markdown");
	assert_page(GUPSIM_SOURCE "/docs/kernels.md", "kernels --markdown");
	assert_page(GUPSIM_SOURCE "/docs/points.md", "points --markdown");
}

/* What was measured on a Debian kernel was so on the package that recordings pin. */
static void evidence_names_the_pinned_packages(void **state)
{
	FILE *file = fopen(GUPSIM_SOURCE "/tools/kernel/packages", "r");
	char line[256], version[64], asked[128];
	int pinned = 0;

	(void)state;
	assert_non_null(file);
	assert_int_equal(run("1", "kernels"), 0);
	while (fgets(line, sizeof(line), file)) {
		if (*line == '#' || sscanf(line, "%*s %*s %63s", version) != 1)
			continue;
		snprintf(asked, sizeof(asked), " measured on Debian %s", version);
		assert_has(asked);
		pinned++;
	}
	fclose(file);
	assert_int_equal(pinned, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_tells_how_to_use_it),
		cmocka_unit_test(directories_are_searched_in_order),
		cmocka_unit_test(wrong_input_wins_over_failure),
		cmocka_unit_test(what_is_missing_is_said),
		cmocka_unit_test(what_is_not_used_is_refused),
		cmocka_unit_test(reports_have_their_forms),
		cmocka_unit_test(a_run_can_be_looked_into),
		cmocka_unit_test(a_plan_says_what_is_done_and_not_what_is_expected),
		cmocka_unit_test(a_guests_answers_are_judged),
		cmocka_unit_test(random_fixtures_are_written),
		cmocka_unit_test(a_guest_can_do_random_fixtures),
		cmocka_unit_test(random_asks_for_numbers),
		cmocka_unit_test(smaller_fixtures_are_written),
		cmocka_unit_test(reduce_asks_for_what_it_needs),
		cmocka_unit_test(a_guest_tells_of_vmas_locks_and_faults),
		cmocka_unit_test(answers_that_no_agent_gives_fail),
		cmocka_unit_test(releases_are_held_against_each_other),
		cmocka_unit_test(what_makes_a_difference_is_told),
		cmocka_unit_test(releases_are_named_alike),
		cmocka_unit_test(who_warns_is_told_where_it_is_the_difference),
		cmocka_unit_test(point_releases_are_branches),
		cmocka_unit_test(evidence_names_the_pinned_packages),
		cmocka_unit_test(a_full_disk_is_noticed),
		cmocka_unit_test(the_pages_are_up_to_date),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder) != 0;
}
