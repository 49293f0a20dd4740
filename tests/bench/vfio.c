/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's memory is all there before the first pin, as a VMM sees to. */
#include "vfio.h"

#include <gupsim/gupsim.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/sched.h>

#include <stdlib.h>
#include <sys/mman.h>

#define START	   (1UL << 30)
#define BATCH	   512 /* pages: what fits in a page full of pointers */
#define PMD_BYTES  (2UL << 20)
#define PUD_BYTES  (1UL << 30)
#define GUEST_SIZE 1024 /* times the pages of a piece of work */

#ifndef MAP_HUGE_1GB
#define MAP_HUGE_1GB (30 << 26)
#endif

struct vfio {
	struct gupsim_machine *machine;
	struct task_struct *task;
	struct page **pages;
	size_t nr;		     /* pages a piece of work */
	unsigned long offset, bytes; /* of the guest: where to go on, and all of it */
};

static void vfio_destroy(void *state)
{
	struct vfio *vfio = state;

	if (vfio->machine)
		gupsim_machine_destroy(&vfio->machine);
	free(vfio->pages);
	free(vfio);
}

static int boot(struct vfio *vfio, bool hugetlb)
{
	struct gupsim_config config = gupsim_config_default();
	int flags = MAP_PRIVATE | MAP_ANONYMOUS, error;

	/* The first huge page begins at a multiple of its size. */
	config.ram_normal = vfio->bytes + PUD_BYTES + (64UL << 20);
	config.ledger = false;
	config.trace = false;
	if (hugetlb) {
		config.hugetlb_1g = vfio->bytes / PUD_BYTES;
		flags |= MAP_HUGETLB | MAP_HUGE_1GB;
	} else {
		config.thp = GUPSIM_THP_ALWAYS;
	}
	error = gupsim_machine_create(&config, &vfio->machine);
	if (!error)
		error = gupsim_task_create(vfio->machine, "bench", &vfio->task);
	if (error)
		return error;
	return gupsim_mmap(vfio->task->mm, START, vfio->bytes, PROT_READ | PROT_WRITE,
			   flags, NULL, 0);
}

static void enter(const struct vfio *vfio)
{
	gupsim_set_current(vfio->task);
	down_read(&vfio->task->mm->mmap_sem);
}

static void leave(const struct vfio *vfio)
{
	up_read(&vfio->task->mm->mmap_sem);
}

static bool populate(const struct vfio *vfio)
{
	unsigned long done;

	enter(vfio);
	for (done = 0; done < vfio->bytes; done += PMD_BYTES)
		if (get_user_pages_remote(vfio->task, vfio->task->mm, START + done, 1,
					  FOLL_WRITE, NULL, NULL, NULL) != 1)
			break;
	leave(vfio);
	return done >= vfio->bytes;
}

static bool pin_batch(struct vfio *vfio, size_t first)
{
	unsigned long addr = START + vfio->offset + first * PAGE_SIZE;

	return pin_user_pages_remote(vfio->task, vfio->task->mm, addr, BATCH,
				     FOLL_WRITE | FOLL_LONGTERM, vfio->pages + first,
				     NULL, NULL) == BATCH;
}

static size_t pin_next(void *state)
{
	struct vfio *vfio = state;
	size_t done = 0;

	enter(vfio);
	while (done < vfio->nr && pin_batch(vfio, done))
		done += BATCH;
	leave(vfio);
	return done == vfio->nr ? done : 0;
}

static size_t unpin_and_go_on(void *state)
{
	struct vfio *vfio = state;

	unpin_user_pages(vfio->pages, vfio->nr);
	vfio->offset = (vfio->offset + vfio->nr * PAGE_SIZE) % vfio->bytes;
	return vfio->nr;
}

static bool is_of_huge_pages(struct vfio *vfio)
{
	return pin_next(vfio) && PageCompound(vfio->pages[1]) && unpin_and_go_on(vfio);
}

static void *vfio_create(size_t nr, bool hugetlb, const char **why)
{
	struct vfio *vfio = calloc(1, sizeof(*vfio));

	*why = "the guest could not be built of huge pages";
	if (!vfio)
		return NULL;
	vfio->nr = (nr + BATCH - 1) / BATCH * BATCH;
	vfio->bytes = (vfio->nr * GUEST_SIZE * PAGE_SIZE + PUD_BYTES - 1) / PUD_BYTES *
		      PUD_BYTES;
	vfio->pages = calloc(vfio->nr, sizeof(struct page *));
	if (vfio->pages && !boot(vfio, hugetlb) && populate(vfio) &&
	    is_of_huge_pages(vfio))
		return vfio;
	vfio_destroy(vfio);
	return NULL;
}

static void *create_hugetlb(size_t nr, const char **why)
{
	return vfio_create(nr, true, why);
}

static void *create_thp(size_t nr, const char **why)
{
	return vfio_create(nr, false, why);
}

const struct bench_case vfio_hugetlb = {"G9", create_hugetlb, pin_next, unpin_and_go_on,
					vfio_destroy};
const struct bench_case vfio_thp = {"G9-thp", create_thp, pin_next, unpin_and_go_on,
				    vfio_destroy};
