/* SPDX-License-Identifier: GPL-2.0-or-later */
/* callgrind collects only below ir_measured(), and prints its sum in the end. */
#include "ir.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#define INSTRUMENTED true
#else
#define INSTRUMENTED false
#endif

size_t ir_measured(const struct bench_case *work, void *state);

/* The barrier keeps the work from being called by a jump, which callgrind would miss. */
__attribute__((noinline)) size_t ir_measured(const struct bench_case *work, void *state)
{
	size_t done = work->work(state);

	__asm__ volatile("" ::: "memory");
	return done;
}

static bool warm_up(const struct bench_case *work, void *state)
{
	return work->work(state) && (!work->undo || work->undo(state));
}

int ir_drive(const struct bench_case *work, size_t nr)
{
	const char *why;
	void *state = work->setup(nr, &why);
	bool ok;

	if (!state)
		return -EIO;
	ok = warm_up(work, state) && warm_up(work, state) &&
	     ir_measured(work, state) == nr;
	work->teardown(state);
	return ok ? 0 : -EIO;
}

/* Becomes valgrind, with everything that it says on @output. */
static _Noreturn void exec_valgrind(const char *row, size_t nr, int output)
{
	char self[4096], pages[32];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length > 0) {
		self[length] = '\0';
		snprintf(pages, sizeof(pages), "%zu", nr);
		dup2(output, STDERR_FILENO);
		execlp("valgrind", "valgrind", "--tool=callgrind",
		       "--callgrind-out-file=/dev/null", "--toggle-collect=ir_measured",
		       self, "--ir-driver", row, pages, (char *)NULL);
	}
	_exit(127);
}

/* The sum is on a line "==PID== Collected : SUM". */
static double read_sum(FILE *output)
{
	char line[512];
	double sum = NAN;

	while (fgets(line, sizeof(line), output))
		sscanf(line, "==%*d== Collected : %lf", &sum);
	return sum;
}

static double count(const struct bench_case *work, size_t nr, const char **why)
{
	double sum = NAN;
	FILE *output;
	int fds[2], status = -1;
	pid_t child;

	*why = "valgrind could not be started";
	if (pipe(fds))
		return NAN;
	child = fork();
	if (child == 0) {
		close(fds[0]);
		exec_valgrind(work->name, nr, fds[1]);
	}
	close(fds[1]);
	output = child > 0 ? fdopen(fds[0], "r") : NULL;
	if (!output) {
		close(fds[0]);
	} else {
		sum = read_sum(output);
		fclose(output);
	}
	if (child > 0)
		waitpid(child, &status, 0);
	if (status == 0)
		return sum;
	if (WIFEXITED(status))
		*why = WEXITSTATUS(status) == 127 ? "valgrind is not installed"
						  : "the work failed under valgrind";
	return NAN;
}

double ir_per_page(const struct bench_case *work, size_t nr, const char **why)
{
	double once, twice;

	if (INSTRUMENTED) {
		*why = "valgrind and AddressSanitizer exclude each other";
		return NAN;
	}
	once = count(work, nr, why);
	twice = isnan(once) ? once : count(work, 2 * nr, why);
	return (twice - once) / nr;
}
