// SPDX-License-Identifier: GPL-2.0-or-later
/* WARNs, read back from the kernel's log: "mm/gup.c:1775 __get_user_pages_remote". */
#include "agent.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int log_fd = -1, rearm_fd = -1;

void warns_open(void)
{
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	rearm_fd = open("/sys/kernel/debug/clear_warn_once", O_WRONLY);
	if (log_fd >= 0)
		lseek(log_fd, 0, SEEK_END);
}

/* Those of WARN_ON_ONCE would otherwise come once in a boot. */
void warns_rearm(void)
{
	if (rearm_fd >= 0 && write(rearm_fd, "1", 1) < 0)
		perror("clear_warn_once");
}

static void note(struct op *op, const char *record)
{
	const char *at = strstr(record, "WARNING: CPU:");
	char *warn = op->warns[op->nr_warns];
	char place[64], function[64];

	at = at ? strstr(at, " at ") : NULL;
	if (!at || sscanf(at, " at %63s %63[^+ ]", place, function) != 2 ||
	    op->nr_warns == MAX_WARNS)
		return;
	snprintf(warn, sizeof(op->warns[0]), "%.30s %.32s", place, function);
	op->nr_warns++;
}

void warns_collect(struct op *op)
{
	static char record[8192];
	ssize_t length;

	while (log_fd >= 0 && (length = read(log_fd, record, sizeof(record) - 1)) > 0) {
		record[length] = '\0';
		note(op, record);
	}
}
