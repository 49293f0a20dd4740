/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every call is for all pages of the mapping at once, unless it says otherwise. */
#include "guest.h"

#include <gupsim/gupsim.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/sched.h>

#include <fcntl.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define START (1UL << 30)

struct guest {
	struct gupsim_machine *machine;
	struct task_struct *task;
	struct mm_struct *mm;
	struct page **pages;
	size_t nr;
};

static int guest_map(struct guest *guest)
{
	return gupsim_mmap(guest->mm, START, guest->nr * PAGE_SIZE,
			   PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, NULL, 0);
}

static void guest_destroy(void *state)
{
	struct guest *guest = state;

	if (guest->machine)
		gupsim_machine_destroy(&guest->machine);
	free(guest->pages);
	free(guest);
}

/* RAM for the pages, for their page tables and something to spare. */
static uint64_t ram_for(size_t nr)
{
	return (nr + nr / 128) * PAGE_SIZE + (16 << 20);
}

/* What is looked at beside the pages, and slows the guest down. */
struct watch {
	bool ledger, trace;
};

static int guest_boot(struct guest *guest, struct watch watch)
{
	struct gupsim_config config = gupsim_config_default();
	int error;

	config.ram_normal = ram_for(guest->nr);
	config.ledger = watch.ledger;
	config.trace = watch.trace;
	error = gupsim_machine_create(&config, &guest->machine);
	if (!error)
		error = gupsim_task_create(guest->machine, "bench", &guest->task);
	if (error)
		return error;
	guest->mm = guest->task->mm;
	gupsim_set_current(guest->task);
	return guest_map(guest);
}

/* Nothing is mapped in yet. */
static void *guest_create_watched(size_t nr, struct watch watch, const char **why)
{
	struct guest *guest = calloc(1, sizeof(*guest));

	*why = "the simulated machine could not be built";
	if (!guest)
		return NULL;
	guest->nr = nr;
	guest->pages = calloc(nr, sizeof(struct page *));
	if (guest->pages && !guest_boot(guest, watch))
		return guest;
	guest_destroy(guest);
	return NULL;
}

static void *guest_create(size_t nr, const char **why)
{
	return guest_create_watched(nr, (struct watch){0}, why);
}

static long pin(struct guest *guest, unsigned long start, size_t nr, struct page **pages)
{
	return get_user_pages_remote(guest->task, guest->mm, start, nr, FOLL_WRITE, pages,
				     NULL, NULL);
}

/* The guests of several rows live side by side in this thread. */
static void enter(struct guest *guest)
{
	gupsim_set_current(guest->task);
	down_read(&guest->mm->mmap_sem);
}

static void leave(struct guest *guest)
{
	up_read(&guest->mm->mmap_sem);
}

static size_t pin_all(void *state)
{
	struct guest *guest = state;
	long done;

	enter(guest);
	done = pin(guest, START, guest->nr, guest->pages);
	leave(guest);
	return done == (long)guest->nr ? guest->nr : 0;
}

static size_t unpin_all(void *state)
{
	struct guest *guest = state;

	unpin_user_pages(guest->pages, guest->nr);
	return guest->nr;
}

static size_t put_all(void *state)
{
	struct guest *guest = state;

	for (size_t i = 0; i < guest->nr; i++)
		put_page(guest->pages[i]);
	return guest->nr;
}

/* Mapped in and pinned, after two calls on mapped pages: FOLL_TOUCH activates pages. */
static void *create_pinned_watched(size_t nr, struct watch watch, const char **why)
{
	struct guest *guest = guest_create_watched(nr, watch, why);

	if (!guest)
		return NULL;
	*why = "the simulated pages could not be pinned";
	if (pin_all(guest) && put_all(guest) && pin_all(guest) && put_all(guest) &&
	    pin_all(guest))
		return guest;
	guest_destroy(guest);
	return NULL;
}

static void *create_mapped_watched(size_t nr, struct watch watch, const char **why)
{
	struct guest *guest = create_pinned_watched(nr, watch, why);

	if (guest)
		put_all(guest);
	return guest;
}

