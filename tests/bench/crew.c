/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thread that measures works, too: with one more it is two. That one waits at a
 * barrier where nothing is to be done. Each repeats its work, so that meeting costs
 * little beside it.
 */
#include "crew.h"

#include "guest.h"
#include "kernels.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#define MAX_CREW 2
#define ROUNDS	 16

struct crew {
	const struct bench_case *work;
	void *state[MAX_CREW];
	unsigned int nr;
	bool started; /* the thread */
	pthread_t thread;
	pthread_barrier_t begin, end;
	bool over;   /* written before, and read after a barrier */
	size_t done; /* by the thread: the same */
};

static size_t rounds(const struct bench_case *work, void *state)
{
	size_t done = 0;

	for (int round = 0; round < ROUNDS; round++) {
		size_t pages = work->work(state);

		if (!pages || !work->undo(state))
			return 0;
		done += pages;
	}
	return done;
}

static void *thread(void *arg)
{
	struct crew *crew = arg;

	for (;;) {
		pthread_barrier_wait(&crew->begin);
		if (crew->over)
			return NULL;
		crew->done = rounds(crew->work, crew->state[1]);
		pthread_barrier_wait(&crew->end);
	}
}

static size_t crew_work(void *state)
{
	struct crew *crew = state;
	size_t done;

	if (!crew->started)
		return rounds(crew->work, crew->state[0]);
	pthread_barrier_wait(&crew->begin);
	done = rounds(crew->work, crew->state[0]);
	pthread_barrier_wait(&crew->end);
	return done && crew->done ? done + crew->done : 0;
}

static void crew_destroy(void *state)
{
	struct crew *crew = state;

	if (crew->started) {
		crew->over = true;
		pthread_barrier_wait(&crew->begin);
		pthread_join(crew->thread, NULL);
	}
	for (unsigned int i = 0; i < crew->nr; i++)
		if (crew->state[i])
			crew->work->teardown(crew->state[i]);
	pthread_barrier_destroy(&crew->begin);
	pthread_barrier_destroy(&crew->end);
	free(crew);
}

static bool crew_start(struct crew *crew)
{
	crew->started = !pthread_create(&crew->thread, NULL, thread, crew);
	return crew->started;
}

static void *crew_create(const struct bench_case *work, unsigned int nr, size_t pages,
			 const char **why)
{
	struct crew *crew = calloc(1, sizeof(*crew));

	*why = "no memory for the threads";
	if (!crew)
		return NULL;
	crew->work = work;
	crew->nr = nr;
	pthread_barrier_init(&crew->begin, NULL, nr);
	pthread_barrier_init(&crew->end, NULL, nr);
	for (unsigned int i = 0; i < nr; i++) {
		crew->state[i] = work->setup(pages, why);
		if (!crew->state[i])
			goto fail;
	}
	*why = "no thread could be started";
	if (nr == 1 || crew_start(crew))
		return crew;
fail:
	crew_destroy(crew);
	return NULL;
}

static void *guest_one(size_t nr, const char **why)
{
	return crew_create(&guest_walk, 1, nr, why);
}

static void *guest_two(size_t nr, const char **why)
{
	return crew_create(&guest_walk, 2, nr, why);
}

static void *walk_one(size_t nr, const char **why)
{
	return crew_create(&ref_case_walk_root, 1, nr, why);
}

static void *walk_two(size_t nr, const char **why)
{
	return crew_create(&ref_case_walk_root, 2, nr, why);
}

const struct bench_case crew_guest_one = {"G13", guest_one, crew_work, NULL,
					  crew_destroy};
const struct bench_case crew_guest_two = {"G13", guest_two, crew_work, NULL,
					  crew_destroy};
const struct bench_case crew_walk_one = {"R", walk_one, crew_work, NULL, crew_destroy};
const struct bench_case crew_walk_two = {"R", walk_two, crew_work, NULL, crew_destroy};
