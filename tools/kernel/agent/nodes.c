// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which zone pages come from: all of ZONE_MOVABLE is a memory node of its own, and so is
 * the CMA area of a kernel that has one, so that a memory policy chooses, and nobody gets
 * there who has not asked.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <dirent.h>
#include <stdlib.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NODE_NORMAL 0
#define NODE_CMA    1

#define BLOCKS	    "/sys/devices/system/memory"
#define NODES	    "/sys/devices/system/node"

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
	return !access(NODES "/node1/meminfo", F_OK);
}

/* What was put online is the last of the nodes. */
static int movable(void)
{
	return access(NODES "/node2", F_OK) ? 1 : 2;
}

int nodes_named(const char *word)
{
	return !strcmp(word, "movable") ? movable()
	       : !strcmp(word, "cma")	? NODE_CMA
					: NODE_NORMAL;
}

/* What the CPU's own node would be anyway is asked for, too: the default policy has a
 * page follow whoever meets a NUMA hint. */
void nodes_use(int node)
{
	unsigned long mask = 1ul << (node < 0 ? NODE_NORMAL : node);

	syscall(SYS_set_mempolicy, MPOL_PREFERRED, &mask, 8 * sizeof(mask));
}

#define POOL "hugepages/hugepages-2048kB/nr_hugepages"

/* A page that is still held when its pool shrinks goes when it is given back. */
bool nodes_huge_pages(int node, uint64_t nr)
{
	char path[100], text[24] = "";
	int fd;

	snprintf(path, sizeof(path), NODES "/node%d/" POOL, node < 0 ? 0 : node);
	snprintf(text, sizeof(text), "%lu", (unsigned long)nr);
	fd = open(path, O_RDWR);
	if (fd < 0)
		return !nr;
	if (write(fd, text, strlen(text)) < 0)
		text[0] = '\0';
	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		text[0] = '\0';
	close(fd);
	return strtoull(text, NULL, 10) == nr;
}
