/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lockless walk: what no fixture can set up, and that it is the same without a
 * ledger. */
#include "world.h"

#include "mm/pgtable.h"

/* Without a ledger, too, the walk refuses what it cannot count. */
static void counts_overflow_once(struct world *w)
{
	static const char walk[] = "WARN try_get_compound_head";
	static const struct {
		const char *name;
		int count;
		enum door door;
		struct answer answer;
	} rows[] = {
		{"23c", 0x7fffffff, FAST, GETS(1)},
		{"23e", -0x7fffffff - 1, FAST,
		 GETS(-ENOMEM,
		      .reports = "WARN try_get_compound_head, WARN try_get_page")},
		{"23g", -0x7fffffff - 1, PRE_FAST, GETS(0, .reports = walk)},
		{"107", 0, FAST, GETS(-ENOMEM, .reports = "WARN try_get_page")},
		{"0, without a way back", 0, PRE_FAST, GETS(0)},
	};

	w->config.ledger = false;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page *page;

		world_row(w, rows[i].name);
		page = touched(w, 1);
		page->_refcount = rows[i].count;
		probe(w, ASK(rows[i].door, HEAP, 1, FOLL_WRITE), rows[i].answer);
		release(w);
		assert_number(w, page_count(page), rows[i].count);
		page->_refcount = 1;
	}
}

/* A page is a page in whatever VMA it lies; a pte that is special is not one. */
static void no_flag_of_a_vma_matters(struct world *w)
{
	static const struct {
		const char *name;
		unsigned long set, cleared;
	} flags[] = {
		{"VM_IO", VM_IO, 0},
		{"VM_PFNMAP", VM_PFNMAP, 0},
		{"no VM_WRITE", 0, VM_WRITE | VM_MAYWRITE},
		{"no VM_READ", 0, VM_READ | VM_MAYREAD},
	};

	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		struct vm_area_struct *vma;
		unsigned long vm_flags;

		world_row(w, flags[i].name);
		touched(w, 2);
		vma = find_vma(w->mm, HEAP);
		vm_flags = vma->vm_flags;
		vma->vm_flags = (vm_flags | flags[i].set) & ~flags[i].cleared;
		probe(w, ASK(FAST, HEAP, 2, FOLL_WRITE), GIVES(2));
		probe(w, ASK(PRE_FAST, HEAP, 3, 0), GIVES(2));
		vma->vm_flags = vm_flags;
		release(w);
	}
}

/* Pages in three tables of ptes, with a gap in each level in turn. */
static void it_ends_where_a_table_ends(struct world *w)
{
	static const struct {
		const char *name;
		unsigned long start;
	} ends[] = {
		{"a pte", HEAP},
		{"a table of ptes", PMD_SIZE},
		{"a table of pmds", 1UL << PUD_SHIFT},
		{"a table of puds", 1UL << PGDIR_SHIFT},
	};

	for (int ledger = 1; ledger >= 0; ledger--) {
		w->config.ledger = ledger;
		for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
			unsigned long last = ends[i].start - 2 * PG;

			world_row(w, ends[i].name);
			anon(w, last, 2, RW);
			touch(w, last, 2);
			probe(w, ASK(PRE_FAST, last, 4, FOLL_WRITE), GIVES(2));
			probe(w, ASK(FAST, last, 4, FOLL_WRITE | FOLL_LONGTERM),
			      GIVES(2));
			assert_pages(w, 2, "refs 3 map 1 anon lru referenced active");
			release(w);
			anon(w, ends[i].start, 2, RW);
			touch(w, ends[i].start, 2);
			probe(w, ASK(PRE_FAST, last, 4, FOLL_WRITE), GIVES(4));
			release(w);
		}
	}
}

