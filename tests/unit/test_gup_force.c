/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FOLL_FORCE leaves ptes as the rights of their mapping have them. */
#include "world.h"

#define WF (FOLL_WRITE | FOLL_FORCE)

static const struct {
	const char *name;
	bool file; /* a private mapping of one */
	int prot;
	unsigned int foll;
	unsigned long faults;
	const char *pte;
} rows[] = {
	{"write of read-only memory", false, PROT_READ, WF, 2, "P-AD"},
	{"write of a read-only file", true, PROT_READ, WF, 2, "P-AD"},
	{"write of PROT_NONE", false, PROT_NONE, WF, 2, "--AD protnone"},
	{"read of PROT_NONE", false, PROT_NONE, FOLL_FORCE, 1, "--A- protnone special"},
	{"write of what may be written anyway", false, RW, WF, 1, "PWAD"},
};

static void rights_stay_in_the_pte(struct world *w)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct file *file = NULL;

		world_row(w, rows[i].name);
		if (rows[i].file)
			file = FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true);
		map_at(w, HEAP, 1, rows[i].prot, MAP_PRIVATE, file, 0);
		probe(w, ASK(REMOTE, HEAP, 1, rows[i].foll),
		      GIVES(1, .min = rows[i].faults));
		assert_pte(w, HEAP, rows[i].pte);
		release(w);
	}
}

SUITE(world_test(rights_stay_in_the_pte))
