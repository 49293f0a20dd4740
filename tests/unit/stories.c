/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fixtures in files, and what is said of them. */
#include "stories.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void write_fixture(char *path, const char *text)
{
	int fd = mkstemps(path, 4);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}