/* One pte of each kind behind two pages, for each way through the table. */
static void both_loops_stop_at_the_same_pte(struct world *w)
{
	static const struct {
		const char *name;
		u64 set, cleared;
		unsigned int flags;
		long ret;
	} ptes[] = {
		{"as it is", 0, 0, FOLL_WRITE, 3},
		{"read-only", 0, _PAGE_RW, FOLL_WRITE, 2},
		{"read-only, to read", 0, _PAGE_RW, 0, 3},
		{"not for users", 0, _PAGE_USER, 0, 2},
		{"protnone", _PAGE_PROTNONE, _PAGE_PRESENT, 0, 2},
		{"special", _PAGE_SPECIAL, 0, 0, 2},
		{"on its way elsewhere", SWP_MIG_YOUNG, _PAGE_PRESENT, 0, 2},
	};

	for (int ledger = 1; ledger >= 0; ledger--) {
		w->config.ledger = ledger;
		for (size_t i = 0; i < ARRAY_LEN(ptes); i++) {
			pte_t *ptep, pte;

			world_row(w, ptes[i].name);
			touched(w, 3);
			ptep = mm_find_pte(w->mm, HEAP + 2 * PG);
			pte = *ptep;
			set_pte(ptep,
				(pte_t){(pte.pte | ptes[i].set) & ~ptes[i].cleared});
			probe(w, ASK(PRE_FAST, HEAP, 3, ptes[i].flags),
			      GIVES(ptes[i].ret));
			set_pte(ptep, pte);
			release(w);
		}
	}
}

/* A listener that acts once at a point. */
struct listener {
	struct world *w;
	enum gupsim_point at;
	void (*act)(struct world *w);
};

static void hear(void *arg, enum gupsim_point point)
{
	struct listener *listener = arg;

	if (!listener->act || point != listener->at)
		return;
	void (*act)(struct world *) = listener->act;

	listener->act = NULL;
	act(listener->w);
}

/* A walk in a walk does not end the other one's interrupts-off section. */
static void walk_again(struct world *w)
{
	struct page *page, *old = page_at(w, HEAP);

	assert_number(w, get_user_pages_fast(HEAP + PG, 1, 0, &page), 1);
	put_page(page);
	unmap(w, HEAP, 1);
	assert_number(w, get_user_pages_fast(HEAP + PG, 1, 0, &page), 1);
	put_page(page);
	assert_number(w, page_count(old), 1);
}

static void walks_nest(struct world *w)
{
	struct listener listener = {w, GUPSIM_POINT_FAST_PTE_READ, walk_again};
	struct page *old = touched(w, 2);

	assert_number(w, gupsim_listen(w->machine, hear, &listener), 0);
	probe(w, ASK(PRE_FAST, HEAP, 2, FOLL_WRITE), GIVES(0));
	assert_number(w, page_count(old), 0);
	gupsim_listen(w->machine, NULL, NULL);
}

/* More pages than one batch has room for; all are gone when the walk is over. */
static void unmap_all(struct world *w)
{
	struct page *last = page_at(w, HEAP + 199 * PG);

	unmap(w, HEAP, 200);
	assert_number(w, page_count(last), 1);
}

static void many_pages_wait_for_the_end(struct world *w)
{
	struct listener listener = {w, GUPSIM_POINT_FAST_PTE_READ, NULL};

	touched(w, 200);
	assert_number(w, gupsim_listen(w->machine, hear, &listener), 0);
	probe(w, ASK(FAST, HEAP, 1, FOLL_WRITE), GIVES(1));
	listener.act = unmap_all;
	probe(w, ASK(PRE_FAST, HEAP + PG, 100, FOLL_WRITE), GIVES(0));
	gupsim_listen(w->machine, NULL, NULL);
	release(w);
	assert_number(w, gupsim_audit(w->machine, NULL, NULL), 0);
}

/* No release has the flag: who takes no flags that it does not know says so. */
static void a_flag_of_no_release(struct world *w)
{
	touched(w, 1);
	probe(w, ASK(FAST, HEAP, 1, GUPSIM_FOLL_UNKNOWN),
	      GIVES(-EINVAL, .reports = "WARN internal_get_user_pages_fast"));
}

