/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Observables: how each is looked at. */
#include "scenario/expect.h"
#include "scenario/forced.h"
#include "scenario/guest.h"
#include "scenario/names.h"

#include <inttypes.h>
#include <linux/mm.h>
#include <linux/page-flags.h>
#include <stdio.h>
#include <string.h>

static bool equal(struct look *look, int64_t expected, int64_t actual)
{
	return expected == actual ||
	       look_differ(look, run_words(look->run, "%" PRId64, expected),
			   run_words(look->run, "%" PRId64, actual));
}

static bool same_words(struct look *look, const char *expected, const char *actual)
{
	return !strcmp(expected, actual) || look_differ(look, expected, actual);
}

/* Flags. */

static enum gupsim_zone zone_of(const struct look *look)
{
	if (!look->run->guest)
		return gupsim_page_zone(look->page);
	return guest_page_is(look->page, "device")    ? GUPSIM_ZONE_DEVICE
	       : guest_page_is(look->page, "movable") ? GUPSIM_ZONE_MOVABLE
						      : GUPSIM_ZONE_NORMAL;
}

static bool is_device(const struct look *look)
{
	return zone_of(look) == GUPSIM_ZONE_DEVICE;
}

static bool is_zero(const struct look *look)
{
	return look->run->guest ? guest_page_is(look->page, "zero")
				: gupsim_page_is_zero(look->page);
}

static bool is_cma(const struct look *look)
{
	return look->run->guest ? guest_page_is(look->page, "cma")
				: gupsim_page_is_cma(look->page);
}

static bool is_exclusive(const struct look *look)
{
	return look->run->guest ? guest_page_is(look->page, "exclusive")
				: gupsim_page_is_exclusive(look->page);
}

static bool is_free(const struct look *look)
{
	return look->run->guest ? guest_page_is(look->page, "free")
				: gupsim_page_is_free(look->page);
}

static bool is_done(const struct look *look)
{
	return look->run->guest ? guest_done(look->run)
				: run_thing(look->run, look->statement->who)->done;
}

static bool is_interrupted(const struct look *look)
{
	return look->run->guest ? guest_interrupted(look->run)
				: run_thing(look->run, look->statement->who)->interrupted;
}

static bool is_none(const struct look *look)
{
	return !look->page && !(look->pte & (GUPSIM_PTE_PRESENT | GUPSIM_PTE_PROTNONE));
}

static const struct pinned *pinned_of(const struct look *look)
{
	return &run_thing(look->run, look->statement->place.symbol)->pinned;
}

static bool is_written(const struct look *look)
{
	const struct pinned *pinned = pinned_of(look);
	uint64_t i = look->statement->place.first + look->i;

	return pinned->pages && i < pinned->room && pinned->pages[i] != pinned_unset();
}

static bool is_unset(const struct look *look)
{
	return !is_written(look);
}

/* Written, though the call does not hold it. */
static bool is_stale(const struct look *look)
{
	const struct pinned *pinned = pinned_of(look);
	uint64_t i = look->statement->place.first + look->i;

	return is_written(look) && (!pinned->held || i >= pinned->counted);
}

bool look_is_null(const struct look *look)
{
	uint64_t i = look->statement->place.first + look->i;

	return is_written(look) && !pinned_of(look)->pages[i];
}

static struct vm_area_struct *vma_at(const struct run *run, const struct place *place)
{
	struct mm_struct *mm = run->guest ? NULL : run_mm(run, place->symbol->mm);
	struct vm_area_struct *vma = mm ? find_vma(mm, place_address(place, 0)) : NULL;

	if (run->guest)
		return guest_vma(run, place);
	return vma && vma->vm_start <= place_address(place, 0) ? vma : NULL;
}

static bool has_no_vma(const struct look *look)
{
	return !vma_at(look->run, &look->statement->place);
}

/* Counts. */

