// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's only program: makes the machine quiet, carries out the plans in /plans one
 * after the other, each in processes of its own, and powers off.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define KHUGEPAGED   "/sys/kernel/mm/transparent_hugepage/khugepaged/"

#define PLAN_SECONDS 10
#define MOST_NODES   2

struct world *world;

#define ANSWERS "/dev/vport0p1"

/* What the host waits for. */
static FILE *out;

static void refuse(const char *what)
{
	fprintf(out, "{\"error\":\"%s: %s\"}\n", what, strerror(errno));
	fflush(out);
}

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0)
		return; /* this kernel has no such thing to be quiet about */
	if (write(fd, text, strlen(text)) < 0)
		perror(path);
	close(fd);
}

static void be_quiet(void)
{
	static const char *const settings[][2] = {
		{"/proc/sys/vm/dirty_writeback_centisecs", "0"},
		{"/proc/sys/vm/compaction_proactiveness", "0"},
		{"/proc/sys/vm/stat_interval", "3600"},
		{"/proc/sys/kernel/numa_balancing", "0"},
		{"/proc/sys/kernel/randomize_va_space", "0"},
		{"/proc/sys/vm/overcommit_memory", "1"},
		/* A daemon that makes huge pages of small ones, unless some lack. */
		{KHUGEPAGED "scan_sleep_millisecs", "1000000000"},
		{KHUGEPAGED "max_ptes_none", "0"},
		/* Whoever wants a huge page has one made of what is free. */
		{"/sys/kernel/mm/transparent_hugepage/defrag", "always"},
		{"/sys/kernel/mm/ksm/run", "0"},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		put_file(settings[i][0], settings[i][1]);
}

void huge_pages(const char *where)
{
	put_file("/sys/kernel/mm/transparent_hugepage/enabled", where);
}

/* Devices come up while the agent runs already. */
void await_node(const char *path)
{
	for (int i = 0; access(path, F_OK) && i < 5000; i++)
		usleep(1000);
}

static bool mount_at(const char *what, const char *type, const char *path,
		     const char *options)
{
	mkdir(path, 0755);
	if (*what == '/')
		await_node(what);
	return !mount(what, path, type, 0, options);
}

/* Modules bear a number in front of their names: the order in which they go. */
static int is_module(const struct dirent *entry)
{
	return strstr(entry->d_name, ".ko") != NULL;
}

static bool load_modules(void)
{
	struct dirent **entries;
	int nr = scandir("/modules", &entries, is_module, alphasort);

	for (int i = 0; i < nr; i++) {
		char path[300];
		int fd;

		snprintf(path, sizeof(path), "/modules/%s", entries[i]->d_name);
		fd = open(path, O_RDONLY);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0)) {
			refuse(entries[i]->d_name);
			return false;
		}
		close(fd);
	}
	return nr > 0;
}

/* Errors until the modules are loaded go to a port that needs none. */
static void open_output(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios raw;
	FILE *file;

	if (!tcgetattr(fd, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(fd, TCSANOW, &raw);
	}
	file = fdopen(fd, "w");
	if (file && out)
		fclose(out);
	out = file ? file : out ? out : stdout;
}

/* False: the machine is not what plans need; the host was told. */
static bool set_up(void)
{
	static const struct {
		const char *what, *type, *path, *options;
	} mounts[] = {
		{"tmpfs", "tmpfs", "/mnt/shmem", NULL},
		/* What is closed after it was truncated is not to be written back. */
		{SLOW_DISK, "ext4", "/mnt/disk", "noauto_da_alloc"},
		{"/dev/pmem0", "ext4", "/mnt/dax", "dax"},
	};

	mount_at("devtmpfs", "devtmpfs", "/dev", NULL);
	mount_at("proc", "proc", "/proc", NULL);
	mount_at("sysfs", "sysfs", "/sys", NULL);
	mount_at("debugfs", "debugfs", "/sys/kernel/debug", NULL);
	open_output("/dev/ttyS1");
	if (!load_modules())
		return false;
	await_node(ANSWERS);
	open_output(ANSWERS);
	if (!slow_disk("/dev/vda")) {
		refuse(SLOW_DISK);
		return false;
	}
	if (!nodes_online()) {
		refuse("a node of movable memory");
		return false;
	}
	mkdir("/mnt", 0755);
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		if (mount_at(mounts[i].what, mounts[i].type, mounts[i].path,
			     mounts[i].options))
			continue;
		refuse(mounts[i].path);
		return false;
	}
	be_quiet();
	return true;
}

