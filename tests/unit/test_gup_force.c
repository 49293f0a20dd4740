/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FOLL_FORCE: what a mapping may become counts, not what it is. A forced write breaks COW
 * through a pte that stays read-only, which takes one fault or two.
 */
#include "world.h"

#define WF  (FOLL_WRITE | FOLL_FORCE)
#define OWN "refs 2 map 1 anon lru referenced active"

/* How a mapping comes about: rights, what it maps, what is in it already. */
enum shape {
	ANON,
	ANON_READ,   /* reads have mapped the zero page */
	ANON_FORCED, /* forced writes have made pages */
	ANON_FORKED, /* which a child then shares */
	PRIVATE_FILE,
	PRIVATE_FILE_READ,
	SHARED_ANON,
	SHARED_FILE,
	SHARED_RDONLY, /* of a file that is open for reading only */
	SHARED_FSDAX,
};

static struct file *file_for(struct world *w, enum shape shape)
{
	if (shape == SHARED_FSDAX)
		return fsdax_file(w, 4);
	if (shape < PRIVATE_FILE || shape == SHARED_ANON)
		return NULL;
	return FILE_OF("f", GUPSIM_DISK, .bytes = 4 * PG, .cached = true,
		       .readonly = shape == SHARED_RDONLY);
}

static void shape_heap(struct world *w, enum shape shape, int prot)
{
	map_at(w, HEAP, 4, prot, shape >= SHARED_ANON ? MAP_SHARED : MAP_PRIVATE,
	       file_for(w, shape), 0);
	if (shape == ANON_READ || shape == PRIVATE_FILE_READ)
		peek(w, HEAP, 4);
	if (shape == ANON_FORCED || shape == ANON_FORKED) {
		probe(w, ASK(GUP, HEAP, 4, WF), GIVES(4, .min = 8));
		release(w);
	}
	if (shape == ANON_FORKED)
		fork_as(w->task, "B");
}

/* measured v5.6, the rows named; the pte is that of the first page afterwards */
static const struct {
	const char *name;
	enum shape shape;
	int prot;
	struct ask ask;
	struct answer answer;
	const char *held, *pte;
} rows[] = {
	{"09z, 09r", ANON, PROT_READ, ASKS(REMOTE, HEAP, 4, WF), GETS(4, .min = 8), OWN,
	 "P-AD"},
	{"09a2", ANON_FORCED, PROT_READ, ASKS(REMOTE, HEAP, 4, WF), GETS(4, .min = 4),
	 OWN, "P-AD"},
	{"09b", ANON_READ, PROT_READ, ASKS(REMOTE, HEAP, 4, WF), GETS(4, .min = 4), OWN,
	 "P-AD"},
	{"09d", ANON_FORKED, PROT_READ, ASKS(REMOTE, HEAP, 4, WF), GETS(4, .min = 4), OWN,
	 "P-AD"},
	{"09f", ANON_FORCED, PROT_NONE, ASKS(REMOTE, HEAP, 4, WF), GETS(4, .min = 4), OWN,
	 "--AD protnone"},
	{"09g", ANON, PROT_NONE, ASKS(REMOTE, HEAP, 4, FOLL_FORCE), GETS(4, .min = 4),
	 "refs 5 map 0 zero reserved nomapping", "--A- protnone special"},
	{"09h, 81", ANON_FORCED, PROT_NONE, ASKS(REMOTE, HEAP, 4, FOLL_FORCE), GETS(4),
	 OWN, "--AD protnone"},
	{"09h2", ANON_FORCED, PROT_NONE, ASKS(REMOTE, HEAP, 4, 0), GETS(-EFAULT), NULL,
	 "--AD protnone"},
	{"09i", PRIVATE_FILE, PROT_READ, ASKS(REMOTE, HEAP, 4, WF), GETS(4, .min = 8),
	 OWN, "P-AD"},
	{"09j", PRIVATE_FILE_READ, PROT_READ, ASKS(REMOTE, HEAP, 4, WF),
	 GETS(4, .min = 4), OWN, "P-AD"},
	{"09k", PRIVATE_FILE, PROT_NONE, ASKS(REMOTE, HEAP, 4, WF), GETS(4, .min = 8),
	 OWN, "--AD protnone"},
	{"09l", SHARED_ANON, PROT_READ, ASKS(REMOTE, HEAP, 4, WF), GETS(-EFAULT), NULL,
	 "none"},
	{"09m, 71", SHARED_FILE, PROT_READ, ASKS(REMOTE, HEAP, 4, WF), GETS(-EFAULT),
	 NULL, "none"},
	{"70", SHARED_RDONLY, PROT_READ, ASKS(REMOTE, HEAP, 4, WF), GETS(-EFAULT), NULL,
	 "none"},
	{"03t", SHARED_FSDAX, PROT_READ, ASKS(REMOTE, HEAP, 4, WF), GETS(-EFAULT), NULL,
	 "none"},
	{"67", ANON, PROT_READ, ASKS(REMOTE, HEAP, 4, FOLL_WRITE), GETS(-EFAULT), NULL,
	 "none"},
	{"FORCE of what is allowed anyway", ANON, RW, ASKS(REMOTE, HEAP, 4, WF),
	 GETS(4, .min = 4), OWN, "PWAD"},
};

static void force_takes_what_may_be(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		world_renew(w);
		w->where = rows[i].name;
		shape_heap(w, rows[i].shape, rows[i].prot);
		probe(w, rows[i].ask, rows[i].answer);
		if (rows[i].held)
			assert_pages(w, 4, rows[i].held);
		assert_pte(w, HEAP, rows[i].pte);
		release(w);
	}
}

/* measured v5.6 09r: the same with nobody to charge the faults to. */
static void faults_may_be_nobodys(void **state)
{
	struct world *w = *state;

	anon(w, HEAP, 4, PROT_READ);
	probe(w, ASK(REMOTE, HEAP, 4, WF, .no_tsk = true), GIVES(4));
	assert_pages(w, 4, OWN);
	release(w);
}

/* The other side of each copy: the child's page, the file's. */
static void others_keep_what_they_had(void **state)
{
	struct world *w = *state;
	struct page *shared_page;

	shape_heap(w, ANON_FORKED, PROT_READ);
	shared_page = page_at(w, HEAP);
	probe(w, ASK(REMOTE, HEAP, 4, WF), GIVES(4, .min = 4));
	assert_page(w, shared_page, "refs 1 map 1 anon lru referenced active");
	assert_ptr_not_equal(w->pages[0], shared_page);
	release(w);
	world_renew(w);
	shape_heap(w, PRIVATE_FILE_READ, PROT_READ);
	shared_page = page_at(w, HEAP);
	probe(w, ASK(REMOTE, HEAP, 4, WF), GIVES(4, .min = 4));
	assert_page(w, shared_page, "refs 1 map 0 lru");
	release(w);
}

/* The pte stays read-only: the task itself still may not write. */
static void the_task_gains_nothing(void **state)
{
	struct world *w = *state;
	int signal = 0;

	shape_heap(w, ANON_FORCED, PROT_READ);
	assert_result(gupsim_write(w->task, HEAP, NULL, 1, &signal), -EFAULT);
	assert_int_equal(signal, SIGSEGV);
	assert_pte(w, HEAP, "P-AD");
}

SUITE(world_test(force_takes_what_may_be), world_test(faults_may_be_nobodys),
      world_test(others_keep_what_they_had), world_test(the_task_gains_nothing))