/* 1+p is 2 with @words " (p holds 1)". It wraps around as the count does. */
static int sum_value(struct look *look, const struct sum *sum, const char **words)
{
	uint64_t value = sum->number;

	*words = "";
	for (unsigned int i = 0; i < sum->nr_terms; i++) {
		long holds = thing_holds(look->run, sum->terms[i], look->page);

		value += holds;
		*words = run_words(look->run, "%s%s%s holds %ld%s", *words,
				   i ? ", " : " (", sum->terms[i]->name, holds,
				   i + 1 == sum->nr_terms ? ")" : "");
	}
	return (int)value;
}

static bool count_is(struct look *look, const struct value *values, int actual)
{
	const char *words;
	int expected = sum_value(look, values->sum, &words);

	return equal(look, expected, actual) ||
	       look_differ(look, run_words(look->run, "%s%s", look->expected, words),
			   look->actual);
}

static bool refcount(struct look *look, const struct value *values)
{
	long forced = forced_references(look->run->let_go, look->page);

	return count_is(look, values, page_count(look->page) - forced);
}

static bool mapcount(struct look *look, const struct value *values)
{
	return count_is(look, values, page_mapcount(look->page));
}

static bool pins(struct look *look, const struct value *values)
{
	return count_is(look, values,
			look->run->guest ? guest_pins(look->page)
					 : gupsim_compound_pincount(look->page));
}

/* What a page is and holds. */

static bool zone(struct look *look, const struct value *values)
{
	static const char *const words[] = {
		[GUPSIM_ZONE_NORMAL] = "normal",
		[GUPSIM_ZONE_MOVABLE] = "movable",
		[GUPSIM_ZONE_DEVICE] = "device",
	};

	return same_words(look, values->text, words[zone_of(look)]);
}

const char *quoted(struct run *run, const unsigned char *bytes, size_t length)
{
	char buf[132];
	size_t n = 0;

	for (size_t i = 0; i < length && n < sizeof(buf) - 8; i++)
		n += snprintf(buf + n, sizeof(buf) - n,
			      bytes[i] >= 0x20 && bytes[i] < 0x7f ? "%c" : "\\x%02x",
			      bytes[i]);
	return run_words(run, "\"%s\"", buf);
}

/* Contents that nobody wrote are zeroes. */
static bool bytes(struct look *look, const struct value *values)
{
	static const unsigned char zeroes[FIXTURE_PAGE];
	const unsigned char *actual =
		look->page->contents ? look->page->contents : zeroes;

	return !memcmp(actual, values->text, values->length) ||
	       look_differ(look,
			   quoted(look->run, (const unsigned char *)values->text,
				  values->length),
			   quoted(look->run, actual, values->length));
}

static bool pte_key(struct look *look, const struct value *values)
{
	return equal(look, values->number,
		     (look->pte & GUPSIM_PTE_PKEY) /
			     (GUPSIM_PTE_PKEY & -GUPSIM_PTE_PKEY));
}

static bool same(struct look *look, const struct value *values)
{
	const struct place *place = &value_find(values, "OTHERS")->place;
	int64_t i = place->count == 1 ? 0 : look->i;
	const struct page *other = place_page(look->run, place, i);
	const char *name = place_name(look->run, place, i);
	bool no = value_find(values, "no");

	if (!other)
		return look_differ(look, run_words(look->run, "a page at %s", name),
				   "none");
	if ((other == look->page) != no)
		return true;
	return look_differ(look,
			   run_words(look->run, "%s page as %s",
				     no ? "another" : "the same", name),
			   no ? "the same" : "another");
}

/* Calls and tasks. */

static bool locked(struct look *look, const struct value *values)
{
	const struct pinned *pinned = &run_thing(look->run, look->statement->who)->pinned;

	return pinned->has_locked
		       ? equal(look, values->number, pinned->locked)
		       : look_differ(look, "a call with locked", "it has none");
}

