/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The audit: it explains every reference, and names who took or dropped one too many. */
#include "world.h"

#include "machine/machine.h"

#include <stdio.h>
#include <string.h>

/* Findings, as "page +1 get_page p; ". */
static void append(void *arg, const struct gupsim_finding *finding)
{
	char *text = arg;
	size_t used = strlen(text);

	snprintf(text + used, 256 - used, "%s %+ld %s %s; ", finding->page ? "page" : "-",
		 finding->surplus, finding->by_func ? finding->by_func : "-",
		 finding->by_name ? finding->by_name : "-");
	assert_true(*finding->text);
}

static const char *audit_text(struct world *w)
{
	static char text[256];

	text[0] = '\0';
	gupsim_audit(w->machine, append, text);
	return text;
}

static const char *held_text(struct world *w)
{
	static char text[256];

	text[0] = '\0';
	gupsim_held(w->machine, append, text);
	return text;
}

/* A pin that nobody gives back is explained, and it is told whose it is. */
static void a_leak_names_its_call(struct world *w)
{
	touched(w, 4);
	gupsim_name_calls(w->machine, "p");
	probe(w, ASK(REMOTE, HEAP, 2, FOLL_WRITE), GIVES(2));
	gupsim_name_calls(w->machine, "x");
	get_page(page_at(w, HEAP));
	gupsim_name_calls(w->machine, NULL);
	assert_text(w, audit_text(w), "");
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 3);
	assert_text(w, held_text(w),
		    "page +1 get_page x; page +1 get_user_pages_remote p; "
		    "page +1 get_user_pages_remote p; ");
	put_page(page_at(w, HEAP)); /* the youngest: x's */
	assert_text(w, held_text(w),
		    "page +1 get_user_pages_remote p; page +1 get_user_pages_remote p; ");
	release(w);
	assert_text(w, held_text(w), "");
}

/* Whoever isolates a page has it on a list of his own, also when all else is gone. */
static void an_isolated_page_is_held(struct world *w)
{
	struct page *page = touched(w, 2);

	assert_result(w, gupsim_isolate(page), 0);
	assert_text(w, held_text(w), "page +0 - -; ");
	unmap(w, HEAP, 2);
	assert_text(w, audit_text(w), "");
	assert_text(w, held_text(w), "page +0 - -; ");
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 1);
	assert_result(w, gupsim_putback(page), 0);
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 0);
}

struct observer {
	struct world *w;
	long held;
};

static void observe(void *arg, enum gupsim_point point)
{
	struct observer *observer = arg;

	(void)point;
	observer->held = gupsim_held(observer->w->machine, NULL, NULL);
}

/* While it is held nothing is wrong; at the end of a test it has to be free. */
static void a_lock_is_held(struct world *w)
{
	struct observer observer = {.w = w};
	struct page *page = touched(w, 1);

	down_read(&w->mm->mmap_sem);
	down_read(&w->mm->mmap_sem);
	assert_text(w, audit_text(w), "");
	assert_text(w, held_text(w), "- +0 - -; ");
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 2);

	gupsim_listen(w->machine, observe, &observer);
	assert_result(w, get_user_pages(HEAP, 1, FOLL_LONGTERM, &page, NULL), 1);
	gupsim_listen(w->machine, NULL, NULL);
	assert_number(w, observer.held, 1); /* the pin */
	put_page(page);
	up_read(&w->mm->mmap_sem);
	up_read(&w->mm->mmap_sem);
	assert_text(w, held_text(w), "");

	down_write(&w->mm->mmap_sem);
	assert_text(w, audit_text(w), "");
	assert_text(w, held_text(w), "- +0 - -; ");
	assert_number(w, gupsim_held(w->machine, NULL, NULL), 1);
	up_write(&w->mm->mmap_sem);
}

/* One put too many takes a reference of the machine's own, and it is told whose put. */
static void a_double_put_names_its_call(struct world *w)
{
	shared(w, HEAP, 1, RW);
	probe(w, ASK(REMOTE, HEAP, 1, FOLL_WRITE), GIVES(1, .min = 1));
	gupsim_name_calls(w->machine, "again");
	release(w);
	put_page(w->pages[0]);
	assert_text(w, audit_text(w), "page -1 put_page again; ");
	assert_text(w, held_text(w), "");
	w->findings = 1;
}