/* Nobody looks on, and there is no ledger: the release or the pin still asks for more. */
static void unwatched_walks_ask_as_much(struct world *w)
{
	static const struct {
		const char *name, *kernel, *rule, *value;
	} rows[] = {
		{"v5.6", "v5.6", NULL, NULL},
		{"v5.6 with P2PDMA refused", "v5.6", "try_grab_page.p2pdma", "refused"},
		{"v5.15", "v5.15", NULL, NULL},
		{"v6.12", "v6.12", NULL, NULL},
	};

	w->config.ledger = w->config.trace = false;
	w->config.linux_version = 0;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct page *pages[2], *first;

		w->config.kernel = rows[i].kernel;
		world_row(w, rows[i].name);
		if (rows[i].rule)
			gupsim_rule_set(w->machine, rows[i].rule, rows[i].value);
		first = touched(w, 2);
		assert_result(w, gupsim_get_user_pages_fast(HEAP, 2, FOLL_WRITE, pages),
			      2);
		assert_same(w, pages[0], first);
		assert_number(w, page_count(first), 2);
		(put_page)(pages[0]);
		(put_page)(pages[1]);
		assert_result(w, gupsim_pin_user_pages_fast(HEAP, 2, FOLL_WRITE, pages),
			      2);
		assert_number(w, page_count(first), 1 + gupsim_pin_refs(first));
		gupsim_unpin_user_pages(pages, 2);
		assert_number(w, page_count(first), 1);
	}
}

/* What cannot be counted cannot be pinned, either. */
static void a_pin_refuses_what_has_no_references(struct world *w)
{
	struct page *page, *pinned;

	w->config.linux_version = 0;
	w->config.kernel = "v5.10";
	world_renew(w);
	page = touched(w, 1);
	page->_refcount = 0;
	assert_result(w, gupsim_pin_user_pages_fast(HEAP, 1, FOLL_WRITE, &pinned),
		      -ENOMEM);
	assert_reports(w, "WARN try_grab_page");
	page->_refcount = 1;
}

static void die(struct world *w)
{
	int locked = 0;

	unmap(w, HEAP, 1);
	get_user_pages_locked(HEAP, 1, 0, w->taken, &locked);
}

/* What waited for the end of a walk that never came is given back with the machine. */
static void a_machine_dies_in_a_walk(struct world *w)
{
	static const struct {
		enum gupsim_point at;
		long findings;
	} points[] = {
		{GUPSIM_POINT_FAST_PTE_READ, 2},
		{GUPSIM_POINT_FAST_REF_TAKEN, 2},
	};

	for (size_t i = 0; i < ARRAY_LEN(points); i++) {
		struct listener listener = {w, points[i].at, die};
		struct page *pages[2];

		world_row(w, gupsim_point_name(points[i].at));
		touched(w, 2);
		assert_number(w, gupsim_listen(w->machine, hear, &listener), 0);
		assert_number(w, get_user_pages_fast(HEAP, 2, FOLL_WRITE, pages), -EIO);
		assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
		w->findings = points[i].findings;
	}
}

/* The same where a pmd maps what the walk is about to take: a huge page, a device's. */
static void a_machine_dies_at_a_huge_page(struct world *w)
{
	static const char *const rows[] = {"a huge page", "a device's"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct listener listener = {w, GUPSIM_POINT_FAST_PTE_READ, die};
		struct page *pages[2];
		struct gupsim_pmem *pmem;

		w->config.thp = GUPSIM_THP_ALWAYS;
		world_row(w, rows[i]);
		assert_result(w,
			      gupsim_devdax_create(w->machine, "dd0", PMD_SIZE, PMD_SIZE,
						   &pmem),
			      0);
		if (i)
			map_at(w, PMD_SIZE, HPAGE_PMD_NR, RW, MAP_SHARED,
			       FILE_OF("dax0", GUPSIM_DEVDAX, .pmem = pmem), 0);
		else
			anon(w, PMD_SIZE, HPAGE_PMD_NR, RW);
		touch(w, PMD_SIZE, 1);
		anon(w, HEAP, 1, RW);
		assert_number(w, gupsim_listen(w->machine, hear, &listener), 0);
		assert_number(w, get_user_pages_fast(PMD_SIZE, 2, FOLL_WRITE, pages),
			      -EIO);
		assert_number(w, gupsim_machine_state(w->machine), GUPSIM_DEAD_BUG);
	}
}

SUITE(world_test(counts_overflow_once), world_test(no_flag_of_a_vma_matters),
      world_test(it_ends_where_a_table_ends), world_test(both_loops_stop_at_the_same_pte),
      world_test(walks_nest), world_test(many_pages_wait_for_the_end),
      world_test(a_machine_dies_in_a_walk), world_test(a_machine_dies_at_a_huge_page),
      world_test(a_flag_of_no_release), world_test(a_pin_refuses_what_has_no_references),
      world_test(unwatched_walks_ask_as_much))