static bool unlocked(struct look *look, const struct value *values)
{
	const struct pinned *pinned = &run_thing(look->run, look->statement->who)->pinned;

	return pinned->has_unlocked
		       ? equal(look, values->number, pinned->locked)
		       : look_differ(look, "a call with unlocked", "it has none");
}

static bool faults_are(struct look *look, const struct value *values, long min, long maj)
{
	const struct value *said_min = value_find(values, "min");
	const struct value *said_maj = value_find(values, "maj");
	long expected_min = said_min ? (long)said_min->next->number : min;
	long expected_maj = said_maj ? (long)said_maj->next->number : maj;

	return (min == expected_min && maj == expected_maj) ||
	       look_differ(look,
			   run_words(look->run, "min %ld maj %ld", expected_min,
				     expected_maj),
			   run_words(look->run, "min %ld maj %ld", min, maj));
}

static bool faults(struct look *look, const struct value *values)
{
	const struct thing *thing = run_thing(look->run, look->statement->who);

	if (look->statement->who->kind == SYMBOL_CALL || look->run->guest)
		return faults_are(look, values, thing->pinned.min, thing->pinned.maj);
	if (!thing->task)
		return look_differ(look, "a task", "it was never made");
	return faults_are(look, values, thing->task->min_flt, thing->task->maj_flt);
}

static bool lock(struct look *look, const struct value *values)
{
	const struct mm_struct *mm;

	if (look->run->guest)
		return same_words(look, values->text, guest_lock(look->run));
	mm = run_mm(look->run, look->statement->who);
	return same_words(look, values->text,
			  mm && mm->mmap_sem.writer    ? "write"
			  : mm && mm->mmap_sem.readers ? "read"
						       : "none");
}

/* VMAs. */

static const struct vm_area_struct *subject_vma(struct look *look)
{
	const struct vm_area_struct *vma = vma_at(look->run, &look->statement->place);

	if (!vma)
		look_differ(look, "a VMA", "there is none");
	return vma;
}

static bool vma_start(struct look *look, const struct value *values)
{
	const struct vm_area_struct *vma = subject_vma(look);
	unsigned long expected = place_address(&values->place, 0);

	return vma && (vma->vm_start == expected ||
		       look_differ(look, run_words(look->run, "0x%lx", expected),
				   run_words(look->run, "0x%lx", vma->vm_start)));
}

static bool vma_pages(struct look *look, const struct value *values)
{
	const struct vm_area_struct *vma = subject_vma(look);

	return vma &&
	       equal(look, values->number, (vma->vm_end - vma->vm_start) / FIXTURE_PAGE);
}

static const char *vm_flags_words(struct run *run, uint64_t flags)
{
	const char *words = flags ? vm_flag_name(flags) : "none";

	while (flags & (flags - 1)) {
		flags &= flags - 1;
		words = run_words(run, "%s|%s", words, vm_flag_name(flags & -flags));
	}
	return words;
}

static bool vma_flags(struct look *look, const struct value *values)
{
	const struct vm_area_struct *vma = subject_vma(look);
	uint64_t bits = values->number;
	bool no = value_find(values, "no");

	if (!vma)
		return false;
	return (vma->vm_flags & bits) == (no ? 0 : bits) ||
	       look_differ(look,
			   run_words(look->run, "%s%s", vm_flags_words(look->run, bits),
				     no ? " no" : ""),
			   /* the key is above the flags, and told by itself */
			   vm_flags_words(look->run, vma->vm_flags & UINT32_MAX));
}

static bool vma_key(struct look *look, const struct value *values)
{
	const struct vm_area_struct *vma = subject_vma(look);

	return vma && equal(look, values->number, vma->vm_flags >> 32 & 15);
}

