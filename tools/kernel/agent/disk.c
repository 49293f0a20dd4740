// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A disk that takes time: whoever reads a page that is not cached finds the read under
 * way, and has to wait. An emulated disk is at times quicker than the fault that asks for
 * it.
 */
#include "agent.h"

#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ms: for less than 50 v6.12 polls, and what was to end together ends apart. */
#define READ_DELAY "52"

struct request {
	struct dm_ioctl head;
	struct dm_target_spec target;
	char params[128];
};

static bool ask(int control, unsigned long command, struct request *request)
{
	request->head.version[0] = DM_VERSION_MAJOR;
	request->head.data_size = sizeof(*request);
	request->head.data_start = sizeof(request->head);
	strcpy(request->head.name, "slow");
	return !ioctl(control, command, request);
}

static bool load(int control, const char *disk)
{
	struct request table = {.head = {.target_count = 1}};
	int fd = open(disk, O_RDONLY);
	uint64_t bytes = 0;

	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &bytes))
		return false;
	close(fd);
	table.target.length = bytes / 512;
	strcpy(table.target.target_type, "delay");
	snprintf(table.params, sizeof(table.params), "%s 0 " READ_DELAY " %s 0 0", disk,
		 disk);
	return ask(control, DM_TABLE_LOAD, &table);
}

bool slow_disk(const char *disk)
{
	struct request create = {.target = {0}}, resume = {.target = {0}};
	int control;
	bool made;

	await_node(disk);
	await_node("/dev/mapper/control");
	control = open("/dev/mapper/control", O_RDWR);
	if (control < 0)
		return false;
	made = ask(control, DM_DEV_CREATE, &create) && load(control, disk) &&
	       ask(control, DM_DEV_SUSPEND, &resume);
	close(control);
	return made;
}
