/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A user's first program: pin another task's pages and give them back. It is built for
 * the release that the headers follow by default, and for v6.12.
 */
#include <gupsim/gupsim.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/version.h>
#include <stdio.h>
#include <sys/mman.h>

#define NR   4
#define ADDR 0x10000UL

static long pin(struct mm_struct *mm, struct page **pages)
{
	long ret;

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 8, 0)
	down_read(&mm->mmap_sem);
	ret = get_user_pages_remote(NULL, mm, ADDR, NR, FOLL_WRITE | FOLL_LONGTERM, pages,
				    NULL, NULL);
	up_read(&mm->mmap_sem);
#else
	mmap_read_lock(mm);
	ret = pin_user_pages_remote(mm, ADDR, NR, FOLL_WRITE | FOLL_LONGTERM, pages,
				    NULL);
	mmap_read_unlock(mm);
#endif
	return ret;
}

static void unpin(struct page *page)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 8, 0)
	set_page_dirty_lock(page);
	put_page(page);
#else
	unpin_user_pages_dirty_lock(&page, 1, true);
#endif
}

static int run(struct gupsim_machine *machine)
{
	struct task_struct *driver, *guest;
	struct page *pages[NR];
	long ret;

	if (gupsim_task_create(machine, "driver", &driver) ||
	    gupsim_task_create(machine, "guest", &guest) ||
	    gupsim_mmap(guest->mm, ADDR, NR * PAGE_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE, NULL, 0))
		return -1;
	ret = pin(guest->mm, pages);
	printf("%ld pages, %d references to the first\n", ret,
	       ret > 0 ? page_count(pages[0]) : 0);
	for (long i = 0; i < ret; i++)
		unpin(pages[i]);
	return ret == NR && gupsim_held(machine, NULL, NULL) == 0 &&
			       gupsim_audit(machine, NULL, NULL) == 0
		       ? 0
		       : -1;
}

int main(void)
{
	struct gupsim_machine *machine;
	int ret;

	if (gupsim_machine_create(NULL, &machine))
		return 1;
	ret = run(machine);
	if (ret)
		fprintf(stderr, "%s\n", gupsim_error(machine));
	gupsim_machine_destroy(&machine);
	return ret != 0;
}