static void *create_pinned(size_t nr, const char **why)
{
	return create_pinned_watched(nr, (struct watch){0}, why);
}

static void *create_mapped(size_t nr, const char **why)
{
	return create_mapped_watched(nr, (struct watch){0}, why);
}

static void *create_ledgered(size_t nr, const char **why)
{
	return create_mapped_watched(nr, (struct watch){.ledger = true}, why);
}

static void *create_traced(size_t nr, const char **why)
{
	return create_mapped_watched(nr, (struct watch){.trace = true}, why);
}

const struct bench_case guest_walk = {"G1", create_mapped, pin_all, put_all,
				      guest_destroy};
const struct bench_case guest_walk_ledgered = {"G14", create_ledgered, pin_all, put_all,
					       guest_destroy};
const struct bench_case guest_walk_traced = {"G14-trace", create_traced, pin_all, put_all,
					     guest_destroy};

static size_t pin_fast(void *state)
{
	struct guest *guest = state;
	int nr = (int)guest->nr;

	gupsim_set_current(guest->task);
	return get_user_pages_fast(START, nr, FOLL_WRITE, guest->pages) == nr ? guest->nr
									      : 0;
}

const struct bench_case guest_fast = {"G3", create_mapped, pin_fast, put_all,
				      guest_destroy};
const struct bench_case guest_put = {"G4", create_pinned, put_all, pin_all,
				     guest_destroy};
const struct bench_case guest_unpin = {"G4-unpin", create_pinned, unpin_all, pin_all,
				       guest_destroy};

/* Back to a mapping without pages. */
static size_t unmap_all(void *state)
{
	struct guest *guest = state;

	put_all(guest);
	if (gupsim_munmap(guest->mm, START, guest->nr * PAGE_SIZE) || guest_map(guest))
		return 0;
	return guest->nr;
}

const struct bench_case guest_fault_in = {"G5", guest_create, pin_all, unmap_all,
					  guest_destroy};

static size_t pin_one_by_one(void *state)
{
	struct guest *guest = state;
	size_t done = 0;

	enter(guest);
	while (done < guest->nr &&
	       pin(guest, START + done * PAGE_SIZE, 1, guest->pages) == 1) {
		put_page(guest->pages[0]);
		done++;
	}
	leave(guest);
	return done == guest->nr ? done : 0;
}

const struct bench_case guest_one_page = {"G6", create_mapped, pin_one_by_one, NULL,
					  guest_destroy};

/* Second field of /proc/self/statm, in bytes; 0 if it cannot be read. */
static double resident_bytes(void)
{
	char text[128] = "";
	unsigned long pages = 0;
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) > 0)
		sscanf(text, "%*u %lu", &pages);
	close(fd);
	return (double)pages * sysconf(_SC_PAGESIZE);
}

/* The pages [@first, @end) are faulted in and not held. */
static bool populate(struct guest *guest, size_t first, size_t end)
{
	long done;

	enter(guest);
	done = pin(guest, START + first * PAGE_SIZE, end - first, NULL);
	leave(guest);
	return done == (long)(end - first);
}

double guest_bytes_per_page(size_t nr, const char **why)
{
	struct guest guest = {.nr = 4 * nr};
	double before, worst = NAN;
	size_t mapped = 0;

	malloc_trim(0); /* what earlier rows freed shall not be used again unnoticed */
	before = resident_bytes();
	*why = before ? "the simulated machine could not be filled"
		      : "no /proc/self/statm";
	if (before && !guest_boot(&guest, (struct watch){0})) {
		for (size_t end = nr; end <= guest.nr; end *= 2) {
			if (!populate(&guest, mapped, end)) {
				worst = NAN;
				break;
			}
			mapped = end;
			worst = fmax(worst, (resident_bytes() - before) / mapped);
		}
	}
	if (guest.machine)
		gupsim_machine_destroy(&guest.machine);
	return worst;
}
