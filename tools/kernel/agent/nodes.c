// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which zone pages come from: all of ZONE_MOVABLE is a memory node of its own, so that a
 * memory policy chooses, and nobody gets there who has not asked.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BLOCKS "/sys/devices/system/memory"

static void put_online(const char *block)
{
	char path[300], state[16] = "";
	int fd;

	snprintf(path, sizeof(path), BLOCKS "/%s/state", block);
	fd = open(path, O_RDWR);
	if (fd < 0)
		return;
	if (read(fd, state, sizeof(state) - 1) > 0 && !strncmp(state, "offline", 7) &&
	    write(fd, "online_movable", 14) < 0)
		perror(path);
	close(fd);
}

bool nodes_online(void)
{
	DIR *blocks = opendir(BLOCKS);
	struct dirent *entry;

	while (blocks && (entry = readdir(blocks)))
		if (!strncmp(entry->d_name, "memory", 6))
			put_online(entry->d_name);
	if (blocks)
		closedir(blocks);
	return !access("/sys/devices/system/node/node1/meminfo", F_OK);
}

void nodes_use(int node)
{
	unsigned long mask = 1ul << (node < 0 ? 0 : node);

	syscall(SYS_set_mempolicy, node < 0 ? MPOL_DEFAULT : MPOL_PREFERRED,
		node < 0 ? NULL : &mask, node < 0 ? 0 : 8 * sizeof(mask));
}
