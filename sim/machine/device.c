/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a device does to pages: it knows their frames, and nothing of who maps them. */
#include "machine/machine.h"

#include <errno.h>

static int check_transfer(struct page *page, size_t offset, size_t length)
{
	struct base *base = page_phys(page)->base;

	if (offset > PAGE_SIZE || length > PAGE_SIZE - offset)
		return base_error(base, -EINVAL, "the transfer ends beyond the page");
	if (!page_count(page))
		return base_error(base, -EINVAL, "nobody holds the page");
	return 0;
}

static int transfer_in(struct page *page, size_t offset, const void *buf, size_t length)
{
	int error = check_transfer(page, offset, length);

	return error ? error : page_write(page, offset, buf, length);
}

static int transfer_out(struct page *page, size_t offset, void *buf, size_t length)
{
	int error = check_transfer(page, offset, length);

	if (!error)
		page_read(page, offset, buf, length);
	return error;
}

int gupsim_device_write(struct page *page, size_t offset, const void *buf, size_t length)
{
	if (!page)
		return -EINVAL;
	return MACHINE_CALL(base_machine(page_phys(page)->base), "device write",
			    transfer_in(page, offset, buf, length));
}

int gupsim_device_read(struct page *page, size_t offset, void *buf, size_t length)
{
	if (!page)
		return -EINVAL;
	return MACHINE_CALL(base_machine(page_phys(page)->base), "device read",
			    transfer_out(page, offset, buf, length));
}