static bool vmas_entry(struct look *look, const struct value *values)
{
	const struct pinned *pinned = pinned_of(look);
	uint64_t i = look->statement->place.first + look->i;
	const struct vm_area_struct *entry =
		pinned->vmas && i < pinned->room ? pinned->vmas[i] : pinned_unset();

	if (value_find(values, "gate"))
		return entry == pinned_gate() ||
		       look_differ(look, "the gate area's", "another");
	if (value_find(values, "unset"))
		return entry == pinned_unset() || look_differ(look, "unset", "a VMA");
	if (entry == pinned_unset())
		return look_differ(look, "a VMA", "unset");
	return entry == vma_at(look->run, &values->place) ||
	       look_differ(look,
			   run_words(look->run, "the VMA of %s",
				     values->place.symbol->name),
			   entry == pinned_gone() ? "one that is gone" : "another");
}

/* What the kernel, or a mistake, gets wrong. */

static bool leak(struct look *look, const struct value *values)
{
	struct run *run = look->run;
	long leaked = audit_leaked(run, look->page);
	struct leak *known = pool_alloc(run->pool, sizeof(*known));

	if (!known)
		return true;
	*known = (struct leak){run->leaks, look->page, leaked};
	run->leaks = known;
	return equal(look, values->number, leaked);
}

/* Without memory the ledger cannot have noted who it was. */
static bool is_by(const struct run *run, const struct finding *finding, const char *by)
{
	return (!finding->by_func && run->options->host->failed) ||
	       (finding->by_name && !strcmp(finding->by_name, by)) ||
	       (finding->by_func && !strcmp(finding->by_func, by));
}

static bool audit(struct look *look, const struct value *values)
{
	struct run *run = look->run;
	struct finding *finding = run->findings;
	const char *found = "nothing found", *by = value_find(values, "CALL")->text;
	int64_t surplus = values->number;

	for (; finding; finding = finding->next) {
		if (finding->page != look->page)
			continue;
		found = finding->text;
		if (finding->surplus != surplus || !is_by(run, finding, by))
			continue;
		finding->excused = true;
		return true;
	}
	return look_differ(look, run_words(run, "%+" PRId64 " by %s", surplus, by),
			   found);
}

