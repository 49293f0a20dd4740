/* SPDX-License-Identifier: GPL-2.0-or-later */
/* struct pages of a device: persistent memory, or memory of a PCI device. */
#ifndef GUPSIM_LINUX_MEMREMAP_H
#define GUPSIM_LINUX_MEMREMAP_H

#include <linux/mm_types.h>

enum memory_type {
	MEMORY_DEVICE_FS_DAX = 2,
	MEMORY_DEVICE_DEVDAX = 3,
	MEMORY_DEVICE_PCI_P2PDMA = 4,
};

/*
 * A device's range of page frames. `dying` makes every later get_dev_pagemap() fail, as
 * it does while the device is being removed.
 */
struct dev_pagemap {
	enum memory_type type;
	unsigned long start_pfn, nr_pages;
	unsigned int vmemmap_shift; /* the order of its pages; 0: they are not compound */
	int ref;
	bool dying;
};

#endif
