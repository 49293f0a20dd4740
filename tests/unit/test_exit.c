/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How address spaces end: with their last user, inside the call that was it. */
#include "world.h"

#include "machine/machine.h"

struct leaving {
	struct task_struct *task;
	int left;
};

static void exit_task(void *arg, enum gupsim_point point)
{
	struct leaving *leaving = arg;

	(void)point;
	if (!leaving->left)
		assert_result(NULL, gupsim_exit(leaving->task), 0);
	leaving->left++;
}

/* B reads what its mm alone maps, and is gone before the disk has answered. */
static void the_last_access_ends_the_mm(struct world *w)
{
	struct file *file = FILE_OF("f", GUPSIM_DISK, .bytes = 2 * PG);
	struct leaving leaving = {0};

	map_at(w, HEAP, 2, PROT_READ, MAP_SHARED, file, 0);
	madvise_random(w, HEAP, 2);
	leaving.task = fork_as(w->task, "B");
	peek(w, HEAP, 1);
	unmap(w, HEAP, 2); /* the page was referenced once */
	assert_result(w, gupsim_read(leaving.task, HEAP, NULL, PG, NULL), 0);

	gupsim_listen(w->machine, exit_task, &leaving);
	assert_result(w, gupsim_read(leaving.task, HEAP + PG, NULL, PG, NULL), 0);
	gupsim_listen(w->machine, NULL, NULL);
	assert_number(w, leaving.left, 1);
	/* Referenced twice, and no pagevec holds it after the call. */
	assert_page(w, gupsim_file_page(file, 0), "refs 1 map 0 lru active");
}

SUITE(world_test(the_last_access_ends_the_mm))