static const struct observable observables[] = {
	{"refcount", OF_PAGE, "SUM", "references to the page", .holds = refcount},
	{"mapcount", OF_PAGE, "SUM", "ptes and pmds that map the page",
	 .holds = mapcount},
	{"pins", OF_PAGE, "SUM", "pins that a compound page counts beside its references",
	 .holds = pins},
	{"dirty", OF_PAGE, "[no]", "PG_dirty", .page = PageDirty},
	{"referenced", OF_PAGE, "[no]", "PG_referenced", .page = PageReferenced},
	{"active", OF_PAGE, "[no]", "PG_active", .page = PageActive},
	{"lru", OF_PAGE, "[no]", "PG_lru: on an LRU list", .page = PageLRU},
	{"mlocked", OF_PAGE, "[no]", "PG_mlocked: locked memory", .page = PageMlocked},
	{"unevictable", OF_PAGE, "[no]", "PG_unevictable: reclaim leaves it alone",
	 .page = PageUnevictable},
	{"uptodate", OF_PAGE, "[no]", "PG_uptodate", .page = PageUptodate},
	{"reserved", OF_PAGE, "[no]", "PG_reserved", .page = PageReserved},
	{"locked", OF_PAGE, "[no]", "PG_locked", .page = PageLocked},
	{"buffers", OF_PAGE, "[no]", "PG_private: the file system has buffers on it",
	 .page = PagePrivate},
	{"anon", OF_PAGE, "[no]", "an anonymous page", .page = PageAnon},
	{"exclusive", OF_PAGE, "[no]", "PG_anon_exclusive, which v5.19 and later have",
	 .flag = is_exclusive},
	{"zero", OF_PAGE, "[no]", "the zero page", .flag = is_zero},
	{"cma", OF_PAGE, "[no]", "in a CMA pageblock", .flag = is_cma},
	{"device", OF_PAGE, "[no]", "in ZONE_DEVICE", .flag = is_device},
	{"free", OF_PAGE, "[no]", "belongs to nobody", .flag = is_free},
	{"zone", OF_PAGE, "{normal|movable|device}", "the page's zone", .holds = zone},
	{"bytes", OF_PAGE, "TEXT", "what the page begins with", .holds = bytes},
	{"same", OF_PAGE, "as OTHERS [no]", "the same page frame", .holds = same},
	{"none", OF_RANGE | OF_FILE, "[no]", "nothing is mapped there, or cached",
	 .flag = is_none},
	{"young", OF_RANGE, "[no]", "the pte's accessed bit", .pte = GUPSIM_PTE_ACCESSED},
	{"pte.write", OF_RANGE, "[no]", "the pte is writable", .pte = GUPSIM_PTE_WRITE},
	{"pte.dirty", OF_RANGE, "[no]", "the pte's dirty bit", .pte = GUPSIM_PTE_DIRTY},
	{"pte.special", OF_RANGE, "[no]", "the pte's special bit",
	 .pte = GUPSIM_PTE_SPECIAL},
	{"huge", OF_RANGE, "[no]", "mapped by a pmd or pud", .pte = GUPSIM_PTE_HUGE},
	{"pte.devmap", OF_RANGE, "[no]", "the pte's devmap bit",
	 .pte = GUPSIM_PTE_DEVMAP},
	{"pte.protnone", OF_RANGE, "[no]",
	 "the pte lets nobody through: a NUMA hint is so", .pte = GUPSIM_PTE_PROTNONE},
	{"pte.pkey", OF_RANGE, "N", "the pte's protection key", .pte = GUPSIM_PTE_PKEY,
	 .holds = pte_key},
	{"stale", OF_ENTRY, "[no]", "the call wrote the entry and does not hold it",
	 .flag = is_stale},
	{"null", OF_ENTRY, "[no]", "the call wrote NULL to the entry",
	 .flag = look_is_null},
	{"unset", OF_ENTRY, "[no]", "the call did not write the entry", .flag = is_unset},
	{NULL, OF_VMAS, "{unset|gate|PAGES}",
	 "the VMA there now, `unset`, or the one of the vsyscall page",
	 .holds = vmas_entry},
	{"locked", OF_CALL, "N", "`*locked` after the call", .holds = locked},
	{"unlocked", OF_CALL, "N", "`*unlocked` after the call", .holds = unlocked},
	{"faults", OF_CALL | OF_TASK, "{min N [maj N]|maj N [min N]}",
	 "faults accounted during the call, or to the task since the start",
	 .holds = faults},
	{"done", OF_EVENT, "[no]", "the event has ended", .flag = is_done},
	{"interrupted", OF_EVENT, "[no]", "a signal has ended its wait",
	 .flag = is_interrupted},
	{"start", OF_VMA, "START", "vm_start", .holds = vma_start},
	{"pages", OF_VMA, "N", "how many pages the VMA has", .holds = vma_pages},
	{"flags", OF_VMA, "VMFLAGS [no]", "vm_flags that are set", .holds = vma_flags},
	{"pkey", OF_VMA, "N", "the VMA's protection key", .holds = vma_key},
	{"none", OF_VMA, "[no]", "there is no VMA", .flag = has_no_vma},
	{NULL, OF_LOCK, "{none|read|write}", "who holds the mm's lock", .holds = lock},
	{NULL, OF_LEAK, "SURPLUS", "references that calls took and that no call holds",
	 .holds = leak},
	{NULL, OF_AUDIT, "SURPLUS by CALL",
	 "references that the audit misses, or has too many, and whose they are",
	 .holds = audit},
};

const struct observable *observable_nth(size_t nth)
{
	return nth < sizeof(observables) / sizeof(observables[0]) ? &observables[nth]
								  : NULL;
}
