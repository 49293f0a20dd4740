/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making a call, and comparing what came of it. */
#include "probe.h"

#include "world.h"

#include <string.h>

static long call(const struct ask *ask, struct world *w, struct mm_struct *mm,
		 struct page **pages, int *locked)
{
	struct task_struct *tsk = ask->of ? ask->of : w->task;

	switch (ask->door) {
	case REMOTE:
		return get_user_pages_remote(tsk, mm, ask->start, ask->nr, ask->flags,
					     pages, ask->vmas ? w->vmas : NULL, locked);
	case GUP:
		return get_user_pages(ask->start, ask->nr, ask->flags, pages,
				      ask->vmas ? w->vmas : NULL);
	case LOCKED:
		return get_user_pages_locked(ask->start, ask->nr, ask->flags, pages,
					     locked);
	case UNLOCKED:
		return get_user_pages_unlocked(ask->start, ask->nr, pages, ask->flags);
	case FAST:
		return get_user_pages_fast(ask->start, (int)ask->nr, ask->flags, pages);
	case PRE_FAST:
		return __get_user_pages_fast(ask->start, (int)ask->nr, ask->flags != 0,
					     pages);
	}
	return -EINVAL;
}

/* The call as a caller wrote it. */
static const char *ask_text(struct text *text, const struct ask *ask)
{
	static const char *const doors[] = {
		[REMOTE] = "get_user_pages_remote",
		[GUP] = "get_user_pages",
		[LOCKED] = "get_user_pages_locked",
		[UNLOCKED] = "get_user_pages_unlocked",
		[FAST] = "get_user_pages_fast",
		[PRE_FAST] = "__get_user_pages_fast",
	};

	text_add(text, "%s(%#lx, %lu, %#x)", doors[ask->door], ask->start, ask->nr,
		 ask->flags);
	return text->buf;
}

static const char *answer_text(struct text *text, const struct answer *answer,
			       const char *reports)
{
	char name[32];

	text_add(text, "%s%s, faults min %lu maj %lu%s%s",
		 gupsim_result_name(answer->ret, name, sizeof(name)),
		 answer->dropped ? ", *locked 0" : "", answer->min, answer->maj,
		 *reports ? ", " : "", reports);
	return text->buf;
}

/* mmap_sem is held on return, unless it was dropped or the call takes it itself. */
static void check_lock(struct world *w, const struct ask *ask, struct mm_struct *mm,
		       int locked, const char *file, int line)
{
	bool held = ask->door < UNLOCKED && locked;

	text_at(w, rwsem_is_locked(&mm->mmap_sem) ? "held" : "free",
		held ? "held" : "free", "mmap_sem on return", file, line);
	if (held)
		up_read(&mm->mmap_sem);
}

void probe_at(struct world *w, struct ask ask, struct answer want, const char *file,
	      int line)
{
	struct task_struct *of = ask.of ? ask.of : w->task;
	struct answer got = {.min = of->min_flt, .maj = of->maj_flt};
	struct mm_struct *mm = of->mm;
	int locked = 1;
	TEXT(what, 80);
	TEXT(actual, 256);
	TEXT(expected, 256);

	w->pages = &w->taken[w->nr_taken];
	memset(w->pages, 0, (MAX_TAKEN - w->nr_taken) * sizeof(*w->pages));
	memset(w->vmas, 0, sizeof(w->vmas));
	if (ask.door < UNLOCKED)
		down_read(&mm->mmap_sem);
	got.ret = call(&ask, w, mm, ask.no_pages ? NULL : w->pages,
		       ask.locked ? &locked : NULL);
	got.dropped = !locked;
	got.min = of->min_flt - got.min;
	got.maj = of->maj_flt - got.maj;
	text_at(w, answer_text(&actual, &got, reports_text(w->machine)),
		answer_text(&expected, &want, want.reports ? want.reports : ""),
		ask_text(&what, &ask), file, line);
	check_lock(w, &ask, mm, locked, file, line);
	if (got.ret > 0 && !ask.no_pages && !ask.no_hold)
		w->nr_taken += got.ret;
}

void release(struct world *w)
{
	while (w->nr_taken)
		put_page(w->taken[--w->nr_taken]);
}