/* Plans. */

/* By munmap, which does it even of nothing. */
void drain(void)
{
	void *page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(page, PAGE);
}

static void run_op(int i)
{
	struct op *op = &world->ops[i];

	if (!world->hold)
		drain();
	if (!op->nr_places)
		warns_rearm();
	if (op->verb->by_task)
		task_do(op->task, i);
	else
		op->result = verb_run(op);
	op->done = true;
	if (op->nr_places) /* who looks reads nothing, and wakes nobody */
		return;
	reads_settle();
	helpers_settle();
	warns_collect(op);
}

/* The director: the parent of the tasks, which has them work one at a time. */
static void direct(const char *fixture, const char *sum)
{
	world->director = getpid();
	warns_open();
	touch_warm_up();
	if (!helpers_start())
		_exit(1);
	for (int i = 0; i < world->nr_ops && !world->cannot; i++)
		run_op(i);
	drain();
	if (world->cannot)
		fprintf(out, "{\"cannot\":\"%s\"}\n", world->cannot);
	else
		answers_write(out);
	fprintf(out, "{\"end\":\"%s\",\"plan\":\"%s\"}\n", fixture, sum);
	fflush(out);
	_exit(0);
}

static bool make_world(void)
{
	world = mmap(NULL, sizeof(*world), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (world == MAP_FAILED)
		return false;
	world->turn = world->node = -1;
	world->pkeys = pkeys_there();
	world->probe = open("/dev/" PROBE_NODE, O_RDWR | O_CLOEXEC);
	return world->probe >= 0;
}

/*
 * Wait for the director; one that does not come to an end is told, and killed. Tasks
 * whose parent has exited are ours: as long as nobody reaps them, they can be found.
 */
static void await(int pid)
{
	int status = 0, ended = 0;

	for (int i = 0; ended != pid && i < PLAN_SECONDS * 1000; i++) {
		ended = waitpid(-1, &status, WNOHANG);
		if (!ended)
			usleep(1000);
	}
	if (ended == pid && WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	fprintf(out, "{\"error\":\"%s\"}\n",
		ended == pid ? "the agent could not carry out the plan" : "it hangs");
	fflush(out);
}

/* Everything of a plan ends with it: its processes, and what they hold. */
static void carry_out(const char *fixture, const char *sum)
{
	const struct probe_lock unlock_all = {.mode = PROBE_LOCK_NONE};
	int pid;

	huge_pages("never");
	/* A plan that the machine does not survive is the last that is named. */
	fprintf(out, "{\"fixture\":\"%s\"}\n", fixture);
	fflush(out);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		signal(SIGCHLD, SIG_IGN);
		direct(fixture, sum);
	}
	await(pid);
	ioctl(world->probe, PROBE_IOC_LOCK, &unlock_all); /* exits would wait for them */
	kill(-pid, SIGKILL);
	while (wait(NULL) > 0)
		;
	close(world->probe);
	for (int node = 0; node <= MOST_NODES; node++)
		nodes_huge_pages(node, 0);
	munmap(world, sizeof(*world));
}

static void refuse_plan(const char *fixture, int line)
{
	fprintf(out, "{\"fixture\":\"%s\"}\n{\"error\":\"", fixture);
	fprintf(out,
		"the agent cannot read line %d of the plan, or keep it: it has room for "
		"%d names and %d looks\"}\n",
		line, MAX_NAMES, MAX_LOOKS);
	fflush(out);
}

/* "fixture PATH", the lines of its plan, "end SUM". */
static void run_plans(FILE *plans)
{
	static char line[MAX_LINE], fixture[MAX_LINE];
	bool inside = false;

	while (fgets(line, sizeof(line), plans)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "fixture ", 8)) {
			strcpy(fixture, line + 8);
			inside = make_world();
			if (!inside)
				refuse("/dev/" PROBE_NODE);
		} else if (inside && !strncmp(line, "end ", 4)) {
			carry_out(fixture, line + 4);
			inside = false;
		} else if (inside && !plan_line(line)) {
			refuse_plan(fixture, world->nr_ops + 1);
			inside = false;
		}
	}
}

static void run_all(void)
{
	FILE *plans = fopen("/plans", "re");

	if (!plans) {
		refuse("/plans");
		return;
	}
	run_plans(plans);
	fputs("{\"done\":1}\n", out);
}

int main(void)
{
	if (set_up())
		run_all();
	fclose(out);
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}