/* The last reference of a page that is still mapped: the frame is lost, and a WARN. */
static void a_double_put_of_a_mapped_page(struct world *w)
{
	touched(w, 4);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(1));
	release(w);
	put_page(w->pages[0]);
	assert_reports(w, "WARN bad_page");
	assert_text(w, audit_text(w), "page -1 put_page ; ");
	w->findings = 1;
}

static void keep_line(void *arg, const char *text)
{
	char *all = arg;

	if (strncmp(text, "page 0x2 ", 9) == 0 || (*all && !strchr(all, '\n')))
		strcat(all, text);
}

/* A driver's page has no flags: but for its mapping it would look free. */
static void a_lost_page_is_not_free(struct world *w)
{
	char line[512] = "";
	struct page *page;

	map_at(w, HEAP, 1, RW, MAP_SHARED, FILE_OF("f", GUPSIM_INSERTED, .bytes = PG), 0);
	page = page_at(w, HEAP);
	assert_number(w, page_to_pfn(page), 2);
	put_page(page);
	put_page(page);
	assert_reports(w, "WARN bad_page");
	assert_false(gupsim_page_is_free(page));
	gupsim_dump(w->machine, keep_line, line);
	assert_part(w, line, "Normal refcount 0 mapcount 1");
	assert_true(gupsim_page_is_free(gupsim_page_by_pfn(w->machine, 1000)));
	assert_text(w, audit_text(w), "page -1 put_page ; page -1 put_page ; ");
	w->findings = 2;
}

/* The device has the page back while it is mapped, and gets it once more. */
static void a_double_put_of_a_pci_page(struct world *w)
{
	struct page *page;

	map_at(w, HEAP, 1, RW, MAP_SHARED, FILE_OF("f", GUPSIM_P2PDMA, .bytes = PG), 0);
	page = page_at(w, HEAP);
	put_page(page);
	assert_reports(w, "");
	assert_page(w, page, "refs 1 map 1 device reserved nomapping");
	assert_text(w, audit_text(w), "page -1 put_page ; ");
	put_page(page);
	assert_reports(w, "BUG gen_pool_free_owner");
	w->findings = 2;
}

/* Each breaks one thing of a machine with touched pages, or mends it again. */
static void refcount(struct world *w, int by)
{
	page_at(w, HEAP)->_refcount += by;
}

static void mapcount(struct world *w, int by)
{
	page_at(w, HEAP)->_mapcount += by;
}

static void noted_kind(struct world *w, int by)
{
	ledger_of(&w->machine->phys->ledger, page_to_pfn(page_at(w, HEAP)))
		->kind[REF_MAPPING] += by;
}

static void lru_size(struct world *w, int by)
{
	w->machine->phys->lru.size[LRU_ACTIVE_ANON] += by;
}

static void map_count(struct world *w, int by)
{
	w->mm->map_count += by;
}

static void vma_order(struct world *w, int by)
{
	w->mm->mmap->vm_next->vm_prev = by > 0 ? NULL : w->mm->mmap;
}

static void free_frames(struct world *w, int by)
{
	w->machine->phys->area[AREA_NORMAL].nr_free += by;
}

static void tables(struct world *w, int by)
{
	w->mm->sim->nr_tables += by;
}

static void pgmap_ref(struct world *w, int by)
{
	SLIST_FIRST(&w->machine->vfs.pmems)->pgmap.ref += by;
}

static void cache_index(struct world *w, int by)
{
	gupsim_file_page(find_vma(w->mm, 0x300000)->vm_file, 0)->index += by;
}

static void lost_pte(struct world *w, int by)
{
	static pte_t kept;
	pte_t *ptep = mm_find_pte(w->mm, HEAP);

	if (by > 0)
		kept = *ptep;
	*ptep = by > 0 ? (pte_t){0} : kept;
}

static void stray_pte(struct world *w, int by)
{
	*mm_find_pte(w->mm, HEAP + 8 * PG) =
		by > 0 ? mk_pte(page_at(w, HEAP), vm_get_page_prot(VM_READ)) : (pte_t){0};
}

static void pte_key(struct world *w, int by)
{
	mm_find_pte(w->mm, HEAP)->pte ^= 1ULL << _PAGE_PKEY_SHIFT;
	(void)by;
}

static void everything_is_checked(struct world *w)
{
	static const struct {
		const char *name;
		void (*by)(struct world *w, int by);
		long findings;
	} rows[] = {
		{"a reference that nobody took", refcount, 1},
		{"a mapcount", mapcount, 1},
		{"a kind in the ledger", noted_kind, 1},
		{"the length of an LRU list", lru_size, 1},
		{"the number of VMAs", map_count, 1},
		{"VMAs out of order", vma_order, 1},
		{"the number of free frames", free_frames, 1},
		{"the number of page tables", tables, 1},
		{"a device's references", pgmap_ref, 1},
		{"a cached page's index", cache_index, 1},
		{"a mapping: noted, count and mapcount", lost_pte, 3},
		{"a pte outside of all VMAs", stray_pte, 1},
		{"a pte's protection key", pte_key, 1},
	};

	touched(w, 4);
	anon(w, 0x200000, 2, PROT_READ);
	make_pmem(w, GUPSIM_PMEM_FSDAX, 1);
	map_at(w, 0x300000, 1, RW, MAP_SHARED,
	       FILE_OF("f", GUPSIM_DISK, .bytes = PG, .cached = true), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		w->where = rows[i].name;
		assert_text(w, audit_text(w), "");
		rows[i].by(w, 1);
		assert_number(w, gupsim_audit(w->machine, NULL, NULL), rows[i].findings);
		rows[i].by(w, -1);
	}
}

static void a_surplus_has_its_sign(struct world *w)
{
	touched(w, 4);
	refcount(w, 2);
	assert_text(w, audit_text(w), "page +2 - -; ");
	refcount(w, -3);
	assert_text(w, audit_text(w), "page -1 - -; ");
	refcount(w, 1);
}

static void without_a_ledger_there_is_no_audit(struct world *w)
{
	w->config.ledger = false;
	world_renew(w);
	touched(w, 4);
	probe(w, ASK(GUP, HEAP, 4, 0), GIVES(4));
	release(w);
	assert_result(w, gupsim_audit(w->machine, NULL, NULL), -EINVAL);
	assert_result(w, gupsim_held(w->machine, NULL, NULL), -EINVAL);
	assert_result(w, gupsim_audit(NULL, NULL, NULL), -EINVAL);
	assert_result(w, gupsim_held(NULL, NULL, NULL), -EINVAL);
}

static void an_audit_may_lack_memory(struct world *w)
{
	w->fail_at = w->allocations + 1;
	assert_result(w, gupsim_audit(w->machine, NULL, NULL), -ENOMEM);
	assert_part(w, gupsim_error(w->machine), "host");
	assert_result(w, gupsim_audit(w->machine, NULL, NULL), 0);
}

/* It only looks: the failure was meant for what is being looked at. */
static void an_audit_meets_no_injected_failure(struct world *w)
{
	touched(w, 1);
	gupsim_fail(w->machine, GUPSIM_FAIL_HOST, 1);
	assert_result(w, gupsim_audit(w->machine, NULL, NULL), 0);
	assert_result(w, gupsim_audit(w->machine, NULL, NULL), 0);
	assert_number(w, gupsim_fail_pending(w->machine, GUPSIM_FAIL_HOST), 1);
	probe(w, ASK(GUP, HEAP, 1, 0), GIVES(-ENOMEM));
}

SUITE(world_test(a_leak_names_its_call), world_test(an_isolated_page_is_held),
      world_test(a_lock_is_held), world_test(a_double_put_names_its_call),
      world_test(a_double_put_of_a_mapped_page), world_test(a_double_put_of_a_pci_page),
      world_test(a_lost_page_is_not_free), world_test(everything_is_checked),
      world_test(a_surplus_has_its_sign), world_test(without_a_ledger_there_is_no_audit),
      world_test(an_audit_may_lack_memory),
      world_test(an_audit_meets_no_injected_failure))
